"""What must stop everything does, in six languages, and what only sounds like it does not."""

from __future__ import annotations

import re
from functools import cache

import pytest
from ruamel.yaml import YAML

from adapters.rasa.project import read_project
from nlu.safety import find
from tests.assistants.healthcare.conftest import PROJECT
from tests.assistants.healthcare.dangers import DANGERS, NEAR_MISSES, SWALLOWED_OR_LIFELESS
from tests.support.work import work_of


@cache
@cache
def _expressions() -> tuple[re.Pattern[str], ...]:
    written = YAML(typ="safe").load((PROJECT / "data" / "nlu" / "red_flags.yml").read_text("utf-8"))
    lines = written["nlu"][0]["examples"].splitlines()
    return tuple(re.compile(line.removeprefix("- "), re.IGNORECASE) for line in lines if line)


def _is_flagged(text: str) -> bool:
    return any(expression.search(text) for expression in _expressions())


def test_there_are_enough_of_both_to_say_anything():
    assert len(set(DANGERS)) >= 60
    assert len(set(NEAR_MISSES)) >= 30


@pytest.mark.parametrize("text", [*DANGERS, *SWALLOWED_OR_LIFELESS])
def test_words_of_danger_are_found_without_any_model(text: str):
    assert _is_flagged(text)


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_what_only_sounds_dangerous_is_left_alone(text: str):
    assert not _is_flagged(text)


def test_the_general_detector_finds_most_of_them_by_itself_and_nothing_else():
    assert sum(find(text) is not None for text in DANGERS) >= len(DANGERS) * 0.6
    assert not [text for text in NEAR_MISSES if find(text)]


def test_no_expression_takes_long_on_a_hostile_text():
    hostile = "my baby fever " * 50 + "bleeding " * 100 + "pregnant and " * 50 + "five weeks old " * 50
    assert work_of(lambda: [each.search(hostile) for each in _expressions()], enough=1.0) < 1.0


def test_what_the_expressions_find_counts_as_an_emergency():
    escalation = read_project(PROJECT).escalation
    assert escalation.emergency_entities == {"red_flag"}
    assert escalation.emergency_intents == {"medical_emergency", "mental_health_crisis"}
    assert set(escalation.emergency) == {"en", "de", "fr", "es", "pt", "it"}
    assert all("112" in words and "116 123" in words for words in escalation.emergency.values())
