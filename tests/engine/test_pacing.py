"""How fast a platform is called: never faster than it publishes, and no token taken that was not used."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from adapters.redis.store import RedisStore
from bot.core.effects import Body, Post, Priority, Side
from bot.engine.entries import Entry
from bot.engine.sending.pacing import Pacing
from bot.ports import Capabilities
from tests.support.engines import fresh
from tests.support.town import FAST, Town, chat_with, person

CHAT: Final = chat_with(person("ann"))
TWO_AT_ONCE: Final = replace(FAST, channel_hour=100)
TOWN: Final = Town(Capabilities(pace=TWO_AT_ONCE))


def post(priority: Priority = Priority.AGENT_WORDS) -> Entry:
    return Entry("1", Side.CUSTOMER, Post(Side.CUSTOMER, Body("hello")), CHAT, int(priority))


async def room(pacing: Pacing, entry: Entry) -> float:
    """Asked by somebody who asked for nothing else."""
    return await pacing.room(TOWN, entry, waiter=fresh(), returns=15.0)


async def test_what_a_channel_may_get_in_an_hour_comes_evenly_after_a_burst(store: RedisStore) -> None:
    pacing = Pacing(store.outbox, {})
    assert [await room(pacing, post()) for _ in range(2)] == [0, 0]
    assert 30 < await room(pacing, post()) <= 3600 / 98
    assert await pacing.level(TOWN, CHAT) < 0.1


async def test_mirrored_words_leave_room_in_the_hour_for_an_agents(store: RedisStore) -> None:
    pacing = Pacing(store.outbox, {})
    assert await room(pacing, post(Priority.MIRRORED)) == 0
    assert await room(pacing, post(Priority.MIRRORED)) > 0
    assert await room(pacing, post()) == 0


async def test_who_must_wait_for_the_hour_takes_nothing_else(store: RedisStore) -> None:
    slow = replace(TWO_AT_ONCE, per_channel=0.001, channel_burst=4)
    pacing = Pacing(store.outbox, {"town": slow})
    waits = [await room(pacing, post()) for _ in range(6)]
    assert [w > 0 for w in waits] == [False, False, True, True, True, True]
    unlimited = Pacing(store.outbox, {"town": replace(slow, channel_hour=0)})
    assert await room(unlimited, post()) == 0
