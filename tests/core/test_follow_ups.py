"""A message that leans on the turn before: by what it is known, what it means there, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.conversation import Conversation, Question, Status
from bot.core.customers.follow_ups import Sign, in_context, joined, remembered, sign_of
from bot.core.customers.passages import passage
from bot.core.effects import Record
from bot.core.events import BotReply, Turn
from bot.core.wording.words import say
from nlu.types import NLU_FALLBACK, Emotion, Entity, Intent, ParseResult, RetrievedResponse
from tests.core.people import POLICY, choose, conversation, customer
from tests.core.stories import Story

LEANING = replace(POLICY, follow_ups=True)
ASKED = "where can I park?"


def read(text: str, _fallback: float = 0.0, _foreign: float = 0.0, **shares: float) -> ParseResult:
    """A reading with the meaning of the greatest share, or `nlu_fallback` where that is as sure as told."""
    ranking = tuple(Intent(name, share) for name, share in sorted(shares.items(), key=lambda item: -item[1]))
    intent = Intent(NLU_FALLBACK, _fallback) if _fallback else ranking[0]
    return ParseResult(text, intent, ranking=ranking, out_of_scope=_foreign)


def asked(text: str = ASKED, meaning: str = "parking", at: float = 0.0) -> Conversation:
    return replace(conversation(), question=Question(text, meaning, at))


HOW_MUCH = read("how much is it", fees=0.98, parking=0.01)
IN_PARKING = read("where can I park how much is it", parking=0.97, fees=0.02)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("how long does that take?", Sign.BARE),
        ("c'est gratuit ?", Sign.BARE),
        ("kostet das was", Sign.BARE),
        ("quanto tempo demora", Sign.BARE),
        ("and for kids?", Sign.FRAGMENT),
        ("und am samstag", Sign.FRAGMENT),
        ("et pour un enfant ?", Sign.FRAGMENT),
        ("and cancel my order", Sign.NONE),
        ("where is my order?", Sign.NONE),
        ("thanks", Sign.NONE),
        ("", Sign.NONE),
        ("and then I waited for a whole hour in front of the shop", Sign.NONE),
    ],
)
def test_a_message_that_is_understood_alone_leans_by_its_shape_only(text: str, sign: Sign) -> None:
    assert sign_of(read(text, fees=0.95)) is sign


@pytest.mark.parametrize(
    ("text", "sign"),
    [("and my dog?", Sign.POINTS), ("is one on paper possible", Sign.POINTS), ("can we pay later", Sign.UNKNOWN)],
)
def test_what_names_something_leans_where_it_is_not_understood_alone(text: str, sign: Sign) -> None:
    assert sign_of(read(text, 0.6, fees=0.4)) is sign
    assert sign_of(read(text, fees=0.95)) is Sign.NONE


def test_a_message_that_leans_is_joined_to_the_question_that_was_answered() -> None:
    assert joined(asked(), HOW_MUCH, 60.0, LEANING) == "where can I park how much is it"


@pytest.mark.parametrize(
    ("before", "alone", "at"),
    [
        (asked(), HOW_MUCH, 4000.0),
        (conversation(), HOW_MUCH, 1.0),
        (replace(asked(), returned="#1001 was solved"), HOW_MUCH, 1.0),
        (asked(), read("and for kids?", greet=0.9), 1.0),
        (asked(), read("and for kids?", complaint=0.5), 1.0),
        (asked(), read("and for a person", human_handoff=0.5), 1.0),
        (asked(), read("and at night?", out_of_scope=0.99), 1.0),
        (asked(), read("does that help?", stop=0.9), 1.0),
    ],
    ids=["long ago", "no question", "people answered", "small talk", "for people", "a person", "foreign", "steering"],
)
def test_anything_else_stands_alone(before: Conversation, alone: ParseResult, at: float) -> None:
    assert joined(before, alone, at, LEANING) == ""


def test_nothing_leans_where_the_assistant_does_not_ask_for_it() -> None:
    assert joined(asked(), HOW_MUCH, 1.0, POLICY) == ""


def test_an_entity_that_is_named_for_sure_is_left_to_the_assistant() -> None:
    month = replace(read("and in october", inform=0.9), entities=(Entity("period", "october", 7, 14),))
    assert joined(asked(), month, 1.0, LEANING) == ""
    unsure = replace(month, intent=Intent("inform", 0.4))
    assert joined(asked(), unsure, 1.0, LEANING)


def test_words_that_name_nothing_mean_what_they_mean_after_the_question() -> None:
    meant = in_context(asked(), HOW_MUCH, IN_PARKING, LEANING)
    assert meant is not None
    assert (meant.intent.name, meant.text) == ("parking", "how much is it")


def test_what_is_sure_alone_and_likely_in_context_stays_as_it_is() -> None:
    shared = read("…", parking=0.9, fees=0.1)
    assert in_context(asked(), HOW_MUCH, shared, LEANING) is None
    elsewhere = read("…", opening_hours=0.99)
    assert in_context(asked(), HOW_MUCH, elsewhere, LEANING) is None


def test_mood_and_danger_stay_those_of_the_message_alone() -> None:
    calm = replace(HOW_MUCH, emotion=Emotion(upset=0.1), asked_for_person=0.2)
    meant = in_context(asked(), calm, replace(IN_PARKING, emotion=Emotion(upset=0.9), asked_for_person=0.9), LEANING)
    assert meant is not None
    assert (meant.emotion.upset, meant.asked_for_person) == (0.1, 0.2)


def test_context_leads_to_nothing_that_people_answer() -> None:
    doubtful = read("and my dog?", 0.6, complaint=0.4)
    meant = in_context(asked(), doubtful, read("…", complaint=0.99), LEANING)
    assert meant is None or meant.is_fallback


def test_two_readings_that_disagree_are_asked_back_with_the_likeliest_of_both() -> None:
    alone = read("and my dog?", 0.6, fees=0.4, location=0.2)
    meant = in_context(asked(), alone, read("…", parking=0.6, opening_hours=0.3), LEANING)
    assert meant is not None
    assert meant.is_fallback
    assert [intent.name for intent in meant.ranking] == ["parking", "fees", "opening_hours", "location"]


def test_another_answer_of_the_same_kind_is_another_meaning() -> None:
    def selected(parse: ParseResult, key: str, other: str) -> ParseResult:
        ranking = (Intent(key, 0.9), Intent(other, 0.01))
        return replace(parse, responses=(RetrievedResponse("faq", key, 0.9, ranking),))

    alone = selected(read("how long does it take", faq=0.98), "faq/how_long", "faq/open_account")
    joint = selected(read("can I open an account how long …", faq=0.9), "faq/open_account", "faq/how_long")
    meant = in_context(asked("can I open an account", "faq/open_account"), alone, joint, LEANING)
    assert meant is not None
    assert meant.meaning_of("faq") == "faq/open_account"


def test_what_the_question_named_is_kept_unless_the_message_names_another_of_its_kind() -> None:
    before = asked("what did I spend on food in May?", "movements")
    stem = len("what did I spend on food in May ")
    alone = read("and in june", 0.6, movements=0.4)
    joint = replace(
        read("…", movements=0.99),
        entities=(
            Entity("category", "food", 20, 24),
            Entity("period", "May", 28, 31),
            Entity("period", "june", stem + 7, stem + 11),
        ),
    )
    meant = in_context(before, alone, joint, LEANING)
    assert meant is not None
    assert [(e.entity, e.value, e.start, e.end) for e in meant.entities] == [
        ("period", "june", 7, 11),
        ("category", "food", 0, 0),
    ]


def test_a_question_is_remembered_until_another_one_or_a_form_takes_its_place() -> None:
    before = asked()

    def kept(text: str, parse: ParseResult, *, leaned: bool = False, waits: bool = False) -> str | None:
        question = remembered(before, text, parse, 9.0, leaned=leaned, waits=waits)
        return question.text if question else None

    assert kept("are you open", read("", opening_hours=0.9)) == "are you open"
    assert kept("thanks", read("", thank=0.9)) == ASKED
    assert kept("how much is it", IN_PARKING, leaned=True) == ASKED
    assert kept("and at night?", read("", opening_hours=0.9), leaned=True) == "where can I park and at night?"
    assert kept("cancel it", read("", cancel=0.9), waits=True) is None
    assert kept("hm", read("", 0.9, fees=0.1)) is None
    assert kept("long " * 80, read("", fees=0.9)) is None


HOURS = "Monday to Friday 9 to 18. On Sundays 12 to 17. Delivery costs €4.90."


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("and on sunday?", "On Sundays 12 to 17."),
        ("is that free", "Delivery costs €4.90."),
        ("kostet das was", "Delivery costs €4.90."),
        ("and at christmas?", ""),
        ("and for", ""),
        ("delivery, sundays and mondays", ""),
    ],
)
def test_the_part_of_an_answer_is_what_names_the_words_of_a_question(said: str, part: str) -> None:
    assert passage(HOURS, said) == part


def answered(text: str, parse: ParseResult) -> Turn:
    meaning = parse.meaning_of(parse.intent.name)
    return Turn((BotReply(text),), "t", intent=parse.intent.name, answered=(meaning,))


PLACES = "There are 14 places in the yard. The garage costs €2 an hour."


def after_parking() -> Story:
    parse = read(ASKED, parking=0.99)
    return Story(LEANING).play(customer(ASKED, 1.0, parse=parse, turn=replace(answered(PLACES, parse), answered=())))


def test_a_further_question_gets_its_part_of_the_answer_and_the_journal_says_what_it_leaned_on() -> None:
    story = after_parking()
    meant = in_context(story.state, HOW_MUCH, IN_PARKING, LEANING)
    assert meant is not None
    said = customer("how much is it", 2.0, parse=HOW_MUCH, turn=answered(PLACES, meant))
    story.play(replace(said, requests=(meant,), leans_on=ASKED))
    assert story.to_customer == [say("said_of_that", "en", POLICY, words="The garage costs €2 an hour.")]
    note = next(e.text for e in story.last if isinstance(e, Record) and e.kind == "understood")
    assert "parking (97%) after “where can I park?”, alone as fees (98%)" in note
    assert story.state.same_answers == 0
    assert story.state.question == Question(ASKED, "parking", 2.0)


def test_a_further_question_that_the_answer_does_not_name_is_told_so() -> None:
    meant = replace(IN_PARKING, text="and at night?")
    said = customer("and at night?", 2.0, parse=read("and at night?", 0.6, fees=0.4), turn=answered(PLACES, meant))
    story = after_parking().play(replace(said, requests=(meant,), leans_on=ASKED))
    assert story.to_customer == [say("said_above", "en", POLICY)]
    assert story.state.status is Status.BOT


def test_a_pressed_guess_can_be_leaned_on_by_what_it_is_called() -> None:
    parse = ParseResult("/track_order", Intent("track_order", 1.0))
    story = Story(LEANING).play(
        choose("say", 1.0, value="/track_order", parse=parse, turn=replace(answered("On its way.", parse), answered=()))
    )
    assert story.state.question == Question("track_order", "track_order", 1.0)


def test_what_people_take_over_is_leaned_on_no_more() -> None:
    story = after_parking().play(customer("a person please", 2.0, parse=read("", human_handoff=0.99)))
    assert story.state.status is Status.QUEUED
    assert story.state.question is None
