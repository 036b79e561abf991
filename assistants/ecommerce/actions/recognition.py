"""Recognises a customer of the shop behind whom the platform vouches for. Says nothing to anybody."""

from __future__ import annotations

from .identity import vouched_identities
from .sdk import Tracker
from .shop import Identity
from .wiring import current_shop


async def recognised(tracker: Tracker) -> Identity | None:
    """The first vouched identity that the shop knows, or None.

    Somebody who shops with another address than they chat with is a visitor: they prove an order like anybody else.
    """
    shop = current_shop()
    for identity in vouched_identities(tracker):
        if await shop.knows(identity):
            return identity
    return None
