"""Detectors that ship ready and learn nothing from the assistant: emotion, danger, and the wish for a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nlu import asked, safety
from nlu.draft import Draft
from nlu.emotion import EmotionModel
from nlu.gist import Gist
from nlu.types import Safety
from nlu.wording import WordingModel


@dataclass(frozen=True, slots=True)
class EmotionDetector:
    """Fills `draft.emotion`."""

    model: EmotionModel

    def process(self, draft: Draft) -> None:
        draft.emotion = self.model.score(draft.text, draft.embedding, draft.multilingual, to_service=True)

    def save(self, folder: Path) -> None:
        self.model.save(folder)

    @classmethod
    def load(cls, folder: Path) -> EmotionDetector:
        """Read what `save` wrote. Raises ModelError."""
        return cls(EmotionModel.load(folder))


@dataclass(frozen=True, slots=True)
class PersonRequestDetector:
    """Fills `draft.asked_for_person`: the probability that the writer wants a human being.

    With a `gist`, the multilingual encoder's numbers are heard, too.
    """

    model: WordingModel
    gist: Gist | None = None

    def process(self, draft: Draft) -> None:
        draft.asked_for_person = asked.score(draft.text, self.model, self.gist, draft.multilingual)

    def save(self, folder: Path) -> None:
        self.model.save(folder)
        if self.gist is not None:
            self.gist.save(folder)

    @classmethod
    def load(cls, folder: Path) -> PersonRequestDetector:
        """Read what `save` wrote: a worker that starts never trains. Raises ModelError."""
        return cls(WordingModel.load(folder, asked.PATTERNS), Gist.load_if_saved(folder))


@dataclass(frozen=True, slots=True)
class SafetyDetector:
    """Fills `draft.safety`: words of self-harm, of an emergency, of a threat.

    With a `gist`, the multilingual encoder's numbers are heard, too.
    """

    model: WordingModel
    gist: Gist | None = None

    def process(self, draft: Draft) -> None:
        found = safety.find(draft.text, self.model, self.gist, draft.multilingual)
        draft.safety = None if found is None else Safety(found.kind.value, found.evidence)

    def save(self, folder: Path) -> None:
        self.model.save(folder)
        if self.gist is not None:
            self.gist.save(folder)

    @classmethod
    def load(cls, folder: Path) -> SafetyDetector:
        """Read what `save` wrote: a worker that starts never trains. Raises ModelError."""
        return cls(WordingModel.load(folder, safety.PATTERNS), Gist.load_if_saved(folder))
