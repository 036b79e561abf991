"""Slack brings the app's own message back, and only that is a song."""

from __future__ import annotations

import pytest

from bot.errors import StoreUnavailable
from bot.ports import Singer
from tests.adapters.slack.scene import MakeScene, Scene
from tests.fakes.slack import Channel


class Ear:
    """Keeps what was heard. Can be away."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.away = False

    async def hear(self, word: str) -> None:
        if self.away:
            raise StoreUnavailable("the test's store is away")
        self.words.append(word)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def aviary(slack, make_scene: MakeScene, ear: Ear) -> tuple[Scene, Channel]:
    """A scene with a channel of the canary's own, and that channel."""
    app = slack.install()
    channel = slack.channel("canary", app, private=True)
    return await make_scene(app=app, heard=ear.hear, canary_channel=channel.id), channel


async def test_each_song_is_one_message_edited_and_comes_back(aviary: tuple[Scene, Channel], ear: Ear) -> None:
    scene, channel = aviary
    assert isinstance(scene.adapter, Singer)
    assert scene.adapter.sings
    ref = await scene.adapter.sing("tirili", "")
    await scene.heard(0)
    again = await scene.adapter.sing("tirila", ref)
    assert again == ref
    await scene.heard(0)
    assert ear.words == ["tirili", "tirila"]
    assert [m.text for m in channel.messages] == ["Warmline listens here: tirila"]


async def test_a_message_that_is_gone_is_posted_anew(aviary: tuple[Scene, Channel], ear: Ear) -> None:
    scene, channel = aviary
    ref = await scene.adapter.sing("tirili", f"{channel.id} 1.000000")
    assert ref != f"{channel.id} 1.000000"
    await scene.heard(0)
    assert await scene.adapter.sing("tirila", "C0ELSEWHERE 1.000000") != ref
    await scene.heard(0)
    assert ear.words == ["tirili", "tirila"]


async def test_what_else_is_written_is_no_song(aviary: tuple[Scene, Channel], ear: Ear) -> None:
    scene, channel = aviary
    channel.members.add(scene.ann.id)
    scene.ann.says(channel, "Warmline listens")
    scene.ann.says(scene.support, "Warmline listens here: tirili")
    await scene.slack.courier.settled()
    assert ear.words == []


async def test_a_song_that_cannot_be_stored_comes_again(aviary: tuple[Scene, Channel], ear: Ear) -> None:
    scene, _ = aviary
    ear.away = True
    await scene.adapter.sing("tirili", "")
    delivery = scene.slack.courier.deliveries[-1]
    await scene.slack.courier.settled()
    assert {attempt.status for attempt in delivery.attempts} == {503}


async def test_without_a_channel_nobody_sings(scene: Scene) -> None:
    assert not scene.adapter.sings
