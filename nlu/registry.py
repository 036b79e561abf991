"""Which components exist, what each needs and leaves behind, and how each is loaded.

Names are Rasa's where Rasa has the thing. How a component is learnt is `nlu.learning.registry`, which the
serving process never imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from nlu.components.crf import CRFEntityExtractor
from nlu.components.duckling import DucklingEntityExtractor
from nlu.components.fallback import FallbackClassifier
from nlu.components.intents import IntentClassifier
from nlu.components.language import LanguageIdentifier
from nlu.components.lookup import LookupEntityExtractor
from nlu.components.ngrams import NgramFeaturizer
from nlu.components.out_of_scope import OutOfScopeScorer
from nlu.components.patterns import RegexEntityExtractor, RegexFeaturizer
from nlu.components.persons import PersonExtractor
from nlu.components.selector import ResponseSelector
from nlu.components.synonyms import EntitySynonymMapper
from nlu.components.tokenizer import Tokenizer
from nlu.detectors import EmotionDetector, PersonRequestDetector, SafetyDetector
from nlu.draft import Component, Part


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of component. `requires` must be provided by earlier ones."""

    load: Callable[[Path], Component]
    requires: frozenset[Part] = frozenset()
    provides: frozenset[Part] = frozenset()


def _load_encoder(folder: Path) -> Component:
    # a light pipeline must not pay for the runtime of neural networks
    loaded: Component = import_module("nlu.components.encoder").SentenceEncoder.load(folder)
    return loaded


def _load_multilingual(folder: Path) -> Component:
    loaded: Component = import_module("nlu.components.multilingual").MultilingualEncoder.load(folder)
    return loaded


def _load_static(folder: Path) -> Component:
    loaded: Component = import_module("nlu.components.static").StaticEncoder.load(folder)
    return loaded


def _parts(*parts: Part) -> frozenset[Part]:
    return frozenset(parts)


KINDS: Final[Mapping[str, Kind]] = {
    "LanguageIdentifier": Kind(LanguageIdentifier.load, provides=_parts(Part.LANGUAGE)),
    "Tokenizer": Kind(Tokenizer.load, provides=_parts(Part.TOKENS)),
    "RegexFeaturizer": Kind(RegexFeaturizer.load, requires=_parts(Part.TOKENS), provides=_parts(Part.PATTERN_FEATURES)),
    "NgramFeaturizer": Kind(NgramFeaturizer.load, provides=_parts(Part.NGRAMS)),
    "SentenceEncoder": Kind(_load_encoder, provides=_parts(Part.EMBEDDING)),
    "MultilingualEncoder": Kind(_load_multilingual, provides=_parts(Part.EMBEDDING)),
    "StaticEncoder": Kind(_load_static, provides=_parts(Part.EMBEDDING)),
    "IntentClassifier": Kind(IntentClassifier.load, requires=_parts(Part.NGRAMS), provides=_parts(Part.RANKING)),
    "OutOfScopeScorer": Kind(OutOfScopeScorer.load, requires=_parts(Part.RANKING), provides=_parts(Part.OUT_OF_SCOPE)),
    "ResponseSelector": Kind(ResponseSelector.load, requires=_parts(Part.NGRAMS), provides=_parts(Part.RESPONSES)),
    "FallbackClassifier": Kind(
        FallbackClassifier.load,
        requires=_parts(Part.RANKING),
        provides=_parts(Part.DECISION),
    ),
    "CRFEntityExtractor": Kind(CRFEntityExtractor.load, requires=_parts(Part.TOKENS), provides=_parts(Part.ENTITIES)),
    "RegexEntityExtractor": Kind(RegexEntityExtractor.load, provides=_parts(Part.ENTITIES)),
    "LookupEntityExtractor": Kind(LookupEntityExtractor.load, provides=_parts(Part.ENTITIES)),
    "DucklingEntityExtractor": Kind(DucklingEntityExtractor.load, provides=_parts(Part.ENTITIES)),
    "PersonExtractor": Kind(PersonExtractor.load, provides=_parts(Part.ENTITIES)),
    "EntitySynonymMapper": Kind(EntitySynonymMapper.load),
    "EmotionDetector": Kind(EmotionDetector.load, provides=_parts(Part.EMOTION)),
    "PersonRequestDetector": Kind(PersonRequestDetector.load, provides=_parts(Part.ASKED)),
    "SafetyDetector": Kind(SafetyDetector.load, provides=_parts(Part.SAFETY)),
}


def missing_requirements(names: Iterable[str]) -> list[str]:
    """Say, one sentence each, what a pipeline of these components lacks, in their order; empty when all is well."""
    present: set[Part] = set()
    complaints: list[str] = []
    for name in names:
        kind = KINDS.get(name)
        if kind is None:
            complaints.append(f"there is no component {name!r}; there are {', '.join(sorted(KINDS))}")
            continue
        for part in sorted(kind.requires - present):
            providers = [other for other, k in KINDS.items() if part in k.provides]
            complaints.append(f"{name} needs {part.value}: put {' or '.join(providers)} before it")
        present |= kind.provides
    return complaints
