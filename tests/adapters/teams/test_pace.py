"""The pace that the adapter asks for stays below what Microsoft publishes of a bot in one chat or channel."""

from __future__ import annotations

import pytest

from bot.core.activity import Place
from bot.engine.sending.pacing import channel_buckets
from tests.adapters.teams.scene import Scene


@pytest.mark.parametrize(("seconds", "messages"), [(1, 7), (2, 8), (30, 60), (3600, 1800)])
async def test_no_window_gets_more_messages_than_it_may(scene: Scene, seconds: int, messages: int) -> None:
    buckets = channel_buckets(Place("teams", "tenant", "channel"), scene.adapter.capabilities.pace)
    assert min(bucket.burst + bucket.rate * seconds for bucket in buckets) <= messages
