"""Counters and what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.effects import Record
from bot.core.stats import counters_of, merge, quantile, summarise


def test_a_fact_raises_its_kind_its_labels_and_its_bucket() -> None:
    record = Record("resolved", "done", (("agent", "Nora"),), seconds=100.0)
    assert counters_of(record) == ("resolved", "resolved/agent=Nora", "resolved~20")


@given(st.lists(st.floats(min_value=0.2, max_value=1e6), min_size=1, max_size=200))
def test_a_quantile_is_right_to_a_bucket(durations: list[float]) -> None:
    counters = merge([dict.fromkeys(counters_of(Record("k", "", (), d)), 1) for d in durations])
    found = quantile(counters, "k", 0.5)
    exact = sorted(durations)[(len(durations) + 1) // 2 - 1]
    assert found == pytest.approx(exact, rel=0.26)


def test_nothing_counted_is_said_as_nothing() -> None:
    summary = summarise({})
    assert summary.containment is None
    assert summary.to_claim == (None, None)
    assert summary.reasons == ()


def test_containment_is_what_was_not_handed_over() -> None:
    summary = summarise({"opened": 10, "handed_over": 3, "handed_over/reason=upset": 2, "handed_over/reason=asked": 1})
    assert summary.containment == pytest.approx(0.7)
    assert summary.reasons == (("upset", 2), ("asked", 1))
