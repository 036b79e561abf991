"""Runs the product against people, a killer, and platforms that misbehave; then asks what a person sees."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random  # noqa: TID251 - everything is drawn from the seed that is printed
from typing import Any

from adapters.redis.embedded import Embedded, embedded
from bot.engine.packing import unpacked
from tests.fakes.slack import FakeSlack
from tests.fakes.teams import FakeTeams
from tests.faults.checker import KINDS, Expected, Verdict, Word, judge, words_in
from tests.faults.disk import SmallDisk, small_disk
from tests.faults.growth import Growth
from tests.faults.node import CALM, NodeSettings
from tests.faults.pair import Pair, pair
from tests.faults.sites import OnSlack, OnTeams, Platform
from tests.faults.trouble import TROUBLES, roles_of
from tests.support.jitter import WAITS
from tests.support.ports import free_port


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to whom. Rates are shares of calls; times are in seconds.

    `customers` and `desk` name platforms. Kinds of fault are the values of the local platforms' `Fault`, and those that
    one does not know are left out there.
    `patience` is how long nothing may move before what is missing counts as lost. `trouble` is one of `TROUBLES`,
    besides the kills. `repeat` is the share of the store's commands that run twice. With `overtaking` nobody waits for
    the platform before they speak again, and an event sets out up to so much later than it happened. With
    `brief_tokens` what a platform gives us to call it with ends after a minute, and takes a second to get.
    With `waits` the processes' commands to the store leave late and are answered late, some of them long.
    With `deaths` a process dies right before or after it tells the store of a step, at such a share of all steps.
    With `changes` people edit or delete something earlier of theirs after so many of their messages.
    With `replicas` the store is a primary with one replica, and so many have to have what is acknowledged.
    The first `spared` processes are not killed, and watched instead.
    """

    seed: int
    conversations: int = 200
    events: int = 10_000
    nodes: int = 3
    duplicates: float = 0.10
    kill_every: float = 2.0
    redis_kills: int = 2
    customers: str = "slack"
    desk: str = "slack"
    rates: dict[str, float] = field(default_factory=lambda: {"429": 0.025, "500": 0.025, "reset done": 0.01})
    per_second: float = 40.0
    looks: tuple[float, ...] = (2.0, 5.0, 15.0)
    sweep: float = 20.0
    patience: float = 60.0
    trouble: str = ""
    repeat: float = 0.0
    waits: bool = False
    deaths: float = 0.0
    changes: float = 0.0
    overtaking: float = 0.0
    brief_tokens: bool = False
    spared: int = 0
    replicas: int | None = None


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
    decided: Counter[str]
    second_cards: int
    counts: Counter[str]
    complaints: list[str]
    acks: list[float]
    growth: list[str]

    def lines(self) -> list[str]:
        """For people."""
        delays, acks = sorted(self.delays) or [0.0], sorted(self.acks) or [0.0]
        v = self.verdict
        return [
            f"said {self.said}, acknowledged {self.acknowledged}, given up by the platform {self.given_up}",
            f"kill -9: {self.node_kills} of processes, {self.redis_kills} of Redis; {self.seconds:.0f} s",
            "calls " + ", ".join(f"{name} {n}" for name, n in sorted(self.calls.items())),
            "besides: " + (", ".join(f"{what} {n}" for what, n in sorted(self.counts.items())) or "nothing"),
            "acknowledged after " + ", ".join(f"p{share} {_at(acks, share / 100):.3f} s" for share in (50, 99, 100)),
            "message → copy: " + ", ".join(f"p{share} {_at(delays, share / 100):.3f} s" for share in (50, 90, 99, 100)),
            ", ".join(f"{len(getattr(v, name))} {name}" for name in KINDS),
            "people decided: " + (", ".join(f"{what} {n}" for what, n in sorted(self.decided.items())) or "nothing"),
            f"{len(v.late)} labelled late, {len(self.residue)} keys left in Redis",
            f"{self.second_cards} root cards stood twice",
            *self.growth,
        ]


class Laboratory:
    """One experiment."""

    def __init__(
        self, plan: Plan, folder: Path, outside: Platform, inside: Platform, server: Embedded | Pair, disk: SmallDisk
    ) -> None:
        self.plan = plan
        self._random = Random(plan.seed)
        self._folder = folder
        self._outside, self._inside = outside, inside
        self._server = server
        self.disk = disk
        self._secrets = [f"secret{self._random.randrange(16**8):08x}" for _ in range(plan.conversations)]
        self._roots: dict[int, str] = {}
        self.random = self._random
        self.nodes: list[asyncio.subprocess.Process] = []
        self.started: list[asyncio.subprocess.Process] = []
        """All there ever were, also those that nobody waited for."""
        self.counts: Counter[str] = Counter()
        self.complaints: list[str] = []
        self._spoken: dict[int, tuple[list[Word], list[Word]]] = {n: ([], []) for n in range(plan.conversations)}
        self._acknowledged: set[Word] = set()
        self._written: dict[Word, str] = {}
        self._last: dict[Word, str] = {}
        self._changed = 0
        self._speaking: list[asyncio.Task[bool]] = []
        self._spoken_at: dict[Word, float] = {}
        self._successors: list[asyncio.Task[None]] = []
        self._answered: set[str] = set()
        self._resent: set[Word] = set()
        self._seen_there: set[Word] = set()
        """What arrived and only people know where: no app can change it any more."""
        self._asked_under: set[str] = set()
        self._decided: Counter[str] = Counter()
        self.said = self.given_up = self.node_kills = self.redis_kills = 0
        self._port = free_port()
        for platform in self.platforms:
            platform.open_to(self._port)

    @property
    def platforms(self) -> list[Platform]:
        return [self._inside] if self._inside is self._outside else [self._outside, self._inside]

    async def run(self) -> Report:
        """The whole experiment."""
        started = time.perf_counter()
        plan = self.plan
        self.nodes = list(await asyncio.gather(*(self._spawn(n) for n in range(plan.nodes))))
        growths = [Growth(self._folder) for _ in range(plan.spared)]
        watching = [asyncio.create_task(g.watch(node.pid)) for g, node in zip(growths, self.nodes, strict=False)]
        watching.append(asyncio.create_task(self._decide()))
        if plan.deaths:
            watching.append(asyncio.create_task(self._bury_nodes()))
        nemesis = [asyncio.create_task(self._trouble()), asyncio.create_task(self._kill_redis())]
        if plan.trouble:
            nemesis.append(asyncio.create_task(_run_trouble(plan.trouble, self)))
        try:
            await asyncio.gather(*(self._live(n) for n in range(plan.conversations)))
        finally:
            await _call_off(nemesis)
            (self._folder / CALM).touch()
            await asyncio.gather(*self._successors)
        for task in nemesis:
            if not task.cancelled() and (error := task.exception()):
                raise error
        await asyncio.gather(*self._speaking)
        await self._ask_under_second_cards()
        for platform in self.platforms:
            await platform.settled()
        verdict = await self._quiet()
        await _call_off(watching)
        residue = await self._residue()
        guilty = {
            int(m[1]) for found in verdict.violations.values() for line in found if (m := re.match(r"[can](\d+)", line))
        }
        evidence = {n: [*await self.evidence(n), *self._standing(n)] for n in sorted(guilty)[:5]}
        await asyncio.gather(*(_end(node, signal.SIGTERM) for node in self.nodes))
        calls = sum((platform.calls() for platform in self.platforms), Counter[str]())
        return Report(
            verdict,
            self.said,
            len(self._acknowledged),
            self.given_up,
            self.node_kills,
            self.redis_kills,
            time.perf_counter() - started,
            calls,
            self._delays(),
            residue,
            evidence,
            self._decided,
            len(self._asked_under),
            self.counts,
            self.complaints,
            [seconds for platform in self.platforms for seconds in platform.acks()],
            [line for growth in growths for line in growth.lines()],
        )

    @property
    def store_pid(self) -> int:
        return self._server.pid

    @property
    def pair(self) -> Pair:
        """The primary and its replica, where the store is such a pair."""
        assert isinstance(self._server, Pair)
        return self._server

    @property
    def store_url(self) -> str:
        return self._server.url

    # --- people

    async def _live(self, customer: int) -> None:
        """One customer and their agent, from the call for help on."""
        random = Random(f"{self.plan.seed}/{customer}")
        pause = self.plan.conversations / self.plan.per_second
        await asyncio.sleep(random.uniform(0, pause))
        secret = self._secrets[customer]
        numbers = {"c": 0, "a": 0, "n": 0}
        while not await self._say(Word("c", customer, numbers["c"], secret), "", "help me with {}"):
            numbers["c"] += 1
        root = await self._root(customer)
        for _ in range(self.plan.events // self.plan.conversations - 1):
            await asyncio.sleep(random.uniform(0.2, 1.8) * pause)
            who = random.choices("can", (10, 9, 1))[0]
            # A note is no claim: the first word of the agent takes the case.
            if who == "n" and not numbers["a"]:
                who = "a"
            numbers[who] += 1
            text = {"c": "I say {}", "a": "answer {}", "n": "// between us {}"}[who]
            word = Word(who, customer, numbers[who], secret)
            if self.plan.overtaking:
                self._speaking.append(asyncio.create_task(self._say(word, root, text)))
            else:
                await self._say(word, root, text)
            if random.random() < self.plan.changes:
                await self._change(customer, random)

    async def _say(self, word: Word, thread: str, text: str) -> bool:
        """Say it, and be sure that the platform has brought it before the next word on this side is said."""
        said = text.format(word)
        platform = self._outside if word.who == "c" else self._inside
        message = platform.customer_says(word.customer, said) if word.who == "c" else platform.agent_says(thread, said)
        self.said += 1
        self._written[word] = message
        if word.who != "n":
            self._spoken[word.customer][word.who == "a"].append(word)
        self._spoken_at[word] = time.time()  # noqa: TID251 - as the platforms' clocks
        while (accepted := platform.outcome(message)) is None:
            await self._moment()
        if not accepted:
            self.given_up += 1
        elif word.who != "n":
            self._acknowledged.add(word)
        return accepted

    async def _change(self, customer: int, random: Random) -> None:
        """Somebody edits or deletes something that they said; what the case came for stays."""
        said = [word for words in self._spoken[customer] for word in words if word.number]
        there = [word for word in said if word in self._acknowledged and self._last.get(word) != ""]
        if not there:
            return
        word = random.choice(there)
        platform = self._outside if word.who == "c" else self._inside
        self._changed += 1
        text = f"{word} in version {self._changed}" if random.random() < 0.7 else ""
        self._last.pop(word, None)
        name = platform.author_changes(self._written[word], text)
        while (accepted := platform.outcome(name)) is None:
            await self._moment()
        if accepted:
            self._last[word] = text
            self.counts["deleted" if not text else "edited"] += 1
        else:
            # the app never heard of it, and the next event of the same message need not say it
            self._acknowledged.discard(word)

    @staticmethod
    async def _moment() -> None:
        """Two hundred people looking at one workspace: looking now and then is cheaper than telling each of them."""
        await asyncio.sleep(0.03)

    async def _root(self, customer: int) -> str:
        """The thread of a customer's case, once what they said stands in it."""
        while customer not in self._roots:
            for message in self._inside.desk():
                for word in words_in(message.text) if message.thread else ():
                    self._roots.setdefault(word.customer, message.thread)
            if customer not in self._roots:
                await self._moment()
        return self._roots[customer]

    async def _decide(self) -> None:
        """An agent who is asked what became of a message: looks whether it is there, and says so."""
        while True:
            await asyncio.sleep(0.5)
            for message in self._inside.desk():
                if message.id in self._answered or not {"Resend", "Retry"} & set(message.buttons):
                    continue
                about = next(iter(words_in(message.text)), None)
                is_there = about is not None and self._is_there(about)
                label = "Retry" if "Retry" in message.buttons else "It arrived" if is_there else "Resend"
                if about is not None:
                    # a press whose answer was cut off may have been taken all the same
                    (self._seen_there if label == "It arrived" else self._resent).add(about)
                if await self._inside.agent_presses(message.id, label):
                    self._answered.add(message.id)
                    self._decided[label] += 1

    def _is_there(self, word: Word) -> bool:
        place = self._outside.chat(word.customer) if word.who == "a" else self._inside.desk()
        return any(word in words_in(message.text) and not message.buttons for message in place)

    async def _ask_under_second_cards(self) -> None:
        """An agent writes under each card that is not its case's own, and has to be told."""
        own = set(self._roots.values())
        for card in [m for m in self._inside.desk() if not m.thread and m.id not in own]:
            self._asked_under.add(card.id)
            accepted: bool | None = False
            while not accepted:
                message = self._inside.agent_says(card.id, "is anybody here?")
                while (accepted := self._inside.outcome(message)) is None:
                    await self._moment()

    # --- the killer

    async def _spawn(self, number: int) -> asyncio.subprocess.Process:
        home = self._inside.site()
        settings = NodeSettings(
            port=self._port,
            store=self._server.url if isinstance(self._server, Pair) else "",
            replicas=self.plan.replicas or 0,
            folder=str(self._folder),
            desk=(home.name, home.tenant, home.desk),
            sites={platform.name: platform.site().settings for platform in self.platforms},
            looks=self.plan.looks,
            sweep=self.plan.sweep,
            repeat=self.plan.repeat,
            deaths=self.plan.deaths,
            waits=self._random.choice(tuple(WAITS)) if self.plan.waits else "none",
            seed=self.plan.seed + len(self.started),
            roles=tuple(roles_of(self.plan.trouble, number)),
        )
        node = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.node", settings.to_json(), stdout=asyncio.subprocess.PIPE
        )
        self.started.append(node)
        assert node.stdout is not None
        await node.stdout.readline()
        return node

    async def _trouble(self) -> None:
        for platform in self.platforms:
            platform.begin(self.plan.seed, self.plan.rates, self.plan.duplicates, self.plan.overtaking)
        if self.plan.kill_every:
            await self._kill_nodes()

    async def _bury_nodes(self) -> None:
        """Replace those that died of themselves."""
        buried: list[asyncio.subprocess.Process] = []
        while True:
            await self._moment()
            for number, node in enumerate(self.nodes):
                if node.returncode is not None and node not in buried:
                    buried.append(node)
                    self.node_kills += 1
                    self._begin_successor(number)

    async def _kill_nodes(self) -> None:
        """Kill one every so often; its successor takes its time to start, so that there may be fewer."""
        while True:
            await asyncio.sleep(self.plan.kill_every)
            alive = [n for n, node in enumerate(self.nodes) if node.returncode is None]
            if len(alive) < 2:
                continue
            victim = self._random.choice(alive[self.plan.spared :])
            await _end(self.nodes[victim], signal.SIGKILL)
            self.node_kills += 1
            self._begin_successor(victim)

    async def succeed(self, victim: int) -> None:
        """Start another process in its place. It comes although whoever asked for it is called off meanwhile."""
        await asyncio.shield(self._begin_successor(victim))

    def _begin_successor(self, victim: int) -> asyncio.Task[None]:
        beginning = asyncio.create_task(self._start_in_place_of(victim))
        self._successors.append(beginning)
        return beginning

    async def _start_in_place_of(self, victim: int) -> None:
        self.nodes[victim] = await self._spawn(victim)

    async def _kill_redis(self) -> None:
        for n in range(self.plan.redis_kills):
            share = (n + 1) / (self.plan.redis_kills + 1)
            while self.said < share * self.plan.events:
                await self._moment()
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._server.pid, signal.SIGKILL)
            self.redis_kills += 1

    # --- the end

    async def end(self) -> None:
        """Leave no process behind, whether anybody waited for it or it is just being started."""
        for beginning in self._successors:
            beginning.cancel()
        await asyncio.gather(*self._successors, return_exceptions=True)
        for node in self.started:
            await _end(node, signal.SIGKILL)

    async def _quiet(self) -> Verdict:
        """The verdict, once nothing is missing and nothing is left to do, or for a while nothing has moved."""
        moved, least = time.perf_counter(), math.inf
        while True:
            verdict = self._judge()
            left = len(verdict.lost) + len(verdict.silent) + len(verdict.stale) + len(await self._residue())
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
        def has(word: Word) -> bool:
            return word in self._acknowledged and self._last.get(word) != ""

        expected = {n: Expected(tuple(filter(has, a)), tuple(filter(has, b))) for n, (a, b) in self._spoken.items()}
        chats = {n: self._outside.chat(n) for n in range(self.plan.conversations)}
        # Teams cannot be asked whether a card that was cut off stands there: then there may be a second one.
        cut = sum(n for kind, n in self._inside.calls().items() if kind.endswith(("done", "body")))
        twins = cut + self.node_kills if self._inside.name == "teams" else 0
        return judge(
            expected,
            chats,
            self._inside.desk(),
            self._roots,
            resent=self._resent,
            twins=twins,
            asked_under=self._asked_under,
            last={word: text for word, text in self._last.items() if word not in self._seen_there},
        )

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

        name, account = self._outside.names(customer)
        async with Redis.from_url(self._server.url, decode_responses=True) as client:
            keys = [key async for key in client.scan_iter(match="*:journal:*", count=5000)]
            found = [list(map(unpacked, await client.lrange(key, 0, -1))) for key in keys]
            return next((lines for lines in found if any(name in line or account in line for line in lines)), [])

    def _standing(self, customer: int) -> list[str]:
        """What stands on the platforms of this customer's case, and where the agent writes."""
        name, account = self._outside.names(customer)
        roots = {m.id for m in self._inside.desk() if not m.thread and (name in m.text or account in m.text)}
        roots.add(self._roots.get(customer, ""))
        places = (("desk", self._inside.desk()), ("chat", self._outside.chat(customer)))
        return [
            f"agent writes under {self._roots.get(customer)}",
            *(
                f"{place} {m.thread or 'root'} {m.id} at {m.at:.3f} {m.buttons}: {m.text[:200]!r}"
                for place, seen in places
                for m in seen
                if place == "chat" or (m.thread or m.id) in roots
            ),
        ]

    def _delays(self) -> list[float]:
        places = [self._outside.chat(n) for n in range(self.plan.conversations)]
        places.append([message for message in self._inside.desk() if message.thread and not message.buttons])
        return [
            message.at - self._spoken_at[word]
            for place in places
            for message in place
            for word in words_in(message.text)
            if word in self._spoken_at and word.who != "n" and word.number
        ]


@asynccontextmanager
async def laboratory(plan: Plan) -> AsyncIterator[Laboratory]:
    """A laboratory with its own platforms and its own store, taken apart at the end."""
    # The fake cuts connections on purpose; aiohttp would print a trace each time.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="wl-") as folder, small_disk(Path(folder)) as disk:
        async with AsyncExitStack() as stack:
            server = await _store(plan, Path(folder), stack)
            platforms = {name: await _platform(name, plan, stack) for name in {plan.customers, plan.desk}}
            outside, inside = platforms[plan.customers], platforms[plan.desk]
            lab = Laboratory(plan, Path(folder), outside, inside, server, disk)
            try:
                yield lab
            finally:
                await lab.end()
                if os.environ.get("KEEP_LOGS"):
                    _keep_logs(Path(folder), Path(os.environ["KEEP_LOGS"]))


async def _store(plan: Plan, folder: Path, stack: AsyncExitStack) -> Embedded | Pair:
    if plan.replicas is not None:
        return await stack.enter_async_context(pair())
    server = await embedded(folder)
    stack.push_async_callback(server.stop)
    return server


async def _platform(name: str, plan: Plan, stack: AsyncExitStack) -> Platform:
    if name == "slack":
        return OnSlack(await stack.enter_async_context(FakeSlack()), plan.conversations)
    teams = await stack.enter_async_context(FakeTeams())
    if plan.brief_tokens:
        teams.issuer.lifetime, teams.issuer.delay = 60, 1.0
    # What came again under another id is known by that one, and an edit of it names the first.
    return OnTeams(teams, plan.conversations, new_ids=not plan.changes)


async def _call_off(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel them until they have ended: the store's client loses a cancellation that meets its own time limit."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.5)


async def _end(node: asyncio.subprocess.Process, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        node.send_signal(how)
    await node.wait()


def _keep_logs(folder: Path, where: Path) -> None:
    where.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("node-*.log"):
        shutil.copy(path, where)


async def _run_trouble(name: str, lab: Laboratory) -> None:
    await TROUBLES[name](lab)


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
