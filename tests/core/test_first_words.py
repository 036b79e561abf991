"""What is always for people may have words of the assistant's author that are said at once, before anybody has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.policy import Policy
from nlu.types import Safety
from tests.core.desk_life import Desk, policy
from tests.core.people import customer, meaning

FRAUD = "report_fraud"
BANK: Policy = replace(
    policy(),
    always_human={FRAUD: "Fraud is looked at by a person."},
    first_words={FRAUD: {"en": "Freeze your cards now.", "de": "Sperren Sie jetzt Ihre Karten."}},
)


def heard(words: Policy, text: str, *, language: str = "en", safety: Safety | None = None) -> str:
    desk = Desk(words)
    desk.take(customer(text, 1000.0, parse=meaning(FRAUD, language=language, safety=safety)))
    return desk.customer[-1]


def test_the_first_words_come_before_the_promise() -> None:
    said = heard(BANK, "somebody used my card")
    assert said.startswith("Freeze your cards now. ")
    assert len(said) > len("Freeze your cards now. ")


def test_they_are_in_the_customers_language_or_else_in_the_companys() -> None:
    assert heard(BANK, "jemand hat meine Karte benutzt", language="de").startswith("Sperren Sie jetzt Ihre Karten. ")
    assert heard(BANK, "alguém usou o meu cartão", language="pt").startswith("Freeze your cards now. ")


@pytest.mark.parametrize("words", [{}, {"complaint": {"en": "Sorry."}}, {FRAUD: {"it": "Blocchi le carte."}}])
def test_without_words_for_it_there_is_the_promise_alone(words: dict[str, dict[str, str]]) -> None:
    plain = heard(replace(BANK, first_words={}), "somebody used my card")
    assert heard(replace(BANK, first_words=words), "somebody used my card") == plain


def test_who_asks_for_a_person_in_other_matters_does_not_hear_them() -> None:
    desk = Desk(BANK)
    desk.take(customer("a person, please", 1000.0, parse=meaning(asked=1.0)))
    assert "Freeze" not in desk.customer[-1]


def test_an_emergency_has_its_own_words_even_with_that_intent() -> None:
    said = heard(BANK, "they took my money and I want to die", safety=Safety("self_harm", ("die",)))
    assert "Freeze" not in said
