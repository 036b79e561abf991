"""Files from one side to the other: beside their words, whole or not at all, and never in silence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import Activity, Edited, Place, Said
from bot.core.policy import Desk, Policy
from bot.core.routing import Doors
from bot.engine.engine import Engine
from bot.errors import NotDone, Refused, Uncertain
from bot.ports import Capabilities
from tests.support.engines import engine_on
from tests.support.filing import FilingTown
from tests.support.town import DESK, FAST, Fault, Town, chat_with, person

ANN, BOB = person("ann"), person("bob")
CHAT = chat_with(ANN)
LIMIT = 1000


@pytest.fixture
def town() -> FilingTown:
    return FilingTown()


@pytest.fixture
async def engine(store: RedisStore, town: FilingTown) -> AsyncIterator[Engine]:
    engine = engine_on(store, {"town": town}, max_file=LIMIT)
    await engine.start()
    yield engine
    await engine.stop()


async def take(engine: Engine, *activities: Activity) -> None:
    for activity in activities:
        await engine.intake.take(activity)


async def case(engine: Engine, town: Town) -> None:
    await take(engine, town.says(ANN, CHAT, "help"))
    await town.until(lambda: any(m.body.card for m in town.messages))


async def test_a_file_stands_behind_the_words_it_came_with_on_both_sides(engine: Engine, town: FilingTown) -> None:
    await case(engine, town)
    thread = town.thread_of(1001)
    await take(engine, town.sends(ANN, CHAT, "my receipt", ("receipt.pdf", b"r" * 100), ("photo.png", b"p" * 90)))
    await town.until(lambda: "[photo.png]" in town.visible(thread))
    assert town.visible(thread)[-3:] == ["my receipt", "[receipt.pdf]", "[photo.png]"]
    reply = town.sends(BOB, thread, "", ("form.docx", b"f" * 50))
    await take(engine, reply)
    await town.until(lambda: "[form.docx]" in town.visible(CHAT))
    assert town.taken == {"receipt.pdf": b"r" * 100, "photo.png": b"p" * 90, "form.docx": b"f" * 50}
    await town.until(lambda: town._one(reply.content.ref).reactions == ["✅"])


async def test_a_file_sent_before_the_hand_over_comes_with_the_transcript(engine: Engine, town: FilingTown) -> None:
    await take(engine, town.sends(ANN, CHAT, "look at this", ("broken.jpg", b"b" * 40)))
    await case(engine, town)
    await town.until(lambda: "[broken.jpg]" in town.visible(town.thread_of(1001)))


async def test_a_name_arrives_without_what_could_deceive(engine: Engine, town: FilingTown) -> None:
    await case(engine, town)
    await take(engine, town.sends(ANN, CHAT, "here", ("../../etc/\u202efdp.exe", b"x")))
    await town.until(lambda: bool(town.taken))
    assert list(town.taken) == ["_.._etc_fdp.exe"]


@pytest.mark.parametrize("tells_sizes", [True, False], ids=["known size", "unknown size"])
async def test_a_file_that_is_too_large_is_said_on_both_sides_and_its_words_arrive(
    engine: Engine, town: FilingTown, tells_sizes: bool
) -> None:
    await case(engine, town)
    thread = town.thread_of(1001)
    town.tells_sizes = tells_sizes
    await take(engine, town.sends(ANN, CHAT, "a film", ("film.mov", b"m" * (LIMIT + 1))))
    await town.until(lambda: any("film.mov" in text and "larger than" in text for text in town.visible(CHAT)))
    await town.until(lambda: any("could not be brought here" in text for text in town.visible(thread)))
    assert "a film" in town.visible(thread)
    assert town.taken == {}
    await take(engine, town.says(ANN, CHAT, "never mind"))
    await town.until(lambda: "never mind" in town.visible(thread))


async def test_an_agent_is_told_what_did_not_arrive_and_can_try_again(engine: Engine, town: FilingTown) -> None:
    await case(engine, town)
    thread = town.thread_of(1001)
    town.fail("post", Fault(Refused("upload", "the customer's storage is full"), only="[form.docx]"))
    reply = town.sends(BOB, thread, "please fill this in", ("form.docx", b"f" * 50))
    await take(engine, reply)
    await town.until(lambda: any("form.docx" in text and "storage is full" in text for text in town.visible(thread)))
    assert "please fill this in" in town.visible(CHAT)
    await town.until(lambda: any("could not be delivered" in text for text in town.visible(CHAT)))
    notice = next(m for m in town.messages if "storage is full" in m.body.text)
    retry = next(b for b in notice.body.buttons if b.action == "retry")
    await take(engine, town.presses(BOB, notice.ref, retry.action, retry.value))
    await town.until(lambda: "[form.docx]" in town.visible(CHAT))


@pytest.mark.parametrize(
    "broken",
    [
        lambda town: setattr(town, "breaks", NotDone("read", "the connection broke")),
        lambda town: town.fail("post", Fault(Uncertain("upload", "reset before"), only="[a.txt]")),
        lambda town: town.fail("post", Fault(Uncertain("upload", "reset after"), done=True, only="[a.txt]")),
    ],
    ids=["breaks off while read", "lost before", "lost after"],
)
async def test_whatever_breaks_on_the_way_a_file_arrives_once(
    engine: Engine, town: FilingTown, broken: Callable[[FilingTown], None]
) -> None:
    await case(engine, town)
    broken(town)
    await take(engine, town.sends(ANN, CHAT, "", ("a.txt", b"a" * 30)), town.says(ANN, CHAT, "and then"))
    await town.until(lambda: "and then" in town.visible(town.thread_of(1001)))
    assert town.visible(town.thread_of(1001))[-2:] == ["[a.txt]", "and then"]


async def test_a_file_that_can_never_be_read_is_given_up_after_six_tries(
    engine: Engine, town: FilingTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def soon(_first: float, done: int) -> float:
        tries.append(done)
        town.breaks = NotDone("read", "the connection broke")
        return 0.0

    monkeypatch.setattr("bot.engine.sending.attempts.pause", soon)
    await case(engine, town)
    town.breaks = NotDone("read", "the connection broke")
    await take(engine, town.sends(ANN, CHAT, "", ("a.txt", b"a" * 30)), town.says(ANN, CHAT, "and then"))
    await town.until(lambda: "and then" in town.visible(town.thread_of(1001)))
    assert tries == [0, 1, 2, 3, 4], "and the sixth was the last"
    assert not town.taken


async def test_an_edit_leaves_the_files_and_a_deletion_takes_them(engine: Engine, town: FilingTown) -> None:
    await case(engine, town)
    thread = town.thread_of(1001)
    said = town.sends(ANN, CHAT, "my acount number", ("statement.pdf", b"s" * 30))
    await take(engine, said)
    await town.until(lambda: "[statement.pdf]" in town.visible(thread))
    await take(engine, town.edits(ANN, said.content.ref, "my account number"))
    await town.until(lambda: any("my account number" in text for text in town.visible(thread)))
    assert "[statement.pdf]" in town.visible(thread)
    await take(engine, town.deletes(ANN, said.content.ref))
    await town.until(lambda: "[statement.pdf]" not in town.visible(thread))
    assert any("deleted by the customer" in text for text in town.visible(thread))


async def test_one_file_that_is_taken_out_goes_alone_and_the_rest_can_still_be_deleted(
    engine: Engine, town: FilingTown
) -> None:
    await case(engine, town)
    thread = town.thread_of(1001)
    said = town.sends(ANN, CHAT, "both pages", ("one.png", b"1" * 30), ("two.png", b"2" * 30))
    await take(engine, said)
    await town.until(lambda: "[two.png]" in town.visible(thread))
    assert isinstance(said.content, Said)
    first, second = said.content.files
    await take(engine, town.did(ANN, CHAT, Edited(said.content.ref, "both pages", (second.id,))))
    await town.until(lambda: "[one.png]" not in town.visible(thread))
    await town.until(lambda: any("The customer removed “one.png”" in text for text in town.visible(thread)))
    assert {"both pages", "[two.png]"} <= set(town.visible(thread)), first.name
    await take(engine, town.deletes(ANN, said.content.ref))
    await town.until(lambda: "[two.png]" not in town.visible(thread))


async def test_the_only_file_that_an_agent_takes_out_goes_at_the_customer(engine: Engine, town: FilingTown) -> None:
    await case(engine, town)
    reply = town.sends(BOB, town.thread_of(1001), "the contract", ("contract.pdf", b"c" * 30))
    await take(engine, reply)
    await town.until(lambda: "[contract.pdf]" in town.visible(CHAT))
    await take(engine, town.did(BOB, town.thread_of(1001), Edited(reply.content.ref, "the contract", ())))
    await town.until(lambda: "[contract.pdf]" not in town.visible(CHAT))
    assert "the contract" in town.visible(CHAT)
    await take(engine, town.deletes(BOB, reply.content.ref))
    await town.until(lambda: "the contract" not in town.visible(CHAT))


class OtherTown(FilingTown):
    """The same on another platform."""

    platform = "city"


async def test_a_deletion_takes_the_files_from_the_desks_of_every_platform_where_the_case_has_been(
    store: RedisStore, town: FilingTown
) -> None:
    city, far = OtherTown(), Place("city", "T", "legal")
    policy = Policy(desks=(Desk("support", DESK, "Support"), Desk("legal", far, "Legal")))
    doors = Doors(desks=frozenset({DESK.key, far.key}), support=frozenset())
    engine = engine_on(store, {"town": town, "city": city}, policy=policy, doors=doors, max_file=LIMIT)
    await engine.start()
    try:
        await case(engine, town)
        said = town.sends(ANN, CHAT, "my statement", ("statement.pdf", b"s" * 30))
        await take(engine, said)
        await town.until(lambda: "[statement.pdf]" in town.visible_in(DESK))
        await engine.records.tell(CHAT.key, "transfer", "legal it is theirs", BOB)
        await city.until(lambda: "[statement.pdf]" in city.visible_in(far))
        await take(engine, town.deletes(ANN, said.content.ref))
        await city.until(lambda: "[statement.pdf]" not in city.visible_in(far))
        await town.until(lambda: "[statement.pdf]" not in town.visible_in(DESK))
        for place, seen in ((DESK, town), (far, city)):
            await seen.until(lambda place=place, seen=seen: any("deleted" in t for t in seen.visible_in(place)))
    finally:
        await engine.stop()


async def test_a_reply_that_becomes_a_note_takes_its_files_back(engine: Engine, town: FilingTown) -> None:
    await case(engine, town)
    reply = town.sends(BOB, town.thread_of(1001), "the contract", ("contract.pdf", b"c" * 30))
    await take(engine, reply)
    await town.until(lambda: "[contract.pdf]" in town.visible(CHAT))
    await take(engine, town.edits(BOB, reply.content.ref, "// the contract"))
    await town.until(lambda: not {"the contract", "[contract.pdf]"} & set(town.visible(CHAT)))


async def test_where_nothing_takes_files_their_names_arrive(store: RedisStore) -> None:
    town = FilingTown(Capabilities(pace=FAST, files=False))
    engine = engine_on(store, {"town": town})
    await engine.start()
    await case(engine, town)
    await take(engine, town.sends(ANN, CHAT, "my receipt", ("receipt.pdf", b"r" * 100)))
    await town.until(lambda: any("receipt.pdf" in text for text in town.visible(town.thread_of(1001))))
    await engine.stop()
