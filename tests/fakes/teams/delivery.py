"""How the service brings what happened: signed activities over HTTP, repeated when they are not answered in time.

A delivery that fails is repeated once after `RETRY_SECONDS` times `retry_scale`, with the same id or, with `new_ids`,
as Teams sometimes does, with a new one. Every delivery and each of its attempts is kept.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random  # noqa: TID251  # faults are drawn from a seed
from typing import Any

import aiohttp

from tests.fakes.teams.issuer import Issuer
from tests.fakes.teams.state import Bot
from tests.support.patience import PATIENCE

RETRY_SECONDS = 15.0
ACK_SECONDS = 10.0


@dataclass(slots=True)
class Attempt:
    """One try: the HTTP status (0 for no answer), and how long the answer took."""

    status: int
    seconds: float


@dataclass(slots=True)
class Delivery:
    """One activity brought to the bot. `answer` is the body of its answer."""

    activity: dict[str, Any]
    attempts: list[Attempt] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        return bool(self.attempts) and 200 <= self.attempts[-1].status < 300


class Courier:
    """Delivers. `duplicate_rate` and `seed` repeat some deliveries although they were accepted."""

    def __init__(self, bot: Bot, issuer: Issuer) -> None:
        self.bot = bot
        self.issuer = issuer
        self.deliveries: list[Delivery] = []
        self.retry_scale = 0.001
        self.comes_again = asyncio.Event()
        """While it is not set, nothing that failed is repeated."""
        self.comes_again.set()
        self.ack_seconds = PATIENCE
        """After which a try is given up; Teams waits for `ACK_SECONDS`. How long one took, its attempt says."""
        self.new_ids = False
        self.duplicate_rate = 0.0
        self.seed = 0
        self.changed: Callable[[], None] = lambda: None
        """Called whenever a delivery begins or was tried."""
        self._fresh = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._random: Random | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def settled(self) -> None:
        """Return when no delivery is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.sleep(0)  # since 3.13 waiting for what is done already does not let the tasks be taken out

    def dispatch(self, activity: dict[str, Any]) -> None:
        """Deliver in the background."""
        self._spawn(self.deliver(activity))
        if self.duplicate_rate:
            self._random = self._random or Random(self.seed)
            if self._random.random() < self.duplicate_rate:
                self._spawn(self.deliver(self.again(activity, new_id=self.new_ids)))

    def again(self, activity: dict[str, Any], *, new_id: bool) -> dict[str, Any]:
        """The same activity as it is delivered again. The id of an edit or a deletion is its message's, and stays."""
        if not new_id or "id" not in activity or activity.get("type") in {"messageUpdate", "messageDelete"}:
            return activity
        self._fresh += 1
        return activity | {"id": f"{activity['id']}{self._fresh:03d}"}

    async def deliver(self, activity: dict[str, Any], *, retry: bool = True) -> Delivery:
        """Deliver, again after a failure."""
        delivery = Delivery(activity)
        self.deliveries.append(delivery)
        self.changed()
        if not await self._attempt(delivery, activity) and retry:
            await asyncio.sleep(RETRY_SECONDS * self.retry_scale)
            await self.comes_again.wait()
            await self._attempt(delivery, self.again(activity, new_id=self.new_ids))
        return delivery

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, delivery: Delivery, activity: dict[str, Any]) -> bool:
        started = time.perf_counter()
        status, answer = await self.send(json.dumps(activity).encode(), self.signed(activity))
        delivery.attempts.append(Attempt(status, time.perf_counter() - started))
        try:
            found = json.loads(answer) if answer else {}
        except ValueError:
            found = {}
        delivery.answer = found if isinstance(found, dict) else {}
        self.changed()
        return delivery.accepted

    def signed(self, activity: dict[str, Any]) -> dict[str, str]:
        """The headers of a delivery as the service signs it."""
        token = self.issuer.sign(self.bot, str(activity.get("serviceUrl", "")))
        return {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8"}

    async def send(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """One request to the bot: status and body, 0 without an answer."""
        assert self._session is not None
        try:
            async with asyncio.timeout(self.ack_seconds):
                async with self._session.post(self.bot.endpoint, data=body, headers=headers) as answer:
                    return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0, ""
