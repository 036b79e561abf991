"""Where activities come in: each is stored in its conversation's mailbox, and then the platform is answered.

Understands nothing and decides nothing. A thread that is not bound yet (the root card is on its way) keeps
its activities parked, in order, until it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bot.core.activity import Activity, Person, Side
from bot.core.events import AgentCommanded
from bot.core.routing import Doors, event_of, home_of, subject_of
from bot.engine.codec import Unreadable, read, write, write_event
from bot.engine.tally import Tally
from bot.ports import Clock, IndexRow, Store

_log = structlog.get_logger("engine")


@dataclass(frozen=True, slots=True)
class _Parcel:
    """An activity that waits for its thread to be bound, and the side that it will be on."""

    side: Side
    activity: Activity


@dataclass(frozen=True, slots=True)
class Ingress:
    """`bot.ports.Intake` on a store."""

    store: Store
    doors: Doors
    clock: Clock
    tally: Tally = field(default_factory=Tally)

    async def take(self, activity: Activity) -> bool:
        """Store the activity; see `bot.ports.Intake`."""
        home = home_of(activity, self.doors)
        if home is None:
            return False
        thread = home.thread.key
        if home.conversation is not None:
            binds = thread if home.opens else ""
            return await self._put(home.conversation, home.side, activity, binds)
        parcel = write(_Parcel(home.side, activity), _Parcel)
        located = await self.store.mailboxes.locate(thread, parcel)
        if not located.is_parked:
            return await self._put(located.conversation, home.side, activity)
        if located.conversation:
            await self.unpark(thread, located.conversation)
        return True

    async def unpark(self, thread: str, conversation: str) -> None:
        """Bind a thread, and bring what is parked there to the mailbox, oldest first.

        May run in several processes at once: the mailbox knows what it has, and each keeps the order.
        """
        parcels = _readable(await self.store.mailboxes.bind(thread, conversation), thread)
        for parcel in parcels.values():
            await self._put(conversation, parcel.side, parcel.activity)
        if parcels:
            await self.store.mailboxes.unpark(thread, list(parcels))

    async def bind(self, thread: str, conversation: str) -> None:
        """The same for a thread that a committed send has opened; then its row is done with."""
        await self.unpark(thread, conversation)
        await self.store.upkeep.row_done(IndexRow(conversation, "0", "", thread=thread))

    async def tell(
        self, conversation: str, verb: str, argument: str, author: Person, *, id: str, case: int = 0
    ) -> None:
        """Bring somebody's command to a conversation. `id` makes it one command however often it is brought."""
        event = AgentCommanded(self.clock.now(), author, verb, argument, subject_of(author, verb, argument), case)
        await self.store.mailboxes.take(conversation, write_event(event), ids=[id])

    async def _put(self, conversation: str, side: Side, activity: Activity, binds: str = "") -> bool:
        body = write_event(event_of(activity, side))
        ids = [activity.id, *activity.twins]
        taken = await self.store.mailboxes.take(conversation, body, ids=ids, at=activity.at, thread=binds)
        if taken.has_parked:
            await self.unpark(binds, conversation)
        self.tally.count("activities" if taken.is_new else "dedupe_hits", platform=activity.place.platform)
        return taken.is_new


def activities_in(parcels: Sequence[str], thread: str) -> Sequence[Activity]:
    """What was done in a thread that is not bound yet, of what `Mailboxes.parked` gives, as far as it can be read."""
    return [parcel.activity for parcel in _readable(parcels, thread).values()]


def _readable(parcels: Sequence[str], thread: str) -> Mapping[str, _Parcel]:
    """The parcels that can be read, in their order. What a newer version wrote waits for one that reads it."""
    found: dict[str, _Parcel] = {}
    for raw in parcels:
        try:
            found[raw] = read(_parcel_text(raw), _Parcel)
        except Unreadable as error:
            _log.error("parcel_unreadable", thread=thread, why=str(error))
    return found


def _parcel_text(raw: str) -> str:
    """What `locate` parked: a pair of the time and our text."""
    _, text = read(raw, tuple[str, str])
    return text
