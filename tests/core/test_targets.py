"""Targets: what is due when, in working time, and who is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.activity import Ref, Side
from bot.core.cases.cards import moved_card, redraw, root_card
from bot.core.conversation import Status
from bot.core.effects import Post, Redraw
from bot.core.events import AgentDeleted, TimerFired
from bot.core.live import Live
from bot.core.machine import handle
from bot.core.policy import AutoClose, Policy, ServiceLevels, Staffing, Targets
from tests.core.desk_life import LISBON, MONDAY, NORA, OFFICE, Desk, moment, on_duty, policy
from tests.core.people import DESK, agent, customer, meaning, press

LEVELS = ServiceLevels(Targets(first_answer=3600.0, next_answer=1800.0, resolution=8 * 3600.0), leads_after=900.0)
TIMED = policy(hours=OFFICE, levels=LEVELS, leads=frozenset({"LEA"}))


def waiting(timed: Policy = TIMED, at: float = MONDAY) -> Desk:
    desk = Desk(timed)
    desk.take(customer("a person, please", at, parse=meaning(asked=1.0)))
    return desk


def card(desk: Desk) -> dict[str, str]:
    shown = redraw(desk.conversation, desk.policy).body.card
    assert shown is not None
    return {field.label: field.text for field in shown.fields}


def test_the_card_says_when_the_next_answer_is_due() -> None:
    desk = waiting()
    assert card(desk)["First answer due"] == "Mon 11:00 Lisbon"
    desk.take(agent("hello", MONDAY + 60))
    assert card(desk)["Resolution due"] == "Tue 24 Nov 10:00 Lisbon"
    desk.take(customer("and now?", MONDAY + 120))
    assert card(desk)["Next answer due"] == "Mon 10:32 Lisbon"


def test_the_card_is_drawn_anew_when_what_is_due_changes() -> None:
    desk = waiting()
    desk.take(agent("hello", MONDAY + 60))
    decision = handle(desk.conversation, customer("and now?", MONDAY + 120), TIMED, number=9)
    assert [type(effect) for effect in decision.effects].count(Redraw) == 1


def test_a_target_is_counted_in_working_time() -> None:
    late = waiting(at=moment("2026-11-20T16:30"))
    assert card(late)["First answer due"] == "Mon 09:30 Lisbon"
    assert late.timers["waiting"] == moment("2026-11-20T16:35")
    assert late.timers["due"] == moment("2026-11-23T09:18")


@pytest.mark.parametrize("day", ["2026-03-27", "2026-10-23"])
def test_a_target_over_the_weekend_of_the_change_is_due_at_the_same_hour(day: str) -> None:
    desk = waiting(at=moment(f"{day}T16:30"))
    assert card(desk)["First answer due"] == "Mon 09:30 Lisbon"


def test_the_assignee_is_reminded_before_and_at_the_end_and_then_the_lead() -> None:
    desk = waiting()
    desk.take(press("claim", MONDAY + 60))
    desk.until(MONDAY + 48 * 60)
    assert desk.desk[-1] == "⏳ The first answer is due Mon 11:00 Lisbon."
    desk.until(MONDAY + 3600)
    assert desk.desk[-1] == "⏰ The first answer was due Mon 11:00 Lisbon."
    assert desk.pinged == ["nora", "nora"]
    assert card(desk)["First answer due"] == "⚠️ overdue since Mon 23 Nov 11:00 Lisbon"
    desk.until(MONDAY + 3600 + 900)
    assert desk.pinged == ["nora", "nora", "LEA"]
    assert [dict(r.labels)["target"] for r in desk.records if r.kind == "sla_breached"] == ["first_answer"]


def test_the_customer_of_a_silent_agent_is_told_once_for_each_silence() -> None:
    desk = waiting()
    desk.take(agent("hello", MONDAY + 60))
    for n in (1, 2):
        desk.take(customer("are you there?", MONDAY + n * 3600), customer("hello?", MONDAY + n * 3600 + 60))
        desk.until(MONDAY + n * 3600 + 3000)
        assert sum("hasn’t been able to answer yet" in text for text in desk.customer) == n
        desk.take(agent("sorry", MONDAY + n * 3600 + 3001))


def test_an_answer_that_is_taken_back_was_none() -> None:
    desk = waiting()
    desk.take(agent("hello", MONDAY + 60, id="first"), customer("and my refund?", MONDAY + 120))
    desk.take(agent("for Bob alone", MONDAY + 180, id="oops"))
    assert "Next answer due" not in card(desk)
    desk.take(AgentDeleted(MONDAY + 200, Ref(DESK, "oops"), NORA))
    assert card(desk)["Next answer due"] == "Mon 10:32 Lisbon", "counted from when the customer asked"
    desk.take(agent("it is on its way", MONDAY + 240, id="real"), AgentDeleted(MONDAY + 260, Ref(DESK, "first"), NORA))
    assert "Next answer due" not in card(desk), "they have been answered since"


def test_an_answer_stops_the_clock() -> None:
    desk = waiting()
    desk.take(agent("hello", MONDAY + 60))
    desk.until(MONDAY + 3 * 3600)
    assert "sla_breached" not in desk.kinds()
    desk.take(press("resolve", MONDAY + 3 * 3600))
    assert desk.timers == {}


def test_a_case_on_hold_does_not_age() -> None:
    desk = waiting()
    desk.take(agent("hello", MONDAY + 60), press("snooze", MONDAY + 3600, value="2h"))
    assert "Resolution due" not in card(desk)
    desk.until(MONDAY + 3 * 3600)
    assert card(desk)["Resolution due"] == "Tue 24 Nov 12:00 Lisbon"


def test_a_reopened_case_is_counted_from_then_on() -> None:
    desk = waiting()
    desk.take(agent("hello", MONDAY + 60), press("resolve", MONDAY + 120), customer("no!", MONDAY + 86400))
    assert card(desk)["Next answer due"] == "Tue 10:30 Lisbon"
    desk.take(agent("I see", MONDAY + 86460))
    assert card(desk)["Resolution due"] == "Wed 25 Nov 10:00 Lisbon"


def test_the_strictest_of_desk_tier_and_reason_counts() -> None:
    levels = ServiceLevels(
        Targets(first_answer=3600.0),
        by_tier={"vip": Targets(first_answer=600.0)},
        by_reason={"asked": Targets(first_answer=1200.0)},
    )
    assert card(waiting(policy(levels=levels)))["First answer due"] == "Mon 10:20 UTC"


def test_a_timer_that_comes_very_late_says_each_thing_once() -> None:
    desk = waiting()
    desk.take(press("claim", MONDAY + 60))
    desk.take(TimerFired(MONDAY + 86400, "due"), TimerFired(MONDAY + 86400, "due"))
    said = [text for text in desk.desk if text[0] in "⏳⏰📣"]
    assert said == [
        "⏰ The first answer was due Mon 11:00 Lisbon.",
        "📣 #1001: the first answer was due Mon 11:00 Lisbon, and is still missing.",
        "⏰ The solution was due Tue 10:00 Lisbon.",
    ]


ABSENT = policy(TIMED, staffing=Staffing(back_to_queue_after=600.0))


def test_the_case_of_an_agent_who_went_off_duty_goes_back_into_the_queue() -> None:
    desk = waiting(ABSENT)
    desk.take(agent("hello", MONDAY + 60), customer("and?", MONDAY + 120))
    desk.until(MONDAY + 120 + 1800 + 600)
    assert desk.conversation.status is Status.QUEUED
    assert "↩️ This is back in the queue: Nora is off duty and has not answered." in desk.desk


def test_the_case_of_an_agent_on_duty_stays_until_they_go() -> None:
    desk = waiting(policy(ABSENT, live=on_duty(NORA)))
    desk.take(agent("hello", MONDAY + 60), customer("and?", MONDAY + 120))
    desk.until(MONDAY + 3600)
    assert desk.conversation.status is Status.ASSIGNED
    desk.policy = ABSENT
    desk.until(MONDAY + 2 * 3600)
    assert desk.conversation.status is Status.QUEUED


PASSED_ON = policy(
    hours=OFFICE,
    hands_to="legal",
    levels=ServiceLevels(Targets(first_answer=3600.0), leads_after=600.0, next_desk_after=1200.0),
)


@pytest.mark.parametrize("late", [0.0, 1800.0])
def test_a_case_that_nobody_answers_goes_to_the_next_desk_once(late: float) -> None:
    desk = waiting(PASSED_ON)
    if late:
        desk.timers.pop("due")
        desk.take(TimerFired(MONDAY + 3600 + 1200 + late, "due"))
    desk.until(MONDAY + 86400 * 3)
    case = desk.conversation.case
    assert case is not None
    assert (case.desk, case.moves, desk.conversation.status) == ("legal", 1, Status.QUEUED)
    assert desk.kinds().count("sla_breached") == 1
    assert any("“The first answer was due Mon 11:00 Lisbon.”" in text for text in desk.desk)
    assert sum("longer than it should" in text for text in desk.customer) == 1
    assert not any("know this better" in text for text in desk.customer), "nobody may be told that others know better"


def test_the_card_that_a_case_leaves_says_where_it_went_and_nothing_that_changes_there() -> None:
    desk = waiting()
    assert "First answer due" in card(desk)
    left = moved_card(desk.conversation, "Billing", desk.policy).body.card
    assert left is not None
    fields = {field.label: field.text for field in left.fields}
    assert fields == {name: text for name, text in card(desk).items() if name != "First answer due"}
    assert left.state == "passed on to Billing"
    assert (left.status, left.buttons, left.why) == ("moved", (), "The customer asked for a person.")


def test_nothing_stands_above_the_new_desks_card() -> None:
    desk = waiting(PASSED_ON)
    decision = handle(desk.conversation, TimerFired(MONDAY + 9000, "due"), PASSED_ON, number=9)
    here = [effect for effect in decision.effects if isinstance(effect, Post) and effect.side is Side.AGENTS]
    first = next(effect for effect in here if not effect.former)
    assert first.opens_thread


def _in_turn(*zones: str, ring: bool = False) -> Policy:
    """As many desks as zones, each handing to the one after it; in a ring the last one to the first."""
    names = ["support", *(f"desk{n}" for n in range(2, len(zones) + 1))]
    following = [*names[1:], names[0] if ring else ""]
    first = PASSED_ON.desks[0]
    desks = (
        replace(
            first,
            name=name,
            place=replace(first.place, channel=f"C-{name}"),
            hours=replace(OFFICE, zone=zone),
            hands_to=to,
        )
        for name, zone, to in zip(names, zones, following, strict=True)
    )
    return replace(PASSED_ON, desks=tuple(desks), leads=frozenset({"LEA"}))


def test_the_next_desk_has_the_time_again_and_is_then_reminded_itself() -> None:
    desk = waiting(_in_turn(LISBON, LISBON))
    desk.until(MONDAY + 3600 + 1200)
    arrived = len(desk.desk)
    assert card(desk)["First answer due"] == "⚠️ overdue since Mon 23 Nov 11:00 Lisbon"
    desk.take(press("claim", MONDAY + 3600 + 1800))
    desk.pinged.clear()
    desk.until(MONDAY + 3600 + 1200 + 3600 + 600)
    assert [text for text in desk.desk[arrived:] if text[0] in "⏳⏰📣"] == [
        "⏰ The first answer was due Mon 11:00 Lisbon. This desk has had the case since Mon 11:20 Lisbon.",
        "📣 #1001: the first answer was due Mon 11:00 Lisbon, and is still missing.",
    ]
    assert desk.pinged == ["nora", "LEA"]
    assert desk.kinds().count("sla_breached") == 1, "one missed target is one breach, whoever missed it"


def test_a_case_goes_along_the_desks_and_never_round_in_a_ring() -> None:
    for zones, ring, moves in (((LISBON,) * 3, False, 2), ((LISBON,) * 3, True, 2), ((LISBON,) * 2, True, 1)):
        desk = waiting(_in_turn(*zones, ring=ring))
        desk.until(MONDAY + 86400 * 30)
        case = desk.conversation.case
        assert case is not None
        assert (case.desk, case.moves) == (f"desk{len(zones)}", moves)
        assert desk.kinds().count("sla_breached") == 1
        assert sum(text.startswith("📣") for text in desk.desk) == len(zones), "each desk calls its leads once"
        assert "due" not in desk.timers


def test_a_desk_elsewhere_is_reminded_by_its_own_hours() -> None:
    desk = waiting(_in_turn(LISBON, "America/Denver"))
    opening = moment("2026-11-23T16:00")
    desk.until(opening - 1)
    case = desk.conversation.case
    assert case is not None
    assert case.desk == "support", "nobody is in Denver yet, and a promise that they answer would not be true"
    desk.until(opening)
    assert card(desk)["First answer due"] == "Mon 10:00 Denver"
    arrived = len(desk.desk)
    desk.until(moment("2026-11-23T17:10"))
    assert [text for text in desk.desk[arrived:] if text[0] in "⏳⏰📣"] == [
        "⏳ The first answer is due Mon 10:00 Denver.",
        "⏰ The first answer was due Mon 10:00 Denver.",
        "📣 #1001: the first answer was due Mon 10:00 Denver, and is still missing.",
    ]
    assert desk.kinds().count("sla_breached") == 1


def test_whoever_takes_an_overdue_case_keeps_it_for_a_while_before_it_can_go_back() -> None:
    desk = waiting(ABSENT)
    desk.take(press("claim", MONDAY + 2 * 3600))
    desk.until(MONDAY + 2 * 3600 + 599)
    assert desk.conversation.status is Status.ASSIGNED
    desk.until(MONDAY + 2 * 3600 + 600)
    assert desk.conversation.status is Status.QUEUED


CLOSING = policy(auto_close=AutoClose(warn_after=3600.0, close_after=7200.0))


def test_a_customer_who_does_not_answer_is_warned_and_then_the_case_is_closed() -> None:
    desk = waiting(CLOSING)
    desk.take(agent("does that help?", MONDAY + 60))
    desk.until(MONDAY + 3700)
    assert "today at 13:01 your time" in desk.customer[-1]
    desk.until(MONDAY + 3 * 3600 + 60)
    assert desk.conversation.status is Status.RESOLVED
    assert "closed case" in desk.customer[-1]
    assert "resolved (no answer from the customer)" in root_card(desk.conversation, CLOSING).body.text
    assert "closed_unanswered" in desk.kinds()
    assert "resolved" not in desk.kinds()
    assert desk.timers == {}


def test_a_case_on_hold_is_not_closed_and_its_customer_has_time_afterwards() -> None:
    desk = waiting(CLOSING)
    desk.take(agent("I am looking into it", MONDAY + 60), press("snooze", MONDAY + 120, value="10h"))
    desk.until(MONDAY + 11 * 3600)
    assert desk.conversation.status is Status.ASSIGNED
    assert "close case" not in desk.customer[-1]
    desk.until(MONDAY + 11 * 3600 + 120)
    assert "anything else about case" in desk.customer[-1]


def test_a_customer_who_writes_keeps_the_case_open() -> None:
    desk = waiting(CLOSING)
    desk.take(agent("does that help?", MONDAY + 60))
    desk.until(MONDAY + 3700)
    desk.take(customer("not quite", MONDAY + 3800))
    desk.until(MONDAY + 86400)
    assert desk.conversation.status is Status.ASSIGNED
    assert "close" not in desk.timers


@pytest.mark.parametrize(
    ("said_at", "live", "told"),
    [
        ("2026-11-23T20:00", policy().live, 1),
        ("2026-11-23T20:00", on_duty(NORA), 0),
        ("2026-11-23T12:00", policy().live, 0),
        ("2026-11-23T10:02", policy().live, 0),
    ],
)
def test_a_customer_who_writes_to_people_at_night_is_told_once_when_they_are_back(
    said_at: str, live: Live, told: int
) -> None:
    desk = waiting(policy(hours=OFFICE, live=live))
    desk.take(agent("hello", MONDAY + 60))
    desk.take(*(customer("and now?", moment(said_at) + n, id=f"q{n}") for n in range(3)))
    assert sum("is back tomorrow at 09:00 your time" in text for text in desk.customer) == told


def test_a_customer_who_comes_back_at_night_is_told_too() -> None:
    desk = waiting(policy(hours=OFFICE))
    desk.take(agent("hello", MONDAY + 60), press("resolve", MONDAY + 120))
    desk.take(customer("no!", moment("2026-11-23T20:00")))
    assert "is back tomorrow at 09:00 your time" in desk.customer[-1]


def test_without_targets_no_clock_is_set() -> None:
    desk = waiting(policy())
    assert set(desk.timers) == {"waiting"}
