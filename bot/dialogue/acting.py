"""Custom actions as the dialogue sees them: a call goes out, events and messages come back.

The dialogue asks by yielding an `ActionCall`; whoever drives it runs the action, in process or over
HTTP, and sends the `ActionResult` back or throws `ActionFailed` in.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from bot.dialogue.events import TrackerEvent
from bot.dialogue.json_value import Json

TIME_LIMIT: Final = 10.0
"""Seconds for one call of an action, unless configured."""


@dataclass(frozen=True, slots=True)
class ActionCall:
    """One custom action to run. `payload` is the JSON that Rasa sends to an action server."""

    name: str
    payload: dict[str, Json]


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What a custom action did: events for the tracker, and messages as rasa-sdk's dispatcher collects them."""

    events: tuple[TrackerEvent, ...] = ()
    responses: tuple[Mapping[str, Json], ...] = ()


class ActionFailed(Exception):
    """A custom action raised, took too long, is not there, or answered with something unusable."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self.why = why
        super().__init__(f"{name}: {why}")


class ActionRejected(Exception):
    """An action refused to run; another one is to be predicted."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


Running: TypeAlias = "Generator[ActionCall, ActionResult, list[TrackerEvent]]"
"""An action under way: asks for the custom actions that it needs, returns its events."""


class Actions(Protocol):
    """Runs custom actions. Implemented in `adapters.actions`."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What cannot run and why, each with file and line; for whoever starts the assistant."""
        ...

    async def run(self, call: ActionCall) -> ActionResult:
        """Run one action within its time limit. Raises ActionFailed, nothing else; ActionRejected if it refused."""
        ...

    async def close(self) -> None:
        """Let go of connections and threads."""
        ...
