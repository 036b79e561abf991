"""A danger that a message denies is none; a second one in the same message is, and so is all that leaves a doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.conversation import Reason
from bot.core.customers import denials, escalation
from bot.core.customers.denials import rest_of
from nlu.types import NLU_FALLBACK, Entity, Intent, ParseResult, Safety
from tests.core.people import POLICY, conversation
from tests.support.work import work_of

CLINIC = replace(POLICY, emergency_intents=frozenset({"medical_emergency"}), emergency_entities=frozenset({"red_flag"}))

DENIED = (
    ("no chest pain", ""),
    ("No fever or chest pain, just a cough", "just a cough"),
    ("I don't have trouble breathing any more", ""),
    ("no chest pain but my arm is numb", "but my arm is numb"),
    ("my dad had a stroke four years ago, does he need a check", "my dad, does he need a check"),
    ("i'm dying to know the result", "i'm the result"),
    ("please kill my subscription today", "please today"),
    ("i want to cancle everything", "i want to"),
    ("Keine Brustschmerzen", ""),
    ("weder Fieber noch Atemnot, nur Husten", "nur Husten"),
    ("Atemnot hat sie keine", ""),
    ("vor drei Jahren hatte ich einen Schlaganfall, brauche ein Rezept", "brauche ein Rezept"),
    ("ich sterbe vor Neugier", "ich"),
    ("non, pas de mal à respirer", "non"),
    ("pas de douleur dans la poitrine, juste fatiguée", "juste fatiguée"),
    ("je n'ai pas de fièvre", ""),
    ("il a eu un AVC il y a six ans", "il"),
    ("c'est à mourir de rire", "c'est à"),
    ("sin fiebre ni dolor de pecho", ""),
    ("no me duele el pecho, solo la espalda", "solo la espalda"),
    ("tuve un ictus hace cinco años", ""),
    ("me muero de curiosidad", "me"),
    ("sem febre nem falta de ar", ""),
    ("não tenho dor no peito, só tosse", "só tosse"),
    ("tive um AVC há dez anos", ""),
    ("quero acabar com essa assinatura", "quero"),
    ("senza febbre né dolore al petto", ""),
    ("non ho difficoltà a respirare", ""),
    ("ho avuto un infarto due anni fa", ""),
    ("sto morendo dalla noia", "sto"),
)

NOT_DENIED = (
    "I can't breathe",
    "no air",
    "no longer able to breathe",
    "not only chest pain",
    "the bleeding won't stop",
    "not a day without chest pain",
    "no chest pain until today",
    "no chest pain, wait, actually yes",
    "no chest pain medication left",
    "i had a stroke two years ago and it feels the same now",
    "is chest pain dangerous?",
    "my chest pain is gone",
    "I am not suicidal",
    "keine Luft",
    "nicht nur Fieber",
    "kein Tag ohne Brustschmerzen",
    "keine starken Brustschmerzen",
    "keine Brustschmerzen bis heute",
    "j'ai pas mal de douleurs à la poitrine",
    "je n'arrive plus à respirer",
    "pas un jour sans douleur dans la poitrine",
    "no puedo respirar",
    "no solo fiebre",
    "no deja de sangrar",
    "sin aire",
    "não consigo respirar",
    "sem ar",
    "a dor no peito não passa",
    "non riesco a respirare",
    "senza fiato",
    "il dolore al petto non passa",
    "voglio farla finita",
    "quiero acabar con mi vida",
)


@pytest.mark.parametrize(("text", "rest"), DENIED)
def test_what_is_denied_for_certain_is_cut_out(text: str, rest: str) -> None:
    assert (text if rest_of(text) is None else rest_of(text)) == rest


@pytest.mark.parametrize("text", NOT_DENIED)
def test_whatever_leaves_a_doubt_stays_whole(text: str) -> None:
    assert rest_of(text) is None


def test_no_text_takes_long() -> None:
    hostile = "no chest pain or " * 120 + "keine atemnot und " * 100 + "i had a stroke " * 100 + "sin fiebre ni " * 100
    assert work_of(lambda: rest_of(hostile), enough=1.0) < 1.0


def alarm(text: str, intent: str = "medical_emergency") -> ParseResult:
    found = Entity("red_flag", "sign", 0, len(text))
    ranking = (Intent(intent, 0.9), Intent("deny", 0.05))
    return ParseResult(text, ranking[0], ranking, (found,), safety=Safety("emergency", (text,)))


def calm(intent: str) -> Callable[[str], ParseResult]:
    return lambda text: ParseResult(text, Intent(intent, 0.9), (Intent(intent, 0.9),))


def why(parse: ParseResult) -> Reason | None:
    found = escalation.before_turn(conversation(), parse.text, parse, CLINIC)
    return found.reason if found else None


def test_a_message_that_denies_its_only_danger_means_what_the_rest_means() -> None:
    whole = alarm("keine Brustschmerzen, nur starker Husten")
    heard = denials.heard(whole, calm("symptom_check"), CLINIC)
    assert (why(whole), why(heard)) == (Reason.SAFETY, None)
    assert (heard.intent.name, heard.entities, heard.text) == ("symptom_check", (), whole.text)


def test_a_message_that_is_nothing_but_a_denial_is_a_no() -> None:
    heard = denials.heard(alarm("sem dor no peito"), calm("greet"), CLINIC)
    assert heard.intent.name == "deny"


def test_a_figure_of_speech_alone_is_not_understood() -> None:
    heard = denials.heard(alarm("sto morendo dal ridere"), calm("greet"), CLINIC)
    assert heard.intent.name == NLU_FALLBACK
    assert why(heard) is None


def test_another_meaning_than_an_emergency_is_kept() -> None:
    heard = denials.heard(alarm("cancel it, no chest pain", "cancel_appointment"), calm("greet"), CLINIC)
    assert heard.intent.name == "cancel_appointment"


def test_a_second_danger_in_the_same_message_stays_one() -> None:
    whole = alarm("no chest pain but i can't breathe")
    assert denials.heard(whole, alarm, CLINIC) is whole


def test_what_is_no_danger_is_not_understood_twice() -> None:
    def never(text: str) -> ParseResult:
        raise AssertionError(text)

    parse = calm("symptom_check")("no fever, just a cough")
    assert denials.heard(parse, never, CLINIC) is parse
