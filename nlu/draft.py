"""What is known of one text while it passes along a pipeline, and the vocabulary of pipeline parts.

A draft is the one mutable value of this library: it is born and consumed within one parse, and never shared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlu.types import NLU_FALLBACK, Emotion, Entity, Intent, ParseResult, RetrievedResponse, Safety

Floats: TypeAlias = NDArray[np.float32]
Indices: TypeAlias = NDArray[np.int32]

MAX_CHARACTERS: int = 2_000
"""Only so many code points of a text are looked at; what a customer needs stands at its beginning."""


class Part(StrEnum):
    """What one component leaves in a draft for another to need."""

    TOKENS = "tokens"
    PATTERN_FEATURES = "pattern features"
    NGRAMS = "n-gram features"
    EMBEDDING = "a sentence embedding"
    RANKING = "an intent ranking"
    DECISION = "a decision on the intent"
    OUT_OF_SCOPE = "an out-of-scope score"
    ENTITIES = "entities"
    LANGUAGE = "a language"
    RESPONSES = "responses"
    EMOTION = "an emotion"
    SAFETY = "words of danger"
    ASKED = "whether a person was asked for"


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark; `start` and `end` count code points of the text as it came, end exclusive."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SparseFeatures:
    """A sparse vector of unit length: `values[i]` stands at column `columns[i]`, columns ascending."""

    columns: Indices
    values: Floats


EMPTY_SPARSE = SparseFeatures(np.zeros(0, np.int32), np.zeros(0, np.float32))


@dataclass(slots=True)
class Draft:
    """One text on its way.

    `embedding` has shape (d,) and is the English encoder's, `multilingual` (m,) the multilingual one's, `static` (s,)
    that of its words alone; `views` are all encoders', (v, k), the narrower filled up with zeros.
    `token_marks[i]` names the patterns and lookup tables that cover token i. `scores` are the
    classifier's raw scores in the order of its intents. `known` is the share of the text's letters that training texts
    have, `nearness` the mean cosine to the nearest of them or, without an encoder, the same as `known`.
    """

    text: str
    tokens: tuple[Token, ...] = ()
    token_marks: tuple[tuple[str, ...], ...] = ()
    ngrams: SparseFeatures = EMPTY_SPARSE
    known: float = 0.0
    embedding: Floats | None = None
    multilingual: Floats | None = None
    static: Floats | None = None
    views: Floats | None = None
    scores: Floats | None = None
    nearness: float = 0.0
    ranking: tuple[Intent, ...] = ()
    decision: Intent | None = None
    out_of_scope: float = 0.0
    entities: tuple[Entity, ...] = ()
    language: str = "und"
    emotion: Emotion = field(default_factory=Emotion)
    asked_for_person: float = 0.0
    safety: Safety | None = None
    responses: tuple[RetrievedResponse, ...] = ()

    @property
    def meaning(self) -> Floats | None:
        """What the encoders say of the text, of unit length: cosines are the mean of theirs. None where none runs."""
        found = [each for each in (self.embedding, self.multilingual, self.static) if each is not None]
        return np.concatenate(found) / np.float32(np.sqrt(len(found))) if found else None

    def finish(self, text: str, model: str) -> ParseResult:
        """Close the draft. `text` is the text as it came, whole."""
        decision = self.decision or (self.ranking[0] if self.ranking else Intent(NLU_FALLBACK, 1.0))
        return ParseResult(
            text=text,
            intent=decision,
            ranking=self.ranking,
            entities=tuple(sorted(self.entities, key=lambda e: (e.start, e.end, e.entity))),
            emotion=self.emotion,
            language=self.language,
            out_of_scope=self.out_of_scope,
            asked_for_person=self.asked_for_person,
            safety=self.safety,
            responses=self.responses,
            model=model,
        )


def beside(views: Floats | None, others: Floats) -> Floats:
    """Return views (…, v, d) with others (…, w, e) below them, the narrower ones filled up with zeros."""
    if views is None:
        return others
    count, width = views.shape[-2:]
    widest = max(width, others.shape[-1])
    joined = np.zeros((*views.shape[:-2], count + others.shape[-2], widest), np.float32)
    joined[..., :count, :width] = views
    joined[..., count:, : others.shape[-1]] = others
    return joined


class Component(Protocol):
    """A learnt part of a pipeline. Immutable, so that threads may share it."""

    def process(self, draft: Draft) -> None:
        """Add what this part finds to the draft. Never raises for any text."""
        ...

    def save(self, folder: Path) -> None:
        """Write what was learnt into an empty folder, the same bytes for the same learning."""
        ...
