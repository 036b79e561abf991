"""Scores how the writer of a message feels: label, intensity, probability of being upset, the words that show it.

One linear model over words, character n-grams, hand-made cues (`cues`) and, where there is an
encoder, the sentence embedding; where the multilingual encoder runs, a kernel machine beside it (`likeness`). It
judges one message; what a conversation amounts to is the product's to weigh.
It never calls anything proof: `upset` is a calibrated probability. How it is learnt stands in
`training`; scoring needs numpy alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Protocol, cast

import numpy as np
import numpy.typing as npt

from nlu.artifacts import ModelError, read_array, read_json, write_array, write_json
from nlu.emotion.evidence import Found, evidence_of, find, token_weights
from nlu.emotion.heads import INTENSITY, LABELS, Blend, Blends, Heads, any_of
from nlu.emotion.lexicon import Hint, Lexicon
from nlu.emotion.likeness import Likeness
from nlu.emotion.tokens import LONG, sentences
from nlu.emotion.vocabulary import Vocabulary
from nlu.types import UPSET_LABELS, Emotion, EmotionLabel

Floats = npt.NDArray[np.float32]

DEFAULT_THRESHOLD: Final = 0.4
"""From this probability on a message counts as upset. With true probabilities F1 is best at half of the best F1 (Lipton
et al. 2014), and a miss costs more than a false alarm."""

_FORMAT: Final = 4
_UPSET_COLUMNS: Final = tuple(i for i, label in enumerate(LABELS) if label in UPSET_LABELS)
_CALM_COLUMNS: Final = tuple(i for i, label in enumerate(LABELS) if label not in UPSET_LABELS)
_NEUTRAL: Final = LABELS.index(EmotionLabel.NEUTRAL)
_SOME_FEELING: Final = 0.15
"""The least intensity of a label other than neutral, and the most of neutral."""


class Encoder(Protocol):
    """What turns texts into sentence embeddings."""

    def embed(self, texts: Sequence[str], /) -> Floats:
        """Embeddings of `texts`, shape (n, d), each of length one."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """One text as its words are seen: what is `found`, and the raw scores (11,) that the light heads give for that."""

    text: str
    found: Found
    light: Floats


@dataclass(frozen=True, slots=True)
class Reading:
    """What is made of one text: `raw` scores (11,) of `heads`, the `column` that counted most.

    `mixed` is that column's score, of which `upset` is the calibrated probability.
    """

    words: Words
    heads: Heads
    raw: Floats
    column: int
    mixed: float
    upset: float


@dataclass(frozen=True, slots=True)
class EmotionModel:
    """A trained model: `light` heads for every text, `semantic` ones for texts whose sentence embedding says something.

    Where both can judge, they judge together: words and meaning err on different texts. The encoder
    knows English, so texts that are plainly in another language are judged by the light heads alone. `likeness`, where
    there is one, adds to the judgement of customers in any language, and of any writer in another than English.
    """

    vocabulary: Vocabulary
    lexicon: Lexicon
    light: Heads
    semantic: Heads | None = None
    encoder: Encoder | None = None
    likeness: Likeness | None = None
    multilingual: Encoder | None = None

    def score(
        self,
        text: str,
        embedding: Floats | None = None,
        meaning: Floats | None = None,
        *,
        to_service: bool = False,
    ) -> Emotion:
        """How the writer of `text` seems to feel. Never raises for any text.

        `embedding` (d,) of the English encoder and `meaning` (m,) of the multilingual one save encoding the text again;
        without them, a model that was trained with an encoder asks its own, and one that has none at hand judges by
        words alone. `to_service` says that the text was written to a service and not just to anyone, which tells
        complaints from talk. In a long message one sentence can be upset among calm ones: there the words of each are
        judged alone, too, and count if they say more than the whole.
        """
        words = self._words(text)
        if words is None:
            return Emotion()
        judged = self._judged(words, self._deep(words, embedding), to_service=to_service)
        whole = self._likened(judged, meaning, to_service=to_service)
        parts = sentences(text) if to_service and len(text.split()) > LONG else ()
        if len(parts) < 2:
            return self._told(whole, whole.upset)
        # encoders would cost as much again as the whole message
        read = [self._judged(each, None, to_service=to_service) for part in parts if (each := self._words(part))]
        upset = any_of([each.upset for each in read])
        if upset <= whole.upset:
            return self._told(whole, whole.upset)
        return self._told(max(read, key=lambda each: each.upset), upset)

    def _words(self, text: str) -> Words | None:
        """What is found in a text; None where it holds nothing."""
        found = find(text, self.vocabulary, self.lexicon)
        return (
            Words(text, found, self.light.score(found.sparse, found.cues.vector, None)) if found.tokens.norm else None
        )

    def _deep(self, words: Words, embedding: Floats | None) -> Floats | None:
        """Raw scores (11,) by words and meaning; None for another language than the encoder's, and without any."""
        found = words.found
        if self.semantic is None or found.cues.hint is Hint.OTHER:
            return None
        if embedding is None and self.encoder is not None:
            embedding = self.encoder.embed([words.text])[0]
        return None if embedding is None else self.semantic.score(found.sparse, found.cues.vector, embedding)

    def _judged(self, words: Words, deep: Floats | None, *, to_service: bool) -> Reading:
        """The judgement of the heads: of both where there are `deep` scores."""
        heads, raw = (self.light, words.light) if self.semantic is None or deep is None else (self.semantic, deep)
        blend = heads.blends.customer if to_service else heads.blends.anyone
        mixed, column = blend.mixed(words.light, deep)
        return Reading(words, heads, raw, column, mixed, blend.calibrated(mixed))

    def _likened(self, reading: Reading, meaning: Floats | None, *, to_service: bool) -> Reading:
        """The same judgement with what `likeness` adds to it, where it knows such texts."""
        words, likeness = reading.words, self.likeness
        if likeness is None or not (to_service or words.found.cues.hint is Hint.OTHER):
            return reading
        if meaning is None and self.multilingual is not None:
            meaning = self.multilingual.embed([words.text])[0]
        if meaning is None:
            return reading
        curves, alike = likeness.curves, likeness.score(meaning)
        customer = curves.customer if reading.heads is self.light else curves.semantic
        upset = likeness.upset(alike, reading.mixed, customer if to_service else curves.anyone)
        return replace(reading, raw=likeness.added(alike, reading.raw), upset=upset)

    def _told(self, reading: Reading, upset: float) -> Emotion:
        """The judgement with its words; `upset` is that of the message of which `reading` may be one sentence."""
        raw = reading.raw
        label = max(_UPSET_COLUMNS if upset >= DEFAULT_THRESHOLD else _CALM_COLUMNS, key=lambda c: float(raw[c]))
        intensity = min(1.0, max(0.0, float(raw[INTENSITY])))
        if label == _NEUTRAL:
            return Emotion(EmotionLabel.NEUTRAL, min(intensity, _SOME_FEELING), upset)
        towards, against = (reading.column, None) if label in _UPSET_COLUMNS else (label, _NEUTRAL)
        found, heads = reading.words.found, reading.heads
        per_feature, per_cue = (
            _less(each, towards, against) for each in (heads.sparse[found.sparse.index], heads.dense)
        )
        per_token = token_weights(found, self.vocabulary, self.lexicon, per_feature, per_cue)
        return Emotion(LABELS[label], max(intensity, _SOME_FEELING), upset, evidence_of(found.tokens, per_token))

    def save(self, folder: Path) -> None:
        """Write the model into `folder`, which is made if need be: JSON and `.npy` arrays, nothing executable."""
        folder.mkdir(parents=True, exist_ok=True)
        write_json(
            folder / "emotion.json",
            {
                "format": _FORMAT,
                "words": list(self.vocabulary.words),
                "chars": list(self.vocabulary.chars),
                "char_weight": self.vocabulary.char_weight,
                "lexicon": self.lexicon.to_json(),
                "blends": {name: asdict(heads.blends) for name, heads in self._heads().items()},
            }
            | ({} if self.likeness is None else {"likeness": self.likeness.curves_to_json()}),
        )
        write_array(folder / "emotion_idf.npy", self.vocabulary.idf)
        for name, heads in self._heads().items():
            heads.save(folder, f"emotion_{name}")
        if self.likeness is not None:
            self.likeness.save(folder)

    def _heads(self) -> dict[str, Heads]:
        return {"light": self.light} | ({"semantic": self.semantic} if self.semantic is not None else {})

    @classmethod
    def load(cls, folder: Path, encoder: Encoder | None = None, multilingual: Encoder | None = None) -> EmotionModel:
        """Read what `save` wrote. Raises ModelError when a file is missing, damaged or of another version."""
        about = read_json(folder / "emotion.json")
        check_format(folder, about, _FORMAT)
        vocabulary = Vocabulary(
            about["words"],
            about["chars"],
            read_array(folder / "emotion_idf.npy", "float32", 1),
            float(about["char_weight"]),
        )
        heads = {
            name: Heads.load(folder, f"emotion_{name}", Blends(Blend(**b["anyone"]), Blend(**b["customer"])))
            for name, b in about["blends"].items()
        }
        lexicon = Lexicon.from_json(about["lexicon"])
        likeness = Likeness.load(folder, about["likeness"]) if "likeness" in about else None
        return cls(vocabulary, lexicon, heads["light"], heads.get("semantic"), encoder, likeness, multilingual)


def _less(weights: Floats, towards: int, against: int | None) -> Floats:
    return weights[:, towards] - (weights[:, against] if against is not None else np.float32(0.0))


def check_format(folder: Path, about: object, expected: int) -> None:
    """Raise ModelError unless `about` is a description of the expected format."""
    if not isinstance(about, dict) or cast("dict[str, object]", about).get("format") != expected:
        raise ModelError(f"{folder} holds no emotion model of format {expected}; delete the folder, it is made again")
