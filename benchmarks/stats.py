"""How long `/support stats` takes over 100,000 journaled conversations: `python -m benchmarks.stats`.

Fills a real server through the store's own commits: each conversation is taken, claimed and committed with the journal
and the counters that the core's facts give, spread over 30 days. Then the command is asked as Slack would ask it, for
every window, first with nothing summed yet, then as it is from then on. The chart is drawn apart: it comes behind.
"""

from __future__ import annotations

import argparse
import asyncio
import random  # noqa: TID251  # conversations are drawn from a seed
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from adapters.redis.embedded import embedded
from adapters.redis.store import RedisStore
from bot.core.activity import Person, Place
from bot.core.cases.stats import counters_of, of_its_case
from bot.core.conversation import Case, Conversation, HandOver, Need, Reason, Status
from bot.core.effects import Record
from bot.core.policy import Desk, Policy
from bot.core.routing import Doors
from bot.engine.books.lessons import StoredLessons
from bot.engine.books.records import StoredRecords
from bot.engine.codec import write
from bot.engine.ingress import Ingress
from bot.engine.open_cases import OpenCases
from bot.errors import StoreUnavailable
from bot.ports import Changes, Claim, JournalLine, whole
from bot.services.operations import Operations, Roles
from bot.services.reporting import Reporting

_T = TypeVar("_T")
_NOW = 1_790_000_000.0
_SPAN = 30 * 86400.0
_DESK = Place("slack", "T", "C1")
_ASKER = Person("slack", "T", "U1", "Nora", timezone="Europe/Lisbon")
_INTENTS = [f"intent_{n}" for n in range(60)]
_AGENTS = [Person("slack", "T", f"U{n}", f"Agent {n}") for n in range(25)]
_AT_ONCE = 48


class _Now:
    def now(self) -> float:
        """Seconds since 1970."""
        return _NOW


def _facts(draw: random.Random) -> tuple[Conversation | None, list[Record]]:
    """What one conversation leaves behind: some turns with the bot, and in three of ten a case."""
    platform, intent = draw.choice(("slack", "teams", "web")), draw.choice(_INTENTS)
    facts = [Record("opened", "Somebody began.", (("platform", platform),))]
    for _ in range(draw.randint(1, 4)):
        facts += [
            Record("customer_said", "Somebody wrote.", (("platform", platform),)),
            Record("understood", "Understood.", (("intent", draw.choice(_INTENTS)), ("emotion", "neutral"))),
            Record("answered", "Answered.", (("intent", intent),)),
        ]
    if draw.random() > 0.3:
        return None, facts
    agent, opened = draw.choice(_AGENTS), 0.0
    case = Case(1, draw.choice(("support", "returns")), HandOver(draw.choice(list(Reason)), "…"), opened, Need(intent))
    there = Conversation("c", Place(platform, "T", "D1"), _ASKER, 0.0, Status.ASSIGNED, case)
    facts += [
        Record("handed_over", "Handed over."),
        Record("claimed", "Claimed.", (("agent", agent.label),), draw.expovariate(1 / 300)),
        Record("first_answered", "First answer.", (("agent", agent.label),), draw.expovariate(1 / 500)),
        Record("resolved", "Resolved.", (("agent", agent.label),), draw.expovariate(1 / 7200)),
        Record("rating_asked", "Asked."),
    ]
    score = draw.randint(1, 5)
    facts.append(Record("rated", "Rated.", (("score", str(score)), ("agent", agent.label)), points=score))
    return there, facts


def _changes(name: str, at: float, draw: random.Random) -> Changes:
    there, facts = _facts(draw)
    told = [of_its_case(fact, None, there) if there else fact for fact in facts]
    counts: Counter[str] = Counter()
    for fact in told:
        counts.update(dict(counters_of(fact)))
    lines = [JournalLine(at, name, None, f.kind, f.text, dict(f.labels)) for f in told]
    journal = tuple(write(line, JournalLine) for line in lines)
    return Changes("bot", journal=journal, hour=int(at // 3600), counts=tuple(counts.items()))


async def _fill(store: RedisStore, number: int) -> None:
    draw = random.Random(7)

    async def one(n: int) -> None:
        name = f"c{n}"
        changes = _changes(name, _NOW - draw.random() * _SPAN, draw)
        await _insisted(lambda: store.mailboxes.take(name, "{}", ids=[name]))
        claim: Claim | None = None
        while claim is None:
            claim = await _insisted(lambda: store.mailboxes.claim(store.shard_of(name), "filler", f"token-{n}"))
        mine = claim
        await _insisted(lambda: store.mailboxes.commit(mine, "filler", "{}", changes, keep=False))

    for start in range(0, number, _AT_ONCE):
        await asyncio.gather(*(one(n) for n in range(start, min(start + _AT_ONCE, number))))


async def _insisted(call: Callable[[], Awaitable[_T]]) -> _T:
    """On a machine that does much else a store may be slow; every call may be repeated."""
    while True:
        try:
            return await call()
        except StoreUnavailable:
            await asyncio.sleep(0.1)


async def _asked(operations: Operations, words: str) -> tuple[float, float]:
    """Milliseconds until the first word, and until the numbers."""
    began = time.perf_counter()
    answer = await operations.run(_ASKER, _DESK, words)
    first = time.perf_counter() - began
    if answer.later is not None:
        answer = await answer.later
    spent = time.perf_counter() - began
    assert "conversations" in answer.body.text or "handed over" in answer.body.text, answer.body.text
    return first * 1000, spent * 1000


async def _measure(number: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        server = await embedded(Path(folder))
        store = RedisStore(server.url, ingress_within=30.0)
        ingress = Ingress(store, Doors(frozenset(), frozenset()), _Now())
        records = StoredRecords(store, ingress, lambda: "", OpenCases(store.ledger))
        operations = Operations(
            policy=Policy(desks=(Desk("support", _DESK),)),
            roles=Roles(operators=frozenset({"u1"})),
            adapters={},
            answers=Reporting(records, StoredLessons(store.lessons), _Now()).answers(),
        )
        try:
            began = time.perf_counter()
            await _fill(store, number)
            print(f"{number:,} conversations committed in {time.perf_counter() - began:.0f} s")
            asked = await asyncio.gather(*(_asked(operations, "stats 30d") for _ in range(3)))
            print("first `stats 30d`, with nothing summed yet, asked three times at once:")
            print(", ".join(f"a word after {word:.0f} ms, the numbers after {spent:.0f} ms" for word, spent in asked))
            for words in ("stats today", "stats 24h", "stats 7d", "stats 30d", "stats 30d by intent"):
                times = sorted([(await _asked(operations, words))[1] for _ in range(rounds)])
                print(f"{words:20} median {times[rounds // 2]:6.1f} ms, slowest of {rounds} {times[-1]:6.1f} ms")
            answer = await operations.run(_ASKER, _DESK, "stats 30d")
            for n in ("first", "second"):
                began = time.perf_counter()
                raw = await whole(answer.attachments[0], 1 << 20)
                print(f"{n} chart: {(time.perf_counter() - began) * 1000:.0f} ms, {len(raw or b'') / 1024:.0f} KB")
        finally:
            await store.close()
            await server.stop()


def main() -> None:
    """Fill and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stats", description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    asyncio.run(_measure(given.conversations, given.rounds))


if __name__ == "__main__":
    main()
