"""Approved lessons are tried by one process at a time, and go live only with a model that passed."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from adapters.redis.store import RedisStore
from bot.core.learning.lessons import Lesson, LessonState
from bot.errors import LearningFailed, LearningPostponed, StoreUnavailable
from bot.ports import Trial
from bot.services.training import Training
from tests.app.school import School
from tests.support.patience import PATIENCE
from tests.support.redis import MakeStore

APPROVED, LIVE, HELD = LessonState.APPROVED, LessonState.LIVE, LessonState.HELD


@pytest.fixture
def school(store: RedisStore) -> School:
    return School(store)


async def approved(school: School, *texts: str, **more: str) -> Lesson:
    lesson = await school.proposed(*texts, **more)
    await school.asks(f"review approve {lesson.number}")
    return lesson


async def states(school: School) -> dict[int, LessonState]:
    return {lesson.number: lesson.state for lesson in await school.book.all()}


async def look(school: School, *, after: float = 61.0) -> None:
    """Let that many seconds pass, and look."""
    school.clock.at += after
    await school.training().look()


async def look_with(training: Training, school: School) -> None:
    school.clock.at += 61.0
    await training.look()


def told(school: School) -> str:
    return school.town.posts[-1].text if school.town.posts else ""


async def test_nothing_is_tried_without_a_lesson_and_before_it_is_quiet(school: School) -> None:
    await look(school)
    await school.proposed("only proposed")
    await look(school)
    await approved(school, "one")
    await look(school, after=59.0)
    await approved(school, "two")
    await look(school, after=59.0)
    assert school.learner.tried == []
    await look(school, after=2.0)
    assert school.learner.tried == [(2, 3)]


async def test_what_passed_goes_live_and_the_desk_reads_what_changed(school: School) -> None:
    await approved(school, "where can I park", "any garage", intent="parking", answer="Behind.")
    await look(school)
    lesson = await school.lesson()
    assert (lesson.state, lesson.model, lesson.settled_at) == (LIVE, "m1", school.clock.at)
    assert school.learner.live == ["m1"]
    assert "**The bot has learned 1 lesson** and answers with model `m1` now." in told(school)
    assert "lesson 1, Nora: “where can I park” and 1 more → `parking`, new" in told(school)
    assert "- all as before" in told(school)
    assert "model rollback" in told(school)
    assert list(await school.store.lessons.learned()) == ["parking"]
    await look(school)
    assert len(school.learner.tried) == 1


async def test_the_next_trial_knows_the_earlier_lessons_too(school: School) -> None:
    await approved(school, "one")
    await look(school)
    await approved(school, "two")
    await look(school)
    assert school.learner.tried == [(1,), (1, 2)]
    assert await states(school) == {1: LIVE, 2: LIVE}


async def test_what_is_to_blame_is_held_and_the_rest_is_tried_again_without_it(school: School) -> None:
    await approved(school, "one")
    await approved(school, "two")
    school.learner.verdicts = [Trial("m1", False, ("- a story failed",), {1: "the story *returns* fails with it."})]
    await look(school)
    assert school.learner.tried == [(1, 2), (2,)]
    assert await states(school) == {1: HELD, 2: LIVE}
    assert (await school.lesson()).why == "the story *returns* fails with it."
    assert "**Held back**" in told(school)
    assert "- lesson 1: the story *returns* fails with it." in told(school)
    assert "learned 1 lesson**" in told(school)
    await look(school, after=7200.0)
    assert len(school.learner.tried) == 2, "what is held waits for somebody"


async def test_the_rest_is_tried_again_once_at_most(school: School) -> None:
    for text in ("one", "two", "three"):
        await approved(school, text)
    school.learner.verdicts = [
        Trial("m1", False, (), {1: "bad."}),
        Trial("m2", False, (), {2: "bad, too."}),
    ]
    await look(school)
    assert school.learner.tried == [(1, 2, 3), (2, 3)]
    assert await states(school) == {1: HELD, 2: HELD, 3: HELD}
    assert "not known which lesson is to blame" in (await school.lesson(3)).why
    assert "Nothing changed" in told(school)
    assert school.learner.live == []


async def test_a_refusal_that_blames_nobody_holds_what_is_new_and_is_not_tried_again(school: School) -> None:
    await approved(school, "one")
    await look(school)
    await approved(school, "two")
    school.learner.verdicts = [Trial("m2", False, ("- accuracy fell",))]
    await look(school)
    assert len(school.learner.tried) == 2
    assert await states(school) == {1: LIVE, 2: HELD}


async def test_what_does_not_fit_any_more_is_held_though_the_model_passes(school: School) -> None:
    await approved(school, "one")
    await approved(school, "two")
    school.learner.verdicts = [Trial("m1", True, (), {1: "its intent is gone."})]
    await look(school)
    assert await states(school) == {1: HELD, 2: LIVE}


async def test_a_training_that_fails_holds_what_is_new_with_the_trainers_words(school: School) -> None:
    await approved(school, "one")
    school.learner.verdicts = [LearningFailed("out of memory")]
    await look(school)
    assert (await school.lesson()).why == "no model could be made: out of memory"
    assert "Nothing changed" in told(school)
    await school.asks("review approve 1")
    await look(school)
    assert await states(school) == {1: LIVE}


async def test_what_cannot_be_tried_now_stays_approved_is_told_once_and_tried_again(school: School) -> None:
    await approved(school, "one")
    training = school.training()
    school.learner.verdicts = [LearningPostponed("the files have changed; restart first")] * 2
    school.clock.at += 61.0
    await training.look()
    await training.look()
    assert len(school.learner.tried) == 1
    school.clock.at += 61.0
    await training.look()
    assert await states(school) == {1: APPROVED}
    waits = "🎓 **1 lesson not learned yet:** the files have changed; restart first. "
    waits += "What is approved stays so, and is tried again by itself."
    assert [post.text for post in school.town.posts] == [waits] * len(school.policy.desks)
    school.clock.at += 121.0
    await training.look()
    assert await states(school) == {1: LIVE}


async def test_what_goes_on_failing_is_tried_ever_more_rarely_and_often_enough(school: School) -> None:
    await approved(school, "one")
    training = school.training()
    school.learner.verdicts = [LearningPostponed("there is no room left on the disk")] * 7
    school.clock.at += 61.0
    waits = [0.0]
    while (await states(school))[1] is not LIVE:
        await training.look()
        tried = len(school.learner.tried)
        if tried == len(waits):
            waits.append(0.0)
        school.clock.at += 30.0
        waits[-1] += 30.0
    assert waits[1:-1] == [60.0, 120.0, 240.0, 480.0, 900.0, 900.0, 900.0]
    await approved(school, "two")
    school.learner.verdicts = [LearningPostponed("there is no room left on the disk")]
    await look_with(training, school)
    assert (await states(school))[2] is APPROVED
    await look_with(training, school)
    assert (await states(school))[2] is LIVE


async def test_a_model_that_cannot_be_put_to_work_changes_nothing(school: School) -> None:
    async def refuses(trial: Trial) -> None:
        raise LearningFailed(f"{trial.model} cannot be loaded")

    school.learner.go_live = refuses  # type: ignore[method-assign]  # as when its files are damaged
    await approved(school, "one")
    await look(school)
    assert await states(school) == {1: HELD}
    assert list(await school.store.lessons.learned()) == []


async def test_two_processes_never_train_at_once(make_store: MakeStore) -> None:
    one, two = School(make_store()), School(make_store())
    two.learner = one.learner
    began, may_end = asyncio.Event(), asyncio.Event()
    trained = one.learner.try_out

    async def slowly(lessons: list[Lesson], keep: frozenset[int]) -> Trial:
        began.set()
        await may_end.wait()
        return await trained(lessons, keep=keep)

    one.learner.try_out = slowly  # type: ignore[method-assign,assignment]  # as training is
    await approved(one, "one")
    one.clock.at += 61.0
    two.clock.at = one.clock.at
    training = asyncio.create_task(one.training("one").look())
    await began.wait()
    await two.training("two").look()
    assert one.learner.tried == []
    may_end.set()
    await training
    assert one.learner.tried == [(1,)]
    await two.training("two").look()
    assert one.learner.tried == [(1,)]


async def test_whoever_trains_for_long_goes_on_being_the_only_one(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.training._LEASE_SECONDS", 0.2)
    leases, renewed = 0, asyncio.Event()
    lease, trained = school.book.lease, school.learner.try_out

    async def counted(owner: str, seconds: float) -> bool:
        nonlocal leases
        leases += 1
        if leases == 3:
            renewed.set()
        return await lease(owner, seconds)

    async def slowly(lessons: list[Lesson], keep: frozenset[int]) -> Trial:
        async with asyncio.timeout(PATIENCE):
            await renewed.wait()
        return await trained(lessons, keep=keep)

    school.book.lease = counted  # type: ignore[method-assign]  # as it is, and counted
    school.learner.try_out = slowly  # type: ignore[method-assign,assignment]  # as training is
    await approved(school, "one")
    await look(school)
    assert await states(school) == {1: LIVE}


async def test_what_was_approved_when_a_process_died_is_tried_by_the_next(make_store: MakeStore) -> None:
    dying, next_one = School(make_store()), School(make_store())
    began = asyncio.Event()

    async def for_ever(lessons: list[Lesson], keep: frozenset[int]) -> Trial:  # the port's
        began.set()
        await asyncio.Event().wait()
        raise AssertionError

    dying.learner.try_out = for_ever  # type: ignore[method-assign,assignment]  # it dies in the middle
    await approved(dying, "one")
    dying.clock.at += 61.0
    training = asyncio.create_task(dying.training("dying").look())
    await began.wait()
    training.cancel()
    await asyncio.gather(training, return_exceptions=True)
    next_one.clock.at = dying.clock.at
    await next_one.training("next").look()
    assert await states(next_one) == {1: LIVE}


async def test_what_somebody_changed_during_the_training_stays_as_they_left_it(school: School) -> None:
    await approved(school, "one")
    trained = school.learner.try_out

    async def meanwhile(lessons: list[Lesson], keep: frozenset[int]) -> Trial:
        trial = await trained(lessons, keep=keep)
        await school.asks("review reject 1 after all")
        return trial

    school.learner.try_out = meanwhile  # type: ignore[method-assign,assignment]  # somebody is faster
    await look(school)
    assert await states(school) == {1: LessonState.REJECTED}
    school.learner.try_out = trained  # type: ignore[method-assign]  # as it is
    await look(school)
    assert school.learner.tried == [(1,), ()], "and is trained out again"


async def test_what_was_taken_back_or_forgotten_is_trained_out_again(school: School) -> None:
    await approved(school, "one")
    await approved(school, "two")
    await look(school)
    assert await school.store.lessons.forget("web|t|ada") == 2
    school.learner.verdicts = [LearningFailed("the disk is full")]
    said = len(school.town.posts)
    await look(school)
    assert school.learner.tried[-1] == ()
    assert len(school.town.posts) == said, "nobody waits for it"
    await look(school)
    assert "unlearned what was taken back" in told(school)


async def test_a_failure_to_train_something_out_is_not_tried_again_and_again(school: School) -> None:
    school.learner.knows = frozenset({7})
    training = school.training()
    school.learner.verdicts = [LearningFailed("the disk is full")]
    for _ in range(3):
        await training.look()
    assert school.learner.tried == [()]
    school.clock.at += 3601.0
    await training.look()
    assert school.learner.tried == [(), ()]


async def test_what_a_rolled_back_model_took_along_is_held_with_the_reason(school: School) -> None:
    await approved(school, "where can I park", intent="parking", answer="Behind.")
    await look(school)
    school.learner.knows = frozenset()
    await look(school, after=60.0)
    assert await states(school) == {1: LIVE}, "other processes follow within a moment"
    await look(school, after=70.0)
    why = "the model that answers now does not know it: m1 was rolled back, or no longer fits. Back with m1 it is live."
    assert (await school.lesson()).why == why
    assert await states(school) == {1: HELD}
    assert list(await school.store.lessons.learned()) == []
    await look(school)
    assert len(school.learner.tried) == 1, "nobody asked for it again"


async def test_what_was_held_by_a_rollback_is_live_again_with_its_model_and_nothing_is_trained(school: School) -> None:
    await approved(school, "where can I park", intent="parking", answer="Behind.")
    await look(school)
    school.learner.knows = frozenset()
    await look(school, after=130.0)
    assert await states(school) == {1: HELD}
    school.learner.knows = frozenset({1})
    await look(school)
    lesson = await school.lesson()
    assert (lesson.state, lesson.model, lesson.why, lesson.settled_at) == (LIVE, "m1", "", school.clock.at)
    assert list(await school.store.lessons.learned()) == ["parking"]
    await look(school)
    assert school.learner.tried == [(1,)]
    await school.asks("review reject 1 it is wrong")
    await look(school)
    assert school.learner.tried == [(1,), ()], "what people take back is trained out as ever"


async def test_what_the_gate_held_does_not_go_live_because_an_old_model_knows_its_number(school: School) -> None:
    await approved(school, "where can I park")
    await look(school)
    await approved(school, "and bikes")
    school.learner.verdicts = [Trial("m2", False, (), {1: "it does not fit any more", 2: "nor does this"})]
    await look(school)
    assert await states(school) == {1: HELD, 2: HELD}
    await look(school)
    assert await states(school) == {1: HELD, 2: HELD}


async def test_what_cannot_be_told_of_a_model_changes_nothing(school: School) -> None:
    await approved(school, "one")
    await look(school)
    school.learner.is_known = False
    await look(school, after=500.0)
    assert await states(school) == {1: LIVE}


async def test_one_damaged_lesson_is_set_aside_and_the_others_go_on(school: School) -> None:
    await approved(school, "one")
    await look(school)
    assert await school.store.lessons.put(
        1, '{"number": 1, "texts": ["on', customer="", expected=(await school.lesson()).version
    )
    with capture_logs() as logs:
        await approved(school, "two")
        await look(school)
        await look(school)
    assert school.learner.tried == [(1,), (1, 2)], "what the bot knows of it goes along"
    assert await states(school) == {2: LIVE}
    named = [(line["what"], line["name"]) for line in logs if line["event"] == "row_set_aside"]
    assert named == [("lesson", "1")], "it is named once"
    assert "**Cannot be read** (1)\n- ⚠️ Lesson **1** cannot be read" in (await school.asks("review list")).body.text
    for command in ("review 1", "review approve 1", "review reject #1"):
        assert "Lesson **1** cannot be read" in (await school.asks(command)).body.text
    assert (await school.store.lessons.rows())[1][1] == '{"number": 1, "texts": ["on', "nothing of it is lost"


async def test_a_lesson_that_was_repaired_goes_on_by_itself(school: School, redis_url: str) -> None:
    await approved(school, "one")
    await look(school)
    kept = (await school.store.lessons.rows())[1]
    await school.store.lessons.put(1, "{", customer="", expected=kept[0])
    assert list(await school.book.damaged()) == [1]
    async with Redis.from_url(redis_url) as client:
        await client.hset(f"{school.store.prefix}:{{lessons}}:rows", "1", f"{kept[0]}|{kept[1]}")
    assert await states(school) == {1: LIVE}
    assert not await school.book.damaged()


async def test_old_doubtful_messages_go_with_time(school: School) -> None:
    await school.doubted("is it anywhere")
    await look(school, after=29 * 86400.0)
    assert len(await school.doubts.all()) == 1
    await look(school, after=2 * 86400.0)
    assert await school.doubts.all() == []


async def test_whoever_approves_hears_that_it_waits_though_an_earlier_wait_was_told_to_nobody(school: School) -> None:
    why = "the files have changed; restart first"
    school.learner.knows = frozenset({7})
    school.learner.verdicts = [LearningPostponed(why)] * 2
    training = school.training()
    await training.look()
    assert school.town.posts == [], "nobody waits for what is trained out"
    await approved(school, "one")
    school.clock.at += 61.0
    await training.look()
    assert "1 lesson not learned yet" in told(school)


async def test_a_surprise_in_a_training_is_not_met_again_every_few_seconds(school: School) -> None:
    await approved(school, "one")
    training = school.training()
    school.learner.verdicts = [OSError("no space left on device")]
    school.clock.at += 61.0
    for _ in range(3):
        await training.look()
    assert len(school.learner.tried) == 1
    assert await states(school) == {1: APPROVED}
    assert "1 lesson not learned yet:** the training met something unexpected (OSError)" in told(school)
    school.clock.at += 601.0
    await training.look()
    assert await states(school) == {1: LIVE}


async def test_what_the_model_has_learned_is_counted_also_when_the_store_goes_away_behind_it(school: School) -> None:
    await approved(school, "where can I park", intent="parking", answer="Behind.")
    put = school.store.lessons.put

    async def away(*_: object, **__: object) -> bool:
        raise StoreUnavailable("the test's store is away")

    school.store.lessons.put = away  # type: ignore[method-assign,assignment]  # as when it went away just now
    with pytest.raises(StoreUnavailable):
        await look(school)
    school.store.lessons.put = put  # type: ignore[method-assign]  # and is back
    assert list(await school.store.lessons.learned()) == ["parking"]
    await look(school)
    assert await states(school) == {1: LIVE}
