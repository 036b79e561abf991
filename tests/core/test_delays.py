"""Words that the other side's platform does not take for a while."""

from __future__ import annotations

from bot.core.activity import Ref, Side
from bot.core.events import Delivered, DeliveryDelayed, DeliveryFailed
from bot.core.wording.words import say
from tests.core.people import POLICY, THREAD, agent, customer, meaning, turn
from tests.core.stories import Story, asked_for_person, claimed_by_nora
from tests.core.test_case_life import told

_TEAM = say("team", "en", POLICY)


def _late(side: Side, at: float, since: float) -> DeliveryDelayed:
    return DeliveryDelayed(at, "e1", side, since)


def test_the_desk_is_told_once_that_what_it_wrote_is_kept_and_goes_out_by_itself() -> None:
    story = claimed_by_nora().play(agent("Hello", 10.0), _late(Side.CUSTOMER, 40.0, 10.0))
    assert "⏳ Web has not taken messages to the customer for a while." in story.to_agents[0]
    assert story.to_customer == []
    story.play(_late(Side.CUSTOMER, 70.0, 10.0))
    assert story.to_agents == []


def test_words_that_stood_behind_the_late_ones_are_not_told_of_again() -> None:
    story = claimed_by_nora().play(_late(Side.CUSTOMER, 40.0, 10.0), Delivered(60.0, "e1", Side.CUSTOMER, None))
    assert story.play(_late(Side.CUSTOMER, 61.0, 40.0)).to_agents == []
    assert len(story.play(_late(Side.CUSTOMER, 90.0, 40.5)).to_agents) == 1


def test_the_customer_is_told_that_the_desk_is_not_reached_while_people_have_the_thread() -> None:
    waiting = asked_for_person().play(customer("hello?", 8.0), _late(Side.AGENTS, 40.0, 8.0))
    assert told(waiting, "not_reached", team=_TEAM)
    assert waiting.to_agents == []


def _refused(entry: str, at: float) -> DeliveryFailed:
    return DeliveryFailed(at, entry, Side.AGENTS, Ref(THREAD, entry), "it was archived")


def test_several_messages_that_the_desk_refuses_are_told_of_once_a_minute() -> None:
    story = claimed_by_nora().play(_refused("e1", 10.0))
    assert told(story, "not_reached", team=_TEAM)
    assert story.play(_refused("e2", 12.0)).to_customer == []
    assert story.play(_refused("e1", 40.0)).to_customer == []
    assert told(story.play(_refused("e3", 71.0)), "not_reached", team=_TEAM)


def test_one_side_that_is_late_says_nothing_of_the_other() -> None:
    story = claimed_by_nora().play(_late(Side.CUSTOMER, 40.0, 10.0), _late(Side.AGENTS, 41.0, 10.0))
    assert told(story, "not_reached", team=_TEAM)


def test_nobody_is_told_of_a_late_answer_of_the_bot() -> None:
    story = Story().play(customer("where is it", parse=meaning(), turn=turn()), _late(Side.CUSTOMER, 40.0, 1.0))
    assert (story.to_customer, story.to_agents, story.kinds()) == ([], [], ["delayed"])
    assert Story().play(_late(Side.AGENTS, 40.0, 1.0)).to_customer == []
