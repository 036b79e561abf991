"""What agents wrote and did not say: each hears what became of it when the case comes into somebody's hands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.activity import Person, Ref, Side
from bot.core.conversation import Status
from bot.core.effects import Mark, Whisper
from bot.core.events import AgentCommanded, AgentEdited, AgentReacted, Event, TimerFired
from tests.core.desk_life import on_duty
from tests.core.people import DESK, NORA, POLICY, SAM, agent, press
from tests.core.stories import Story, asked_for_person, claimed_by_nora
from tests.core.test_case_life import filled

CLAIMED = replace(POLICY, claim_on_reply=False)
SAYS = Ref(DESK, "a3.0")


def unclaimed() -> Story:
    """Sam has written in a case that nobody has."""
    return asked_for_person(CLAIMED).play(agent("I can help", 3.0, by=SAM))


def asked(story: Story, who: Person) -> tuple[str, list[str]]:
    """What that person alone was asked last, and the buttons."""
    body = next(e.body for e in story.last if isinstance(e, Whisper) and e.to.key == who.key)
    return body.text, [button.label for button in body.buttons]


def test_whoever_writes_before_anybody_has_the_case_can_claim_it_where_they_are_told_to() -> None:
    story = unclaimed()
    text, buttons = asked(story, SAM)
    assert "Press **Claim** and your message is sent" in text
    assert buttons == ["Claim", "Keep internal"]
    story.play(press("claim", 4.0, by=SAM, value="1001"))
    assert story.to_customer[-1] == "I can help"


@pytest.mark.parametrize(
    "takes",
    [press("claim", 4.0), filled("assign", 4.0, person="nora", subject=NORA), press("take_over", 4.0)],
    ids=["claim", "assign", "take over"],
)
def test_when_somebody_else_has_the_case_the_author_is_told_and_asked_again(takes: Event) -> None:
    story = unclaimed().play(takes)
    assert "I can help" not in story.to_customer
    text, buttons = asked(story, SAM)
    assert "Nora has this case now, and your message was not sent: “I can help”" in text
    assert buttons == ["Send once", "Take over", "Keep internal"]
    story.play(press("send_once", 5.0, by=SAM, value=SAYS.key))
    assert story.to_customer == ["I can help"]


def test_so_is_whoever_wrote_when_the_case_is_given_to_the_agent_with_the_fewest() -> None:
    story = unclaimed()
    story.policy = replace(CLAIMED, live=on_duty(NORA), staffing=replace(CLAIMED.staffing, least_load=True))
    story.play(TimerFired(5.0, "assign"))
    assert story.state.status is Status.ASSIGNED
    assert "not sent" in asked(story, SAM)[0]


def test_whoever_is_given_a_case_in_which_they_wrote_is_asked_before_anything_is_sent() -> None:
    story = unclaimed().play(AgentCommanded(4.0, NORA, "assign", "@sam", SAM))
    assert "I can help" not in story.to_customer
    text, buttons = asked(story, SAM)
    assert "This case is yours now, and a message of yours still waits: “I can help”" in text
    assert buttons == ["Send once", "Keep internal"]
    story.play(press("send_once", 5.0, by=SAM, value=SAYS.key))
    assert story.to_customer == ["I can help"]


def test_words_that_waited_for_a_choice_are_not_sent_by_a_claim_of_later() -> None:
    """Sam was asked about them while Nora had the case, and never chose to send them."""
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM), press("release", 7.0), press("claim", 8.0, by=SAM))
    assert "let me add" not in story.to_customer
    assert asked(story, SAM)[1] == ["Send once", "Keep internal"]


@pytest.mark.parametrize(
    ("hold", "says"), [(0.0, "Sent to the customer"), (8.0, "Leaves for the customer in a moment")]
)
def test_what_was_let_through_is_not_called_sent_before_it_has_left(hold: float, says: str) -> None:
    story = unclaimed()
    story.policy = replace(CLAIMED, hold_seconds=hold)
    story.play(press("claim", 4.0, by=SAM))
    assert says in asked(story, SAM)[0]


def test_long_words_are_quoted_by_their_beginning() -> None:
    story = asked_for_person(CLAIMED).play(agent("very " * 100, 3.0, by=SAM), press("claim", 4.0))
    assert len(asked(story, SAM)[0]) < 200
    assert "…”" in asked(story, SAM)[0]


def test_the_same_is_not_asked_twice() -> None:
    story = unclaimed().play(press("claim", 4.0), press("take_over", 5.0, by=replace(SAM, id="tom", name="Tom")))
    assert [who for who, _ in story.whispers] == []


@pytest.mark.parametrize(
    "note",
    [AgentEdited(7.0, Ref(DESK, "a6.0"), NORA, "// hm"), AgentReacted(7.0, Ref(DESK, "a6.0"), NORA, "🔒", added=True)],
    ids=["edited", "locked"],
)
def test_a_message_that_was_about_to_leave_and_became_a_note_is_not_marked_as_leaving(note: Event) -> None:
    story = claimed_by_nora(replace(POLICY, hold_seconds=10.0)).play(agent("hm", 6.0), note)
    assert Mark(Side.AGENTS, Ref(DESK, "a6.0"), "⏳", added=False, on_original=True) in story.last
    story.play(TimerFired(16.0, "leave"))
    assert story.to_customer == []


def test_a_take_over_is_confirmed_by_its_own_question_and_each_other_message_by_a_line() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM), agent("and this", 7.0, by=SAM))
    story.play(press("take_over_send", 8.0, by=SAM, value=Ref(DESK, "a6.0").key))
    assert story.to_customer[-2:] == ["let me add", "and this"]
    assert [e.confirms for e in story.last if isinstance(e, Whisper) and e.to.key == SAM.key] == [True, False]
