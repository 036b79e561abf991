"""Quantities, moments, people and known values are found where they stand, and nowhere else."""

from datetime import UTC, datetime

import pytest

from nlu.components.duckling import DucklingEntityExtractor
from nlu.components.lookup import LookupEntityExtractor
from nlu.components.patterns import Patterns, RegexEntityExtractor, compile_patterns
from nlu.components.persons import PersonExtractor
from nlu.components.quantities.amounts import parse_number
from nlu.components.synonyms import EntitySynonymMapper
from nlu.components.tokenizer import normalise, tokenize
from nlu.draft import Draft
from nlu.learning.corpus import Corpus, Shared
from nlu.learning.registry import LEARN
from nlu.sources.markup import Annotation
from nlu.training_data import Example, LookupTable, Pattern, TrainingData
from nlu.types import Entity, entity_to_json

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a Sunday


def found(text: str, region: str | None = None) -> list[tuple[str, str, object]]:
    draft = Draft(text)
    DucklingEntityExtractor(region=region, present=lambda: NOON).process(draft)
    return [(e.entity, text[e.start : e.end], e.value) for e in draft.entities]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("twenty five items", ("number", "twenty five", 25)),
        ("two hundred and five", ("number", "two hundred and five", 205)),
        ("it cost 1.234,50 €", ("amount-of-money", "1.234,50 €", 1234.5)),
        ("refund $20.50 now", ("amount-of-money", "$20.50", 20.5)),
        ("fifty dollars", ("amount-of-money", "fifty dollars", 50)),
        ("zehn Euro bitte", ("amount-of-money", "zehn Euro", 10)),
        ("within 3 days", ("duration", "3 days", 3)),
        ("seit zwei Wochen", ("duration", "zwei Wochen", 2)),
        ("the 2nd parcel", ("ordinal", "2nd", 2)),
        ("my third try", ("ordinal", "third", 3)),
        ("write to bob.x@example.co.uk.", ("email", "bob.x@example.co.uk", "bob.x@example.co.uk")),
        ("see https://a.example/b?c=d.", ("url", "https://a.example/b?c=d", "https://a.example/b?c=d")),
        ("tomorrow at 5pm", ("time", "tomorrow at 5pm", "2026-11-23T17:00:00.000+00:00")),
        ("next friday please", ("time", "next friday", "2026-11-27T00:00:00.000+00:00")),
        ("on 31.12.2026", ("time", "31.12.2026", "2026-12-31T00:00:00.000+00:00")),
        ("on 5 May", ("time", "5 May", "2027-05-05T00:00:00.000+00:00")),
        ("in 3 days", ("time", "in 3 days", "2026-11-25T12:00:00.000+00:00")),
        ("2 weeks ago", ("time", "2 weeks ago", "2026-11-08T12:00:00.000+00:00")),
        ("mañana", ("time", "mañana", "2026-11-23T00:00:00.000+00:00")),
        ("call +49 30 901820", ("phone-number", "+49 30 901820", "+4930901820")),
    ],
)
def test_it_finds(text: str, expected: tuple[str, str, object]) -> None:
    assert expected in found(text)


@pytest.mark.parametrize("text", ["order 2024", "my order is 1999", "#2025", "order number 20261122", "case 4711"])
def test_an_order_number_is_never_a_moment(text: str) -> None:
    assert "time" not in {name for name, _, _ in found(text)}
    assert "phone-number" not in {name for name, _, _ in found(text, "DE")}


@pytest.mark.parametrize("text", ["#4711", "A-4711", "4711-B", "v2.1.3", "0049", "x4711"])
def test_a_code_is_no_number(text: str) -> None:
    assert found(text) == []


def test_a_date_that_does_not_exist_is_none() -> None:
    assert [name for name, _, _ in found("on 31.02.2026")] == []


def test_a_phone_number_needs_its_country_or_ours() -> None:
    assert ("phone-number", "030 901820", "+4930901820") in found("030 901820", "DE")
    assert "phone-number" not in {name for name, _, _ in found("030 901820")}


def test_it_has_rasas_shape() -> None:
    draft = Draft("pay 20 EUR")
    DucklingEntityExtractor(("amount-of-money",)).process(draft)
    assert entity_to_json(draft.entities[0]) == {
        "entity": "amount-of-money",
        "value": 20,
        "start": 4,
        "end": 10,
        "confidence_entity": 1.0,
        "extractor": "DucklingEntityExtractor",
        "additional_info": {"value": 20, "type": "value", "unit": "EUR"},
    }


def test_only_the_dimensions_that_are_asked_for_are_looked_for() -> None:
    draft = Draft("20 EUR tomorrow")
    DucklingEntityExtractor(("number",), present=lambda: NOON).process(draft)
    assert {e.entity for e in draft.entities} == {"number"}


@pytest.mark.parametrize(
    ("written", "value"), [("1,234.50", 1234.5), ("1.234,50", 1234.5), ("1 234", 1234), ("3,5", 3.5), ("1,000", 1000)]
)
def test_numbers_are_read_as_people_write_them(written: str, value: float) -> None:
    assert parse_number(written) == value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is Ada Lovelace", "Ada Lovelace"),
        ("Hi, this is Dr. Grace Hopper speaking", "Grace Hopper"),
        ("ich heiße Jürgen", "Jürgen"),
        ("je m'appelle zoé", "zoé"),
        ("I am Alan Turing and my card is lost", "Alan Turing"),
    ],
)
def test_people_are_found_by_how_they_are_presented(text: str, name: str) -> None:
    draft = Draft(text)
    PersonExtractor().process(draft)
    assert name in [e.value for e in draft.entities]


@pytest.mark.parametrize("text", ["I am Not happy", "I am ANGRY", "where is my card", "this is the problem"])
def test_what_names_nobody_is_no_person(text: str) -> None:
    draft = Draft(text)
    PersonExtractor().process(draft)
    assert draft.entities == ()


def lookup(text: str) -> list[tuple[str, object]]:
    draft = Draft(text, tokens=tokenize(text))
    tables = {"product": {"washing machine": "washing machine", "shoes": "Shoes", "lamp": "lamp", "tv": "TV"}}
    LookupEntityExtractor.of(tables).process(draft)
    return [(text[e.start : e.end], e.value) for e in draft.entities]


def test_a_mistyped_value_is_recognised() -> None:
    assert lookup("my wahsing machine and sheos are broken") == [
        ("wahsing machine", "washing machine"),
        ("sheos", "Shoes"),
    ]


@pytest.mark.parametrize("text", ["lams", "to", "show me", "camp"])
def test_a_short_or_other_word_is_not_taken_for_a_value(text: str) -> None:
    assert lookup(text) == []


def test_a_pattern_becomes_an_entity_and_the_same_span_is_not_found_twice() -> None:
    patterns = compile_patterns([("order", r"\d{4}")], case_sensitive=False)
    draft = Draft("order 4711", entities=(Entity("order", "4711", 6, 10, 0.9, extractor="CRFEntityExtractor"),))
    RegexEntityExtractor(Patterns(patterns)).process(draft)
    assert len(draft.entities) == 1


SIZES = TrainingData(
    (Example("size S", "tell", (Annotation(5, 6, "size", "S"),)),),
    patterns=(Pattern("size", "XL"),),
    lookups=(LookupTable("size", ("S", "M", "L", "medium")),),
)


def sizes(text: str, **options: bool) -> list[str]:
    corpus = Corpus(SIZES, (), 0, "en", lambda _line: None, Shared())
    draft = Draft(text)
    LEARN["RegexEntityExtractor"](corpus, options).process(draft)
    return [e.value for e in draft.entities]


@pytest.mark.parametrize("text", ["it's too long", "l'autre", "the axle", "XLS file", "mediums"])
def test_a_size_is_not_found_inside_a_word(text: str) -> None:
    assert sizes(text) == []


def test_the_options_of_rasas_regex_extractor_are_honoured() -> None:
    text = "an s, an XL, a Medium"
    assert sorted(sizes(text)) == ["Medium", "XL", "s"]
    assert sizes(text, use_lookup_tables=False) == ["XL"]
    assert sorted(sizes(text, use_regexes=False)) == ["Medium", "s"]
    assert sizes(text, case_sensitive=True) == ["XL"]
    assert sizes("mediums") == []
    assert sizes("mediums", use_word_boundaries=False) == ["medium"]


def test_a_synonym_replaces_the_value_and_says_so() -> None:
    draft = Draft("HH", entities=(Entity("city", "HH", 0, 2),))
    EntitySynonymMapper({"hh": "Hamburg"}).process(draft)
    assert (draft.entities[0].value, draft.entities[0].processors) == ("Hamburg", ("EntitySynonymMapper",))


def test_lookalikes_and_invisible_characters_do_not_hide_a_word() -> None:
    assert normalise("Cаn\u200bcel  My ОRDER") == "cancel my order"  # two letters are Cyrillic
    assert normalise("ｃａｎｃｅｌ") == "cancel"
    assert normalise("отмена") == "отмена"


def test_tokens_keep_their_places() -> None:
    text = "l'été 日本 don’t 😀!"
    assert all(text[t.start : t.end] == t.text for t in tokenize(text))
    assert [t.text for t in tokenize(text)] == ["l'été", "日", "本", "don’t", "😀", "!"]


def test_a_vowel_or_an_accent_above_a_letter_does_not_cut_its_word() -> None:
    text = "cafe\u0301 noir, हफ़्ते में \u0645\u064eرحبا"
    assert [t.text for t in tokenize(text)] == text.replace(",", " ,").split()
