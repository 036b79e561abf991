"""What passes the gate, what does not, and whom it is put down to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from adapters.rasa.blame import blamed
from adapters.rasa.gate import Evidence, Heard, LeftOut, judge, report
from adapters.rasa.golden import Outcome
from adapters.rasa.lessons import Taught
from adapters.rasa.testing import Failure
from bot.dialogue.stories import Place, Story
from nlu.training_data import Example
from nlu.types import NLU_FALLBACK, Intent, ParseResult, RetrievedResponse

OLD = Taught(1, ("wrap it",), "gift_wrap", "Yes.")
NEW = Taught(2, ("open late?",), "hours")
OTHER = Taught(3, ("see you",), "bye")
EXAMPLES = tuple(Example(f"hours {n}", "hours") for n in range(20)) + tuple(
    Example(f"bye {n}", "bye") for n in range(20)
)
RIGHT = tuple(e.intent for e in EXAMPLES)
STORY = Story("Asks for the hours", ())


def parsed(name: str, confidence: float = 0.9, best: str = "") -> ParseResult:
    return ParseResult("", Intent(name, confidence), (Intent(best or name, confidence),))


def heard(lesson: Taught, after: ParseResult) -> Heard:
    return Heard(lesson.texts[0], lesson.intent, parsed(lesson.intent), after, lesson)


FINE = Evidence(
    (OLD, NEW),
    frozenset({2}),
    EXAMPLES,
    (Outcome([STORY], [None]), Outcome([STORY], [None])),
    LeftOut(RIGHT, RIGHT, RIGHT),
    [heard(OLD, parsed("gift_wrap")), heard(NEW, parsed("hours"))],
    [Heard("hours 1", "hours", parsed("hours"), parsed("hours"))],
)


def losing(count: int, to: str = "bye") -> tuple[str, ...]:
    return (to,) * count + RIGHT[count:]


def failing(evidence: Evidence, got: str = "bye") -> Evidence:
    failure = Failure(STORY.name, 1, "hours", got, "nlu", Place("tests/a.yml", 3))
    return replace(evidence, golden=(evidence.golden[0], Outcome([STORY], [failure])))


def never(_number: int) -> bool:
    raise AssertionError("nothing has to be trained to find this out")


def test_a_candidate_that_loses_nothing_passes_and_the_report_says_what_was_looked_at() -> None:
    verdict = judge(FINE)
    assert verdict.passed
    assert report(FINE, verdict, gone=[7], seconds=12.0) == [
        "Lessons: 2, 1 of them new (#2 `hours`).",
        "No longer taught: #7.",
        "Test stories: 1 of 1 passed, now 1.",
        "Examples left out in their turn: 100.0% understood before, 100.0% now (0 won, 0 lost of 40; p = 1).",
        "Lessons' own words: 2 of 2 are understood as taught.",
        "Certain and right today: 1 examples, 1 of them still right.",
        "It took 12 s of computing.",
    ]


@pytest.mark.parametrize(("lost", "passes"), [(5, True), (6, False)])
def test_an_intent_may_lose_what_chance_explains_and_no_more(lost: int, *, passes: bool) -> None:
    assert judge(replace(FINE, left_out=LeftOut(RIGHT, RIGHT, losing(lost)))).passed is passes


def test_what_is_lost_a_little_at_a_time_is_lost_as_well() -> None:
    verdict = judge(replace(FINE, left_out=LeftOut(RIGHT, losing(5), losing(8))))
    assert verdict.worse == (
        "examples that were left out are understood worse than without lessons",
        "`hours` is understood worse than without lessons: 8 of 20 lost, 0 won",
    )


def test_a_story_that_passed_must_not_fail_and_one_that_failed_before_may() -> None:
    worse = failing(FINE)
    assert [story.name for story, _ in judge(worse).stories] == [STORY.name]
    assert "❌ “Asks for the hours” (tests/a.yml:3), step 1: expected hours, got bye." in report(
        worse, judge(worse), gone=(), seconds=1.0
    )
    failed_before = replace(worse, golden=(worse.golden[1], worse.golden[1]))
    assert judge(failed_before).passed


def test_what_is_certain_today_must_stay_right_and_what_is_not_need_not() -> None:
    def with_confidence(now: float) -> Evidence:
        return replace(FINE, certain=[Heard("x 4012 8888 8888 1881", "hours", parsed("hours", now), parsed("bye"))])

    assert not judge(with_confidence(0.85)).passed
    assert judge(with_confidence(0.75)).passed
    lines = report(with_confidence(0.85), judge(with_confidence(0.85)), gone=(), seconds=1.0)
    assert "❌ “x •••• 1881” is `hours` and taken for `bye` now." in lines


def test_words_in_a_report_format_nothing_and_name_nobodys_card() -> None:
    said = "is *this* [here](https://x.example) 4012 8888 8888 1881"
    shown = r"“is \*this\* \[here\](https://x.example) •••• 1881”"
    lesson = Taught(2, (said,), "hours")
    sure = [Heard(said, "hours", parsed("hours"), parsed("bye"))]
    for evidence in (
        replace(FINE, certain=sure),
        replace(FINE, words=[heard(lesson, parsed("bye"))]),
        replace(FINE, words=[Heard(said, "hours", parsed("bye"), parsed("hours"), lesson)]),
        replace(FINE, words=[heard(Taught(1, (said,), "hours"), parsed("bye"))]),
        replace(FINE, examples=(Example(said, "hours"), *EXAMPLES[1:]), left_out=LeftOut(RIGHT, RIGHT, losing(1))),
    ):
        text = "\n".join(report(evidence, judge(evidence), gone=(), seconds=1.0))
        assert shown in text
        assert said not in text
    reasons = blamed(replace(FINE, certain=sure), judge(replace(FINE, certain=sure)), never, limit=8)
    assert reasons[2].startswith(f"because of it {shown} is no longer understood as `hours`")


def test_a_question_of_a_group_is_understood_only_as_that_question() -> None:
    lesson = Taught(2, ("where is the bus",), "faq/parking")
    right = replace(parsed("faq"), responses=(RetrievedResponse("faq", "faq/parking", 0.9),))
    wrong = replace(parsed("faq"), responses=(RetrievedResponse("faq", "faq/cafe", 0.9),))
    assert judge(replace(FINE, words=[Heard("where is the bus", "faq/parking", right, right, lesson)])).passed
    assert judge(replace(FINE, words=[Heard("where is the bus", "faq/parking", right, wrong, lesson)])).own_words == {
        2: "“where is the bus” is taken for `faq/cafe` (90%) even so: it is too near to that"
    }


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (parsed("bye", 0.7), "“open late?” is taken for `bye` (70%) even so: it is too near to that"),
        (
            parsed(NLU_FALLBACK, 0.35, "hours"),
            "“open late?” is only 35% sure to mean `hours`: teach more ways to say it",
        ),
    ],
)
def test_a_lesson_that_is_not_learnt_is_to_blame_itself(after: ParseResult, why: str) -> None:
    evidence = replace(FINE, words=[heard(OLD, parsed("gift_wrap")), heard(NEW, after)])
    verdict = judge(evidence)
    assert verdict.own_words == {2: why}
    assert blamed(evidence, verdict, never, limit=8) == {2: why}


def test_words_that_were_certainly_something_else_before_are_shown_to_people() -> None:
    sure = Heard("open late?", "hours", parsed("bye", 0.95), parsed("hours"), NEW)
    evidence = replace(FINE, words=[sure, replace(sure, before=parsed("bye", 0.5)), replace(sure, lesson=OLD)])
    verdict = judge(evidence)
    assert verdict.passed, "whether a lesson is true only people can tell"
    assert [line for line in report(evidence, verdict, gone=(), seconds=1.0) if "⚠️" in line] == [
        "⚠️ #2: “open late?” was `bye` (95%) and is `hours` now. Reject the lesson if that is wrong."
    ]


def both_new(evidence: Evidence = FINE) -> Evidence:
    return replace(evidence, lessons=(NEW, OTHER), new=frozenset({2, 3}), words=())


def blame(evidence: Evidence, mends: Callable[[int], bool] = never) -> dict[int, str]:
    return blamed(evidence, judge(evidence), mends, limit=8)


def test_the_only_new_lesson_is_to_blame_for_whatever_is_lost() -> None:
    forgotten = replace(FINE, words=[heard(OLD, parsed("bye")), heard(NEW, parsed("hours"))])
    assert blame(failing(FINE)) == {2: "because of it the test story “Asks for the hours” fails"}
    assert blame(forgotten) == {2: "because of it “wrap it”, an earlier lesson, is no longer understood"}


def test_the_lesson_whose_intent_took_what_was_lost_is_to_blame() -> None:
    assert list(blame(failing(both_new()))) == [3]
    assert list(blame(both_new(replace(FINE, left_out=LeftOut(RIGHT, RIGHT, losing(9)))))) == [3]


def test_of_several_the_one_is_to_blame_without_which_all_is_right() -> None:
    asked: list[int] = []

    def mends(number: int) -> bool:
        asked.append(number)
        return number == 2

    assert list(blame(failing(both_new(), got="something else"), mends)) == [2]
    assert asked == [2, 3]


def test_where_none_alone_is_to_blame_all_are_named() -> None:
    why = "because of #2, #3, together, the test story “Asks for the hours” fails"
    assert blame(failing(both_new(), got="something else"), lambda _number: False) == {2: why, 3: why}


def test_a_lesson_that_is_nearly_an_example_of_something_else_is_told_so() -> None:
    near: Sequence[Taught] = (replace(OTHER, texts=("hours 12?",)),)
    found = blame(failing(replace(FINE, lessons=near, new=frozenset({3}), words=())))
    assert found[3].endswith("fails; “hours 12?” is nearly “hours 12” (`hours`)")
