"""Who takes a case, and what customers are told of waiting, by day and by night."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.activity import Place
from bot.core.cases import staffing
from bot.core.conversation import Status
from bot.core.events import TimerFired
from bot.core.hours import Hours, Shift
from bot.core.live import Live, OpenCase, Waits
from bot.core.policy import Desk as DeskOf
from bot.core.policy import Policy, Staffing
from bot.core.wording.words import LANGUAGES
from tests.core.desk_life import MONDAY, NORA, OFFICE, SAM, Desk, moment, on_duty, policy
from tests.core.people import ADA, choose, conversation, customer, meaning, press, turn

LEAST = policy(hours=OFFICE, staffing=Staffing(least_load=True, most_open_cases=2))
SATURDAY = moment("2026-11-21T12:00")


def case(number: int, who: str = "", *, opened: float = 1.0) -> OpenCase:
    return OpenCase(number, f"c{number}", "support", "assigned" if who else "queued", who, opened)


def asking(rules: Policy, at: float = MONDAY, language: str = "en") -> Desk:
    desk = Desk(rules)
    desk.take(customer("I would like a person please", at, parse=meaning(asked=1.0, language=language)))
    return desk


# --- assignment


def test_a_case_goes_to_whoever_has_the_fewest() -> None:
    desk = asking(replace(LEAST, live=on_duty(NORA, SAM, cases=(case(1, NORA.key),))))
    desk.until(MONDAY)
    assert desk.conversation.case is not None
    assert desk.conversation.case.assignee == SAM
    assert desk.pinged == ["sam"]
    assert desk.customer[-1] == "Sam has your case now and will answer right here."


def test_of_equals_whoever_has_been_idle_for_longest_is_next() -> None:
    desk = asking(replace(LEAST, live=on_duty(SAM, NORA)))
    desk.until(MONDAY)
    assert desk.pinged == ["sam"]


def test_nobody_gets_more_than_the_limit_and_the_case_waits_for_room() -> None:
    full = on_duty(NORA, cases=(case(1, NORA.key), case(2, NORA.key)))
    desk = asking(replace(LEAST, live=full))
    desk.until(MONDAY)
    assert desk.conversation.status is Status.QUEUED
    assert desk.timers["assign"] == MONDAY + 60
    desk.policy = replace(LEAST, live=on_duty(NORA, cases=(case(1, NORA.key),)))
    desk.until(MONDAY + 60)
    assert desk.pinged == ["nora"]


def test_somebody_with_a_limit_of_their_own_is_given_no_more() -> None:
    rules = replace(LEAST, staffing=Staffing(least_load=True, most_open_cases=9, most={"nora": 1}))
    desk = asking(replace(rules, live=on_duty(NORA, cases=(case(1, NORA.key),))))
    desk.until(MONDAY)
    assert desk.conversation.status is Status.QUEUED


def test_an_older_case_goes_first() -> None:
    busy = on_duty(NORA, cases=(case(1, NORA.key), case(9)))
    desk = asking(replace(LEAST, live=busy))
    desk.until(MONDAY)
    assert desk.conversation.status is Status.QUEUED


@pytest.mark.parametrize("elsewhere", ["duty", "desk", "hours"])
def test_only_people_who_are_at_work_for_the_desk_get_cases(elsewhere: str) -> None:
    nights = Hours("Europe/Lisbon", tuple(Shift(day, 22 * 60, 6 * 60) for day in range(7)))
    live = {"duty": Live(), "desk": on_duty(NORA, desk="legal"), "hours": on_duty(NORA)}[elsewhere]
    hours = {"nora": nights} if elsewhere == "hours" else {}
    rules = replace(LEAST, live=live, staffing=Staffing(least_load=True, hours=hours))
    desk = asking(rules)
    desk.until(MONDAY)
    assert desk.conversation.status is Status.QUEUED


def test_a_case_that_comes_at_night_is_given_in_the_morning() -> None:
    desk = asking(replace(LEAST, live=on_duty(NORA)), SATURDAY)
    assert desk.timers["assign"] == moment("2026-11-23T09:00")
    desk.until(moment("2026-11-23T09:00"))
    assert desk.pinged == ["nora"]


def test_a_nudge_that_comes_twice_assigns_once() -> None:
    desk = asking(replace(LEAST, live=on_duty(NORA)))
    desk.take(TimerFired(MONDAY, "assign"), TimerFired(MONDAY, "assign"))
    assert desk.pinged == ["nora"]
    assert "assign" not in desk.timers


def test_a_case_that_was_put_back_looks_for_somebody_again() -> None:
    desk = asking(replace(LEAST, live=on_duty(NORA)))
    desk.until(MONDAY)
    desk.policy = replace(LEAST, live=on_duty(SAM))
    desk.take(press("release", MONDAY + 60))
    desk.until(MONDAY + 60)
    assert desk.pinged == ["nora", "sam"]


def test_whoever_puts_a_case_back_is_not_given_it_again_before_somebody_else_had_it() -> None:
    busy = tuple(case(n, SAM.key) for n in (1, 2))
    desk = asking(replace(LEAST, live=on_duty(NORA, SAM, cases=busy)))
    desk.until(MONDAY)
    desk.take(press("release", MONDAY + 60))
    desk.until(MONDAY + 300)
    assert desk.conversation.status is Status.QUEUED, "Sam has no room, and Nora has just put it back"
    desk.policy = replace(LEAST, live=on_duty(NORA, SAM))
    desk.until(MONDAY + 400)
    assert desk.pinged == ["nora", "sam"]
    desk.policy = replace(LEAST, live=on_duty(NORA))
    desk.take(press("release", MONDAY + 500, by=SAM))
    desk.until(MONDAY + 500)
    assert desk.pinged == ["nora", "sam", "nora"]


def test_by_default_nobody_is_given_anything() -> None:
    desk = asking(policy(live=on_duty(NORA)))
    assert "assign" not in desk.timers


# --- follow the sun

SUN = Policy(
    desks=tuple(
        DeskOf(name, Place("web", "t", name), hours=Hours(zone, OFFICE.week), hands_to=to)
        for name, zone, to in (
            ("lisbon", "Europe/Lisbon", "denver"),
            ("denver", "America/Denver", "sydney"),
            ("sydney", "Australia/Sydney", "lisbon"),
        )
    )
)


@pytest.mark.parametrize(
    ("at", "desk"),
    [
        ("2026-11-24T10:00", "lisbon"),
        ("2026-11-24T19:00", "denver"),
        ("2026-11-24T23:00", "denver"),
        ("2026-11-25T03:00", "sydney"),
        ("2026-11-21T12:00", "lisbon"),
    ],
)
def test_a_new_case_follows_the_sun_and_stays_when_all_are_closed(at: str, desk: str) -> None:
    assert staffing.desk_for(SUN, "lisbon", moment(at)).name == desk


# --- what the customer is told


def test_outside_hours_the_customer_is_told_when_by_their_own_clock() -> None:
    desk = asking(LEAST, SATURDAY)
    assert "back on Monday at 09:00 your time" in desk.customer[-1]
    for zone, told in (("Asia/Tokyo", "Monday at 18:00 your time"), ("", "Monday at 09:00 (Lisbon time)")):
        someone = replace(ADA, timezone=zone)
        other = Desk(LEAST, of=replace(conversation(), customer=someone))
        asks = customer("a person", SATURDAY, parse=meaning(asked=1.0))
        other.take(replace(asks, author=someone))
        assert f"back on {told}" in other.customer[-1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("at", [SATURDAY, moment("2026-11-23T05:00"), moment("2026-11-23T20:00"), MONDAY])
def test_every_language_says_it_without_a_gap(language: str, at: float) -> None:
    live = replace(on_duty(NORA), waits=Waits(9, 700.0))
    for rules in (replace(LEAST, live=live), policy(hours=Hours("Etc/UTC", ()), live=live)):
        told = asking(rules, at, language).customer[-1]
        assert "{" not in told
        assert "#1001" in told


def test_the_place_in_the_queue_and_the_recent_wait_are_told() -> None:
    live = replace(on_duty(NORA, cases=(case(5), case(6))), waits=Waits(20, 700.0))
    told = asking(policy(hours=OFFICE, live=live)).customer[-1]
    assert told.endswith("You are number 3 in the queue. Lately, nine in ten cases were picked up within 15 minutes.")


@pytest.mark.parametrize(
    "live",
    [
        Live(waits=Waits(20, 700.0)),
        replace(on_duty(NORA), waits=Waits(4, 700.0)),
        replace(on_duty(NORA), waits=Waits(20, 9 * 3600.0)),
        on_duty(NORA),
    ],
)
def test_nothing_is_told_of_waiting_without_data_or_people(live: Live) -> None:
    assert "Lately" not in asking(policy(hours=OFFICE, live=live)).customer[-1]


def test_no_wait_is_promised_outside_hours() -> None:
    live = replace(on_duty(NORA), waits=Waits(20, 700.0))
    told = asking(policy(hours=OFFICE, live=live), SATURDAY).customer[-1]
    assert "Lately" not in told
    assert "in the queue" not in told


def test_an_agent_who_takes_a_conversation_over_at_night_is_there() -> None:
    desk = Desk(LEAST)
    desk.take(customer("hello", SATURDAY, parse=meaning(), turn=turn()), press("take_over", SATURDAY + 60))
    assert not any("Nobody is there" in text for text in desk.customer)


def test_whoever_still_waits_at_closing_time_is_told_when_people_are_back_and_may_go_on_with_the_bot() -> None:
    desk = Desk(policy(hours=OFFICE, reminder_seconds=300.0))
    friday = moment("2026-11-20T16:50")
    desk.take(customer("a person, please", friday, parse=meaning(asked=1.0)))
    desk.until(moment("2026-11-20T16:59"))
    assert "nothing is lost" in desk.customer[-1]
    desk.until(moment("2026-11-23T08:59"))
    assert "before closing time" in desk.customer[-1]
    assert "on Monday at 09:00 your time" in desk.customer[-1]
    assert desk.desk[-1] == "🌙 Nobody took this before closing. The customer was told when you are back."
    assert sum("closing time" in text for text in desk.customer) == 1
    assert sum("nothing is lost" in text for text in desk.customer) == 1
    desk.take(choose(staffing.GO_ON, moment("2026-11-21T10:00")))
    assert desk.conversation.is_bots


def test_whoever_has_waited_since_the_morning_is_told_at_closing_time_too_and_not_for_ever() -> None:
    desk = Desk(policy(hours=OFFICE, reminder_seconds=300.0))
    desk.take(customer("a person, please", MONDAY, parse=meaning(asked=1.0)))
    desk.until(moment("2026-11-23T16:59"))
    assert sum("nothing is lost" in text for text in desk.customer) == 4
    desk.until(moment("2026-11-23T17:00"))
    assert "tomorrow at 09:00 your time" in desk.customer[-1]
    desk.until(moment("2026-12-31T12:00"))
    assert sum("closing time" in text for text in desk.customer) == 4
    assert "waiting" not in desk.timers


def test_nobody_is_reminded_of_waiting_at_night() -> None:
    desk = asking(LEAST, SATURDAY)
    assert desk.timers["waiting"] == moment("2026-11-23T09:05")
