"""A customer's visit to a sample assistant over the product's reader, dialogue and in-process actions.

Payloads give the meanings, so nothing is trained; texts may stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from adapters.actions.opening import open_actions
from adapters.rasa.assistant import NoActions, RasaAssistant
from adapters.rasa.compiling import compile_project
from adapters.rasa.project import read_project
from bot.core.activity import Person
from bot.core.events import Turn
from bot.ports import CustomerMessage
from nlu.payload import parse_payload

AT = 1_700_000_000.0


class FixedClock:
    def now(self) -> float:
        return AT


@cache
def assistant_in(folder: Path) -> RasaAssistant:
    project = read_project(folder)
    return RasaAssistant(project, compile_project(project), open_actions(folder) or NoActions(), FixedClock())


@dataclass
class Visit:
    """What `person`, who writes `language`, says to the assistant in `folder`, and what came of it."""

    folder: Path
    person: Person
    language: str = ""
    tracker: str = ""
    turns: list[Turn] = field(default_factory=list[Turn])

    async def say(self, payload: str, text: str = "") -> str:
        """Say something that means `payload`, and hear the answers, one a line."""
        return await self._hear(text or payload, payload)

    async def ask(self, *payloads: str) -> str:
        """Ask for several things in one message that means the first of them as a whole, and hear the answers."""
        return await self._hear(" and ".join(payloads), *payloads)

    async def _hear(self, text: str, payload: str, *others: str) -> str:
        requests = [meant for said in (payload, *others) if (meant := parse_payload(said))]
        at = AT + 5.0 * len(self.turns)
        apart = requests if others else ()
        turn = await assistant_in(self.folder).turn(self.tracker, self._message(text, at), requests[0], apart)
        assert turn.failure is None
        self.tracker = turn.tracker
        self.turns.append(turn)
        return "\n".join(reply.text for reply in turn.replies)

    async def be_reminded(self, name: str, at: float) -> str:
        """Hear what the assistant had planned for that time."""
        turn = await assistant_in(self.folder).reminded(self.tracker, name, self._message("", at))
        assert turn.failure is None
        self.tracker = turn.tracker
        self.turns.append(turn)
        return "\n".join(reply.text for reply in turn.replies)

    def _message(self, text: str, at: float) -> CustomerMessage:
        written = {"language": self.language} if self.language else {}
        return CustomerMessage("c1", text, at, self.person.platform, self.person, written)

    async def come_back(self) -> None:
        """People give the conversation back to the bot."""
        self.tracker = await assistant_in(self.folder).resumed(self.tracker, "#1001 handed back by Nora")

    @property
    def reason(self) -> str | None:
        """Why the last turn hands over; None when it does not."""
        return self.turns[-1].hand_over
