"""`/support macro …`: ready-made replies are kept with their history, and the desk sees every change."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.core.activity import Person, Place
from bot.core.policy import Desk, Policy
from bot.engine.books.macros import StoredMacros
from bot.ports import Answer
from bot.services.macros import MacroAnswers
from bot.services.operations import Operations, Roles
from tests.support.patience import PATIENCE
from tests.support.redis import MakeStore

DESK = Place("web", "t", "desk")
NORA, SAM = Person("web", "t", "nora", "Nora"), Person("web", "t", "sam", "Sam")


class Noon:
    def now(self) -> float:
        return 1_790_000_000.0


@dataclass(frozen=True)
class Room:
    operations: Operations

    async def says(self, words: str, who: Person = NORA) -> Answer:
        return await self.operations.run(who, DESK, words)

    async def reads(self, words: str, who: Person = NORA) -> str:
        return (await self.says(words, who)).body.text


@pytest.fixture
def room(make_store: MakeStore) -> Room:
    answers = MacroAnswers(StoredMacros(make_store().macros), Noon()).answers()
    policy = Policy(desks=(Desk("support", DESK),))
    return Room(Operations(policy=policy, roles=Roles(), adapters={}, answers=answers, patience=PATIENCE))


async def test_a_macro_is_added_for_all_to_see_and_listed(room) -> None:
    answer = await room.says("macro add refund Hello {customer.first_name},\n\nyour refund for {order} is on its way.")
    assert answer.shared
    assert "Nora added the macro `?refund`" in answer.body.text
    assert "`order`" in answer.body.text
    assert "`?refund`: Hello {customer.first_name}, your refund" in await room.reads("macro list")
    assert "\n\nyour refund for {order}" in await room.reads("macro refund")
    assert not (await room.says("macro list")).shared


async def test_changes_are_kept_with_who_made_them(room) -> None:
    await room.says("macro add hi Hello")
    assert (await room.says("macro edit hi Good day", SAM)).shared
    assert "Sam removed" in await room.reads("macro remove ?hi", SAM)
    history = await room.reads("macro history hi")
    assert [word in history for word in ("1. Nora", "Hello", "2. Sam", "Good day", "3. Sam", "removed")] == [True] * 6
    assert "no macros yet" in await room.reads("macro list")
    assert "added" in await room.reads("macro add hi Hello again")


async def test_of_a_long_history_the_last_twenty_are_told(room) -> None:
    await room.says("macro add hi version 1")
    for n in range(2, 23):
        await room.says(f"macro edit hi version {n}")
    told = (await room.reads("macro history hi")).splitlines()
    assert len(told) == 1 + 20
    assert told[1].startswith("- 3. Nora")
    assert told[-1].startswith("- 22. Nora")


async def test_a_removed_macro_makes_room_for_another(room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.macros.MAX_MACROS", 3)
    for n in range(3):
        await room.says(f"macro add m{n} Hello")
    assert "There are 3 macros already" in await room.reads("macro add one-more Hello")
    await room.says("macro remove m1")
    assert "added" in await room.reads("macro add one-more Hello")
    assert "There are 3 macros already" in await room.reads("macro add m1 Back again")


async def test_times_are_told_by_the_clock_of_whoever_asks(room) -> None:
    await room.says("macro add hi Hello")
    far = replace(NORA, timezone="Asia/Tokyo")
    assert "23:13" in await room.reads("macro history hi", far)
    assert "23:13" in await room.reads("macro hi", far)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("macro add refund", "needs the text"),
        ("macro add", "needs a name and the text"),
        ("macro add 7up no", "cannot be a macro's name"),
        ("macro add list no", "cannot be a macro's name"),
        ("macro add hi.xx no", "cannot be a macro's name"),
        ("macro add there again", "is there already"),
        ("macro edit nowhere text", "There is no macro"),
        ("macro remove nowhere", "There is no macro"),
        ("macro nowhere", "There is no macro"),
        ("macro history nowhere", "never was"),
        ("macro add long " + "x" * 3001, "at most 3000"),
    ],
)
async def test_what_cannot_be_done_is_said_to_the_asker_alone_and_changes_nothing(room, words: str, hint: str) -> None:
    await room.says("macro add there it is")
    answer = await room.says(words)
    assert hint in answer.body.text
    assert not answer.shared
    assert "**1 macro**" in await room.reads("macro list")
