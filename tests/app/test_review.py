"""Review: the most informative first, one by one, each with what can be done about it; then doubtful messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import Ref, Submitted
from bot.core.learning.lessons import Lesson, LessonState
from tests.app.school import ADA, DESK, LEA, MAX, NORA, School, value


@pytest.fixture
def school(store: RedisStore) -> School:
    return School(store)


async def test_nothing_pending_says_so_and_what_to_do(school: School) -> None:
    assert "Nothing waits for review" in await school.reads("review")
    assert "`teach N`" in await school.reads("review list")


async def test_agents_propose_and_leads_review(school: School) -> None:
    assert "for the role *lead*" in await school.reads("review", by=NORA)
    assert "for the role *lead*" in await school.reads("review", by=ADA)


async def test_what_the_bot_knows_least_comes_first_then_the_next(school: School) -> None:
    await school.proposed("known well", news=0.1)
    await school.proposed("not known at all", intent="parking", answer="Behind.", news=1.0)
    answer = await school.asks("review")
    assert "2 lessons wait" in answer.body.text
    assert "- not known at all" in answer.body.text
    assert "**`parking`**, a new one. The bot will answer:\n> Behind." in answer.body.text
    assert [(b.label, b.value) for b in answer.body.buttons] == [
        ("Approve", "review approve 2 v1"),
        ("Edit…", "2"),
        ("Reject", "review reject 2"),
        ("Next", "review next 2"),
    ]
    after = await school.reads("review next 2")
    assert "- known well" in after
    assert "Today the bot is 90% sure of that." in after
    assert "from the beginning" in await school.reads("review next 1")


async def test_approving_shows_what_is_next(school: School) -> None:
    await school.proposed("one", news=0.9)
    await school.proposed("two", news=0.5)
    answer = await school.reads("review approve 1")
    assert "Lesson 1** is approved" in answer
    assert "1 lesson waits" in answer
    assert "- two" in answer
    lesson = await school.lesson()
    assert (lesson.state, lesson.reviewer, lesson.approved_at) == (LessonState.APPROVED, "Lea", school.clock.at)
    assert "Nothing waits" in await school.reads("review approve 2")
    assert "is approved already" in await school.reads("review approve 2")


async def test_behind_what_was_decided_in_the_middle_comes_its_follower(school: School) -> None:
    for text, news in (("one", 0.9), ("two", 0.5), ("three", 0.2)):
        await school.proposed(text, news=news)
    answer = await school.reads("review reject 2")
    assert "- three" in answer
    assert "- one" not in answer
    assert "- one" in await school.reads("review reject 3"), "and behind the last the first"


async def test_signs_in_a_customers_words_mean_nothing(school: School) -> None:
    await school.proposed("is *this* <!channel> [here](https://x.example)")
    text = await school.reads("review")
    assert r"- is \*this\* \<!channel\> \[here\](https://x.example)" in text


async def test_rejecting_keeps_the_reason(school: School) -> None:
    await school.proposed()
    assert "rejected: too vague" in await school.reads("review reject 1 too vague")
    lesson = await school.lesson()
    assert (lesson.state, lesson.why) == (LessonState.REJECTED, "too vague")
    assert "Rejected by Lea: too vague." in await school.reads("review 1")


async def test_of_two_who_decide_the_second_is_told(school: School) -> None:
    await school.proposed()
    seen, reads = await school.book.all(), school.book.all

    async def stale() -> Sequence[Lesson]:
        return seen

    await school.asks("review approve 1")
    school.book.all = stale  # type: ignore[method-assign]  # what the other one had before them
    assert "Somebody else changed lesson 1" in await school.reads("review reject 1")
    school.book.all = reads  # type: ignore[method-assign]  # as it is
    assert (await school.lesson()).state is LessonState.APPROVED


async def test_a_lesson_is_changed_in_its_form_and_is_looked_at_again(school: School) -> None:
    await school.proposed("where can I park", intent="parking", answer="Behind.")
    form = await school.opens("change_lesson", "1", by=LEA)
    assert form is not None
    assert (value(form, "texts"), value(form, "name"), value(form, "answer")) == (
        "where can I park",
        "parking",
        "Behind.",
    )
    assert await school.sends(form, by=LEA, answer="Behind the house.") == {}
    lesson = await school.lesson()
    assert (lesson.answer, lesson.intent, lesson.state) == ("Behind the house.", "parking", LessonState.PROPOSED)
    assert "Lesson 1** says now" in school.heard(LEA)
    assert school.buttons(LEA)[0].value == "review approve 1 v2"
    await school.presses("change_lesson", "1", by=NORA)
    assert "for the role *lead*" in school.heard(NORA)
    await school.presses("change_lesson", "9", by=LEA)
    assert "no lesson 9" in school.heard(LEA)


async def test_a_button_approves_what_it_was_shown_with_and_not_what_that_became(school: School) -> None:
    lesson = await school.proposed("is it here")
    pressed = (await school.asks("review 1")).body.buttons[0]
    await school.book.put(replace(lesson, texts=("burn it all",)))
    answer = await school.asks(pressed.value)
    assert "was changed since you were shown it" in answer.body.text
    assert "- burn it all" in answer.body.text
    assert (await school.lesson()).state is LessonState.PROPOSED
    assert "is approved" in await school.reads(answer.body.buttons[0].value)


async def test_what_was_approved_stays_so_when_whoever_may_approve_changes_it(school: School) -> None:
    await school.proposed("is it here")
    await school.asks("review approve 1")
    form = await school.opens("change_lesson", "1", by=LEA)
    assert form is not None
    assert value(form, "intent") == "track_order"
    assert await school.sends(form, by=LEA, texts="is it there", intent="refund_status") == {}
    lesson = await school.lesson()
    assert (lesson.texts, lesson.intent, lesson.state) == (("is it there",), "refund_status", LessonState.APPROVED)


async def test_whoever_changes_an_approved_lesson_answers_for_it_from_then_on(school: School) -> None:
    await school.proposed("is it here")
    await school.asks("review approve 1")
    form = await school.opens("change_lesson", "1", by=MAX)
    assert form is not None
    assert await school.sends(form, by=MAX, texts="is it there") == {}
    assert (await school.lesson()).reviewer == "Max"
    assert "Approved by Max" in await school.reads("review 1")


async def test_a_lesson_that_is_held_says_why_and_comes_last(school: School) -> None:
    held = await school.proposed("held", news=1.0)
    await school.book.put(replace(held, state=LessonState.HELD, why="a story failed."))
    await school.proposed("fresh", news=0.1)
    assert "- fresh" in await school.reads("review")
    assert "**Held back:** a story failed." in await school.reads("review next 2")
    assert "is approved" in await school.reads("review approve 1")
    assert (await school.lesson()).why == ""


async def test_doubtful_messages_come_behind_what_the_customer_explained_first(school: School) -> None:
    await school.doubted("is it anywhere")
    explained = await school.doubted("and the money", meant="refund_status", sure=0.9)
    answer = await school.asks("review")
    assert "2 doubtful messages wait" in answer.body.text
    assert "The customer then pressed **`refund_status`**. The bot had guessed `track_order` 90%" in answer.body.text
    assert [(b.label, b.action, b.value) for b in answer.body.buttons[:2]] == [
        ("Teach…", "teach_doubt", explained.code),
        ("Skip", "command", f"review skip {explained.code}"),
    ]
    assert "It guessed `track_order` 40%, `refund_status` 30%." in await school.reads(f"review next {explained.code}")


async def test_a_doubtful_message_is_a_lesson_with_the_second_click(school: School) -> None:
    doubt = await school.doubted("and the money", meant="refund_status")
    form = await school.opens("teach_doubt", doubt.code, by=LEA)
    assert form is not None
    assert (value(form, "texts"), value(form, "intent")) == ("and the money", "refund_status")
    assert await school.sends(form, by=LEA) == {}
    lesson = await school.lesson()
    assert (lesson.texts, lesson.intent, lesson.case) == (("and the money",), "refund_status", 0)
    assert (lesson.state, lesson.reviewer) == (LessonState.APPROVED, "Lea"), "a reviewer wrote it"
    assert school.told == [("c", "taught 1 refund_status more 0", "lea")]
    assert await school.doubts.all() == []
    assert "Lesson 1** is approved" in school.heard(LEA)
    await school.presses("teach_doubt", doubt.code, by=LEA)
    assert "not kept any more" in school.heard(LEA)


async def test_a_message_that_was_taken_back_while_its_form_was_open_is_no_lesson(school: School) -> None:
    doubt = await school.doubted("and the money", meant="refund_status")
    form = await school.opens("teach_doubt", doubt.code, by=LEA)
    assert form is not None
    await school.doubts.remove(doubt.id)
    assert "not kept any more" in (await school.sends(form, by=LEA))["texts"]
    sent = tuple((f.name, f.value) for f in form.fields)
    await school.takes(Submitted(Ref(DESK, "m1"), "teach_doubt", doubt.code, sent), by=LEA, at=DESK)
    assert not await school.book.all()


async def test_a_doubtful_message_is_skipped_for_good(school: School) -> None:
    doubt = await school.doubted("is it anywhere")
    await school.doubted("blah", at=2.0)
    assert "- blah" in await school.reads(f"review skip {doubt.code}")
    assert [one.text for one in await school.doubts.all()] == ["blah"]
    assert "not kept any more" in await school.reads(f"review skip {doubt.code}")


async def test_the_list_has_every_lesson_by_where_it_stands_and_what_is_not_known_now(school: School) -> None:
    for n, state in enumerate(LessonState):
        lesson = await school.proposed(f"text {n}", "and more")
        await school.book.put(replace(lesson, state=state, model="m1" if state is LessonState.LIVE else ""))
    listed = await school.reads("review list")
    for title in ("Proposed", "Held back", "Approved, to be tried", "Live", "Rejected"):
        assert f"**{title}** (1)" in listed
    assert "“text 2” and 1 more" in listed
    assert "model `m1`, which does not answer now" in listed
    school.learner.knows = frozenset({3})
    assert "which does not answer now" not in await school.reads("review list")
    school.learner.is_known = False
    assert "which does not answer now" not in await school.reads("review list")


async def test_what_is_not_there_or_says_nothing_is_answered_with_how(school: School) -> None:
    assert "There is no lesson 9" in await school.reads("review approve 9")
    assert "no lesson and no doubtful message “nine”" in await school.reads("review nine")
    assert "says nothing here" in await school.reads("review please do")
    assert "`review approve` needs what it is about" in await school.reads("review approve")


@pytest.mark.parametrize("typed", ["²", "9" * 5000, "1001x"])
async def test_what_is_no_case_number_is_said_to_be_none(school: School, typed: str) -> None:
    assert "is no case number. For example `teach 1042`." in await school.reads(f"teach {typed}")
    await school.presses("teach", typed)
    assert "no case" in school.heard() or "no conversation" in school.heard()


async def test_taking_back_what_is_live_says_what_happens(school: School) -> None:
    lesson = await school.proposed()
    await school.book.put(replace(lesson, state=LessonState.LIVE, model="m1", reviewer="Lea"))
    assert "Live since model `m1`, approved by Lea." in await school.reads("review 1")
    assert "until a model without it was tried" in await school.reads("review reject 1")
