"""The steps that the contracts of a store are written in: claim, commit, open, begin, each done by one worker."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from adapters.redis.store import RedisStore
from bot.ports import Begun, Changes, Claim, LaneClaim, NewEntry
from tests.support.patience import PATIENCE

CID = "town|T|dm-ann|"


BOT = Changes(status="bot")


def entry(id: str, lane: str = "c", **more: object) -> NewEntry:
    return NewEntry(id, lane, f"body of {id}", 1, **more)  # type: ignore[arg-type]


async def claimed(store: RedisStore, worker: str = "one", token: str = "t") -> Claim:
    claim = await store.mailboxes.claim(store.shard_of(CID), worker, token)
    assert claim is not None
    return claim


async def opened(store: RedisStore, worker: str = "one", token: str = "t") -> LaneClaim:
    lane = await store.outbox.open(store.shard_of(CID), worker, token)
    assert lane is not None
    return lane


async def commit(store: RedisStore, changes: Changes, *, said: str = "hello", worker: str = "one") -> None:
    """One event that changes that."""
    await store.mailboxes.take(CID, said, ids=[f"{said}-{worker}-{changes!r}"])
    claim = await claimed(store, worker, f"commit {changes!r}")
    assert await store.mailboxes.commit(claim, worker, "state", changes, keep=False) is None


async def texts_of(store: RedisStore) -> list[str]:
    """Everything that waits in the mailbox, taken out in order."""
    claim = await store.mailboxes.claim(store.shard_of(CID), "reader", "read")
    found: list[str] = []
    while claim is not None:
        found.append(claim.mail.body)
        mail = await store.mailboxes.commit(claim, "reader", "state", BOT, keep=True)
        claim = replace(claim, sequence=claim.sequence + 1, mail=mail) if mail else None
    return found


async def begun(store: RedisStore, lane: LaneClaim, worker: str = "one") -> Begun:
    begun = await store.outbox.begin(lane, worker)
    assert begun is not None
    return begun


async def asleep_until(store: RedisStore, worker: str, token: str) -> LaneClaim:
    """The lane, as soon as it may be opened."""
    async with asyncio.timeout(PATIENCE):
        while True:
            lane = await store.outbox.open(store.shard_of(CID), worker, token)
            if lane is not None:
                return lane
            await asyncio.sleep(0.01)


async def solved_in(store: RedisStore, number: int, row: str, sequence: int, *, customer: str = "ann") -> None:
    """Remember a case of the conversation CID, as it was solved there by that sequence."""
    at = float(number)
    await store.solved.put(number, customer, row, conversation=CID, sequence=sequence, at=at, most=9)
