"""Whole visits to the practice over the product's reader, dialogue and in-process actions; payloads give meanings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.activity import Person
from tests.assistants import visit as visits

PROJECT = Path(__file__).parents[3] / "assistants" / "healthcare"
ADA = Person("web", "playground", "ada", "Ada Nwosu")
EMI = Person("slack", "T1", "U1", "Emi", email="emi@example.com")
STRANGER = Person("slack", "T9", "U9", "Mallory", email="ada@example.com", is_outsider=True)
SOON = '/inform{"soonest": "as soon as possible"}'
OWN = re.compile(r"FP-\d{4}")


def Visit(person: Person) -> visits.Visit:  # noqa: N802 - reads as the class it stands for
    return visits.Visit(PROJECT, person)


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_DATA", str(tmp_path))


async def _numbers(person: Person) -> list[str]:
    return OWN.findall(await Visit(person).say("/my_appointments"))


async def test_whoever_names_a_doctor_need_not_name_the_department():
    visit = Visit(EMI)
    await visit.say("/book_appointment")
    said = await visit.say('/inform{"clinician": "dr corrigan"}', "with dr corrigan")
    assert "department" not in said
    assert "When would suit you?" in said
    assert "Dr Maeve Corrigan" in await visit.say(SOON)


async def test_an_appointment_is_found_confirmed_and_booked():
    visit = Visit(EMI)
    assert "What is the appointment for?" in await visit.say("/book_appointment")
    assert "When would suit you?" in await visit.say('/inform{"department": "fisio"}')
    assert "These times are free:" in await visit.say(SOON)
    button = visit.turns[-1].replies[-1].buttons[2]
    assert "physiotherapy. Shall I book it?" in await visit.say(button.value)
    assert await _numbers(EMI) == []
    assert "Booked: FP-3001" in await visit.say("/affirm")
    assert await _numbers(EMI) == ["FP-3001"]
    assert "else" in await visit.say("/affirm")  # a second yes books nothing
    assert await _numbers(EMI) == ["FP-3001"]


async def test_a_no_to_the_time_books_nothing_and_names_what_to_do():
    visit = Visit(EMI)
    await visit.say('/book_appointment{"department": "skin", "soonest": "asap"}')
    await visit.say("/inform", "the first one")
    said = await visit.say("/deny")
    assert len(visit.turns[-1].replies) == 1
    assert "booked" in said
    assert await _numbers(EMI) == []


async def test_questions_in_the_middle_are_answered_and_the_form_goes_on():
    visit = Visit(EMI)
    await visit.say("/book_appointment")
    for aside in ("/opening_hours", '/fees{"department": "physio"}', "/parking", "/greet"):
        assert "What is the appointment for?" in await visit.say(aside)


async def test_a_yes_where_none_was_asked_for_brings_the_question_again():
    visit = Visit(EMI)
    await visit.say("/book_appointment")
    said = await visit.say("/affirm")
    assert "more than a yes" in said
    assert "What is the appointment for?" in said


async def test_moving_asks_which_one_and_then_when():
    visit = Visit(ADA)
    assert "Which of your appointments" in await visit.say("/move_appointment")
    assert "When would suit you?" in await visit.say("/inform", "the physio one")
    assert "These times are free" in await visit.say(SOON)
    assert "FP-2042" in await visit.say("/inform", "the first")
    assert "Moved: FP-2042" in await visit.say("/affirm")


async def test_the_only_appointment_is_cancelled_after_a_yes_and_another_time_is_offered():
    dmitri = Person("web", "playground", "dmitri", "Dmitri Hahn")
    visit = Visit(dmitri)
    assert "FP-2046" in await visit.say("/cancel_appointment")
    assert "Cancelled: FP-2046" in await visit.say("/affirm")
    assert await _numbers(dmitri) == []
    assert "When would suit you?" in await visit.say("/affirm")


async def test_nobody_cancels_what_is_not_theirs():
    visit = Visit(EMI)
    for payload in (
        '/cancel_appointment{"appointment_number": "FP-2041"}',
        '/move_appointment{"appointment_number": "FP-2041"}',
    ):
        assert "no appointment with us" in await visit.say(payload)
        await visit.say("/deny")
    visit = Visit(Person("web", "playground", "ben", "Ben Ortiz"))
    assert "FP-2043" in await visit.say('/cancel_appointment{"appointment_number": "FP-2041"}')
    await visit.say("/deny")
    assert await _numbers(ADA) == ["FP-2041", "FP-2042"]


async def test_a_stranger_with_somebodys_address_sees_nothing_and_is_booked_by_people():
    visit = Visit(STRANGER)
    assert "don't recognise you" in await visit.say("/my_appointments")
    await visit.say("/deny")
    await visit.say('/book_appointment{"department": "skin", "soonest": "asap"}')
    assert "name and a phone number" in await visit.say("/inform", "the first one")
    assert "pass it on to the reception" in await visit.say("/inform", "mallory 085 5550103")
    await visit.say("/affirm")
    assert visit.reason is not None
    assert "A visitor wants to book" in visit.reason
    assert "mallory 085 5550103" in visit.reason
    assert await _numbers(ADA) == ["FP-2041", "FP-2042"]


async def test_a_sore_throat_is_checked_with_a_question_in_between():
    visit = Visit(ADA)
    assert "serious signs" in await visit.say("/symptom_check", "my throat hurts, mild")
    assert "how old" in await visit.say("/deny")
    said = await visit.say("/bot_challenge")
    assert "how old" in said
    assert "Since when" in await visit.say("/inform", "i'm 34")
    assert "no diagnosis" in await visit.say("/inform", "a few days")
    assert visit.reason is None


async def test_a_warning_sign_ends_the_check_with_emergency_wording_and_a_person():
    visit = Visit(ADA)
    await visit.say("/symptom_check", "i have a cough")
    assert "112" in await visit.say("/affirm")
    assert visit.reason is not None
    assert visit.reason.startswith("The symptom check found an emergency")
    assert visit.turns[-1].hand_over_kind == "safety"
    await visit.come_back()
    assert "8.00" in await visit.say("/opening_hours")


async def test_a_red_flag_in_any_answer_ends_the_check():
    visit = Visit(ADA)
    await visit.say("/symptom_check", "i have a cough")
    await visit.say("/deny")
    assert "112" in await visit.say('/inform{"red_flag": "chest pain"}')
    assert visit.reason is not None
    assert "chest pain" in visit.reason


@pytest.mark.parametrize("intent", ["diagnosis_question", "medication_question", "human_handoff"])
async def test_what_is_for_people_ends_a_form_at_once(intent: str):
    visit = Visit(ADA)
    await visit.say("/symptom_check")
    await visit.say(f"/{intent}")
    assert visit.reason is not None
    await visit.come_back()
    assert "What is the matter?" in await visit.say("/symptom_check")


async def test_stopping_leaves_everything_as_it_was():
    visit = Visit(ADA)
    await visit.say('/book_appointment{"department": "skin", "soonest": "asap"}')
    await visit.say("/stop")
    assert "What is the appointment for?" in await visit.say("/book_appointment")


@pytest.mark.parametrize(
    ("asks", "reason"),
    [
        ("/test_results", "The patient asks to be told what a test result says."),
        ("/sick_note", "The patient asks for a sick note."),
        ("/referral", "The patient asks for a referral letter."),
        ("/waiting_list", "The patient wants to be put on the waiting list."),
        ("/new_patient", "Somebody wants to register as a new patient."),
        ("/records_privacy", "The patient asks for a copy or the deletion of their records."),
    ],
)
async def test_each_hand_over_has_its_own_reason(asks: str, reason: str):
    visit = Visit(ADA)
    await visit.say(asks)
    await visit.say("/affirm")
    assert visit.reason == reason


async def test_any_of_the_times_is_the_first_one_which_is_asked_about_before_it_is_booked():
    visit = Visit(EMI)
    await visit.say('/book_appointment{"department": "general practice", "soonest": "asap"}', "gp asap")
    first = visit.turns[-1].replies[-1].buttons[0].label
    said = await visit.say("/nlu_fallback", "any of them")
    assert first.split(" ")[-3] in said
    assert "Shall I book it?" in said


async def test_later_in_the_day_keeps_the_days_and_asks_for_the_afternoon():
    visit = Visit(EMI)
    await visit.say('/book_appointment{"department": "general practice", "soonest": "asap"}', "gp asap")
    said = await visit.say("/inform", "later in the day please")
    assert "These times are free" in said
    assert all(int(button.label.split(" ")[-3][:2]) >= 12 for button in visit.turns[-1].replies[-1].buttons)


async def test_a_day_where_the_department_is_asked_for_never_brings_a_person():
    visit = Visit(EMI)
    await visit.say("/book_appointment", "an appointment")
    for day in ("in the morning", "in the afternoon", "in the evening"):
        await visit.say(f'/inform{{"part_of_day": "{day}"}}', day)
        assert visit.turns[-1].refused_slots == 0


async def test_a_visit_is_cancelled_by_its_department_in_any_language():
    said = await Visit(ADA).say('/cancel_appointment{"department": "fisioterapia"}', "devo disdire la fisioterapia")
    assert "FP-2042" in said
    assert "FP-2041" not in said


@pytest.mark.parametrize("asked", ["and the other one?", "und der andere?", "et l'autre ?", "e l'altro?"])
async def test_who_asks_for_the_other_appointment_is_shown_them_all(asked: str):
    visit = Visit(ADA)
    await visit.say("/my_appointments")
    said = await visit.say("/inform", asked)
    assert said.startswith("This is all")
    assert "FP-2042" in said


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ("/book_appointment", "with a doctor, just a check up"),
        ("/inform", "he is 6"),
        ("/inform", "it's for my son"),
        ("/inform", "elle a 8 ans"),
    ],
)
async def test_a_doctor_or_a_childs_age_says_what_the_appointment_is_for(payload: str, text: str):
    visit = Visit(EMI)
    await visit.say("/book_appointment")
    assert "When would suit you?" in await visit.say(payload, text)


async def test_a_childs_age_is_no_place_in_the_list_of_departments():
    visit = Visit(EMI)
    await visit.say("/book_appointment", "an appointment please")
    await visit.say("/inform", "shes 4")
    said = await visit.say('/inform{"soonest": "asap"}', "asap")
    assert "Brandt" not in said
    assert "Keane" not in said
    assert "children" in await visit.say("/inform", "the first")


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("book me in for a check up with a doctor", "general practice"),
        ("need a doc for my daughter", "children"),
        ("i need a skin doctor", "skin"),
        ("brauche einen Arzt für meinen Sohn", "children"),
    ],
)
async def test_what_begins_a_booking_may_say_what_it_is_for(text: str, department: str):
    visit = Visit(EMI)
    assert "When would suit you?" in await visit.say("/book_appointment", text)
    assert ("department", department) in visit.turns[-1].slots


@pytest.mark.parametrize(
    "text", ["the first free appointment please", "some kind of appointment", "i want to come at 4"]
)
async def test_what_begins_a_booking_and_names_no_department_is_asked_what_it_is_for(text: str):
    said = await Visit(EMI).say("/book_appointment", text)
    assert said == "What is the appointment for?"


@pytest.mark.parametrize(
    ("begun", "why"), [("/book_appointment", "own calendar"), ("/symptom_check", "depends on what it is")]
)
async def test_why_something_is_asked_is_answered_and_it_is_asked_again(begun: str, why: str):
    visit = Visit(EMI)
    asked = await visit.say(begun)
    said = await visit.say("/faq/why_asked", "what do you need that for")
    assert why in said
    assert said.endswith(asked.rsplit("\n", 1)[-1])
