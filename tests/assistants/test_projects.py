"""The project is whole: what its files name exists, and there is enough of everything, with no example twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.assistants.ecommerce.conftest import ActionServer
from tests.assistants.ecommerce.project import actions, entities, intents, plain, read_project

PROJECT = read_project()


def _steps(story: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in story["steps"]:
        yield from step.get("or", [step])


def test_there_are_at_least_25_intents_of_20_distinct_examples_each():
    by_intent: dict[str, set[str]] = {}
    for name, examples in PROJECT.examples.items():
        by_intent.setdefault(name.split("/")[0], set()).update(plain(e).casefold() for e in examples)
    assert len(by_intent) >= 25
    assert {name: len(examples) for name, examples in by_intent.items() if len(examples) < 20} == {}


def test_no_example_means_two_things_or_is_written_twice():
    seen: dict[str, str] = {}
    again: list[tuple[str, str, str]] = []
    for intent, examples in PROJECT.examples.items():
        for example in examples:
            words = " ".join(plain(example).casefold().strip("?!. ").split())
            if words in seen:
                again.append((words, seen[words], intent))
            seen[words] = intent
    assert again == []


def test_no_message_that_measures_is_learned():
    learned = {plain(e).casefold() for examples in PROJECT.examples.values() for e in examples}
    measuring = [message for messages in PROJECT.held_out.values() for message in messages]
    assert set(PROJECT.held_out) <= set(PROJECT.examples)
    assert learned & set(measuring) == set()


def test_every_intent_with_examples_is_in_the_domain_and_the_other_way_round():
    assert {name.split("/")[0] for name in PROJECT.examples} == intents(PROJECT)


def test_every_marked_entity_is_in_the_domain():
    declared = {next(iter(e)) if isinstance(e, dict) else e for e in PROJECT.domain["entities"]}
    marked = {name for examples in PROJECT.examples.values() for example in examples for name in entities(example)}
    assert marked <= declared


def test_every_step_names_an_intent_and_an_action_that_exist():
    known_intents, known_actions = intents(PROJECT) | {"nlu_fallback"}, actions(PROJECT)
    slots, forms = {*PROJECT.domain["slots"], "requested_slot"}, PROJECT.domain["forms"]
    wrong: list[tuple[str, str]] = []
    for story in [*PROJECT.rules, *PROJECT.stories, *PROJECT.test_stories]:
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


def test_every_name_of_a_rule_or_story_is_given_once():
    for stories, key in ((PROJECT.rules, "rule"), (PROJECT.stories, "story"), (PROJECT.test_stories, "story")):
        names = [story[key] for story in stories]
        assert sorted({n for n in names if names.count(n) > 1}) == []


def test_every_intent_leads_somewhere():
    used = {step.get("intent") for story in [*PROJECT.rules, *PROJECT.stories] for step in _steps(story)}
    assert intents(PROJECT) - used == set()


def test_every_response_is_used_and_every_sub_intent_has_its_answer():
    answers = {name.removeprefix("utter_") for name in PROJECT.domain["responses"] if "/" in name}
    assert answers == {name for name in PROJECT.examples if "/" in name}


def test_every_custom_action_of_the_domain_is_registered(server: ActionServer):
    assert set(PROJECT.domain["actions"]) <= server.names


def test_every_form_is_validated_and_each_of_its_slots_can_be_asked_for():
    for form, content in PROJECT.domain["forms"].items():
        assert f"validate_{form}" in PROJECT.domain["actions"]
        for slot in content["required_slots"]:
            assert f"utter_ask_{slot}" in PROJECT.domain["responses"]


def test_there_are_at_least_60_test_stories_over_every_intent_of_the_domain():
    assert len(PROJECT.test_stories) >= 60
    tried = {step["intent"] for story in PROJECT.test_stories for step in _steps(story) if "user" in step}
    assert tried == intents(PROJECT)


def test_the_escalation_policy_names_intents_of_the_domain():
    policy = PROJECT.escalation
    named = {*policy["always_human"], *policy["handoff_intents"], *policy["unhelpful_intents"]}
    assert named <= intents(PROJECT)
    assert set(policy["intent_labels"]) == intents(PROJECT) - {"none_of_these"}
    assert set(policy["emergency"]) == {"en", "de", "fr", "es", "pt", "it"}


def test_what_is_always_human_never_gets_an_answer_from_the_bot():
    for rule in PROJECT.rules:
        if rule["steps"][0].get("intent") in PROJECT.escalation["always_human"]:
            assert [step["action"] for step in rule["steps"][1:]] == ["action_human_handoff"]
