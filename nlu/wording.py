"""Tells by its wording what a message asks or says, where the words are few and their order matters.

A small linear model over the same features as the emotion model, with two cues more: pairs of word classes that
follow each other closely ("talk … person"), and messages that consist of given classes only ("agent
please"). It learns in a fraction of a second from examples that are data, and serves `asked` and `safety`.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlu.artifacts import ModelError, read_array, read_json, write_array, write_json
from nlu.emotion.cues import Cues, cue_columns, cues
from nlu.emotion.data import TRAINING as EMOTION_TRAINING
from nlu.emotion.data import read_examples
from nlu.emotion.evidence import Found, find, token_weights
from nlu.emotion.heads import sigmoid
from nlu.emotion.lexicon import Hit, Lexicon
from nlu.emotion.tokens import Tokens, cut
from nlu.emotion.vocabulary import Vocabulary
from nlu.places import cache_folder
from nlu.shipped import kept, key_of
from nlu.types import EmotionLabel

Floats = npt.NDArray[np.float32]

_SIZE_OF_LETTERS: Final = ("shout_words", "capitals")
"""Cues that count for nothing here: what is asked or told is the same in capitals."""

CUE_WEIGHT: Final = 0.3
_C: Final = 16.0
"""Chosen by cross-validation on the training examples of `asked`."""

_EVERYDAY_WEIGHT: Final = 0.3


@dataclass(frozen=True, slots=True)
class Pair:
    """A word of class `first`, then at most `gap` tokens later a word of class `second`."""

    first: str
    second: str
    gap: int


@dataclass(frozen=True, slots=True)
class Patterns:
    """The cues of order: pairs, and sets of classes that a whole message may consist of."""

    pairs: tuple[Pair, ...] = ()
    alone: tuple[frozenset[str], ...] = ()

    def measure(self, tokens: Tokens, hits: Sequence[Hit]) -> list[float]:
        """One number per pair (nearer is more) and per set, then how long the message is."""
        by_class: dict[str, list[Hit]] = {}
        for hit in hits:
            by_class.setdefault(hit.name, []).append(hit)
        values = [
            _nearness(by_class[p.first], by_class[p.second], p.gap)
            if p.first in by_class and p.second in by_class
            else 0.0
            for p in self.pairs
        ]
        words = [i for i, kind in enumerate(tokens.kind) if kind == "word"]
        for classes in self.alone:
            covered = {i for h in hits if h.name in classes for i in range(h.first, h.last + 1)}
            values.append(float(bool(words) and covered.issuperset(words)))
        values.append(math.log1p(len(words)) / 4)
        return values


def _nearness(firsts: Sequence[Hit], seconds: Sequence[Hit], gap: int) -> float:
    distances = [s.first - f.last - 1 for f in firsts for s in seconds if 0 <= s.first - f.last - 1 <= gap]
    return 1.0 - min(distances) / (2 * gap + 1) if distances else 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One message as the model sees it: probabilities by class name, and how to trace them."""

    found: Found
    probabilities: dict[str, float]


@dataclass(frozen=True, slots=True)
class WordingModel:
    """A trained model. Shapes, with k classes: `sparse` (features, k), `dense` (cues and patterns, k), `bias` (k,)."""

    classes: tuple[str, ...]
    vocabulary: Vocabulary
    lexicon: Lexicon
    patterns: Patterns
    sparse: Floats
    dense: Floats
    bias: Floats

    @classmethod
    def fit(
        cls,
        examples: Sequence[tuple[str, str]],
        lexicon: Lexicon,
        patterns: Patterns,
        *,
        everyday: Sequence[tuple[str, str]] = (),
        cue_weight: float = CUE_WEIGHT,
    ) -> WordingModel:
        """Train on (text, class) pairs of two classes or more; `everyday` ones count less. It is deterministic."""
        sparse: Any = importlib.import_module("scipy.sparse")  # heavy, and for training only
        linear: Any = importlib.import_module("sklearn.linear_model")  # heavy, and for training only
        weight = np.array([1.0] * len(examples) + [_EVERYDAY_WEIGHT] * len(everyday))
        examples = [*examples, *everyday]
        messages = [cut(text) for text, _ in examples]
        vocabulary = Vocabulary.learn(messages, char_weight=0.8)
        found = [vocabulary.features(m) for m in messages]
        ends = np.cumsum([0] + [len(f.index) for f in found])
        ngrams: Any = sparse.csr_matrix(
            (np.concatenate([f.value for f in found]), np.concatenate([f.index for f in found]), ends),
            shape=(len(messages), len(vocabulary)),
        )
        dense = np.stack([_dense(m, cues(m, lexicon), lexicon, patterns) for m in messages])
        scale = (cue_weight / np.maximum(dense.std(axis=0), 0.15)).astype(np.float32)
        design: Any = sparse.hstack([ngrams, sparse.csr_matrix(dense * scale)]).tocsr()
        classes = tuple(sorted({name for _, name in examples}))
        target = np.array([classes.index(name) for _, name in examples])
        columns = [
            linear.LogisticRegression(C=_C, solver="liblinear", tol=1e-3).fit(design, target == k, sample_weight=weight)
            for k in range(len(classes))
        ]
        weights = np.asarray(np.concatenate([c.coef_ for c in columns]).T, np.float32)
        bias = np.asarray(np.concatenate([c.intercept_ for c in columns]), np.float32)
        split = len(vocabulary)
        return cls(
            classes=classes,
            vocabulary=vocabulary,
            lexicon=lexicon,
            patterns=patterns,
            sparse=np.ascontiguousarray(weights[:split]),
            dense=np.ascontiguousarray(weights[split:] * scale[:, None]),
            bias=bias,
        )

    def save(self, folder: Path) -> None:
        """Write the model into `folder`, which is made if need be: JSON and `.npy` arrays, nothing executable."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {
            "classes": list(self.classes),
            "words": list(self.vocabulary.words),
            "chars": list(self.vocabulary.chars),
            "char_weight": self.vocabulary.char_weight,
            "lexicon": self.lexicon.to_json(),
        }
        write_json(folder / "wording.json", about)
        for name, array in {"idf": self.vocabulary.idf, "bias": self.bias}.items():
            write_array(folder / f"{name}.npy", array)
        write_array(folder / "sparse.npy", self.sparse)
        write_array(folder / "dense.npy", self.dense)

    @classmethod
    def load(cls, folder: Path, patterns: Patterns) -> WordingModel:
        """Read what `save` wrote, for the same patterns. Raises ModelError."""
        about = read_json(folder / "wording.json")
        vocabulary = Vocabulary(
            about["words"], about["chars"], read_array(folder / "idf.npy", "float32", 1), float(about["char_weight"])
        )
        lexicon = Lexicon.from_json(about["lexicon"], tolerant=True)
        dense = read_array(folder / "dense.npy", "float32", 2)
        if len(dense) != len(_dense(cut(""), cues(cut(""), lexicon), lexicon, patterns)):
            raise ModelError(f"{folder} was trained by another version of this program; train it again")
        return cls(
            classes=tuple(about["classes"]),
            vocabulary=vocabulary,
            lexicon=lexicon,
            patterns=patterns,
            sparse=read_array(folder / "sparse.npy", "float32", 2),
            dense=dense,
            bias=read_array(folder / "bias.npy", "float32", 1),
        )

    def read(self, text: str) -> Reading:
        """Read one message. Never raises."""
        found = find(text, self.vocabulary, self.lexicon)
        dense = _dense(found.tokens, found.cues, self.lexicon, self.patterns)
        raw = self.bias + found.sparse.value.dot(self.sparse.take(found.sparse.index, axis=0)) + dense.dot(self.dense)
        each = [sigmoid(score) for score in raw.tolist()]
        whole = sum(each)
        return Reading(found, {name: one / whole for name, one in zip(self.classes, each, strict=True)})

    def trace(self, reading: Reading, towards: str, against: str) -> Floats:
        """How much each token speaks for class `towards` rather than `against`, shape (tokens,)."""
        first, second = self.classes.index(towards), self.classes.index(against)
        weights = self.sparse[reading.found.sparse.index]
        per_feature, per_cue = (each[:, first] - each[:, second] for each in (weights, self.dense))
        return token_weights(reading.found, self.vocabulary, self.lexicon, per_feature, per_cue)


def _dense(tokens: Tokens, seen: Cues, lexicon: Lexicon, patterns: Patterns) -> Floats:
    """The cues, as `cue_columns` has them, then what the patterns measure; shape (cues + patterns,)."""
    found = np.concatenate((seen.vector, np.array(patterns.measure(tokens, seen.hits), dtype=np.float32)))
    columns = cue_columns(lexicon.classes)
    found[[columns[name] for name in _SIZE_OF_LETTERS]] = 0.0
    return found


def background(lexicon: Lexicon, without: frozenset[str]) -> list[str]:
    """Everyday messages that hold no word of the given classes: they teach a detector what it is not about.

    They come from the emotion model's training messages; its held-back ones are never read.
    """
    texts: list[str] = []
    for example in read_examples(EMOTION_TRAINING):
        tokens = cut(example.text)
        names = {hit.name for hit in lexicon.hits(tokens, lexicon.language_hint(tokens))}
        if example.label is not EmotionLabel.DISTRESSED and not names & without:
            texts.append(example.text)
    return texts


def shipped_wording(
    name: str, data: Path, words: Path, patterns: Patterns, train: Callable[[], WordingModel]
) -> WordingModel:
    """The model called `name`, from the cache folder where it is up to date, else trained and left there."""
    here = Path(__file__).parent
    code = [here / f"{name}.py", Path(__file__), here / "labelled.py", *sorted((here / "emotion").glob("*.py"))]
    key = key_of([data, words, EMOTION_TRAINING, *code])
    return kept(
        cache_folder() / f"{name}-{key}",
        lambda folder: WordingModel.load(folder, patterns),
        train,
        lambda model, folder: model.save(folder),
    )
