"""The steps of a case's life, by button, form and command: each changes what it says, and tells whom it must, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.activity import Person, Place, Ref, Side
from bot.core.cases.casework import WAITING, trimmed
from bot.core.cases.due import GONE
from bot.core.conversation import Line, Speaker, Status
from bot.core.effects import (
    Amend,
    ClearButtons,
    Mark,
    PassOn,
    Post,
    Record,
    Redraw,
    SetTimer,
    Tell,
    Whisper,
    Withdraw,
)
from bot.core.events import (
    AgentCommanded,
    AgentEdited,
    AgentReacted,
    AgentSubmitted,
    CustomerPressed,
    Delivered,
    DeliveryFailed,
    Event,
    TimerFired,
)
from bot.core.wording.words import TEXTS
from tests.core.desk_life import OFFICE, moment
from tests.core.people import (
    ADA,
    DESK,
    GUS,
    NORA,
    POLICY,
    SAM,
    THREAD,
    agent,
    choose,
    conversation,
    customer,
    meaning,
    press,
    turn,
)
from tests.core.stories import Story, asked_for_person, claimed_by_nora, last_answer

LEGAL = Place("web", "t", "legal", "root-9")


def filled(action: str, at: float = 6.0, *, by: Person = NORA, subject: Person | None = None, **fields: str):
    ref = Ref(DESK.root, "root-1")
    return AgentSubmitted(at, ref, by, action, "1001", tuple(fields.items()), subject)


def told(story: Story, name: str, **fields: str) -> bool:
    return TEXTS[name]["en"].format(**fields) in story.to_customer


def opened(story: Story, place: Place, at: float = 4.0) -> Story:
    """The root card of the case is there."""
    assert story.state.case is not None
    return story.play(Delivered(at, "root", Side.AGENTS, None, root=story.state.case.key, thread=place.key))


@pytest.mark.parametrize("typed", [False, True])
def test_a_case_is_given_to_somebody_who_is_called_and_the_customer_hears_it_once(typed: bool) -> None:
    assign = AgentCommanded(6.0, NORA, "assign", "@sam", SAM) if typed else filled("assign", person="sam", subject=SAM)
    story = asked_for_person().play(assign)
    assert story.state.case is not None
    assert story.state.case.assignee == SAM
    assert told(story, "claimed", agent="Sam")
    assert next(e for e in story.last if isinstance(e, Post) and e.side is Side.AGENTS).body.mention == SAM
    assert "#1001 was given to Sam by Nora." in [e.text for e in story.last if isinstance(e, Record)]
    story.play(assign)
    assert story.to_customer == []


def test_nobody_who_may_not_answer_is_given_a_case() -> None:
    story = asked_for_person().play(filled("assign", person="gus", subject=GUS))
    assert story.state.status is Status.QUEUED
    assert story.whispers


def test_who_is_not_known_is_not_called_a_stranger_to_the_desk() -> None:
    nobody = Person("web", "t", "bob", is_unknown=True)
    story = asked_for_person().play(AgentCommanded(6.0, NORA, "assign", "@bob", nobody))
    assert story.state.status is Status.QUEUED
    assert "Nobody is known here as “bob”" in story.whispers[0][1].text


def test_a_form_without_a_person_puts_the_case_back_into_the_queue() -> None:
    story = claimed_by_nora().play(filled("assign", by=SAM))
    assert story.state.status is Status.QUEUED
    assert told(story, "released")


def test_what_is_written_where_a_case_was_handed_back_says_how_to_take_it_over_again() -> None:
    story = claimed_by_nora().play(press("hand_back", 6.0), agent("one more thing", 7.0))
    assert "`claim 1001` takes them over anew" in story.whispers[0][1].text
    story.play(AgentCommanded(8.0, NORA, "claim", ""))
    assert story.state.case is not None
    assert (story.state.case.number, story.state.case.assignee) == (1005, NORA)


@pytest.mark.parametrize(
    ("away", "said"),
    [(filled("assign", by=SAM), "released"), (filled("transfer", desk="legal"), "transferred")],
    ids=["back in the queue", "another desk"],
)
def test_who_waits_anew_at_night_is_told_when_somebody_is_there(away: AgentSubmitted, said: str) -> None:
    story = claimed_by_nora()
    desks = tuple(replace(desk, hours=OFFICE) for desk in POLICY.desks)
    story.policy = replace(POLICY, desks=desks)
    story.play(replace(away, at=moment("2026-11-23T20:00")))
    (text,) = story.to_customer
    assert text.startswith(TEXTS[said]["en"])
    assert "our team is back tomorrow at 09:00 your time" in text
    assert "#1001" in text


def test_a_case_resolved_as_a_duplicate_of_another_goes_on_there() -> None:
    story = claimed_by_nora().play(filled("resolve", resolution="duplicate", into="#1007", note=""))
    assert [(e.case, e.verb) for e in story.last if isinstance(e, Tell)] == [(1007, "absorb")]
    assert story.state.status is Status.ASSIGNED, "until the other case has taken it in"
    story.play(filled("resolve", resolution="duplicate", into="", note=""))
    assert story.state.status is Status.RESOLVED


@pytest.mark.parametrize("typed", ["²", "9" * 5000, "#", "", "1001"])
def test_a_merge_into_what_is_no_other_case_says_how_it_is_given(typed: str) -> None:
    story = claimed_by_nora().play(AgentCommanded(6.0, NORA, "merge", typed))
    assert "`merge 1001 N`" in story.whispers[0][1].text
    assert not any(isinstance(e, Tell) for e in story.last)


def answer_to_a_merge(story: Story, at: float, verb: str, says: str) -> Story:
    """Another case answers, or asks."""
    return story.play(AgentCommanded(at, NORA, verb, says))


def test_a_double_that_is_opened_again_keeps_to_itself_what_its_customer_writes() -> None:
    story = answer_to_a_merge(claimed_by_nora(), 6.0, "merged", "1007")
    assert told(story, "merged", number="1007")
    story.play(customer("one more thing", 7.0))
    assert [e.case for e in story.last if isinstance(e, PassOn)] == [1007]
    story.play(press("reopen", 8.0), press("resolve", 9.0), customer("and another", 10.0))
    assert not any(isinstance(e, PassOn) for e in story.last)
    assert "and another" in story.to_agents


def test_a_case_with_the_bot_again_takes_no_double_in_and_is_called_by_its_number() -> None:
    story = answer_to_a_merge(claimed_by_nora().play(press("hand_back", 6.0)), 7.0, "absorb", f"1007 {ADA.key}")
    assert [(e.verb, e.argument) for e in story.last if isinstance(e, Tell)] == [("not_merged", "1001 it is not open.")]


def test_of_two_cases_that_go_on_in_each_other_the_second_says_that_it_does_not() -> None:
    story = answer_to_a_merge(claimed_by_nora(), 6.0, "absorb", f"1007 {ADA.key}")
    answer_to_a_merge(story, 7.0, "merged", "1007")
    assert story.state.status is Status.ASSIGNED
    assert "stays open" in story.whispers[0][1].text


@pytest.mark.parametrize("number", ["1002", "²", "9" * 5000])
def test_a_button_of_another_case_does_nothing_here(number: str) -> None:
    story = claimed_by_nora().play(replace(press("resolve", 6.0), value=number))
    assert story.state.status is Status.ASSIGNED
    assert "which is closed; nothing was changed" in story.whispers[0][1].text


def test_a_transfer_brings_everything_to_the_other_desk_and_leaves_a_pointer() -> None:
    story = opened(claimed_by_nora(), DESK)
    story.play(agent("let me ask", 5.5), filled("transfer", desk="legal", note="she wants the contract"))
    assert story.state.status is Status.QUEUED
    assert told(story, "transferred")
    former = [e for e in story.last if isinstance(e, Post | Redraw) and e.former]
    assert any(isinstance(e, Redraw) and not e.body.buttons and "legal" in e.body.text for e in former)
    assert any(isinstance(e, Post) and "she wants the contract" in e.body.text for e in former)
    there = [e for e in story.last if isinstance(e, Post) and e.side is Side.AGENTS and not e.former]
    assert there[0].opens_thread
    assert [e.source.id for e in there if e.source] == ["c1.0"]
    assert any("let me ask" in e.body.text for e in there)


def transfer(to: str, at: float) -> AgentCommanded:
    return AgentCommanded(at, NORA, "transfer", to)


def test_a_case_that_goes_to_and_fro_while_nobody_has_it_is_told_of_once() -> None:
    story = claimed_by_nora().play(transfer("legal", 6.0))
    assert told(story, "transferred")
    story.play(transfer("support", 7.0))
    assert story.to_customer == []
    story.play(press("claim", 8.0), transfer("legal", 9.0))
    assert told(story, "transferred"), "somebody had it meanwhile, so this is news"


def test_a_case_that_comes_to_a_closed_desk_says_when_that_opens_however_often_it_was_passed_on() -> None:
    closed = replace(POLICY, desks=(POLICY.desks[0], replace(POLICY.desks[1], hours=OFFICE)))
    night = moment("2026-11-23T22:00")
    story = Story(closed).play(customer("a person, please", night, parse=meaning("human_handoff")))
    story.play(transfer("legal", night + 1))
    assert "09:00" in story.to_customer[0]
    story.play(transfer("support", night + 2))
    assert told(story, "transferred"), "somebody is there now"
    story.play(transfer("legal", night + 3))
    assert "09:00" in story.to_customer[0]


def test_the_case_of_an_agent_who_left_the_desk_is_nobodys_and_a_hold_goes_on() -> None:
    gone = TimerFired(9.0, GONE + NORA.key)
    story = claimed_by_nora().play(replace(gone, name=GONE + SAM.key))
    assert story.last == ()
    story.play(gone)
    assert story.state.status is Status.QUEUED
    assert told(story, "released")
    assert story.to_agents == ["↩️ This is back in the queue: Nora is not in this channel any more."]
    story = claimed_by_nora().play(press("snooze", 6.0, value="2h"), gone)
    assert story.state.status is Status.ON_HOLD
    assert story.state.word == ""
    assert story.to_customer == []
    story.play(TimerFired(7206.0, "wake"))
    assert story.state.status is Status.QUEUED
    assert story.play(gone).last == ()


def test_what_is_written_where_a_case_was_is_not_sent_and_its_author_is_told_there() -> None:
    story = opened(claimed_by_nora(), DESK).play(filled("transfer", desk="legal"))
    opened(story, LEGAL)
    story.play(agent("one more thing", 7.0))
    assert story.to_customer == []
    assert next(e for e in story.last if isinstance(e, Whisper)).near == Ref(DESK, "a7.0")
    story.play(replace(agent("I have it", 8.0, by=SAM), ref=Ref(LEGAL, "a8")))
    assert story.to_customer[-1] == "I have it"
    story.play(press("resolve", 9.0, value="1001"))
    assert story.state.status is Status.ASSIGNED, "a card that was left behind changes nothing"


def test_the_thread_of_an_earlier_case_is_not_that_of_the_next() -> None:
    story = opened(claimed_by_nora(), DESK).play(press("hand_back", 6.0))
    story.play(customer("a person again", 7.0, parse=meaning("human_handoff")))
    assert story.state.case is not None
    number = story.state.case.number
    second = Place("web", "t", "desk", "root-2")
    story.play(agent("hello again", 8.0))
    assert story.to_customer == []
    story.play(Delivered(8.5, "root", Side.AGENTS, None, root=f"{number}@support", thread=second.key))
    story.play(replace(agent("hello again", 9.0), ref=Ref(second, "a9")))
    assert "hello again" in story.to_customer
    story.play(press("resolve", 10.0, value="1001"))
    assert "#1001, which is closed" in story.whispers[0][1].text


def test_a_snooze_lasts_as_long_as_was_asked_for() -> None:
    story = claimed_by_nora().play(filled("snooze", 86400.0, until="tomorrow"))
    assert SetTimer("wake", 2 * 86400.0 + 9 * 3600.0) in story.last
    assert told(story, "snoozed", agent="Nora")
    story.play(filled("snooze", 86450.0, until="1h", time="18:00"))
    assert SetTimer("wake", 86400.0 + 18 * 3600.0) in story.last, "a time of one's own counts"
    story.play(filled("snooze", 86500.0, until="customer"))
    assert story.to_customer == []
    assert not [e for e in story.last if isinstance(e, SetTimer)]
    story.play(customer("any news?", 86600.0))
    assert story.state.status is Status.ASSIGNED


@pytest.mark.parametrize("verb", ["resolve", "dismiss", "snooze", "claim"])
def test_a_command_about_an_earlier_case_leaves_the_next_one_alone(verb: str) -> None:
    story = claimed_by_nora().play(press("hand_back", 6.0))
    story.play(customer("a person again", 7.0, parse=meaning("human_handoff")))
    assert story.state.case is not None
    number = story.state.case.number
    before = story.state
    story.play(AgentCommanded(8.0, NORA, verb, "", case=1001))
    assert story.state == before
    assert f"#1001 is closed, and its customer is in #{number} now" in story.whispers[0][1].text
    story.play(AgentCommanded(9.0, NORA, "claim", "", case=number))
    assert story.state.status is Status.ASSIGNED


def mentioned(story: Story) -> list[Person]:
    return [e.body.mention for e in story.last if isinstance(e, Post) and e.body.mention is not None]


def test_who_does_it_is_not_pinged_for_it_and_the_customers_words_ping_once() -> None:
    story = claimed_by_nora().play(filled("snooze", until="1h"), press("wake", 7.0, value="1001"))
    assert mentioned(story) == []
    story.play(filled("snooze", 8.0, until="1h"), press("wake", 9.0, by=SAM, value="1001"))
    assert mentioned(story) == [NORA]
    story.play(press("resolve", 10.0, value="1001"), press("reopen", 11.0, value="1001"))
    assert mentioned(story) == []
    story.play(press("resolve", 12.0, value="1001"), press("reopen", 13.0, by=SAM, value="1001"))
    assert mentioned(story) == [NORA]
    story.play(press("resolve", 14.0, value="1001"), customer("not yet", 15.0))
    assert mentioned(story) == [NORA]


def test_whoever_has_a_case_cannot_take_it_over() -> None:
    story = claimed_by_nora().play(press("take_over", 6.0, value="1001"))
    assert story.to_agents == []
    assert "yours already" in story.whispers[0][1].text
    story.play(filled("snooze", 7.0, until="1h"), press("take_over", 8.0, value="1001"))
    assert story.state.status is Status.ASSIGNED, "a hold is ended by it"


@pytest.mark.parametrize(
    ("press_first", "verb", "says"),
    [(None, "wake", "is assigned"), ("release", "release", "is in the queue"), ("resolve", "snooze", "is closed")],
)
def test_what_changes_nothing_says_where_the_case_stands(press_first: str | None, verb: str, says: str) -> None:
    story = claimed_by_nora()
    if press_first:
        story.play(press(press_first, 6.0, value="1001"))
    story.play(AgentCommanded(7.0, NORA, verb, ""))
    assert f"Case #1001 {says}, so “{verb}” changes nothing." in story.whispers[0][1].text


def test_a_reason_is_kept_shown_and_counted() -> None:
    story = claimed_by_nora().play(filled("resolve", resolution="duplicate", note="see the other one"))
    assert story.state.case is not None
    assert (story.state.case.resolution, story.state.case.remark) == ("duplicate", "see the other one")
    assert told(story, "closed", agent="Nora")
    assert "see the other one" in story.to_agents[0]
    record = next(e for e in story.last if getattr(e, "kind", "") == "resolved")
    assert ("resolution", "duplicate") in record.labels


@pytest.mark.parametrize("event", [press("dismiss", 6.0), filled("resolve", resolution="not_a_request")])
def test_what_was_no_request_is_counted_apart_and_does_not_open_again(event) -> None:
    story = claimed_by_nora().play(event)
    assert "dismissed" in story.kinds()
    assert "resolved" not in story.kinds()
    story.play(customer("thanks again", 7.0, parse=meaning("thank"), turn=turn("You are welcome.")))
    assert story.state.status is Status.BOT
    assert story.to_customer == ["You are welcome."]


def test_a_reply_from_a_form_is_shown_in_the_desk_and_sent_under_the_reply_rule() -> None:
    story = claimed_by_nora().play(filled("reply_with", text="Here you go."))
    assert story.to_customer == ["Here you go."]
    assert story.to_agents == ["Here you go."]
    source = next(e.source for e in story.last if isinstance(e, Post) and e.side is Side.CUSTOMER)
    story.play(Delivered(7.0, "e", Side.CUSTOMER, source))
    assert any(isinstance(e, Mark) and not e.on_original for e in story.last)
    for by, text in ((SAM, "me too"), (NORA, "// not for her"), (GUS, "me three")):
        story.play(filled("reply_with", 8.0, by=by, text=text))
        assert story.to_customer == []
        assert story.whispers


def test_buttons_go_once_they_have_been_pressed() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM))
    story.play(press("keep_internal", 7.0, by=SAM, value=Ref(DESK, "a6.0").key))
    assert [e for e in story.last if isinstance(e, ClearButtons)]


# --- the reply rule, over time


def test_the_first_answer_is_the_first_and_two_of_one_moment_are_both_new() -> None:
    story = claimed_by_nora().play(agent("one", 6.0, id="a1"), agent("two", 6.0, id="a2"))
    assert story.to_customer == ["two"], "and not labelled as written earlier"
    story.play(agent("three", 9.0))
    assert story.state.case is not None
    assert story.state.case.first_answer_at == 6.0


def test_what_waits_for_a_choice_is_not_sent_once_nobody_has_the_case() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM), press("release", 7.0))
    story.play(press("send_once", 8.0, by=SAM, value=Ref(DESK, "a6.0").key))
    assert story.to_customer == []
    assert "Nobody has claimed this case yet" in story.whispers[0][1].text


@pytest.mark.parametrize(("by", "taken_back"), [(GUS, False), (SAM, True), (NORA, True)])
def test_a_lock_takes_back_what_was_sent_when_somebody_entitled_sets_it(by: Person, taken_back: bool) -> None:
    story = claimed_by_nora().play(agent("oh", 6.0), AgentReacted(7.0, Ref(DESK, "a6.0"), by, "🔒", added=True))
    assert any(isinstance(e, Withdraw) for e in story.last) is taken_back


def test_of_a_long_conversation_the_desk_gets_all_that_it_has_not_seen_and_the_newest_of_the_rest() -> None:
    lines = tuple(Line(float(n), Speaker.CUSTOMER, "Ada", str(n), mirrored=n < 100) for n in range(160))
    kept = trimmed(replace(conversation(), transcript=lines)).transcript
    assert [line.text for line in kept] == [str(n) for n in range(100, 160)]
    seen = replace(conversation(), transcript=tuple(replace(line, mirrored=True) for line in lines))
    assert [line.text for line in trimmed(seen).transcript] == [str(n) for n in range(120, 160)]


@pytest.mark.parametrize(
    "wakes", [customer("any news?", 9.0), CustomerPressed(9.0, Ref(THREAD, "b1"), ADA, "go_on", "")]
)
def test_what_wakes_a_case_pings_its_agent_once(wakes: Event) -> None:
    story = claimed_by_nora().play(press("snooze", 5.0), wakes)
    assert story.state.status is Status.ASSIGNED
    posts = [effect.body for effect in story.last if isinstance(effect, Post) and effect.side is Side.AGENTS]
    assert [body.mention for body in posts if body.mention is not None] == [NORA]
    assert any("hold is over" in body.text or "pressed a button" in body.text for body in posts)


def test_only_the_first_claim_of_a_case_counts_as_one_with_the_time_it_took() -> None:
    story = asked_for_person()
    assert story.state.case is not None
    opened_at = story.state.case.opened_at
    story.play(press("claim", 65.0))
    first = next(e for e in story.last if isinstance(e, Record))
    assert (first.kind, first.seconds) == ("claimed", 65.0 - opened_at)
    story.play(press("take_over", 90.0, by=SAM))
    second = next(e for e in story.last if isinstance(e, Record))
    assert (second.kind, second.seconds) == ("taken_over", None)


def test_what_was_pressed_in_one_case_is_not_shown_again_in_the_next() -> None:
    story = claimed_by_nora().play(choose("say", 9.0, value="Yes, the blue one"))
    assert story.to_agents == ["👆 Ada pressed “Yes, the blue one”."]
    story.play(press("hand_back", 10.0))
    story.play(customer("can i talk to someone", 11.0, parse=meaning("human_handoff")))
    assert story.state.status is Status.QUEUED
    assert not any("blue one" in text for text in story.to_agents)


def test_a_case_that_wakes_without_an_owner_reminds_the_customer_again() -> None:
    story = asked_for_person().play(press("snooze", 5.0), press("wake", 9.0))
    assert story.state.status is Status.QUEUED
    assert [e.at for e in story.last if isinstance(e, SetTimer) and e.name == WAITING] == [
        9.0 + POLICY.reminder_seconds
    ]


def test_the_last_five_cases_of_a_conversation_are_known() -> None:
    story = asked_for_person().play(press("dismiss", 1.5))
    for n in range(2, 8):
        story.play(customer("a person please", float(n), parse=meaning("human_handoff")), press("dismiss", n + 0.5))
    assert [closed.opened_at for closed in story.state.earlier] == [3.0, 4.0, 5.0, 6.0, 7.0]


def test_words_that_wait_can_be_changed_taken_back_and_leave_at_their_time() -> None:
    story = claimed_by_nora()
    story.policy = replace(POLICY, hold_seconds=10.0)
    story.play(agent("first", 6.0), agent("secnd", 7.0), agent("third", 8.0))
    assert story.to_customer == []
    assert SetTimer("leave", 16.0) in story.last
    story.play(AgentEdited(9.0, Ref(DESK, "a7.0"), NORA, "second"))
    story.play(AgentReacted(9.5, Ref(DESK, "a8.0"), NORA, "🔒", added=True))
    story.play(TimerFired(16.0, "leave"))
    assert story.to_customer == ["first"]
    story.play(TimerFired(30.0, "leave"))
    assert story.to_customer == ["second"]
    assert story.state.waiting == ()


def test_where_no_mark_can_be_put_the_card_says_which_words_wait() -> None:
    rules = replace(POLICY, hold_seconds=10.0, markless=frozenset({"web"}))
    story = claimed_by_nora(rules).play(agent("my bank said no", 6.0))
    assert "⏳ leaves at Thu 00:00 UTC: “my bank said no”" in last_answer(story)
    story.play(agent("second", 7.0))
    assert "“my bank said no”, and 1 more behind it" in last_answer(story)
    story.play(AgentEdited(8.0, Ref(DESK, "a6.0"), NORA, "my bank said yes"))
    assert "my bank said yes" in last_answer(story)
    story.play(AgentReacted(9.0, Ref(DESK, "a6.0"), NORA, "🔒", added=True))
    assert last_answer(story).endswith("“second”")
    story.play(TimerFired(17.0, "leave"))
    assert last_answer(story) == ""
    story.play(Delivered(18.0, "e1", Side.CUSTOMER, Ref(DESK, "a7.0")))
    assert "has arrived: “second”" in last_answer(story)


def test_where_marks_can_be_put_no_card_says_which_words_wait() -> None:
    story = claimed_by_nora(replace(POLICY, hold_seconds=10.0)).play(agent("first", 6.0))
    assert not [effect for effect in story.last if isinstance(effect, Redraw)]


def test_words_that_wait_do_not_leave_when_somebody_else_has_the_case_by_then() -> None:
    story = claimed_by_nora()
    story.policy = replace(POLICY, hold_seconds=10.0)
    story.play(agent("mine", 6.0), press("take_over", 7.0, by=SAM), TimerFired(16.0, "leave"))
    assert story.to_customer == []
    assert any("Nora's message was not sent" in text for text in story.to_agents)


def test_who_ends_the_case_is_done_speaking_first() -> None:
    story = claimed_by_nora()
    story.policy = replace(POLICY, hold_seconds=10.0)
    story.play(agent("all done", 6.0), press("resolve", 7.0))
    assert story.to_customer[0] == "all done"
    assert len(story.to_customer) == 3, "the words, that it is solved, how it went"


def test_a_message_that_waits_for_a_choice_and_becomes_a_note_is_not_sent_by_the_choice() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM))
    ref = Ref(DESK, "a6.0")
    story.play(AgentEdited(7.0, ref, SAM, "// let me add"), press("send_once", 8.0, by=SAM, value=ref.key))
    assert story.to_customer == []


def test_an_edit_by_whoever_has_not_the_case_any_more_stays_inside_and_a_deletion_does_not() -> None:
    story = claimed_by_nora().play(agent("hello", 6.0), press("take_over", 7.0, by=SAM))
    ref = Ref(DESK, "a6.0")
    story.play(AgentEdited(8.0, ref, NORA, "something new"))
    assert not [e for e in story.last if isinstance(e, Amend)]
    assert story.whispers
    story.play(AgentEdited(9.0, ref, NORA, "// gone"))
    assert Withdraw(Side.CUSTOMER, ref) in story.last


def edit_withheld(at: float, ref: Ref, words: str) -> DeliveryFailed:
    return DeliveryFailed(at, "e1", Side.CUSTOMER, ref, "lost", withheld=True, edit=True, words=words)


def edited(at: float, ref: Ref, words: str) -> Delivered:
    return Delivered(at, "e1", Side.CUSTOMER, ref, words=words, edit=True)


def words_of(story: Story, ref: Ref) -> str:
    line = story.state.line_of(ref)
    assert line is not None
    return line.text


def test_the_transcript_says_what_the_customer_has_when_edits_did_not_reach_them() -> None:
    ref = Ref(DESK, "a6.0")
    story = claimed_by_nora().play(agent("it costs ten", 6.0), AgentEdited(7.0, ref, NORA, "it costs nine"))
    # The first arrives. Of the two others that wait the newer one outdates the older; then somebody else takes over.
    story.play(AgentEdited(8.0, ref, NORA, "it costs eight"), AgentEdited(9.0, ref, NORA, "it costs seven"))
    story.play(edited(9.5, ref, "it costs nine"), press("take_over", 10.0, by=SAM))
    story.play(edit_withheld(11.0, ref, "it costs seven"))
    assert words_of(story, ref) == "it costs nine"


def test_an_edit_that_did_not_arrive_leaves_what_was_edited_since_alone() -> None:
    ref = Ref(DESK, "a6.0")
    story = claimed_by_nora().play(agent("it costs ten", 6.0), AgentEdited(7.0, ref, NORA, "it costs nine"))
    story.play(press("take_over", 8.0, by=SAM), press("take_over", 9.0, by=NORA))
    story.play(AgentEdited(10.0, ref, NORA, "it costs two"), edit_withheld(11.0, ref, "it costs nine"))
    assert words_of(story, ref) == "it costs two"
    refused = DeliveryFailed(12.0, "e2", Side.CUSTOMER, ref, "it is too old", edit=True, words="it costs two")
    story.play(refused)
    assert words_of(story, ref) == "it costs ten"
    assert any("it is too old" in text for text in story.to_agents)


def test_an_edit_that_arrived_is_not_undone_by_a_later_one_that_did_not() -> None:
    ref = Ref(DESK, "a6.0")
    story = claimed_by_nora().play(agent("it costs ten", 6.0), AgentEdited(7.0, ref, NORA, "it costs nine"))
    story.play(edited(8.0, ref, "it costs nine"), AgentEdited(9.0, ref, NORA, "it costs eight"))
    story.play(press("take_over", 10.0, by=SAM), edit_withheld(11.0, ref, "it costs eight"))
    assert words_of(story, ref) == "it costs nine"


def test_somebody_who_has_become_a_guest_changes_nothing_at_the_customers() -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    guest = replace(NORA, is_guest=True)
    story.play(AgentEdited(8.0, Ref(DESK, "a6.0"), guest, "something new"))
    assert not [e for e in story.last if isinstance(e, Amend)]
    story.play(AgentReacted(9.0, Ref(DESK, "a6.0"), guest, "👀", added=True))
    assert story.last == ()
    story.play(filled("reply_with", 10.0, by=guest, text="hi"))
    assert story.to_customer == []


def test_the_customer_of_every_language_hears_of_every_step() -> None:
    for language in ("de", "fr", "es", "pt", "it"):
        story = Story().play(customer("x y z", parse=meaning("human_handoff", language=language)))
        story.play(filled("transfer", desk="legal"))
        assert story.to_customer == [TEXTS["transferred"][language]]
        assert story.state.customer == ADA
