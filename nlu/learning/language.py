"""Cuts py3langid's tables down to the languages that customers are likely to write, and learns their everyday words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import py3langid.langid
from numpy.typing import NDArray

from nlu.components import language_words
from nlu.components.language_tables import LANGUAGES, LanguageTables, lengthened
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


def cut_tables(texts: Iterable[str]) -> LanguageTables:
    """Return the tables of the languages in `LANGUAGES`, the features that `texts` have most before the others."""
    whole: Any = _langid.LanguageIdentifier.from_model_file(_langid.MODEL_FILE)
    names: list[str] = list(whole.nb_classes)
    columns = [i for i, name in enumerate(names) if name in LANGUAGES and name not in names[:i]]
    grams = _grams(np.asarray(whole.tk_nextmove, np.int32).reshape(-1, 256), np.asarray(whole.tk_row))
    order = np.argsort(grams)[1:]  # the first state stands for no bytes at all
    tables = LanguageTables(
        tuple(names[i] for i in columns),
        np.ascontiguousarray(whole.nb_ptc[:, columns], np.float32),
        np.ascontiguousarray(whole.nb_pc[columns], np.float32),
        grams[order],
        np.asarray(whole.tk_output, np.int32)[order],
    )
    return _by_use(tables, texts)


def _grams(moves: NDArray[np.int32], rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The n-gram that each state of an Aho-Corasick automaton stands for, shape (states,).

    It is the shortest bytes that lead there; the state after byte b in state s is `moves[rows[s], b]`, and 0 the first.
    An automaton's state is the longest suffix of what was read that begins a pattern, so that looking the suffixes up
    finds what its walk finds.
    """
    grams = np.zeros(len(rows), np.uint64)
    met = np.zeros(len(rows), np.bool_)
    met[0] = True
    length, states = 0, np.zeros(1, np.int64)
    while len(states):
        length += 1
        following = moves[rows[states]].ravel()
        unmet = np.flatnonzero(~met[following])
        reached, first = np.unique(following[unmet], return_index=True)
        behind, byte = np.divmod(unmet[first], 256)
        grams[reached] = lengthened(grams[states[behind]], byte, length)
        met[reached] = True
        states = reached.astype(np.int64)
    return grams


def _by_use(tables: LanguageTables, texts: Iterable[str]) -> LanguageTables:
    """The same tables, with the features that the texts have most before the others, whose order stays."""
    found = np.concatenate([tables.features_of(text.encode("utf-8")) for text in texts if text])
    order = np.argsort(-np.bincount(found, minlength=len(tables.scores)), kind="stable")
    # the last place stands for "no feature", which -1 reads
    renamed = np.append(np.argsort(order), -1).astype(np.int32)
    return replace(tables, scores=tables.scores[order], features=renamed[tables.features])
