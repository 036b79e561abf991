"""Entities of types with few annotations: what a bot's author may expect of a handful of examples."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from nlu.components.crf import CRFEntityExtractor
from nlu.components.tokenizer import tokenize
from nlu.components.word_kinds import kinds_of
from nlu.components.written_together import places_in_runs
from nlu.config import PipelineConfig, Step
from nlu.fitting import fit
from nlu.learning.variations import FEW, LabelledText, counts_by_type, variations
from nlu.model import Model
from nlu.sources.markup import parse_markup
from nlu.training_data import Example, LookupTable, TrainingData

PIPELINE = PipelineConfig(tuple(Step(name) for name in ("Tokenizer", "CRFEntityExtractor")))
CHAT = ("hello", "thank you", "yes please", "no", "I need help", "what can you do", "talk to somebody", "bye")
DRINKS = ("a [large](size) [tea](drink) please", "[small](size)", "one [Latte](drink)", "I want a [mocha](drink)")


def learnt(*marked: str, synonyms: Mapping[str, str] | None = None, lookups: tuple[LookupTable, ...] = ()) -> Model:
    parsed = [parse_markup(text) for text in (*marked, *CHAT)]
    examples = tuple(Example(text, "any", annotations) for text, annotations in parsed)
    return fit(TrainingData(examples, synonyms or {}, (), lookups), PIPELINE)


def found(model: Model, text: str) -> list[tuple[str, object]]:
    return [(entity.entity, entity.value) for entity in model.parse(text).entities]


def test_a_value_seen_once_is_found_among_other_words() -> None:
    model = learnt(*DRINKS)
    assert found(model, "could you make it small") == [("size", "small")]
    assert found(model, "mocha for my friend") == [("drink", "mocha")]


def test_a_value_is_found_in_small_letters() -> None:
    model = learnt("to [Berlin](city)", "I go to [Rome](city)", "from here to [Oslo](city)")
    assert found(model, "i go to athens") == [("city", "athens")]


def test_a_question_mark_is_no_value() -> None:
    model = learnt("flights on [friday](day)", "can I come [tomorrow](day)", "on [monday](day)")
    assert found(model, "are you open tomorrow?") == [("day", "tomorrow")]


def test_a_number_as_a_word_and_a_day_stand_for_their_like() -> None:
    tables = ("a table for [two](guests)", "for [three](guests) people", "[four](guests)")
    model = learnt(*tables, "on [friday](day)", "we come [monday](day)")
    assert found(model, "for seven people") == [("guests", "seven")]
    assert found(model, "on wednesday") == [("day", "wednesday")]
    assert found(model, "a table for me") == []


def test_an_address_is_found_whole_although_it_has_more_parts() -> None:
    model = learnt(
        "[ann@example.com](email)", "my mail is [bo@example.com](email)", "use [cy@example.com](email) please"
    )
    for address in ("k.weber@example.com", "sales@my-company.example"):
        assert found(model, f"my mail is {address}") == [("email", address)]


def test_two_unknown_words_are_one_value_where_no_two_values_stood_side_by_side() -> None:
    model = learnt(*(f"I live in [{city}](city)" for city in ("Rome", "Oslo", "New York", "San Jose", "Delft")))
    assert found(model, "I live in Santa Fe") == [("city", "Santa Fe")]


def test_what_a_synonym_or_a_table_says_of_a_type_is_known_of_it() -> None:
    marked = (
        "I take [sick](leave) leave",
        "[sick](leave)",
        "[annual](leave) leave please",
        "[annual](leave)",
        "[unpaid](leave)",
    )
    assert found(learnt(*marked), "holiday please") == []
    synonyms = {"holiday": "annual", "flu": "sick"}
    assert found(learnt(*marked, synonyms=synonyms), "holiday please") == [("leave", "holiday")]
    table = (LookupTable("leave", ("sabbatical", "sick", "annual")),)
    assert found(learnt(*marked, lookups=table), "sabbatical it is") == [("leave", "sabbatical")]


def test_variations_keep_roles_and_swap_within_a_type() -> None:
    label = "city\x1ffrom\x1f"
    there = "city\x1fto\x1f"
    texts = [
        LabelledText(("from", "Rome"), ((), ()), ("O", f"B-{label}")),
        LabelledText(("to", "New", "York"), ((), (), ()), ("O", f"B-{there}", f"I-{there}")),
    ]
    varied = list(variations(texts))
    assert LabelledText(("from", "New", "York"), ((), (), ()), ("O", f"B-{label}", f"I-{label}")) in varied
    assert LabelledText(("to", "Rome"), ((), ()), ("O", f"B-{there}")) in varied
    assert LabelledText(("from", "rome"), ((), ()), ("O", f"B-{label}")) in varied
    assert LabelledText(("from", "Rome", "?"), ((), (), ()), ("O", f"B-{label}", "O")) in varied
    assert varied == list(variations(texts))


def test_types_with_many_annotations_and_texts_without_are_not_varied() -> None:
    texts = [LabelledText(("to", f"town{i}"), ((), ()), ("O", "B-city\x1f\x1f")) for i in range(FEW)]
    assert counts_by_type(texts) == {"city": FEW}
    assert list(variations(texts)) == []
    assert list(variations([LabelledText(("Hello", "there"), ((), ()), ("O", "O"))])) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("mail a.b@c.de.", ["", " B@", " I@", " I@", " I@", " I@", " I@", " I@", ""]),
        ("(HH-1 x)", ["", " B0", " I0", " I0", "", ""]),
        ("well-known, no", ["", "", "", "", ""]),
        ("我要3个 3 个", ["", "", "", "", ""]),
        ("?!", ["", ""]),
        ("", []),
    ],
)
def test_a_run_of_tokens_ends_before_marks(text: str, places: list[str]) -> None:
    assert ["".join(place) for place in places_in_runs(tokenize(text))] == places


def test_kinds_are_known_in_six_languages() -> None:
    assert [kinds_of(word) for word in ("two", "zwei", "due", "12", "4711", "friday", "lunes", "mars", "tea")] == [
        ("number",), ("number",), ("number",), ("number",), (), ("day",), ("day",), ("month",), (),
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "hints"), [(FEW - 1, {"k=number", "m= I@"}), (FEW, set())])
def test_only_where_annotations_are_few_do_kinds_of_words_tell(count: int, hints: set[str]) -> None:
    model = learnt(*(f"a table for [{n}](guests) at x{n}@example.com" for n in range(count)))
    field = next(part for part in model.components if isinstance(part, CRFEntityExtractor))
    assert {key for key in field.keys[""] if key.startswith(("k=", "m= "))} == hints
