"""An edit or a deletion that comes while a copy is not there yet wins: the old words are never seen."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.core.activity import Activity, Ref
from bot.engine.engine import Engine, Role
from bot.errors import NotDone, Refused, Uncertain
from bot.ports import Capabilities
from tests.support.engines import engine_on
from tests.support.patience import comes_to
from tests.support.redis import MakeStore
from tests.support.town import FAST, Fault, Message, Town, chat_with, person

ANN, BOB, SUE = person("ann"), person("bob"), person("sue")
CHAT = chat_with(ANN)
Sending = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture
def town() -> Town:
    return Town(Capabilities(pace=FAST, max_text=40))


async def take(engine: Engine, *activities: Activity) -> None:
    for activity in activities:
        await engine.intake.take(activity)


async def parked(engine: Engine, town: Town, words: str = "the wrong price") -> tuple[Ref, Message]:
    """A reply that could not be sent, and the notice that offers to try again."""
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    town.fail("post", Fault(Refused("post", "blocked"), only=words))
    said = town.says(BOB, thread, words)
    await take(engine, said)
    await town.until(lambda: any("blocked" in text for text in town.visible(thread)))
    return said.content.ref, next(m for m in town.messages if "blocked" in m.body.text)


async def retried(engine: Engine, town: Town, notice: Message) -> None:
    button = next(b for b in notice.body.buttons if b.action == "retry")
    await take(engine, town.presses(BOB, notice.ref, button.action, button.value))


async def test_retry_sends_what_the_author_has_made_of_it(engine: Engine, town: Town) -> None:
    ref, notice = await parked(engine, town)
    await take(engine, town.edits(BOB, ref, "the right price"))
    await retried(engine, town, notice)
    await town.until(lambda: "the right price" in town.visible(CHAT))
    assert ("post", "the wrong price") not in town.calls
    assert "the wrong price" not in [m.body.text for m in town.messages if m.ref.place == CHAT]


async def test_retry_sends_nothing_of_what_the_author_took_back(engine: Engine, town: Town) -> None:
    ref, notice = await parked(engine, town)
    await take(engine, town.deletes(BOB, ref))
    await retried(engine, town, notice)
    await take(engine, town.says(BOB, town.thread_of(1001), "another matter"))
    await town.until(lambda: "another matter" in town.visible(CHAT))
    assert "the wrong price" not in [m.body.text for m in town.messages if m.ref.place == CHAT]


async def test_retry_sends_nothing_of_what_became_a_note(engine: Engine, town: Town) -> None:
    ref, notice = await parked(engine, town)
    await take(engine, town.edits(BOB, ref, "// the wrong price"))
    await retried(engine, town, notice)
    await take(engine, town.says(BOB, town.thread_of(1001), "another matter"))
    await town.until(lambda: "another matter" in town.visible(CHAT))
    assert not any("wrong price" in m.body.text for m in town.messages if m.ref.place == CHAT)


async def test_an_edit_overtakes_words_that_wait(engine: Engine, town: Town) -> None:
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    town.lasting["post"] = Fault(NotDone("post", "away"), only="first draft")
    said = town.says(BOB, thread, "first draft")
    await take(engine, said)
    await town.until(lambda: len([c for c in town.calls if c[0] == "post"]) > 0)
    await take(engine, town.edits(BOB, said.content.ref, "second draft"))
    await town.until(lambda: "second draft" in town.visible(CHAT))
    assert town.visible(CHAT).count("second draft") == 1


async def test_a_text_that_has_grown_comes_in_all_its_parts(engine: Engine, town: Town) -> None:
    ref, notice = await parked(engine, town)
    long = "one two three four five.\n\nsix seven eight nine ten."
    await take(engine, town.edits(BOB, ref, long))
    await retried(engine, town, notice)
    await town.until(lambda: "six seven eight nine ten." in town.visible(CHAT))
    assert town.visible(CHAT)[-2:] == ["one two three four five.", "six seven eight nine ten."]


async def test_an_edit_that_waits_shows_nothing_of_what_was_taken_back_meanwhile(engine: Engine, town: Town) -> None:
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    thread = town.thread_of(1001)
    said = town.says(BOB, thread, "it costs 5")
    await take(engine, said)
    await town.until(lambda: "it costs 5" in town.visible(CHAT))
    copy = next(m.ref.id for m in town.messages if m.body.text == "it costs 5" and m.key)
    town.lasting["post"] = Fault(NotDone("post", "away"), only="one moment")
    before = len(town.calls)
    await take(engine, town.says(BOB, thread, "one moment"))
    await town.until(lambda: "post" in {name for name, _ in town.calls[before:]})
    await take(engine, town.edits(BOB, said.content.ref, "it costs us 3"), town.deletes(BOB, said.content.ref))
    await take(engine, town.says(ANN, CHAT, "still there?"))
    await town.until(lambda: "still there?" in town.visible(thread))  # what came before it is decided, too
    del town.lasting["post"]
    await town.until(lambda: "one moment" in town.visible(CHAT) and "it costs 5" not in town.visible(CHAT))
    assert ("edit", copy) not in town.calls


LONG = ("one two three four five.", "six seven eight nine ten.")
RENEWED = ("ONE two three four five.", "SIX seven eight nine ten.")


async def half_said(engine: Engine, town: Town) -> Activity:
    """Bob says a long text."""
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))
    said = town.says(BOB, town.thread_of(1001), "\n\n".join(LONG))
    await take(engine, said)
    return said


@pytest.fixture
async def deciding(make_store: MakeStore, town: Town) -> AsyncIterator[Engine]:
    """An engine that sends nothing."""
    engine = engine_on(make_store(), {"town": town}, roles=frozenset(Role) - {Role.SENDER})
    await engine.start()
    yield engine
    await engine.stop()


@pytest.fixture
def sending(make_store: MakeStore, town: Town) -> Sending:
    """What is decided is sent while this lasts: between two of these all that there is can be decided."""

    @asynccontextmanager
    async def sends() -> AsyncGenerator[None]:
        sender = engine_on(make_store(), {"town": town}, roles=frozenset({Role.SENDER}))
        await sender.start()
        try:
            yield
        finally:
            await sender.stop()

    return sends


async def edited(engine: Engine, town: Town, said: Activity, text: str) -> None:
    """That was decided, whatever was sent of it."""
    await take(engine, town.edits(BOB, said.content.ref, text))
    await comes_to(lambda: in_transcript(engine, said), lambda shown: shown == text)


async def lost(engine: Engine, town: Town) -> None:
    """Sue has the word from now on."""
    await take(engine, town.presses(SUE, town.root_of(1001).ref, "take_over", "1001"))
    await comes_to(
        lambda: engine.records.conversation(CHAT.key), lambda known: known is not None and known.word == SUE.key
    )


async def taken_over(engine: Engine, town: Town) -> None:
    await take(engine, town.presses(SUE, town.root_of(1001).ref, "take_over", "1001"))
    await town.until(lambda: any("sue is with you" in text.casefold() for text in town.visible(CHAT)))


async def in_transcript(engine: Engine, said: Activity) -> str:
    conversation = await engine.records.conversation(CHAT.key)
    assert conversation is not None
    line = conversation.line_of(said.content.ref)
    return line.text if line else ""


def seen(town: Town) -> list[str]:
    """What the customer sees of the long text, old or new."""
    return [text for text in town.visible(CHAT) if "seven" in text or "two three" in text]


async def test_a_begun_text_whose_edit_comes_too_late_is_ended_in_its_old_words(
    deciding: Engine, town: Town, sending: Sending
) -> None:
    town.lasting["post"] = Fault(NotDone("post", "away"), only=LONG[1])
    async with sending():
        said = await half_said(deciding, town)
        await town.until(lambda: LONG[0] in town.visible(CHAT))
    await edited(deciding, town, said, "\n\n".join(RENEWED))
    await lost(deciding, town)
    del town.lasting["post"]
    async with sending():
        await town.until(lambda: len(seen(town)) == 2)
        thread = town.thread_of(1001)
        await town.until(lambda: any("edit did not reach" in text for text in town.visible(thread)))
    assert seen(town) == list(LONG)
    assert await in_transcript(deciding, said) == "\n\n".join(LONG)


async def test_an_edit_that_has_begun_to_be_seen_is_made_whole_whoever_has_the_word_by_then(
    deciding: Engine, town: Town, sending: Sending
) -> None:
    town.lasting["post"] = Fault(NotDone("post", "away"), only=LONG[0])
    async with sending():
        said = await half_said(deciding, town)
    await edited(deciding, town, said, "\n\n".join(RENEWED))
    town.lasting["post"] = Fault(NotDone("post", "away"), only=RENEWED[1])
    async with sending():
        await town.until(lambda: RENEWED[0] in town.visible(CHAT))
    await lost(deciding, town)
    del town.lasting["post"]
    async with sending():
        await town.until(lambda: len(seen(town)) == 2)
        await take(deciding, town.says(SUE, town.thread_of(1001), "and now me"))
        await town.until(lambda: "and now me" in town.visible(CHAT))
    assert seen(town) == list(RENEWED)
    assert await in_transcript(deciding, said) == "\n\n".join(RENEWED)
    assert not any("edit did not reach" in text for text in town.visible(town.thread_of(1001)))


async def test_an_edit_of_an_edit_that_has_begun_to_be_seen_is_made_whole(
    deciding: Engine, town: Town, sending: Sending
) -> None:
    last = ("One, two three four five", "Six, seven eight nine ten")
    town.lasting["post"] = Fault(NotDone("post", "away"), only=LONG[1])
    town.lasting["edit"] = Fault(NotDone("edit", "away"), only=RENEWED[0])
    async with sending():
        said = await half_said(deciding, town)
        await town.until(lambda: LONG[0] in town.visible(CHAT))
    await edited(deciding, town, said, "\n\n".join(RENEWED))
    async with sending():
        await town.until(lambda: RENEWED[1] in town.visible(CHAT))
    await edited(deciding, town, said, "\n\n".join(last))
    await lost(deciding, town)
    town.lasting.clear()
    async with sending():
        await town.until(lambda: seen(town) == list(last))
        await take(deciding, town.says(SUE, town.thread_of(1001), "and now me"))
        await town.until(lambda: "and now me" in town.visible(CHAT))
    assert await in_transcript(deciding, said) == "\n\n".join(last)


async def test_an_edit_of_which_the_customer_has_a_part_is_made_whole(engine: Engine, town: Town) -> None:
    said = await half_said(engine, town)
    await town.until(lambda: LONG[1] in town.visible(CHAT))
    town.fail("edit", *[Fault(NotDone("edit", "away"), only=RENEWED[1])] * 3)
    await take(engine, town.edits(BOB, said.content.ref, "\n\n".join(RENEWED)))
    await town.until(lambda: RENEWED[0] in town.visible(CHAT) and not town.faults["edit"])
    await taken_over(engine, town)
    await town.until(lambda: seen(town) == list(RENEWED))
    await take(engine, town.says(SUE, town.thread_of(1001), "and now me"))
    await town.until(lambda: "and now me" in town.visible(CHAT))
    assert await in_transcript(engine, said) == "\n\n".join(RENEWED)


async def test_an_edit_of_which_nobody_knows_whether_it_was_made_is_made(engine: Engine, town: Town) -> None:
    said = await half_said(engine, town)
    await town.until(lambda: LONG[1] in town.visible(CHAT))
    town.fail("edit", *[Fault(Uncertain("edit", "cut"), done=True)] * 2)
    await take(engine, town.edits(BOB, said.content.ref, "\n\n".join(RENEWED)))
    await town.until(lambda: RENEWED[0] in town.visible(CHAT) and not town.faults["edit"])
    await taken_over(engine, town)
    await town.until(lambda: seen(town) == list(RENEWED))
    await take(engine, town.says(SUE, town.thread_of(1001), "and now me"))
    await town.until(lambda: "and now me" in town.visible(CHAT))
    assert await in_transcript(engine, said) == "\n\n".join(RENEWED)
