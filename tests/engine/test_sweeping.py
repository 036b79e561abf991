"""A look for twins deletes the later of two that are the same message, and what a forgotten customer left: no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from adapters.redis.store import RedisStore
from bot.core.activity import Place
from bot.engine.engine import Engine
from bot.errors import Uncertain
from tests.support.backup import backup_of, put_back
from tests.support.engines import engine_on, quiet
from tests.support.patience import comes_to
from tests.support.redis import MakeStore
from tests.support.town import CARD, DESK, Fault, Town, chat_with, person

ANN = person("antonia")
CHAT = chat_with(ANN)
CUT = Uncertain("post", "reset")


async def said(engine: Engine, town: Town, text: str) -> None:
    """Ann says something, and the bot's answer is there and settled."""
    await engine.intake.take(town.says(ANN, CHAT, text))
    await town.until(lambda: f"re: {text}" in town.visible(CHAT))
    await quiet(engine.forgetter.store, CHAT.key)


async def looked(town: Town, times: int) -> None:
    """Somebody looks for a message so often from now on."""
    before = len(town.calls)
    await town.until(lambda: sum(name == "find" for name, _ in town.calls[before:]) >= times)


async def swept(store: RedisStore, url: str) -> None:
    """Nothing is left to be looked for."""

    async def left() -> int:
        async with Redis.from_url(url) as client:
            return sum([await client.zcard(key) async for key in client.scan_iter(match=f"{store.prefix}:*twins")])

    await comes_to(left, lambda count: count == 0)


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twins are looked for once."""
    monkeypatch.setattr("bot.engine.janitor._LOOKS", ())


@pytest.mark.usefixtures("once")
@pytest.mark.parametrize("sent", [True, False], ids=["arrived", "did not arrive"])
async def test_what_was_said_since_a_backup_is_not_taken_for_what_is_said_after_it_was_put_back(
    make_store: MakeStore, town: Town, redis_url: str, sent: bool
) -> None:
    first = engine_on(store := make_store(), {"town": town})
    await first.start()
    await said(first, town, "one")
    backup = await backup_of(store, redis_url)
    await said(first, town, "two")
    await first.stop()
    await put_back(backup, store, redis_url)

    second = engine_on(make_store(), {"town": town})
    await second.start()
    town.fail("post", Fault(CUT, done=sent))
    await said(second, town, "three")
    await swept(store, redis_url)
    await second.stop()
    assert [text for text in town.visible(CHAT) if text.startswith("re:")] == ["re: one", "re: two", "re: three"]


@pytest.mark.usefixtures("once")
async def test_what_the_desk_was_told_since_a_backup_stays_beside_what_it_is_told_after(
    make_store: MakeStore, town: Town, redis_url: str
) -> None:
    first = engine_on(store := make_store(), {"town": town})
    await first.start()
    await said(first, town, "hello")
    backup = await backup_of(store, redis_url)
    await with_a_case(first, town, "help me")
    await first.stop()
    await put_back(backup, store, redis_url)

    second = engine_on(make_store(), {"town": town})
    await second.start()
    town.fail("post", Fault(CUT, done=True, only=CARD))
    await second.intake.take(town.says(ANN, CHAT, "help again"))
    await quiet(store, CHAT.key)
    await swept(store, redis_url)
    await second.stop()
    assert len(cards(town)) == 2
    newest = next(m for m in reversed(town.messages) if m.body.card)
    assert "help again" in town.visible(replace(DESK, thread=newest.ref.id))


def cards(town: Town) -> list[str]:
    """Root cards that stand in the desk, and what became of them."""
    return [m.body.text for m in town.messages if m.key and m.ref.place == DESK and not m.deleted]


async def with_a_case(engine: Engine, town: Town, words: str = "help me") -> Place:
    await engine.intake.take(town.says(ANN, CHAT, words))
    await town.until(lambda: any(m.body.card for m in town.messages))
    await quiet(engine.forgetter.store, CHAT.key)
    return town.thread_of(1001)
