"""What the desk and the journal get to see of personal data, whatever happens in a conversation."""

from __future__ import annotations

from dataclasses import replace

from bot.core import machine
from bot.core.activity import Side
from bot.core.agents.revealing import originals
from bot.core.conversation import Conversation, Status
from bot.core.decision import Decision
from bot.core.effects import Amend, Body, Post, Record, Redraw, Whisper, Withdraw
from bot.core.events import AgentCommanded, CustomerEdited, Event
from bot.core.veil import veiled_text
from tests.core.people import ADA, NORA, POLICY, agent, conversation, customer, meaning, press, turn

CARD = "4242 4242 4242 4242"
SECRET = f"My card {CARD} was charged twice, write to ada.l@example.com"


def _after(*events: Event) -> tuple[Conversation, list[Decision]]:
    c, decisions = conversation(), []
    for event in events:
        decision = machine.handle(c, event, POLICY, number=1001)
        c = decision.conversation
        decisions.append(decision)
    return c, decisions


def _inside(decisions: list[Decision]) -> str:
    """Everything that agents and the journal may read, as one text."""
    said = [
        repr(effect)
        for decision in decisions
        for effect in decision.effects
        if isinstance(effect, Record | Redraw) or getattr(effect, "side", None) is Side.AGENTS
    ]
    return "\n".join(said)


def _angry(text: str = SECRET) -> Event:
    return customer(text, parse=meaning(asked=0.9), turn=turn())


def test_the_hand_over_shows_the_desk_no_card_number_and_keeps_it_in_the_state() -> None:
    c, decisions = _after(_angry(), customer(SECRET, 2.0), CustomerEdited(3.0, customer("", 2.0).ref, ADA, SECRET))
    assert c.status is Status.QUEUED
    seen = _inside(decisions)
    assert "4242 4242" not in seen.replace("•••• 4242", "")
    assert "ada.l@" not in seen
    assert "•••• 4242" in seen
    assert any(CARD in line.text for line in c.transcript)


def test_what_an_agent_writes_to_the_customer_is_never_touched() -> None:
    _, decisions = _after(_angry(), agent("Transfer it to DE89 3704 0044 0532 0130 00, please."))
    sent = [e for d in decisions for e in d.effects if isinstance(e, Post) and e.side is Side.CUSTOMER]
    assert any("DE89 3704 0044 0532 0130 00" in post.body.text for post in sent)


def test_hints_and_values_of_buttons_survive() -> None:
    c, _ = _after(_angry(), press("claim"))
    other = machine.handle(c, agent("I'll take it", 4.0, by=replace(NORA, id="sam", name="Sam")), POLICY, number=1002)
    whispers = [e.body for e in other.effects if isinstance(e, Whisper)]
    assert next(button.value for button in whispers[0].buttons) == agent("", 4.0).ref.key


def test_nothing_is_masked_where_the_company_does_not_want_it() -> None:
    policy = replace(POLICY, masked=frozenset())
    decision = machine.handle(conversation(), _angry(), policy, number=1001)
    assert CARD in _inside([decision])
    assert veiled_text(CARD, policy) == CARD


def test_a_look_at_the_originals_is_in_the_journal_and_nowhere_else() -> None:
    c, _ = _after(_angry())
    seen = machine.handle(c, AgentCommanded(9.0, NORA, "reveal", "1001"), POLICY, number=1002)
    assert [e.kind for e in seen.effects if isinstance(e, Record)] == ["revealed"]
    assert len(seen.effects) == 1
    assert "Nora" in _inside([seen])
    assert seen.conversation == c


def test_the_originals_are_what_was_masked_and_no_more() -> None:
    c, _ = _after(_angry(), customer("Are you there?", 2.0))
    shown = originals(c, POLICY, "Europe/Lisbon")
    assert CARD in shown
    assert "Are you there" not in shown
    assert originals(replace(c, transcript=()), POLICY, "") == ""


def test_edits_of_the_customers_are_masked_too() -> None:
    c, _ = _after(_angry())
    line = c.transcript[0]
    assert line.ref is not None
    edit = machine.handle(c, CustomerEdited(5.0, line.ref, c.customer, f"No, {CARD}"), POLICY, number=1002)
    bodies: list[Body] = [e.body for e in edit.effects if isinstance(e, Amend)]
    assert bodies[0].text.startswith("No, •••• 4242")


def test_a_reply_that_is_made_internal_is_taken_back_from_the_customer() -> None:
    c, _ = _after(_angry(), agent("Here you are."))
    key = agent("Here you are.").ref.key
    taken = machine.handle(c, AgentCommanded(9.0, NORA, "make_internal", key), POLICY, number=1002)
    assert any(isinstance(e, Withdraw) and e.side is Side.CUSTOMER for e in taken.effects)
    again = machine.handle(taken.conversation, AgentCommanded(9.5, NORA, "make_internal", key), POLICY, number=1002)
    unknown = machine.handle(c, AgentCommanded(9.0, NORA, "make_internal", "x|y|z|1"), POLICY, number=1002)
    assert again.effects == unknown.effects == ()
