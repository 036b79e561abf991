"""What an agent is asked about a message that waits says which message it is, before the answer and after it."""

from __future__ import annotations

from bot.core.activity import File, Ref
from bot.core.events import AgentSaid
from tests.core.people import DESK, NORA, SAM, agent, press
from tests.core.test_calling_colleagues import CALLED, calling
from tests.core.test_mistaken import Desk

FIRST, SECOND = Ref(DESK, "a4.0").key, Ref(DESK, "a5.0").key


def two_of_sams() -> Desk:
    """Nora has the case, and Sam has written twice."""
    desk = Desk()
    desk.play(press("claim"), agent("it is in stock", 4.0, by=SAM), agent("and in blue", 5.0, by=SAM))
    return desk


def test_two_that_wait_in_one_case_are_told_apart() -> None:
    one, other = (body.text for body in two_of_sams().asked[-2:])
    assert one == "Only @Nora's replies reach the customer. Not sent: “it is in stock”"
    assert other == "Only @Nora's replies reach the customer. Not sent: “and in blue”"


def test_one_that_is_a_file_is_known_by_its_name() -> None:
    desk = Desk()
    said = agent("", 4.0, by=SAM)
    desk.play(press("claim"), AgentSaid(4.0, said.ref, SAM, "", (File("f1", "plan.pdf"),)))
    assert desk.asked[-1].text.endswith("“plan.pdf”")


def test_once_answered_each_says_what_became_of_it() -> None:
    desk = two_of_sams()
    desk.play(press("send_once", 6.0, by=SAM, value=FIRST))
    assert desk.cleared == ["✉️ Let through to the customer: “it is in stock”"]
    desk.play(press("keep_internal", 7.0, by=SAM, value=SECOND))
    assert desk.cleared == ["🔒 Kept internal: “and in blue”"]
    desk.play(press("send_once", 8.0, by=SAM, value=SECOND))
    assert desk.cleared == ["That message was not waiting any more."]
    assert desk.customer == ["it is in stock"]


def test_what_called_a_colleague_is_not_said_to_have_looked_like_a_command() -> None:
    desk = Desk()
    desk.play(press("claim"), calling(CALLED), press("send_it", 5.0, value=FIRST))
    assert desk.cleared == ["✉️ Taken as words for the customer: “@Sam is it in stock?”"]


def test_a_question_keeps_its_buttons_while_its_message_still_waits() -> None:
    desk = two_of_sams()
    desk.play(press("release", 6.0, by=NORA), press("send_once", 7.0, by=SAM, value=FIRST))
    assert desk.cleared == []
    assert "Nobody has claimed this case yet" in desk.asked[-1].text
    desk.play(press("take_over_send", 8.0, by=SAM, value=FIRST))
    assert desk.customer == ["it is in stock", "and in blue"]
