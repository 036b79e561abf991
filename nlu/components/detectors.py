"""Detectors that ship ready and learn nothing from the assistant: emotion, and the wish for a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nlu.draft import Draft
from nlu.emotion import EmotionModel


@dataclass(frozen=True, slots=True)
class EmotionDetector:
    """Fills `draft.emotion`."""

    model: EmotionModel

    def process(self, draft: Draft) -> None:
        draft.emotion = self.model.score(draft.text)

    def save(self, folder: Path) -> None:
        self.model.save(folder)

    @classmethod
    def load(cls, folder: Path) -> EmotionDetector:
        """Read what `save` wrote. Raises ModelError."""
        return cls(EmotionModel.load(folder))
