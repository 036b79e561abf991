"""Teams keeps the contract of all adapters.

Not inherited: LookUpContract, because the connector cannot tell what is in a conversation (`look_up` is not claimed,
and what is uncertain is held for people to decide). Reactions of the app are a preview of the service's and
claimed only where `reactions` is switched on: both ways are tested.
"""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.teams.room import TeamsRoom
from tests.adapters.teams.scene import MakeScene
from tests.contract.adapter_contract import (
    AdapterContract,
    ButtonContract,
    DeleteContract,
    EditContract,
    FormContract,
    ReactContract,
    RemoteContract,
    ThreadContract,
    WhisperContract,
)
from tests.contract.file_contract import FileContract


class TestTeams(
    AdapterContract,
    EditContract,
    DeleteContract,
    WhisperContract,
    ButtonContract,
    FormContract,
    RemoteContract,
    ThreadContract,
    FileContract,
):
    @pytest.fixture
    async def room(self, make_scene: MakeScene) -> AsyncIterator[TeamsRoom]:
        room = TeamsRoom(await make_scene())
        yield room
        await room.close()


class TestTeamsWithReactions(
    AdapterContract, EditContract, DeleteContract, WhisperContract, ButtonContract, ReactContract, FileContract
):
    @pytest.fixture
    async def room(self, make_scene: MakeScene) -> AsyncIterator[TeamsRoom]:
        room = TeamsRoom(await make_scene(reactions=True))
        yield room
        await room.close()
