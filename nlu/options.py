"""Checks the options of a pipeline's components that we read, so that a wrong value is told with its line.

Options that only what we replace reads (`epochs`, `hidden_layers_sizes`, …) are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final
from zoneinfo import available_timezones

from nlu.sources.yaml_source import Problem, YamlMapping, YamlNode, YamlScalar, YamlSequence

Check = Callable[[YamlNode], str]
"""What is wrong with a value; empty when it is right."""


def _share(node: YamlNode) -> str:
    value = node.value if isinstance(node, YamlScalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return "must be a number from 0 to 1"
    return ""


def _flag(node: YamlNode) -> str:
    return "" if isinstance(node, YamlScalar) and isinstance(node.value, bool) else "must be true or false"


def _text(node: YamlNode) -> str:
    return "" if isinstance(node, YamlScalar) and (node.value is None or node.raw) else "must be a text"


def _texts(node: YamlNode) -> str:
    if isinstance(node, YamlScalar) and node.value is None:
        return ""
    right = isinstance(node, YamlSequence) and not any(_text(item) for item in node)
    return "" if right else "must be a list of texts"


def _timezone(node: YamlNode) -> str:
    if isinstance(node, YamlScalar) and (node.value is None or node.raw in available_timezones()):
        return ""
    return "must be the name of a time zone, such as Europe/Berlin"


_PATTERNS: Final[Mapping[str, Check]] = {
    "case_sensitive": _flag,
    "use_lookup_tables": _flag,
    "use_regexes": _flag,
    "use_word_boundaries": _flag,
}
_DUCKLING: Final[Mapping[str, Check]] = {"dimensions": _texts, "locale": _text, "timezone": _timezone}
_READ: Final[Mapping[str, Mapping[str, Check]]] = {
    "FallbackClassifier": {
        "threshold": _share,
        "ambiguity_threshold": _share,
        "out_of_scope_threshold": _share,
        "response_threshold": _share,
    },
    "RegexFeaturizer": _PATTERNS,
    "RegexEntityExtractor": _PATTERNS,
    "DucklingEntityExtractor": _DUCKLING,
    "DucklingHTTPExtractor": _DUCKLING,
    "SpacyEntityExtractor": {"dimensions": _texts},
    "SentenceEncoder": {"folder": _text, "multilingual": _flag},
    "MultilingualEncoder": {"weight": _share},
    "DIETClassifier": {"entity_recognition": _flag, "intent_classification": _flag},
    "ResponseSelector": {"retrieval_intent": _text},
}


_WHOLE: Final[Mapping[str, tuple[str, ...]]] = {
    "FallbackClassifier": (),
    "RegexFeaturizer": ("number_additional_patterns",),
    "RegexEntityExtractor": (),
    "DucklingEntityExtractor": ("url", "timeout"),
    "DucklingHTTPExtractor": ("url", "timeout"),
    "SpacyEntityExtractor": (),
}
"""Components of Rasa's of which every option is known, and those that only Rasa's own reads."""


def options_of(name: str) -> tuple[str, ...]:
    """Every option that a component has; none where there are more than we know of."""
    return ("name", *_READ[name], *_WHOLE[name]) if name in _WHOLE else ()


def wrong_options(name: str, component: YamlNode) -> Iterator[Problem]:
    """Every option of a component that has a value which cannot be meant, with its line."""
    known = _READ.get(name, {})
    for key, value in component if isinstance(component, YamlMapping) else ():
        wrong = known[key.raw](value) if key.raw in known else ""
        if wrong:
            yield Problem(key.file, key.line, f"{key.raw!r} of {name} {wrong}")
