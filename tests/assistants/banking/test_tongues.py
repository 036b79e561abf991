"""What the bank's actions found out is said in the customer's language, numbers and days as it writes them."""

from __future__ import annotations

import re

import pytest

from assistants.banking.actions.values import MONTHS, WEEKDAYS, day, decimal, money, short_day
from tests.assistants.banking.conftest import TODAY, Actions

LANGUAGES = ("de", "fr", "es", "pt", "it")
ENGLISH = re.compile(
    r"\b(your|the|and|of|on|with|ending|is|card|account|month|day|euro buys|next|left|pounds|francs|"
    + "|".join((*WEEKDAYS["en"].lower().split(), *MONTHS["en"].lower().split()))
    + r")\b"
)
SAID_IN_BOTH = {"de": {"april", "august", "september", "november"}, "fr": {"on", "francs"}}
"""Words that are English, and the language's own too."""

ASKED = [
    ("action_balance", "ada", {}, ""),
    ("action_balance", "ben", {"account": "current account"}, ""),
    ("action_movements", "ada", {}, ""),
    ("action_movements", "ada", {"payee": "Corner Grocer"}, ""),
    ("action_movements", "ada", {"period": "last month"}, "last month"),
    ("action_movements", "ada", {}, "has my salary arrived"),
    ("action_movements", "ada", {}, "what did I spend"),
    ("action_pending", "ada", {}, ""),
    ("action_iban", "ada", {}, ""),
    *(
        ("action_transfer_status", who, {"reference": reference}, "")
        for who, reference in (
            ("ada", "LT-20418"),
            ("ada", "LT-20402"),
            ("ada", "LT-20391"),
            ("ada", "LT-20440"),
            ("ben", "LT-20425"),
            ("emi", "LT-20422"),
        )
    ),
    ("action_standing_orders", "ada", {}, ""),
    ("action_direct_debits", "ada", {}, ""),
    *(("action_card_status", who, {}, "") for who in ("ada", "chloe", "dmitri", "emi", "fintan", "greta", "hugo")),
    ("action_card_limit", "ada", {}, ""),
    ("action_exchange_rate", "ada", {}, ""),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("action", "customer", "named", "text"), ASKED)
async def test_everything_that_holds_data_is_said_in_the_customers_language_and_nothing_of_it_in_english(
    actions: Actions, language: str, action: str, customer: str, named: dict[str, str], text: str
) -> None:
    metadata = {"customer_id": customer, "language": language}
    said = await actions.run(action, metadata=metadata, named=named, text=text)
    sentence = "\n".join(line for line in said.splitlines() if not line.startswith("utter_"))
    assert sentence, said
    assert "{" not in sentence
    worded = re.sub(
        "Corner Grocer|Star Filling Station|Pension Fund North|Marlin Design", "", sentence
    )  # names are names
    own = {word for word in ENGLISH.findall(worded.lower()) if word not in SAID_IN_BOTH.get(language, set())}
    assert own - {"may"} == set(), sentence


@pytest.mark.parametrize(
    ("language", "heading", "said"),
    [
        ("de", "Ihr Konto", "Girokonto (Endung 3358): −230,75\xa0€, überzogen; verfügbar: 679,26\xa0€"),
        (
            "fr",
            "Votre compte\xa0",
            "Compte courant (finissant par 3358)\xa0: −230,75\xa0€, à découvert\xa0; disponible\xa0: 679,26\xa0€",
        ),
        (
            "es",
            "Su cuenta",
            "Cuenta corriente (terminada en 3358): −230,75\xa0€, en descubierto; disponible: 679,26\xa0€",
        ),
        ("pt", "A sua conta", "Conta à ordem (terminada em 3358): −230,75\xa0€, a descoberto; disponível: 679,26\xa0€"),
        (
            "it",
            "Il suo conto",
            "Conto corrente (che termina con 3358): −230,75\xa0€, in rosso; disponibile: 679,26\xa0€",
        ),
        ("nl", "Your account", "Current account (ending 3358): −€230.75, overdrawn; €679.26 can be spent"),
    ],
)
async def test_a_balance_is_written_as_the_language_writes_it_and_in_english_for_any_other(
    actions: Actions, language: str, heading: str, said: str
) -> None:
    metadata = {"customer_id": "ben", "language": language}
    told = await actions.run("action_balance", metadata=metadata, named={"account": "current account"})
    assert told == f"{heading}:\n• {said}"


@pytest.mark.parametrize(
    ("language", "amount", "large", "whole", "short", "rate"),
    [
        ("en", "€1,249.50", "€12,000.00", "Wednesday 11 March", "Wed 11 Mar", "1.0712"),
        ("de", "1.249,50\xa0€", "12.000,00\xa0€", "Mittwoch, 11. März", "11.03.", "1,0712"),
        ("fr", "1\u202f249,50\xa0€", "12\u202f000,00\xa0€", "mercredi 11 mars", "11/03", "1,0712"),
        ("es", "1249,50\xa0€", "12\xa0000,00\xa0€", "miércoles 11 de marzo", "11/03", "1,0712"),
        ("pt", "1249,50\xa0€", "12\xa0000,00\xa0€", "11 de março (quarta-feira)", "11/03", "1,0712"),
        ("it", "1.249,50\xa0€", "12.000,00\xa0€", "mercoledì 11 marzo", "11/03", "1,0712"),
    ],
)
def test_money_days_and_rates_are_written_as_each_language_writes_them(
    language: str, amount: str, large: str, whole: str, short: str, rate: str
) -> None:
    assert money(124950, language) == amount
    assert money(1_200_000, language) == large
    assert day(TODAY, language) == whole
    assert short_day(TODAY, language) == short
    assert decimal(1.0712, language) == rate
    assert day(TODAY.replace(day=1), language).count("1") == 1


@pytest.mark.parametrize(
    ("language", "named", "said"),
    [
        ("de", "Schweizer Franken", "Schweizer Franken (CHF)"),
        ("fr", "franc suisse", "francs suisses (CHF)"),
        ("es", "francos suizos", "francos suizos (CHF)"),
        ("pt", "ienes", "ienes japoneses (JPY)"),
        ("it", "yen", "yen giapponesi (JPY)"),
    ],
)
async def test_a_currency_is_known_by_its_name_in_the_customers_language(
    actions: Actions, language: str, named: str, said: str
) -> None:
    metadata = {"customer_id": "ada", "language": language}
    answer = await actions.run("action_exchange_rate", metadata=metadata, named={"currency": named})
    assert said in answer
    assert answer.count("•") == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_estimate_is_told_in_the_customers_language(actions: Actions, language: str) -> None:
    metadata = {"customer_id": "ada", "language": language}
    said = await actions.run("action_loan_estimate", metadata=metadata, loan_amount="9000.00", loan_term="48 months")
    assert "6,9\xa0%" in said or "6,9 %" in said
    assert "48" in said
    assert not ENGLISH.search(said.lower())


@pytest.mark.parametrize(("language", "said"), [("en", "Salary, Marlin Design"), ("de", "Gehalt, Marlin Design")])
async def test_what_the_banks_systems_write_is_translated_and_names_are_left(
    actions: Actions, language: str, said: str
) -> None:
    metadata = {"customer_id": "ada", "language": language}
    assert f"· {said} ·" in await actions.run("action_movements", metadata=metadata, text="has my salary arrived")
