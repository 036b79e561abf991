"""Agents who write outside of a case's thread are told where their words went: alone, and once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest

from bot.core.activity import Activity, Person, Place, Ref, Said
from bot.core.effects import Body
from bot.core.live import Live, OpenCase
from bot.core.policy import Desk, Policy
from bot.ports import Capabilities, ChatAdapter
from bot.services.astray import Astray
from tests.app.product import train_once
from tests.app.streets import OnSlack, OnTeams, desk_on, reads
from tests.contract.doubles import ListIntake
from tests.support.patience import until

DESK, CHAT = Place("web", "t", "desk"), Place("web", "t", "chat-nora")
NORA = Person("web", "t", "nora", "Nora")
POLICY = Policy(desks=(Desk("support", DESK, "Support"),))
OPEN = (OpenCase(1001, "c", "support", "queued", "", 1.0),)


@dataclass
class Ear:
    """What a platform lets the app say to one person alone."""

    platform: str = "web"
    capabilities: Capabilities = field(default_factory=Capabilities)
    heard: list[Body] = field(default_factory=list)

    async def whisper(self, _place: Place, _to: Person, body: Body) -> None:
        self.heard.append(body)


@dataclass
class Scene:
    """An agent at a desk, and what is said to them."""

    cases: tuple[OpenCase, ...] = OPEN
    ear: Ear = field(default_factory=Ear)
    told: int = 0

    def __post_init__(self) -> None:
        self.astray = Astray(ListIntake(), self.live, POLICY, {"web": cast("ChatAdapter", self.ear)})

    async def live(self) -> Live:
        return Live(cases=self.cases)

    async def hears(self, place: Place, id: str, author: Person = NORA, **traits: object) -> list[str]:
        """What is said after somebody wrote there."""
        before = len(self.ear.heard)
        said = Activity(id, 1.0, place, author, Said(Ref(place, id), "hello"), direct=place == CHAT)
        await self.astray.take(replace(said, **traits))  # type: ignore[arg-type]  # as the tests name them
        await self.astray.finish()
        return [body.text for body in self.ear.heard[before:]]


async def test_words_at_the_top_of_the_channel_are_said_to_stay_there_once() -> None:
    scene = Scene()
    assert "no customer reads it" in (await scene.hears(DESK, "a1"))[0]
    assert await scene.hears(DESK, "a2") == []
    assert await scene.hears(replace(DESK, thread="root-1"), "a3") == []


async def test_where_nobody_waits_people_chat_unheard_and_who_calls_the_app_is_answered_each_time() -> None:
    scene = Scene(cases=())
    assert await scene.hears(DESK, "a1") == []
    assert len(await scene.hears(DESK, "a2", addressed=True)) == 1
    assert await scene.hears(DESK, "a2", addressed=True) == [], "one message that came under two names"
    assert len(await scene.hears(DESK, "a3", addressed=True)) == 1
    scene.cases = OPEN
    assert len(await scene.hears(DESK, "a4")) == 1


async def test_bots_and_what_comes_late_are_told_nothing() -> None:
    scene = Scene()
    assert await scene.hears(DESK, "a1", replace(NORA, is_bot=True)) == []
    assert await scene.hears(DESK, "a2", metadata=(("late", "1"),)) == []


async def test_an_agent_who_writes_to_the_app_is_told_that_they_are_a_customer_there() -> None:
    scene = Scene()
    assert await scene.hears(CHAT, "c1") == [], "a customer"
    await scene.hears(replace(DESK, thread="root-1"), "a1")
    (text,) = await scene.hears(CHAT, "c2")
    assert text.startswith("You answer customers at Support. Here you are a customer yourself")
    assert [button.value for button in scene.ear.heard[-1].buttons] == ["home"]
    assert await scene.hears(CHAT, "c3") == []


@pytest.fixture(scope="module")
def _trained() -> None:
    train_once()


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("_trained")
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_both_are_told_on_a_platform_as_it_is(platform: str, tmp_path: Path) -> None:
    async with desk_on(platform, tmp_path, may="reveal: agent") as desk:
        assert isinstance(desk, OnSlack | OnTeams)
        desk.customer_says("i want to talk to a human being please")
        await until(lambda: desk.thread("#1001"))
        desk.agent_says("", "who takes this?")
        chat = desk.bob.chat_with(desk.app) if isinstance(desk, OnSlack) else desk.bob.chat()
        place = desk.channel if isinstance(desk, OnSlack) else chat
        await reads(lambda: desk.bob.reads(place), "no customer reads it")  # type: ignore[arg-type]  # its own platform's
        desk.bob.says(chat, "hello")  # type: ignore[arg-type]  # its own platform's
        await reads(lambda: desk.bob.reads(chat), "Here you are a customer yourself")  # type: ignore[arg-type]  # its own
        await desk.agent_presses("customer yourself", "My cases and the queue") if platform == "teams" else None
        assert not any("who takes this" in text for text in desk.customer_reads())
