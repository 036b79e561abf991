"""A customer who talks to an assistant, with payloads instead of understanding, twice each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest

from adapters.actions.opening import open_actions
from adapters.rasa.assistant import NoActions, RasaAssistant
from adapters.rasa.compiling import compile_project
from adapters.rasa.project import read_project
from bot.core.activity import Person
from bot.core.events import Turn
from bot.ports import CustomerMessage
from nlu.payload import parse_payload
from nlu.types import Entity, Intent, ParseResult, RetrievedResponse

PROJECTS = Path(__file__).parents[2] / "projects"


class FixedClock:
    def now(self) -> float:
        return 1_700_000_000.0


@dataclass
class Talk:
    assistant: RasaAssistant
    tracker: str = ""
    at: float = 1_700_000_000.0
    tier: str = ""
    language: str = ""
    turns: list[Turn] = field(default_factory=list)

    async def say(
        self,
        payload: str,
        text: str = "",
        channel: str = "web",
        ranking: tuple[str, ...] = (),
        found: str = "",
        entities: tuple[Entity, ...] = (),
    ) -> list[str]:
        """Say something that means `payload`; what is no payload is not understood."""
        self.at += 5.0
        guesses = tuple(Intent(name, 0.3) for name in ranking)
        parse = parse_payload(payload) or ParseResult(payload, Intent("nlu_fallback", 0.3), guesses)
        if entities:
            parse = replace(parse, entities=entities)
        if found:
            parse = replace(parse, responses=(RetrievedResponse(found.partition("/")[0], found, 0.9),))
        message = self.message(text or payload, self.at, channel)
        turn = await self.assistant.turn(self.tracker, message, parse)
        again = await self.assistant.turn(self.tracker, message, parse)
        assert again == turn, "a turn that is decided twice must be the same"
        self.tracker = turn.tracker
        self.turns.append(turn)
        return [reply.text for reply in turn.replies]

    def message(self, text: str, at: float, channel: str = "web") -> CustomerMessage:
        known = {"language": self.language} if self.language else {}
        return CustomerMessage("u1", text, at, channel, Person("web", "t", "u1", "Ann", tier=self.tier), known)

    @property
    def last(self) -> Turn:
        return self.turns[-1]


@cache
def _assistant(name: str) -> RasaAssistant:
    """A project without its learned policy, so that no test waits for training."""
    project = read_project(PROJECTS / name)
    actions = open_actions(PROJECTS / name)
    compiled = compile_project(project)
    assert actions is not None or name == "moods"
    return RasaAssistant(project, compiled, actions or NoActions(), FixedClock())


@pytest.fixture
def talk_to() -> Callable[[str], Talk]:
    return lambda name: Talk(_assistant(name))
