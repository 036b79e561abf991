"""Teaching from a case: what the form begins with, what is wrong with what was filled in, and what becomes of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.redis.store import RedisStore
from bot.core.activity import Place, Pressed, Ref, Submitted
from bot.core.conversation import Conversation
from bot.core.effects import ButtonStyle
from bot.core.learning.lessons import MAX_LESSONS, MAX_TEXT, MAX_TEXTS, Lesson, LessonState
from bot.errors import LearningFailed, StoreUnavailable
from bot.ports import Teachable
from bot.services import lesson_form
from bot.services.repertoire import Repertoire
from nlu.types import ParseResult
from tests.app.school import ADA, DESK, GUS, LEA, NORA, SHOP, THREAD, Learnt, School, value
from tests.support.patience import comes_to

TAUGHT = Submitted(Ref(DESK, "m"), "teach", "1001", (("texts", "is it here"), ("intent", "track_order")))
NEW = {"intent": lesson_form.NEW, "name": "Parking space", "answer": "Behind the house."}


@pytest.fixture
def school(store: RedisStore) -> School:
    return School(store)


async def test_the_form_begins_with_the_customers_words_the_best_guess_and_the_agents_answer(school: School) -> None:
    form = await school.opens("teach", "1001")
    assert form is not None
    assert value(form, "texts").splitlines() == ["where can I park my car", "order … by the way"]
    assert value(form, "intent") == "", "had it been right, nobody would have needed a person"
    assert value(form, "answer") == "Hello […], behind the house."
    options = [name for name, _ in next(f.options for f in form.fields if f.name == "intent")]
    assert options == ["refund_status", lesson_form.NEW, "faq/opening_hours", "track_order"]
    assert (form.title, form.submit, form.value) == ("Teach from #1001", "Teach", "1001")


async def test_more_words_for_an_intent_that_is_there_are_proposed(school: School) -> None:
    form = await school.opens("teach", "1001")
    assert form is not None
    assert await school.sends(form, texts="where is my stuff\nstill nothing", intent="track_order") == {}
    lesson = await school.lesson()
    assert (lesson.texts, lesson.intent, lesson.answer) == (("where is my stuff", "still nothing"), "track_order", "")
    assert (lesson.state, lesson.case, lesson.by, lesson.language) == (LessonState.PROPOSED, 1001, "Nora", "en")
    assert school.told == [("c", "taught 1 track_order more 1001", "nora")]
    assert "Lesson 1** is proposed: 2 messages mean `track_order`" in school.heard()
    assert school.buttons() == []


async def test_a_new_intent_comes_with_its_name_and_its_answer(school: School) -> None:
    form = await school.opens("teach", "1001")
    assert form is not None
    assert await school.sends(form, texts="where can I park", **NEW) == {}
    lesson = await school.lesson()
    assert (lesson.intent, lesson.answer, lesson.news) == ("parking_space", "Behind the house.", 1.0)
    assert school.told == [("c", "taught 1 parking_space new 1001", "nora")]


async def test_an_answer_that_was_written_for_what_has_one_is_not_lost_without_a_word(school: School) -> None:
    form = await school.opens("teach", "1001")
    assert form is not None
    wrong = await school.sends(form, texts="is it here", intent="track_order", answer="Behind the house.")
    assert wrong == {"answer": "track_order keeps its own answer. Choose “A new one” above, or empty this."}
    assert await school.sends(form, texts="is it here", intent="track_order", answer=value(form, "answer")) == {}


async def test_what_a_german_is_told_is_taught_for_those_who_write_german(school: School) -> None:
    school.conversation_now = replace(school.conversation_now, language="de")
    form = await school.opens("teach", "1001")
    hint = next(field.hint for field in form.fields if field.name == "answer") if form else ""
    assert "Given to those who write German; others come to people until" in hint
    assert await school.sends(form, texts="wo kann ich parken", **NEW | {"answer": "Hinter dem Haus."}) == {}
    lesson = await school.lesson()
    assert (lesson.language, lesson.answer) == ("de", "Hinter dem Haus.")

    school.conversation_now = replace(school.conversation_now, language="en")
    form = await school.opens("teach", "1001")
    hint = next(field.hint for field in form.fields if field.name == "answer") if form else ""
    assert "others come to people" not in hint
    assert await school.sends(form, texts="any garage", **NEW) == {}, "each language has an answer of its own"
    assert (await school.lesson(2)).language == "en"


async def test_what_was_learned_in_another_language_only_takes_an_answer_in_this_one(school: School) -> None:
    school.learner.teaches = (
        *SHOP,
        Teachable("parking", "wo", "Hinten.", is_learned=True, languages=frozenset({"de"})),
    )
    form = await school.opens("teach", "1001")
    assert form is not None
    assert await school.sends(form, texts="where can I park", intent="parking", answer="Behind the house.") == {}
    assert (await school.lesson()).answer == "Behind the house."
    assert school.told[-1] == ("c", "taught 1 parking more 1001", "nora")
    assert await school.sends(form, texts="any garage", intent="parking", answer="") == {}
    assert (await school.lesson(2)).answer == "", "more words of it need no answer"
    wrong = await school.sends(form, texts="a place for my car", intent="parking", answer="Nowhere.")
    assert "Lesson 1 teaches parking with another answer" in wrong["answer"]


async def test_a_name_alone_says_that_it_is_a_new_one(school: School) -> None:
    form = await school.opens("teach", "1001")
    assert form is not None
    assert await school.sends(form, texts="where to park", intent="", name="parking", answer="Behind.") == {}
    lesson = await school.lesson()
    assert (lesson.intent, lesson.answer) == ("parking", "Behind.")


async def test_a_lesson_that_answers_the_question_takes_its_buttons_off(school: School) -> None:
    form = await school.opens("teach", "1001:asked")
    assert form is not None
    assert (form.title, form.value) == ("Teach from #1001", "1001:asked")
    assert await school.sends(form, texts="where is my refund", intent="track_order") != {}
    assert school.town.edits == []
    assert await school.sends(form, texts="is it here", intent="track_order") == {}
    assert [(message, body.text) for message, body in school.town.edits] == [
        ("m1", "🎓 Could the bot have answered #1001? Yes: it is taught.")
    ]
    assert school.told == [("c", "taught 1 track_order more 1001", "nora")]


async def test_what_is_personal_is_taken_out_of_what_was_typed_too(school: School) -> None:
    form = await school.opens("teach", "1001")
    assert form is not None
    typed = "I am Ada King, ada@example.com, where is 4711-0815"
    assert await school.sends(form, texts=typed, intent="track_order") == {}
    assert (await school.lesson()).texts == ("I am … where is …",)


async def test_a_lead_may_approve_with_the_next_click(school: School) -> None:
    form = await school.opens("teach", "1001", by=LEA)
    assert form is not None
    await school.sends(form, by=LEA, texts="still nothing", intent="track_order")
    assert [(b.value, b.style) for b in school.buttons(LEA)] == [("review approve 1 v1", ButtonStyle.PRIMARY)]


@pytest.mark.parametrize(
    ("fields", "where", "says"),
    [
        ({"texts": " \n "}, "texts", "fill this in"),
        ({"texts": "\n".join(f"text {n}" for n in range(MAX_TEXTS + 1))}, "texts", f"at most {MAX_TEXTS} messages"),
        ({"texts": "a" * (MAX_TEXT + 1)}, "texts", f"at most {MAX_TEXT}. Shorten it"),
        ({"texts": "where is it\n4711-0815"}, "texts", "says nothing that could be learned"),
        ({"texts": "Where is my REFUND?"}, "texts", "an example of refund_status already"),
        ({"intent": ""}, "intent", "Choose what they want, or give a new one a name"),
        ({"intent": "gone_since"}, "intent", "choose one of these"),
        ({"name": "parking"}, "name", "leave this empty for track_order"),
        (NEW | {"name": ""}, "name", "needs a name"),
        (NEW | {"name": "4 you"}, "name", "cannot be a name"),
        (NEW | {"name": "Track Order"}, "name", "track_order is there already: choose it"),
        (NEW | {"name": "faq"}, "name", "a group of questions"),
        (NEW | {"answer": " "}, "answer", "Write what the bot will answer"),
        (NEW | {"answer": "a" * 3001}, "answer", "at most 3000 characters, this one has 3001"),
        (NEW | {"answer": "Hello […], behind."}, "answer", "what belongs in place of […]"),
        (NEW | {"answer": "Hello {name}"}, "answer", "Braces"),
    ],
)
async def test_bad_input_is_said_where_it_stands_and_nothing_is_kept(
    school: School, fields: dict[str, str], where: str, says: str
) -> None:
    form = await school.opens("teach", "1001")
    assert form is not None
    wrong = await school.sends(form, **{"texts": "is it here", "intent": "track_order", "name": "", **fields})
    assert set(wrong) == {where}
    assert says in wrong[where]
    assert not await school.book.all()


async def test_words_that_are_a_lesson_already_are_said_with_its_number(school: School) -> None:
    await school.proposed("Is it here?", intent="track_order")
    form = await school.opens("teach", "1001")
    assert form is not None
    wrong = await school.sends(form, texts="is it here", intent="track_order")
    assert "Lesson 1 teaches these words already" in wrong["texts"]
    wrong = await school.sends(form, texts="is it here\nand more", intent="refund_status")
    assert "means track_order in lesson 1" in wrong["texts"]
    assert await school.sends(form, texts="is it here\nand more", intent="track_order") == {}


async def test_a_second_lesson_for_a_new_intent_gives_the_same_answer(school: School) -> None:
    await school.proposed("where can I park", intent="parking_space", answer="Behind the house.")
    form = await school.opens("teach", "1001")
    assert form is not None
    wrong = await school.sends(form, texts="any garage", **NEW | {"answer": "Nowhere."})
    assert "Lesson 1 teaches parking_space with another answer: “Behind the house.”" in wrong["answer"]
    assert await school.sends(form, texts="any garage", **NEW) == {}


@pytest.mark.parametrize("who", [ADA, GUS])
async def test_customers_and_guests_teach_nothing(school: School, who: object) -> None:
    assert await school.opens("teach", "1001", by=who) is None  # type: ignore[arg-type]  # one of two people
    sent = Submitted(Ref(DESK, "m"), "teach", "1001", (("texts", "a b"), ("intent", "track_order")))
    await school.takes(sent, by=who, at=DESK)  # type: ignore[arg-type]  # as above
    assert "for the role *agent*" in school.heard(who)  # type: ignore[arg-type]  # as above
    assert not await school.book.all()


async def test_why_there_is_no_form_is_said_to_whoever_pressed(school: School) -> None:
    assert await school.opens("teach", "7") is None
    await school.presses("teach", "7")
    assert school.heard() == "There is no case #7."
    school.conversation_now = replace(school.conversation_now, transcript=())
    await school.presses("teach", "1001")
    assert "Nothing of the customer's words is left" in school.heard()


async def test_the_menu_of_a_message_opens_the_form_of_its_conversation(school: School) -> None:
    form = await school.opens("teach", "", at=THREAD)
    assert form is not None
    assert form.value == "1001", "nothing was said since"
    school.conversation_now = replace(school.conversation_now, earlier=())
    form = await school.opens("teach", "", at=THREAD)
    assert form is not None
    assert form.value == "@0.000000@c"
    assert await school.sends(form, at=THREAD, texts="is it here", intent="track_order", answer="") == {}
    assert (await school.lesson()).case == 0
    assert await school.opens("teach", "", at=Place("web", "t", "elsewhere")) is None


async def test_a_form_that_was_sent_twice_is_one_lesson(school: School) -> None:
    form = await school.opens("teach", "1001")
    assert form is not None
    for _ in range(2):
        await school.takes(TAUGHT, by=NORA, at=DESK, id="the same")
    await school.takes(TAUGHT, by=NORA, at=DESK, id="another process heard it, too")
    assert len(await school.book.all()) == 1
    assert school.heard() == "Nothing was kept: Lesson 1 teaches these words already. Add other words, or close this."


async def test_a_form_that_comes_again_while_it_is_taken_is_one_lesson(school: School) -> None:
    twice = (school.takes(TAUGHT, by=NORA, at=DESK, id="the same") for _ in range(2))
    await asyncio.gather(*twice)
    assert len(await school.book.all()) == 1
    assert [text for _, body in school.town.whispers if (text := body.text).startswith("Nothing")] == []


async def test_a_lesson_whose_customer_is_forgotten_while_it_is_written_is_not_kept(school: School) -> None:
    understand = school.understood.parse

    async def slowly(text: str) -> ParseResult:
        """As when the process stands still, and somebody forgets Ada meanwhile."""
        school.conversation_now = replace(school.conversation_now, forgotten="a wish")
        await school.store.lessons.forget(ADA.key)
        return await understand(text)

    school.understood.parse = slowly  # type: ignore[method-assign]  # what is asked last before it is written
    await school.takes(TAUGHT, by=NORA, at=DESK)
    assert await school.book.all() == ()
    assert school.told == []
    assert school.heard() == "There is no case #1001."


async def test_a_form_that_was_opened_before_its_customer_was_forgotten_teaches_nothing_of_whoever_began_anew(
    school: School,
) -> None:
    school.conversation_now = replace(school.conversation_now, earlier=())
    form = await school.opens("teach", "", at=THREAD)
    assert form is not None
    await school.store.lessons.forget(ADA.key)
    school.conversation_now = Conversation("c", THREAD, ADA, opened_at=9_000.0)
    wrong = await school.sends(form, at=THREAD, texts="the words of before", intent="track_order", answer="")
    assert wrong == {"texts": "That belongs to no conversation here."}
    sent = Submitted(Ref(DESK, "m"), form.action, form.value, (("texts", "as before"), ("intent", "track_order")))
    await school.takes(sent, by=NORA, at=THREAD)
    assert await school.book.all() == ()
    assert school.heard() == "That belongs to no conversation here."


async def test_a_lesson_is_kept_once_although_somebody_else_is_forgotten_while_it_is_written(school: School) -> None:
    understand, forgotten = school.understood.parse, list[str]()

    async def slowly(text: str) -> ParseResult:
        if not forgotten:
            forgotten.append("web|t|somebody else")
            await school.store.lessons.forget(forgotten[0])
        return await understand(text)

    school.understood.parse = slowly  # type: ignore[method-assign]  # as above
    await school.takes(TAUGHT, by=NORA, at=DESK)
    assert [lesson.texts for lesson in await school.book.all()] == [("is it here",)]
    assert [what for _, what, _ in school.told] == [
        f"taught {(await school.book.all())[0].number} track_order more 1001"
    ]
    assert "is proposed" in school.heard()


async def test_whoever_teaches_while_many_are_forgotten_is_told_to_try_again(school: School) -> None:
    understand = school.understood.parse

    async def slowly(text: str) -> ParseResult:
        await school.store.lessons.forget("web|t|one of many")
        return await understand(text)

    school.understood.parse = slowly  # type: ignore[method-assign]  # as above
    await school.takes(TAUGHT, by=NORA, at=DESK)
    assert await school.book.all() == ()
    assert "Nothing was kept" in school.heard()
    assert "again" in school.heard()


async def test_comparing_with_thousands_of_lessons_holds_nobody_up(school: School) -> None:
    texts = tuple(f"where is the parcel {n} that I have ordered" for n in range(5))
    many = tuple(Lesson(n, texts, "track_order", "", "en", 1001, "Nora", 1.0) for n in range(1, MAX_LESSONS))

    async def read() -> Sequence[Lesson]:
        return many

    school.book.all = read  # type: ignore[method-assign]  # as full as it may be
    filled = (("texts", "\n".join(f"something new {n}" for n in range(20))), ("intent", "track_order"))
    began = time.thread_time()
    assert await school.teaching.faults(NORA, DESK, "teach", "1001", filled) == ()
    assert time.thread_time() - began < 0.3, "seconds of the loop's own"


async def test_what_is_no_lesson_goes_on_as_it_came(school: School) -> None:
    await school.presses("claim", "1001")
    assert [activity.content for activity in school.inner.taken] == [Pressed(Ref(DESK, "m1"), "claim", "1001")]
    assert await school.opens("snooze", "1001") is not None
    form = await school.opens("snooze", "1001")
    assert form is not None
    assert await school.sends(form, until="1h") == {}


async def test_a_store_that_is_away_is_raised_so_that_the_window_stays_open(school: School) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("the test's store is away")

    school.book.lessons.put = away  # type: ignore[assignment,method-assign]  # as when it went away just now
    with pytest.raises(StoreUnavailable):
        await school.takes(TAUGHT, by=NORA, at=DESK)
    assert school.town.whispers == []


async def test_before_it_is_known_what_can_be_taught_there_is_no_form_and_that_is_said(school: School) -> None:
    async def nothing() -> tuple[Teachable, ...]:
        raise LearningFailed("no model yet")

    read = school.learner.teachable
    school.learner.teachable = nothing  # type: ignore[method-assign]  # as when there is no model
    assert await school.opens("teach", "1001") is None
    await school.presses("teach", "1001")
    assert "Try again in a moment" in school.heard()
    school.learner.teachable = read  # type: ignore[method-assign]  # now there is
    form = await school.opens("teach", "1001")
    assert form is not None
    school.learner.teachable = nothing  # type: ignore[method-assign]  # and not any more
    assert await school.sends(form, texts="is it here", intent="track_order") == {}, "what was known goes on"


async def test_a_window_does_not_wait_for_what_takes_long_to_read() -> None:
    reading = asyncio.Event()

    class Slow(Learnt):
        async def teachable(self) -> Sequence[Teachable]:
            await reading.wait()
            return SHOP

    repertoire = Repertoire(Slow(), seconds=0.01)
    assert await repertoire.now() is None
    reading.set()
    assert await comes_to(repertoire.now, lambda found: found is not None) == SHOP
    await repertoire.finish()


async def test_a_learned_intent_is_marked_and_a_long_example_is_cut(school: School) -> None:
    school.learner.teaches = (*SHOP, Teachable("parking", "where " * 30, "Behind.", is_learned=True))
    form = await school.opens("teach", "1001")
    assert form is not None
    labels = dict(next(f.options for f in form.fields if f.name == "intent"))
    assert labels["parking"].startswith("🎓 parking: where where")
    assert all(len(label) <= 75 for label in labels.values())


async def test_the_command_shows_the_words_and_has_the_button(school: School) -> None:
    answer = await school.asks("teach 1001", by=NORA)
    assert "- where can I park my car" in answer.body.text
    assert [(b.action, b.value, b.asks) for b in answer.body.buttons] == [("teach", "1001", True)]
    in_thread = await school.asks("teach", by=NORA, at=replace(DESK, thread="root"))
    assert [b.value for b in in_thread.body.buttons] == ["1001"]
    assert "There is no case #7" in await school.reads("teach 7", by=NORA)
    assert "is no case number" in await school.reads("teach me", by=NORA)
    assert "Which case?" in await school.reads("teach", by=NORA)
    assert "for the role *agent*" in await school.reads("teach 1001", by=ADA)
