"""What a lesson may be: names of intents as people type them, and words that are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.learning.lessons import MAX_NAME, Lesson, LessonState, is_new_name, lines_of, named, same, taught_words


def lesson(*texts: str, intent: str = "parking", state: LessonState = LessonState.PROPOSED, number: int = 1) -> Lesson:
    return Lesson(number, texts, intent, "Behind the house.", "en", 1001, "Nora", 5.0, state)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("late_parcel", "late_parcel"),
        (" Late parcel? ", "late_parcel"),
        ("Rückgabe ohne Beleg", "ruckgabe_ohne_beleg"),
        ("FAQ / Parking space", "faq/parking_space"),
        ("¿?", ""),
        ("/", ""),
    ],
)
def test_a_name_is_read_as_people_type_it(typed: str, name: str) -> None:
    assert named(typed) == name


@pytest.mark.parametrize("name", ["", "4you", "Parking", "a/b/c", "a/", "a-b", "a" * (MAX_NAME + 1), "/restart"])
def test_what_is_no_name_is_refused(name: str) -> None:
    assert not is_new_name(name)


@given(st.text(max_size=40))
def test_a_name_that_was_read_is_a_name_or_begins_wrong(typed: str) -> None:
    name = named(typed)
    assert (
        is_new_name(name)
        or not name
        or name[0].isdigit()
        or any(p[:1].isdigit() for p in name.split("/"))
        or (name.count("/") > 1)
    )


def test_one_message_a_line_each_once_and_none_empty() -> None:
    assert lines_of("Where can I  park?\n\n where can I park \nIs there a garage?") == (
        "Where can I park?",
        "Is there a garage?",
    )


def test_case_punctuation_and_spaces_make_no_other_example() -> None:
    assert same("Where can I park?!") == same(" where  can i PARK ")
    assert same("?!") == "?!"


def test_words_are_known_whatever_they_are_taught_as_unless_that_was_rejected() -> None:
    other = lesson("Where can I park?", intent="garage")
    later = lesson("WHERE can I park", number=2)
    assert taught_words([other, later]) == {same("where can i park"): other}
    assert taught_words([other, later], apart_from=1) == {same("where can i park"): later}
    assert taught_words([lesson("Where can I park?", state=LessonState.REJECTED)]) == {}
