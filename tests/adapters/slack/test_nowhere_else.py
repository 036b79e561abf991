"""Whatever addresses come in: nothing of ours reaches a place that is not Slack's, least of all the token."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.activity import File
from bot.errors import DeliveryError, Refused
from tests.adapters.slack.scene import Scene
from tests.contract.file_contract import read
from tests.support.eavesdropper import eavesdropper


async def test_no_address_of_a_file_leads_us_astray(scene: Scene) -> None:
    async with eavesdropper() as listener:
        for url in listener.tricks(scene.slack.file_host):
            with pytest.raises(DeliveryError):
                await read(scene.adapter, File("F1", "a.txt", url=url))
        await asyncio.sleep(0.05)
        assert listener.heard == []


async def test_no_address_for_an_answer_leads_us_astray(scene: Scene) -> None:
    async with eavesdropper() as listener:
        for url in listener.tricks("hooks.slack.com"):
            with pytest.raises(Refused):
                await scene.adapter.answer_later(url, {"text": "a secret"})
        await asyncio.sleep(0.05)
        assert listener.heard == []
