"""Asks the platforms again for what people wrote while the store was forgetting, or nobody was there to take it.

What is in the store already changes nothing: each message is known by its names. Edits, deletions and reactions are not
asked for; a message that comes back says what it says by now.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import structlog

from bot.core.activity import Place
from bot.engine.codec import Unreadable, read, read_conversation
from bot.engine.entries import Root
from bot.engine.ingress import Ingress
from bot.engine.node import Node
from bot.engine.upkeep.tide import Tide
from bot.errors import DeliveryError, Refused, StoreUnavailable, Throttled
from bot.ports import ChatAdapter, Recaller

_T = TypeVar("_T")

_log = structlog.get_logger("engine")

_LOOK_SECONDS: Final = 1.0
_MARGIN: Final = 5.0
"""Seconds before the store's memory ends: clocks differ, and what was under way then is in doubt."""

_TALKED_SECONDS: Final = 86400.0
"""Conversations in which nothing happened for longer are not asked for by themselves, but where the app is."""

_SETTLING_SECONDS: Final = 3.0
"""Before anybody asks: others notice the same within a second, and what was just written is not shown at once."""

_LOCK_SECONDS: Final = 20.0
"""More than one call takes, or a pause: whoever asks says before each that they are still at it."""

_DEBT_SECONDS: Final = 300.0
_DEBTS_KEPT: Final = 50

_TRIES: Final = 5
_LONGEST_PAUSE: Final = 15.0


@dataclass(slots=True)
class _Debt:
    """Since when something may be missing, when that was noticed, and whether it is written down."""

    since: float
    found_at: float
    told: bool = False


class Recall:
    """One process's part in it. Any number of janitors may look; one of them asks."""

    def __init__(
        self,
        node: Node,
        adapters: Mapping[str, ChatAdapter],
        ingress: Ingress,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._node = node
        self._store = node.store
        self._clock = node.clock
        self._adapters = adapters
        self._ingress = ingress
        self._sleep = sleep
        self._tide = Tide()
        self._debts: deque[_Debt] = deque(maxlen=_DEBTS_KEPT)
        self._born: float | None = None
        """When the store was new, as it said the last time."""

    def owe(self, since: float) -> None:
        """What was written since then (seconds since 1970) may be missing: ask for it."""
        self._debts.append(_Debt(round(since, 6), self._clock.now()))

    async def run(self) -> None:
        """Look for ever. What goes wrong is logged, and looked at again."""
        while True:
            try:
                await self.look()
            except StoreUnavailable as error:
                _log.warning("store_unavailable", doing="recall", why=str(error))
            await self._sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Ask for what is missing, if anything is. Raises StoreUnavailable, and goes on with it at the next look."""
        await self._watch()
        token, tides = self._node.fresh(), self._store.tides
        if not await tides.owed() or not await tides.lock(token, _LOCK_SECONDS):
            return
        try:
            await self._sleep(_SETTLING_SECONDS)
            if owed := await tides.owed():
                await self._ask(owed[0] - _MARGIN, token)
                await tides.paid(owed)
        finally:
            await tides.unlock(token)

    async def _watch(self) -> None:
        """Notice what the store has forgotten, and write down what is owed: who comes after us does not know of it.

        What was written down may be among what is forgotten: then all of the last minutes is.
        """
        now = self._clock.now()
        await self._notice_emptying(now)
        since = self._tide.risen(*await self._store.tides.rise(self._node.name, now), now)
        if since is not None:
            _log.warning("may_be_missing", seconds=round(now - since, 1))
            self.owe(since)
        again = since is not None
        owed = [debt for debt in self._debts if not debt.told or (again and debt.found_at > now - _DEBT_SECONDS)]
        if owed:
            await self._store.tides.owe([debt.since for debt in owed])
        for debt in owed:
            debt.told = True

    async def _notice_emptying(self, now: float) -> None:
        """Write down that the store is another one, or has lost all it had, while this process was running."""
        before, self._born = self._born, await self._store.tides.born(now)
        if before is not None and before != self._born:
            _log.error("store_was_emptied", todo="what is written in desks' threads of before reaches nobody")
            await self._store.tides.emptied(self._born)

    async def _ask(self, since: float, token: str) -> None:
        """Ask every platform for every place in which something may be missing, the threads of open cases first."""
        began, found, asked = self._clock.now(), 0, 0
        for platform, adapter in self._adapters.items():
            if not isinstance(adapter, Recaller):
                continue
            places = await self._known(platform, since)
            for place in (await self._insist(adapter.rooms, "the app's rooms", token)) or ():
                places.setdefault(place.key, place)
            for place in places.values():
                written = await self._insist(partial(adapter.recall, place, since), place.key, token) or ()
                asked += 1
                for activity in written:
                    found += await self._ingress.take(activity)
        self._node.tally.count("recalled", found)
        told = _log.warning if found else _log.info
        told("recalled", messages=found, places=asked, seconds=round(self._clock.now() - began, 1))

    async def _known(self, platform: str, since: float) -> dict[str, Place]:
        """The threads of conversations on a platform that are under way, and of their open cases."""
        cases: dict[str, Place] = {}
        talks: dict[str, Place] = {}
        for name in await self._store.tides.moved(since - _TALKED_SECONDS):
            state = await self._store.ledger.state(name)
            if not state:
                continue
            try:
                conversation = read_conversation(state)
                case = conversation.case
                root = (await self._store.forgetting.remains(name)).roots.get(case.key) if case is not None else None
                thread = read(root, Root).thread if root else None
            except Unreadable as error:
                _log.warning("conversation_unreadable", conversation=name, why=str(error))
                continue
            for place in (thread, conversation.place):
                if place is not None and place.platform == platform:
                    (talks if conversation.is_bots else cases)[place.key] = place
        return cases | talks

    async def _insist(self, call: Callable[[], Awaitable[_T]], what: str, token: str) -> _T | None:
        """What a platform tells, asked again when it did not; None when it will not tell."""
        for attempt in range(_TRIES):
            # Asking takes minutes.
            await self._watch()
            await self._store.tides.lock(token, _LOCK_SECONDS)
            try:
                return await call()
            except Refused as error:
                _log.info("not_recalled", what=what, why=error.why)
                return None
            except DeliveryError as error:
                _log.info("recall_failed", what=what, why=error.why)
                pause = error.retry_after if isinstance(error, Throttled) else 2.0**attempt
                await self._sleep(min(pause, _LONGEST_PAUSE))
        _log.error("not_recalled", what=what, why=f"asked {_TRIES} times")
        return None
