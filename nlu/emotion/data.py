"""Reads the hand-written messages that the shipped emotion model learns from and is measured on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from nlu.types import UPSET_LABELS, EmotionLabel

DATA: Final = Path(__file__).parent.parent / "data"
TRAINING: Final = DATA / "emotion.yml"
CAPITALS: Final = DATA / "emotion_capitals.yml"
"""Learned from as well: messages that are in capitals throughout."""

DEVELOPMENT: Final = DATA / "emotion_dev.yml"
"""Not trained on either, but looked at: constants and word lists were chosen with it at hand."""

HELD_BACK: Final = DATA / "emotion_heldout.yml"
"""Measures, and nothing else."""

COMPLAINTS: Final = DATA / "emotion_pain.yml"
"""Complaints of the body, told calmly or by people whom they upset; they measure, and one half was never looked at."""


@dataclass(frozen=True, slots=True)
class EmotionExample:
    """One message and how its writer feels.

    `intensity` is 0 to 1; `about` is the setting it was written for: `shop, bank, clinic, general, chatter`.
    """

    text: str
    label: EmotionLabel
    intensity: float
    language: str
    about: str

    @property
    def is_upset(self) -> bool:
        """Whether the writer is frustrated, angry or distressed."""
        return self.label in UPSET_LABELS


@lru_cache(maxsize=2)
def read_examples(path: Path) -> tuple[EmotionExample, ...]:
    """Read a file of groups; the last two are remembered, since each detector learns from them.

    Raises OSError, or ValueError with the group that has a wrong shape.
    """
    reader: Any = YAML(typ="safe", pure=True)
    groups: list[Any] = reader.load(path.read_text(encoding="utf-8"))
    if not isinstance(groups, list):
        raise ValueError(  # noqa: TRY004  # a wrong file, not a wrong argument
            f"cannot read emotion examples {path}: it must be a list of groups"
        )
    return tuple(example for group in groups for example in _of_group(path, group))


def _of_group(path: Path, group: Any) -> Iterator[EmotionExample]:
    try:
        label = EmotionLabel(group["label"])
        intensity, language, about = float(group["intensity"]), str(group["language"]), str(group["about"])
        lines = str(group["examples"]).splitlines()
    except (TypeError, KeyError, ValueError) as wrong:
        raise ValueError(
            f"cannot read emotion examples {path}: {group!r} needs language, label, about, intensity and examples"
        ) from wrong
    for line in lines:
        if text := line.strip().removeprefix("-").strip():
            yield EmotionExample(text, label, intensity, language, about)
