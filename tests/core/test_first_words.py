"""What is always for people may have words of the assistant's author that are said at once, before anybody has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.conversation import Reason
from bot.core.policy import Policy
from nlu.types import NLU_FALLBACK, Intent, Safety
from tests.core.desk_life import Desk, policy
from tests.core.people import customer, meaning, turn

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


def test_they_and_the_emergency_words_are_printed_as_their_language_is() -> None:
    own = replace(
        BANK,
        first_words={FRAUD: {"fr": "N'attendez pas : bloquez la carte !"}},
        emergency={"fr": "C'est grave ; appelez le 112 !"},
    )
    assert heard(own, "on a utilisé ma carte", language="fr").startswith(
        "N’attendez pas\u00a0: bloquez la carte\u00a0! "
    )
    said = heard(own, "je veux mourir", language="fr", safety=Safety("self_harm", ("mourir",)))
    assert said.startswith("C’est grave\u00a0; appelez le 112\u00a0! ")


@pytest.mark.parametrize("words", [{}, {"complaint": {"en": "Sorry."}}, {FRAUD: {"it": "Blocchi le carte."}}])
def test_without_words_for_it_there_is_the_promise_alone(words: dict[str, dict[str, str]]) -> None:
    plain = heard(replace(BANK, first_words={}), "somebody used my card")
    assert heard(replace(BANK, first_words=words), "somebody used my card") == plain


def test_they_are_said_alone_to_somebody_upset_too() -> None:
    angry = replace(meaning(FRAUD), emotion=meaning(upset=0.95).emotion)
    desk = Desk(BANK)
    desk.take(customer("SOMEBODY USED MY CARD", 1000.0, parse=angry))
    assert desk.customer[-1].startswith("Freeze your cards now. ")


def test_who_asks_for_a_person_in_other_matters_does_not_hear_them() -> None:
    desk = Desk(BANK)
    desk.take(customer("a person, please", 1000.0, parse=meaning(asked=1.0)))
    assert "Freeze" not in desk.customer[-1]


def test_an_emergency_has_its_own_words_even_with_that_intent() -> None:
    said = heard(BANK, "they took my money and I want to die", safety=Safety("self_harm", ("die",)))
    assert "Freeze" not in said


def guessed(*guesses: tuple[str, float], words: Policy = BANK) -> Desk:
    """A message that was not understood, with the best guesses at it."""
    desk = Desk(words)
    ranking = tuple(Intent(name, sure) for name, sure in guesses)
    parse = replace(meaning(NLU_FALLBACK), ranking=ranking)
    desk.take(customer("500 left my account, i slept", 1000.0, parse=parse, turn=turn("")))
    return desk


def test_where_minutes_count_a_fear_is_enough() -> None:
    desk = guessed((NLU_FALLBACK, 0.6), (FRAUD, 0.33), ("track_order", 0.2))
    assert desk.customer[-1].startswith("Freeze your cards now. ")
    case = desk.conversation.case
    assert case is not None
    assert case.why.reason is Reason.POLICY
    assert case.why.evidence[0] == "not understood for certain, but perhaps: report fraud (33% sure)"


@pytest.mark.parametrize("guesses", [((FRAUD, 0.2),), (("track_order", 0.4), (FRAUD, 0.35)), ()])
def test_a_faint_fear_or_a_better_guess_is_asked_back_about(guesses: tuple[tuple[str, float], ...]) -> None:
    assert guessed(*guesses).conversation.case is None


def test_what_has_no_words_to_be_said_at_once_is_asked_back_about() -> None:
    assert guessed((FRAUD, 0.4), words=replace(BANK, first_words={})).conversation.case is None


def test_a_feared_emergency_is_one() -> None:
    clinic = replace(BANK, emergency_intents=frozenset({"medical_emergency"}), emergency={"en": "Call 112."})
    desk = guessed(("medical_emergency", 0.3), words=clinic)
    assert desk.customer[-1].startswith("Call 112. ")
    case = desk.conversation.case
    assert case is not None
    assert case.why.reason is Reason.SAFETY
