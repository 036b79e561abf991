"""Who somebody is, while the platform does not say."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.activity import Person, Ref
from bot.core.events import CustomerSaid
from bot.engine.people import People
from bot.errors import Throttled
from tests.support.town import PLATFORM, Town, chat_with, person


class Mute(Town):
    """Tells nobody who somebody is, for an hour."""

    async def person(self, tenant: str, id: str) -> Person:
        raise Throttled("person", f"not of {id} of {tenant}", retry_after=3600.0)


async def test_no_newcomer_keeps_a_hand_busy_for_as_long_as_the_platform_wants_to_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.engine.people._PAUSES", (0.0, 0.0, 0.0))
    ann = person("ann")
    said = CustomerSaid(1.0, Ref(chat_with(ann), "1"), ann, "hello")
    async with asyncio.timeout(5.0):
        assert await People({PLATFORM: Mute()}).introduce(said) == said
