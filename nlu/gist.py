"""What the multilingual encoder's numbers say of one question, asked beside the words of a message (`wording`).

A kernel machine whose kernel is the square of (cosine + 1) / 2, multiplied out: what it learnt of thousands of examples
is one square matrix, so that serving costs one product however many there were. It knows no texts itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.artifacts import ModelError, read_array, read_json, write_array, write_json
from nlu.emotion.heads import sigmoid

Floats = npt.NDArray[np.float32]

_ABOUT: Final = "gist.json"
_LEAST: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Balance:
    """How a gist's score and the probability that the words make become one.

    `words` is what their log-odds count beside the score; the joint score `least` has the probability `threshold`, and
    `slope` says how steeply it rises there.
    """

    words: float
    least: float
    slope: float
    threshold: float

    def joined(self, gist: float, words: float) -> float:
        """One score of a gist's score and a probability."""
        return gist + self.words * _odds(words)

    def probability(self, gist: float, words: float) -> float:
        """The probability that both make together."""
        return sigmoid(self.slope * (self.joined(gist, words) - self.least) + _odds(self.threshold))


def _odds(probability: float) -> float:
    return math.log(max(probability, _LEAST) / max(1.0 - probability, _LEAST))


@dataclass(frozen=True, slots=True)
class Gist:
    """`form` (d, d), `line` (d,) and `start` make the score.

    `kinds` (k, d + 1) tell apart what is meant: a row of weights and its start for each of the `names`.
    """

    form: Floats
    line: Floats
    start: float
    kinds: Floats
    names: tuple[str, ...]

    def score(self, numbers: Floats) -> float:
        """How much a text with these numbers (d,) of length one is what was asked for: about -1 to 1."""
        return float(numbers @ (self.form @ numbers + self.line)) + self.start

    def kind(self, numbers: Floats) -> str:
        """Which of the names fits best."""
        return self.names[int(np.argmax(self.kinds[:, :-1] @ numbers + self.kinds[:, -1]))]

    def save(self, folder: Path) -> None:
        """Write it into a folder that exists: JSON and `.npy` arrays, nothing executable."""
        write_json(folder / _ABOUT, {"start": self.start, "names": list(self.names)})
        for name in ("form", "line", "kinds"):
            write_array(folder / f"gist_{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> Gist:
        """Read what `save` wrote. Raises ModelError when a file is missing or damaged, or the files do not fit."""
        about = read_json(folder / _ABOUT)
        form = read_array(folder / "gist_form.npy", "float32", 2, in_memory=True)
        line = read_array(folder / "gist_line.npy", "float32", 1, in_memory=True)
        kinds = read_array(folder / "gist_kinds.npy", "float32", 2, in_memory=True)
        names = tuple(map(str, about["names"]))
        width = len(line)
        if form.shape != (width, width) or kinds.shape != (len(names), width + 1):
            raise ModelError(f"{folder} holds arrays of a gist that do not fit each other; train the model again")
        return cls(form, line, float(about["start"]), kinds, names)

    @classmethod
    def load_if_saved(cls, folder: Path) -> Gist | None:
        """What `save` wrote into this folder, or None where it wrote nothing. Raises ModelError as `load` does."""
        return cls.load(folder) if (folder / _ABOUT).exists() else None
