"""The sample bank on a fixed day, and rasa-sdk's own executor over the assistant's actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from assistants.banking.actions import accounts, cards, loans, payments, rates, steps
from assistants.banking.actions.bank import Bank
from assistants.banking.actions.sample_bank import SampleBank
from assistants.banking.actions.wiring import use_bank
from tests.assistants.ecommerce.project import read_project
from tests.assistants.told import worded

PROJECT = Path(__file__).parents[3] / "assistants" / "banking"
TODAY = date(2026, 3, 11)  # a Wednesday


@dataclass
class Actions:
    """Runs one action as rasa-sdk's server would, for a customer whom the platform vouches for by that account."""

    executor: ActionExecutor
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    said: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def run(
        self,
        name: str,
        *,
        customer: str = "ada",
        text: str = "",
        named: Mapping[str, str] | None = None,
        filled: Mapping[str, object] | None = None,
        metadata: Mapping[str, str] | None = None,
        **slots: object,
    ) -> str:
        """What is said, a line each: the words of what holds data, and the names of the responses that do not.

        `named` are entities, `filled` what a form was told.
        """
        told = [{"event": "slot", "name": n, "value": v, "timestamp": None} for n, v in (filled or {}).items()]
        result = await self.executor.run(
            {
                "next_action": name,
                "sender_id": "ben",
                "tracker": {
                    "sender_id": "ben",  # no identity: it must never open anything
                    "slots": {**slots, **(filled or {})},
                    "latest_message": {
                        "text": text,
                        "metadata": {"customer_id": customer} if metadata is None else dict(metadata),
                        "entities": [{"entity": e, "value": v} for e, v in (named or {}).items()],
                    },
                    "events": [{"event": "user"}, *told],
                    "active_loop": {},
                    "latest_action_name": "action_listen",
                },
                "domain": read_project(PROJECT).domain,
                "version": "3.1",
            }
        )
        assert result is not None
        self.events, self.said = result.events, result.responses
        return "\n".join(worded(PROJECT, message, (metadata or {}).get("language", "")) for message in self.said)

    @property
    def slots(self) -> dict[str, Any]:
        """The slots that the last run set."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}


@pytest.fixture(scope="session")
def executor() -> ActionExecutor:
    found = ActionExecutor()
    for module in (accounts, cards, loans, payments, rates, steps):
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__ and hasattr(kind, "name"):
                found.register_action(kind)
    return found


@pytest.fixture
def bank(tmp_path: Path) -> SampleBank:
    return SampleBank(tmp_path, today=lambda: TODAY)


@pytest.fixture
def actions(executor: ActionExecutor, bank: Bank) -> Iterator[Actions]:
    with use_bank(bank, on=TODAY):
        yield Actions(executor)
