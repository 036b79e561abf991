"""Languages are told apart in what customers really write: short, without accents, with names of products in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import py3langid.langid
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.components.language import LanguageIdentifier, shipped_tables, shipped_words
from nlu.components.language_words import LANGUAGES, LanguageWords
from nlu.labelled import CUSTOMERS, read_labelled

DATA = CUSTOMERS[0].parent
LANGID: Any = py3langid.langid  # untyped upstream
WHOLE = LANGID.LanguageIdentifier.from_model_file(LANGID.MODEL_FILE)
ENGLISH_AT_HOME = LanguageIdentifier("en", shipped_tables(), shipped_words())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola donde esta mi pedido", "es"),
        ("no tengo el numero", "es"),
        ("la segunda, hay en talla 42?", "es"),
        ("nao recebi a encomenda", "pt"),
        ("tens isto em azul?", "pt"),
        ("dov'e il mio pacco", "it"),
        ("quanto costa la Squall rain jacket", "it"),
        ("c est combien la livraison", "fr"),
        ("wo is mein paket", "de"),
        ("gibts die schuhe auch in 42", "de"),
        ("wheres my order", "en"),
        ("do you have the Gannet 2 tent", "en"),
        ("waar is mijn bestelling gebleven", "nl"),
        ("hvor er min pakke", "da"),
        ("gdzie jest moje zamówienie", "pl"),
        ("где мой заказ", "ru"),
        ("12345", "und"),
    ],
)
def test_a_short_message_has_the_language_of_its_words(text: str, language: str) -> None:
    assert ENGLISH_AT_HOME.identify(text) == language


def test_messages_that_nothing_was_learned_from_are_told_apart() -> None:
    seen, right = Counter[str](), Counter[str]()
    for name in ("emotion_heldout.yml", "asked_heldout.yml"):
        for text, _, language in read_labelled(DATA / name, "language"):
            if len(text.split()) >= 3:
                seen[language] += 1
                right[language] += ENGLISH_AT_HOME.identify(text) == language
    assert set(seen) == set(LANGUAGES)
    for language, count in seen.items():
        assert right[language] >= 0.98 * count, (language, right[language], count)


def test_the_words_are_read_as_they_were_saved(tmp_path: Path) -> None:
    words = shipped_words()
    words.save(tmp_path)
    for text in ("donde esta", "the parcel and the tent", "", "zzz"):
        assert LanguageWords.load(tmp_path).weigh(text) == words.weigh(text)


def test_a_word_of_all_six_speaks_for_none() -> None:
    assert shipped_words().weigh("zzz") == {}
    assert max(map(abs, shipped_words().weigh("ok").values())) < max(shipped_words().weigh("gracias").values())


@given(st.one_of(st.binary(min_size=1, max_size=60), st.text(min_size=1, max_size=30).map(str.encode)))
def test_bytes_have_the_features_that_the_whole_automaton_finds(data: bytes) -> None:
    states, state = Counter[int](), 0
    for byte in data:
        state = WHOLE.tk_nextmove[(WHOLE.tk_row[state] << 8) + byte]
        states[WHOLE.tk_output[state]] += 1
    tables = shipped_tables()
    columns = [WHOLE.nb_classes.index(name) for name in tables.languages]

    found = Counter[bytes]()
    for feature in tables.features_of(data):
        found[tables.scores[feature].tobytes()] += 1
    expected = Counter[bytes]()
    for feature, count in states.items():
        if feature >= 0:
            expected[np.asarray(WHOLE.nb_ptc[feature, columns], np.float32).tobytes()] += count
    assert found == expected
