"""Cuts py3langid's tables down to the languages that customers are likely to write, and learns their everyday words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import py3langid.langid

from nlu.components import language_words
from nlu.components.language_tables import LANGUAGES, LanguageTables
from nlu.components.language_words import LanguageWords, words_in

_langid: Final[Any] = py3langid.langid  # untyped upstream

_SMOOTHING: Final = 0.5
_PER_WORDS: Final = 2000.0
"""Counts are taken per so many words of a language, as there are more examples of some than of others."""

_LEAST: Final = 2
"""A word that stands in one message alone is a name or a slip."""


def learn_words(examples: Iterable[tuple[str, str]]) -> LanguageWords:
    """Learn from texts and their languages: naive Bayes over words, each counted once a message.

    Texts in other languages than the six are passed over.
    """
    counts = {language: Counter[str]() for language in language_words.LANGUAGES}
    for text, language in examples:
        if language in counts:
            counts[language].update(set(words_in(text)))
    seen = sum(counts.values(), Counter[str]())
    words = sorted(word for word, count in seen.items() if count >= _LEAST)
    per = np.array([_PER_WORDS / max(counts[language].total(), 1) for language in language_words.LANGUAGES])
    table = np.array([[counts[language][word] for language in language_words.LANGUAGES] for word in words])
    scores = np.log(table.reshape(-1, len(per)) * per + _SMOOTHING)
    scores -= scores.mean(axis=1, keepdims=True)
    return LanguageWords({word: row for row, word in enumerate(words)}, np.ascontiguousarray(scores, np.float32))


def cut_tables() -> LanguageTables:
    """Return the tables of the languages in `LANGUAGES`."""
    whole: Any = _langid.LanguageIdentifier.from_model_file(_langid.MODEL_FILE)
    names: list[str] = list(whole.nb_classes)
    columns = [i for i, name in enumerate(names) if name in LANGUAGES and name not in names[:i]]
    moves, rows, outputs = (
        np.asarray(table, np.int32).data for table in (whole.tk_nextmove, whole.tk_row, whole.tk_output)
    )
    return LanguageTables(
        tuple(names[i] for i in columns),
        np.ascontiguousarray(whole.nb_ptc[:, columns], np.float32),
        np.ascontiguousarray(whole.nb_pc[columns], np.float32),
        moves,
        rows,
        outputs,
    )
