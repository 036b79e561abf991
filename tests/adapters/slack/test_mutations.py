"""Payloads that are almost Slack's: with any part missing or of another type, the answer is 200 or 400, and fast."""

import copy
import json
import time
from collections.abc import Collection
from pathlib import Path
from random import Random  # noqa: TID251  # mutations are drawn from a seed
from typing import Any

from adapters.slack.bolt import bolt_app, through_bolt
from adapters.slack.dispatch import Dispatch
from adapters.slack.envelope import Hearing, Us
from adapters.slack.home_pages import HomePages
from adapters.slack.http import payload_of
from adapters.slack.settings import SlackSettings
from bot.core.activity import Activity, Person
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms

ROUNDS = 2000
PAYLOADS = [json.loads(path.read_text()) for path in sorted((Path(__file__).parent / "payloads").glob("*.json"))]
COMMAND = {"command": "/support", "text": "stats", "user_id": "U1", "team_id": "T1", "channel_id": "C1"}
ODD: list[Any] = [
    None, 0, -1, 1e308, True, "", "x", [], [[]], {}, {"a": {}}, "\ud800", "a\x00b", 10**40, "<@U1|", "<!", "*" * 50,
    "1700000000.000100", "~", "#", ["x"], [{}], "９", "1e5", "inf", "nan",
]  # fmt: skip


class Nowhere:
    """What the dispatch needs, without a Slack."""

    canary_channel = "C1"

    async def heard(self, word: str) -> None:
        """Nobody listens."""

    def hearing(self) -> Hearing:
        return Hearing(Us(), self.same, self.no_thread, 1700000200.0)

    def same(self, account: str) -> str:
        return account

    def no_thread(self, *_message: str) -> str:
        return ""

    async def meet(self, tenant: str, ids: Collection[str]) -> None:
        """Nobody is met."""

    async def placed(self, activity: Activity) -> Activity:
        str(activity).encode("utf-8")
        return activity

    async def asker(self, tenant: str, id: str) -> Person:
        return Person("slack", tenant, id)

    async def open_view(self, trigger: str, view: object) -> None:
        """Nobody sees it."""

    async def publish(self, user: str, view: object) -> None:
        """Nobody opens it."""

    def now(self) -> float:
        return 1700000200.0

    async def answer_later(self, url: str, arguments: object) -> None:
        """Nobody reads it."""

    async def hand_over(self, source: object, shared_in: object, asker: Person) -> None:
        """Nobody takes it."""


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(p for key, part in inner for p in places(part, (*path, key)))]


def mutated(payload: dict[str, Any], draw: Random) -> dict[str, Any]:
    changed = copy.deepcopy(payload)
    for _ in range(draw.randint(1, 4)):
        *way, last = draw.choice(places(changed) or [("type",)])
        holder: Any = changed
        for key in way:
            holder = holder[key]
        if draw.random() < 0.15 and last in (holder if isinstance(holder, dict) else range(len(holder))):
            del holder[last]
        else:
            holder[last] = copy.deepcopy(draw.choice(ODD))
    return changed


def dispatching() -> Dispatch:
    commands, nowhere = EchoCommands(), Nowhere()
    homes = HomePages(commands, nowhere.asker, nowhere.publish, nowhere, every=1.0)
    return Dispatch(ListIntake(), commands, ScriptedForms(), nowhere, homes, store_seconds=1, answer_seconds=1)


async def test_almost_slacks_payloads_are_never_answered_5xx() -> None:
    draw = Random(5)
    dispatch = dispatching()
    app = bolt_app(SlackSettings("xoxb-1", ("s",)), dispatch)
    statuses: set[int] = set()
    started = time.process_time()
    for _ in range(ROUNDS):
        raw = json.dumps(mutated(draw.choice([*PAYLOADS, COMMAND]), draw)).encode()
        reply = await through_bolt(app, payload_of(raw, "application/json"))
        statuses.add(reply.status)
    assert statuses == {200, 400}
    assert (time.process_time() - started) / ROUNDS < 0.02
    await dispatch.finish()
