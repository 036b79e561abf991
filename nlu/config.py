"""Reads the `pipeline` of an assistant's `config.yml`, ours or Rasa's, into a list of our components.

Rasa's names for what we replace are accepted; each is answered with one line of notice that says by what.
It decides nothing about learning: options are handed on as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final, TypeAlias

from nlu.options import wrong_options
from nlu.registry import KINDS, missing_requirements
from nlu.sources.yaml_source import (
    Plain,
    Problem,
    SourceError,
    YamlMapping,
    YamlNode,
    YamlScalar,
    YamlSequence,
    load_yaml,
)

Options: TypeAlias = Mapping[str, Plain]

SEMANTIC: Final = tuple(KINDS)
"""The standard pipeline, in the order in which components stand in the registry, less what must be asked for."""

ON_REQUEST: Final = frozenset(
    {"MultilingualEncoder", "StaticEncoder", "LookupEntityExtractor", "DucklingEntityExtractor", "PersonExtractor"}
)
"""Components that run only where the configuration names them."""

ALWAYS: Final = (
    "LanguageIdentifier",
    "OutOfScopeScorer",
    "EmotionDetector",
    "PersonRequestDetector",
    "SafetyDetector",
)
"""What the product needs beside Rasa's vocabulary, and adds to Rasa's pipelines."""

ENGLISH_ENCODER: Final = "SentenceEncoder"
MULTILINGUAL_ENCODER: Final = "MultilingualEncoder"
STATIC_ENCODER: Final = "StaticEncoder"
ENCODERS: Final = frozenset({ENGLISH_ENCODER, MULTILINGUAL_ENCODER, STATIC_ENCODER})
_LEADING: Final = 0.5
"""From this weight on among all views the multilingual encoder is more than a second opinion on English texts."""

_CLOSE: Final = 0.8
"""From this likeness on (difflib's ratio) an unknown name is taken for a misspelt one."""

_REPLACED: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "WhitespaceTokenizer": (("Tokenizer",), "our tokenizer"),
    "JiebaTokenizer": (("Tokenizer",), "our tokenizer, which cuts such scripts into characters"),
    "MitieTokenizer": (("Tokenizer",), "our tokenizer"),
    "SpacyTokenizer": (("Tokenizer",), "our tokenizer"),
    "LexicalSyntacticFeaturizer": ((), "the features that CRFEntityExtractor takes by itself"),
    "CountVectorsFeaturizer": (("NgramFeaturizer",), "word and character n-grams together"),
    "DIETClassifier": (
        (ENGLISH_ENCODER, "NgramFeaturizer", "IntentClassifier", "CRFEntityExtractor"),
        "a calibrated linear classifier and a CRF over n-grams and sentence embeddings",
    ),
    "EmbeddingIntentClassifier": (
        (ENGLISH_ENCODER, "NgramFeaturizer", "IntentClassifier"),
        "a calibrated linear classifier over n-grams and sentence embeddings",
    ),
    "LogisticRegressionClassifier": (("NgramFeaturizer", "IntentClassifier"), "our calibrated linear classifier"),
    "SklearnIntentClassifier": (("NgramFeaturizer", "IntentClassifier"), "our calibrated linear classifier"),
    "MitieIntentClassifier": (("NgramFeaturizer", "IntentClassifier"), "our calibrated linear classifier"),
    "KeywordIntentClassifier": (("NgramFeaturizer", "IntentClassifier"), "our calibrated linear classifier"),
    "MitieEntityExtractor": (("CRFEntityExtractor",), "our CRF"),
    "SpacyEntityExtractor": (
        ("PersonExtractor",),
        "our person extractor; its other types must be trained or looked up",
    ),
    "DucklingHTTPExtractor": (
        ("DucklingEntityExtractor",),
        "our own extractors of the same shape; no server is called",
    ),
    "SpacyNLP": ((), "nothing: no language model of spaCy is needed"),
    "MitieNLP": ((), "nothing: no model of MITIE is needed"),
    "HFTransformersNLP": ((ENGLISH_ENCODER,), "our sentence encoder"),
    "LanguageModelFeaturizer": ((ENGLISH_ENCODER,), "our sentence encoder"),
    "ConveRTFeaturizer": ((ENGLISH_ENCODER,), "our sentence encoder"),
    "SpacyFeaturizer": ((ENGLISH_ENCODER,), "our sentence encoder"),
    "MitieFeaturizer": ((ENGLISH_ENCODER,), "our sentence encoder"),
}
_SAME_NAME: Final[Mapping[str, str]] = {
    "DucklingEntityExtractor": "our own extractors of the same shape; no server is called",
    "FallbackClassifier": "ours; its thresholds keep their meaning, on calibrated confidences",
    "ResponseSelector": "our nearest-example selector",
    "CRFEntityExtractor": "our CRF",
}


_OLDER: Final[Mapping[str, str]] = {
    "nlp_spacy": "SpacyNLP",
    "nlp_mitie": "MitieNLP",
    "tokenizer_whitespace": "WhitespaceTokenizer",
    "tokenizer_jieba": "JiebaTokenizer",
    "tokenizer_spacy": "SpacyTokenizer",
    "tokenizer_mitie": "MitieTokenizer",
    "intent_entity_featurizer_regex": "RegexFeaturizer",
    "intent_featurizer_count_vectors": "CountVectorsFeaturizer",
    "intent_featurizer_spacy": "SpacyFeaturizer",
    "intent_featurizer_mitie": "MitieFeaturizer",
    "intent_classifier_tensorflow_embedding": "EmbeddingIntentClassifier",
    "intent_classifier_sklearn": "SklearnIntentClassifier",
    "intent_classifier_mitie": "MitieIntentClassifier",
    "intent_classifier_keyword": "KeywordIntentClassifier",
    "ner_crf": "CRFEntityExtractor",
    "ner_spacy": "SpacyEntityExtractor",
    "ner_mitie": "MitieEntityExtractor",
    "ner_duckling_http": "DucklingHTTPExtractor",
    "ner_synonyms": "EntitySynonymMapper",
}
"""What components were called before Rasa 1."""

_TEMPLATES: Final = frozenset(
    {
        "supervised_embeddings",
        "pretrained_embeddings_spacy",
        "pretrained_embeddings_convert",
        "tensorflow_embedding",
        "spacy_sklearn",
        "mitie",
        "mitie_sklearn",
        "keyword",
    }
)
"""Whole pipelines that Rasa 1, or what came before it, knew by name."""

_DEFAULTS: Final[Mapping[str, Options]] = {
    "FallbackClassifier": {"out_of_scope_threshold": 0.5, "response_threshold": 0.3}
}


def leads(multilingual: Options) -> bool:
    """Whether the multilingual encoder, with these options, runs for the sake of other languages than English."""
    weight = multilingual.get("weight", 1.0)
    return isinstance(weight, int | float) and weight >= _LEADING


@dataclass(frozen=True, slots=True)
class Step:
    """One component with its options."""

    name: str
    options: Options = field(default_factory=dict[str, Plain])


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """What to train. `language` is an ISO 639-1 code; `notices` are for the person who wrote the configuration."""

    steps: tuple[Step, ...]
    language: str = "en"
    notices: tuple[str, ...] = ()

    @classmethod
    def semantic(cls, language: str = "en") -> PipelineConfig:
        """Return the standard pipeline, with the sentence encoder."""
        return cls(tuple(Step(n, _DEFAULTS.get(n, {})) for n in SEMANTIC if n not in ON_REQUEST), language)

    @classmethod
    def light(cls, language: str = "en") -> PipelineConfig:
        """Return the standard pipeline with a table of word pieces in the place of the sentence encoder."""
        return cls.semantic(language).with_encoders((STATIC_ENCODER,))

    def with_encoders(self, names: Sequence[str] = (), notices: Sequence[str] = ()) -> PipelineConfig:
        """Return the same pipeline with these encoders instead of its own, where the first of those stood."""
        own = {s.name: s for s in self.steps if s.name in ENCODERS}
        place = next((i for i, s in enumerate(self.steps) if s.name in own), 0)
        others = [s for s in self.steps if s.name not in own]
        steps = (*others[:place], *(own.get(name, Step(name)) for name in names), *others[place:])
        return PipelineConfig(steps, self.language, (*self.notices, *notices))

    def uses(self, name: str) -> bool:
        """Whether a component is part of it."""
        return any(s.name == name for s in self.steps)

    @property
    def hears_several(self) -> bool:
        """Whether moods and danger are heard by the multilingual encoder."""
        return any(s.name == MULTILINGUAL_ENCODER and leads(s.options) for s in self.steps)

    def to_json(self) -> dict[str, object]:
        """Return the part that decides what is learnt."""
        return {
            "language": self.language,
            "pipeline": [{"name": s.name, **dict(sorted(s.options.items()))} for s in self.steps],
        }


def read_config(path: Path) -> PipelineConfig:
    """Read `config.yml`. Without a pipeline, or with `pipeline: semantic` or `light`, a standard one is used.

    A component of the assistant's own is left out with a notice. Raises SourceError, each mistake with its line: a
    misspelt component, or one that lacks what it needs.
    """
    root = load_yaml(path)
    if isinstance(root, YamlScalar) and root.value is None:
        root = YamlMapping((), path, root.line)
    if not isinstance(root, YamlMapping):
        raise SourceError((Problem(path, root.line, "a configuration must be a mapping with the key 'pipeline'"),))
    language_node = root.get("language")
    language = language_node.raw if isinstance(language_node, YamlScalar) and language_node.raw else "en"
    pipeline = root.get("pipeline")
    if isinstance(pipeline, YamlSequence):
        return _listed(pipeline, language)
    name = pipeline.raw if isinstance(pipeline, YamlScalar) else ""
    if pipeline is None or name in {"", "~", "null"}:
        notice = f"{path} names no pipeline: the standard semantic one is used"
        return PipelineConfig(PipelineConfig.semantic(language).steps, language, (notice,))
    if name == "semantic":
        return PipelineConfig.semantic(language)
    if name == "light":
        return PipelineConfig.light(language)
    if name in _TEMPLATES:
        notice = f"{name} is a pipeline of Rasa 1: the standard semantic one stands in"
        return PipelineConfig(PipelineConfig.semantic(language).steps, language, (notice,))
    raise SourceError((Problem(path, pipeline.line, "'pipeline' must be semantic, light or a list of components"),))


def _listed(pipeline: YamlSequence, language: str) -> PipelineConfig:
    steps: dict[str, Step] = {}
    notices: list[str] = []
    problems: list[Problem] = []
    foreign = left_out = False
    for node in pipeline:
        name, options, written = _component(node)
        problems += wrong_options(name, node)
        if name in _REPLACED:
            foreign = True
            for step in _replacements(name, options):
                steps.setdefault(step.name, step)
            notices.append(f"{name} is replaced by {_REPLACED[name][1]}")
        elif name in KINDS:
            steps[name] = Step(name, options)
            if name in _SAME_NAME:
                notices.append(f"{name} is {_SAME_NAME[name]}")
        elif mistake := _mistake(name, written):
            problems.append(Problem(node.file, node.line, mistake))
        else:
            left_out = True
            notices.append(f"{written} is left out: it is a component of your own, and no such code runs here")
    if left_out and "IntentClassifier" not in steps:
        foreign = True
        notices.append(_stand_in(steps))
    if left_out and "Tokenizer" not in steps:
        foreign = True
        steps["Tokenizer"] = Step("Tokenizer")
        notices.append("no component that finds words is left: our tokenizer stands in")
    if foreign:
        notices += _complete(steps)
    if not problems:
        problems += [Problem(pipeline.file, pipeline.line, text) for text in missing_requirements(steps)]
    if problems:
        raise SourceError(tuple(problems))
    return PipelineConfig(tuple(steps.values()), language, tuple(notices))


def _stand_in(steps: dict[str, Step]) -> str:
    """Add the standard classifier to a pipeline that would have none, and say so."""
    for name in ("Tokenizer", *_REPLACED["DIETClassifier"][0]):
        steps.setdefault(name, Step(name))
    return "no component that classifies intents is left: DIETClassifier's replacement stands in"


def _replacements(name: str, options: dict[str, Plain]) -> list[Step]:
    left_out: set[str] = set()
    if options.get("entity_recognition") is False:
        left_out.add("CRFEntityExtractor")
    if options.get("intent_classification") is False:
        left_out.add("IntentClassifier")
    return [Step(n, options if n in ON_REQUEST else {}) for n in _REPLACED[name][0] if n not in left_out]


def _complete(steps: dict[str, Step]) -> list[str]:
    """Add to a pipeline of Rasa's what the product needs, put it into our order, and say so."""
    added = [
        name
        for name in ALWAYS
        if name in KINDS and name not in steps and ("IntentClassifier" in steps or not KINDS[name].requires)
    ]
    ordered = sorted([*steps.values(), *(Step(name) for name in added)], key=lambda s: SEMANTIC.index(s.name))
    steps.clear()
    steps.update({s.name: s for s in ordered})
    return [f"{name} is added: the product needs it" for name in added]


def _mistake(name: str, written: str) -> str | None:
    """Say what is wrong with an unknown name; None where it is plainly code of the assistant's own."""
    if not name:
        return "a component must have a name"
    if name != written and not written.startswith("rasa."):
        return None
    close = get_close_matches(name, sorted({*KINDS, *_REPLACED}), n=1, cutoff=_CLOSE)
    return f"there is no component {name!r}; did you mean {close[0]}?" if close else None


def _component(node: YamlNode) -> tuple[str, dict[str, Plain], str]:
    """Return a component's name, its options, and the name as it is written, with its module."""
    if isinstance(node, YamlScalar) and node.raw:
        return _name_of(node.raw), {}, node.raw
    if not isinstance(node, YamlMapping):
        return "", {}, ""
    name = node.get("name")
    if not isinstance(name, YamlScalar) or not name.raw:
        return "", {}, ""
    options = {key.raw: value.plain() for key, value in node if key.raw != "name"}
    return _name_of(name.raw), options, name.raw


def _name_of(written: str) -> str:
    """Return a component's name without its module, and as it is called now."""
    short = written.rpartition(".")[2]
    return _OLDER.get(short, short)
