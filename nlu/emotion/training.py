"""Learns an emotion model from examples, and keeps the one of this program's own examples at hand.

The only module of the emotion part that needs scikit-learn. It trains on what it is given; it never reads
a public data set.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from nlu.emotion.calibration import platt
from nlu.emotion.cues import cues
from nlu.emotion.data import CAPITALS, TRAINING, EmotionExample, read_examples
from nlu.emotion.heads import (
    COLUMNS,
    EVERYDAY,
    INTENSITY,
    LABELS,
    LIGHT,
    SEMANTIC,
    SERVICE,
    SETTING,
    Blend,
    Blends,
    Heads,
)
from nlu.emotion.lexicon import LEXICON, Hint, shipped_lexicon
from nlu.emotion.likeness import UPSET, Curve, Curves, Likeness, joined
from nlu.emotion.likeness_training import learn
from nlu.emotion.model import EmotionModel, Encoder
from nlu.emotion.tokens import Tokens, cut
from nlu.emotion.vocabulary import Vocabulary
from nlu.shipped import kept, key_of
from nlu.types import EmotionLabel

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

CHAR_WEIGHT: Final = 0.8
CUE_WEIGHT: Final = 0.15
EMBEDDING_WEIGHT: Final = 2.0
"""How much each block counts beside the word block: with an L2 penalty, a larger block is cheaper to use."""

_LABEL_C: Final = 2.0
_SERVICE_C: Final = 0.3
_SERVICE_C_LIGHT: Final = 2.0
_EVERYDAY_C: Final = 0.05
_SETTING_C: Final = 2.0
"""Everyday talk is endless, our examples of it are not: its score is held back more, so that it rests on the cues."""

_ELSEWHERE: Final = 0.1
"""What an example of the other kind of talk counts for an upset score."""

_LIKE_ELSEWHERE: Final = 0.3
"""The same for likeness."""

_INTENSITY_ALPHA: Final = 1.0
_FOLDS: Final = 8
UPSET_SHARE: Final = 0.3
"""The share of upset customers for which probabilities are true, among messages as plain as our examples. Those of
chats are harder to tell: there probabilities come out right where about one in five is upset (`emotion_chats.yml`)."""

_EVERYDAY_TALK: Final = "chatter"
_ANXIOUS: Final = LABELS.index(EmotionLabel.ANXIOUS)


@dataclass(frozen=True, slots=True)
class _Targets:
    """What is to be learnt, one row per example."""

    labels: Any
    upset: Any
    everyday: Any
    strength: Any

    @classmethod
    def of(cls, examples: Sequence[EmotionExample]) -> _Targets:
        return cls(
            np.array([LABELS.index(e.label) for e in examples]),
            np.array([e.is_upset for e in examples]),
            np.array([e.about == _EVERYDAY_TALK for e in examples]),
            np.array([e.intensity for e in examples]),
        )

    def at(self, rows: Any) -> _Targets:
        return _Targets(self.labels[rows], self.upset[rows], self.everyday[rows], self.strength[rows])


def train(
    examples: Sequence[EmotionExample],
    *,
    encoder: Encoder | None = None,
    multilingual: Encoder | None = None,
    seed: int = 0,
    share: float | None = None,
) -> EmotionModel:
    """Fit labels, upset and intensity, then calibrate on folds that the scoring model has not seen.

    What `encoder` and `multilingual` add leaves the rest as it is without them.

    Customers' probabilities are true where `share` of them are upset; None takes the share of the examples.
    Raises ValueError when the examples do not hold an upset and a calm writer each.
    """
    targets = _Targets.of(examples)
    if len(examples) < 2 * _FOLDS or targets.upset.all() or not targets.upset.any():
        raise ValueError(
            f"cannot train an emotion model on {len(examples)} examples: "
            f"it needs upset and calm writers, at least {2 * _FOLDS}"
        )
    messages = [cut(e.text) for e in examples]
    lexicon = shipped_lexicon()
    vocabulary = Vocabulary.learn(messages, char_weight=CHAR_WEIGHT)
    ngrams = _matrix(messages, vocabulary)
    seen = [cues(m, lexicon) for m in messages]
    dense = np.stack([s.vector for s in seen])
    folds = np.random.default_rng(seed).permutation(len(examples)) % _FOLDS
    light, unseen = _heads(ngrams, dense, None, targets, folds)
    light = replace(light, blends=_calibrated(LIGHT, unseen, None, targets, share))
    semantic, known, deep = None, np.zeros(0, dtype=np.int64), None
    if encoder is not None:
        rows = [i for i, s in enumerate(seen) if s.hint is not Hint.OTHER]
        known = np.array(rows)
        embedded = encoder.embed([examples[i].text for i in rows])
        semantic, deep = _heads(ngrams[known], dense[known], embedded, targets.at(known), folds[known])
        semantic = replace(semantic, blends=_calibrated(SEMANTIC, unseen[known], deep, targets.at(known), share))
    likeness = None
    if multilingual is not None:
        hints = [s.hint for s in seen]
        scores = _Unseen(unseen, dict(zip(known.tolist(), () if deep is None else deep, strict=True)))
        likeness = _likeness([e.text for e in examples], multilingual, targets, hints, scores, share)
    return EmotionModel(vocabulary, lexicon, light, semantic, encoder, likeness, multilingual)


@dataclass(frozen=True, slots=True)
class _Unseen:
    """Raw scores of examples by models that were not trained on them: the light heads', and the semantic ones'."""

    light: Any
    semantic: Mapping[int, Any]


def _likeness(
    texts: Sequence[str],
    encoder: Encoder,
    targets: _Targets,
    hints: Sequence[Hint],
    unseen: _Unseen,
    share: float | None,
) -> Likeness:
    """What the multilingual encoder's numbers say of everybody but of English everyday talk, calibrated."""
    rows = [i for i, hint in enumerate(hints) if hint is not Hint.ENGLISH or not targets.everyday[i]]
    chosen = targets.at(np.array(rows))
    clear = ~(chosen.everyday & (chosen.labels == _ANXIOUS))
    signs = [chosen.labels == label for label in range(len(LABELS))] + [chosen.upset]
    aims = np.stack([*(2.0 * sign - 1.0 for sign in signs), chosen.strength], axis=1)
    with threadpool_limits(1):  # more threads sum in another order, and the model would be another
        embedded = encoder.embed([texts[i] for i in rows])
        learnt = learn(embedded, aims, clear * np.where(chosen.everyday, _LIKE_ELSEWHERE, 1.0))

    def curve(blend: Blend, wanted: Sequence[bool], share: float | None = None) -> Curve:
        some = np.flatnonzero(np.array(wanted))
        upset = chosen.upset[some]
        if not len(some) or upset.all() or not upset.any():
            return Curve()
        words = [blend.mixed(unseen.light[i], unseen.semantic.get(i))[0] for i in (rows[k] for k in some.tolist())]
        scores = [joined(float(learnt.unseen[i, UPSET]), w) for i, w in zip(some, words, strict=True)]
        return Curve(*platt(np.array(scores), upset, share))

    other = [hints[i] is Hint.OTHER for i in rows]
    deep = [i in unseen.semantic for i in rows]
    customer = (~chosen.everyday).tolist()
    curves = Curves(
        customer=curve(LIGHT.customer, [c and not d for c, d in zip(customer, deep, strict=True)], share),
        semantic=curve(SEMANTIC.customer, [c and d for c, d in zip(customer, deep, strict=True)], share),
        anyone=curve(LIGHT.anyone, other),
    )
    return Likeness(learnt.examples, learnt.weights, learnt.bias, curves)


def _heads(ngrams: Any, dense: Floats, embedded: Floats | None, targets: _Targets, folds: Any) -> tuple[Heads, Doubles]:
    """Heads fitted on all examples, and raw scores (n, 11) of each example from a model that was not trained on it."""
    sparse: Any = importlib.import_module("scipy.sparse")  # heavy, and for training only
    scale = (CUE_WEIGHT / np.maximum(dense.std(axis=0), 0.1)).astype(np.float32)
    blocks: list[Any] = [ngrams, sparse.csr_matrix(dense * scale)]
    if embedded is not None:
        blocks.append(sparse.csr_matrix(embedded * np.float32(EMBEDDING_WEIGHT)))
    design: Any = sparse.hstack(blocks).tocsr()
    service_c = _SERVICE_C_LIGHT if embedded is None else _SERVICE_C
    weights, bias = _fit(design, targets, service_c)
    first, second = ngrams.shape[1], ngrams.shape[1] + dense.shape[1]
    heads = Heads(
        sparse=np.ascontiguousarray(weights[:first]),
        dense=np.ascontiguousarray(weights[first:second] * scale[:, None]),
        embedding=np.ascontiguousarray(weights[second:] * np.float32(EMBEDDING_WEIGHT)),
        bias=bias,
    )
    return heads, _unseen_scores(design, targets, service_c, folds)


def _calibrated(blends: Blends, light: Doubles, deep: Doubles | None, targets: _Targets, share: float | None) -> Blends:
    """The blends with the sigmoids that fit unseen scores; a customer's on service talk, as if `share` were upset."""

    def fitted(blend: Blend, rows: Any, share: float | None = None) -> Blend:
        mixed = [blend.mixed(light[i], None if deep is None else deep[i])[0] for i in np.flatnonzero(rows)]
        slope, offset = platt(np.array(mixed), targets.upset[rows], share)
        return replace(blend, slope=slope, offset=offset)

    everyone = np.ones(len(targets.upset), dtype=bool)
    service = ~targets.everyday
    upset = targets.upset[service]
    enough = len(upset) and upset.any() and not upset.all()
    return Blends(fitted(blends.anyone, everyone), fitted(blends.customer, service if enough else everyone, share))


def _matrix(messages: Sequence[Tokens], vocabulary: Vocabulary) -> Any:
    sparse: Any = importlib.import_module("scipy.sparse")  # heavy, and for training only
    found = [vocabulary.features(m) for m in messages]
    ends = np.cumsum([0] + [len(f.index) for f in found])
    values, index = np.concatenate([f.value for f in found]), np.concatenate([f.index for f in found])
    return sparse.csr_matrix((values, index, ends), shape=(len(messages), len(vocabulary)))


def _line(design: Any, yes: Any, penalty: float, weight: Any = None) -> tuple[Any, float]:
    """Weights (features,) and bias of one yes-or-no question; all zero, and certain, where the answer never varies."""
    linear: Any = importlib.import_module("sklearn.linear_model")  # heavy, and for training only
    if yes.all() or not yes.any():
        return np.zeros(design.shape[1], dtype=np.float32), 9.0 if yes.all() else -9.0
    # the dual is solved some twenty times faster than the primal: there are more features than texts
    model: Any = linear.LogisticRegression(
        C=penalty, solver="liblinear", dual=True, tol=1e-2, max_iter=300, random_state=0
    )
    model.fit(design, yes, sample_weight=weight)
    return model.coef_[0], float(model.intercept_[0])


def _mood_lines(design: Any, targets: _Targets, service_c: float) -> dict[int, tuple[Any, float]]:
    """The two upset scores and the kind of talk.

    Anxious everyday talk teaches neither: a frightened customer waits for an answer and is not upset with anybody, but
    where nothing is asked, fear and distress are hard to tell apart.
    """
    clear = ~(targets.everyday & (targets.labels == _ANXIOUS))
    return {
        SERVICE: _line(design, targets.upset, service_c, clear * np.where(targets.everyday, _ELSEWHERE, 1.0)),
        EVERYDAY: _line(design, targets.upset, _EVERYDAY_C, clear * np.where(targets.everyday, 1.0, _ELSEWHERE)),
        SETTING: _line(design, targets.everyday, _SETTING_C),
    }


def _fit(design: Any, targets: _Targets, service_c: float) -> tuple[Floats, Floats]:
    """Weights (features, 11) and bias (11,)."""
    linear: Any = importlib.import_module("sklearn.linear_model")  # heavy, and for training only
    weights = np.zeros((design.shape[1], COLUMNS), dtype=np.float32)
    bias = np.zeros(COLUMNS, dtype=np.float32)
    lines = {column: _line(design, targets.labels == column, _LABEL_C) for column in range(len(LABELS))}
    for column, (line, start) in (lines | _mood_lines(design, targets, service_c)).items():
        weights[:, column], bias[column] = line, start
    by_strength: Any = linear.Ridge(alpha=_INTENSITY_ALPHA, solver="lsqr", tol=1e-3).fit(design, targets.strength)
    weights[:, INTENSITY], bias[INTENSITY] = by_strength.coef_, by_strength.intercept_
    return weights, bias


def _unseen_scores(design: Any, targets: _Targets, service_c: float, folds: Any) -> Doubles:
    """The upset scores (n, 11; other columns are zero) of every example, from a model that was not trained on it."""
    scores = np.zeros((len(folds), COLUMNS))
    for fold in range(_FOLDS):
        held, rest = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        for column, (line, start) in _mood_lines(design[rest], targets.at(rest), service_c).items():
            scores[held, column] = design[held] @ line + start
    return scores


@lru_cache(maxsize=1)
def training_key() -> str:
    """Names the examples, the lexicon and the code that a shipped model comes from."""
    return key_of([TRAINING, CAPITALS, LEXICON, *sorted(Path(__file__).parent.glob("*.py"))])


def shipped(
    cache_dir: Path | None = None, encoder: Encoder | None = None, multilingual: Encoder | None = None
) -> EmotionModel:
    """The model of our own examples, from `cache_dir` where it is up to date, else trained and left there."""
    variant = "-".join(encoder_name(each) for each in (encoder, multilingual) if each is not None) or "light"
    return kept(
        None if cache_dir is None else cache_dir / f"emotion-{training_key()}-{variant}",
        lambda folder: EmotionModel.load(folder, encoder, multilingual),
        lambda: train(
            read_examples(TRAINING) + read_examples(CAPITALS),
            encoder=encoder,
            multilingual=multilingual,
            share=UPSET_SHARE,
        ),
        lambda model, folder: model.save(folder),
    )


def encoder_name(encoder: Encoder) -> str:
    """A short name that encoders do not share, by what they make of a sentence."""
    probe = encoder.embed(["a fixed sentence that tells encoders apart"])
    return hashlib.sha256(np.round(probe, 2).tobytes()).hexdigest()[:8]
