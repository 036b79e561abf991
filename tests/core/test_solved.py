"""What is remembered of a case, and which remembered case is like a new one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import machine
from bot.core.conversation import Conversation
from bot.core.events import Event
from bot.core.learning.solved import Meaning, SolvedCase, nearest, question, reopened, solved_by
from tests.core.people import POLICY, agent, conversation, customer, meaning, press, turn

ASKED = "Where is the refund for my red shoes? My card is 4242 4242 4242 4242"
ANSWER = "I have sent the refund again today, it arrives within three working days."


def _states(*events: Event) -> list[Conversation]:
    states = [conversation()]
    for event in events:
        states.append(machine.handle(states[-1], event, POLICY, number=1001).conversation)
    return states


def _solving(*said: str) -> list[Conversation]:
    asking = customer(ASKED, parse=meaning("refund_status", asked=0.9), turn=turn())
    replies = [agent(text, 2.0 + n) for n, text in enumerate(said)]
    return _states(asking, *replies, press("resolve", 9.0))


def test_a_solved_case_is_its_question_and_the_agents_answer_both_masked() -> None:
    *_, before, after = _solving("Hello Ada!", ANSWER, "Have a nice day")
    found = solved_by(before, after, POLICY)
    assert found is not None
    assert found.question == "Where is the refund for my red shoes? My card is •••• 4242"
    assert (found.number, found.answer, found.customer, found.agent) == (1001, ANSWER, after.customer.key, "Nora")
    assert solved_by(after, after, POLICY) is None


def test_a_case_that_nobody_answered_in_words_teaches_nothing() -> None:
    *_, before, after = _solving("Done.")
    assert solved_by(before, after, POLICY) is None


def test_a_case_that_opens_again_was_not_solved() -> None:
    states = _solving(ANSWER)
    again = machine.handle(states[-1], customer("It still is not there", 20.0), POLICY, number=1002).conversation
    assert reopened(states[-1], again) == 1001
    assert reopened(states[-2], states[-1]) is None


def _case(number: int, asked: str, *, customer: str = "ada", **more: object) -> SolvedCase:
    return SolvedCase(number, customer, asked, f"Answer {number}, at length.", float(number), **more)  # type: ignore[arg-type]


KNOWN = (
    _case(1, "where is my refund for the shoes i sent back"),
    _case(2, "the app crashes when i open the camera", intent="bug"),
    _case(3, "can i change the delivery address of my order"),
    _case(4, "refund for shoes never arrived", customer="bob"),
)


def test_words_that_few_questions_have_in_common_count_most() -> None:
    found = nearest("my refund for shoes is missing", None, "", KNOWN)
    assert {case.source for case in found} == {"#1", "#4"}
    assert all(0 < case.likeness <= 1 for case in found)


def test_a_customers_own_cases_are_no_news() -> None:
    found = nearest("my refund for shoes is missing", None, "", KNOWN, apart_from="bob")
    assert [case.source for case in found] == ["#1"]


def test_meaning_counts_where_both_have_one_of_the_same_encoder() -> None:
    here, there = Meaning("e1", (1.0, 0.0)), Meaning("e1", (0.8, 0.6))
    other = Meaning("e2", (1.0, 0.0))
    cases = (_case(1, "nothing in common", meaning=there), _case(2, "nothing at all either", meaning=other))
    found = nearest("wholly other words", here, "", cases)
    assert [(case.source, case.likeness) for case in found] == [("#1", 0.8)]


def test_the_same_answer_is_shown_once_and_three_at_most() -> None:
    cases = tuple(replace(_case(n, "where is my refund please"), answer=f"a{n % 4}") for n in range(40))
    found = nearest("where is my refund please", None, "", cases)
    assert len({case.answer for case in found}) == len(found) == 3
    assert found[0].source == "#39"


@pytest.mark.parametrize("asked", ["", "?", "4711", "the and of"])
def test_a_question_without_words_is_like_nothing(asked: str) -> None:
    assert nearest(asked, None, "", KNOWN) == ()


@given(st.lists(st.text(max_size=40), max_size=8), st.text(max_size=60))
def test_likeness_is_a_share_for_any_texts(questions: list[str], asked: str) -> None:
    found = nearest(asked, None, "x", [_case(n, q, intent="x") for n, q in enumerate(questions)])
    assert all(0 <= case.likeness <= 1 for case in found)


def test_the_question_is_what_was_said_before_people_came() -> None:
    states = _states(
        customer("Hi", 1.0, parse=meaning(), turn=turn()),
        customer(ASKED, 2.0, parse=meaning(asked=0.9), turn=turn()),
        customer("Hello, is anybody there at all?", 3.0),
    )
    assert question(states[-1], POLICY).startswith("Where is the refund")
    assert "anybody" not in question(states[-1], POLICY)
