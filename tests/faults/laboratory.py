"""Runs the product against people, a killer, and a Slack that misbehaves; then asks what a person sees."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random  # noqa: TID251 - everything is drawn from the seed that is printed
from typing import Any

from adapters.redis.embedded import Embedded, embedded
from tests.fakes.slack import App, Channel, FakeSlack, Fault, FaultPlan, Human, Message
from tests.fakes.slack.delivery import Delivery
from tests.faults.checker import Expected, Verdict, Word, judge
from tests.faults.node import NodeSettings


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to whom. Rates are shares of calls; times are in seconds.

    `patience` is how long nothing may move before what is missing counts as lost.
    """

    seed: int
    conversations: int = 200
    events: int = 10_000
    nodes: int = 3
    duplicates: float = 0.10
    kill_every: float = 2.0
    redis_kills: int = 2
    rates: dict[Fault, float] = field(
        default_factory=lambda: {Fault.THROTTLED: 0.025, Fault.ERROR: 0.025, Fault.RESET_DONE: 0.01}
    )
    per_second: float = 40.0
    looks: tuple[float, ...] = (2.0, 5.0, 15.0)
    sweep: float = 20.0
    patience: float = 60.0


@dataclass(slots=True)
class Report:
    """What came of it."""

    verdict: Verdict
    said: int
    acknowledged: int
    given_up: int
    node_kills: int
    redis_kills: int
    seconds: float
    calls: dict[str, int]
    delays: list[float]
    residue: list[str]
    evidence: dict[int, list[str]]

    def lines(self) -> list[str]:
        """For people."""
        delays = sorted(self.delays) or [0.0]
        v = self.verdict
        return [
            f"said {self.said}, acknowledged {self.acknowledged}, given up by Slack {self.given_up}",
            f"kill -9: {self.node_kills} of processes, {self.redis_kills} of Redis; {self.seconds:.0f} s",
            "calls " + ", ".join(f"{name} {n}" for name, n in sorted(self.calls.items())),
            "message → copy: " + ", ".join(f"p{share} {_at(delays, share / 100):.3f} s" for share in (50, 90, 99, 100)),
            ", ".join(f"{len(getattr(v, name))} {name}" for name in _KINDS),
            f"{len(v.late)} labelled late, {len(self.residue)} keys left in Redis",
        ]


_KINDS = ("lost", "doubled", "reordered", "crossed", "leaked", "stray")


class Laboratory:
    """One experiment."""

    def __init__(self, plan: Plan, folder: Path, slack: FakeSlack, server: Embedded) -> None:
        self.plan = plan
        self._random = Random(plan.seed)
        self._folder = folder
        self._slack = slack
        self._server = server
        self._app: App = slack.install()
        self._bob = self._human("Bob")
        self._desk = slack.channel("desk", self._app, self._bob.user, private=True)
        self._customers = [self._human(f"Customer{n}") for n in range(plan.conversations)]
        self._chats = [human.chat_with(self._app) for human in self._customers]
        self._secrets = [f"secret{self._random.randrange(16**8):08x}" for _ in self._customers]
        self._roots: dict[int, str] = {}
        self._looked_at = 0
        # The name could not be asked for while Slack failed: then the card shows the account.
        self._by_name = {name: n for n, c in enumerate(self._customers) for name in (f"Customer{n}", c.id)}
        self._nodes: list[asyncio.subprocess.Process] = []
        self._acknowledged: dict[int, tuple[list[Word], list[Word]]] = {n: ([], []) for n in range(plan.conversations)}
        self._spoken_at: dict[Word, float] = {}
        self._deliveries: dict[str, list[Delivery]] = {}
        self._indexed = 0
        self._successors: list[asyncio.Task[None]] = []
        self.said = self.given_up = self.node_kills = self.redis_kills = 0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._app.events_url = f"http://127.0.0.1:{self._port}/slack/events"

    def _human(self, name: str) -> Human:
        return Human(self._slack, self._slack.workspace.add_user(name))

    async def run(self) -> Report:
        """The whole experiment."""
        started = time.perf_counter()
        plan = self.plan
        self._nodes = list(await asyncio.gather(*(self._spawn() for _ in range(plan.nodes))))
        self._slack.faults = FaultPlan(plan.seed, plan.rates)
        self._slack.courier.duplicate_rate = plan.duplicates
        self._slack.courier.seed = plan.seed
        self._slack.courier.retry_scale = 0.01
        nemesis = [asyncio.create_task(self._kill_nodes()), asyncio.create_task(self._kill_redis())]
        try:
            await asyncio.gather(*(self._live(n) for n in range(plan.conversations)))
        finally:
            for task in nemesis:
                task.cancel()
            await asyncio.wait(nemesis)
            await asyncio.gather(*self._successors)
        await self._slack.courier.settled()
        verdict = await self._quiet()
        residue = await self._residue()
        guilty = {
            int(m[1]) for found in verdict.violations.values() for line in found if (m := re.match(r"[can](\d+)", line))
        }
        evidence = {customer: await self.evidence(customer) for customer in sorted(guilty)[:5]}
        await asyncio.gather(*(_end(node, signal.SIGTERM) for node in self._nodes))
        calls: dict[str, int] = {}
        for call in self._slack.calls:
            calls[call.fault.value] = calls.get(call.fault.value, 0) + 1
        return Report(
            verdict,
            self.said,
            sum(len(a) + len(b) for a, b in self._acknowledged.values()),
            self.given_up,
            self.node_kills,
            self.redis_kills,
            time.perf_counter() - started,
            calls,
            self._delays(),
            residue,
            evidence,
        )

    # --- people

    async def _live(self, customer: int) -> None:
        """One customer and their agent, from the call for help on."""
        random = Random(f"{self.plan.seed}/{customer}")
        pause = self.plan.conversations / self.plan.per_second
        await asyncio.sleep(random.uniform(0, pause))
        human, chat, secret = self._customers[customer], self._chats[customer], self._secrets[customer]
        numbers = {"c": 0, "a": 0, "n": 0}
        await self._say(human, chat, "", Word("c", customer, 0, secret), "help me with {}")
        root = await self._root(customer)
        for _ in range(self.plan.events // self.plan.conversations - 1):
            await asyncio.sleep(random.uniform(0.2, 1.8) * pause)
            who = random.choices("can", (10, 9, 1))[0]
            # A note is no claim: the first word of the agent takes the case.
            if who == "n" and not numbers["a"]:
                who = "a"
            numbers[who] += 1
            word = Word(who, customer, numbers[who], secret)
            match who:
                case "c":
                    await self._say(human, chat, "", word, "I say {}")
                case "a":
                    await self._say(self._bob, self._desk, root, word, "answer {}")
                case _:
                    await self._say(self._bob, self._desk, root, word, "// between us {}")

    async def _say(self, human: Human, channel: Channel, thread: str, word: Word, text: str) -> None:
        """Say it, and be sure that Slack has brought it before the next word on this side is said."""
        message = human.says(channel, text.format(word), thread=thread)
        self.said += 1
        self._spoken_at[word] = float(message.ts)
        while not (delivery := self._delivery_of(message)):
            await self._moment()
        while not delivery.accepted and len(delivery.attempts) < 4:
            await self._moment()
            delivery = self._delivery_of(message) or delivery
        if not delivery.accepted:
            self.given_up += 1
        elif word.who != "n":
            self._acknowledged[word.customer][word.who == "a"].append(word)

    def _delivery_of(self, message: Message) -> Delivery | None:
        deliveries = self._slack.courier.deliveries
        for delivery in deliveries[self._indexed :]:
            event = delivery.body.get("event", {})
            self._deliveries.setdefault(str(event.get("ts", "")), []).append(delivery)
        self._indexed = len(deliveries)
        found = self._deliveries.get(message.ts, [])
        return next((d for d in found if d.accepted), found[0] if found else None)

    @staticmethod
    async def _moment() -> None:
        """Two hundred people looking at one workspace: looking now and then is cheaper than telling each of them."""
        await asyncio.sleep(0.03)

    async def _root(self, customer: int) -> str:
        """The root card of a customer's case, once it stands in the desk."""
        while customer not in self._roots:
            self._look_at_new_roots()
            if customer not in self._roots:
                await self._moment()
        return self._roots[customer]

    def _look_at_new_roots(self) -> None:
        for message in self._desk.messages[self._looked_at :]:
            if message.bot_id and message.thread_ts in ("", message.ts):
                words = {word.strip("*_,.:;()") for word in message.seen_text.split()}
                for customer in (self._by_name[word] for word in words if word in self._by_name):
                    self._roots.setdefault(customer, message.ts)
        self._looked_at = len(self._desk.messages)

    # --- the killer

    async def _spawn(self) -> asyncio.subprocess.Process:
        settings = NodeSettings(
            port=self._port,
            folder=str(self._folder),
            team=self._slack.workspace.team,
            desk=self._desk.id,
            token=self._app.bot_token,
            secret=self._app.signing_secret,
            api_url=self._slack.api_url,
            looks=self.plan.looks,
            sweep=self.plan.sweep,
        )
        node = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.node", settings.to_json(), stdout=asyncio.subprocess.PIPE
        )
        assert node.stdout is not None
        await node.stdout.readline()
        return node

    async def _kill_nodes(self) -> None:
        """Kill one every so often; its successor takes its time to start, so that there may be fewer."""
        while True:
            await asyncio.sleep(self.plan.kill_every)
            alive = [n for n, node in enumerate(self._nodes) if node.returncode is None]
            if len(alive) < 2:
                continue
            victim = self._random.choice(alive)
            await _end(self._nodes[victim], signal.SIGKILL)
            self.node_kills += 1
            self._successors.append(asyncio.create_task(self._succeed(victim)))

    async def _succeed(self, victim: int) -> None:
        self._nodes[victim] = await self._spawn()

    async def _kill_redis(self) -> None:
        for n in range(self.plan.redis_kills):
            share = (n + 1) / (self.plan.redis_kills + 1)
            while self.said < share * self.plan.events:
                await self._moment()
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._server.pid, signal.SIGKILL)
            self.redis_kills += 1

    # --- the end

    async def _quiet(self) -> Verdict:
        """The verdict, once nothing is missing and nothing is left to do, or for a while nothing has moved."""
        moved, least = time.perf_counter(), math.inf
        while True:
            verdict = self._judge()
            left = len(verdict.lost) + len(await self._residue())
            if not left:
                await asyncio.sleep(1.0)
                return self._judge()
            if left < least:
                moved, least = time.perf_counter(), left
            if time.perf_counter() - moved > self.plan.patience:
                return verdict
            # Judging reads everything that was ever said.
            await asyncio.sleep(0.5 + self.plan.events / 5000)

    def _judge(self) -> Verdict:
        expected = {n: Expected(tuple(a), tuple(b)) for n, (a, b) in self._acknowledged.items()}
        return judge(expected, dict(enumerate(self._chats)), self._desk, self._roots, self._app.bot_id)

    async def _residue(self) -> list[str]:
        """Mailboxes, lanes and claims that are left in Redis: none when everything is done."""
        from redis.asyncio import Redis  # noqa: PLC0415 - the laboratory looks into the store, the product does not

        async with Redis.from_url(self._server.url, decode_responses=True) as client:
            kinds = ("mail:", "queue:", "status:", "claims", "lane-claims", "parked:", "index", "quarantine")
            left = [key async for key in client.scan_iter(count=5000) if key.partition("}:")[2].startswith(kinds)]
            return [f"{key}: {await self._shown(client, key)}" for key in left]

    @staticmethod
    async def _shown(client: Any, key: str) -> str:
        match await client.type(key):
            case "hash":
                return str(await client.hgetall(key))
            case "list":
                return str(await client.lrange(key, 0, -1))
            case _:
                return str(await client.zrange(key, 0, -1))

    async def evidence(self, customer: int) -> list[str]:
        """What the product knows of one customer's conversation, for whoever has to find out."""
        from redis.asyncio import Redis  # noqa: PLC0415 - as above

        chat = self._chats[customer].id
        async with Redis.from_url(self._server.url, decode_responses=True) as client:
            keys = [key async for key in client.scan_iter(match=f"*:journal:*|{chat}|*", count=5000)]
            return [line for key in keys for line in await client.lrange(key, 0, -1)]

    def _delays(self) -> list[float]:
        from tests.faults.checker import words_in  # noqa: PLC0415 - only here

        delays: list[float] = []
        for channel in (*self._chats, self._desk):
            for message in channel.messages:
                if message.bot_id and not message.deleted and (message.thread_ts or channel is not self._desk):
                    delays += [
                        float(message.ts) - self._spoken_at[word]
                        for word in words_in(message.seen_text)
                        if word in self._spoken_at and word.who != "n" and word.number
                    ]
        return delays


@asynccontextmanager
async def laboratory(plan: Plan) -> AsyncIterator[Laboratory]:
    """A laboratory with its own Slack and its own store, taken apart at the end."""
    # The fake cuts connections on purpose; aiohttp would print a trace each time.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        server = await embedded(Path(folder))
        try:
            async with FakeSlack() as slack:
                lab = Laboratory(plan, Path(folder), slack, server)
                try:
                    yield lab
                finally:
                    for node in lab._nodes:
                        await _end(node, signal.SIGKILL)
                    if os.environ.get("KEEP_LOGS"):
                        _keep_logs(Path(folder), Path(os.environ["KEEP_LOGS"]))
        finally:
            await server.stop()


async def _end(node: asyncio.subprocess.Process, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        node.send_signal(how)
    await node.wait()


def _keep_logs(folder: Path, where: Path) -> None:
    where.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("node-*.log"):
        shutil.copy(path, where)


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
