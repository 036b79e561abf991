"""The outbox: lanes of entries, attempts written down before they are made, and token buckets.

Implements `bot.ports.Outbox`; decodes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.redis import scripts
from adapters.redis.connect import Connection, Durability
from adapters.redis.keys import Keys, short
from adapters.redis.mailboxes import LEASE_SECONDS, encoded_entry
from bot.ports import Asleep, Begun, Head, InLine, LaneClaim, NextLook, Owned, Phase, Relink, Settlement


@dataclass(frozen=True, slots=True)
class Patience:
    """When an attempt that nobody knows the end of is looked for, in seconds after it began, and the rest.

    `root` is how long a lane sleeps that waits for its thread, `sweep` when to look for a twin first.
    """

    looks: tuple[float, ...] = (2.0, 5.0, 15.0)
    root: float = 30.0
    sweep: float = 20.0


class RedisOutbox:
    """`bot.ports.Outbox` on Redis."""

    def __init__(self, connection: Connection, keys: Keys, patience: Patience, durability: Durability) -> None:
        self._connection = connection
        self._keys = keys
        self._patience = patience
        self._durability = durability
        self._looks = json.dumps(patience.looks)

    async def open(self, shard: int, worker: str, token: str) -> LaneClaim | None:
        found = await self._connection.run(scripts.OPEN, [self._keys.base(shard)], [worker, token, LEASE_SECONDS])
        if not found:
            return None
        cid, lane, epoch, waiting, *head = found
        return LaneClaim(cid, lane, epoch, _head(*head), more=int(waiting) > 0)

    async def begin(self, claim: LaneClaim, worker: str) -> Begun | None:
        answer = await self._connection.run_durably(
            scripts.BEGIN,
            [self._keys.home(claim.conversation)],
            [
                claim.conversation,
                claim.lane,
                worker,
                claim.epoch,
                claim.head.entry,
                claim.head.attempts,
                self._patience.root,
            ],
            self._durability,
        )
        if answer[0] != "go":
            return None
        _, began, first, root, newest, *copies = answer
        return Begun(float(began), float(first), root, tuple(copies), newest)

    async def settle(
        self, claim: LaneClaim, worker: str, attempt: int, settlement: Settlement, *, keep: bool
    ) -> Head | Asleep | None:
        # What is forgotten here nobody else knows: it would be looked for, or where that is impossible, people asked.
        answer = await self._connection.run_durably(
            scripts.SETTLE,
            [self._keys.home(claim.conversation)],
            [
                claim.conversation,
                claim.lane,
                worker,
                claim.epoch,
                claim.head.entry,
                attempt,
                settlement.outcome,
                self._details(settlement),
                self._looks,
                "1" if keep else "",
            ],
            self._durability,
        )
        match answer:
            case ["next", *head]:
                return _head(*head)
            case ["asleep", seconds]:
                return Asleep(float(seconds))
            case _:
                return None

    async def postpone(self, claim: LaneClaim, worker: str, seconds: float) -> None:
        await self._connection.run(
            scripts.POSTPONE,
            [self._keys.home(claim.conversation)],
            [claim.conversation, claim.lane, worker, claim.epoch, seconds],
        )

    async def overdue(self, claim: LaneClaim, worker: str, side: str, event: str) -> None:
        await self._connection.run(
            scripts.OVERDUE,
            [self._keys.home(claim.conversation)],
            [claim.conversation, claim.lane, worker, claim.epoch, claim.head.entry, event, side],
        )

    async def spend(
        self,
        bucket: str,
        *,
        rate: float,
        burst: float,
        reserve: float = 0.0,
        cost: float = 1.0,
        line: InLine | None = None,
    ) -> float:
        place = (short(line.name), line.behind, line.reserve, line.returns) if line is not None else ()
        wait = await self._connection.run(
            scripts.BUCKET, [self._keys.bucket(bucket)], [rate, burst, cost, reserve, 0, *place]
        )
        return float(wait)

    async def level(self, bucket: str, *, rate: float, burst: float) -> float:
        level, at, frozen = await self._connection.call("HMGET", self._keys.bucket(bucket), "level", "at", "frozen")
        seconds, micros = await self._connection.call("TIME")
        now = int(seconds) + int(micros) / 1e6
        if frozen is not None and float(frozen) > now:
            return 0.0
        return burst if level is None else min(burst, float(level) + max(now - float(at), 0.0) * rate)

    async def freeze(self, bucket: str, seconds: float, *, rate: float, burst: float) -> None:
        await self._connection.run(scripts.BUCKET, [self._keys.bucket(bucket)], [rate, burst, 0, 0, seconds])

    async def swept(self, conversation: str, record: str, again: NextLook | None, relinks: Sequence[Relink]) -> None:
        rows = [[r.source, r.lost, short(r.lost_key), r.kept, short(r.kept_key), r.lost_key] for r in relinks]
        await self._connection.run(
            scripts.SWEPT,
            [self._keys.home(conversation)],
            [record, *(again or NextLook("", 0.0)), conversation, json.dumps(rows, ensure_ascii=False)],
        )

    async def owned(self, conversation: str, entry: str, source: str) -> Owned:
        waits, linked, *roots = await self._connection.run(
            scripts.OWNED, [self._keys.home(conversation)], [conversation, entry, source]
        )
        return Owned(waits=bool(int(waits)), is_linked=bool(int(linked)), cards=tuple(map(str, roots)))

    def _details(self, s: Settlement) -> str:
        details: dict[str, Any] = {
            "delay": s.delay,
            "step": s.step,
            "lease": LEASE_SECONDS,
            "sweep": self._patience.sweep,
            "copies": [[c.source, c.copy, short(c.copy_key), c.origin] for c in s.copies],
            "unlinked": s.unlinked,
            "removed": s.removed,
            "events": s.events,
            "wake": s.wake,
            "follow": [encoded_entry(e) for e in s.follow],
            "twins": s.twins,
            "twice": s.sweep,
        }
        if s.takes_back is not None:
            details["back"] = encoded_entry(s.takes_back)
        if s.begun:
            details["begun"] = True
        if s.looked_at:
            details["looked"] = s.looked_at
        if s.opened is not None:
            details["root"] = [s.opened.case, s.opened.root, s.opened.thread]
        if s.relief:
            details["relief"] = s.relief
        return json.dumps(details, ensure_ascii=False, separators=(",", ":"))


def _head(entry: str, body: str, status: str, now: str, root: str) -> Head:
    st = json.loads(status)
    return Head(
        entry=entry,
        body=body,
        phase=Phase(st.get("s", Phase.PENDING)),
        attempts=int(st.get("a", 0)),
        began_at=float(st.get("at") or 0.0),
        first_at=float(st.get("first") or 0.0),
        resent=bool(st.get("re")),
        tries=int(st.get("tries") or 0),
        step=int(st.get("step") or 0),
        now=float(now),
        root=root,
        queued_at=float(st.get("q") or now),
        overdue=bool(st.get("late")),
    )
