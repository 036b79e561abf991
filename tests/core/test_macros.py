"""Ready-made replies in a case's thread: sent whole to the customer, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.activity import Person, Ref
from bot.core.agents import macros
from bot.core.conversation import Need, Status
from bot.core.effects import Amend
from bot.core.events import AgentEdited, AgentSubmitted
from bot.core.live import Live, Macro
from bot.core.machine import handle
from bot.core.policy import Policy
from tests.core.desk_life import Desk
from tests.core.people import ADA, DESK, NORA, POLICY, SAM, agent, conversation, customer, meaning, press

KEPT = (
    Macro("hello", "Hello {customer.first_name}, this is {agent.name}. Your case is #{case.number}."),
    Macro("hello.de", "Guten Tag {customer.name}!"),
    Macro("refund", "Your refund for {order_number} is on its way."),
    Macro("evil", "{customer.name}"),
)
WITH_MACROS: Policy = replace(POLICY, live=Live(macros=KEPT))


def desk(name: str = "Ada King", language: str = "en") -> Desk:
    """A case that Nora has, of a customer with that name."""
    found = Desk(WITH_MACROS)
    asked = customer("a person please", parse=meaning("human_handoff", language=language), turn=None)
    found.take(replace(asked, author=replace(ADA, name=name)), press("claim", 5.0))
    found.conversation = replace(found.conversation, customer=replace(ADA, name=name))
    found.customer.clear()
    return found


def test_a_macro_reaches_the_customer_with_its_fields_filled() -> None:
    found = desk()
    found.take(agent("?hello"))
    assert found.customer == ["Hello Ada, this is Nora. Your case is #1001."]
    assert "Hello Ada, this is Nora" in found.desk[-1]
    assert found.conversation.transcript[-1].text.startswith("Hello Ada")


def test_the_language_of_the_customer_chooses_the_version() -> None:
    found = desk(language="de")
    found.take(agent("?hello"))
    assert found.customer == ["Guten Tag Ada King!"]


def test_a_slot_by_its_name_fills_a_field() -> None:
    found = desk()
    case = found.conversation.case
    assert case is not None
    need = Need("refund_status", 0.9, (("order_number", "4711"),))
    found.conversation = replace(found.conversation, case=replace(case, need=need))
    found.take(agent(" ?Refund "))
    assert found.customer == ["Your refund for 4711 is on its way."]


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("Ada King", "?refnd", "Did you mean `?refund`?"),
        ("Ada King", "?refund", "`order_number`"),
        ("", "?hello", "`customer.first_name`"),
    ],
)
def test_what_is_unknown_or_lacking_is_told_to_its_author_alone_and_nothing_is_sent(name, text, hint) -> None:
    found = desk(name)
    said = handle(found.conversation, agent(text), WITH_MACROS, number=2000)
    found.take(agent(text))
    assert found.customer == []
    (whisper,) = [e for e in said.effects if type(e).__name__ == "Whisper"]
    assert whisper.to == NORA  # type: ignore[union-attr]
    assert hint in whisper.body.text  # type: ignore[union-attr]


def test_a_macro_keeps_the_reply_rule() -> None:
    found = desk()
    found.take(agent("?hello", by=SAM))
    assert found.customer == []
    assert found.conversation.held[0].text.startswith("Hello Ada, this is Sam")


def test_a_name_that_looks_like_a_macro_is_only_a_name() -> None:
    found = desk("?evil")
    found.take(agent("?evil"))
    assert found.customer == ["?evil"]


def test_an_answer_is_not_edited_into_a_macro() -> None:
    found = desk()
    found.take(agent("A moment, please."))
    sent = agent("A moment, please.").ref
    decision = handle(found.conversation, AgentEdited(9.0, sent, NORA, "?refnd"), WITH_MACROS, number=2000)
    assert not [e for e in decision.effects if isinstance(e, Amend)]


def test_a_queued_case_is_claimed_by_a_macro_only_when_it_can_be_sent() -> None:
    found = Desk(WITH_MACROS)
    found.take(customer("a person please", parse=meaning("human_handoff"), turn=None))
    found.take(agent("?nothing"))
    assert found.conversation.status is Status.QUEUED
    found.take(agent("?hello"))
    assert found.conversation.status is Status.ASSIGNED


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("?refund", "refund"),
        ("  ?Refund_now \n", "refund_now"),
        ("?refund\\_now", "refund_now"),
        ("?hello.de", "hello.de"),
        ("? refund", None),
        ("?", None),
        ("??", None),
        ("?refund please", None),
        ("why ?refund", None),
    ],
)
def test_only_a_name_behind_a_question_mark_is_a_macro(text: str, name: str | None) -> None:
    assert macros.called(text) == name


@given(text=st.text(max_size=60), name=st.text(max_size=20))
def test_whatever_a_macro_says_it_is_filled_or_refused(text: str, name: str) -> None:
    policy = replace(POLICY, live=Live(macros=(Macro("any", text + "{customer.name}"),)))
    held = replace(conversation(), customer=Person("web", "t", "ada", name))
    found = macros.filled("any", held, NORA, policy)
    assert isinstance(found, str | macros.Problem)
    assert DESK.key not in str(found)


@pytest.mark.parametrize(
    ("start", "used"), [("macro:hello", ["hello"]), ("macro:none", []), ("case:#900", []), ("", [])]
)
def test_a_macro_that_began_a_window_is_counted_as_one_sent_from_the_thread(start: str, used: list[str]) -> None:
    found = desk()
    found.take(
        AgentSubmitted(6.0, Ref(DESK, "root-1"), NORA, "reply_with", "1001", (("start", start), ("text", "Hello!")))
    )
    assert found.customer == ["Hello!"]
    assert [dict(r.labels)["macro"] for r in found.records if r.kind == "macro_used"] == used
