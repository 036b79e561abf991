"""Learns what the multilingual encoder's numbers say of a question, and keeps what was learnt of our own examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from nlu import asked, safety
from nlu.emotion.data import TRAINING as EVERYDAY
from nlu.emotion.likeness_training import Sums
from nlu.emotion.model import Encoder
from nlu.emotion.training import encoder_name
from nlu.gist import Gist
from nlu.labelled import read_labelled
from nlu.places import cache_folder
from nlu.shipped import kept, key_of

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

SUPPORTS: Final = 2_000
"""By so many of the texts the others are judged while learning; 3,000 are no better by folds, 1,200 worse."""

RIDGE: Final = 0.2
EVERYDAY_STEP: Final = 3
"""Every so manieth everyday message is learnt from: every second and all of them are no better."""

_HERE: Final = Path(__file__)
_CODE: Final = (_HERE, _HERE.parents[1] / "gist.py", _HERE.parents[1] / "emotion" / "likeness_training.py")
_KINDS_RIDGE: Final = 1.0
_JITTER: Final = 1e-3


@dataclass(frozen=True, slots=True)
class GistExamples:
    """Texts and, each, the kind of what it is, or None where it is not what is asked for."""

    texts: tuple[str, ...]
    kinds: tuple[str | None, ...]


def danger_examples() -> GistExamples:
    """The examples of danger, what only sounds like it, and everyday messages."""
    read = [each for path in (safety.TRAINING, safety.MEANINGS) for each in read_labelled(path, "kind")]
    labelled = [(text, None if kind == safety.NONE else kind) for text, kind, _ in read]
    return _with_everyday(labelled, safety.everyday())


def asked_examples() -> GistExamples:
    """The examples of the wish for a person, what is none, and everyday messages."""
    labelled = [
        (text, label if label == asked.YES else None) for text, label, _ in read_labelled(asked.TRAINING, "asks")
    ]
    return _with_everyday(labelled, asked.everyday())


def _with_everyday(labelled: Sequence[tuple[str, str | None]], everyday: Sequence[str]) -> GistExamples:
    texts, kinds = zip(*labelled, *((text, None) for text in everyday[::EVERYDAY_STEP]), strict=True)
    return GistExamples(texts, kinds)


def learn_gist(numbers: Floats, kinds: Sequence[str | None]) -> Gist:
    """Fit 1 where a text is of some kind and -1 where of none; `numbers` (n, d) of length one. It is deterministic.

    Kernel ridge regression in the span of some of the texts (Nyström's method, Williams and Seeger 2001).
    """
    some = numbers[np.linspace(0, len(numbers) - 1, min(len(numbers), SUPPORTS)).astype(np.int64)]
    wanted = np.array([kind is not None for kind in kinds])
    sums = Sums.of(_kernel(numbers, some), np.where(wanted, 1.0, -1.0)[:, None], np.ones(len(numbers)))
    weights, bias = sums.solve(RIDGE * _kernel(some, some).astype(np.float64) + _JITTER * np.eye(len(some)))
    each = weights[:, 0]
    # ((z·x + 1) / 2)² = (x·zz'x + 2 z·x + 1) / 4, and a sum over the supports z is one of each term
    form = (some * each[:, None].astype(np.float32)).T @ some / np.float32(4)
    line = each @ some / 2
    lines, names = _kinds(numbers[wanted], [kind for kind in kinds if kind is not None])
    start = float(bias[0] + each.sum() / 4)
    return Gist(np.asarray(form, np.float32), np.asarray(line, np.float32), start, lines, names)


def _kernel(some: Floats, others: Floats) -> Floats:
    squares: Floats = np.square((some @ others.T + np.float32(1)) / np.float32(2))
    return squares


def _kinds(numbers: Floats, kinds: Sequence[str]) -> tuple[Floats, tuple[str, ...]]:
    """Least squares of each kind against the others, (k, d + 1), and the kinds' names."""
    names = tuple(sorted(set(kinds)))
    design = np.append(numbers, np.ones((len(numbers), 1), np.float32), axis=1).astype(np.float64)
    aims = np.array([[1.0 if kind == name else -1.0 for name in names] for kind in kinds])
    penalty = _KINDS_RIDGE * np.eye(design.shape[1])
    return np.linalg.solve(design.T @ design + penalty, design.T @ aims).T.astype(np.float32), names


def danger_gist(encoder: Encoder) -> Gist:
    """That of our own examples of danger: learnt once per checkout and encoder (seconds), then read from the cache."""
    sources = (safety.TRAINING, safety.MEANINGS, safety.LEXICON, Path(safety.__file__))
    return _shipped("safety", sources, danger_examples, encoder)


def asked_gist(encoder: Encoder) -> Gist:
    """That of our own examples of the wish for a person, in the same way."""
    return _shipped("asked", (asked.TRAINING, asked.LEXICON, Path(asked.__file__)), asked_examples, encoder)


def _shipped(name: str, sources: Sequence[Path], examples: Callable[[], GistExamples], encoder: Encoder) -> Gist:
    def learn() -> Gist:
        found = examples()
        with threadpool_limits(1):  # more threads sum in another order, and the model would be another
            return learn_gist(encoder.embed(found.texts), found.kinds)

    def save(gist: Gist, folder: Path) -> None:
        folder.mkdir()
        gist.save(folder)

    key = key_of([*sources, EVERYDAY, *_CODE])
    return kept(cache_folder() / f"{name}-gist-{key}-{encoder_name(encoder)}", Gist.load, learn, save)
