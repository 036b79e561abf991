"""The scene of the Slack adapter's tests: an app, an agent, a customer and the adapter, over real HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from adapters.slack.adapter import SlackAdapter
from bot.core.activity import Activity, Place
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms
from tests.fakes.slack import App, Channel, FakeSlack, Human


class WallClock:
    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.ahead = 0.0

    def now(self) -> float:
        return self.slack.now() + self.ahead


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
    clock: WallClock
    forms: ScriptedForms = field(default_factory=ScriptedForms)

    def place(self, channel: Channel, thread: str = "") -> Place:
        return Place("slack", self.slack.workspace.team, channel.id, thread)

    async def heard(self, count: int = 1) -> list[Activity]:
        """What was stored, once that many are there and nothing more is under way."""
        await self.slack.courier.settled()
        assert len(self.intake.taken) == count, self.intake.taken
        return self.intake.taken


MakeScene = Callable[..., Awaitable[Scene]]
