"""What the multilingual encoder's numbers say of one question, asked beside the words of a message (`wording`).

A kernel machine whose kernel is the square of (cosine + 1) / 2, multiplied out: what it learnt of thousands of examples
is one square matrix, so that serving costs one product however many there were. It knows no texts itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from nlu.artifacts import ModelError, read_array, read_json, write_array, write_json

Floats = npt.NDArray[np.float32]

_ABOUT: Final = "gist.json"


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
