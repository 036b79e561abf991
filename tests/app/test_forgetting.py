"""`forget`, from the button of a card to the card that says so, on every platform; and how it is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.core.activity import Person, Place
from bot.core.policy import Desk, Policy
from bot.ports import AuditLine, Holdings
from bot.services.forgetting import Forgetting
from bot.services.operations import Operations, Roles
from tests.app.product import train_once
from tests.app.streets import Street, desk_on, reads
from tests.support.patience import until

DESK = Place("web", "t", "desk")
BOSS = Person("web", "t", "boss", "Boss")
NORA = Person("web", "t", "nora", "Nora")
HELD = Holdings("web|t|chat|", "web|t|Ada", "Ada", (1001, 1042), 7, 31)


@dataclass
class Books:
    """A store of one customer."""

    held: Holdings = HELD
    forgotten: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def conversation_of(self, case: int) -> str | None:
        return self.held.conversation if case in self.held.cases else None

    async def of_customers(self, is_meant: Callable[[str], bool]) -> Sequence[Holdings]:
        return () if self.forgotten or not is_meant(self.held.customer) else (self.held,)

    async def of_conversation(self, conversation: str) -> Sequence[Holdings]:
        return await self.of_customers(lambda _: conversation == self.held.conversation)

    async def forget(self, holdings: Sequence[Holdings], by: Person) -> None:
        self.forgotten += [(one.customer, by.id) for one in holdings]

    async def lines(self, kind: str) -> Sequence[AuditLine]:
        return (
            [AuditLine(0.0, kind, "Boss", "A customer was forgotten: 1 conversation, #1001.")] if self.forgotten else []
        )


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def operations(books: Books) -> Operations:
    return operations_on(books, DESK)


def operations_on(books: Books, desk: Place) -> Operations:
    return Operations(
        policy=Policy(desks=(Desk("support", desk),)),
        roles=Roles(operators=frozenset({"boss"})),
        adapters={},
        answers=Forgetting(books, books, books).answers(),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("whom", ["#1042", "1042", "@ada", "ada", "<@ADA>", "web:ada"])
async def test_what_is_kept_is_shown_and_nothing_is_deleted_before_the_word(operations, books, whom) -> None:
    answer = await operations.run(BOSS, DESK, f"forget {whom}")
    assert "#1001, #1042" in answer.body.text
    assert "Nothing was deleted yet" in answer.body.text
    (button,) = answer.body.buttons
    assert books.forgotten == []
    assert "Being deleted" in (await operations.run(BOSS, DESK, button.value)).body.text
    assert books.forgotten == [("web|t|Ada", "boss")]


@pytest.mark.parametrize("whom", ["<@29:1ABC>", "teams:29:1abc", "@29:1abc"])
async def test_on_teams_a_mention_names_its_account(whom: str) -> None:
    books = Books(held=replace(HELD, customer="teams|t|29:1Abc"))
    desk, boss = Place("teams", "t", "desk"), Person("teams", "t", "boss", "Boss")
    operations = operations_on(books, desk)
    (button,) = (await operations.run(boss, desk, f"forget {whom}")).body.buttons
    assert "Being deleted" in (await operations.run(boss, desk, button.value)).body.text
    assert books.forgotten == [("teams|t|29:1Abc", "boss")]


async def test_asked_again_there_is_nothing_left(operations, books) -> None:
    await operations.run(BOSS, DESK, "forget #1042 confirm")
    assert "Nothing is kept" in (await operations.run(BOSS, DESK, "forget #1042 confirm")).body.text
    assert len(books.forgotten) == 1
    listed = (await operations.run(BOSS, DESK, "forget list")).body.text
    assert "Boss · A customer was forgotten" in listed


@pytest.mark.parametrize(
    "words",
    ["forget @eve confirm", "forget slack:ada confirm", "forget #7 confirm", "forget ² confirm", "forget @ada now"],
)
async def test_who_is_not_meant_stays(operations, books, words) -> None:
    answer = await operations.run(BOSS, DESK, words)
    assert "forget #1042" in answer.body.text, "how it is said"
    assert books.forgotten == []


@pytest.mark.parametrize(("whom", "said"), [("Eve", True), ("#7", False)])
async def test_whoever_is_looked_for_by_name_is_told_that_names_are_not(operations, whom: str, *, said: bool) -> None:
    assert ("Names are not looked for" in (await operations.run(BOSS, DESK, f"forget {whom}")).body.text) is said


async def test_it_takes_an_operator(operations, books) -> None:
    assert "*operator*" in (await operations.run(NORA, DESK, "forget @ada confirm")).body.text
    assert books.forgotten == []


@pytest.fixture(scope="module")
def trained() -> None:
    train_once()


@pytest.fixture(params=["slack", "teams", "web"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path, trained: None) -> AsyncIterator[Street]:
    async with desk_on(request.param, tmp_path, may="forget: agent") as side:
        yield side


@pytest.mark.timeout(600)
async def test_a_customer_is_forgotten_by_a_button_of_their_card(desk: Street) -> None:
    desk.customer_says("i want to talk to a human being please, my innersecret is blue")
    thread = await until(lambda: desk.thread("#1001"))
    await reads(lambda: desk.agent_reads(thread), "innersecret")
    desk.agent_says(thread, "Hello, who is it?")
    await reads(desk.customer_reads, "who is it?")

    await desk.agent_presses("#1001", "Forget this customer")
    await desk.agent_presses("Nothing was deleted yet", "Delete for ever")
    await until(lambda: any("forgotten" in text and "1001" in text for text in desk.agent_reads(thread)))
    await until(lambda: not any("innersecret" in text for text in desk.agent_reads(thread)))
    assert any("who is it?" in text for text in desk.agent_reads(thread)), "what an agent wrote is theirs"

    desk.customer_says("hello")
    await until(lambda: sum("Harbour" in text for text in desk.customer_reads()) >= 1)
