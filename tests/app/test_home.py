"""The app's own page: what agents and customers find there, and what shortcuts do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.core.activity import Person, Place, Ref
from bot.core.live import Duty, Live
from bot.core.policy import Desk, Policy, Staffing
from bot.errors import NotDone
from bot.ports import CaseRow
from bot.services.home import Home
from bot.services.operations import Operations, Roles

DESK = Place("town", "t", "desk")
THREAD = Place("town", "t", "support", "m1")
NORA = Person("town", "t", "nora", "Nora", timezone="Europe/Lisbon")
ADA = Person("town", "t", "ada", "Ada", locale="fr-FR")
GUS = Person("town", "t", "gus", "Gus", is_guest=True)
NOW = 1_800_000_000.0


def _row(number: int, *, assignee: str = "", due_in: float | None = None, desk: str = "support") -> CaseRow:
    due = None if due_in is None else NOW + due_in
    status = "assigned" if assignee else "queued"
    return CaseRow(
        number, f"c{number}", status, desk, "web", f"Customer {number}", "upset", "Sounds angry.", "", NOW - 600.0,
        assignee_key=assignee, due="first_answer" if due else "", due_at=due,
    )  # fmt: skip


@dataclass
class Town:
    """A platform of people. Nobody can be looked up while it is `away`."""

    members: frozenset[str] = frozenset({"nora", "gus"})
    away: bool = False

    async def person(self, tenant: str, id: str) -> Person:  # noqa: ARG002  # there is one
        if self.away:
            raise NotDone("person", "away")
        return {"gus": GUS, "nora": NORA}.get(id, replace(ADA, id=id))

    async def is_member(self, channel: Place, person: Person) -> bool:
        return channel.channel == "desk" and person.id in self.members


@dataclass
class Shelf:
    rows: Sequence[CaseRow] = ()
    unread: Sequence[int] = ()
    told: list[tuple[str, str, str, str]] = field(default_factory=list)

    async def open_cases(self) -> Sequence[CaseRow]:
        return self.rows

    async def unread_cases(self) -> Sequence[int]:
        return self.unread

    async def conversation_at(self, thread: Place) -> str | None:
        return "c1" if thread == THREAD else None

    async def tell(self, conversation: str, verb: str, argument: str, author: Person, *, case: int = 0) -> None:  # noqa: ARG002
        self.told.append((conversation, verb, argument, author.id))


class Noon:
    def now(self) -> float:
        return NOW


def _operations(shelf: Shelf, town: Town, live: Live | None = None, *, staffing: Staffing | None = None) -> Operations:
    desks = (Desk("support", DESK), Desk("far", Place("slack", "t", "x")))
    policy = Policy(desks=desks, staffing=staffing or Staffing())
    adapters: Mapping[str, Town] = {"town": town}

    async def facts() -> Live:
        return live or Live()

    home = Home(records=shelf, live=facts, policy=policy, adapters=adapters, clock=Noon())  # type: ignore[arg-type]
    return Operations(policy=policy, roles=Roles(), adapters=adapters, answers={}, home=home)  # type: ignore[arg-type]


async def test_an_agent_finds_their_cases_the_queue_and_the_clock_soonest_first() -> None:
    rows = (
        _row(1, assignee=NORA.key, due_in=1800.0),
        _row(2, assignee=NORA.key, due_in=-120.0),
        _row(3, due_in=600.0),
        _row(4, assignee="town|t|sam"),
        _row(5, desk="far"),
    )
    page = await _operations(Shelf(rows), Town()).home(NORA)
    text = "\n".join(body.text for body in page)
    assert "off duty** with 2" not in text
    assert text.index("#2") < text.index("#1 ") < text.index("#3")
    assert "first answer overdue for 2 min" in text
    assert "first answer due in 10 min" in text
    assert "#4" not in text
    assert "#5" not in text
    assert [(b.label, b.value) for body in page for b in body.buttons] == [
        ("Go on duty", "on"),
        ("Claim #3", "claim 3"),
    ]


@pytest.mark.parametrize("gives", [True, False])
async def test_new_cases_go_to_others_only_where_cases_are_given_away(gives: bool) -> None:
    operations = _operations(Shelf(()), Town(), staffing=Staffing(least_load=gives))
    duty = (await operations.home(NORA))[0].text
    assert "You are off duty" in duty
    assert ("New cases go to others." in duty) is gives


async def test_an_agent_is_told_which_cases_the_lists_do_not_show_and_a_customer_is_not() -> None:
    shelf = Shelf((_row(3),), unread=(1003, 1004))
    text = "\n".join(body.text for body in await _operations(shelf, Town()).home(NORA))
    assert "2 open cases are missing here:** #1003, #1004 cannot be read" in text
    assert "`case 1003` shows one" in text
    assert not any("1003" in body.text for body in await _operations(shelf, Town()).home(ADA))


async def test_the_duty_button_is_the_other_one() -> None:
    live = Live(on_duty=(Duty(NORA, ("support",), NOW - 60.0),))
    page = await _operations(Shelf(), Town(), live).home(NORA)
    assert "You are on duty" in page[0].text
    assert [b.value for b in page[0].buttons] == ["off"]


async def test_long_lists_say_what_they_leave_out() -> None:
    page = await _operations(Shelf([_row(n) for n in range(100, 140)]), Town()).home(NORA)
    assert "30 more" in page[-1].text
    assert len(page) < 16


@pytest.mark.parametrize("who", [ADA, GUS])
async def test_a_customer_and_a_guest_find_a_friendly_word_and_no_case(who: Person) -> None:
    page = await _operations(Shelf([_row(3)]), Town()).home(who)
    assert len(page) == 1
    assert "#3" not in page[0].text
    assert page[0].text.startswith("**Bonjour" if who is ADA else "**Hello")


async def test_whoever_cannot_be_looked_up_finds_no_case() -> None:
    page = await _operations(Shelf([_row(3)]), Town(away=True)).home(NORA)
    assert "#3" not in page[0].text


async def test_a_shortcut_goes_to_the_conversation_of_the_message() -> None:
    shelf = Shelf()
    operations = _operations(shelf, Town())
    ref = Ref(THREAD, "m2")
    assert "On its way" in (await operations.shortcut(NORA, ref, "take_over")).body.text
    assert "taken back" in (await operations.shortcut(NORA, ref, "make_internal")).body.text
    assert shelf.told == [("c1", "take_over", ref.key, "nora"), ("c1", "make_internal", ref.key, "nora")]


@pytest.mark.parametrize("who", [ADA, GUS])
async def test_only_members_of_a_desk_may_choose_shortcuts(who: Person) -> None:
    shelf = Shelf()
    answer = await _operations(shelf, Town()).shortcut(who, Ref(THREAD, "m2"), "take_over")
    assert "Only members" in answer.body.text
    assert shelf.told == []


async def test_shortcuts_on_other_messages_and_of_other_names_change_nothing() -> None:
    shelf = Shelf()
    operations = _operations(shelf, Town())
    assert "no conversation" in (await operations.shortcut(NORA, Ref(DESK, "m9"), "take_over")).body.text
    assert "nothing was changed" in (await operations.shortcut(NORA, Ref(THREAD, "m2"), "delete_all")).body.text
    assert shelf.told == []


async def test_the_page_can_be_asked_for_in_words_from_anywhere() -> None:
    chat = Place("town", "t", "chat-nora")
    answer = await _operations(Shelf([_row(3)]), Town()).run(NORA, chat, "home")
    assert "#3" in answer.body.text
    assert "You can type: `on` · `claim 3`" in answer.body.text
    assert "role" in (await _operations(Shelf([_row(3)]), Town()).run(ADA, chat, "home")).body.text
