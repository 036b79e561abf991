"""A message that calls a colleague by name is for that colleague until its author says otherwise."""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Mention
from bot.core.events import AgentSaid
from tests.core.people import ADA, NORA, SAM, agent, press
from tests.core.test_mistaken import Desk

CALLED = Mention(SAM.key, "Sam")


def calling(*mentions: Mention, at: float = 4.0, text: str = "@Sam is it in stock?") -> AgentSaid:
    said = agent(text, at)
    return AgentSaid(said.at, said.ref, said.author, said.text, mentions=mentions)


def test_it_waits_for_its_author_and_reaches_nobody() -> None:
    desk = Desk()
    desk.play(press("claim"), calling(CALLED))
    assert desk.customer == []
    assert desk.asked[-1].text == "You called @Sam. Is this for the customer? Not sent: “@Sam is it in stock?”"
    assert [b.label for b in desk.asked[-1].buttons] == ["Send it", "Keep internal"]


def test_the_first_answer_claims_the_case_only_once_it_is_sent() -> None:
    desk = Desk()
    desk.play(calling(CALLED, text="@Sam from shipping will write to you"))
    assert desk.state.case is not None
    assert desk.state.case.assignee is None
    action, value = desk.pressed("Send it")
    desk.play(press(action, 5.0, value=value))
    assert desk.state.case.assignee == NORA
    assert desk.customer == ["@Sam from shipping will write to you"]


def test_kept_inside_it_is_sent_by_nothing_later() -> None:
    desk = Desk()
    desk.play(press("claim"), calling(CALLED))
    action, value = desk.pressed("Keep internal")
    desk.play(press(action, 5.0, value=value), press("send_it", 6.0, value=value), press("resolve", 7.0))
    assert desk.customer == []


def test_several_at_once_are_named_once_each() -> None:
    desk = Desk()
    desk.play(press("claim"), calling(CALLED, CALLED, Mention("", "here")))
    assert desk.asked[-1].text.startswith("You called @Sam and @here.")


def test_a_channel_that_is_named_is_asked_about_too() -> None:
    desk = Desk()
    desk.play(press("claim"), calling(Mention("", "#secret-ops"), text="ask in #secret-ops"))
    assert desk.customer == []
    assert desk.asked[-1].text.startswith("You called #secret-ops. Is this for the customer?")


def test_what_is_forwarded_or_quoted_is_asked_about_and_sent_whole() -> None:
    desk = Desk()
    said = replace(agent("see\n\n> Sam:\n> he always complains", 4.0), borrowed=True)
    desk.play(press("claim"), said)
    assert desk.customer == []
    assert desk.asked[-1].text.startswith("Another message is forwarded or quoted here.")
    action, value = desk.pressed("Send it")
    desk.play(press(action, 5.0, value=value))
    assert desk.customer == [said.text]


def test_the_customer_and_oneself_are_no_colleagues() -> None:
    desk = Desk()
    desk.play(press("claim"), calling(Mention(ADA.key, "Ada"), Mention(NORA.key, "Nora"), text="@Ada it is on its way"))
    assert desk.customer == ["@Ada it is on its way"]


def test_a_note_to_a_colleague_is_a_note() -> None:
    desk = Desk()
    desk.play(press("claim"))
    asked = len(desk.asked)
    desk.play(calling(CALLED, text="// @Sam is it in stock?"))
    assert desk.customer == []
    assert len(desk.asked) == asked
