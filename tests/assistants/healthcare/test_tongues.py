"""Appointments, free times and results are told in the patient's language, days and hours as it writes them."""

from __future__ import annotations

import re
from datetime import datetime, time

import pytest

from assistants.healthcare.actions.choosing import appointment_meant, slot_meant
from assistants.healthcare.actions.practice import Appointment, Clinician, Slot
from assistants.healthcare.actions.terms import BRING, TERMS
from assistants.healthcare.actions.values import day, moment, short_moment
from assistants.healthcare.actions.wish import Wish
from assistants.healthcare.actions.wording import offer
from tests.assistants.healthcare.conftest import NOW, PROJECT, Desk
from tests.assistants.told import worded

LANGUAGES = ("de", "fr", "es", "pt", "it")
ENGLISH = re.compile(
    r"\b(the|your|you|with|shall|free|times|please|bring|booked|moved|cancelled|test|back|yet|at|and|practice|"
    r"physiotherapy|monday|tuesday|wednesday|thursday|friday|march|english|irish)\b"
)


def is_english(said: str) -> list[str]:
    worded_lines = [line for line in said.splitlines() if not line.startswith("utter_")]
    return ENGLISH.findall("\n".join(worded_lines).lower())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_whole_booking_move_and_cancellation_is_told_in_the_patients_language(
    desk: Desk, language: str
) -> None:
    desk.language = language
    heard: list[str] = []
    heard.append(await desk.run("action_ask_chosen_slot", filled={"department": "general practice"}))
    desk.slots["chosen_slot"] = desk.slots["offered"][0]
    heard.append(await desk.run("action_confirm_booking"))
    asked = [button["title"] for button in desk.buttons]
    heard.append(await desk.run("action_carry_out"))
    heard.append(await desk.run("action_my_appointments"))
    heard.append(await desk.run("action_ask_appointment"))
    desk.slots |= {"appointment": "FP-2041", "chosen_slot": (await _another(desk))}
    heard.append(await desk.run("action_confirm_move"))
    heard.append(await desk.run("action_carry_out"))
    heard.append(await desk.run("action_confirm_cancellation", filled={"appointment": "FP-2042"}))
    others = ("action_what_to_bring", "action_doctors", "action_test_results", "action_free_slots")
    heard += [await desk.run(told) for told in others]
    assert [found for said in heard for found in is_english(said)] == []
    assert all(said and "{" not in said for said in heard), heard
    assert (
        asked
        == {
            "de": ["Ja", "Nein"],
            "fr": ["Oui", "Non"],
            "es": ["Sí", "No"],
            "pt": ["Sim", "Não"],
            "it": ["Sì", "No"],
        }[language]
    )


async def _another(desk: Desk) -> str:
    await desk.run("action_ask_chosen_slot")
    return str(desk.slots["offered"][1])


@pytest.mark.parametrize(
    ("language", "said", "short"),
    [
        ("en", "Tuesday 10 March at 09:00", "Tue 10 Mar 09:00"),
        ("de", "Dienstag, 10. März um 09:00 Uhr", "Di 10.03. 09:00"),
        ("fr", "mardi 10 mars à 9\N{NO-BREAK SPACE}h", "mar 10/03 9\N{NO-BREAK SPACE}h"),
        ("es", "martes 10 de marzo a las 09:00", "mar 10/03 09:00"),
        ("pt", "10 de março (terça-feira) às 9h00", "ter 10/03 9h00"),
        ("it", "martedì 10 marzo alle 09:00", "mar 10/03 09:00"),
    ],
)
def test_a_moment_is_written_as_the_language_writes_it(language: str, said: str, short: str) -> None:
    assert moment(NOW, language) == said
    assert short_moment(NOW, language) == short
    assert "1" in day(datetime(2026, 12, 1, tzinfo=NOW.tzinfo).date(), language)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "There is nothing left on Tuesday 10 March after 15:00."),
        ("de", "Frei ist nichts mehr am Dienstag, 10. März nach 15:00 Uhr."),
        ("fr", "Il ne reste rien le mardi 10 mars après 15\N{NO-BREAK SPACE}h."),
        ("es", "No queda nada el martes 10 de marzo después de las 15:00."),
        ("pt", "Já não há nada a 10 de março (terça-feira) depois das 15h00."),
        ("it", "Non c’è più niente martedì 10 marzo dopo le 15:00."),
    ],
)
def test_what_was_wished_for_and_is_not_free_is_said_back(language: str, said: str) -> None:
    told = offer([], Wish(NOW.date(), NOW.date(), earliest=time(15)), language, fits=False)
    assert worded(PROJECT, {"response": told.response, **told.fields}, language).startswith(said)


ORLA = Clinician("keane", "Orla Keane", "physiotherapy", ("English",))
MONDAY = [Slot(ORLA, datetime(2026, 3, 16, hour, tzinfo=NOW.tzinfo), 20) for hour in (9, 10, 11)]


@pytest.mark.parametrize("words", ["la segunda", "a segunda", "il secondo", "la seconda", "le deuxième", "der zweite"])
def test_the_second_of_several_times_on_a_monday_is_the_second_in_every_language(words: str) -> None:
    assert slot_meant(words, MONDAY) == MONDAY[1]
    own = [Appointment(f"FP-{2041 + place}", slot) for place, slot in enumerate(MONDAY)]
    assert appointment_meant(words, own) == own[1]


def test_my_appointment_in_french_is_none_of_mondays() -> None:
    tuesday = Slot(ORLA, datetime(2026, 3, 17, 9, tzinfo=NOW.tzinfo), 20)
    own = [Appointment("FP-2041", MONDAY[0]), Appointment("FP-2042", tuesday)]
    assert appointment_meant("annuler mon rendez-vous", own) is None
    assert appointment_meant("cancel mon please", own) == own[0]


def test_every_word_of_the_practice_is_there_in_every_language() -> None:
    for table in (TERMS, BRING):
        assert all(tuple(words) == LANGUAGES for words in table.values())


async def test_a_language_that_nobody_wrote_for_is_answered_in_english(desk: Desk) -> None:
    desk.language = "nl"
    assert (await desk.run("action_my_appointments")).startswith("You have booked:")
