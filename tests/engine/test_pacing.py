"""How fast a platform is called: never faster than it publishes, and no token taken that was not used."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Final

from adapters.redis.store import RedisStore
from bot.core.effects import Body, Post, Priority, Redraw, Side
from bot.engine.entries import Entry
from bot.engine.sending.pacing import Pacing
from bot.ports import Capabilities, Pace
from tests.support.engines import fresh
from tests.support.redis import MakeStore
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


SHORT: Final = Pace(per_channel=1e6, channel_burst=1e6, per_workspace=0.01, workspace_burst=40.0)
"""A workspace whose tokens are soon spent, and come when a test says so."""


async def spent(store: RedisStore) -> None:
    """The bot has taken what there is for it."""
    pacing = Pacing(store.outbox, {"town": SHORT})
    while not await room(pacing, post(Priority.BOT_WORDS)):
        pass


async def come(store: RedisStore, tokens: int) -> None:
    """So many tokens come."""
    await store.outbox.spend("all|town|T", rate=0.01, burst=40.0, cost=-tokens)


async def test_when_a_workspace_is_short_everybody_gets_a_token_in_the_order_in_which_they_came(
    make_store: MakeStore,
) -> None:
    here, there = make_store(), make_store()
    ours, theirs = (Pacing(store.outbox, {"town": SHORT}) for store in (here, there))
    await spent(here)
    waits = [await theirs.room(TOWN, post(Priority.BOT_WORDS), waiter=f"{n}", returns=15.0) for n in range(3)]
    assert [round(later - sooner) for sooner, later in pairwise(waits)] == [100, 100]
    assert await room(ours, post()) == 0, "an agent's words wait for no bot"
    await come(there, 4)
    ours = Pacing(here.outbox, {"town": SHORT})
    assert await room(ours, post(Priority.BOT_WORDS)) > 0, "whoever comes later stands behind"
    again = [await theirs.room(TOWN, post(Priority.BOT_WORDS), waiter=f"{n}", returns=15.0) for n in (2, 1, 0)]
    assert [wait > 0 for wait in again] == [True, False, False]


async def test_a_token_of_the_line_that_the_channel_has_no_room_for_is_kept(store: RedisStore) -> None:
    pacing = Pacing(store.outbox, {"town": replace(SHORT, per_channel=0.001, channel_burst=1.0)})
    await spent(store)
    asked = partial(pacing.room, TOWN, waiter="late", returns=15.0)
    assert await asked(post(Priority.BOT_WORDS)) > 0
    await come(store, 3)
    assert await asked(post(Priority.BOT_WORDS)) == 0
    assert await asked(post(Priority.BOT_WORDS)) > 0, "the channel is shut"
    assert await asked(replace(post(Priority.BOT_WORDS), effect=Redraw(Body("a card")))) == 0
