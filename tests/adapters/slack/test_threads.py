"""What is remembered of messages, so that a reaction finds its thread, is little and has an end."""

from __future__ import annotations

import tracemalloc

from adapters.slack.calls.threads import MAX_KEPT, Threads
from adapters.slack.calls.web_api import WebApi
from bot.core.activity import Place, Ref

MEGABYTE = 1_000_000


def message(n: int) -> Ref:
    """One of a thread, as an event brings it: each of its words is a copy of its own."""
    channel, thread = f"C0{n % 7:09d}", f"{1712000000 + n % 50}.000100"
    return Ref(Place("slack", "T1", channel, thread), f"{1712345678 + n}.{n % 1_000_000:06d}")


def threads() -> Threads:
    return Threads(WebApi("http://127.0.0.1:9/api/", "xoxb-nobody", seconds=1.0))


async def test_a_message_that_was_seen_is_in_its_thread() -> None:
    seen, known = message(3), threads()
    known.remember(seen)
    assert known.knows(seen)
    assert known.of(seen.place.channel, seen.id) == seen.place.thread
    assert known.of("C0OTHER", seen.id) == ""


async def test_a_day_full_of_messages_takes_a_few_megabytes() -> None:
    known = threads()
    tracemalloc.start()
    try:
        for n in range(5 * MAX_KEPT):
            known.remember(message(n))
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 4 * MEGABYTE
    assert not known.knows(message(0))
    assert known.knows(message(5 * MAX_KEPT - 1))
