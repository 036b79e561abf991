"""Puts the examples of each retrieval intent on its shelf."""

from __future__ import annotations

import numpy as np

from nlu.components.selector import ResponseSelector, Shelf
from nlu.learning.corpus import Corpus, meaning_matrix


def learn_selector(corpus: Corpus) -> ResponseSelector:
    """Return a selector for every intent written as `name/answer`."""
    shelves: dict[str, Shelf] = {}
    retrieval = sorted({e.base_intent for e in corpus.data.examples if "/" in e.intent})
    for intent in retrieval:
        members = [
            (e.intent, d)
            for e, d in zip(corpus.data.examples, corpus.drafts, strict=True)
            if e.base_intent == intent and "/" in e.intent
        ]
        keys = sorted({key for key, _ in members})
        drafts = [draft for _, draft in members]
        starts = [0, *np.cumsum([len(d.ngrams.columns) for d in drafts]).tolist()]
        shelves[intent] = Shelf.of(
            tuple(keys),
            np.array([keys.index(key) for key, _ in members], np.int32),
            meaning_matrix(drafts),
            np.array(starts, np.int32),
            np.concatenate([d.ngrams.columns for d in drafts]),
            np.concatenate([d.ngrams.values for d in drafts]),
        )
    return ResponseSelector(shelves)
