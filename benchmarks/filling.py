"""Writes a store as a big company has it: one case by the real engine, all others like it by the store's commits."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Final

from adapters.redis.store import RedisStore
from bot.core.activity import Place
from bot.engine.engine import Engine
from bot.engine.packing import packed, unpacked
from bot.ports import Changes, IndexRow
from tests.support.patience import comes_to
from tests.support.town import PLATFORM, Town, chat_with, person

DAY: Final = 86400.0
_AT_ONCE: Final = 64
_CUSTOMERS: Final = 20_000
AGENTS: Final = [person(f"agent{n}") for n in range(40)]
DESKS: Final = [Place(PLATFORM, "T", f"desk{n}") for n in range(5)]
SEED: Final = person("seedling")


@dataclass(frozen=True, slots=True)
class Written:
    """A conversation as the store keeps it, to be written again under other names."""

    state: str
    journal: tuple[str, ...]
    row: str
    number: int

    def renamed(self, text: str, who: str, number: int, place: str) -> str:
        """A text of it for another customer, case and thread."""
        plain = unpacked(text).replace(f'"number":{self.number}', f'"number":{number}')
        plain = plain.replace(f"#{self.number}", f"#{number}").replace(f'"case":{self.number}', f'"case":{number}')
        return packed(plain.replace(f"dm-{SEED.id}|", place).replace(SEED.id, who))


async def _written(store: RedisStore, number: int, row: str) -> Written:
    name = await store.ledger.conversation_of(number)
    assert name is not None
    return Written(await store.ledger.state(name) or "", tuple(await store.ledger.journal(name)), row, number)


async def patterns(engine: Engine, store: RedisStore, town: Town) -> tuple[Written, Written]:
    """An open case with an answer of an agent's, and a closed one."""
    await engine.intake.take(town.says(SEED, chat_with(SEED), "hello, what about my order?"))
    await engine.intake.take(town.says(SEED, chat_with(SEED), "help, I want to talk to a human being please"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    number = next(m.body.card.number for m in town.messages if m.body.card)
    await engine.intake.take(town.says(AGENTS[0], town.thread_of(number), "I am looking into it"))
    await town.until(lambda: any("looking into it" in m.body.text for m in town.messages if m.key))
    await asyncio.sleep(1.0)
    rows = (await store.ledger.changed_cases(-1, 0.0)).changed
    opened = await _written(store, number, rows[number])
    await engine.records.tell(
        await engine.records.conversation_of(number) or "", "resolve", "solved", AGENTS[0], case=number
    )
    await comes_to(engine.records.open_count, lambda count: count == 0)
    return opened, await _written(store, number, "")


class Filling:
    """Writes many cases through the store's own commits."""

    def __init__(self, store: RedisStore, opened: Written, closed: Written) -> None:
        self._store = store
        self._opened = opened
        self._closed = closed
        self._waiting: dict[str, tuple[int, Written, float]] = {}

    async def write(self, count: int, *, is_open: bool) -> None:
        """So many cases, spread evenly over a year, or over the last days when they are open."""
        pattern, span = (self._opened, 5 * DAY) if is_open else (self._closed, 365 * DAY)
        now = time.time()  # noqa: TID251 - a store of today is written
        for first in range(0, count, _AT_ONCE):
            some = range(first, min(first + _AT_ONCE, count))
            names = [self._name(n, is_open=is_open) for n in some]
            numbers = [await self._store.ledger.announce("{}", now, 3.0, token=f"{is_open}{n}") for n in some]
            self._waiting = {
                name: (number, pattern, now - span * (1 - n / count))
                for n, name, number in zip(some, names, numbers, strict=True)
            }
            await asyncio.gather(*(self._store.mailboxes.take(name, "{}", ids=[name]) for name in names))
            await asyncio.gather(*(self._commit(name, n) for n, name in enumerate(names)))

    @staticmethod
    def _name(n: int, *, is_open: bool) -> str:
        return f"{PLATFORM}|T|dm-customer{n % _CUSTOMERS:05d}|{'o' if is_open else 'c'}{n}"

    async def _commit(self, name: str, n: int) -> None:
        """Write whichever conversation of the same shard is given."""
        claim = await self._store.mailboxes.claim(self._store.shard_of(name), "filler", f"{name}{n}")
        assert claim is not None
        number, pattern, at = self._waiting[claim.conversation]
        who, place = (
            claim.conversation.split("|")[2].removeprefix("dm-"),
            claim.conversation.removeprefix(f"{PLATFORM}|T|"),
        )

        def of(text: str) -> str:
            return pattern.renamed(text, who, number, place)

        row = self._row(pattern, claim.conversation, number, at, n)
        state, journal = of(pattern.state), tuple(self._aged(of(line), at, i) for i, line in enumerate(pattern.journal))
        if row:
            held = json.loads(unpacked(state))
            shown = json.loads(unpacked(row))
            held["case"]["desk"], held["case"]["opened_at"] = shown["desk"], at
            state = packed(json.dumps(held, separators=(",", ":")))
        counts = (("opened", 1), ("handed_over", 1), ("customer_said", 2), ("claimed", 1)) + (
            () if row else (("resolved", 1),)
        )
        changes = Changes(
            "assigned" if row else "resolved",
            journal=journal,
            hour=int(at // 3600),
            counts=counts,
            index=((number, row),),
            customer=f"{PLATFORM}|T|{who}",
            timers=(("sla", at + 400 * DAY),) if row else (),
        )
        await self._store.mailboxes.commit(claim, "filler", state, changes, keep=False)
        written = IndexRow(claim.conversation, str(claim.sequence + 1), row, number=f"{number}")
        await self._store.upkeep.write_row(written)
        await self._store.upkeep.row_done(written)

    @staticmethod
    def _aged(line: str, at: float, n: int) -> str:
        """A line of a journal as if it had been written at another time."""
        return packed(json.dumps(json.loads(unpacked(line)) | {"at": at + 60 * n}, separators=(",", ":")))

    def _row(self, pattern: Written, name: str, number: int, at: float, n: int) -> str:
        """The row of an open case: three of four are some agent's, the others wait. "" for a closed one."""
        if not pattern.row:
            return ""
        agent = AGENTS[n % len(AGENTS)]
        status = "queued" if n % 4 == 0 else "assigned"
        told = json.loads(unpacked(pattern.row)) | {
            "number": number,
            "conversation": name,
            "opened_at": at,
            "desk": f"desk{n % len(DESKS)}",
            "status": status,
            "customer": name.split("|")[2].removeprefix("dm-").capitalize(),
            "assignee": agent.name if status == "assigned" else "",
            "assignee_key": agent.key if status == "assigned" else "",
            "due": "resolution",
            "due_at": at + 6 * DAY,
        }
        return packed(json.dumps(told, separators=(",", ":")))
