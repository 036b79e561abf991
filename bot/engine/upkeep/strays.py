"""Root cards that stand in a desk without anybody having known: found by what people do there, marked, and told of.

Where a platform cannot be asked, a card whose fate nobody knows is sent again, so it may stand there twice. The
first one is connected to nothing. Whoever writes under it, or presses it, reveals it: then the card says that the other
one counts, and what was written goes to the case as words from a thread that was left behind, which stay inside and
whose authors are told where to write. They are never taken for the case's own: often only times tell whose card it is,
and a customer must not get what was meant for another.

A thread from before the store lost all it had is told of as well, in the thread itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from bot.core.activity import OPENED, Activity, Place, Pressed, Ref, Side
from bot.core.cases.cards import forgotten, forgotten_thread, second_card_in, twice
from bot.core.events import Delivered
from bot.core.routing import thread_of
from bot.engine.codec import read, read_conversation, write, write_event
from bot.engine.entries import Entry
from bot.engine.ingress import Ingress, activities_in
from bot.errors import DeliveryError, Refused
from bot.ports import ChatAdapter, Recaller, Store

_log = structlog.get_logger("engine")

_SKEW: Final = 5.0
"""Seconds that the platform's clock and the store's may differ."""
_LATEST: Final = 600.0
"""Seconds after the attempt began in which a lost card may still turn up; as for other twins."""
_AGAIN: Final = 15.0
"""Seconds until a card that could not be marked is looked at again."""


@dataclass(frozen=True, slots=True)
class Lost:
    """An attempt to put a root card into a desk of which nobody knows how it ended. Times are the store's."""

    conversation: str
    case: str
    began_at: float

    @property
    def number(self) -> int:
        return int(self.case.partition("@")[0])


@dataclass(frozen=True, slots=True)
class Strays:
    """Remembers what was lost, and knows it again."""

    store: Store
    adapters: Mapping[str, ChatAdapter]
    ingress: Ingress

    async def look(self, thread: str) -> bool:
        """Look whether a thread that is nobody's is that of a lost card; then it is its case's from now on.

        True when that cannot be told before the case has a card of its own: what is parked there is to wait.
        """
        bound, parcels = await self.store.mailboxes.parked(thread)
        activities = activities_in(parcels, thread)
        if bound or not activities:
            return False
        place = thread_of(activities[0])
        adapter = self.adapters.get(place.platform)
        if adapter is not None and await self._is_forgotten(activities):
            await self._say_forgotten(adapter, place)
            return False
        if adapter is None or adapter.capabilities.look_up or not adapter.capabilities.edit:
            return False
        rows = [read(row, Lost) for row in await self.store.strays.lost(place.root.key)]
        lost = _meant(rows, activities)
        if lost is None:
            return False
        if not await self._has_its_own(lost):
            # This card may turn out to be the case's own: whoever put it there may not have come to say so.
            return True
        if await self.store.errands.begin(second_card_in(thread), _AGAIN) and await self._mark(adapter, place, lost):
            await self._bind(place, lost, min(activity.at for activity in activities))
            await self.store.errands.finish(second_card_in(thread))
        return False

    async def _is_forgotten(self, activities: Sequence[Activity]) -> bool:
        """Whether the thread is from before the store lost all it had."""
        opened, emptied_at = _opened(activities), await self.store.tides.emptied_at()
        return opened is not None and emptied_at is not None and opened < emptied_at

    async def _say_forgotten(self, adapter: ChatAdapter, place: Place) -> None:
        """Say once that what is written there reaches nobody; where the platform tells, in no thread of people's."""
        errand = forgotten_thread(place.key)
        if not await self.store.errands.begin(errand, _AGAIN):
            return
        try:
            if not isinstance(adapter, Recaller) or await adapter.copies(place, "", since=0.0):
                await adapter.post(place, forgotten(), key=hashlib.sha256(errand.encode()).hexdigest()[:24])
                _log.warning("forgotten_thread", thread=place.key)
        except Refused as error:
            _log.warning("forgotten_thread", thread=place.key, why=error.why)
        except DeliveryError as error:
            _log.warning("forgotten_thread_not_told", thread=place.key, why=str(error))
            return
        await self.store.errands.finish(errand)

    async def _has_its_own(self, lost: Lost) -> bool:
        state = await self.store.ledger.state(lost.conversation)
        case = read_conversation(state).case if state else None
        return case is None or case.key != lost.case or bool(case.thread)

    async def _mark(self, adapter: ChatAdapter, place: Place, lost: Lost) -> bool:
        """Let the card say that the other one counts. That also proves it ours: nobody can edit others' messages."""
        try:
            await adapter.edit(Ref(place.root, place.thread), twice(lost.number))
        except Refused as error:
            _log.info("not_a_stray", thread=place.key, why=error.why)
            await self.store.errands.finish(second_card_in(place.key))
            return False
        except DeliveryError as error:
            _log.warning("stray_not_marked", thread=place.key, why=str(error))
            return False
        _log.warning("stray_found", thread=place.key, case=lost.number)
        return True

    async def _bind(self, place: Place, lost: Lost, first_at: float) -> None:
        """Say to the case that this thread is not its own, before anything that was written there reaches it."""
        name = f"stray|{place.key}"
        event = Delivered(first_at, name, Side.AGENTS, None, lost.case, place.key, stray=True)
        await self.store.mailboxes.take(lost.conversation, write_event(event), ids=[name], at=first_at - 0.001)
        await self.ingress.unpark(place.key, lost.conversation)


async def remember(store: Store, entry: Entry, conversation: str, began_at: float) -> None:
    """Remember a root card that was lost. Raises StoreUnavailable."""
    await store.strays.lose(entry.to.root.key, write(Lost(conversation, entry.case, began_at), Lost), began_at)


def _opened(activities: Sequence[Activity]) -> float | None:
    """When their thread was opened, where the platform says so."""
    return next((float(at) for a in activities for name, at in a.metadata if name == OPENED), None)


def _meant(rows: Sequence[Lost], activities: Sequence[Activity]) -> Lost | None:
    """The lost card above these: by the number that its buttons carry, else by when the thread was opened."""
    numbers = {a.content.value for a in activities if isinstance(a.content, Pressed) and a.content.value.isdecimal()}
    for row in reversed(rows):
        if str(row.number) in numbers:
            return row
    opened = _opened(activities)
    if opened is None or numbers:
        return None
    near = [row for row in rows if row.began_at - _SKEW <= opened <= row.began_at + _LATEST]
    before = [row for row in near if row.began_at <= opened + _SKEW / 10]
    return max(before or near, key=lambda row: row.began_at, default=None)
