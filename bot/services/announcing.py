"""Says something in every desk: what concerns all agents, whichever of them did it.

What is said there belongs to no case. Whoever answers beneath it is not to have it taken for a lost root card, which
engine's `strays` would overwrite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from bot.core.activity import Place
from bot.core.cases.cards import second_card_in
from bot.core.effects import Body
from bot.core.policy import Policy
from bot.errors import DeliveryError, StoreUnavailable
from bot.ports import ChatAdapter, Errands, Posted

_log = structlog.get_logger("desks")


async def tell_desks(
    policy: Policy, adapters: Mapping[str, ChatAdapter], errands: Errands, body: Body, *, key: str
) -> Sequence[str]:
    """Post it in every desk; the names of those in which it could not be said. The same key says it once."""
    missed: list[str] = []
    for desk in policy.desks:
        adapter = adapters.get(desk.place.platform)
        if adapter is None:
            missed.append(desk.name)
            continue
        try:
            await announce(adapter, errands, desk.place, body, key=f"{key}|{desk.name}")
        except DeliveryError as error:
            _log.warning("desk_not_told", desk=desk.name, why=error.why)
            missed.append(desk.name)
    return missed


async def announce(adapter: ChatAdapter, errands: Errands, desk: Place, body: Body, *, key: str) -> Posted:
    """Post what is no case's at a desk's root. Raises DeliveryError."""
    posted = await adapter.post(desk, body, key=key)
    try:
        await errands.finish(second_card_in(posted.thread.key))
    except StoreUnavailable as error:
        _log.warning("store_unavailable", doing="announcing", why=str(error))
    return posted
