"""Reads `escalation.yml`: when an assistant's conversations go to people. Warmline's own file, optional."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from adapters.rasa.report import Report, entries, flag, language_of, number, text, texts
from bot.core.policy import Thresholds
from bot.core.wording.words import LANGUAGES, TEXTS
from nlu.sources.yaml_source import YamlMapping, YamlNode, YamlScalar

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
    "follow_ups",
)
_THRESHOLDS: Final = ("upset", "upset_trend", "asked")
_FIELD: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Escalation:
    """When, why and where a conversation of this assistant goes to people.

    `always_human` maps intents to the reason shown on the card, `desks` intents to desks, `emergency`
    languages to wordings, `first_words` intents to wordings by language, `texts` languages to named wordings,
    `thresholds` names to numbers. `intent_labels` maps intents to what agents call them, and customers whose language
    has no label of its own in `labels_in`, by language and intent. With `follow_ups` a message that leans on the turn
    before is understood in its context.
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
    follow_ups: bool = False

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
        _by_language(found.get("emergency"), "emergency", report),
        _first_words(found.get("first_words"), report),
        labels,
        labels_in,
        _texts(found.get("texts"), report),
        _thresholds(found.get("thresholds"), report),
        flag(found.get("follow_ups"), report, "follow_ups", default=False),
    )


def _mapping(
    node: YamlNode | None, what: str, report: Report, read: Callable[[YamlScalar, YamlNode], T]
) -> dict[str, T]:
    """A mapping, each value read with its key; where each key stands is remembered."""
    found: dict[str, T] = {}
    for key, value in entries(node, report, what):
        report.declare(what, key.raw, key)
        found[key.raw] = read(key, value)
    return found


def _words(node: YamlNode | None, what: str, report: Report) -> dict[str, str]:
    return _mapping(node, what, report, lambda key, value: text(value, report, f"{what}: {key.raw}").strip())


def _by_language(node: YamlNode | None, what: str, report: Report) -> dict[str, str]:
    """One wording for each language, of those in which the app speaks."""

    def words(key: YamlScalar, value: YamlNode) -> str:
        _note_unspoken(key, what, report)
        return text(value, report, f"{what}: {key.raw}").strip()

    return {language_of(tag): said for tag, said in _mapping(node, what, report, words).items()}


def _note_unspoken(language: YamlScalar, what: str, report: Report) -> None:
    if language_of(language.raw) not in LANGUAGES:
        spoken = ", ".join(LANGUAGES)
        report.note(language, f"{what} is said in {spoken}; nobody reads what is under '{language.raw}'")


def _first_words(node: YamlNode | None, report: Report) -> dict[str, Mapping[str, str]]:
    return _mapping(
        node,
        "first_words",
        report,
        lambda intent, value: _by_language(value, f"first_words of {intent.raw}", report),
    )


def _texts(node: YamlNode | None, report: Report) -> dict[str, Mapping[str, str]]:
    def own(language: YamlScalar, value: YamlNode) -> Mapping[str, str]:
        _note_unspoken(language, "a text", report)
        return _mapping(value, f"texts of {language.raw}", report, worded)

    def worded(name: YamlScalar, value: YamlNode) -> str:
        if name.raw in TEXTS:
            _note_unfilled(name.raw, value, report)
        else:
            report.unknown(name, tuple(TEXTS), "texts")
        return text(value, report, f"the text {name.raw}").strip()

    return {language_of(tag): words for tag, words in _mapping(node, "texts", report, own).items()}


def _note_unfilled(name: str, own: YamlNode, report: Report) -> None:
    """Note a field that nothing fills: customers would read it with its braces."""
    filled = sorted({field for ours in TEXTS[name].values() for field in _FIELD.findall(ours)})
    for lost in dict.fromkeys(_FIELD.findall(own.raw) if isinstance(own, YamlScalar) else ()):
        if lost not in filled:
            has = " and ".join(f"{{{field}}}" for field in filled) or "none"
            report.note(own, f"nothing fills {{{lost}}} in the text '{name}'; its fields are: {has}")


def _thresholds(node: YamlNode | None, report: Report) -> dict[str, float]:
    def probability(name: YamlScalar, value: YamlNode) -> float:
        if name.raw not in _THRESHOLDS:
            report.unknown(name, _THRESHOLDS, "thresholds")
        likely = number(value, report, name.raw, default=0.0)
        if not 0.0 <= likely <= 1.0:
            report.wrong(value, f"{name.raw} must be a probability, from 0 to 1")
        return likely

    return _mapping(node, "thresholds", report, probability)


def _labels(node: YamlNode | None, report: Report) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What intents are called, and that by language: a label may be one text, or one for each language.

    Of several the first is the assistant's own, which everybody reads whose language has none.
    """

    def labels(intent: YamlScalar, value: YamlNode) -> str | Mapping[str, str]:
        if isinstance(value, YamlMapping):
            return _words(value, f"intent_labels of {intent.raw}", report)
        return text(value, report, f"intent_labels: {intent.raw}").strip()

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
