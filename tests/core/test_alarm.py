"""A customer in danger is answered at once also while nobody answers: the case waits, is on hold, or was resolved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.conversation import Reason, Status
from bot.core.machine import wants_assistant, wants_turn
from nlu.types import Safety
from tests.core.desk_life import Desk, policy
from tests.core.people import NORA, customer, meaning, press

CLINIC = replace(policy(), emergency={"en": "Call 112 now."})
DANGER = meaning(safety=Safety("self_harm", ("not be here",)))


def waiting() -> Desk:
    desk = Desk(CLINIC)
    desk.take(customer("a person, please", 10.0, parse=meaning(asked=1.0)))
    return desk


def in_danger(desk: Desk, at: float) -> None:
    """Let the customer write words of danger, understood only if the core wants that."""
    event = customer("i do not want to be here any more", at)
    assert wants_turn(desk.conversation, event, CLINIC)
    event = replace(event, parse=DANGER)
    assert not wants_assistant(desk.conversation, event, CLINIC)
    desk.take(event)


def test_whose_case_waits_reads_the_emergency_words_and_the_desk_an_alarm() -> None:
    desk = waiting()
    in_danger(desk, 20.0)
    assert desk.customer[-1] == "Call 112 now."
    assert desk.desk[-2] == "i do not want to be here any more"
    assert desk.desk[-1].startswith("🚨 The customer's words point to self-harm.")
    assert desk.conversation.status is Status.QUEUED


def test_the_case_is_one_of_safety_from_then_on_and_that_is_said_once() -> None:
    desk = waiting()
    in_danger(desk, 20.0)
    in_danger(desk, 30.0)
    assert desk.conversation.case is not None
    assert desk.conversation.case.why.reason is Reason.SAFETY
    assert desk.customer.count("Call 112 now.") == 1
    assert desk.kinds().count("endangered") == 1


@pytest.mark.parametrize("before", [[press("snooze", 12.0, value="2h")], [press("resolve", 12.0)]])
def test_a_case_on_hold_or_resolved_is_no_reason_for_silence(before: list[object]) -> None:
    desk = waiting()
    desk.take(press("claim", 11.0), *before)  # type: ignore[arg-type]  # presses
    in_danger(desk, 20.0)
    assert desk.customer[-1] == "Call 112 now."
    assert desk.conversation.status is Status.ASSIGNED
    assert desk.pinged[-1] == NORA.id


def test_whoever_has_the_case_is_not_interrupted() -> None:
    desk = waiting()
    desk.take(press("claim", 11.0))
    assert not wants_turn(desk.conversation, customer("it hurts", 20.0), CLINIC)


def test_other_words_change_nothing_of_a_case_that_waits() -> None:
    desk = waiting()
    case, moods = desk.conversation.case, desk.conversation.moods
    desk.take(customer("so?", 20.0, parse=meaning("complaint", upset=0.9)))
    assert (desk.conversation.case, desk.conversation.moods) == (case, moods)
    assert len(desk.customer) == 1
