"""Reads `config.yml`: the policies and their thresholds. The pipeline is `nlu`'s business, but for mistyped options.

Policies that Warmline replaces are mapped with one line of notice each, so that the file need not be touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.rasa.report import Report, entries, flag, is_null, items, language_of, nearest, number, text
from bot.dialogue.memoization import AUGMENTED, PLAIN
from bot.dialogue.prediction import PolicySettings
from nlu.options import options_of
from nlu.sources.yaml_source import YamlMapping, YamlNode, YamlScalar, YamlSequence

CONFIG_KEYS: Final = (
    "recipe",
    "assistant_id",
    "language",
    "languages",
    "additional_languages",
    "pipeline",
    "policies",
    "importers",
    "version",
    "data",
    "spaces",
)
_REPLACED: Final[Mapping[str, str]] = {
    "TEDPolicy": "Warmline's learned policy decides where no rule or story matches",
    "KerasPolicy": "Warmline's learned policy decides where no rule or story matches",
    "EmbeddingPolicy": "Warmline's learned policy decides where no rule or story matches",
    "SklearnPolicy": "Warmline's learned policy decides where no rule or story matches",
    "UnexpecTEDIntentPolicy": "no replacement; action_unlikely_intent is never predicted",
    "FallbackPolicy": "the thresholds apply to rules and NLU fallback",
    "TwoStageFallbackPolicy": "write a rule for nlu_fallback with action_two_stage_fallback",
    "MappingPolicy": "write a rule for the intent",
    "FormPolicy": "forms are part of the rule policy",
}
_KNOWN: Final = ("RulePolicy", PLAIN, AUGMENTED)
_TAG: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*")
_MEMORY: Final = ("name", "priority", "max_history", "enable_feature_string_compression", "use_nlu_confidence_as_score")
_KEYS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "RulePolicy": (
        "name",
        "priority",
        "core_fallback_threshold",
        "core_threshold",
        "fallback_action_name",
        "core_fallback_action_name",
        "enable_fallback_prediction",
        "restrict_rules",
        "check_for_contradictions",
        "use_nlu_confidence_as_score",
    ),
    PLAIN: _MEMORY,
    AUGMENTED: _MEMORY,
}
_LEARNED: Final = frozenset({"TEDPolicy", "KerasPolicy", "EmbeddingPolicy", "SklearnPolicy"})


@dataclass(frozen=True, slots=True)
class AssistantConfig:
    """What `config.yml` says about deciding."""

    language: str = "en"
    policies: PolicySettings = PolicySettings()  # noqa: RUF009 - frozen, so sharing it is harmless
    additional_languages: tuple[str, ...] = ()
    """In which responses are to be said, too: Rasa Pro's `additional_languages`."""


def read_config(root: YamlNode | None, report: Report) -> AssistantConfig:
    """Read the file; without one, Rasa's defaults hold."""
    language = "en"
    policies = PolicySettings()
    additional: tuple[str, ...] = ()
    for key, value in entries(root, report, "config.yml"):
        match key.raw:
            case "language":
                language = _language(value, report) or language
            case "additional_languages":
                tags = (_language(item, report) for item in items(value, report, "additional_languages"))
                additional = tuple(language_of(tag) for tag in tags if tag)
            case "policies":
                policies = _policies(value, report)
            case "pipeline":
                _pipeline(value, report)
            case "importers":
                for item in items(value, report, "importers"):
                    _importer(item, report)
            case "recipe":
                recipe = "" if is_null(value) else text(value, report, "recipe")
                if recipe not in ("", "default.v1"):
                    report.wrong(value, f"the recipe '{recipe}' is not supported; use default.v1")
            case known if known in CONFIG_KEYS:
                pass
            case _:
                report.unread(key, CONFIG_KEYS, "config.yml")
    return AssistantConfig(language, policies, additional)


def _language(node: YamlNode, report: Report) -> str:
    tag = "" if is_null(node) else text(node, report, "a language")
    if tag and not _TAG.fullmatch(tag):
        report.note(node, f"'{tag}' is no language's code; codes are en, de or pt-BR, for example")
    return tag


def _importer(node: YamlNode, report: Report) -> None:
    name = node.get("name") if isinstance(node, YamlMapping) else node
    shown = text(name, report, "an importer's name")
    if shown.rpartition(".")[2] not in ("RasaFileImporter", "E2EImporter"):
        report.note(node, f"the importer '{shown}' is not run; only the files of the project's own folder are read")


def _pipeline(node: YamlNode, report: Report) -> None:
    """Tell options that nothing reads, of components whose options are known."""
    for component in node if isinstance(node, YamlSequence) else ():
        name = component.get("name") if isinstance(component, YamlMapping) else None
        if not isinstance(component, YamlMapping) or not isinstance(name, YamlScalar):
            continue
        short = name.raw.rpartition(".")[2]
        known = options_of(short)
        for key, _ in component if known else ():
            if key.raw not in known:
                hint = nearest(key.raw, known) or f"; it has {', '.join(known[1:])}"
                report.note(key, f"'{key.raw}' is not an option of {short} and changes nothing{hint}")


def _policies(node: YamlNode, report: Report) -> PolicySettings:
    if is_null(node):
        return PolicySettings()
    settings: dict[str, Mapping[str, YamlNode]] = {}
    for item in items(node, report, "policies"):
        if isinstance(item, YamlScalar):
            name, given = text(item, report, "a policy"), dict[str, YamlNode]()
        else:
            given = {k.raw: v for k, v in entries(item, report, "a policy")}
            name = text(given.pop("name", None), report, "a policy's name").strip()
        if not name:
            report.wrong(item, "a policy needs a name: '- name: RulePolicy'")
            continue
        short = name.rpartition(".")[2]
        if short in _REPLACED:
            report.note(item, f"{short} is replaced: {_REPLACED[short]}")
        elif short in _KEYS_OF:
            for key, _ in entries(item, report, "a policy") if isinstance(item, YamlMapping) else ():
                if key.raw not in _KEYS_OF[short]:
                    report.unread(key, _KEYS_OF[short], short)
        elif name not in _KNOWN and (near := nearest(name, (*_KNOWN, *_REPLACED))):
            report.wrong(item, f"there is no policy '{name}'{near}")
        else:
            report.note(item, f"the policy '{name}' is code of its own and not run; {', '.join(_KNOWN)} are")
        settings[short] = given
    rule = settings.get("RulePolicy", settings.get("FallbackPolicy", {}))
    memo = settings.get(AUGMENTED, settings.get(PLAIN))
    history = memo.get("max_history") if memo is not None else None
    default = PolicySettings()
    action = rule.get("core_fallback_action_name") or rule.get("fallback_action_name")
    threshold = rule.get("core_fallback_threshold") or rule.get("core_threshold")
    return PolicySettings(
        fallback_action=text(action, report, "core_fallback_action_name") or default.fallback_action,
        fallback_threshold=number(threshold, report, "core_fallback_threshold", default=default.fallback_threshold),
        fallback_enabled=flag(
            rule.get("enable_fallback_prediction"), report, "enable_fallback_prediction", default=True
        ),
        memoization=memo is not None,
        augmented=AUGMENTED in settings,
        learned=bool(_LEARNED & set(settings)),
        max_history=_history(history, report),
        check_contradictions=flag(
            rule.get("check_for_contradictions"), report, "check_for_contradictions", default=True
        ),
        restrict_rules=flag(rule.get("restrict_rules"), report, "restrict_rules", default=True),
    )


def _history(node: YamlNode | None, report: Report) -> int | None:
    if node is None or is_null(node):
        return None
    return max(1, int(number(node, report, "max_history", default=5.0)))
