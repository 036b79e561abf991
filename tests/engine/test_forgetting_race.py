"""A customer is forgotten while everybody goes on: nothing of theirs is left anywhere, and nothing of others is lost.

People write, edit, delete, send files and draft lessons at the same time, the platform fails, and one of two processes
stands still. `pytest --jitter N` lets all of it come in other orders, and draws other things to be done.
"""

from __future__ import annotations

import asyncio
import random  # noqa: TID251 - everything is drawn from the run's seed and the test's
import re
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC

import pytest
from structlog.testing import capture_logs

from adapters.redis.store import RedisStore
from bot.core.activity import Activity, Person, Place, Ref
from bot.core.learning.lessons import Lesson
from bot.engine.books.lessons import StoredLessons
from bot.engine.engine import Engine
from bot.errors import DeliveryError, NotDone, Throttled, Uncertain
from bot.ports import Posted
from bot.services.exports import Exporting
from bot.services.windows import window_of
from tests.engine.test_forgetting import done, everything_in, kept_of
from tests.engine.test_sweeping import swept
from tests.support.engines import WallClock, engine_on, quiet
from tests.support.filing import FilingTown
from tests.support.jitter import jitter
from tests.support.redis import MakeStore
from tests.support.town import DESK, Fault, chat_with, person

ANN, BOB, EVE, OLGA = person("antonia"), person("bertrand"), person("edwina"), person("olga")
OF_ANN = re.compile(r"(?:zanzibar|ophir)\d+")
"""What Ann writes, and what Eve writes to her."""
_LAG = 0.15
_ACTS = ("write", "edit", "delete", "send a file")
_SHARES = (5, 2, 1, 2)


class LaggingTown(FilingTown):
    """A platform that does not show for a moment what was just posted."""

    async def find(self, place: Place, key: str, *, since: float) -> Sequence[Posted]:
        found = await super().find(place, key, since=since)
        return [posted for posted in found if self.tick() - float(posted.ref.id) > _LAG]


class Race:
    """A town with two processes before it, and a draw of what happens in it."""

    def __init__(self, seed: str, engines: tuple[Engine, Engine], town: LaggingTown, store: RedisStore) -> None:
        self.drawn = random.Random(seed)
        self.engines, self.town, self.store = engines, town, store
        self.is_wished = False

    async def pause(self) -> None:
        await asyncio.sleep(self.drawn.uniform(0.0, 0.15))

    async def takes(self, activity: Activity) -> None:
        """One of the processes hears it."""
        await self.drawn.choice(self.engines).intake.take(activity)

    def break_calls(self) -> None:
        """Draw how the next calls end."""
        errors: tuple[tuple[DeliveryError, bool], ...] = (
            (NotDone("call", "no connection"), False),
            (Throttled("call", "too fast", retry_after=0.05), False),
            (Uncertain("call", "reset"), False),
            (Uncertain("call", "reset"), True),
        )
        for call, share in (("post", 0.3), ("edit", 0.2), ("delete", 0.2), ("find", 0.1)):
            for _ in range(30):
                error, is_done = self.drawn.choice(errors)
                self.town.fail(call, Fault(error, done=is_done) if self.drawn.random() < share else None)


class Writer:
    """Somebody who writes in one place: `word1`, `word2` and so on."""

    def __init__(self, race: Race, who: Person, place: Place, word: str, *, falls_silent: bool = False) -> None:
        self.race, self.who, self.place, self.word, self.falls_silent = race, who, place, word, falls_silent
        self.said: dict[Ref, str] = {}
        """What each message says by now, in the order in which they were written; "" when it was taken back."""
        self.since_the_wish: set[str] = set()
        self._count = 0

    async def goes_on(self, times: int) -> None:
        for _ in range(times):
            await self.race.pause()
            if not (self.race.is_wished and self.falls_silent):
                await self._does(self.race.drawn.choices(_ACTS, _SHARES)[0])

    async def writes(self, before: str = "") -> None:
        await self._does("write", before)

    async def _does(self, what: str, before: str = "") -> None:
        town = self.race.town
        self._count += 1
        word = f"{before}{self.word}{self._count}"
        standing = [ref for ref, text in self.said.items() if text]
        ref = self.race.drawn.choice(standing) if standing else None
        if what == "edit" and ref is not None:
            activity = town.edits(self.who, ref, word)
        elif what == "delete" and ref is not None:
            activity, word = town.deletes(self.who, ref), ""
        elif what == "send a file":
            activity = town.sends(self.who, self.place, word, (f"{word}.txt", word.encode()))
            ref = activity.content.ref
        else:
            activity = town.says(self.who, self.place, word)
            ref = activity.content.ref
        assert ref is not None
        await self.race.takes(activity)
        self.said[ref] = word
        if self.race.is_wished:
            self.since_the_wish.add(word.removeprefix(before))


async def drafts(race: Race, who: Person, times: int) -> int:
    """Eve drafts lessons of what a customer says; how many were kept."""
    kept = 0
    book = StoredLessons(race.drawn.choice(race.engines).forgetter.store.lessons)
    for _ in range(times):
        await race.pause()
        forgettings = await book.forgettings()
        conversation = await race.engines[0].records.conversation(chat_with(who).key)
        texts = tuple(line.text for line in conversation.transcript if line.text) if conversation else ()
        await race.pause()
        if texts:
            lesson = Lesson(0, texts, "track_order", "", "en", 0, who.id, 1.0)
            kept += await book.add(lesson, customer=who.key, forgettings=forgettings) is not None
    return kept


async def wish(race: Race) -> None:
    for _ in range(race.drawn.randrange(12)):
        await race.pause()
    race.is_wished = True
    engine = race.drawn.choice(race.engines)
    await engine.forgetter.forget(await kept_of(engine, "antonia"), OLGA)


async def stand_still(race: Race) -> None:
    """One process does not come to its heartbeat; the other goes on with what it held."""
    for _ in range(race.drawn.randrange(20)):
        await race.pause()
    await race.store.upkeep.release(race.drawn.choice(race.engines).name)


@asynccontextmanager
async def race_of(seed: str, make_store: MakeStore) -> AsyncGenerator[Race]:
    town = LaggingTown()
    first, second = (engine_on(make_store(), {"town": town}, max_file=1000) for _ in range(2))
    await first.start()
    await second.start()
    try:
        yield Race(seed, (first, second), town, make_store())
    finally:
        await first.stop()
        await second.stop()


async def thread_of(race: Race, writer: Writer) -> Place:
    """Where the case of a customer who asks for help is spoken of."""
    await writer.writes("help ")
    word = next(iter(writer.said.values()))
    places = [DESK]

    def there() -> bool:
        places[:] = [m.ref.place for m in race.town.messages if m.body.text == word and m.ref.place != writer.place]
        return bool(places)

    await race.town.until(there)
    return places[0]


def at_the_desk(race: Race) -> str:
    """What the app has standing there."""
    ours = [m for m in race.town.messages if m.key and not m.deleted and m.ref.place.channel == DESK.channel]
    return "\n".join(m.body.text + str(m.body.card or "") for m in ours)


async def exported(engine: Engine) -> str:
    """The cases of today as a file."""
    exporting = Exporting(engine.records, WallClock())
    window = window_of("24h", WallClock().now() + 60, UTC)
    return b"".join([piece async for piece in exporting.json(window)]).decode()


def assert_all_there(town: LaggingTown, said: Iterable[str], place: Place) -> None:
    """Each message stands there once, as it says by now, in its order."""
    wanted = [text for text in said if text]
    there = [line for text in town.visible(place) if (line := text.partition("\n")[0]) in wanted]
    assert there == wanted, town.visible(place)


@pytest.mark.parametrize("order", range(3))
async def test_nothing_of_theirs_is_left_and_nothing_of_others_is_lost(
    make_store: MakeStore, redis_url: str, monkeypatch: pytest.MonkeyPatch, order: int
) -> None:
    monkeypatch.setattr("bot.engine.upkeep.janitor._LOOKS", (0.3, 0.5))
    async with race_of(f"{jitter.seed}|{order}", make_store) as race:
        ann = Writer(race, ANN, chat_with(ANN), "zanzibar", falls_silent=race.drawn.random() < 0.5)
        bob = Writer(race, BOB, chat_with(BOB), "kilwa")
        to_ann = Writer(race, EVE, await thread_of(race, ann), "ophir")
        to_bob = Writer(race, EVE, await thread_of(race, bob), "lamu")
        for writer in (to_ann, to_bob):  # who answers has the case
            await writer.writes()
        race.break_calls()
        with capture_logs() as logs:
            lessons = asyncio.create_task(drafts(race, BOB, 6))
            await asyncio.gather(
                *(writer.goes_on(8) for writer in (ann, to_ann, bob, to_bob)),
                wish(race),
                stand_still(race),
                drafts(race, ANN, 6),
            )
            kept = await lessons
            await done(race.engines[0])
            await quiet(race.store, chat_with(ANN).key, chat_with(BOB).key)
            await swept(race.store, redis_url)

        places = {
            "desk": at_the_desk(race),
            "store": await everything_in(race.store, redis_url),
            "export": await exported(race.engines[0]),
        }
        since = ann.since_the_wish | to_ann.since_the_wish
        left = {name: sorted(set(OF_ANN.findall(text)) - since) for name, text in places.items()}
        assert left == {name: [] for name in places}
        assert not OF_ANN.search(places["export"] + repr(logs)), "nobody's words are ever there"
        if not ann.since_the_wish:
            named = [line for text in places.values() for line in text.splitlines()]
            assert [line for line in named if "antonia" in line.casefold()] == []

        assert_all_there(race.town, bob.said.values(), to_bob.place)
        assert_all_there(race.town, to_bob.said.values(), bob.place)
        of_bob = [one for one in await StoredLessons(race.store.lessons).all() if one.by == BOB.id]
        assert len(of_bob) == kept
        assert await race.engines[1].records.conversation_at(to_bob.place) == chat_with(BOB).key
