"""When a platform does not bring back what is done there, the desks are told, once, and again when it does."""

from __future__ import annotations

from itertools import count

import pytest

from adapters.redis.store import RedisStore
from bot.core.platforms.canary import EVERY_SECONDS
from bot.core.policy import Policy
from bot.engine.books.songs import StoredSongs
from bot.errors import NotDone
from bot.ports import Singer
from bot.services.canary import Canary, silent_among
from tests.support.redis import MakeStore
from tests.support.town import DESK, PLATFORM, Town, policy


class Wood(Town):
    """A town in which one can sing. What is sung comes back to `book`, unless the wood is deaf or dumb."""

    def __init__(self, book: StoredSongs) -> None:
        super().__init__()
        self.book = book
        self.sung: list[str] = []
        self.deaf = self.dumb = False
        self.sings = True

    async def sing(self, word: str, ref: str) -> str:
        assert ref in ("", "the branch")
        if self.dumb:
            raise NotDone("sing", "no connection")
        self.sung.append(word)
        if not self.deaf:
            await self.book.heard(PLATFORM, word)
        return "the branch"


class Day:
    """A clock that is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def now(self) -> float:
        return self.seconds


class Watch:
    """Janitors, each with a canary of its own, that look every ten seconds."""

    def __init__(self, stores: list[RedisStore], rules: Policy) -> None:
        self.day = Day()
        self.book = StoredSongs(stores[0].songs)
        self.wood = Wood(self.book)
        self.owed: list[float] = []
        missed = self.owed.append
        words = (f"song number {n:06d}" for n in count())
        self.canaries = [
            Canary(
                songs=StoredSongs(store.songs),
                errands=store.errands,
                policy=rules,
                adapters={PLATFORM: self.wood},
                clock=self.day,
                fresh=lambda: next(words)[::-1],
                missed=missed,
            )
            for store in stores
        ]

    async def goes_on(self, seconds: float) -> None:
        """So much time passes."""
        for _ in range(int(seconds / 10)):
            self.day.seconds += 10.0
            for canary in self.canaries:
                await canary.look()

    @property
    def told(self) -> list[str]:
        return self.wood.visible(DESK)


@pytest.fixture
def watch(make_store: MakeStore) -> Watch:
    return Watch([make_store(), make_store()], policy())


async def test_while_all_comes_back_nobody_is_told_and_one_of_the_janitors_sings_once_a_minute(watch: Watch) -> None:
    assert isinstance(watch.wood, Singer)
    await watch.goes_on(10 * EVERY_SECONDS)
    assert len(watch.wood.sung) == 10
    assert watch.told == []
    assert await silent_among(watch.book, [PLATFORM]) == []


async def test_a_platform_that_fell_silent_is_told_of_within_three_minutes_and_once(watch: Watch) -> None:
    await watch.goes_on(200)
    watch.wood.deaf = True
    await watch.goes_on(170)
    (text,) = watch.told
    assert "brings us nothing any more" in text
    assert await silent_among(watch.book, [PLATFORM]) == [PLATFORM]
    await watch.goes_on(1000)
    assert len(watch.told) == 1


async def test_when_it_is_heard_again_that_is_told_too(watch: Watch) -> None:
    watch.wood.deaf = True
    await watch.goes_on(300)
    watch.wood.deaf = False
    await watch.goes_on(80)
    assert len(watch.told) == 2
    assert "brings us what happens again" in watch.told[1]
    (since,) = watch.owed
    assert since <= 1_000_000.0 + EVERY_SECONDS, "before the first song that did not come back"
    assert await silent_among(watch.book, [PLATFORM]) == []
    watch.wood.deaf = True
    await watch.goes_on(300)
    assert len(watch.told) == 3, "the next silence is another one"


async def test_a_platform_that_takes_no_song_is_not_called_silent(watch: Watch) -> None:
    await watch.goes_on(200)
    watch.wood.dumb = True
    await watch.goes_on(600)
    assert watch.told == []


async def test_a_desk_that_could_not_be_told_is_told_later(watch: Watch) -> None:
    watch.wood.deaf = True
    posted = watch.wood.post

    async def refuses(*_: object, **__: object) -> None:
        raise NotDone("post", "no connection")

    watch.wood.post = refuses  # type: ignore[method-assign, assignment]
    await watch.goes_on(300)
    watch.wood.post = posted  # type: ignore[method-assign]
    await watch.goes_on(20)
    assert len(watch.told) == 1


async def test_where_nobody_can_sing_nobody_looks(watch: Watch) -> None:
    watch.wood.sings = False
    await watch.goes_on(300)
    assert watch.wood.sung == []


async def test_a_song_that_cannot_be_read_is_none(watch: Watch, store: RedisStore) -> None:
    await store.songs.sung(PLATFORM, "{")
    await watch.goes_on(100)
    assert watch.wood.sung
