"""Each sample project is whole: what its files name exists, and there is enough of everything, no example twice."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.rasa.commands.validate import validated
from tests.assistants.ecommerce.project import Project, actions, all_intents, entities, intents, plain, read_project
from tests.support.patience import PATIENCE

_LANGUAGES = {"de", "fr", "es", "pt", "it"}
_FIELD = re.compile(r"\{(\w+)\}")

_PAIRS = {"de": ("„“", "‚‘"), "es": ("¿?", "¡!", "«»"), "pt": ("“”",), "it": ("“”",), "fr": ("«»",)}
_FOREIGN_QUOTES = {
    "de": re.compile("[«»”]"),
    "es": re.compile("[„“”]"),
    "fr": re.compile("[„“”]"),
    "pt": re.compile("[«»„]"),
    "it": re.compile("[«»„]"),
}

ASSISTANTS = Path(__file__).parents[2] / "assistants"


@pytest.fixture(params=["ecommerce", "banking", "healthcare"])
def folder(request: pytest.FixtureRequest) -> Path:
    return ASSISTANTS / str(request.param)


@pytest.fixture
def project(folder: Path) -> Project:
    return read_project(folder)


def _wordings(project: Project) -> Iterator[tuple[str, dict[str, str]]]:
    """Each translated wording of the domain, and each button under one: its response, and its text by language."""
    for name, wordings in project.domain["responses"].items():
        for wording in wordings:
            translated = wording.get("metadata", {}).get("translation", {})
            if translated:
                yield name, {"en": wording["text"], **translated}
            for button in wording.get("buttons", ()):
                titles = {language: theirs["title"] for language, theirs in button["translation"].items()}
                yield name, {"en": button["title"], **titles}


def _steps(story: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in story["steps"]:
        yield from step.get("or", [step])


def test_there_are_at_least_25_intents_of_20_distinct_examples_each(project: Project):
    by_intent: dict[str, set[str]] = {}
    for name, examples in project.examples.items():
        by_intent.setdefault(name.split("/")[0], set()).update(plain(e).casefold() for e in examples)
    assert len(by_intent) >= 25
    assert {name: len(examples) for name, examples in by_intent.items() if len(examples) < 20} == {}


def test_no_example_means_two_things_or_is_written_twice(project: Project):
    seen: dict[str, str] = {}
    again: list[tuple[str, str, str]] = []
    for intent, examples in project.examples.items():
        for example in examples:
            words = " ".join(plain(example).casefold().strip("?!. ").split())
            if words in seen:
                again.append((words, seen[words], intent))
            seen[words] = intent
    assert again == []


def test_no_message_that_measures_is_learned(project: Project):
    learned = {plain(e).casefold() for examples in project.examples.values() for e in examples}
    measuring = [message for messages in project.held_out.values() for message in messages]
    assert set(project.held_out) <= set(project.examples) | {name.split("/")[0] for name in project.examples}
    assert learned & set(measuring) == set()


def test_every_intent_with_examples_is_in_the_domain_and_the_other_way_round(project: Project):
    assert {name.split("/")[0] for name in project.examples} == intents(project)


def test_every_marked_entity_is_in_the_domain(project: Project):
    declared = {next(iter(e)) if isinstance(e, dict) else e for e in project.domain["entities"]}
    marked = {name for examples in project.examples.values() for example in examples for name in entities(example)}
    assert marked <= declared


def test_every_step_names_an_intent_and_an_action_that_exist(project: Project):
    known_intents, known_actions = all_intents(project) | {"nlu_fallback"}, actions(project)
    slots, forms = {*project.domain["slots"], "requested_slot"}, project.domain["forms"]
    wrong: list[tuple[str, str]] = []
    for story in [*project.rules, *project.stories, *project.test_stories]:
        name = story.get("rule") or story["story"]
        for step in [*_steps(story), *story.get("condition", [])]:
            if step.get("intent", "greet").split("/")[0] not in known_intents:
                wrong.append((name, step["intent"]))
            if step.get("action", "action_listen") not in known_actions:
                wrong.append((name, step["action"]))
            if step.get("active_loop") is not None and step["active_loop"] not in forms:
                wrong.append((name, step["active_loop"]))
            wrong += [(name, slot) for item in step.get("slot_was_set", []) for slot in item if slot not in slots]
    assert wrong == []


def test_every_name_of_a_rule_or_story_is_given_once(project: Project):
    for stories, key in ((project.rules, "rule"), (project.stories, "story"), (project.test_stories, "story")):
        names = [story[key] for story in stories]
        assert sorted({n for n in names if names.count(n) > 1}) == []


def test_every_intent_leads_somewhere(project: Project):
    used = {step.get("intent") for story in [*project.rules, *project.stories] for step in _steps(story)}
    assert all_intents(project) - used == set()


def test_validate_finds_nothing_but_what_is_replaced(folder: Path):
    found = validated(folder)
    assert found.errors == []
    assert [line for line in found.warnings if not re.search(r"is replaced:|is not used:", line)] == []


def test_every_sub_intent_has_its_answer_and_no_other(project: Project):
    answers = {name.removeprefix("utter_") for name in project.domain["responses"] if "/" in name}
    assert answers == {name for name in project.examples if "/" in name}


def test_what_is_translated_is_so_into_every_language_with_its_fields_and_buttons(project: Project):
    for name, wordings in project.domain["responses"].items():
        for wording in wordings:
            translated = wording.get("metadata", {}).get("translation", {})
            if not translated:
                continue
            assert set(translated) == _LANGUAGES, name
            said = set(_FIELD.findall(wording["text"]))
            assert all(set(_FIELD.findall(text)) == said for text in translated.values()), name
            for button in wording.get("buttons", ()):
                assert set(button["translation"]) == _LANGUAGES, (name, button)
                assert all(theirs["title"].strip() for theirs in button["translation"].values())


def test_marks_are_set_as_each_language_sets_them(project: Project):
    for name, wording in _wordings(project):
        for language, text in wording.items():
            told = (name, language, text)
            assert not re.search(r"\s$|  ", text), told
            if language != "en":
                assert not re.search(r"\w'\w|\"|€\d", text), told
                assert not re.search(r"\d (?:[€%]|°C|cm\b)", text.replace("\N{NO-BREAK SPACE}", "_")), told
        french = _FIELD.sub("", wording["fr"])
        assert not re.search(r"(?<![\N{NO-BREAK SPACE}\d])[;:!?»]|«(?!\N{NO-BREAK SPACE})|\d h\b|h \d", french), name
        for language, pairs in _PAIRS.items():
            assert all(wording[language].count(pair[0]) == wording[language].count(pair[1]) for pair in pairs), name
            assert not _FOREIGN_QUOTES[language].search(wording[language]), (name, language)


@pytest.mark.parametrize(
    ("language", "foreign"),
    [
        ("es", r"\d\.\d\d"),
        ("pt", r"\d\.\d\d|\d:\d\d"),
        ("fr", r"\d\.\d|\d:\d\d|\d[ \N{NO-BREAK SPACE}]\d{3}(?=\N{NO-BREAK SPACE}€)"),
        ("de", r"\d,\d{3}|\d{4,}\N{NO-BREAK SPACE}€"),
        ("it", r"\d,\d{3}|\d{4,}\N{NO-BREAK SPACE}€"),
    ],
    ids=["es", "pt", "fr", "de", "it"],
)
def test_amounts_and_hours_are_written_as_the_values_beside_them(project: Project, language: str, foreign: str):
    assert [text for _, wording in _wordings(project) for text in re.findall(foreign, wording[language])] == []


def test_the_stock_action_server_finds_every_action_and_touches_nothing(project: Project, folder: Path, tmp_path: Path):
    """`rasa run actions` imports the package `actions` from the project's folder."""
    listing = (
        "from rasa_sdk.executor import ActionExecutor\n"
        "executor = ActionExecutor()\n"
        "executor.register_package('actions')\n"
        "print(*sorted(executor.actions))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", listing],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "WARMLINE_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert set(project.domain["actions"]) <= set(found.stdout.split())
    assert list(tmp_path.iterdir()) == []


def test_every_form_is_validated_and_each_of_its_slots_can_be_asked_for(project: Project):
    for form, content in project.domain["forms"].items():
        assert f"validate_{form}" in project.domain["actions"]
        for slot in content["required_slots"]:
            asked = {f"utter_ask_{slot}", f"action_ask_{slot}"}
            assert asked & {*project.domain["responses"], *project.domain["actions"]}


def test_there_are_at_least_60_test_stories_over_every_intent_of_the_domain(project: Project):
    assert len(project.test_stories) >= 60
    tried = {step["intent"] for story in project.test_stories for step in _steps(story) if "user" in step}
    assert tried == intents(project)


def test_the_escalation_policy_names_intents_of_the_domain(project: Project):
    policy = project.escalation
    named = {*policy["always_human"], *policy["handoff_intents"], *policy["unhelpful_intents"]}
    assert named <= intents(project)
    # a guess at a question of `faq` is offered as that question, so each has its words, too
    questions = {intent for intent in project.examples if intent.startswith("faq/")}
    assert set(policy["intent_labels"]) == (intents(project) - {"none_of_these"}) | questions
    # a label that is one text is read as it is in a conversation of any language
    assert [intent for intent, label in policy["intent_labels"].items() if not isinstance(label, dict)] == []
    assert all(set(label) == {"en", *_LANGUAGES} and all(label.values()) for label in policy["intent_labels"].values())
    assert set(policy["emergency"]) == {"en", "de", "fr", "es", "pt", "it"}


def test_what_is_always_human_never_gets_an_answer_from_the_bot(project: Project):
    human = project.escalation["always_human"]
    rules = [rule["steps"] for rule in project.rules if rule["steps"][0].get("intent") in human]
    assert {steps[0]["intent"] for steps in rules} == set(human), "and there is a rule for each"
    dangers = project.escalation.get("emergency_intents", [])
    for steps in rules:
        warning = ["action_emergency"] if steps[0]["intent"] in dangers else []
        assert [step["action"] for step in steps[1:]] == [*warning, "action_human_handoff"]
