"""Learns an emotion model from examples, and keeps the one of this program's own examples at hand.

The only module of the emotion part that needs scikit-learn. It trains on what it is given; it never reads
a public data set.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlu.emotion import COLUMNS, INTENSITY, LABELS, LEXICON, UPSET, Calibration, EmotionModel, Encoder, shipped_lexicon
from nlu.emotion_data import TRAINING, EmotionExample, read_examples
from nlu.emotion_features import Vocabulary
from nlu.emotion_lexicon import cues
from nlu.emotion_tokens import Tokens, cut
from nlu.shipped import kept, key_of

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

CHAR_WEIGHT: Final = 0.8
CUE_WEIGHT: Final = 0.35
EMBEDDING_WEIGHT: Final = 1.6
"""How much each block counts beside the word block: with an L2 penalty, a larger block is cheaper to use.
Chosen by cross-validation on our own examples."""

_LABEL_C: Final = 4.0
_UPSET_C: Final = 4.0
_INTENSITY_ALPHA: Final = 1.0
_FOLDS: Final = 4
_PRECISE: Final = {"xatol": 1e-5, "fatol": 1e-9}


def train(examples: Sequence[EmotionExample], *, encoder: Encoder | None = None, seed: int = 0) -> EmotionModel:
    """Fit labels, upset and intensity, then calibrate on folds that the scoring model has not seen.

    Raises ValueError when the examples do not hold an upset and a calm writer each.
    """
    sparse: Any = importlib.import_module("scipy.sparse")  # heavy, and for training only

    upset = np.array([e.is_upset for e in examples])
    if len(examples) < 2 * _FOLDS or upset.all() or not upset.any():
        raise ValueError(
            f"cannot train an emotion model on {len(examples)} examples: "
            f"it needs upset and calm writers, at least {2 * _FOLDS}"
        )
    messages = [cut(e.text) for e in examples]
    lexicon = shipped_lexicon()
    vocabulary = Vocabulary.learn(messages, char_weight=CHAR_WEIGHT)
    ngrams = _matrix(messages, vocabulary)
    dense = np.stack([cues(m, lexicon).vector for m in messages])
    scale = (CUE_WEIGHT / np.maximum(dense.std(axis=0), 0.1)).astype(np.float32)
    blocks: list[Any] = [ngrams, sparse.csr_matrix(dense * scale)]
    dimensions = 0
    if encoder is not None:
        embedded = encoder.embed([m.text for m in messages])
        dimensions = embedded.shape[1]
        blocks.append(sparse.csr_matrix(embedded * np.float32(EMBEDDING_WEIGHT)))
    design: Any = sparse.hstack(blocks).tocsr()
    labels = np.array([LABELS.index(e.label) for e in examples])
    strength = np.array([e.intensity for e in examples])
    weights, bias = _fit(design, labels, upset, strength)
    calibration = _calibrate(design, labels, upset, seed)
    split = (len(vocabulary), len(vocabulary) + dense.shape[1])
    return EmotionModel(
        vocabulary=vocabulary,
        lexicon=lexicon,
        sparse=np.ascontiguousarray(weights[: split[0]]),
        dense=np.ascontiguousarray(weights[split[0] : split[1]] * scale[:, None]),
        embedding=np.ascontiguousarray(weights[split[1] :] * np.float32(EMBEDDING_WEIGHT)).reshape(dimensions, COLUMNS),
        bias=bias,
        calibration=calibration,
        encoder=encoder,
    )


def _matrix(messages: Sequence[Tokens], vocabulary: Vocabulary) -> Any:
    sparse: Any = importlib.import_module("scipy.sparse")  # heavy, and for training only

    found = [vocabulary.features(m) for m in messages]
    ends = np.cumsum([0] + [len(f.index) for f in found])
    values, index = np.concatenate([f.value for f in found]), np.concatenate([f.index for f in found])
    return sparse.csr_matrix((values, index, ends), shape=(len(messages), len(vocabulary)))


def _fit(design: Any, labels: Any, upset: Any, strength: Any) -> tuple[Floats, Floats]:
    """Weights (features, 9) and bias (9,)."""
    linear: Any = importlib.import_module("sklearn.linear_model")  # heavy, and for training only

    weights = np.zeros((design.shape[1], COLUMNS), dtype=np.float32)
    bias = np.zeros(COLUMNS, dtype=np.float32)
    by_label: Any = linear.LogisticRegression(C=_LABEL_C, max_iter=200, tol=1e-3, class_weight="balanced").fit(
        design, labels
    )
    bias[: len(LABELS)] = -30.0  # a label without examples is never chosen
    if len(by_label.classes_) == 2:
        first, second = by_label.classes_
        weights[:, second], bias[second], bias[first] = by_label.coef_[0], by_label.intercept_[0], 0.0
    else:
        weights[:, by_label.classes_] = by_label.coef_.T
        bias[by_label.classes_] = by_label.intercept_
    by_mood: Any = _mood_model().fit(design, upset)
    weights[:, UPSET], bias[UPSET] = by_mood.coef_[0], by_mood.intercept_[0]
    by_strength: Any = linear.Ridge(alpha=_INTENSITY_ALPHA, solver="lsqr", tol=1e-3).fit(design, strength)
    weights[:, INTENSITY], bias[INTENSITY] = by_strength.coef_, by_strength.intercept_
    return weights, bias


def _mood_model() -> Any:
    linear: Any = importlib.import_module("sklearn.linear_model")  # heavy, and for training only

    return linear.LogisticRegression(C=_UPSET_C, max_iter=200, tol=1e-3)


def _calibrate(design: Any, labels: Any, upset: Any, seed: int) -> Calibration:
    """Platt's two numbers from out-of-fold scores."""
    del labels
    order = np.random.default_rng(seed).permutation(len(upset))
    scores = np.zeros(len(upset))
    for fold in range(_FOLDS):
        held = order[fold::_FOLDS]
        rest = np.setdiff1d(order, held)
        if len(set(upset[rest].tolist())) == 2:
            scores[held] = _mood_model().fit(design[rest], upset[rest]).decision_function(design[held])
    slope, offset = platt(scores, upset)
    return Calibration(slope, offset)


def platt(scores: Doubles, positive: Any) -> tuple[float, float]:
    """Slope and offset of the likeliest sigmoid, targets smoothed as in Platt (1999)."""
    optimize: Any = importlib.import_module("scipy.optimize")
    yes, no = float(np.sum(positive)), float(np.sum(~positive))
    target: Doubles = np.where(positive, (yes + 1) / (yes + 2), 1 / (no + 2))

    def loss(p: Doubles) -> float:
        z: Doubles = p[0] * scores + p[1]
        each: Doubles = np.logaddexp(0.0, z) - target * z
        return float(each.mean())

    found: Any = optimize.minimize(loss, [1.0, 0.0], method="Nelder-Mead", options=_PRECISE)
    slope, offset = found.x
    return float(slope), float(offset)


@lru_cache(maxsize=1)
def training_key() -> str:
    """Names the examples, the lexicon and the code that a shipped model comes from."""
    return key_of([TRAINING, LEXICON, *sorted(Path(__file__).parent.glob("emotion*.py"))])


def shipped(cache_dir: Path | None, encoder: Encoder | None) -> EmotionModel:
    """The model of our own examples, from `cache_dir` where it is up to date, else trained and left there."""
    variant = "light"
    if encoder is not None:
        probe = encoder.embed(["a fixed sentence that tells encoders apart"])
        variant = hashlib.sha256(np.round(probe, 2).tobytes()).hexdigest()[:8]
    return kept(
        None if cache_dir is None else cache_dir / f"emotion-{training_key()}-{variant}",
        lambda folder: EmotionModel.load(folder, encoder),
        lambda: EmotionModel.fit(read_examples(TRAINING), encoder),
        lambda model, folder: model.save(folder),
    )
