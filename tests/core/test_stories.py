"""What people live through, decided by the core alone: each test is a promise of the product."""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Person, Ref, Side
from bot.core.conversation import Conversation, Reason, Status
from bot.core.effects import ClearButtons, Erase, Post, Redraw, SetTimer
from bot.core.events import AgentCommanded, CustomerForgotten, Event, TimerFired
from bot.core.machine import TABLE, wants_assistant, wants_turn
from tests.core.people import ADA, DESK, NORA, POLICY, SAM, THREAD, agent, customer, meaning, press, turn
from tests.core.stories import Story, asked_for_person, claimed_by_nora


def test_the_table_has_a_cell_for_every_status_and_event() -> None:
    events = set(TABLE[Status.BOT])
    assert set(TABLE) == set(Status)
    assert all(set(row) == events for row in TABLE.values())
    assert len(events) == len(Event.__args__)


def test_the_desk_gets_the_card_first_and_then_every_line_in_order() -> None:
    story = Story().play(
        customer("hi", 1.0, parse=meaning("greet"), turn=turn("Hello!")),
        customer("get me a human", 2.0, parse=meaning("human_handoff")),
    )
    agents = [e for e in story.last if isinstance(e, Post) and e.side is Side.AGENTS]
    assert agents[0].opens_thread
    assert agents[0].body.card is not None
    assert [(e.body.text, e.source.id if e.source else None) for e in agents[1:]] == [
        ("hi", "c1.0"),
        ("Hello!", None),
        ("get me a human", "c2.0"),
    ]


def test_while_people_own_the_thread_the_bot_is_silent_and_words_are_mirrored() -> None:
    story = claimed_by_nora()
    event = customer("are you there", 9.0, parse=meaning(), turn=turn("I am a bot"))
    assert not wants_turn(story.state, event, POLICY)
    story.play(event)
    assert story.to_customer == []
    assert story.to_agents == ["are you there"]
    assert next(e for e in story.last if isinstance(e, Post)).body.mention == NORA


def test_resolved_and_written_to_again_reopens_to_the_same_agent() -> None:
    story = claimed_by_nora().play(press("resolve", 10.0))
    assert story.state.status is Status.RESOLVED
    assert any("solved" in text for text in story.to_customer)
    event = customer("not quite", 20.0, parse=None)
    assert not wants_assistant(story.state, event, POLICY)
    story.play(event)
    assert story.state.status is Status.ASSIGNED
    assert "not quite" in story.to_agents
    assert any("Nora" in text for text in story.to_customer)


def test_long_after_the_end_it_is_a_new_turn_with_the_bot() -> None:
    story = claimed_by_nora().play(press("resolve", 10.0))
    event = customer("new thing", 10.0 + POLICY.reopen_seconds + 1, parse=meaning(), turn=turn("Sure."))
    assert wants_turn(story.state, event, POLICY)
    story.play(event)
    assert story.state.status is Status.BOT
    assert story.to_customer == ["Sure."]
    assert [c.number for c in story.state.earlier] == [1001]


def test_where_there_is_one_desk_a_transfer_says_so() -> None:
    alone = replace(POLICY, desks=POLICY.desks[:1])
    story = Story(alone).play(customer("a person, please", parse=meaning(asked=1.0)))
    story.play(AgentCommanded(8.0, NORA, "transfer", "billing"))
    assert [body.text for _, body in story.whispers] == ["There is no other desk, so nothing was changed."]


def test_a_transfer_to_the_desk_that_has_the_case_names_the_others() -> None:
    desks = (*POLICY.desks, replace(POLICY.desks[0], name="legal", title=""), replace(POLICY.desks[0], name="press"))
    story = Story(replace(POLICY, desks=desks)).play(customer("a person, please", parse=meaning(asked=1.0)))
    here = story.state.case.desk if story.state.case else ""
    others = ", ".join(desk.name for desk in desks if desk.name != here)
    story.play(AgentCommanded(8.0, NORA, "transfer", here))
    assert [body.text for _, body in story.whispers] == [f"The case is with {here} already. The others are: {others}."]


def test_a_hold_wakes_by_itself_and_when_the_customer_writes() -> None:
    story = claimed_by_nora().play(press("snooze", 10.0, value="2h"))
    assert story.state.status is Status.ON_HOLD
    assert SetTimer("wake", 10.0 + 7200) in story.last
    story.play(TimerFired(7210.0, "wake"))
    assert story.state.status is Status.ASSIGNED
    story.play(press("snooze", 7300.0), customer("hello?", 7301.0))
    assert story.state.status is Status.ASSIGNED
    assert "hello?" in story.to_agents


def test_a_waiting_customer_hears_that_nothing_is_lost_but_not_for_ever() -> None:
    story = asked_for_person()
    heard = 0
    for n in range(8):
        story.play(TimerFired(300.0 * (n + 1), "waiting"))
        heard += len(story.to_customer)
    assert heard == 4


def test_handed_back_the_bot_answers_again_and_the_assistant_is_told() -> None:
    story = claimed_by_nora().play(press("hand_back", 10.0))
    assert story.state.status is Status.BOT
    assert "#1001" in story.state.returned
    story.play(customer("where is it", 11.0, parse=meaning(), turn=turn("Here.")))
    assert story.to_customer == ["Here."]
    assert story.state.returned == ""


def test_an_agent_may_take_over_unasked() -> None:
    story = Story().play(customer("hi", parse=meaning("greet"), turn=turn("Hello!")))
    story.play(AgentCommanded(2.0, NORA, "claim"))
    assert story.state.status is Status.ASSIGNED
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.AGENT


def test_each_change_redraws_the_card() -> None:
    story = asked_for_person()
    for event in (
        press("claim", 5.0),
        press("snooze", 6.0),
        press("wake", 7.0),
        press("release", 8.0),
        press("resolve", 9.0),
    ):
        story.play(event)
        assert [e for e in story.last if isinstance(e, Redraw)], event


def test_the_customer_is_spoken_to_in_their_language() -> None:
    story = Story().play(customer("ich will einen menschen", parse=meaning("human_handoff", language="de")))
    assert "Ihr Fall" in story.to_customer[0]
    assert "unser Team" in story.to_customer[0]
    story = Story(replace(POLICY, team="the Harbour crew"))
    story.play(customer("ich will einen menschen", parse=meaning("human_handoff", language="de")))
    assert "the Harbour crew" in story.to_customer[0]


def test_a_forgotten_customer_leaves_no_words_and_begins_anew() -> None:
    story = claimed_by_nora().play(agent("my answer", 6.0), customer("my secret is blue", 7.0))
    mirrored, card = Ref(DESK, "m1"), Ref(DESK, "root-1")
    wish = CustomerForgotten(8.0, SAM, "w1", messages=(mirrored,), cards=((1001, card),))
    story.play(wish)
    assert story.state == Conversation(
        story.state.id, THREAD, Person(ADA.platform, ADA.tenant, ADA.id), story.state.opened_at, forgotten="w1"
    )
    assert Erase(Side.AGENTS, mirrored) in story.last
    (tombstone,) = [e for e in story.last if isinstance(e, ClearButtons)]
    assert tombstone.ref == card
    assert "as Sam asked" in tombstone.text
    assert story.kinds() == ["forgotten"]

    story.play(CustomerForgotten(8.5, SAM, "w2"))
    assert story.last == (), "another wish would drop what this one takes back from the desk"
    assert story.state.forgotten == "w1"

    story.play(agent("are you there?", 9.0))
    assert "stayed inside" in story.whispers[0][1].text
    story.play(AgentCommanded(9.5, NORA, "claim"), press("claim", 9.6))
    assert story.state.status is Status.BOT
    assert story.to_customer == []

    story.play(customer("hello again", 10.0, parse=meaning(), turn=turn()))
    assert story.to_customer == ["It is on its way."]
    assert story.state.forgotten == ""
    assert story.state.customer == ADA
    story.play(replace(wish, round=2))
    assert story.state.forgotten == "", "a late round does not touch what began anew"
    assert story.last == ()
