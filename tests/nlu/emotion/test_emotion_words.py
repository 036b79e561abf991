"""Words are found as people type them: with an apostrophe before them, with a hyphen, in capitals."""

from __future__ import annotations

import pytest

from nlu.emotion.cues import cue_columns, cues, in_capitals, shouted
from nlu.emotion.lexicon import Hint, shipped_lexicon
from nlu.emotion.tokens import cut


def classes(text: str) -> set[str]:
    return {hit.name for hit in shipped_lexicon().hits(cut(text), Hint.OTHER)}


@pytest.mark.parametrize("mark", ["'", "\u2019", "`"])
def test_an_elided_word_stands_beside_the_one_that_it_leans_on(mark: str) -> None:
    tokens = cut(f"l{mark}attente, J{mark}EN peux plus, un{mark}altra volta, quelqu{mark}un, dell{mark}ordine")
    words = [n for n, k in zip(tokens.norm, tokens.kind, strict=True) if k == "word"]
    assert words == [
        "l",
        "attente",
        "j",
        "en",
        "peux",
        "plus",
        "un",
        "altra",
        "volta",
        "quelqu",
        "un",
        "dell",
        "ordine",
    ]
    assert tokens.slice(0, 1) == f"l{mark}attente"


def test_other_apostrophes_part_nothing() -> None:
    assert cut("don't I'm it's rock'n'roll O'Hara aujourd'hui").norm == (
        "dont", "im", "its", "rocknroll", "ohara", "aujourdhui",
    )  # fmt: skip


def test_a_hyphen_between_letters_parts_words_and_one_between_figures_stays() -> None:
    assert cut("rendez-moi, 3-4 -_-").norm == ("rendez", "moi", ",", "3", "-", "4", "-_-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C\u2019EST UNE HONTE", "anger"),
        ("je n'en peux plus", "sadness"),
        ("Rendez-moi mon argent", "demand"),
        ("un'altra volta", "repetition"),
        ("ça fait un mois que j'attends", "waiting"),
        ("schon wieder", "repetition"),
        ("nadie contesta", "waiting"),
        ("não adianta", "failure"),
        ("s'il vous plaît", "politeness"),
    ],
)
def test_a_phrase_is_found_in_its_language(text: str, expected: str) -> None:
    assert expected in classes(text)


def shouts(text: str) -> list[str]:
    tokens = cut(text)
    return [tokens.typed[position] for position in shouted(tokens)]


def test_all_in_capitals_nothing_stands_out() -> None:
    assert shouts("WHERE IS MY ORDER 10432") == []
    assert in_capitals(cut("WHERE IS MY ORDER 10432"))


def test_in_capitals_with_loud_marks_all_is_shouted() -> None:
    assert shouts("WHERE IS MY ORDER???") == ["WHERE", "ORDER"]


@pytest.mark.parametrize(
    "text", ["where is MY ORDER", "WHERE IS MY ORDER!!", "SEPA", "OK", "10432", "", "IBAN DE12 3456"]
)
def test_other_texts_are_not_all_in_capitals(text: str) -> None:
    assert not in_capitals(cut(text))


def test_capitals_are_shouts() -> None:
    assert shouts("THIS is my LAST mail, DON'T ask") == ["THIS", "LAST", "DON'T"]


@pytest.mark.parametrize("text", ["ERR_CHUNK_LIMIT", "plate HBKL220", "IBAN or SEPA", "the MRI", "size A4-XLLL9"])
def test_codes_and_acronyms_are_none(text: str) -> None:
    assert shouts(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("i AM waiting", 1.0), ("that YOU lost, not ME", 2.0), ("SEND IT TO ME", 0.0), ("the MRI of my arm", 0.0)],
)
def test_a_little_word_that_stands_out_in_capitals_is_stressed(text: str, expected: float) -> None:
    lexicon = shipped_lexicon()
    found = dict(zip(cue_columns(lexicon.classes), cues(cut(text), lexicon).vector.tolist(), strict=True))
    assert found["stressed"] == expected
