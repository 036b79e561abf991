"""What agents write, and what of it crosses: to whom, under which conditions, and what they are told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.activity import Ref, Side
from bot.core.agents.holding import LEAVE
from bot.core.conversation import Status
from bot.core.effects import Abandon, Amend, Mark, Post, Redraw, Resend, SetTimer, Withdraw
from bot.core.events import (
    AgentCommanded,
    AgentDeleted,
    AgentEdited,
    AgentReacted,
    CustomerDeleted,
    CustomerEdited,
    CustomerReacted,
    Delivered,
    DeliveryFailed,
    Event,
    TimerFired,
)
from bot.core.learning.solved import solved_by
from bot.core.machine import handle
from bot.core.policy import Policy
from tests.core.people import ADA, DESK, GUS, NORA, OUTSIDER, POLICY, SAM, THREAD, UNKNOWN, agent, customer, press
from tests.core.stories import asked_for_person, claimed_by_nora, last_answer


def test_an_answer_that_comes_after_a_newer_one_says_so_to_the_customer() -> None:
    story = claimed_by_nora().play(agent("first the lid", 6.0), agent("// a note", 9.0), agent("then the screw", 8.0))
    assert story.to_customer == ["then the screw"]
    assert story.play(agent("before that, unplug it", 7.0)).to_customer == [
        "*(written earlier, delivered late)*\nbefore that, unplug it"
    ]
    assert story.play(agent("done", 10.0)).to_customer == ["done"]


@pytest.mark.parametrize("policy", [POLICY, replace(POLICY, hold_seconds=5.0)])
def test_an_answer_that_its_platform_brought_late_says_so_to_the_customer(policy: Policy) -> None:
    story = claimed_by_nora(policy).play(customer("shall i return it?", 400.0))
    story.play(replace(agent("yes, please", 6.0), late=True))
    if policy.hold_seconds:
        story.play(TimerFired(406.0, LEAVE))
    assert story.to_customer == ["*(written earlier, delivered late)*\nyes, please"]


def test_the_first_reply_of_an_entitled_agent_claims_and_is_sent() -> None:
    story = asked_for_person().play(agent("Hello Ada, I'm on it."))
    assert story.state.case is not None
    assert story.state.case.assignee == NORA
    assert story.to_customer[-1] == "Hello Ada, I'm on it."
    relayed = [e for e in story.last if isinstance(e, Post) and e.side is Side.CUSTOMER][-1]
    assert relayed.source == Ref(DESK, "a2.0")
    assert relayed.body.voice is not None
    assert relayed.body.voice.name == "Nora"


def test_with_claim_on_reply_off_a_reply_waits_for_the_claim() -> None:
    story = asked_for_person()
    story.policy = replace(POLICY, claim_on_reply=False)
    story.play(agent("Hello Ada"))
    assert story.to_customer == []
    story.play(press("claim", 3.0))
    assert "Hello Ada" in story.to_customer


@pytest.mark.parametrize(
    "text",
    [
        "// check the warehouse",
        "note: she is a VIP",
        "NOTE : hm",
        "secret 🔒",
        r"\_note: as it was typed",
        r"\// or so",
    ],
)
def test_a_note_stays_inside(text: str) -> None:
    story = claimed_by_nora().play(agent(text, 6.0))
    assert story.to_customer == []
    story.play(AgentEdited(7.0, Ref(DESK, "a6.0"), NORA, "now without a prefix"))
    assert not [e for e in story.last if isinstance(e, Post | Amend)]


@pytest.mark.parametrize("author", [GUS, OUTSIDER, UNKNOWN])
def test_who_is_not_entitled_answers_nobody_and_claims_nothing(author) -> None:
    story = asked_for_person().play(agent("hi there", by=author))
    assert story.to_customer == []
    assert story.state.status is Status.QUEUED
    assert [who for who, _ in story.whispers] == [author.id]
    story.play(press("claim", by=author))
    assert story.state.status is Status.QUEUED


def test_another_agents_words_are_held_and_three_choices_are_offered_to_them_alone() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM))
    assert story.to_customer == []
    ((who, body),) = story.whispers
    assert who == "sam"
    assert [b.label for b in body.buttons] == ["Send once", "Take over", "Keep internal"]


def test_send_once_sends_and_leaves_the_owner() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM))
    key = Ref(DESK, "a6.0").key
    story.play(press("send_once", 7.0, by=NORA, value=key))
    assert story.to_customer == []
    story.play(press("send_once", 8.0, by=SAM, value=key))
    assert story.to_customer == ["let me add"]
    assert story.state.case is not None
    assert story.state.case.assignee == NORA
    story.play(press("send_once", 9.0, by=SAM, value=key))
    assert story.to_customer == []


def test_take_over_sends_and_changes_the_owner() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM))
    story.play(press("take_over_send", 7.0, by=SAM, value=Ref(DESK, "a6.0").key))
    assert story.state.case is not None
    assert story.state.case.assignee == SAM
    assert story.to_customer[-1] == "let me add"


def test_keep_internal_keeps_it_internal() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM))
    story.play(press("keep_internal", 7.0, by=SAM, value=Ref(DESK, "a6.0").key))
    assert story.to_customer == []
    assert story.state.held == ()


def test_of_twenty_who_claim_one_wins_and_nineteen_are_told_who() -> None:
    story = asked_for_person()
    told = 0
    for n in range(20):
        story.play(press("claim", 5.0 + n, by=replace(SAM, id=f"agent{n}", name=f"Agent {n}")))
        told += sum("Agent 0 was faster" in body.text for _, body in story.whispers)
    assert story.state.case is not None
    assert story.state.case.assignee is not None
    assert story.state.case.assignee.id == "agent0"
    assert told == 19


def test_a_delivered_reply_gets_its_receipt() -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    story.play(Delivered(7.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0")))
    assert story.last == (Mark(Side.AGENTS, Ref(DESK, "a6.0"), "✅", on_original=True),)


def test_where_no_mark_can_be_put_the_card_says_which_answer_has_arrived() -> None:
    story = claimed_by_nora(replace(POLICY, markless=frozenset({"web"}))).play(agent("we are on it", 6.0))
    story.play(agent("and done", 6.5))
    story.play(Delivered(7.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0")))
    assert "has arrived: “we are on it”" in last_answer(story)
    story.play(Delivered(8.0, "e2", Side.CUSTOMER, Ref(DESK, "a6.5")))
    assert "has arrived: “and done”" in last_answer(story)
    story.play(press("resolve", 9.0))
    assert "has arrived: “and done”" in last_answer(story)


def test_a_failed_reply_is_marked_and_can_be_sent_again() -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    story.play(DeliveryFailed(7.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0"), "the channel is archived"))
    assert Mark(Side.AGENTS, Ref(DESK, "a6.0"), "⚠️", on_original=True) in story.last
    assert any("archived" in text for text in story.to_agents)
    story.play(press("retry", 8.0, value="e1"))
    assert Resend("e1") in story.last
    story.play(Delivered(9.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0")))
    assert Mark(Side.AGENTS, Ref(DESK, "a6.0"), "⚠️", added=False, on_original=True) in story.last


def test_what_nobody_can_tell_is_decided_by_people() -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    story.play(DeliveryFailed(7.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0"), "no answer", unknown=True))
    post = next(e for e in story.last if isinstance(e, Post))
    assert [b.label for b in post.body.buttons] == ["Resend", "It arrived"]


@pytest.mark.parametrize("unknown", [True, False])
def test_what_was_taken_back_meanwhile_is_not_offered_to_be_sent_again(unknown: bool) -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    story.play(AgentDeleted(6.5, Ref(DESK, "a6.0"), NORA))
    story.play(DeliveryFailed(7.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0"), "no answer", unknown=unknown))
    assert Abandon("e1", arrived=False) in story.last
    said = [effect.body.text for effect in story.last if isinstance(effect, Post)]
    assert not any(effect.body.buttons for effect in story.last if isinstance(effect, Post))
    assert [text.endswith("If they did, it still stands there.") for text in said] == ([True] if unknown else [])


def test_whether_the_desk_has_a_message_is_asked_before_it_is_sent_twice() -> None:
    story = claimed_by_nora().play(customer("psst", 6.0))
    story.play(DeliveryFailed(7.0, "e1", Side.AGENTS, Ref(THREAD, "c6.0"), "no answer", unknown=True))
    post = next(e for e in story.last if isinstance(e, Post))
    assert post.side is Side.AGENTS
    assert [b.label for b in post.body.buttons] == ["Resend", "It arrived"]
    assert not any(isinstance(e, SetTimer) for e in story.last)


def test_a_message_that_does_not_reach_the_desk_is_told_once_and_tried_again() -> None:
    story = claimed_by_nora().play(customer("psst", 6.0))
    story.play(DeliveryFailed(7.0, "e1", Side.AGENTS, Ref(THREAD, "c6.0"), "archived"))
    assert len(story.to_customer) == 1
    assert any(isinstance(e, SetTimer) for e in story.last)
    story.play(TimerFired(40.0, "retry:e1"))
    assert Resend("e1") in story.last
    story.play(DeliveryFailed(41.0, "e1", Side.AGENTS, Ref(THREAD, "c6.0"), "archived"))
    assert story.to_customer == []


def test_a_notice_that_the_desk_did_not_get_worries_no_customer() -> None:
    """Where both sides refuse, each failure would be told to the other side, and fail there, for ever."""
    story = claimed_by_nora()
    card = DeliveryFailed(6.0, "card", Side.AGENTS, None, "archived")
    assert len(story.play(card).to_customer) == 1, "without a card nobody at the desk knows of the case"
    assert story.state.case is not None
    story.play(Delivered(7.0, "root", Side.AGENTS, None, root=story.state.case.key, thread=DESK.key))
    story.play(agent("hello", 8.0), DeliveryFailed(9.0, "e1", Side.CUSTOMER, Ref(DESK, "a8.0"), "blocked"))
    assert len(story.to_agents) == 1
    story.play(DeliveryFailed(10.0, "notice", Side.AGENTS, None, "archived"))
    assert story.to_customer == []
    assert any(isinstance(e, SetTimer) for e in story.last)


def test_edits_and_deletes_of_a_customer_reach_the_copies() -> None:
    story = asked_for_person().play(customer("I ment this", 2.0, id="m1"))
    story.play(CustomerEdited(3.0, Ref(THREAD, "m1"), ADA, "I meant this"))
    amend = next(e for e in story.last if isinstance(e, Amend))
    assert amend.side is Side.AGENTS
    assert "I meant this" in amend.body.text
    story.play(agent("understood", 4.0), CustomerEdited(5.0, Ref(THREAD, "m1"), ADA, "something else"))
    assert any("after you answered" in text for text in story.to_agents)
    story.play(CustomerDeleted(6.0, Ref(THREAD, "m1"), ADA))
    assert "deleted" in next(e for e in story.last if isinstance(e, Amend)).body.text


def test_the_card_quotes_nothing_that_its_customer_deleted() -> None:
    story = asked_for_person().play(customer("hello?", 2.0))
    assert story.state.case is not None
    assert story.state.case.why.evidence == ("“can i talk to someone”",)
    story.play(CustomerDeleted(3.0, Ref(THREAD, "c2.0"), ADA))
    assert not [e for e in story.last if isinstance(e, Redraw)], "nothing of that was quoted"
    story.play(CustomerDeleted(4.0, Ref(THREAD, "c1.0"), ADA))
    (card,) = (e.body.card for e in story.last if isinstance(e, Redraw))
    assert card is not None
    assert card.evidence == ()


def test_edits_and_deletes_of_an_agent_reach_the_customer() -> None:
    story = claimed_by_nora().play(agent("helo", 6.0))
    ref = Ref(DESK, "a6.0")
    story.play(AgentEdited(7.0, ref, NORA, "hello"))
    assert next(e for e in story.last if isinstance(e, Amend)).body.text == "hello"
    story.play(AgentDeleted(8.0, ref, NORA))
    assert Withdraw(Side.CUSTOMER, ref) in story.last
    assert not [e for e in story.last if isinstance(e, Mark)], "no mark is taken off what is not there any more"
    story.play(AgentEdited(9.0, ref, NORA, "again"))
    assert not [e for e in story.last if isinstance(e, Post | Amend)]


@pytest.mark.parametrize(
    "event",
    [
        AgentEdited(7.0, Ref(DESK, "a6.0"), NORA, "// oops"),
        AgentReacted(7.0, Ref(DESK, "a6.0"), NORA, "🔒", added=True),
        AgentDeleted(7.0, Ref(DESK, "a6.0"), NORA),
    ],
)
def test_a_reply_that_becomes_a_note_or_is_deleted_is_taken_back_and_told_to_nobody_as_said(event: Event) -> None:
    story = claimed_by_nora().play(agent("oops", 6.0), event)
    assert Withdraw(Side.CUSTOMER, Ref(DESK, "a6.0")) in story.last
    before = story.state
    story.play(AgentCommanded(8.0, NORA, "transfer", "legal"))
    assert story.state.case is not None
    assert story.state.case.desk == "legal"
    assert not [e for e in story.last if isinstance(e, Post) and "oops" in e.body.text]
    solved = handle(before, press("resolve", 9.0), story.policy, number=1).conversation
    assert solved_by(before, solved, story.policy) is None, "and is suggested to nobody as what solved it"


def test_reactions_cross_to_the_message_that_was_meant() -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    story.play(AgentReacted(7.0, Ref(THREAD, "c1.0"), NORA, "👀", added=True))
    assert Mark(Side.CUSTOMER, Ref(THREAD, "c1.0"), "👀", on_original=True) in story.last
    story.play(AgentReacted(8.0, Ref(THREAD, "c1.0"), SAM, "👀", added=True))
    assert story.last == ()
    story.play(CustomerReacted(9.0, Ref(DESK, "a6.0"), ADA, "❤️", added=True))
    assert Mark(Side.AGENTS, Ref(DESK, "a6.0"), "❤️", on_original=True) in story.last


def test_nobody_writes_to_a_customer_through_a_closed_case() -> None:
    story = claimed_by_nora().play(press("resolve", 10.0), agent("one more thing", 11.0))
    assert story.to_customer == []
    assert story.whispers
