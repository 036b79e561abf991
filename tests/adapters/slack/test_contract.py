"""Slack keeps the contract of all adapters."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.room import SlackRoom
from tests.adapters.slack.scene import MakeScene
from tests.contract.adapter_contract import (
    AdapterContract,
    ButtonContract,
    DeleteContract,
    EditContract,
    FormContract,
    LookUpContract,
    ReactContract,
    RemoteContract,
    ThreadContract,
    WhisperContract,
)
from tests.contract.file_contract import FileContract, FileLookUpContract


class TestSlack(
    AdapterContract,
    EditContract,
    DeleteContract,
    ReactContract,
    WhisperContract,
    ButtonContract,
    FormContract,
    LookUpContract,
    RemoteContract,
    ThreadContract,
    FileContract,
    FileLookUpContract,
):
    @pytest.fixture
    async def room(self, make_scene: MakeScene) -> AsyncIterator[SlackRoom]:
        room = SlackRoom(await make_scene())
        yield room
        await room.close()
