"""What customers type is read as they mean it, or not at all; and instalments pay back what was lent, to the cent."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistants.banking.actions.annuity import instalments
from assistants.banking.actions.reading import (
    read_amount_cents,
    read_direction,
    read_ending,
    read_months,
    read_period,
    whole_amount,
)

WEDNESDAY = date(2026, 3, 11)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("8000", 800_000),
        ("€12.500", 1_250_000),
        ("12,500 euros", 1_250_000),
        ("10 000", 1_000_000),
        ("7.500,50 €", 750_050),
        ("15k", 1_500_000),
        ("10 mil euros", 1_000_000),
        ("ten thousand euros", 1_000_000),
        ("diez mil", 1_000_000),
        ("about 5 grand", 500_000),
        ("let's say 9000", 900_000),
        ("9000.00", 900_000),
        ("12,5k", 1_250_000),
        ("15mila", 1_500_000),
        ("8 tausend", 800_000),
        ("twelve thousand five hundred", 1_250_000),
        ("two thousand and three hundred euros", 230_000),
        ("zwölftausendfünfhundert", 1_250_000),
        ("fünftausend", 500_000),
        ("diecimila", 1_000_000),
        ("dix mille cinq cents", 1_050_000),
        ("a lot", None),
        ("", None),
    ],
)
def test_amounts_are_read_in_every_habit_of_writing_them(typed: str, cents: int | None):
    assert read_amount_cents(typed) == cents


@pytest.mark.parametrize(
    ("typed", "months"),
    [
        ("36 months", 36),
        ("over 5 years", 60),
        ("2.5 years", 30),
        ("three years", 36),
        ("quatre ans", 48),
        ("fünf Jahre", 60),
        ("sei mesi", 6),
        ("48", 48),
        ("5", 60),
        ("72 Monate", 72),
        ("4 Jahre", 48),
        ("48 mois", 48),
        ("5 ans", 60),
        ("ein Jahr", 12),
        ("1 Monat", 1),
        ("3 años", 36),
        ("36 meses", 36),
        ("4 anni", 48),
        ("soon", None),
        ("", None),
    ],
)
def test_terms_are_read_in_months_and_years_and_six_languages(typed: str, months: int | None):
    assert read_months(typed) == months


@pytest.mark.parametrize(
    ("typed", "ending"),
    [("ending 4417", "4417"), ("4417", "4417"), ("IE51 LRKM 9001 0210 2844 17", "4417"), ("44171", None), ("no", None)],
)
def test_the_end_of_a_number_is_four_digits(typed: str, ending: str | None):
    assert read_ending(typed) == ending


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("today", WEDNESDAY, WEDNESDAY),
        ("gestern", date(2026, 3, 10), date(2026, 3, 10)),
        ("this week", date(2026, 3, 9), WEDNESDAY),
        ("last week", date(2026, 3, 2), date(2026, 3, 8)),
        ("letzte Woche", date(2026, 3, 2), date(2026, 3, 8)),
        ("ce mois-ci", date(2026, 3, 1), WEDNESDAY),
        ("last month", date(2026, 2, 1), date(2026, 2, 28)),
        ("past 10 days", date(2026, 3, 1), WEDNESDAY),
        ("letzte 10 Tage", date(2026, 3, 1), WEDNESDAY),
        ("les 10 derniers jours", date(2026, 3, 1), WEDNESDAY),
        ("gastos del mes pasado", date(2026, 2, 1), date(2026, 2, 28)),
        ("movimientos de este mes", date(2026, 3, 1), WEDNESDAY),
        ("nell'ultimo mese", date(2026, 2, 1), date(2026, 2, 28)),
        ("qu'ai-je dépensé aujourd’hui", WEDNESDAY, WEDNESDAY),
        ("mes opérations d'hier", date(2026, 3, 10), date(2026, 3, 10)),
    ],
)
def test_stretches_of_time_are_days(typed: str, first: date, last: date):
    assert read_period(typed, WEDNESDAY) == (first, last)


@pytest.mark.parametrize(
    "typed",
    ["and the month before", "und im Monat davor?", "et le mois d'avant ?", "y el mes anterior", "e il mese prima"],
)
def test_the_month_before_is_the_one_before_the_last(typed: str):
    assert read_period(typed, WEDNESDAY) == (date(2026, 1, 1), date(2026, 1, 31))
    this_month = (date(2026, 3, 1), WEDNESDAY)
    assert read_period(typed, WEDNESDAY, told=this_month) == (date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("how much did i spend in february", date(2026, 2, 1), date(2026, 2, 28)),
        ("what came in march", date(2026, 3, 1), WEDNESDAY),
        ("ausgaben im oktober", date(2025, 10, 1), date(2025, 10, 31)),
        ("dépenses d'avril", date(2025, 4, 1), date(2025, 4, 30)),
        ("gastos de enero", date(2026, 1, 1), date(2026, 1, 31)),
        ("quanto ho speso a dicembre", date(2025, 12, 1), date(2025, 12, 31)),
        ("despesas de dezembro", date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_a_month_by_its_name_is_the_latest_one_so_far(typed: str, first: date, last: date):
    assert read_period(typed, WEDNESDAY) == (first, last)


@pytest.mark.parametrize(
    "typed",
    [
        "my last transactions",
        "may i see my movements",
        "march on then",
        "did the payment to Bayer arrive",  # ayer
        "what did I pay at the games shop",  # mes
        "the last few times at James Ltd",
        "transfers to Choymes",  # hoy
    ],
)
def test_no_stretch_of_time_is_none(typed: str):
    assert read_period(typed, WEDNESDAY) is None


def test_a_word_that_two_languages_have_means_what_the_customers_language_means_by_it():
    assert read_period("was wurde hier abgebucht", WEDNESDAY, "de") is None
    assert read_period("mes dernières opérations", WEDNESDAY, "fr") is None
    assert read_period("mes opérations d'hier", WEDNESDAY, "fr") == (date(2026, 3, 10), date(2026, 3, 10))
    assert read_period("los gastos de este mes", WEDNESDAY, "es") == (date(2026, 3, 1), WEDNESDAY)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("deux mille cinq cents euros", 250_000),
        ("dodicimila", 1_200_000),
        ("no, perdón, quería decir quince mil", 1_500_000),
        ("zweitausendfünfhundert", 250_000),
        ("fünfundzwanzig Tausend", 2_500_000),
        ("cinco mil e quinhentos", 550_000),
        ("tremilacinquecento", 350_000),
        ("twelve hundred", 120_000),
        ("2,5 mil", 250_000),
        ("1.5k", 150_000),
        ("due date", None),
    ],
)
def test_amounts_are_read_in_words(typed: str, cents: int | None):
    assert read_amount_cents(typed) == cents


@pytest.mark.parametrize(
    ("typed", "months"),
    [
        ("sur vingt-quatre mois", 24),
        ("pardon, je voulais dire trente-six", 36),
        ("achtundvierzig Monate", 48),
        ("treinta y seis meses", 36),
        ("trinta e seis", 36),
        ("ventiquattro mesi", 24),
        ("sei anni", 72),
        ("un an", 12),
    ],
)
def test_terms_are_read_in_words(typed: str, months: int):
    assert read_months(typed) == months


@pytest.mark.parametrize(
    ("part", "text", "whole"),
    [
        ("5k", "12,5k over 48 months", "12,5k"),
        ("12,", "a loan of 12,5k", "12,5k"),
        ("8000", "8000 over 3 years", "8000"),
        ("ten thousand", "ten thousand over 3 years", "ten thousand"),
        ("twelve thousand", "twelve thousand five hundred for four years", "twelve thousand five hundred"),
        ("", "12,5k", ""),
    ],
)
def test_a_piece_of_a_number_stands_for_the_whole(part: str, text: str, whole: str):
    assert whole_amount(part, text) == whole


@pytest.mark.parametrize(
    ("typed", "direction"),
    [
        ("has my salary arrived", 1),
        ("what did I spend", -1),
        ("meine letzten Ausgaben", -1),
        ("as minhas despesas", -1),
        ("le mie ultime spese", -1),
        ("show my movements", 0),
    ],
)
def test_money_that_came_is_told_from_money_that_went(typed: str, direction: int):
    assert read_direction(typed) == direction


def test_an_instalment_is_what_one_reckons_by_hand():
    # over one year (1 + i)^-12 is 1/1.069 exactly, so A = 10,000 i 1.069/0.069; i = e^(ln(1.069)/12) - 1 = 0.0055758
    found = instalments(1_000_000, 12, 0.069)
    assert (found.monthly_cents, found.total_cents, found.interest_cents) == (86_384, 1_036_608, 36_608)


def test_without_interest_the_loan_is_divided():
    assert instalments(120_000, 12, 0.0).monthly_cents == 10_000


@given(st.integers(100_000, 5_000_000), st.integers(12, 84), st.floats(0, 0.3))
def test_all_instalments_discounted_are_the_loan(cents: int, months: int, apr: float):
    found = instalments(cents, months, apr)
    month = (1 + apr) ** (1 / 12)
    worth = sum(found.monthly_cents / month**n for n in range(1, months + 1))
    assert worth == pytest.approx(cents, abs=months)  # half a cent of rounding an instalment
    assert found.interest_cents >= 0


@pytest.mark.parametrize(("cents", "months", "apr"), [(0, 12, 0.1), (100, 0, 0.1), (100, 12, -0.1)])
def test_nonsense_is_refused(cents: int, months: int, apr: float):
    with pytest.raises(ValueError, match="must be above zero"):
        instalments(cents, months, apr)
