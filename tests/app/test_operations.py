"""`/support …`: who may ask for what, and what they are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.core.activity import Person, Place
from bot.core.cases.stats import split, summarise
from bot.core.conversation import Case, ClosedCase, Conversation, HandOver, Line, Reason, Speaker, Status
from bot.core.effects import Body
from bot.core.learning.lessons import Lesson, LessonState
from bot.core.platforms.canary import Song
from bot.core.policy import Desk, Policy
from bot.core.typed.verbs import Role
from bot.core.wording.moments import zone_among
from bot.errors import DeliveryError, NotDone, Refused, StoreUnavailable
from bot.ports import Answer, CaseRow, JournalLine, whole
from bot.services.cases import CaseAnswers
from bot.services.health import Health
from bot.services.operations import Operations, Roles
from bot.services.reporting import Reporting, over_time, split_text, summary_text
from bot.services.requests import Request
from bot.services.revealing import Revealing
from bot.services.windows import window_of
from tests.support.town import Town

DESK = Place("web", "t", "desk")
CHAT = Place("web", "t", "customer-ada")
NORA = Person("web", "t", "nora", "Nora")
ADA = Person("web", "t", "ada", "Ada")
GUS = Person("web", "t", "gus", "Gus", is_guest=True)
BOSS = Person("web", "t", "boss", "Boss", email="Boss@shop.example")
CASE = Case(1001, "support", HandOver(Reason.UPSET, "The customer sounds angry.", ("useless",)), 1000.0)
OPEN = Conversation(
    "c1",
    CHAT,
    ADA,
    900.0,
    Status.QUEUED,
    CASE,
    earlier=(ClosedCase(1000, Reason.ASKED, 100.0, 400.0),),
    transcript=(Line(1000.0, Speaker.CUSTOMER, "Ada", "useless bot"),),
)


@dataclass
class Archive:
    """Records of one conversation with one open case."""

    down: bool = False
    now: Conversation = OPEN
    summed: asyncio.Event | None = None
    summed_up: int = 0
    told: list[tuple[str, str, str, str]] = field(default_factory=list)
    counted: Mapping[str, int] = field(default_factory=dict)
    lessons: Sequence[Lesson] = ()

    async def counters(self, since: float, until: float) -> Mapping[str, int]:  # noqa: ARG002  # one window is all
        if self.summed is not None:
            await self.summed.wait()
            self.summed_up += 1
        self._reach()
        return {
            "opened": 4,
            "handed_over": 1,
            "handed_over/reason=upset": 1,
            "claimed": 1,
            "claimed~17": 1,
        } | self.counted

    async def series(self, since: float, until: float, names: Sequence[str]) -> Mapping[int, Sequence[int]]:  # noqa: ARG002
        self._reach()
        return {0: [3, 0], 1: [1, 1]}

    async def open_count(self) -> int:
        self._reach()
        return 1

    async def open_cases(self) -> Sequence[CaseRow]:
        self._reach()
        return [CaseRow(1001, "c1", "queued", "support", "web", "Ada", "upset", "…", "", 1000.0)]

    async def unread_cases(self) -> Sequence[int]:
        self._reach()
        return ()

    async def conversation_of(self, case: int) -> str | None:
        self._reach()
        return "c1" if case in {1000, 1001} else None

    async def conversation(self, id: str) -> Conversation | None:
        return self.now if id == "c1" else None

    async def journal(self, conversation: str) -> Sequence[JournalLine]:  # noqa: ARG002  # there is one
        return [
            JournalLine(990.0, "c1", None, "understood", "Understood as track_order (90%).", {}),
            JournalLine(1000.0, "c1", 1001, "handed_over", "Handed over because upset. Evidence: useless", {}),
            JournalLine(300.0, "c1", 1000, "resolved", "Something about another case.", {}),
        ]

    async def all(self) -> Sequence[Lesson]:
        self._reach()
        return self.lessons

    def follow(self) -> AsyncIterator[JournalLine]:
        raise AssertionError("commands do not follow")

    async def tell(self, conversation: str, verb: str, argument: str, author: Person, *, case: int = 0) -> None:  # noqa: ARG002
        self.told.append((conversation, verb, argument, author.id))

    def _reach(self) -> None:
        if self.down:
            raise StoreUnavailable("the store is away")


class Noon:
    def now(self) -> float:
        return 4600.0


@pytest.fixture
def archive() -> Archive:
    return Archive()


@pytest.fixture
def operations(archive: Archive) -> Operations:
    return operations_on(archive)


def operations_on(
    archive: Archive, *, patience: float = 60.0, desks: Sequence[str] = ("support",), timezone: str = "Etc/UTC"
) -> Operations:
    policy = Policy(
        desks=tuple(Desk(name, replace(DESK, channel="desk" if name == "support" else name)) for name in desks),
        timezone=timezone,
    )
    return Operations(
        policy=policy,
        patience=patience,
        roles=Roles(operators=frozenset({"boss@shop.example"}), may={"resolve": Role.LEAD}),
        adapters={},
        answers={
            **CaseAnswers(archive, Noon(), policy).answers(),
            **Reporting(archive, archive, Noon()).answers(),
            **Revealing(archive, policy).answers(),
        },
    )


@pytest.mark.parametrize("patience", [60.0, 0.0])
async def test_whoever_asks_for_what_fails_is_told_so(patience: float) -> None:
    async def fails(_request: Request) -> Answer:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    policy = Policy(desks=(Desk("support", DESK),))
    operations = Operations(policy=policy, roles=Roles(), adapters={}, answers={"queue": fails}, patience=patience)
    answer = await operations.run(NORA, DESK, "queue share")
    answer = await answer.later if answer.later is not None else answer
    assert answer.body.text.startswith("`queue` failed")
    assert not answer.shared


async def test_what_is_for_everybody_is_so_in_a_desk_alone(archive: Archive) -> None:
    async def aloud(_request: Request) -> Answer:
        return Answer(Body("A reply for all."), shared=True)

    policy, boss = Policy(desks=(Desk("support", DESK),)), Roles(operators=frozenset({"boss@shop.example"}))
    operations = Operations(policy=policy, roles=boss, adapters={}, answers={"queue": aloud})
    assert (await operations.run(BOSS, DESK, "queue")).shared
    assert not (await operations.run(BOSS, CHAT, "queue")).shared, "customers read along there"


async def test_whoever_cannot_be_looked_up_just_now_is_told_so(archive: Archive) -> None:
    class Away:
        async def person(self, _tenant: str, _id: str) -> Person:
            raise NotDone("users.info", "no connection")

    policy = Policy(desks=(Desk("support", DESK),))
    answers = CaseAnswers(archive, Noon(), policy).answers()
    operations = Operations(policy=policy, roles=Roles(), adapters={"web": Away()}, answers=answers)  # type: ignore[dict-item]  # all that is asked of it
    assert "could not be found out" in (await operations.run(NORA, DESK, "queue")).body.text


async def test_the_numbers_say_what_was_learned_and_what_it_spared(archive: Archive, operations: Operations) -> None:
    assert "learned" not in (await operations.run(BOSS, DESK, "stats")).body.text
    archive.counted = {
        "taught": 2,
        "answered_by_lesson": 5,
        "answered_by_lesson/first=yes": 4,
        "answered_by_lesson/first=no": 1,
        "lesson_not_enough": 1,
        "could_have/answer=yes": 2,
        "could_have/answer=person": 3,
        "could_have/answer=changes": 1,
        "not_could_have/answer=changes": 1,
    }
    live = Lesson(1, ("a b",), "parking", "Behind.", "en", 1001, "Nora", 4000.0, LessonState.LIVE, settled_at=4500.0)
    held = replace(live, number=2, state=LessonState.HELD, approved_at=4400.0)
    archive.lessons = (replace(live, approved_at=4400.0), held, replace(live, number=3, settled_at=5.0))
    text = (await operations.run(BOSS, DESK, "stats 24h")).body.text
    assert "learned: lessons written **2**; **5** answers with what was learned, in **4** conversations" in text
    assert "of which **3** needed no person" in text
    assert "could the bot have answered? no, it needs a person 3, yes, taught 2" in text
    assert "lessons: approved **2**, went live **2**, held back **1**, waiting for review **1**" in text


async def test_numbers_that_nobody_has_added_up_yet_are_said_to_come_later_and_do(archive) -> None:
    archive.summed = asyncio.Event()
    operations = operations_on(archive, patience=0.01)
    first = await operations.run(BOSS, DESK, "stats 30d share")
    assert "`stats 30d` takes longer" in first.body.text
    assert not first.shared
    assert first.later is not None
    archive.summed.set()
    answer = await first.later
    assert "handed to people: **1**" in answer.body.text
    assert (answer.shared, answer.later) == (True, None)


async def test_what_takes_a_while_is_done_though_nobody_waits_for_it(archive) -> None:
    archive.summed = asyncio.Event()
    operations = operations_on(archive, patience=0.01)
    await operations.run(BOSS, DESK, "stats 30d")
    assert archive.summed_up == 0
    archive.summed.set()
    await operations.finish()
    assert archive.summed_up == 1


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("America/New_York", "Wed 31 Dec 19:16 New York"), ("", "Thu 1 Jan 01:16 Lisbon")],
)
async def test_times_are_by_the_clock_of_whoever_asks_else_by_the_companys(
    archive: Archive, zone: str, shown: str
) -> None:
    operations = operations_on(archive, timezone="Europe/Lisbon")
    archive.now = replace(OPEN, status=Status.ON_HOLD, case=replace(CASE, wakes_at=1000.0))
    asker = replace(NORA, timezone=zone)
    assert shown in (await operations.run(asker, DESK, "why 1001")).body.text
    assert f"on hold until {shown}" in (await operations.run(asker, DESK, "case 1001")).body.text


@pytest.mark.parametrize("words", ["stats", "queue", "case 1001", "why 1001", "claim 1001"])
@pytest.mark.parametrize(("asker", "place"), [(ADA, CHAT), (NORA, CHAT), (GUS, DESK)])
async def test_who_is_no_agent_here_is_refused_with_the_role_it_takes(operations, archive, asker, place, words) -> None:
    answer = await operations.run(asker, place, words)
    assert "role" in answer.body.text
    assert "1001" not in answer.body.text.replace(words, "")
    assert archive.told == []


async def test_commands_are_there_for_agents_and_operators_alone(operations) -> None:
    found = [await operations.serves(*who) for who in ((NORA, DESK), (BOSS, CHAT), (ADA, CHAT), (GUS, DESK))]
    assert found == [True, True, False, False]


async def test_an_operator_may_ask_from_anywhere(operations) -> None:
    assert "handed to people: **1**" in (await operations.run(BOSS, CHAT, "stats 7d")).body.text


async def test_stats_say_shares_and_times(operations) -> None:
    text = (await operations.run(NORA, DESK, "stats")).body.text
    assert "**75%**" in text
    assert "top reasons: upset 1" in text
    assert "time to claim: median **56 s**" in text
    assert "time to resolution: —" in text


async def test_the_queue_lists_who_waits_and_how_long(operations) -> None:
    text = (await operations.run(NORA, DESK, "queue")).body.text
    assert "**#1001** Ada · queued · nobody · 60 min · upset" in text


async def test_a_case_shows_where_it_stands_and_what_was_said_last(operations) -> None:
    text = (await operations.run(NORA, DESK, "case 1001")).body.text
    assert "queued" in text
    assert text.split("- why: ")[1].startswith("The customer"), "the sentence alone: its word says the same"
    assert "useless bot" in text
    assert "closed" in (await operations.run(NORA, DESK, "case 1000")).body.text


async def test_why_tells_every_decision_of_that_case_and_no_others(operations) -> None:
    text = (await operations.run(NORA, DESK, "why 1001")).body.text
    assert "Evidence: useless" in text
    assert "track_order" in text
    assert "another case" not in text
    assert text.count("came to people") == 1


async def test_a_change_goes_to_the_cases_mailbox(operations, archive) -> None:
    await operations.run(NORA, DESK, "snooze 1001 2h")
    assert archive.told == [("c1", "snooze", "2h", "nora")]


async def test_what_is_masked_is_shown_to_a_lead_alone_after_it_was_written_down(operations, archive) -> None:
    card = "4242 4242 4242 4242"
    said = Line(1000.0, Speaker.CUSTOMER, "Ada", f"my card is {card}")
    archive.now = replace(OPEN, transcript=(said,))
    seen = (await operations.run(NORA, DESK, "case 1001")).body.text
    assert "•••• 4242" in seen
    assert card not in seen
    assert "role" in (await operations.run(NORA, DESK, "reveal 1001")).body.text
    assert archive.told == []
    shown = await operations.run(BOSS, DESK, "reveal 1001 share")
    assert card in shown.body.text
    assert not shown.shared
    assert archive.told == [("c1", "reveal", "1001", "boss")]


async def test_where_nothing_is_masked_nobody_is_written_down(operations, archive) -> None:
    assert "Nothing is masked" in (await operations.run(BOSS, DESK, "reveal 1001")).body.text
    assert archive.told == []


async def test_an_unknown_case_is_said(operations, archive) -> None:
    for words in ("case 7", "why 7", "claim 7", "merge 1001 7"):
        assert "no case #7" in (await operations.run(NORA, DESK, words)).body.text
    assert archive.told == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            "transfer 1001 nowhere at all",
            "No such desk, so nothing was changed. Name one with `transfer 1001 DESK`: legal",
        ),
        ("merge 1001 ada", "Into which case?"),
        ("merge 1001 1001", "Into which case?"),
    ],
)
async def test_what_names_nothing_is_not_said_to_be_on_its_way(archive, words: str, why: str) -> None:
    told = (await operations_on(archive, desks=("support", "legal")).run(NORA, DESK, words)).body.text
    assert told.startswith(why)
    assert archive.told == []


async def test_a_transfer_goes_on_its_way_to_a_desk_by_its_name(archive) -> None:
    operations = operations_on(archive, desks=("support", "legal"))
    assert "On its way" in (await operations.run(NORA, DESK, "transfer 1001 Legal she asks")).body.text
    assert "There is no other desk" in (await operations_on(archive).run(NORA, DESK, "transfer 1001 x")).body.text


async def test_a_case_that_is_over_is_left_alone_and_so_is_the_one_after_it(operations, archive) -> None:
    for words in ("claim 1000", "snooze 1000", "dismiss 1000"):
        told = (await operations.run(NORA, DESK, words)).body.text
        assert told == "#1000 is closed, and its customer is in #1001 now; nothing was changed."
    archive.now = replace(OPEN, status=Status.BOT, case=None)
    assert (
        "`claim 1000` takes the conversation over anew" in (await operations.run(NORA, DESK, "dismiss 1000")).body.text
    )
    assert archive.told == []
    assert "On its way" in (await operations.run(NORA, DESK, "claim 1000")).body.text


async def test_a_closed_case_was_open_until_it_was_closed(operations, archive) -> None:
    assert "queued, with nobody yet, open for 60 min" in (await operations.run(NORA, DESK, "case 1001")).body.text
    archive.now = replace(OPEN, status=Status.RESOLVED, case=replace(CASE, assignee=NORA, resolved_at=1060.0))
    assert "resolved, with Nora, was open for 60 s" in (await operations.run(NORA, DESK, "case 1001")).body.text


@pytest.mark.parametrize("words", ["", "help", "i need help", "hepl"])
async def test_customers_are_told_how_they_are_heard_and_of_no_commands(operations, words) -> None:
    german = replace(ADA, locale="de-DE")
    assert "write me a message in your own words" in (await operations.run(ADA, CHAT, words)).body.text
    assert "Schreiben Sie mir einfach eine Nachricht" in (await operations.run(german, CHAT, words)).body.text
    assert "write me a message" not in (await operations.run(NORA, DESK, words)).body.text


async def test_a_store_that_is_away_is_said_and_nothing_is_changed(operations, archive) -> None:
    archive.down = True
    for words in ("stats", "queue", "claim 1001"):
        assert "cannot be reached" in (await operations.run(NORA, DESK, words)).body.text
    assert archive.told == []


async def test_an_agent_of_another_organisation_is_no_agent(operations) -> None:
    outsider = replace(NORA, is_outsider=True)
    assert "role" in (await operations.run(outsider, DESK, "queue")).body.text


async def test_an_answer_is_the_askers_alone_unless_it_is_shared(operations) -> None:
    assert not (await operations.run(NORA, DESK, "queue")).shared
    shared = await operations.run(NORA, DESK, "queue share")
    assert shared.shared
    assert "Nora shared `queue`" in shared.body.text


async def test_nothing_is_shared_where_customers_read_along(operations) -> None:
    answer = await operations.run(BOSS, CHAT, "queue share")
    assert not answer.shared
    assert "desk's channel" in answer.body.text


async def test_who_may_do_what_is_configured(operations, archive) -> None:
    refused = await operations.run(NORA, DESK, "resolve 1001")
    assert "*lead*" in refused.body.text
    assert archive.told == []
    assert "resolve N" not in (await operations.run(NORA, DESK, "help")).body.text
    assert "On its way" in (await operations.run(BOSS, DESK, "resolve 1001")).body.text


async def test_what_nobody_answers_is_no_command(operations) -> None:
    assert "not a command" in (await operations.run(BOSS, DESK, "forget @ada")).body.text
    assert "forget" not in (await operations.run(BOSS, DESK, "help")).body.text


async def test_stats_come_with_a_chart_that_says_what_it_shows(operations) -> None:
    (chart,) = (await operations.run(NORA, DESK, "stats")).attachments
    assert "conversations: 4 in all, most at 00:00 (3)" in chart.alt
    raw = await whole(chart, 100_000)
    assert raw is not None
    assert raw.startswith(b"\x89PNG")
    assert len(raw) < 40_000, "it fits into a card"


async def test_stats_by_a_label_have_a_row_for_each_value(operations) -> None:
    text = (await operations.run(NORA, DESK, "stats 7d by reason")).body.text
    assert "- **upset**: 1 handed over" in text
    assert "means" not in text, "there are no times"


def test_numbers_are_worded_as_people_would() -> None:
    window = window_of("7d", 1_750_000_000.0, ZoneInfo("Etc/UTC"))
    counters = {f"understood/intent={name}": n for name, n in (("track_order", 1), ("nlu_fallback", 2))}
    counters |= {"understood": 9, "understood/intent=thank": 4, "understood/intent=inform": 2}
    counters |= {"handed_over": 1, "handed_over/intent=none": 1}
    rows = split_text(window, "intent", split(counters, "intent"))
    assert "- **track_order**: 1 message · " in rows
    assert "- **not understood**: 2 messages · " in rows
    assert "- **nothing understood**: 1 handed over" in rows
    assert "- top intents: track_order 1\n" in summary_text("today", summarise(counters), 0) + "\n"


@pytest.mark.parametrize(
    ("zone", "midnight"), [("Europe/Lisbon", "23:00"), ("Asia/Tokyo", "15:00"), ("America/New_York", "04:00")]
)
def test_today_begins_at_the_askers_own_midnight(zone, midnight) -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp()
    window = window_of("today", noon, zone_among(zone, "Etc/UTC"))
    assert f"{datetime.fromtimestamp(window.since, UTC):%H:%M}" == midnight


def test_a_chart_by_day_has_one_bar_for_a_day_of_25_hours() -> None:
    end = datetime(2026, 10, 28, 12, tzinfo=UTC).timestamp()
    window = window_of("7d", end, zone_among("Europe/Berlin", ""))
    chart = over_time(window, {int(window.since // 3600): (1, 0)})
    assert chart is not None
    assert list(chart.ticks) == [f"{day} Oct" for day in range(21, 29)]


class SilentSlack:
    """Songs of a Slack that does not bring them back."""

    async def last(self, platform: str) -> tuple[Song, str]:
        return Song(missed=2 if platform == "slack" else 0), ""


async def test_health_says_which_platform_brings_nothing(archive) -> None:
    async def damaged() -> list[str]:
        return []

    operations = Operations(
        policy=Policy(desks=(Desk("support", DESK),)),
        roles=Roles(leads=frozenset({"boss@shop.example"})),
        adapters={},
        answers=Health(archive, SilentSlack(), {"slack": Town(), "town": Town()}, (), Noon(), damaged).answers(),
    )
    text = (await operations.run(BOSS, DESK, "health")).body.text
    assert "slack brings us nothing" in text
    assert "town brings us nothing" not in text


class ClosedTown(Town):
    """A town that says why nothing can be written in a channel of it."""

    def __init__(self, error: DeliveryError | None) -> None:
        super().__init__()
        self.error = error

    async def probe(self, channel: Place) -> None:
        assert channel == DESK
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Refused("ask", "the channel was archived"), "⚠️ desk support: nothing can be written there: the channel was a"),
        (NotDone("ask", "no connection"), "⚠️ desk support: web does not answer just now"),
        (None, ""),
    ],
)
async def test_health_says_in_which_desk_nothing_can_be_written(
    archive: Archive, error: DeliveryError | None, said: str
) -> None:
    async def damaged() -> list[str]:
        return []

    desks = (Desk("support", DESK),)
    health = Health(archive, SilentSlack(), {DESK.platform: ClosedTown(error)}, desks, Noon(), damaged)
    leads = Roles(leads=frozenset({"boss@shop.example"}))
    operations = Operations(policy=Policy(desks=desks), roles=leads, adapters={}, answers=health.answers())
    text = (await operations.run(BOSS, DESK, "health")).body.text
    assert said in text
    assert ("⚠️" in text) is bool(said)
    with capture_logs() as logs:
        await health.warn()
    assert [log["why"] in text for log in logs] == ([True] if said else []), "and the log says it at the start"


async def test_health_says_what_answers_and_who_waits_longest(archive) -> None:
    found: list[str] = []

    async def damaged() -> list[str]:
        return found

    operations = Operations(
        policy=Policy(desks=(Desk("support", DESK),)),
        roles=Roles(leads=frozenset({"boss@shop.example"})),
        adapters={},
        answers=Health(archive, SilentSlack(), {}, (), Noon(), damaged).answers(),
    )
    text = (await operations.run(BOSS, DESK, "health")).body.text
    assert "store: answers" in text
    assert "**#1001**, 60 min" in text
    assert "cannot be read" not in text
    found.append("lesson 7")
    assert "kept as it is: lesson 7." in (await operations.run(BOSS, DESK, "health")).body.text
    assert "role" in (await operations.run(NORA, DESK, "health")).body.text
    archive.down = True
    assert "cannot be reached" in (await operations.run(BOSS, DESK, "health")).body.text
