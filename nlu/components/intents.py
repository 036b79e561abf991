"""Ranks the intents of a text: a linear model over n-grams and, where there is one, the sentence embedding.

Its confidences are calibrated: softmax(scores / temperature), the temperature chosen on texts that the
scoring model had not seen (Guo et al. 2017). How it is learnt stands in `nlu.learning.intents`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu.artifacts import read_array, read_json, write_array, write_json
from nlu.draft import Draft, Floats
from nlu.types import Intent


def softmax(scores: Floats) -> Floats:
    """Return probabilities along the last axis."""
    shifted: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    probabilities: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


@dataclass(frozen=True, slots=True)
class IntentClassifier:
    """Fills `draft.scores` and `draft.ranking`.

    Shapes, with c intents: `ngram_weights` (n-gram columns, c), `embedding_weights` (d, c) with d = 0 for a
    pipeline without encoder, `bias` (c,).
    """

    intents: tuple[str, ...]
    ngram_weights: Floats
    embedding_weights: Floats
    bias: Floats
    temperature: float = 1.0

    def process(self, draft: Draft) -> None:
        if not self.intents or not draft.text.strip():
            return
        draft.scores = self.scores(draft)
        probabilities = softmax(draft.scores / np.float32(self.temperature))
        order = np.argsort(-probabilities, kind="stable")
        draft.ranking = tuple(Intent(self.intents[i], float(probabilities[i])) for i in order)

    def scores(self, draft: Draft) -> Floats:
        """Return the raw score of each intent, shape (c,)."""
        scores = self.bias.copy()
        if len(draft.ngrams.columns):
            scores += draft.ngrams.values @ self.ngram_weights[draft.ngrams.columns]
        if draft.embedding is not None and len(self.embedding_weights):
            scores += draft.embedding @ self.embedding_weights
        return scores

    def save(self, folder: Path) -> None:
        write_json(folder / "intents.json", {"intents": list(self.intents), "temperature": self.temperature})
        write_array(folder / "ngram_weights.npy", self.ngram_weights)
        write_array(folder / "embedding_weights.npy", self.embedding_weights)
        write_array(folder / "bias.npy", self.bias)

    @classmethod
    def load(cls, folder: Path) -> IntentClassifier:
        """Read what `save` wrote; the n-gram weights stay on disk until they are used. Raises ModelError."""
        about = read_json(folder / "intents.json")
        names: list[str] = about["intents"]
        return cls(
            tuple(names),
            read_array(folder / "ngram_weights.npy", "float32", 2),
            read_array(folder / "embedding_weights.npy", "float32", 2, in_memory=True),
            read_array(folder / "bias.npy", "float32", 1, in_memory=True),
            float(about["temperature"]),
        )
