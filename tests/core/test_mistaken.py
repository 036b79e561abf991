"""Words in a case's thread that look like a command: never to the customer unseen, never held when they are words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.activity import Side
from bot.core.agents.mistaken import command_in
from bot.core.conversation import Conversation
from bot.core.effects import Body, ClearButtons, Post, Whisper
from bot.core.events import Event
from bot.core.machine import handle
from bot.core.policy import Policy
from bot.core.typed.commands import COMMAND
from tests.core.people import NORA, POLICY, SAM, agent, conversation, customer, meaning, press


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("home", "home"),
        ("  Queue ", "Queue"),
        ("on", "on"),
        ("on 17:00", "on 17:00"),
        ("off 30m", "off 30m"),
        ("stats 7d by reason", "stats 7d by reason"),
        ("resolve 1042 solved refunded", "resolve 1042 solved refunded"),
        ("snooze #1042 2h", "snooze #1042 2h"),
        ("snooze 1042 friday 14:00", "snooze 1042 friday 14:00"),
        (r"case \#1042", "case #1042"),
        ("assign 1042 @ana", "assign 1042 @ana"),
        ("/support", "help"),
        ("/support what", "what"),
        ("@Warmline queue", "queue"),
        ("who share", "who share"),
    ],
)
def test_what_looks_like_a_command_is_seen(text: str, words: str) -> None:
    assert command_in(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "on it",
        "on my way",
        "who is it for?",
        "help is on its way",
        "case closed",
        "forget it",
        "hours? nine to five",
        "off you go",
        "stats are fine",
        "model T",
        "assign 1042 to me please",
        "I resolved it",
        "home\nand away",
        "",
        "@ada hello there",
    ],
)
def test_words_for_people_are_not_taken_for_one(text: str) -> None:
    assert command_in(text) is None


class Desk:
    def __init__(self, policy: Policy = POLICY) -> None:
        self.policy = policy
        self.state: Conversation = conversation()
        self.customer: list[str] = []
        self.asked: list[Body] = []
        self.play(customer("a person please", parse=meaning("human_handoff")))
        self.customer.clear()

    def play(self, *events: Event) -> None:
        for event in events:
            decision = handle(self.state, event, self.policy, number=1001)
            self.state = decision.conversation
            self.customer += [
                e.body.text for e in decision.effects if isinstance(e, Post) and e.side is Side.CUSTOMER and e.source
            ]
            self.asked += [e.body for e in decision.effects if isinstance(e, Whisper)]
            self.cleared = [e.text for e in decision.effects if isinstance(e, ClearButtons)]

    def pressed(self, label: str) -> tuple[str, str]:
        button = next(b for b in self.asked[-1].buttons if b.label == label)
        return button.action, button.value


def test_the_owners_home_is_asked_about_and_does_not_reach_the_customer() -> None:
    desk = Desk()
    desk.play(press("claim"), agent("home", 4.0))
    assert desk.customer == []
    assert "Did you mean the command?" in desk.asked[-1].text
    assert [b.label for b in desk.asked[-1].buttons] == ["Send it", "Run it"]
    assert desk.pressed("Run it") == (COMMAND, "home")


def test_send_it_sends_it_once() -> None:
    desk = Desk()
    desk.play(press("claim"), agent("home", 4.0))
    action, value = desk.pressed("Send it")
    desk.play(press(action, 5.0, value=value))
    assert desk.cleared
    desk.play(press(action, 6.0, value=value))
    assert desk.customer == ["home"]
    assert "no longer waiting" in desk.asked[-1].text


def test_send_it_keeps_the_reply_rule() -> None:
    desk = Desk()
    desk.play(press("claim"), agent("home", 4.0, by=SAM))
    action, value = desk.pressed("Send it")
    desk.play(press(action, 5.0, by=SAM, value=value))
    assert desk.customer == []
    assert "Only @Nora's replies" in desk.asked[-1].text
    desk.play(press(action, 6.0, by=NORA, value=value))
    assert desk.customer == [], "nobody sends another's words"


def test_the_first_answer_that_looks_like_a_command_claims_only_once_it_is_sent() -> None:
    desk = Desk()
    desk.play(agent("home", 4.0))
    assert desk.state.case is not None
    assert desk.state.case.assignee is None
    action, value = desk.pressed("Send it")
    desk.play(press(action, 5.0, value=value))
    assert desk.state.case is not None
    assert desk.state.case.assignee == NORA
    assert desk.customer == ["home"]


def test_a_claim_does_not_send_what_looks_like_a_command_with_the_rest() -> None:
    desk = Desk(replace(POLICY, claim_on_reply=False))
    desk.play(agent("hello", 3.0), agent("queue", 4.0), press("claim", 5.0))
    assert desk.customer == ["hello"]


def test_a_note_and_a_macro_are_what_they_were() -> None:
    desk = Desk()
    desk.play(press("claim"))
    asked = len(desk.asked)
    desk.play(agent("// home", 4.0))
    assert len(desk.asked) == asked
    assert desk.customer == []


def test_after_the_end_of_the_case_it_is_not_sent_any_more() -> None:
    desk = Desk()
    desk.play(press("claim"), agent("home", 4.0))
    action, value = desk.pressed("Send it")
    desk.play(press("resolve", 5.0), press(action, 6.0, value=value))
    assert desk.customer == []
    assert "nothing was sent" in desk.asked[-1].text
