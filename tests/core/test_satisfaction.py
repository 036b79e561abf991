"""How it went: asked once, in the customer's words, counted as it was left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.activity import Ref, Side
from bot.core.conversation import Conversation, Status
from bot.core.customers import satisfaction
from bot.core.decision import Decision
from bot.core.effects import Button, Post, Record, Redraw
from bot.core.events import CustomerPressed, CustomerSubmitted, Event
from bot.core.machine import handle
from bot.core.wording.words import LANGUAGES
from tests.core.people import ADA, POLICY, THREAD, agent, conversation, customer, meaning, press


class Talk:
    """One conversation, with what its last event brought."""

    def __init__(self, *, language: str = "en", ask: bool = True) -> None:
        self.policy = replace(POLICY, ask_rating=ask)
        self.now: Conversation = conversation()
        self.last: Decision = Decision(self.now)
        self.number = 1000
        self.play(customer("a person", parse=meaning("human_handoff", language=language), turn=None))
        self.now = replace(self.now, language=language)
        self.play(press("claim", 5.0), agent("Done.", 6.0), press("resolve", 7.0))

    def play(self, *events: Event) -> None:
        for event in events:
            self.number += 1
            self.last = handle(self.now, event, self.policy, number=self.number)
            self.now = self.last.conversation

    def rates(self, score: int, case: int = 1001) -> None:
        self.play(CustomerPressed(9.0, Ref(THREAD, "b1"), ADA, satisfaction.RATE, f"{case}:{score}"))

    def buttons(self) -> list[Button]:
        posts = [e for e in self.last.effects if isinstance(e, Post) and e.side is Side.CUSTOMER]
        return [button for post in posts for button in post.body.buttons]

    def told(self, side: Side) -> str:
        return "\n".join(e.body.text for e in self.last.effects if isinstance(e, Post) and e.side is side)

    def facts(self) -> list[tuple[str, int | None]]:
        rated = ("rated", "unrated", "rating_asked")
        return [(e.kind, e.points) for e in self.last.effects if isinstance(e, Record) and e.kind in rated]


def test_a_solved_case_is_asked_about_once() -> None:
    talk = Talk()
    assert [b.value for b in talk.buttons()] == [f"1001:{n}" for n in range(1, 6)]
    assert talk.facts() == [("rating_asked", None)]
    talk.play(press("resolve", 8.0))
    assert talk.buttons() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_is_in_the_customers_language(language: str) -> None:
    talk = Talk(language=language)
    others = {other: Talk(language=other).told(Side.CUSTOMER) for other in LANGUAGES if other != language}
    assert talk.told(Side.CUSTOMER) not in others.values()


def test_it_can_be_switched_off() -> None:
    assert Talk(ask=False).buttons() == []


def test_a_rating_is_thanked_for_shown_to_the_desk_and_counted() -> None:
    talk = Talk()
    talk.rates(4)
    assert "4" in talk.told(Side.CUSTOMER)
    assert "gave 4 of 5" in talk.told(Side.AGENTS)
    assert talk.facts() == [("rated", 4)]
    (card,) = [e for e in talk.last.effects if isinstance(e, Redraw)]
    assert card.body.card is not None
    assert any("4 of 5" in field.text for field in card.body.card.fields)
    assert talk.now.status is Status.RESOLVED


def test_a_rating_may_be_changed_and_the_same_again_is_nothing() -> None:
    talk = Talk()
    talk.rates(2)
    talk.rates(2)
    assert talk.last.effects == ()
    talk.rates(5)
    assert talk.facts() == [("unrated", 2), ("rated", 5)]


def test_a_low_rating_pings_whoever_had_the_case() -> None:
    talk = Talk()
    talk.rates(1)
    pinged = [e.body.mention for e in talk.last.effects if isinstance(e, Post) and e.side is Side.AGENTS]
    assert [who.id for who in pinged if who] == ["nora"]


def test_more_can_be_said_and_only_the_desk_reads_it() -> None:
    talk = Talk()
    talk.rates(2)
    (more,) = talk.buttons()
    assert (more.action, more.value) == (satisfaction.COMMENT, "1001")
    fields = ((satisfaction.FIELD, "It took too long."),)
    talk.play(CustomerSubmitted(10.0, Ref(THREAD, "b2"), ADA, satisfaction.COMMENT, "1001", fields))
    assert "It took too long." in talk.told(Side.AGENTS)
    assert "too long" not in talk.told(Side.CUSTOMER)
    assert talk.now.case is not None
    assert talk.now.case.rating_comment == "It took too long."


@pytest.mark.parametrize("value", ["1000:4", "1001:6", "1001:0", "1001:", "", "x"])
def test_a_rating_of_something_else_changes_nothing(value: str) -> None:
    talk = Talk()
    talk.play(CustomerPressed(9.0, Ref(THREAD, "b1"), ADA, satisfaction.RATE, value))
    assert talk.facts() == []
    assert talk.told(Side.CUSTOMER) == ""


def test_a_press_while_the_case_is_open_again_neither_counts_nor_wakes_anybody() -> None:
    talk = Talk()
    talk.play(customer("one more thing", 20.0))
    assert talk.now.status is Status.ASSIGNED
    talk.rates(1)
    assert talk.facts() == []
    assert (talk.told(Side.AGENTS), talk.told(Side.CUSTOMER)) == ("", "")


def test_each_solution_is_asked_about_anew() -> None:
    talk = Talk()
    talk.rates(1)
    talk.play(customer("one more thing", 20.0), press("resolve", 30.0))
    assert len(talk.buttons()) == 5
    talk.rates(5)
    assert talk.facts() == [("rated", 5)]
