"""What a conversation amounts to: properties that hold by design."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.conversation import Mood
from bot.core.trend import PRIOR, WINDOW, trend

probabilities = st.floats(0.0, 1.0)


def after(*upset: float) -> float:
    return trend([Mood(float(at), each, "neutral") for at, each in enumerate(upset)])


def test_no_turns_are_no_mood() -> None:
    assert after() == 0.0


@given(st.floats(0.01, 0.99))
def test_one_turn_alone_gives_its_own_probability(upset: float) -> None:
    assert after(upset) == pytest.approx(upset)


@given(st.lists(probabilities, min_size=1, max_size=12))
def test_the_result_is_always_a_probability(upset: list[float]) -> None:
    assert 0.0 <= after(*upset) <= 1.0


@given(st.lists(probabilities, min_size=1, max_size=8), st.integers(0, 7), st.floats(0.0, 1.0))
def test_a_turn_more_upset_never_calms(upset: list[float], which: int, more: float) -> None:
    position = which % len(upset)
    raised = [min(1.0, u + more) if i == position else u for i, u in enumerate(upset)]
    assert after(*raised) >= after(*upset) - 1e-12


def test_a_turn_that_says_nothing_keeps_most_of_the_mood() -> None:
    assert PRIOR < after(0.2, PRIOR) < 0.3
    assert 0.7 < after(0.9, PRIOR) < 0.9


def test_a_mood_outlasts_a_plain_word_but_not_several() -> None:
    assert after(0.05) < 0.1 < after(0.9, 0.9, 0.05)
    assert after(0.9, 0.9, 0.05, 0.05, 0.05) < 0.1


def test_three_irritated_turns_weigh_more_than_one() -> None:
    assert after(0.45, 0.45, 0.45) > 0.6 > after(0.45)


def test_a_calm_turn_brings_the_score_down_and_does_not_wipe_out_two_angry_ones() -> None:
    assert 0.2 < after(0.8, 0.85, 0.05) < 0.5 < after(0.8, 0.85)


def test_the_newest_turn_counts_most() -> None:
    assert after(0.9, 0.1, 0.1) < after(0.1, 0.9, 0.1) < after(0.1, 0.1, 0.9) < after(0.9, 0.9, 0.9)


def test_only_the_last_turns_are_read() -> None:
    assert after(*[0.99] * 50, *[0.1] * WINDOW) == after(*[0.1] * WINDOW)


def test_foreign_numbers_do_not_break_it() -> None:
    assert 0.0 <= after(math.nan, math.inf, 0.5) <= 1.0
