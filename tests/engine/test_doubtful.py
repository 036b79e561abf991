"""Copies are looked for while it is in doubt what was done, and only then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from adapters.redis.outbox import Patience
from adapters.redis.store import RedisStore
from bot.core.activity import Place, Ref, Side
from bot.core.effects import Body, Post
from bot.engine.entries import Entry, trace_of
from bot.engine.hands import insist
from bot.engine.sending import attempts, doubtful
from bot.engine.sending.doubtful import Doubtful
from bot.errors import NotDone, Refused, StoreUnavailable
from bot.ports import Posted
from tests.support.engines import StillClock
from tests.support.town import DESK, Town

SOURCE = Ref(Place("town", "T", "dm-ann"), "7.0")
COPY = Entry("e1", Side.AGENTS, Post(Side.AGENTS, Body("hello"), SOURCE), DESK)
NOTICE = Entry("e2", Side.AGENTS, Post(Side.AGENTS, Body("claimed")), DESK)
THERE = Posted(Ref(DESK, "8.0"), DESK)


class Telling(Town):
    """A town that tells where copies stand. Can fail."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, float]] = []
        self.failures: list[Exception] = []
        self.is_silent = False

    async def rooms(self) -> Sequence[Place]:
        return ()

    async def recall(self, place: Place, since: float) -> Sequence[object]:  # noqa: ARG002
        return ()

    async def copies(self, place: Place, trace: str, *, since: float) -> Sequence[Posted]:  # noqa: ARG002
        self.asked.append((trace, since))
        if self.is_silent:
            await asyncio.Event().wait()
        if self.failures:
            raise self.failures.pop(0)
        return [THERE]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def town() -> Telling:
    return Telling()


@pytest.fixture
def knowing(store: RedisStore, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> Doubtful:
    monkeypatch.setattr(doubtful, "_PAUSES", (0.0, 0.0))
    return Doubtful(store, clock)


async def test_nobody_is_asked_while_nothing_is_in_doubt(knowing: Doubtful, town: Telling) -> None:
    assert await knowing.copies(town, COPY, DESK) == ()
    assert town.asked == []


async def test_after_the_store_was_away_copies_are_looked_for_for_a_moment(
    knowing: Doubtful, town: Telling, clock: StillClock
) -> None:
    async def fails_once() -> str:
        if not calls:
            calls.append(1)
            raise StoreUnavailable("the test's store is away")
        return "answered"

    calls: list[int] = []
    assert await insist(fails_once, stopping=lambda: False, failed=knowing.shake) == "answered"
    assert await knowing.copies(town, COPY, DESK) == [THERE]
    ((trace, since),) = town.asked
    assert trace == trace_of(COPY.link, 1)
    assert clock.now() - since == pytest.approx(120.0)
    clock.at += 6
    assert await knowing.copies(town, COPY, DESK) == ()


async def test_what_copies_nothing_and_who_cannot_tell_are_not_asked(knowing: Doubtful, town: Telling) -> None:
    knowing.shake()
    assert await knowing.copies(town, NOTICE, DESK) == ()
    assert await knowing.copies(Town(), COPY, DESK) == ()
    assert town.asked == []


async def test_a_platform_that_does_not_tell_is_asked_again_and_then_it_is_sent(
    knowing: Doubtful, town: Telling
) -> None:
    knowing.shake()
    town.failures = [NotDone("replies", "no connection")]
    assert await knowing.copies(town, COPY, DESK) == [THERE]
    town.failures = [NotDone("replies", "no connection")] * 2
    assert await knowing.copies(town, COPY, DESK) == ()
    town.failures = [Refused("replies", "thread_not_found")]
    assert await knowing.copies(town, COPY, DESK) == ()


async def test_a_platform_that_does_not_answer_holds_an_attempt_up_for_a_moment_only(
    knowing: Doubtful, town: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    last_look = Patience().looks[-1]
    assert last_look > doubtful._MOST_SECONDS + attempts._CALL_SECONDS, "or it is sent again while it is being sent"
    monkeypatch.setattr(doubtful, "_MOST_SECONDS", 0.01)
    knowing.shake()
    town.is_silent = True
    assert await knowing.copies(town, COPY, DESK) == ()
    assert len(town.asked) == 1


def test_each_part_and_each_kind_of_copy_has_a_trace_of_its_own() -> None:
    links = ("agents|town|T|c|1", "customer|town|T|c|1", "agents|files|town|T|c|1")
    assert len({trace_of(link, part) for link in links for part in (1, 2)}) == 6
