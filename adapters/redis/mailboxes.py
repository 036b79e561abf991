"""Mailboxes: where events wait, who owns a conversation, and the commit of what an event changed.

Implements `bot.ports.Mailboxes`; decodes nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from adapters.redis import scripts
from adapters.redis.connect import Connection, Durability
from adapters.redis.keys import Keys, short
from bot.core.activity import Side
from bot.errors import Fenced, StoreUnavailable
from bot.ports import Changes, Claim, Located, Mail, NewEntry, Parked, Scrubbing, Taken

LEASE_SECONDS: Final = 15.0
"""How long a claim lives that nobody renews. A dead process is noticed earlier, by its heartbeat."""

_LEDGER_SECONDS: Final = 48 * 3600
"""How long an activity is known as seen; Slack delivers again for up to a day."""

INGRESS_SECONDS: Final = 0.45
"""A platform is told to come again within half a second when the store does not answer."""


_ENTRY_FIELDS: Final = tuple(f.name for f in fields(NewEntry))


class RedisMailboxes:
    """`bot.ports.Mailboxes` on Redis."""

    def __init__(
        self, connection: Connection, keys: Keys, durability: Durability, *, within: float = INGRESS_SECONDS
    ) -> None:
        """`within` limits, in seconds, what a platform waits for."""
        self._within = within
        self._connection = connection
        self._keys = keys
        self._durability = durability

    async def take(
        self, conversation: str, body: str, *, ids: Sequence[str], at: float | None = None, thread: str = ""
    ) -> Taken:
        names = sorted({short(i) for i in ids})
        args: list[str | float] = [
            conversation,
            "" if at is None else f"{at:.6f}",
            body,
            thread,
            _LEDGER_SECONDS,
            *names,
        ]
        new, parked = await self._within_limit(scripts.TAKE, self._keys.home(conversation), args)
        return Taken(bool(new), bool(parked))

    async def locate(self, thread: str, parcel: str) -> Located:
        found, parked = await self._within_limit(scripts.LOCATE, self._keys.home(thread), [thread, parcel])
        return Located(str(found), bool(parked))

    async def bind(self, thread: str, conversation: str) -> Sequence[str]:
        answer = await self._connection.run_durably(
            scripts.BIND, [self._keys.home(thread)], [thread, conversation], self._durability
        )
        return [str(parcel) for parcel in answer[1:]]

    async def parked(self, thread: str) -> Parked:
        answer = await self._connection.run(scripts.BIND, [self._keys.home(thread)], [thread, ""])
        return Parked(str(answer[0]), [str(parcel) for parcel in answer[1:]])

    async def unpark(self, thread: str, parcels: Sequence[str]) -> None:
        await self._connection.run(scripts.UNPARK, [self._keys.home(thread)], [thread, *parcels])

    async def claim(self, shard: int, worker: str, token: str) -> Claim | None:
        found = await self._connection.run(scripts.CLAIM, [self._keys.base(shard)], [worker, token, LEASE_SECONDS])
        if not found:
            return None
        cid, epoch, sequence, state, member, at, body, customer, waiting = found
        mail = Mail(member, float(at), body, float(customer))
        return Claim(cid, epoch, int(sequence), state, mail, more=int(waiting) > 0)

    async def commit(self, claim: Claim, worker: str, state: str, changes: Changes, *, keep: bool) -> Mail | None:
        answer = await self._connection.run_durably(
            scripts.COMMIT,
            [self._keys.home(claim.conversation)],
            [
                claim.conversation,
                worker,
                claim.epoch,
                claim.sequence,
                claim.mail.member,
                state,
                "1" if keep else "",
                LEASE_SECONDS,
                encoded_changes(changes),
            ],
            self._durability,
        )
        match answer:
            case ["fenced"]:
                raise Fenced(f"commit of {claim.conversation} at {claim.sequence}: epoch {claim.epoch} is over")
            case ["next", member, at, body, customer]:
                return Mail(member, float(at), body, float(customer))
            case _:
                return None

    async def quarantine(self, claim: Claim, worker: str, why: str) -> None:
        await self._connection.run(
            scripts.QUARANTINE,
            [self._keys.home(claim.conversation)],
            [claim.conversation, worker, claim.epoch, claim.mail.member, why],
        )

    async def origin(self, conversation: str, ref: str) -> str | None:
        key = f"{self._keys.home(conversation)}origins:{conversation}"
        # Earlier versions kept it under the whole name.
        found = await self._connection.call("HMGET", key, short(ref), ref)
        return next((str(origin) for origin in found if origin is not None), None)

    async def _within_limit(self, script: scripts.Script, key: str, args: Sequence[str | float]) -> Any:
        try:
            async with asyncio.timeout(self._within):
                return await self._connection.run_durably(script, [key], args, self._durability)
        except TimeoutError as error:
            raise StoreUnavailable(f"{script.name}: no answer within {self._within} s; is Redis up?") from error


def _encoded_scrub(scrub: Scrubbing) -> dict[str, object]:
    """A wish as `commit.lua` reads it; `desk` begins the names of copies that stand at the desk."""
    return {
        "wish": scrub.wish,
        "messages": scrub.messages,
        "cards": scrub.cards,
        "desk": f"{Side.AGENTS.value}|",
    }


def encoded_changes(changes: Changes) -> str:
    """Changes as the JSON that `commit.lua` reads; absent and null are the same there, so nulls are left out."""
    return json.dumps(
        {
            "status": changes.status,
            "word": changes.word,
            **({"customer": changes.customer} if changes.customer else {}),
            **({"scrub": _encoded_scrub(changes.scrub)} if changes.scrub else {}),
            **({"said": f"{changes.customer_said:.6f}"} if changes.customer_said is not None else {}),
            "entries": [encoded_entry(e) for e in changes.entries],
            "timers": [[name, f"{at:.6f}"] for name, at in changes.timers],
            "cancelled": changes.cancelled,
            "resend": changes.resend,
            "abandon": changes.abandon,
            "journal": changes.journal,
            "hour": str(changes.hour),
            "counts": changes.counts,
            "index": [[str(number), row] for number, row in changes.index],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def encoded_entry(entry: NewEntry) -> dict[str, Any]:
    """An entry as the scripts read it: what is empty or false is left out (Lua takes 0 and "" for true)."""
    shape = {name: value for name in _ENTRY_FIELDS if (value := getattr(entry, name))}
    shape["priority"] = int(entry.priority)
    if entry.opens_thread:
        shape["root"] = True
    return shape
