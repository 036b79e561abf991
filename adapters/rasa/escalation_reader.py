"""Reads `escalation.yml`: when an assistant's conversations go to people. Warmline's own file, optional."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from adapters.rasa.report import Report, entries, language_of, number, text, texts
from bot.core.policy import Thresholds
from nlu.yaml_source import YamlMapping, YamlNode

T = TypeVar("T")

KEYS: Final = (
    "version",
    "always_human",
    "desks",
    "handoff_intents",
    "handoff_actions",
    "unhelpful_intents",
    "emergency_intents",
    "emergency_entities",
    "emergency",
    "first_words",
    "intent_labels",
    "texts",
    "thresholds",
)


@dataclass(frozen=True, slots=True)
class Escalation:
    """When, why and where a conversation of this assistant goes to people.

    `always_human` maps intents to the reason shown on the card, `desks` intents to desks, `emergency`
    languages to wordings, `first_words` intents to wordings by language, `texts` languages to named wordings,
    `thresholds` names to numbers. `intent_labels` maps intents to what agents call them, and customers whose language
    has no label of its own in `labels_in`, by language and intent.
    """

    always_human: Mapping[str, str] = field(default_factory=dict[str, str])
    desks: Mapping[str, str] = field(default_factory=dict[str, str])
    handoff_intents: frozenset[str] = frozenset()
    handoff_actions: frozenset[str] = frozenset()
    unhelpful_intents: frozenset[str] = frozenset()
    emergency_intents: frozenset[str] = frozenset()
    emergency_entities: frozenset[str] = frozenset()
    emergency: Mapping[str, str] = field(default_factory=dict[str, str])
    first_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    intent_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    labels_in: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    thresholds: Mapping[str, float] = field(default_factory=dict[str, float])

    def over(self, usual: Thresholds) -> Thresholds:
        """The thresholds that hold for this assistant: its own where it has one."""
        return replace(
            usual,
            upset=self.thresholds.get("upset", usual.upset),
            upset_trend=self.thresholds.get("upset_trend", usual.upset_trend),
            asked=self.thresholds.get("asked", usual.asked),
        )


def read_escalation(root: YamlNode | None, report: Report) -> Escalation:
    """Read the file; without one everything is empty."""
    found: dict[str, YamlNode] = {}
    for key, value in entries(root, report, "escalation.yml"):
        if key.raw in KEYS:
            found[key.raw] = value
            report.declare(key.raw, "", key)
        else:
            report.unknown(key, KEYS, "escalation.yml")
    labels, labels_in = _labels(found.get("intent_labels"), report)
    return Escalation(
        _words(found.get("always_human"), "always_human", report),
        _words(found.get("desks"), "desks", report),
        frozenset(texts(found.get("handoff_intents"), report, "handoff_intents")),
        frozenset(texts(found.get("handoff_actions"), report, "handoff_actions")),
        frozenset(texts(found.get("unhelpful_intents"), report, "unhelpful_intents")),
        frozenset(texts(found.get("emergency_intents"), report, "emergency_intents")),
        frozenset(texts(found.get("emergency_entities"), report, "emergency_entities")),
        _words(found.get("emergency"), "emergency", report),
        _by_name(found.get("first_words"), "first_words", report),
        labels,
        labels_in,
        _by_name(found.get("texts"), "texts", report),
        {
            k.raw: number(v, report, k.raw, default=0.0)
            for k, v in entries(found.get("thresholds"), report, "thresholds")
        },
    )


def _mapping(node: YamlNode | None, what: str, report: Report, read: Callable[[str, YamlNode], T]) -> dict[str, T]:
    """A mapping, each value read with its key; where each key stands is remembered."""
    found: dict[str, T] = {}
    for key, value in entries(node, report, what):
        report.declare(what, key.raw, key)
        found[key.raw] = read(key.raw, value)
    return found


def _words(node: YamlNode | None, what: str, report: Report) -> dict[str, str]:
    return _mapping(node, what, report, lambda key, value: text(value, report, f"{what}: {key}").strip())


def _by_name(node: YamlNode | None, what: str, report: Report) -> dict[str, Mapping[str, str]]:
    return _mapping(node, what, report, lambda key, value: _words(value, f"{what} of {key}", report))


def _labels(node: YamlNode | None, report: Report) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What intents are called, and that by language: a label may be one text, or one for each language.

    Of several the first is the assistant's own, which everybody reads whose language has none.
    """

    def labels(intent: str, value: YamlNode) -> str | Mapping[str, str]:
        if isinstance(value, YamlMapping):
            return _words(value, f"intent_labels of {intent}", report)
        return text(value, report, f"intent_labels: {intent}").strip()

    own: dict[str, str] = {}
    by_language: dict[str, dict[str, str]] = {}
    for intent, worded in _mapping(node, "intent_labels", report, labels).items():
        if isinstance(worded, str):
            own[intent] = worded
            continue
        for language, label in worded.items():
            by_language.setdefault(language_of(language), {})[intent] = label
            own.setdefault(intent, label)
    return own, by_language
