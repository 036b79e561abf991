"""Languages are told apart in what customers really write: short, without accents, with names of products in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from nlu.components.language import EXAMPLES, LanguageIdentifier, shipped_tables, shipped_words
from nlu.components.language_words import LANGUAGES, LanguageWords
from nlu.wording import read_labelled

DATA = EXAMPLES[0].parent
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
