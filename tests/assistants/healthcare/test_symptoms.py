"""The symptom check: careful in every doubt, the same by day and by night, and never a diagnosis or a dose."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable

import pytest

from assistants.healthcare.actions.complaints import (
    age_group_of,
    age_told,
    days_of,
    kind_of,
    severity_of,
    tells_complaint,
)
from assistants.healthcare.actions.entities import found_in as read_entities
from assistants.healthcare.actions.lexicon import table
from assistants.healthcare.actions.symptoms import advice
from assistants.healthcare.actions.triage import AgeGroup, Complaint, Kind, Severity, Urgency, urgency
from assistants.healthcare.actions.wiring import current_practice
from assistants.healthcare.actions.wording import self_care
from tests.assistants.ecommerce.project import read_project
from tests.assistants.healthcare.conftest import NOW, PROJECT, Desk, found_in

_NO_DIAGNOSIS = {
    "de": "keine Diagnose",
    "fr": "pas un diagnostic",
    "es": "no es un diagnóstico",
    "pt": "não é um diagnóstico",
    "it": "non è una diagnosi",
}
ADULT, MILD = AgeGroup.ADULT, Severity.MILD
EVERYTHING = [
    Complaint(kind, age, days, severity)
    for kind, age, days, severity in itertools.product(
        [*Kind, None], AgeGroup, (0.1, 1.0, 2.9, 3.0, 8.0, 30.0, 400.0), Severity
    )
]


@pytest.mark.parametrize(
    ("complaint", "soon"),
    [
        (Complaint(Kind.COLD, ADULT, 3, MILD), Urgency.SELF_CARE),
        (Complaint(Kind.COLD, ADULT, 22, MILD), Urgency.DAYS),
        (Complaint(Kind.FEVER, ADULT, 1, MILD), Urgency.SELF_CARE),
        (Complaint(Kind.FEVER, ADULT, 4, MILD), Urgency.TODAY),
        (Complaint(Kind.FEVER, AgeGroup.SMALL_CHILD, 1.5, MILD), Urgency.TODAY),
        (Complaint(Kind.FEVER, AgeGroup.BABY, 0.1, MILD), Urgency.EMERGENCY),
        (Complaint(Kind.COLD, AgeGroup.BABY, 0.1, MILD), Urgency.TODAY),
        (Complaint(Kind.HEADACHE, AgeGroup.PREGNANT, 0.1, MILD), Urgency.TODAY),
        (Complaint(Kind.BACK, AgeGroup.PREGNANT, 0.1, MILD), Urgency.DAYS),
        (Complaint(Kind.URINE, ADULT, 0.5, MILD), Urgency.DAYS),
        (Complaint(Kind.MOOD, ADULT, 0.5, MILD), Urgency.DAYS),
        (Complaint(Kind.BACK, ADULT, 1, Severity.SEVERE), Urgency.TODAY),
        (Complaint(None, ADULT, 0.1, MILD), Urgency.DAYS),
    ],
)
def test_how_soon_follows_the_rules_of_thumb(complaint: Complaint, soon: Urgency):
    assert urgency(complaint) is soon


def test_a_warning_sign_is_an_emergency_whatever_else_is_told():
    for one in EVERYTHING:
        signed = Complaint(one.kind, one.age, one.days, one.severity, has_warning_signs=True)
        assert urgency(signed) is Urgency.EMERGENCY


def test_longer_or_stronger_is_never_less_urgent():
    for one in EVERYTHING:
        longer = Complaint(one.kind, one.age, one.days + 5, one.severity)
        stronger = Complaint(one.kind, one.age, one.days, Severity.SEVERE)
        assert urgency(longer) >= urgency(one)
        assert urgency(stronger) >= urgency(one)
        assert urgency(one) >= urgency(Complaint(one.kind, ADULT, one.days, one.severity))


def test_what_nobody_knows_is_never_left_to_self_care():
    assert all(urgency(one) > Urgency.SELF_CARE for one in EVERYTHING if one.kind is None)
    assert all(urgency(one) > Urgency.SELF_CARE for one in EVERYTHING if one.age is AgeGroup.BABY)


def test_no_advice_names_a_dose_or_an_illness_and_each_says_that_it_is_no_diagnosis():
    responses = read_project(PROJECT).domain["responses"]
    for soon, kind in itertools.product((Urgency.TODAY, Urgency.DAYS, Urgency.SELF_CARE), [*Kind, None]):
        (wording,) = responses[advice(soon, kind)]
        theirs = wording["metadata"]["translation"]
        assert "no doctor and this is no diagnosis" in wording["text"]
        assert theirs.keys() == _NO_DIAGNOSIS.keys()
        for language, said in {"en": wording["text"], **theirs}.items():
            assert _NO_DIAGNOSIS.get(language, "no diagnosis") in said
            assert ("112" in said) == (soon is Urgency.TODAY)
            assert not re.search(
                r"\b\d+ ?(mg|ml|g|tablets?|drops?)\b|paracetamol|ibuprofen|you have\b",
                said + self_care(kind, language),
                re.IGNORECASE,
            )
    comes = {"en": "Come in", "de": "Kommen Sie", "fr": "Venez", "es": "Venga", "pt": "Venha", "it": "Venga"}
    assert all(come in row[language] for row in table("self_care") for language, come in comes.items())


@pytest.mark.parametrize(
    ("question", "slot", "read"),
    [("utter_ask_severity", "severity", severity_of), ("utter_ask_age_group", "age_group", age_group_of)],
)
def test_a_buttons_title_typed_in_any_language_means_the_button(
    question: str, slot: str, read: Callable[[str], object]
):
    (wording,) = read_project(PROJECT).domain["responses"][question]
    for button in wording["buttons"]:
        pressed = read(json.loads(button["payload"].removeprefix("/inform"))[slot])
        assert pressed is not None
        for title in (button["title"], *(theirs["title"] for theirs in button["translation"].values())):
            assert read(title) is pressed, title


async def test_so_does_the_title_of_a_department():
    (wording,) = read_project(PROJECT).domain["responses"]["utter_ask_department"]
    for button in wording["buttons"]:
        named = json.loads(button["payload"].removeprefix("/inform"))["department"]
        for theirs in button["translation"].values():
            assert await current_practice().department_named(theirs["title"]) == named, theirs["title"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my throat hurts", Kind.THROAT),
        ("Fieber seit gestern", Kind.FEVER),
        ("fever and cough", Kind.FEVER),
        ("hay fever", Kind.ALLERGY),
        ("heartburn", Kind.HEARTBURN),
        ("me duele la espalda", Kind.BACK),
        ("it burns when i pee", Kind.URINE),
        ("mal di testa", Kind.HEADACHE),
        ("i'm so anxious about my cough", Kind.COLD),
        ("anxious all the time", Kind.MOOD),
        ("depressed, and a cough", Kind.MOOD),
        ("an odd feeling", None),
    ],
)
def test_complaints_are_known_by_everyday_words(text: str, kind: Kind | None):
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("34", AgeGroup.ADULT),
        ("she is 4", AgeGroup.SMALL_CHILD),
        ("8 months", AgeGroup.SMALL_CHILD),
        ("10 weeks old", AgeGroup.BABY),
        ("newborn", AgeGroup.BABY),
        ("my grandmother, 81", AgeGroup.OLDER),
        ("pregnant, 20 weeks", AgeGroup.PREGNANT),
        ("my baby", None),
        ("dunno", None),
    ],
)
def test_ages_are_read_and_a_baby_without_one_is_asked_about(text: str, group: AgeGroup | None):
    assert age_group_of(text) is group


def test_a_number_by_the_way_is_no_age():
    assert age_told("sore throat for 3 days") is None
    assert age_told("my 4 year old has an earache") is AgeGroup.SMALL_CHILD


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("8 of 10", Severity.SEVERE),
        ("5", Severity.MODERATE),
        ("2", Severity.MILD),
        ("not too bad", Severity.MILD),
        ("insupportable", Severity.SEVERE),
        ("assez fort", Severity.MODERATE),
        ("nicht so schlimm", Severity.MILD),
        ("sehr stark", Severity.SEVERE),
        ("no muy fuerte", Severity.MILD),
        ("38.5", None),
    ],
)
def test_strength_is_read_from_numbers_and_words(text: str, degree: Severity | None):
    assert severity_of(text) is degree


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("since yesterday", 1.4),
        ("three days", 3.0),
        ("seit zwei Wochen", 14.0),
        ("a few days", 3.0),
        ("for months", 60.0),
        ("my 4 year old", None),
    ],
)
def test_how_long_it_has_lasted_is_read(text: str, days: float | None):
    found = days_of(text, read_entities({"entities": found_in(text)}), NOW)
    assert found == (None if days is None else pytest.approx(days, abs=0.1))


async def test_what_is_told_in_one_breath_is_not_asked_again(desk: Desk):
    words = "my 4 year old daughter has had a bad earache since yesterday"
    await desk.run("validate_symptom_form", words, filled={"symptom": "earache"})
    assert desk.slots["age_group"] == "child under 5"
    assert desk.slots["since"] == "days:1.4"
    assert desk.slots["symptom"] == words


async def test_a_red_flag_ends_the_questions_and_brings_emergency_wording_and_a_person(desk: Desk):
    await desk.run("validate_symptom_form", "oh, and chest pain", filled={"red_flag": "chest pain"})
    assert desk.slots["requested_slot"] is None
    said = await desk.run("action_triage")
    assert said == "utter_emergency"
    assert desk.paused
    assert desk.slots["handoff_reason"] == "The symptom check found an emergency: chest pain. Told: nothing else."
    assert desk.slots["handoff_kind"] == "safety"


async def test_what_is_told_instead_of_a_yes_or_no_is_kept_and_the_signs_are_asked_for_again(desk: Desk):
    desk.slots["symptom"] = "sore throat"
    assert await desk.run("validate_symptom_form", "since yesterday", filled={"warning_signs": "since yesterday"}) == (
        "utter_yes_or_no_first"
    )
    assert (desk.slots["warning_signs"], desk.slots["since"]) == (None, "days:1.4")


@pytest.mark.parametrize(
    "said", ["none", "None of those.", "no, nothing", "keines davon", "aucun", "ninguno", "nessuno"]
)
async def test_none_of_them_is_a_no_to_the_warning_signs(desk: Desk, said: str):
    desk.slots["symptom"] = "sore throat"
    await desk.run("validate_symptom_form", said, filled={"warning_signs": said})
    assert desk.slots["warning_signs"] is False


@pytest.mark.parametrize("said", ["none of them but chest pain", "nothing helps"])
async def test_none_with_a_but_is_no_answer(desk: Desk, said: str):
    desk.slots["symptom"] = "sore throat"
    await desk.run("validate_symptom_form", said, filled={"warning_signs": said})
    assert desk.slots["warning_signs"] is None


@pytest.mark.parametrize("said", ["she is 4 weeks", "sie ist 4 wochen", "elle a 4 semaines", "tiene 4 semanas"])
async def test_a_young_baby_with_a_fever_is_an_emergency_without_further_questions(desk: Desk, said: str):
    desk.slots["symptom"] = "my baby has a fever of 39.5"
    await desk.run("validate_symptom_form", said, filled={"warning_signs": said})
    assert desk.slots["age_group"] == AgeGroup.BABY
    assert "since" not in desk.slots
    await desk.run("validate_symptom_form", said)
    assert desk.slots["requested_slot"] is None
    assert await desk.run("action_triage") == "utter_emergency"


async def test_a_yes_to_the_warning_signs_does_the_same(desk: Desk):
    desk.slots["symptom"] = "cough"
    await desk.run("validate_symptom_form", "yes", filled={"warning_signs": True})
    assert desk.slots["requested_slot"] is None
    assert await desk.run("action_triage") == "utter_emergency"
    assert desk.paused


async def test_the_check_ends_in_advice_and_forgets_what_it_was_told(desk: Desk):
    told = {"symptom": "sore throat", "warning_signs": False, "age_group": "adult", "since": "days:1.0"}
    desk.slots = {**told, "severity": "mild"}
    said = await desk.run("action_triage")
    assert said == "utter_advice_home\nutter_write_again"
    assert desk.told["self_care"].startswith("Warm or cold drinks")
    assert not desk.paused
    assert {desk.slots[slot] for slot in told} == {None}


async def test_what_to_do_at_home_is_told_in_the_patients_language(desk: Desk):
    desk.language = "de"
    told = {"symptom": "sore throat", "warning_signs": False, "age_group": "adult", "since": "days:1.0"}
    desk.slots = {**told, "severity": "mild"}
    await desk.run("action_triage")
    assert desk.told["self_care"].startswith("Warme oder kalte Getränke")


async def test_what_should_be_seen_within_days_is_offered_an_appointment(desk: Desk):
    desk.slots = {"symptom": "my knee clicks", "age_group": "adult", "since": "days:40.0", "severity": "moderate"}
    assert "utter_advice_days" in await desk.run("action_triage")
    assert desk.slots["decided"] == "search physiotherapy"
    await desk.run("action_carry_out")
    assert (desk.follows, desk.slots["department"]) == (["booking_form"], "physiotherapy")


async def test_what_should_be_heard_of_today_is_offered_a_call(desk: Desk):
    desk.slots = {"symptom": "fever for four days", "age_group": "adult", "since": "days:4.0", "severity": "moderate"}
    assert "utter_advice_today" in await desk.run("action_triage")
    await desk.run("action_carry_out")
    assert desk.follows == ["action_human_handoff"]
    assert desk.slots["handoff_reason"] == (
        "The symptom check says today: fever for four days. The patient wants to be called back."
    )


async def test_a_complaint_that_was_told_with_the_wish_is_not_asked_for(desk: Desk):
    await desk.run("action_begin", "my throat hurts since 3 days", intent="symptom_check")
    assert desk.slots["symptom"] == "my throat hurts since 3 days"


@pytest.mark.parametrize("said", ["i'm 34", "dunno", "no"])
async def test_what_is_no_complaint_is_asked_again(desk: Desk, said: str):
    assert await desk.run("validate_symptom_form", said, filled={"symptom": said}) == "utter_wrong_symptom"


@pytest.mark.parametrize("told", ["4 anni", "4 years", "4 Jahre", "4 ans", "4 años", "4 anos"])
async def test_an_age_where_the_strength_was_asked_for_is_an_age_and_no_strength(desk: Desk, told: str):
    desk.slots = {"symptom": "febbre", "age_group": "child 5 to 15", "since": "days:2.0", "warning_signs": False}
    await desk.run("validate_symptom_form", told, filled={"severity": told})
    assert (desk.slots["severity"], desk.slots["age_group"]) == (None, "child under 5")
    await desk.run("validate_symptom_form", "7", filled={"severity": "7"})
    assert desk.slots["severity"] == "severe"


async def test_how_strong_it_is_is_nobodys_age(desk: Desk):
    said = await desk.run("validate_symptom_form", "maybe 4 out of 10", filled={"age_group": "maybe 4 out of 10"})
    assert "utter_wrong_age_group" not in said
    assert (desk.slots["age_group"], desk.slots["severity"]) == (None, "moderate")
    assert age_group_of("she is 4, and it is 7/10") is AgeGroup.SMALL_CHILD


@pytest.mark.parametrize("said", ["no fever", "pas de fièvre", "kein Fieber"])
async def test_a_no_to_one_sign_is_none_to_the_others(desk: Desk, said: str):
    await desk.run("validate_symptom_form", said, filled={"warning_signs": False}, intent="deny")
    assert desk.slots["warning_signs"] is None


@pytest.mark.parametrize("said", ["no", "no, no fever", "nein, sonst geht es ihm gut"])
async def test_a_no_to_all_signs_is_one(desk: Desk, said: str):
    await desk.run("validate_symptom_form", said, filled={"warning_signs": False}, intent="deny")
    assert desk.slots["warning_signs"] is False


@pytest.mark.parametrize(
    ("said", "tells"),
    [
        ("tengo un lunar que me pica", True),
        ("sore throat", True),
        ("there is something odd on my arm", True),
        ("i don't feel well at all today", False),
        ("mir geht es heute gar nicht gut", False),
        ("help me please", False),
    ],
)
def test_a_complaint_is_told_in_known_words_or_in_several(said: str, tells: bool):
    assert tells_complaint(said) is tells
