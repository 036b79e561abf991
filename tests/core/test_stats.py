"""Counters and what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.activity import Person, Place
from bot.core.cases.stats import by_label, counters_of, merge, of_its_case, quantile, split, summarise
from bot.core.conversation import Case, Conversation, HandOver, Need, Reason, Status
from bot.core.effects import Record


def test_a_fact_raises_its_kind_its_labels_and_its_bucket() -> None:
    record = Record("resolved", "done", (("agent", "Nora"),), seconds=100.0)
    assert dict(counters_of(record)) == {
        "resolved": 1,
        "resolved/agent=Nora": 1,
        "resolved/agent=Nora+": 100,
        "resolved~20": 1,
    }


@given(st.lists(st.floats(min_value=0.2, max_value=1e6), min_size=1, max_size=200))
def test_a_quantile_is_right_to_a_bucket(durations: list[float]) -> None:
    counters = merge([dict(counters_of(Record("k", "", (), d))) for d in durations])
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


NORA = Person("web", "t", "nora", "Nora")
OPEN = Conversation(
    "c1",
    Place("slack", "t", "ada"),
    Person("slack", "t", "ada", "Ada"),
    0.0,
    Status.ASSIGNED,
    Case(1001, "returns", HandOver(Reason.UPSET, "…"), 0.0, need=Need("return_item", 0.9), assignee=NORA),
)


def counted(*records: Record) -> dict[str, int]:
    return merge([dict(counters_of(of_its_case(record, None, OPEN))) for record in records])


def test_a_fact_of_a_case_is_counted_by_what_the_case_is() -> None:
    counters = counted(Record("resolved", "done", (("agent", "Sam"),), 90.0))
    for label, value in (
        ("reason", "upset"),
        ("intent", "return_item"),
        ("desk", "returns"),
        ("platform", "slack"),
        ("agent", "Sam"),
    ):
        assert by_label(counters, "resolved", label) == ((value, 1),)


def test_other_facts_are_counted_as_they_are() -> None:
    assert counted(Record("noted", "…")) == {"noted": 1}


def test_a_split_has_a_row_for_each_value_with_means() -> None:
    counters = counted(
        Record("handed_over", ""),
        Record("first_answered", "", (), 60.0),
        Record("resolved", "", (), 100.0),
        Record("resolved", "", (), 300.0),
        Record("sla_breached", "", (("target", "first_answer"),)),
    )
    (row,) = split(counters, "agent")
    assert (row.value, row.handed_over, row.resolved, row.breaches) == ("Nora", 1, 2, 1)
    assert (row.to_first_answer, row.to_resolution, row.to_claim) == (60.0, 200.0, None)
    assert summarise(counters).breaches == (("first_answer", 1),)


def test_a_rating_that_was_changed_counts_as_it_was_left() -> None:
    counters = counted(
        Record("rating_asked", ""),
        Record("rating_asked", ""),
        Record("rating_asked", ""),
        Record("rated", "", (("score", "2"),), points=2),
        Record("rated", "", (("score", "5"),), points=5),
        Record("unrated", "", (("score", "2"),), points=2),
        Record("rated", "", (("score", "4"),), points=4),
    )
    found = summarise(counters).satisfaction
    assert (found.asked, found.answered, found.mean, found.happy) == (3, 2, 4.5, 1.0)
    assert found.rate == pytest.approx(2 / 3)
    (row,) = split(counters, "agent")
    assert row.rating == 4.5
