"""Lengths of time, money and places in an order, as customers type them in six languages; codes are none of them."""

from __future__ import annotations

import pytest

from nlu.components.duckling import DucklingEntityExtractor
from nlu.components.quantities.amounts import EXTRACTOR
from nlu.draft import Draft
from nlu.types import Entity, entity_to_json
from tests.support.work import work_of


def entities(text: str, *dimensions: str, region: str | None = None) -> list[Entity]:
    draft = Draft(text)
    chosen = dimensions or ("amount-of-money", "duration", "phone-number", "ordinal", "number")
    DucklingEntityExtractor(chosen, region=region).process(draft)
    return list(draft.entities)


def only(text: str, dimension: str) -> tuple[str, object, object]:
    """What stands there, its value and its unit."""
    [found] = entities(text, dimension)
    return text[found.start : found.end], found.value, (found.additional_info or {}).get("unit")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("it took half an hour", 30),
        ("eine halbe Stunde gewartet", 30),
        ("une demi-heure d'attente", 30),
        ("esperé media hora", 30),
        ("meia hora no telefone", 30),
        ("mezz'ora al telefono", 30),
        ("a quarter of an hour late", 15),
        ("eine Viertelstunde", 15),
        ("trois quarts d'heure", 45),
        ("an hour and a half", 90),
        ("seit anderthalb Stunden", 90),
        ("seit eineinhalb Stunden", 90),
        ("une heure et demie", 90),
        ("hora y media", 90),
        ("dos horas y media", 150),
        ("uma hora e meia", 90),
        ("un'ora e mezza", 90),
        ("two and a half hours", 150),
        ("zweieinhalb Stunden", 150),
        ("1 1/2 hours", 90),
        ("2½ hours", 150),
        ("1.5 hours", 90),
        ("1,5 Stunden", 90),
        ("2h 30min", 150),
        ("2h30", 150),
        ("2h30m", 150),
        ("1:30 h", 90),
        ("1:30 hours", 90),
        ("two hours and 15 minutes", 135),
        ("2 Stunden und 15 Minuten", 135),
        ("attendu 14h30", 870),
    ],
)
def test_parts_of_an_hour_are_told_in_minutes(text: str, minutes: int) -> None:
    _, value, unit = only(text, "duration")
    assert (value, unit) == (minutes, "minute")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("48h", 48, "hour"),
        ("a couple of days", 2, "day"),
        ("half a year", 6, "month"),
        ("ein halbes Jahr", 6, "month"),
        ("año y medio", 18, "month"),
        ("a fortnight", 14, "day"),
        ("quinze jours", 14, "day"),
        ("5min", 5, "minute"),
        ("drei Werktage", 3, "day"),
        ("within 3 business days", 3, "day"),
        ("2.5 weeks", 2.5, "week"),
        ("a 30-minute wait", 30, "minute"),
    ],
)
def test_other_lengths_keep_their_unit(text: str, value: float, unit: str) -> None:
    assert only(text, "duration")[1:] == (value, unit)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("allow 2-3 days", "2-3 days"),
        ("it takes between 2 and 3 days", "between 2 and 3 days"),
        ("two to three business days", "two to three business days"),
        ("zwei bis drei Tage", "zwei bis drei Tage"),
        ("2 à 3 jours", "2 à 3 jours"),
        ("de 2 a 3 días", "de 2 a 3 días"),
        ("entre dois e três dias", "entre dois e três dias"),
        ("due o tre giorni", "due o tre giorni"),
    ],
)
def test_a_range_of_lengths_has_both_its_ends(text: str, span: str) -> None:
    assert only(text, "duration") == (span, {"to": 3, "from": 2}, "day")


def test_a_range_has_rasas_shape() -> None:
    [found] = entities("10-20 €", "amount-of-money")
    assert entity_to_json(found) == {
        "entity": "amount-of-money",
        "value": {"to": 20, "from": 10},
        "start": 0,
        "end": 7,
        "confidence_entity": 1.0,
        "extractor": EXTRACTOR,
        "additional_info": {
            "type": "interval",
            "from": {"value": 10, "unit": "EUR"},
            "to": {"value": 20, "unit": "EUR"},
            "unit": "EUR",
        },
    }


@pytest.mark.parametrize("text", ["two and three days later", "3 and 5 days"])
def test_and_alone_is_no_range(text: str) -> None:
    assert all(not isinstance(e.value, dict) for e in entities(text, "duration"))


@pytest.mark.parametrize(
    "text", ["you need a second account", "und um Mitternacht", "what a day-light robbery", "3j4k"]
)
def test_what_only_looks_like_a_length_is_none(text: str) -> None:
    assert [text[e.start : e.end] for e in entities(text, "duration")] in ([], ["a day"])


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.299,00 €", 1299, "EUR"),
        ("$1,299.50", 1299.5, "$"),
        ("50 quid", 50, "GBP"),
        ("20 bucks", 20, "$"),
        ("€1k", 1000, "EUR"),
        ("$5m", 5_000_000, "$"),
        ("1.5 million dollars", 1_500_000, "$"),
        ("2 Mio. €", 2_000_000, "EUR"),
        ("zwei Millionen Euro", 2_000_000, "EUR"),
        ("3 mil euros", 3000, "EUR"),
        ("mille euros", 1000, "EUR"),
        ("deux cents euros", 200, "EUR"),
        ("dreihundert Euro", 300, "EUR"),
        ("duemila euro", 2000, "EUR"),
        ("5 euros 50", 5.5, "EUR"),
        ("12€50", 12.5, "EUR"),
        ("20,- €", 20, "EUR"),
        ("20,-", 20, "unknown"),
        ("99 Cent", 99, "cent"),
        ("vinte reais", 20, "BRL"),
        ("CHF 20.-", 20, "CHF"),
    ],
)
def test_money_is_read_as_it_is_written(text: str, value: float, unit: str) -> None:
    assert only(text, "amount-of-money")[1:] == (value, unit)


@pytest.mark.parametrize(
    "text", ["between $10 and $20", "between 10 and 20 dollars", "$10-20", "10 to 20 bucks", "from 10 to 20 $"]
)
def test_a_range_of_money_has_both_its_ends(text: str) -> None:
    assert only(text, "amount-of-money") == (text, {"to": 20, "from": 10}, "$")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1k", 1000), ("2.5k followers", 2500), ("1.5 million", 1_500_000), ("1,5 Mio", 1_500_000), ("a hundred", 100)],
)
def test_a_number_may_be_short(text: str, value: float) -> None:
    assert [e.value for e in entities(text, "number")] == [value]


@pytest.mark.parametrize("text", ["a 4k tv", "Siete dei ladri", "the 2020s", "5G"])
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert entities(text, "number") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the 3rd parcel", 3),
        ("le 3e colis", 3),
        ("la 3ème fois", 3),
        ("la 1ère fois", 1),
        ("le 1er essai", 1),
        ("la 2nde", 2),
        ("el 2º pedido", 2),
        ("la 3ª vez", 3),
        ("o 1.º andar", 1),
        ("der 3. Versuch", 3),
        ("mein 2. Paket", 2),
        ("the twentieth time", 20),
    ],
)
def test_a_place_in_an_order_may_be_a_figure(text: str, value: int) -> None:
    assert [e.value for e in entities(text, "ordinal")] == [value]


@pytest.mark.parametrize("text", ["ich habe 3. Das reicht", "am 3. Mai", "20es", "die 2.5 kg", "it weighs 3."])
def test_the_end_of_a_sentence_makes_no_ordinal(text: str) -> None:
    assert [e for e in entities(text, "ordinal") if text[e.end - 1] == "."] == []


@pytest.mark.parametrize(
    "text",
    [
        "030 901820",
        "call me: +1 (415) 555-0132",
        "0171 1234567",
        "4111 1111 1111 1111",
        "DE89 3704 0044 0532 0130 00",
        "0049 30 901820",
    ],
)
def test_a_telephone_or_account_number_is_never_an_amount(text: str) -> None:
    assert {e.entity for e in entities(text)} <= {"phone-number"}


def test_a_telephone_number_beside_an_amount_hides_it_not() -> None:
    found = entities("030 901820, I paid 20 EUR", region="DE")
    assert [(e.entity, e.value) for e in found] == [("amount-of-money", 20), ("phone-number", "+4930901820")]


@pytest.mark.parametrize("text", ["one " * 500, "three hundred and " * 110, "de 3 a 5 " * 220, "1 1/2 h " * 250])
def test_many_amounts_take_no_longer_than_fifty_milliseconds(text: str) -> None:
    assert work_of(lambda: entities(text), enough=0.05) < 0.05
