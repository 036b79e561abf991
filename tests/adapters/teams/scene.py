"""The scene of the Teams adapter's tests: an agent, a customer, channels and the adapter, over real HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from adapters.teams.adapter import TeamsAdapter
from bot.core.activity import Activity, Person, Place
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms
from tests.fakes.teams import Conversation, FakeTeams, Human


class WallClock:
    """The fake's clock, which a test may set forward."""

    def __init__(self, teams: FakeTeams) -> None:
        self.teams = teams
        self.ahead = 0.0

    def now(self) -> float:
        return self.teams.now() + self.ahead


@dataclass
class Scene:
    teams: FakeTeams
    adapter: TeamsAdapter
    clock: WallClock
    intake: ListIntake
    commands: EchoCommands
    ann: Human
    bob: Human
    support: Conversation
    desk: Conversation
    forms: ScriptedForms = field(default_factory=ScriptedForms)

    def place(self, conversation: Conversation, thread: str = "") -> Place:
        return Place("teams", self.teams.tenant.id, conversation.id, thread)

    def person(self, human: Human) -> Person:
        return Person("teams", self.teams.tenant.id, human.id, human.account.name)

    async def heard(self, count: int = 1) -> list[Activity]:
        """What was stored, once that many are there and nothing more is under way."""
        await self.teams.courier.settled()
        assert len(self.intake.taken) == count, self.intake.taken
        return self.intake.taken


MakeScene = Callable[..., Awaitable[Scene]]
