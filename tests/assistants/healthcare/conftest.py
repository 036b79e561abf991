"""The sample practice at a fixed hour, and rasa-sdk's own executor over the assistant's actions."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from assistants.healthcare.actions import (
    appointment_forms,
    appointments,
    changing,
    form_memory,
    people,
    records,
    symptoms,
    taking_up,
)
from assistants.healthcare.actions.sample_practice import SamplePractice
from assistants.healthcare.actions.wiring import ZONE, use_practice
from nlu.components.duckling import DucklingEntityExtractor
from nlu.draft import Draft
from tests.assistants.told import worded

PROJECT = Path(__file__).parents[3] / "assistants" / "healthcare"
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=ZONE)
"""A Tuesday in March, at nine in the morning."""

MODULES: tuple[ModuleType, ...] = (
    appointment_forms,
    appointments,
    changing,
    form_memory,
    people,
    records,
    symptoms,
    taking_up,
)
DOMAIN = {
    "forms": {
        "booking_form": {"required_slots": ["department", "when", "chosen_slot", "contact"]},
        "move_form": {"required_slots": ["appointment", "when", "chosen_slot"]},
        "cancel_form": {"required_slots": ["appointment"]},
        "symptom_form": {"required_slots": ["symptom", "warning_signs", "age_group", "since", "severity"]},
    },
    "slots": {},
}


def found_in(text: str) -> list[dict[str, Any]]:
    """The times and durations of a message, as the product's extractor hands them to actions."""
    draft = Draft(text)
    DucklingEntityExtractor(("time", "duration"), "Europe/Dublin", present=lambda: NOW).process(draft)
    return [
        {"entity": e.entity, "value": e.value, "start": e.start, "end": e.end, "additional_info": e.additional_info}
        for e in draft.entities
    ]


@dataclass
class Desk:
    """Runs actions as rasa-sdk's server would, and keeps what one patient's slots hold by now."""

    executor: ActionExecutor
    patient: str | None = "ada"
    language: str = ""
    slots: dict[str, Any] = field(default_factory=dict[str, Any])
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    buttons: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    past: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """What has happened before this message, as far as slots go."""
    told: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the last run gave its responses to say."""

    async def run(
        self,
        action: str,
        text: str = "",
        *,
        filled: Mapping[str, object] | None = None,
        entities: Sequence[Mapping[str, Any]] = (),
        intent: str = "inform",
        done: Sequence[str] = (),
    ) -> str:
        """What is said, a line each: the words of what holds data, and the names of the responses that do not.

        `filled`: slots that this message filled.
        """
        self.slots |= filled or {}
        told = [{"event": "slot", "name": n, "value": v, "timestamp": None} for n, v in (filled or {}).items()]
        before = [{"event": "action", "name": name} for name in done]
        known = {"customer_id": self.patient or "", "language": self.language}
        message = {
            "text": text,
            "intent": {"name": intent},
            "metadata": known,
            "entities": [*found_in(text), *entities],
        }
        call: Any = {
            "next_action": action,
            "sender_id": "greta",  # no identity: it must never open anything
            "tracker": {
                "sender_id": "greta",
                "slots": dict(self.slots),
                "latest_message": message,
                "events": [*self.past, *before, {"event": "user"}, *told],
                "active_loop": {},
                "latest_action_name": "action_listen",
            },
            "domain": DOMAIN,
            "version": "3.1",
        }
        result = await self.executor.run(call)
        assert result is not None
        self.events = result.events
        self.past += [*told, *(event for event in result.events if event["event"] == "slot")]
        self.slots |= {event["name"]: event["value"] for event in result.events if event["event"] == "slot"}
        self.told = {name: value for message in result.responses for name, value in message.items()}
        self.buttons = [button for message in result.responses for button in message.get("buttons") or []]
        return "\n".join(worded(PROJECT, message, self.language) for message in result.responses)

    @property
    def follows(self) -> list[str]:
        """The actions that the last one asked for."""
        return [event["name"] for event in self.events if event["event"] == "followup"]

    @property
    def paused(self) -> bool:
        """Whether the last action asked for a person."""
        return self.follows == ["action_human_handoff"] or any(event["event"] == "pause" for event in self.events)


@pytest.fixture(scope="session")
def executor() -> ActionExecutor:
    found = ActionExecutor()
    for module in MODULES:
        for kind in vars(module).values():
            own = inspect.isclass(kind) and kind.__module__ == module.__name__ and not inspect.isabstract(kind)
            if own and hasattr(kind, "name"):
                found.register_action(kind)
    return found


@pytest.fixture
def practice(tmp_path: Path) -> SamplePractice:
    return SamplePractice(tmp_path, now=lambda: NOW)


@pytest.fixture
def desk(executor: ActionExecutor, practice: SamplePractice) -> Iterator[Desk]:
    with use_practice(practice, lambda: NOW):
        yield Desk(executor)
