"""What a conversation costs in the store: `python -m benchmarks.memory`.

Customers of a small town in memory ask for a person, and are answered; the engine and its store are the real ones. Each
key is then asked for its size (MEMORY USAGE), by kind. `--messages` are relayed in each conversation besides, half of
them from either side: the difference of two runs is what a relayed message costs.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, cast

import structlog
from redis.asyncio import Redis

from adapters.redis.embedded import embedded
from adapters.redis.store import RedisStore
from bot.core.activity import Person, Place
from tests.support.engines import engine_on
from tests.support.town import DESK, PLATFORM, Town


def _person(name: str) -> Person:
    """Named as Slack names people: eleven characters."""
    return Person(PLATFORM, "T024BE7LD", name, name.capitalize())


BOB = _person("U0AGENT0001")


async def measured(conversations: int, messages: int) -> tuple[dict[str, tuple[int, int]], float]:
    """Bytes and keys of each kind, and the bytes of everything, a conversation."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        server = await embedded(Path(folder))
        store, town = RedisStore(server.url, ingress_within=5.0), Town()
        engine = engine_on(store, {PLATFORM: town})
        async with cast("Any", Redis).from_url(server.url, decode_responses=True) as ask:
            before = (await ask.info("memory"))["used_memory_dataset"]
            await engine.start()
            for begin in range(0, conversations, 100):
                numbers = range(begin, min(begin + 100, conversations))
                await asyncio.gather(*(_open(engine, town, n) for n in numbers))
                opened = {m.ref.id: m for m in town.messages if m.body.card is not None}
                while len(opened) < numbers.stop:
                    await asyncio.sleep(0.02)
                    opened = {m.ref.id: m for m in town.messages if m.body.card is not None}
                roots = sorted((m.body.card.number, m.ref.id) for m in opened.values() if m.body.card)[begin:]
                for turn in range(messages // 2):
                    for n, (_, root) in zip(numbers, roots, strict=True):
                        there = Place(DESK.platform, DESK.tenant, DESK.channel, root)
                        await engine.intake.take(
                            town.says(BOB, there, f"this is answer {turn}, I hope that it helps you")
                        )
                        await engine.intake.take(
                            town.says(_customer(n), _chat(n), f"and this is question {turn} of mine")
                        )
                    await _quiet(ask)
            await _quiet(ask)
            await engine.stop()
            kinds: Counter[str] = Counter()
            keys: Counter[str] = Counter()
            async for name in ask.scan_iter(count=5000):
                key = str(name)
                kind = key.partition("}:")[2].partition(":")[0] if ":{s" in key else "everything else"
                kinds[kind] += int(await ask.execute_command("MEMORY", "USAGE", key, "SAMPLES", "0"))
                keys[kind] += 1
            total = (await ask.info("memory"))["used_memory_dataset"] - before
        await store.close()
        await server.stop()
    return {kind: (n, keys[kind]) for kind, n in kinds.most_common()}, total / conversations


def _customer(n: int) -> Person:
    return _person(f"U0CUST{n:05d}")


def _chat(n: int) -> Place:
    return Place(PLATFORM, "T024BE7LD", f"dm-D0CHAT{n:05d}")


async def _open(engine: Any, town: Town, n: int) -> None:
    await engine.intake.take(town.says(_customer(n), _chat(n), "hello, what about my order?"))
    await engine.intake.take(town.says(_customer(n), _chat(n), "help, I want to talk to a human being please"))


async def _quiet(client: Any) -> None:
    """Return when nothing waits to be decided or sent."""
    while True:
        left = [key async for key in client.scan_iter(match="*}:mail:*", count=5000)]
        left += [key async for key in client.scan_iter(match="*}:queue:*", count=5000)]
        if not left:
            return
        await asyncio.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=0)
    given = parser.parse_args()
    kinds, total = asyncio.run(measured(given.conversations, given.messages))
    print(f"{given.conversations} conversations with {given.messages} relayed messages each: {total:.0f} bytes each")
    for kind, (size, keys) in kinds.items():
        print(f"  {kind:20} {size / given.conversations:8.0f} bytes in {keys / given.conversations:.2f} keys")


if __name__ == "__main__":
    main()
