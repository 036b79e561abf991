"""Engines for tests: as the app would put them together, on a store and a town."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from typing import Any

from adapters.redis.store import RedisStore
from bot.core import machine
from bot.core.policy import Policy
from bot.engine.engine import Engine
from bot.engine.mind import Core, Mind
from bot.engine.node import Limits
from bot.ports import ChatAdapter, Store, Understanding
from tests.support.mind import EchoAssistant, EchoUnderstanding
from tests.support.patience import comes_to
from tests.support.town import DOORS
from tests.support.town import policy as one_desk

_NAMES = itertools.count(1)


class WallClock:
    """The time of day, moved by as much as a test wants."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead  # noqa: TID251 - this is the port's own implementation


class StillClock:
    """A time of day that does not pass: what would end by itself lasts as long as the test."""

    def __init__(self) -> None:
        self.at = WallClock().now()

    def now(self) -> float:
        return self.at


def fresh() -> str:
    return f"id-{next(_NAMES)}"


async def quiet(store: Store, *conversations: str) -> None:
    """Return when nothing waits in these conversations, neither to be decided nor to be sent."""

    async def waiting() -> int:
        return sum([(await store.forgetting.remains(name)).waiting for name in conversations])

    await comes_to(waiting, lambda count: count == 0)


def engine_on(
    store: RedisStore,
    adapters: Mapping[str, ChatAdapter],
    *,
    policy: Policy | None = None,
    understanding: Understanding | None = None,
    core: Core = machine,
    max_file: int = Limits().max_file,
    **changes: Any,
) -> Engine:
    """An engine with the small mind, unless told otherwise."""
    settings: dict[str, Any] = {
        "store": store,
        "adapters": adapters,
        "mind": Mind(policy or one_desk(), understanding or EchoUnderstanding(), EchoAssistant(), core),
        "doors": DOORS,
        "clock": WallClock(),
        "fresh": fresh,
        "limits": Limits(max_file=max_file),
    }
    return Engine(**{**settings, **changes})
