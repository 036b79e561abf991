"""Moments, numbers, money, durations and places in an order are found in six languages, and order numbers in none."""

from datetime import UTC, datetime

import pytest

from nlu.components.duckling import DIMENSIONS, DucklingEntityExtractor
from nlu.components.persons import PersonExtractor
from nlu.components.quantities.number_words import HOMOGRAPHS, NUMBERS
from nlu.draft import Draft

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a Sunday


def found(text: str, *dimensions: str, language: str = "und") -> list[tuple[str, str, object]]:
    draft = Draft(text, language=language)
    DucklingEntityExtractor(dimensions or DIMENSIONS, present=lambda: NOON).process(draft)
    return [(e.entity, text[e.start : e.end], e.value) for e in draft.entities]


def moment(text: str, **language: str) -> str:
    values = [str(value) for _, _, value in found(text, "time", **language)]
    assert len(values) == 1, values
    return values[0].removesuffix(":00.000+00:00")


@pytest.mark.parametrize(
    "text", ["in drei Tagen", "dans 3 jours", "dentro de tres días", "daqui a 3 dias", "tra tre giorni"]
)
def test_a_moment_ahead_is_told_from_the_present(text: str) -> None:
    assert moment(text) == "2026-11-25T12:00"


@pytest.mark.parametrize(
    "text", ["vor zwei Wochen", "il y a deux semaines", "hace dos semanas", "há duas semanas", "due settimane fa"]
)
def test_a_moment_in_the_past_too(text: str) -> None:
    assert moment(text) == "2026-11-08T12:00"


@pytest.mark.parametrize("text", ["vor einer Stunde", "il y a une heure", "hace una hora", "há uma hora", "un'ora fa"])
def test_one_counts_there(text: str) -> None:
    assert moment(text.replace("un'", "una ")) == "2026-11-22T11:00"


@pytest.mark.parametrize(
    "text", ["nächste Woche", "la semaine prochaine", "la semana que viene", "semana que vem", "la settimana prossima"]
)
def test_next_week_begins_on_monday(text: str) -> None:
    assert moment(text) == "2026-11-23T00:00"


@pytest.mark.parametrize(
    "text", ["letzten Monat", "le mois dernier", "el mes pasado", "no mês passado", "il mese scorso"]
)
def test_last_month_begins_on_its_first(text: str) -> None:
    assert moment(text) == "2026-10-01T00:00"


@pytest.mark.parametrize(
    "text",
    ["übermorgen", "après-demain", "pasado mañana", "depois de amanhã", "dopodomani"],
)
def test_the_day_after_tomorrow_has_a_word(text: str) -> None:
    assert moment(text) == "2026-11-24T00:00"


@pytest.mark.parametrize(
    "text",
    ["morgen um 17 Uhr", "demain à 17h", "mañana a las 17:00", "amanhã às 17h", "domani alle 17:00", "tomorrow at 5pm"],
)
def test_a_day_and_its_hour_are_one_moment(text: str) -> None:
    assert found(text, "time") == [("time", text, "2026-11-23T17:00:00.000+00:00")]


@pytest.mark.parametrize("text", ["am 5. Mai", "le 5 mai", "el 5 de mayo", "5 de maio", "il 5 maggio", "on May 5th"])
def test_a_date_without_a_year_is_the_next_one(text: str) -> None:
    assert moment(text) == "2027-05-05T00:00"


@pytest.mark.parametrize("text", ["Guten Morgen", "por la mañana", "ich bin hier", "alle 5 Karten", "à 5 personnes"])
def test_what_only_looks_like_a_moment_is_none(text: str) -> None:
    assert found(text, "time") == []


def test_hier_is_yesterday_in_french_only() -> None:
    assert moment("je l'ai reçu hier", language="fr") == "2026-11-21T00:00"
    assert found("ich wohne hier", "time", language="de") == []


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("fünfundzwanzig Euro", "EUR"),
        ("vingt-cinq euros", "EUR"),
        ("veinticinco euros", "EUR"),
        ("vinte e cinco reais", "BRL"),
        ("venticinque euro", "EUR"),
        ("twenty five dollars", "$"),
    ],
)
def test_money_in_words_has_amount_and_currency(text: str, unit: str) -> None:
    draft = Draft(text)
    DucklingEntityExtractor(("amount-of-money",)).process(draft)
    assert [(e.value, (e.additional_info or {})["unit"]) for e in draft.entities] == [(25, unit)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("siebenundneunzig", 97),
        ("dreissig", 30),
        ("quatre-vingt-dix-sept", 97),
        ("soixante-douze", 72),
        ("vingt et un", 21),
        ("noventa y siete", 97),
        ("veintidós", 22),
        ("noventa e sete", 97),
        ("dezesseis", 16),
        ("novantasette", 97),
        ("ventuno", 21),
        ("trentatré", 33),
    ],
)
def test_a_number_in_words_is_read(text: str, value: int) -> None:
    assert found(text, "number") == [("number", text, value)]


def test_the_tables_hold_every_number_to_ninety_nine_in_each_language() -> None:
    assert set(range(2, 100)) <= set(NUMBERS.values())
    assert sum(value == 47 for value in NUMBERS.values()) >= 5


@pytest.mark.parametrize("text", ["payment is due", "once more", "Sei bitte so nett", "los dos", "an elf"])
def test_what_is_another_word_elsewhere_is_no_number_alone(text: str) -> None:
    assert set(text.lower().split()) & HOMOGRAPHS
    assert found(text, "number") == []


@pytest.mark.parametrize("text", ["due giorni", "dos días", "sei settimane", "elf Tage"])
def test_before_a_unit_it_is_one(text: str) -> None:
    assert [name for name, _, _ in found(text, "duration")] == ["duration"]


@pytest.mark.parametrize(
    "text", ["der dritte Versuch", "la troisième fois", "la tercera vez", "o terceiro pedido", "il terzo tentativo"]
)
def test_a_place_in_an_order_is_found(text: str) -> None:
    assert [value for _, _, value in found(text, "ordinal")] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "order 2024",
        "Bestellung 2024",
        "commande n° 2025",
        "pedido 1999",
        "encomenda nº 2026",
        "ordine numero 2026",
        "Bestellnummer 20261122",
        "order 12/2024",
        "RE-2024-05",
    ],
)
def test_an_order_number_is_never_a_year(text: str) -> None:
    assert not {name for name, _, _ in found(text)} & {"time", "phone-number"}


@pytest.mark.parametrize("text", ["ſix euros", "frıday", "sıx days", "in 3 wocheN", "TROİS jours", "5 Kg"])
def test_letters_that_a_pattern_takes_for_others_are_no_exception(text: str) -> None:
    found(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mein Name ist Jana Brandt", "Jana Brandt"),
        ("mon nom est Zoé Martin", "Zoé Martin"),
        ("me llamo Lucía Vega", "Lucía Vega"),
        ("meu nome é João da Silva", "João da Silva"),
        ("mi chiamo Chiara Conti", "Chiara Conti"),
        ("Frau Dr. Weber hat angerufen", "Weber"),
        ("Señora Ruiz me atendió", "Ruiz"),
    ],
)
def test_people_are_found_in_every_language(text: str, name: str) -> None:
    draft = Draft(text)
    PersonExtractor().process(draft)
    assert name in [e.value for e in draft.entities]
