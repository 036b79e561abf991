"""Threads, lateness, reactions, timers, commands: what the engine adds to what the core decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import Activity, Place, Ref, Said
from bot.core.conversation import Status
from bot.engine.engine import Engine, Role
from bot.errors import Throttled
from bot.ports import Capabilities, DueTimer, Findings, Orphan
from tests.support.engines import WallClock, engine_on
from tests.support.patience import PATIENCE, comes_to
from tests.support.redis import MakeStore
from tests.support.town import DESK, FAST, PLATFORM, Fault, Town, chat_with, person

ANN, BOB = person("ann"), person("bob")
CHAT = chat_with(ANN)


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


@pytest.fixture
async def engine(store: RedisStore, town: Town, clock: WallClock) -> AsyncIterator[Engine]:
    engine = engine_on(store, {"town": town}, clock=clock)
    await engine.start()
    yield engine
    await engine.stop()


async def take(engine: Engine, *activities: Activity) -> None:
    for activity in activities:
        await engine.intake.take(activity)


async def with_a_person(engine: Engine, town: Town) -> Place:
    """Ann's case, claimed by Bob."""
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    await take(engine, town.says(BOB, thread, "I am here"))
    await town.until(lambda: "I am here" in town.visible(CHAT))
    return thread


async def test_replies_that_come_before_the_thread_is_known_are_kept_in_order(
    make_store: MakeStore, town: Town
) -> None:
    ingress = engine_on(make_store(), {"town": town}, roles=frozenset({Role.INGRESS}))
    root = Ref(DESK, "1000.777000")
    thread = Place(PLATFORM, "T", "desk", root.id)
    for n in range(3):
        assert await ingress.intake.take(town.says(BOB, thread, f"early {n}"))
    full = engine_on(make_store(), {"town": town})
    town.next_id = root.id
    await full.start()
    await take(full, town.says(ANN, CHAT, "help"))
    await town.until(lambda: "early 2" in town.visible(CHAT))
    assert [text for text in town.visible(CHAT) if text.startswith("early")] == ["early 0", "early 1", "early 2"]
    await full.stop()


async def test_a_forgotten_binding_is_mended_by_the_janitor(make_store: MakeStore, town: Town) -> None:
    store = make_store()
    engine = engine_on(store, {"town": town})

    async def dies(thread: str, conversation: str) -> None:
        """The process is gone right after the root card was settled."""

    engine._sender._bind = dies
    await engine.start()
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    await take(engine, town.says(BOB, town.thread_of(1001), "I am here"))
    await town.until(lambda: "I am here" in town.visible(CHAT))
    await engine.stop()


async def test_chatter_in_the_desk_is_forgotten_after_minutes(store: RedisStore, engine: Engine, town: Town) -> None:
    chatter = Place(PLATFORM, "T", "desk", "999.0")
    await take(engine, town.says(BOB, chatter, "lunch?"))
    assert (await store.mailboxes.parked(chatter.key))[1]
    await engine._janitor._drop(chatter.key)
    assert not (await store.mailboxes.parked(chatter.key))[1]


async def test_what_cannot_be_read_in_one_thread_does_not_stop_what_is_due_elsewhere(
    store: RedisStore, engine: Engine, town: Town
) -> None:
    chatter, theirs = Place(PLATFORM, "T", "desk", "999.0"), Place(PLATFORM, "T", "desk", "998.0")
    for thread in (chatter, theirs):
        await store.mailboxes.locate(thread.key, "what a newer version wrote")
    fired: list[str] = []

    async def tick(_now: float) -> list[Findings]:
        return [
            Findings(orphans=(Orphan(theirs.key, CHAT.key, 500.0), Orphan(chatter.key, "", 500.0))),
            Findings(timers=(DueTimer(CHAT.key, "leave", 1.0),)),
        ]

    async def fire(conversation: str, timer: str, _due: float, _body: str) -> None:
        fired.append(f"{conversation} {timer}")

    store.upkeep.tick, store.upkeep.fire = tick, fire  # type: ignore[method-assign]  # two shards with something to do
    await engine._janitor.look()
    assert set(fired) == {f"{CHAT.key} leave"}, "the engine's own janitor may have looked, too"
    assert not (await store.mailboxes.parked(chatter.key))[1], "nobody's chatter goes, whatever it said"
    assert (await store.mailboxes.parked(theirs.key))[1], "and somebody's waits for who can read it"


async def test_a_message_that_arrives_out_of_order_is_put_in_order_or_labelled(engine: Engine, town: Town) -> None:
    thread = await with_a_person(engine, town)
    early, late = town.says(ANN, CHAT, "first said"), town.says(ANN, CHAT, "second said")
    await take(engine, late)
    await town.until(lambda: "second said" in town.visible(thread))
    await take(engine, early)
    await town.until(lambda: any("first said" in text for text in town.visible(thread)))
    assert any("late" in text and "first said" in text for text in town.visible(thread))


async def test_of_two_messages_of_one_moment_neither_is_late(engine: Engine, town: Town) -> None:
    thread = await with_a_person(engine, town)
    one = town.says(ANN, CHAT, "one")
    await take(engine, one, replace(town.says(ANN, CHAT, "two"), at=one.at))
    await town.until(lambda: any("two" in text for text in town.visible(thread)))
    assert town.visible(thread)[-2:] == ["one", "two"]


async def test_a_reaction_crosses_to_the_original(engine: Engine, town: Town) -> None:
    thread = await with_a_person(engine, town)
    said = town.says(BOB, thread, "done")
    await take(engine, said)
    await town.until(lambda: "done" in town.visible(CHAT))
    copy = next(m for m in town.messages if m.ref.place == CHAT and m.body.text == "done")
    original = town._one(said.content.ref)
    await town.until(lambda: original.reactions == ["✅"])
    await take(engine, town.reacts(ANN, copy.ref, "🎉"))
    await town.until(lambda: "🎉" in original.reactions)


async def test_a_reaction_to_a_text_in_several_parts_stands_at_the_first(store: RedisStore) -> None:
    town = Town(Capabilities(max_text=40, pace=FAST))
    engine = engine_on(store, {"town": town})
    await engine.start()
    thread = await with_a_person(engine, town)
    said = town.says(BOB, thread, "one part of what is said here\n\nanother part of what is said here")
    await take(engine, said)
    await town.until(lambda: any("another part" in text for text in town.visible(CHAT)))
    await take(engine, town.reacts(BOB, said.content.ref, "🎉"))
    first, last = (m for m in town.messages if m.ref.place == CHAT and "part of what is said" in m.body.text)
    await town.until(lambda: first.reactions == ["🎉"])
    assert not last.reactions
    await engine.stop()


async def test_where_the_app_may_not_react_the_card_shows_what_has_arrived(store: RedisStore) -> None:
    town = Town(Capabilities(react=False, pace=FAST))
    engine = engine_on(store, {"town": town})
    await engine.start()
    await with_a_person(engine, town)

    def says_so() -> bool:
        card = town.root_of(1001).body.card
        return card is not None and any("has arrived: “I am here”" in field.text for field in card.fields)

    await town.until(says_so)
    assert not [name for name, _ in town.calls if name == "react"]
    await engine.stop()


async def test_an_edit_and_a_deletion_reach_the_copy(engine: Engine, town: Town) -> None:
    thread = await with_a_person(engine, town)
    said = town.says(BOB, thread, "tomorow")
    await take(engine, said, town.edits(BOB, said.content.ref, "tomorrow"))
    await town.until(lambda: "tomorrow" in town.visible(CHAT))
    await take(engine, town.deletes(BOB, said.content.ref))
    await town.until(lambda: "tomorrow" not in town.visible(CHAT))
    assert "tomorow" not in town.visible(CHAT)


async def test_a_timer_fires_when_its_time_has_come(engine: Engine, town: Town, clock: WallClock) -> None:
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    await town.until(lambda: len(town.visible(CHAT)) == 2)
    clock.ahead = 3600.0
    await town.until(lambda: any("still in the queue" in text for text in town.visible(CHAT)))


async def test_a_command_reaches_its_case(engine: Engine, town: Town) -> None:
    await with_a_person(engine, town)
    conversation = CHAT.key
    await comes_to(lambda: engine.records.conversation_of(1001), lambda found: found == conversation)
    await engine.records.tell(conversation, "resolve", "", BOB)

    def is_resolved() -> bool:
        card = town.root_of(1001).body.card
        return card is not None and card.status == Status.RESOLVED.value

    await town.until(is_resolved)
    state = await engine.records.conversation(conversation)
    assert state is not None
    assert state.status is Status.RESOLVED
    await comes_to(engine.records.open_cases, lambda rows: not rows)  # the index follows the commit


async def test_whoever_follows_sees_facts_as_they_are_decided(engine: Engine, town: Town) -> None:
    seen: list[str] = []
    handed_over = asyncio.Event()

    async def follow() -> None:
        async for line in engine.records.follow():
            seen.append(line.kind)
            assert line.conversation == CHAT.key
            if line.kind == "handed_over":
                handed_over.set()

    follower = asyncio.create_task(follow())
    async with asyncio.timeout(PATIENCE):
        n = 0
        while not seen:
            # Following begins at some moment: what was decided before it is not shown.
            await take(engine, town.says(ANN, CHAT, f"hello {n}"))
            n += 1
            await town.until(lambda n=n: len(town.visible(CHAT)) >= 2 * n)
        await take(engine, town.says(ANN, CHAT, "help"))
        await handed_over.wait()
    follower.cancel()
    await asyncio.wait([follower])


async def test_an_event_that_cannot_be_handled_does_not_stop_its_conversation(
    store: RedisStore, engine: Engine, town: Town
) -> None:
    await store.mailboxes.take(CHAT.key, '{"is": "FromTheFuture"}', ids=["x"])
    await take(engine, town.says(ANN, CHAT, "hello"))
    await town.until(lambda: "re: hello" in town.visible(CHAT))


async def test_what_belongs_to_nobody_is_not_taken(engine: Engine, town: Town) -> None:
    assert not await engine.intake.take(town.says(BOB, DESK, "at the desk's root"))
    stray = town.did(ANN, CHAT, Said(Ref(CHAT, "1.0"), "x"))
    assert await engine.intake.take(stray)


async def test_a_stop_finishes_what_is_under_way_and_the_next_process_goes_on(
    make_store: MakeStore, town: Town
) -> None:
    one = engine_on(make_store(), {"town": town})
    await one.start()
    town.fail("post", Fault(Throttled("post", "slow down", retry_after=0.3)))
    await take(one, town.says(ANN, CHAT, "one"), town.says(ANN, CHAT, "two"))
    await town.until(lambda: any(name == "post" for name, _ in town.calls))
    await one.stop()
    two = engine_on(make_store(), {"town": town})
    await two.start()
    await town.until(lambda: "re: two" in town.visible(CHAT))
    assert [text for text in town.visible(CHAT) if text.startswith("re:")] == ["re: one", "re: two"]
    await two.stop()


async def test_roles_can_live_in_processes_of_their_own(make_store: MakeStore, town: Town) -> None:
    engines = [engine_on(make_store(), {"town": town}, roles=frozenset({role})) for role in Role]
    for engine in engines:
        await engine.start()
    await take(engines[0], town.says(ANN, CHAT, "hello"))
    await town.until(lambda: "re: hello" in town.visible(CHAT))
    for engine in engines:
        await engine.stop()


async def test_two_processes_share_the_work_without_stepping_on_each_other(make_store: MakeStore, town: Town) -> None:
    engines = [engine_on(make_store(), {"town": town}) for _ in range(2)]
    for engine in engines:
        await engine.start()
    people = [person(f"p{n}") for n in range(10)]
    for n in range(4):
        for k, who in enumerate(people):
            await take(engines[(n + k) % 2], town.says(who, chat_with(who), f"{n}"))
    await town.until(lambda: all(len(town.visible(chat_with(p))) == 8 for p in people))
    for who in people:
        replies = [text for text in town.visible(chat_with(who)) if text.startswith("re:")]
        assert replies == [f"re: {n}" for n in range(4)]
    for engine in engines:
        await engine.stop()
