"""Values of lookup tables are found as an expression of them all would find them, however many there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.components.lookup import LookupEntityExtractor
from nlu.components.patterns import Patterns, RegexEntityExtractor, RegexFeaturizer
from nlu.components.persons import PersonExtractor
from nlu.components.tables import Tables
from nlu.components.tokenizer import tokenize
from nlu.draft import Component, Draft
from nlu.learning.corpus import Corpus, Shared
from nlu.learning.registry import LEARN
from nlu.training_data import LookupTable, TrainingData
from tests.support.work import work_of

PIECES = st.sampled_from(
    ["a", "A", "b", "ab", "c++", "-", ".", "_", "1", "é", "ſ", "s", "K", "k", "ı", "I", "Σ", "ς", " "]
)
VALUES = st.lists(PIECES, min_size=1, max_size=4).map("".join).filter(lambda value: value.strip() == value != "")
TEXTS = st.lists(PIECES | st.sampled_from(["\n", "\u00a0", "  "]), max_size=30).map("".join)


def by_expression(
    values: list[str], text: str, *, whole_words: bool, case_sensitive: bool
) -> Iterator[tuple[int, int]]:
    ordered = sorted(set(values), key=lambda value: (-len(value), value))
    some = "|".join(r"\s+".join(re.escape(word) for word in value.split()) for value in ordered)
    expression = rf"(?<!\w)(?:{some})(?!\w)" if whole_words else rf"(?:{some})"
    for match in re.finditer(expression, text, 0 if case_sensitive else re.IGNORECASE):
        yield match.span()


@given(st.lists(VALUES, min_size=1, max_size=6), TEXTS, st.booleans(), st.booleans())
def test_a_table_is_found_as_an_expression_of_its_values_is(
    values: list[str],
    text: str,
    whole_words: bool,
    case_sensitive: bool,
) -> None:
    tables = Tables.of({"t": values}, whole_words=whole_words, case_sensitive=case_sensitive)
    found = [(start, end) for _, start, end in tables.spans(text)]
    assert found == list(by_expression(values, text, whole_words=whole_words, case_sensitive=case_sensitive))


def test_tables_do_not_hide_each_others_values() -> None:
    tables = Tables.of({"city": ["New York", "York"], "state": ["new york"], "paper": ["New York Times"]})
    text = "the NEW\n york times of York"
    found = [(name, text[start:end]) for name, start, end in tables.spans(text)]
    assert sorted(found) == [
        ("city", "NEW\n york"),
        ("city", "York"),
        ("paper", "NEW\n york times"),
        ("state", "NEW\n york"),
    ]


def test_two_tables_of_one_name_are_one() -> None:
    data = TrainingData((), lookups=(LookupTable("city", ("Leeds",)), LookupTable("city", ("Wakefield",))))
    corpus = Corpus(data, (), 0, "en", lambda _line: None, Shared())
    draft = Draft("from leeds to wakefeild")
    LEARN["LookupEntityExtractor"](corpus, {}).process(draft)
    assert [e.value for e in draft.entities] == ["Leeds", "Wakefield"]


def test_a_model_that_keeps_its_tables_as_expressions_is_still_read(tmp_path: Path) -> None:
    about = {"patterns": [["city", r"(?<!\w)(?:leeds)(?!\w)"]], "case_sensitive": False}
    (tmp_path / "patterns.json").write_text(json.dumps(about), encoding="utf-8")
    draft = Draft("to Leeds")
    RegexEntityExtractor.load(tmp_path).process(draft)
    assert [e.value for e in draft.entities] == ["Leeds"]


def test_the_nearest_value_of_each_table_is_meant() -> None:
    draft = Draft("a wahsing machine")
    tables = {"product": {"washing machine": "Washing machine", "wishing machine": "no"}, "part": {"machines": "M"}}
    LookupEntityExtractor.of(tables).process(draft)
    assert [(e.entity, e.value) for e in draft.entities] == [("product", "Washing machine"), ("part", "M")]


SYLLABLES = ("ba", "ko", "ri", "ten", "mal", "os", "ver", "li", "na", "du", "pes", "tor", "chi", "ga", "sum", "el")


def invented(draw: np.random.Generator, count: int) -> dict[str, str]:
    """Values of one to six words."""
    numbers: Iterator[int] = iter(draw.integers(count, size=25 * count).tolist())
    words = ["".join(SYLLABLES[n % 16] for n in islice(numbers, 1 + i % 4)) for i in range(count)]
    values = (" ".join(words[n] for n in islice(numbers, (1, 1, 1, 2, 2, 3, 4, 6)[i % 8])) for i in range(count))
    return {value: value for value in values}


@pytest.fixture(scope="module")
def large() -> Mapping[str, Mapping[str, str]]:
    draw = np.random.default_rng(3)
    common = {"shop": "shop", "the shop": "the shop", "m": "M"}
    return {f"t{n}": {**invented(draw, 200), **common} for n in range(50)} | {"city": invented(draw, 20_000)}


@pytest.fixture(scope="module")
def extractors(large: Mapping[str, Mapping[str, str]]) -> list[Component]:
    patterns = Patterns((), Tables.of({name: list(table) for name, table in large.items()}))
    return [
        RegexFeaturizer(patterns),
        RegexEntityExtractor(patterns),
        LookupEntityExtractor.of(large),
        PersonExtractor(),
    ]


def hostile(large: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    values = [value for table in large.values() for value in table]
    some = values[:: max(1, len(values) // 300)]
    return {
        "ordinary": "where is my order 4711 from the shop in berlin please, Anna?",
        "values": " ".join(some),
        "mistyped values": " ".join(value[:2] + "q" + value[3:] for value in some),
        "single letters": "a b c d e f " * 170,
        "a value of every table": "the shop " * 220,
        "short values": "M " * 1_000,
        "names": "Anna " * 400,
        "one long word": "balimalos" * 220,
    }


@pytest.mark.parametrize("kind", hostile({"city": {"Leeds": "Leeds"}}))
def test_large_tables_cost_little_of_any_text(
    kind: str, extractors: list[Component], large: Mapping[str, Mapping[str, str]]
) -> None:
    text = hostile(large)[kind][:2_000]

    def extract() -> None:
        draft = Draft(text, tokens=tokenize(text))
        for extractor in extractors:
            extractor.process(draft)

    limit = 0.005 if kind == "ordinary" else 0.05
    assert work_of(extract, enough=limit) < limit
