"""The stage of the Slack adapter's tests: a workspace with an app, an agent, a customer and the adapter, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from adapters.slack.adapter import SlackAdapter
from bot.core.activity import Activity, Person, Place
from bot.core.effects import Body
from bot.errors import StoreUnavailable
from tests.fakes.slack import App, Channel, FakeSlack, Human


@dataclass
class ListIntake:
    """Stores activities in a list, each once; can be made unavailable or slow."""

    taken: list[Activity] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    away: bool = False
    hold: asyncio.Event | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, activity: Activity) -> bool:
        if self.hold is not None:
            await self.hold.wait()
        if self.away:
            raise StoreUnavailable("no store")
        names = {activity.id, *activity.twins}
        if names & self.names:
            return False
        self.names |= names
        self.taken.append(activity)
        self.changed.set()
        return True


@dataclass
class EchoCommands:
    """Answers a command with its own words, once `gate` is open."""

    asked: list[tuple[Person, Place, str]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    failure: Exception | None = None

    async def run(self, asker: Person, place: Place, words: str) -> Body:
        self.asked.append((asker, place, words))
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return Body(f"You asked: {words}")


class WallClock:
    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack

    def now(self) -> float:
        return self.slack.now()


@dataclass
class Scene:
    slack: FakeSlack
    app: App
    adapter: SlackAdapter
    intake: ListIntake
    commands: EchoCommands
    ann: Human
    bob: Human
    support: Channel
    desk: Channel

    def place(self, channel: Channel, thread: str = "") -> Place:
        return Place("slack", self.slack.workspace.team, channel.id, thread)

    async def heard(self, count: int = 1) -> list[Activity]:
        """What was stored, once that many are there and nothing more is under way."""
        await self.slack.courier.settled()
        assert len(self.intake.taken) == count, self.intake.taken
        return self.intake.taken


MakeScene = Callable[..., Awaitable[Scene]]
