"""The sample shop on a fixed day, and rasa-sdk's own executor over the assistant's actions."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest
from rasa_sdk import Action, utils
from rasa_sdk.executor import ActionExecutor

from adapters.rasa import project as projects
from assistants.ecommerce import actions
from assistants.ecommerce.actions.sqlite_shop import SqliteShop
from assistants.ecommerce.actions.wiring import use_shop
from bot.dialogue.domain import Domain
from bot.dialogue.responses import utter
from tests.assistants.ecommerce.project import PROJECT, read_project

TODAY = date(2026, 3, 10)


class ActionServer:
    """Runs one action as rasa-sdk's server would, and keeps what was said and which slots were set."""

    def __init__(self) -> None:
        self._executor = ActionExecutor()
        for module in pkgutil.iter_modules(actions.__path__, f"{actions.__name__}."):
            importlib.import_module(module.name)
        # `register_package` would also make the action classes that other tests left in this process
        for kind in utils.all_subclasses(Action):
            if kind.__module__.startswith(f"{actions.__name__}.") and not inspect.isabstract(kind):
                self._executor.register_action(kind)

    async def run(
        self,
        name: str,
        *,
        customer: str | None = None,
        email: str | None = None,
        just_filled: dict[str, object] | None = None,
        entities: dict[str, str] | None = None,
        language: str | None = None,
        text: str = "",
        **slots: object,
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """What `name` says and the slots it sets.

        `customer` and `email` stand for what the platform vouches for, `language` for what the product heard; `text` is
        what was typed; `just_filled` are slots that this message filled, which a form's validation looks at.
        """
        told = {"customer_id": customer, "customer_email": email, "language": language}
        metadata = {name: value for name, value in told.items() if value is not None}
        filled = [{"event": "slot", "name": n, "value": v, "timestamp": None} for n, v in (just_filled or {}).items()]
        result = await self._executor.run(
            {
                "next_action": name,
                "sender_id": "visitor",
                "tracker": {
                    "sender_id": "visitor",
                    "slots": {**slots, **(just_filled or {})},
                    "latest_message": {
                        "text": text,
                        "metadata": metadata,
                        "entities": [{"entity": e, "value": v} for e, v in (entities or {}).items()],
                    },
                    "events": [{"event": "user"}, *filled],
                    "active_loop": {},
                    "latest_action_name": "action_listen",
                },
                "domain": read_project().domain,
                "version": "3.1",
            }
        )
        assert result is not None
        self.events = result.events
        return result.responses, {e["name"]: e["value"] for e in result.events if e["event"] == "slot"}


@cache
def _domain() -> Domain:
    return projects.read_project(PROJECT).domain


def heard(said: list[dict[str, Any]], language: str = "en") -> str:
    """What a customer who writes `language` reads, one message a line; of wordings that vary, one and the same."""
    lines: list[str] = []
    for message in said:
        wording = utter(_domain(), message["response"], message, channel="", seed="", at=0.0, language=language)
        assert wording is not None, message["response"]
        lines.append(wording.text)
    return "\n".join(lines)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SqliteShop:
    return SqliteShop(tmp_path_factory.mktemp("shop"), today=lambda: TODAY)


@pytest.fixture
def server(shop: SqliteShop) -> Iterator[ActionServer]:
    with use_shop(shop):
        yield ActionServer()
