"""How calls are paced when a channel is crowded or shut: `python -m tests.faults.pacing`.

`storm`: one desk's channel answers 429 with Retry-After 30 s while customers and agents go on. Nothing may be lost or
reordered, nobody else may wait for it, and after the first 429 it may not be called before the time is over.
`crowd`: two thousand replies for twenty threads wait for one channel with a bucket of its own, while others ask the
bot there. Each thread has to get its share, agents' words go before the bot's, and the bucket is not overdrawn.
Two senders share the buckets through the store. Clocks of buckets run `SCALE` times faster than Slack's.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import math
import re
import sys
import tempfile
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web

from adapters.redis.embedded import embedded
from adapters.redis.store import RedisStore
from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import SlackSettings
from bot.core.activity import Place
from bot.core.policy import Desk, Policy
from bot.core.routing import Doors
from bot.engine.engine import Engine
from bot.engine.mind import Mind
from bot.ports import Pace
from tests.contract.doubles import ScriptedForms
from tests.fakes.slack import App, Channel, FakeSlack, Human, Message
from tests.faults.node import FAST, NoCommands, Now
from tests.support.mind import EchoAssistant, EchoUnderstanding

SCALE: Final = 20.0
FAIR: Final = 1.5
REFUSED: Final = 0.005
_WORD: Final = re.compile(r"([acb])(\d+)#(\d+)")


@dataclass
class Street:
    """One Slack with a desk and a support channel, two engines on one store, and whoever writes there."""

    slack: FakeSlack
    app: App
    desk: Channel
    support: Channel
    bob: Human
    engines: list[Engine]
    said: dict[str, float] = field(default_factory=dict)

    def says(self, who: Human, channel: Channel, word: str, thread: str = "", text: str = "{}") -> Message:
        """Write a word, and remember when."""
        self.said[word] = self.slack.now()
        return who.says(channel, text.format(word), thread=thread)

    def copies(self, channel: Channel) -> list[tuple[str, str, float]]:
        """What the app has put into a channel: the word, the thread, and when, oldest first."""
        ours = sorted((m for m in channel.messages if m.bot_id and not m.deleted), key=lambda m: m.ts)
        return [
            (found[0], m.thread_ts, float(m.ts))
            for m in ours
            for found in [_WORD.search(m.seen_text)]
            if found is not None
        ]

    async def until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Return when a person would see that. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - what is looked for is changed by several servers
                await asyncio.sleep(0.05)

    def posts(self, channel: Channel) -> list[tuple[float, bool]]:
        """Calls for new messages in a channel: when, and whether Slack had room for it."""
        return [
            (call.at, call.answer.get("error") != "ratelimited")
            for call in self.slack.calls
            if call.method == "chat.postMessage" and call.args.get("channel") == channel.id
        ]

    def roots(self) -> dict[str, str]:
        """The thread of each customer's case."""
        shown = [m for m in self.desk.messages if m.bot_id and m.thread_ts and m.thread_ts != m.ts]
        return {found[2]: m.thread_ts for m in shown for found in [_WORD.search(m.seen_text)] if found is not None}


@asynccontextmanager
async def street(pace: Pace) -> AsyncIterator[Street]:
    """The street, taken apart at the end."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wl-")))
        server = await embedded(folder)
        stack.push_async_callback(server.stop)
        slack = await stack.enter_async_context(FakeSlack())
        app, bob = slack.install(), Human(slack, slack.workspace.add_user("Bob"))
        desk, support = slack.channel("desk", bob.user, app, private=True), slack.channel("support", bob.user, app)
        home = Place("slack", slack.workspace.team, desk.id)
        doors = Doors(frozenset({home.key}), frozenset({Place("slack", slack.workspace.team, support.id).key}))
        engines: list[Engine] = []
        for number in range(2):
            store = RedisStore(server.url)
            stack.push_async_callback(store.close)
            settings = SlackSettings(app.bot_token, (app.signing_secret,), base_url=slack.api_url)
            adapter = SlackAdapter(settings, Now())
            engine = Engine(
                store=store,
                adapters={"slack": adapter},
                mind=Mind(Policy(desks=(Desk("support", home, "Support"),)), EchoUnderstanding(), EchoAssistant()),
                doors=doors,
                clock=Now(),
                fresh=lambda: uuid.uuid4().hex,  # noqa: TID251 - a composition root provides identifiers
                paces={"slack": pace},
            )
            await engine.start()
            stack.push_async_callback(engine.stop)
            await adapter.start(engine.intake, NoCommands(), ScriptedForms())
            stack.push_async_callback(adapter.stop)
            engines.append(engine)
            if number == 0:
                application = web.Application()
                adapter.mount(application)
                runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
                await runner.setup()
                stack.push_async_callback(runner.cleanup)
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                app.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        yield Street(slack, app, desk, support, bob, engines)


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of it: figures for people, and what is wrong."""

    lines: tuple[str, ...]
    wrong: tuple[str, ...]


# --- one channel is shut


class Storm:
    """Customers and their agent speak on while the desk's channel takes nothing."""

    def __init__(self, street: Street, customers: int) -> None:
        self.street = street
        workspace = street.slack.workspace
        self.people = [Human(street.slack, workspace.add_user(f"Customer{n}")) for n in range(customers)]
        self.chats = [human.chat_with(street.app) for human in self.people]
        self._numbers: Counter[str] = Counter()

    async def run(self, calm: float, shut: float) -> Finding:
        """Speak for `calm` seconds, then for `shut` seconds while the desk is shut, and then look."""
        s, customers = self.street, len(self.people)
        for n, human in enumerate(self.people):
            s.says(human, self.chats[n], f"c{n}#0", text="help me with {}")
        await s.until(lambda: len(s.roots()) == customers, 60.0)
        await self._speak(s.slack.now() + 5.0)  # everything is warm and every case is claimed
        began = s.slack.now()
        await self._speak(began + calm)
        shut_at = s.slack.now()
        s.slack.closed_until[s.desk.id] = opens_at = shut_at + shut
        await self._speak(opens_at)
        there = set[str]()

        def all_there() -> bool:
            there.update(word for place in (s.desk, *self.chats) for word, _, _ in s.copies(place))
            return set(s.said) <= there

        with contextlib.suppress(TimeoutError):
            await s.until(all_there, 90.0)
        drained = s.slack.now() - opens_at
        wrong = [f"lost: {word}" for word in sorted(set(s.said) - there)] + self._disorder()
        delays = self._delays(began, shut_at), self._delays(shut_at, opens_at)
        before, during = (_at(each, 0.99) for each in delays)
        if not during <= 1.2 * before + 0.02:
            wrong.append(f"others waited: p99 {during:.3f} s instead of {before:.3f} s")
        refused = [at for at, taken in s.posts(s.desk) if not taken]
        late = [at for at in refused if at > refused[0] + 1.0]
        wrong += [f"{len(late)} calls while the channel was shut"] if late else []
        wrong += [] if refused else ["the channel was not shut"]
        last = max(refused, default=0.0) - min(refused, default=0.0)
        shown = zip(("before", "meanwhile"), delays, strict=True)
        return Finding(
            (
                f"storm: {len(s.said)} words; after {calm:.0f} s the desk is shut for {shut:.0f} s",
                f"429s: {len(refused)}, the last {last:.1f} s after the first; all there {drained:.1f} s after it",
                *(f"agent → customer {when}: p50 {_at(d, 0.5):.3f} s, p99 {_at(d, 0.99):.3f} s" for when, d in shown),
            ),
            tuple(wrong),
        )

    async def _speak(self, until: float) -> None:
        s, roots = self.street, self.street.roots()
        while s.slack.now() < until:
            for n, human in enumerate(self.people):
                if s.slack.now() >= until:
                    break
                s.says(human, self.chats[n], self._word("c", n))
                s.says(s.bob, s.desk, self._word("a", n), roots[f"{n}"], "answer {}")
                await asyncio.sleep(0.1)

    def _word(self, who: str, n: int) -> str:
        self._numbers[f"{who}{n}"] += 1
        return f"{who}{n}#{self._numbers[f'{who}{n}']}"

    def _disorder(self) -> list[str]:
        by_thread: dict[str, list[str]] = defaultdict(list)
        for word, thread, _ in self.street.copies(self.street.desk):
            by_thread[thread].append(word)
        chats = [[word for word, _, _ in self.street.copies(chat)] for chat in self.chats]
        return [line for words in (*by_thread.values(), *chats) for line in _order(words)]

    def _delays(self, begin: float, end: float) -> list[float]:
        """Of agents' words said in that time, how long they took to the customer."""
        copies = [copy for chat in self.chats for copy in self.street.copies(chat) if copy[0].startswith("a")]
        return [at - said for word, _, at in copies if begin <= (said := self.street.said[word]) < end]


# --- one channel is crowded


class Crowd:
    """Very many replies for a few threads wait for one channel."""

    def __init__(self, street: Street, threads: int, each: int) -> None:
        self.street = street
        self.each = each
        workspace = street.slack.workspace
        self.people = [Human(street.slack, workspace.add_user(f"Customer{n}")) for n in range(threads)]
        self.opened: list[str] = []

    async def run(self, rate: float, burst: float) -> Finding:
        """Let them wait for a channel with a bucket of that rate and burst."""
        s, threads = self.street, len(self.people)
        await self._claim_all()
        s.slack.bucket = (rate, burst)
        earlier, began = len(s.posts(s.support)), s.slack.now()
        for number in range(1, self.each + 1):
            await self._answer_all(number)
        asking = Human(s.slack, s.slack.workspace.add_user("Asking"))
        for n in range(5):
            s.says(asking, s.support, f"b{n}#0")
        asked_at = s.slack.now()
        wanted = {f"a{n}#{number}" for n in range(threads) for number in range(1, self.each + 1)}
        wanted |= {f"b{n}#0" for n in range(5)}
        with contextlib.suppress(TimeoutError):
            await s.until(lambda: wanted <= self._words(), 3.0 * len(wanted) / rate + 60.0)
        there = [copy for copy in s.copies(s.support) if copy[0] in wanted]
        agents = [(thread, at) for word, thread, at in there if word.startswith("a")]
        bots = [at for word, _, at in there if word.startswith("b")]
        shares = [self._share(agents[: int(part * len(agents))]) for part in (0.1, 0.25, 0.5, 0.75)]
        posts = s.posts(s.support)[earlier:]
        refused = sum(not taken for _, taken in posts)
        wrong = [f"lost: {word}" for word in sorted(wanted - self._words())]
        for opened in self.opened:
            wrong += _order([word for word, thread, _ in there if thread == opened])
        if max(shares[1:]) > FAIR:
            wrong.append(f"unfair: the busiest thread got {max(shares[1:]):.2f} times what another did")
        if refused > REFUSED * len(posts):
            wrong.append(f"{refused} of {len(posts)} calls were refused for their number")
        waited = [at - asked_at for at in bots]
        meanwhile = sum(asked_at <= at < min(bots, default=0.0) for _, at in agents)
        if meanwhile < min(15, threads):
            wrong.append(f"the bot answered after {meanwhile} of the agents' words that waited")
        seconds = max(at for _, at in agents) - began
        return Finding(
            (
                f"crowd: {len(wanted)} messages for {threads} threads of one channel at {rate:g}/s, burst {burst:g}",
                f"429s: {refused} of {len(posts)} calls; {len(agents) / seconds / rate:.2f} of what the channel takes",
                "most / least in a thread after 10, 25, 50, 75 %: " + ", ".join(f"{x:.2f}" for x in shares),
                (
                    f"the bot's {len(bots)} answers came after {min(waited):.1f} to {max(waited):.1f} s, the first "
                    f"after {meanwhile} of the agents' words"
                ),
            ),
            tuple(wrong),
        )

    async def _claim_all(self) -> None:
        """Every customer has a case, and its agent has said a word; then the bucket fills up."""
        s = self.street
        self.opened = [
            s.says(human, s.support, f"c{n}#0", text="help me with {}").ts for n, human in enumerate(self.people)
        ]
        await s.until(lambda: len(s.roots()) == len(self.people), 120.0)
        await self._answer_all(0)
        await s.until(lambda: all(f"a{n}#0" in self._words() for n in range(len(self.people))), 120.0)
        await asyncio.sleep(2.0)

    async def _answer_all(self, number: int) -> None:
        """The same number in every thread; each thread's words arrive in order."""
        s, roots = self.street, self.street.roots()
        for n in range(len(self.people)):
            s.says(s.bob, s.desk, f"a{n}#{number}", roots[f"{n}"], "answer {}")
        await s.slack.courier.settled()

    def _words(self) -> set[str]:
        return {word for word, _, _ in self.street.copies(self.street.support)}

    def _share(self, agents: Sequence[tuple[str, float]]) -> float:
        """How many times as much the thread with the most has got as that with the least."""
        counts = Counter(thread for thread, _ in agents)
        return max(counts.values()) / max(1, min(counts[opened] for opened in self.opened))


def _order(words: Sequence[str]) -> list[str]:
    """What stands there twice or in the wrong order, of each author."""
    wrong: list[str] = []
    last: dict[str, int] = {}
    for word in words:
        author, _, number = word.partition("#")
        if int(number) <= last.get(author, -1):
            wrong.append(f"{word} after {author}#{last[author]}")
        last[author] = max(last.get(author, -1), int(number))
    return wrong


def _at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values) or [math.nan]
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def storm(customers: int, calm: float, shut: float) -> Finding:
    """See `Storm`."""
    async with street(FAST) as s:
        return await Storm(s, customers).run(calm, shut)


async def crowd(threads: int, each: int, rate: float, burst: float) -> Finding:
    """See `Crowd`."""
    async with street(replace(FAST, per_channel=rate, channel_burst=burst)) as s:
        return await Crowd(s, threads, each).run(rate, burst)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=["storm", "crowd", "all"], nargs="?", default="all")
    parser.add_argument("--threads", type=int, default=20)
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--shut", type=float, default=30.0)
    given = parser.parse_args()
    findings: list[Finding] = []
    if given.which != "crowd":
        findings.append(asyncio.run(storm(given.threads, 20.0, given.shut)))
    if given.which != "storm":
        findings.append(asyncio.run(crowd(given.threads, given.each, SCALE, 8.0)))
    for finding in findings:
        print(*finding.lines, *(f"WRONG {line}" for line in finding.wrong[:20]), sep="\n")
    sys.exit(1 if any(finding.wrong for finding in findings) else 0)


if __name__ == "__main__":
    main()
