"""What a conversation amounts to: properties that hold by design."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.emotion.trend import PRIOR, Turn, is_shortening, trend

probabilities = st.floats(0.0, 1.0)
turns = st.lists(
    st.builds(Turn, probabilities, st.integers(0, 5000), st.floats(0, 1e6), st.booleans()), min_size=1, max_size=12
)


def test_no_turns_are_no_mood():
    assert trend([]) == 0.0


@given(st.floats(0.01, 0.99))
def test_one_turn_alone_gives_its_own_probability(upset: float):
    assert trend([Turn(upset)]) == pytest.approx(upset)


@given(turns)
def test_the_result_is_always_a_probability(conversation: list[Turn]):
    assert 0.0 <= trend(conversation) <= 1.0


def test_average_turns_change_nothing():
    assert trend([Turn(PRIOR), Turn(PRIOR), Turn(0.6)]) == pytest.approx(0.6)


def test_three_irritated_turns_weigh_more_than_one():
    assert trend([Turn(0.45)] * 3) > 0.6 > trend([Turn(0.45)])


def test_a_calm_turn_brings_the_score_down():
    heated = [Turn(0.8), Turn(0.85)]
    assert trend([*heated, Turn(0.03)]) < 0.5 < trend(heated)


@given(turns)
def test_asking_again_never_calms(conversation: list[Turn]):
    last = conversation[-1]
    before = [*conversation[:-1], Turn(last.upset, last.characters, last.seconds, repeated=False)]
    after = [*conversation[:-1], Turn(last.upset, last.characters, last.seconds, repeated=True)]
    assert trend(after) >= trend(before)


@given(turns, st.floats(0, 1e6))
def test_waiting_longer_never_calms(conversation: list[Turn], more: float):
    last = conversation[-1]
    longer = [*conversation[:-1], Turn(last.upset, last.characters, last.seconds + more, last.repeated)]
    assert trend(longer) >= trend(conversation)


def test_a_calm_customer_who_waited_is_a_calm_customer():
    assert trend([Turn(0.05), Turn(0.05, seconds=7200.0)]) < 0.1


def test_answers_that_shrink_to_less_than_half_are_shortening():
    assert is_shortening([200, 90, 20])
    assert not is_shortening([200, 90])
    assert not is_shortening([20, 19, 18])
    assert not is_shortening([200, 20, 90])


def test_only_the_last_turns_are_read():
    assert trend([Turn(0.99)] * 50 + [Turn(0.1)] * 6) == trend([Turn(0.1)] * 6)


def test_foreign_numbers_do_not_break_it():
    assert 0.0 <= trend([Turn(math.nan), Turn(math.inf, seconds=math.inf), Turn(0.5, seconds=-5.0)]) <= 1.0
