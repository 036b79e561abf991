"""Commands in the desk's threads, on every platform: by button, and typed where a customer would have read them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from bot.core.activity import Activity, Person, Place, Pressed, Ref
from bot.core.effects import Body
from bot.core.typed.commands import COMMAND
from bot.ports import Capabilities, ChatAdapter
from bot.services.pressed_commands import PressedCommands
from tests.app.product import train_once
from tests.app.streets import Street, desk_on, reads
from tests.contract.doubles import EchoCommands, ListIntake
from tests.support.patience import until

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


@pytest.fixture(params=["slack", "teams", "web"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Street]:
    async with desk_on(request.param, tmp_path, may="reveal: agent") as side:
        yield side


async def test_a_command_typed_in_a_cases_thread_is_asked_about_and_run_by_a_press(desk: Street) -> None:
    desk.customer_says("i want to talk to a human being please, my card is 4242 4242 4242 4242")
    thread = await until(lambda: desk.thread("#1001"))
    desk.agent_says(thread, "Hello, who is it?")
    await reads(desk.customer_reads, "who is it?")
    desk.agent_says(thread, "queue")
    await desk.agent_presses("looks like a command", "Run it")
    await until(lambda: "1 open case" in _private(desk))
    assert not any("queue" in text for text in desk.customer_reads())

    await desk.agent_presses("#1001", "Reveal what is masked")
    await until(lambda: "4242 4242 4242 4242" in _private(desk))
    assert not any("4242 4242" in text for text in desk.agent_reads(thread, second=True)), "the others see it masked"


@dataclass
class Ear:
    """What a platform lets the app say to one person alone."""

    platform: str = "web"
    capabilities: Capabilities = field(default_factory=Capabilities)
    heard: list[str] = field(default_factory=list)

    async def person(self, tenant: str, id: str) -> Person:
        return Person("web", tenant, id)

    async def whisper(self, place: Place, to: Person, body: Body) -> None:  # noqa: ARG002  # there is one of each
        self.heard.append(body.text)


async def test_an_answer_to_a_press_that_takes_a_while_follows_the_word_that_it_does() -> None:
    ear, there = Ear(), Place("web", "t", "desk", "m1")
    pressed = Pressed(Ref(there, "m1"), COMMAND, "stats 30d")
    commands = PressedCommands(ListIntake(), EchoCommands(slow=True), {"web": cast("ChatAdapter", ear)})
    await commands.take(Activity("a1", 1.0, there, Person("web", "t", "nora"), pressed))
    await commands.finish()
    assert ear.heard == ["That takes a while.", "You asked: stats 30d"]


async def test_what_was_meant_for_the_customer_is_sent_by_a_press(desk: Street) -> None:
    desk.customer_says("i want to talk to a human being please")
    thread = await until(lambda: desk.thread("#1001"))
    desk.agent_says(thread, "on")
    await desk.agent_presses("looks like a command", "Send it")
    await until(lambda: "on" in " ".join(desk.customer_reads()[-1:]).split())


async def test_what_calls_a_colleague_is_asked_about_and_sent_by_a_press(desk: Street) -> None:
    desk.customer_says("i want to talk to a human being please")
    thread = await until(lambda: desk.thread("#1001"))
    desk.agent_says(thread, "Hello, who is it?")
    await reads(desk.customer_reads, "who is it?")
    desk.agent_calls_the_second(thread, "is the red one in stock?")
    await until(lambda: "Is this for the customer?" in _private(desk))
    assert not any("red one" in text for text in desk.customer_reads())
    await desk.agent_presses("Is this for the customer?", "Send it")
    await reads(desk.customer_reads, "red one")


def _private(desk: Street) -> str:
    """All that the first agent sees."""
    return "\n".join(desk.agent_reads_anywhere())
