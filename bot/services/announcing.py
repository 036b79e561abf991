"""Says something in every desk: what concerns all agents, whichever of them did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from bot.core.effects import Body
from bot.core.policy import Policy
from bot.errors import DeliveryError
from bot.ports import ChatAdapter

_log = structlog.get_logger("desks")


async def tell_desks(policy: Policy, adapters: Mapping[str, ChatAdapter], body: Body, *, key: str) -> Sequence[str]:
    """Post it in every desk; the names of those in which it could not be said. The same key says it once."""
    missed: list[str] = []
    for desk in policy.desks:
        adapter = adapters.get(desk.place.platform)
        if adapter is None:
            missed.append(desk.name)
            continue
        try:
            await adapter.post(desk.place, body, key=f"{key}|{desk.name}")
        except DeliveryError as error:
            _log.warning("desk_not_told", desk=desk.name, why=error.why)
            missed.append(desk.name)
    return missed
