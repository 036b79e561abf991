"""What the assistant does with appointments and results, run by rasa-sdk's own executor over the sample practice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistants.healthcare.actions.practice import PatientId, SlotQuery
from assistants.healthcare.actions.sample_practice import SamplePractice
from tests.assistants.healthcare.conftest import NOW, Desk

FORM = "validate_booking_form"


async def test_a_wish_in_words_becomes_days_and_hours_and_free_times_that_fit(desk: Desk):
    await desk.run(FORM, "physio next thursday afternoon", filled={"department": "physio", "when": "next thursday"})
    assert desk.slots["department"] == "physiotherapy"
    assert desk.slots["when"] == "2026-03-12..2026-03-12 12:00-17:00"
    said = await desk.run("action_ask_chosen_slot")
    assert said.startswith("These times are free:\n• Thursday 12 March at ")
    assert all("-20260312" in button["payload"] for button in desk.buttons)


async def test_where_nothing_fits_the_next_times_are_offered_with_why(desk: Desk):
    desk.slots = {"department": "skin", "when": "2026-03-10..2026-03-10 00:00-23:59"}
    said = await desk.run("action_ask_chosen_slot")
    assert said.startswith("There is nothing left on Tuesday 10 March. The next free times are:\n• Wednesday 11 March")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("yesterday", "utter_when_is_past"),
        ("on sunday", "utter_closed_on_sundays"),
        ("tonight at 10", "utter_closed_at_night"),
        ("tomorrow at 6 am", "utter_closed_at_night"),
        ("20 november", "utter_when_is_far"),
        ("when I feel like it", "utter_wrong_when"),
    ],
)
async def test_a_time_at_which_nobody_can_come_is_refused_with_the_reason(desk: Desk, text: str, answer: str):
    assert await desk.run(FORM, text, filled={"when": text}) == answer
    assert desk.slots["when"] is None


@pytest.mark.parametrize("words", ["the second one", "2", "second please"])
async def test_an_offered_time_is_chosen_by_its_place(desk: Desk, words: str):
    offered = await _offer(desk)
    await desk.run(FORM, words, filled={"chosen_slot": words})
    assert desk.slots["chosen_slot"] == offered[1]


async def test_an_offered_time_is_chosen_by_its_hour(desk: Desk):
    offered = await _offer(desk)
    hour = f"{offered[2][-4:-2]}:{offered[2][-2:]}"
    await desk.run(FORM, f"{hour} please", filled={"chosen_slot": f"{hour} please"})
    assert desk.slots["chosen_slot"] == offered[2]


async def test_another_day_instead_of_a_choice_is_looked_for(desk: Desk):
    await _offer(desk)
    await desk.run(FORM, "friday would be better", filled={"chosen_slot": "friday would be better"})
    assert (desk.slots["chosen_slot"], desk.slots["when"]) == (None, "2026-03-13..2026-03-13 00:00-23:59")


async def test_hours_alone_are_those_of_the_day_that_was_wished_for(desk: Desk):
    await _offer(desk)
    await desk.run(FORM, "friday would be better", filled={"chosen_slot": "friday would be better"})
    await desk.run(FORM, "after 3", filled={"chosen_slot": "after 3"})
    assert desk.slots["when"] == "2026-03-13..2026-03-13 15:00-23:59"
    await desk.run(FORM, "or thursday", filled={"chosen_slot": "or thursday"})
    assert desk.slots["when"] == "2026-03-12..2026-03-12 15:00-23:59"
    await desk.run(FORM, "as soon as possible", filled={"chosen_slot": "as soon as possible"})
    assert desk.slots["when"] == "2026-03-10..2026-05-05 00:00-23:59"


async def test_a_weekday_is_that_of_the_week_that_was_wished_for(desk: Desk):
    await _offer(desk)
    await desk.run(FORM, "next week", filled={"chosen_slot": "next week"})
    await desk.run(FORM, "on thursday", filled={"chosen_slot": "on thursday"})
    assert desk.slots["when"].startswith("2026-03-19..2026-03-19")
    await desk.run(FORM, "tomorrow", filled={"chosen_slot": "tomorrow"})
    assert desk.slots["when"].startswith("2026-03-11..2026-03-11")


@pytest.mark.parametrize("words", ["next week is no good, the week after", "nächste Woche geht nicht, die Woche drauf"])
async def test_the_week_after_is_counted_from_the_week_that_was_named(desk: Desk, words: str):
    await _offer(desk)
    await desk.run(FORM, words, filled={"chosen_slot": words})
    assert desk.slots["when"].startswith("2026-03-23..2026-03-28")


@pytest.mark.parametrize(
    "words",
    [
        "not on tuesday",
        "dienstag geht nicht",
        "pas le mardi",
        "el martes no puedo",
        "martedì non posso",
    ],
)
async def test_a_weekday_that_does_not_suit_is_left_out(desk: Desk, words: str):
    await _offer(desk)
    await desk.run(FORM, words, filled={"chosen_slot": words})
    await desk.run("action_ask_chosen_slot")
    assert desk.slots["when"].endswith("00:00-23:59 !1")
    assert not any("-20260310" in key for key in desk.slots["offered"])


async def test_the_only_day_that_was_wished_for_may_be_taken_back(desk: Desk):
    await _offer(desk)
    await desk.run(FORM, "on thursday", filled={"chosen_slot": "on thursday"})
    await desk.run(FORM, "no, thursday doesn't work", filled={"chosen_slot": "no, thursday doesn't work"})
    assert desk.slots["when"].startswith("2026-03-12..2026-05-05")
    await desk.run("action_ask_chosen_slot")
    assert desk.slots["offered"]
    assert not any("-20260312" in key for key in desk.slots["offered"])


@pytest.mark.parametrize(
    ("words", "first"),
    [("any day after thursday", "2026-03-13"), ("nach donnerstag", "2026-03-13"), ("from thursday", "2026-03-12")],
)
async def test_after_a_day_is_without_it(desk: Desk, words: str, first: str):
    await _offer(desk)
    await desk.run(FORM, words, filled={"chosen_slot": words})
    assert desk.slots["when"].startswith(first)


@pytest.mark.parametrize("words", ["dopo le 10", "after 10", "nach 10 uhr"])
async def test_hours_that_could_be_a_date_keep_the_day(desk: Desk, words: str):
    await _offer(desk)
    await desk.run(FORM, "on thursday", filled={"chosen_slot": "on thursday"})
    await desk.run(FORM, words, filled={"chosen_slot": words})
    assert desk.slots["when"] == "2026-03-12..2026-03-12 10:00-23:59"


async def test_earlier_times_are_looked_for_on_the_day_and_then_before_it(desk: Desk):
    await _offer(desk)
    await desk.run(FORM, "thursday after 3", filled={"chosen_slot": "thursday after 3"})
    await desk.run("action_ask_chosen_slot")
    late = desk.slots["offered"]
    await desk.run(FORM, "tem mais cedo?", filled={"chosen_slot": "tem mais cedo?"})
    await desk.run("action_ask_chosen_slot")
    assert {key[:-4] for key in desk.slots["offered"]} == {"keane-20260312"}
    assert max(desk.slots["offered"]) < min(late)
    await desk.run(FORM, "earlier", filled={"chosen_slot": "earlier"})
    await desk.run("action_ask_chosen_slot")
    assert all("-20260312" not in key for key in desk.slots["offered"])


async def test_where_nothing_is_earlier_it_is_said(desk: Desk):
    await _offer(desk)
    assert await desk.run(FORM, "anything sooner?", filled={"chosen_slot": "sooner"}) == "utter_nothing_earlier"


async def test_a_no_to_all_times_brings_later_ones(desk: Desk):
    offered = await _offer(desk)
    assert await desk.run(FORM, "no", filled={"chosen_slot": "no"}, intent="deny") == ""
    await desk.run("action_ask_chosen_slot")
    assert not set(desk.slots["offered"]) & set(offered)


@pytest.mark.parametrize("typed", ["i dont mind which", "whoever", "any doctor", "egal"])
async def test_whoever_has_no_preference_sees_a_general_practitioner(desk: Desk, typed: str):
    await desk.run(FORM, typed, filled={"department": typed})
    assert desk.slots["department"] == "general practice"


async def test_an_appointment_is_moved_within_its_department(desk: Desk):
    await desk.run("validate_move_form", "the physio one", filled={"appointment": "the physio one"})
    assert desk.slots["department"] == "physiotherapy"


async def test_a_day_where_an_appointment_is_asked_for_is_not_scolded(desk: Desk):
    assert await desk.run("validate_move_form", "on friday", filled={"appointment": "on friday"}) == ""


async def test_a_day_and_then_hours_told_while_the_department_is_asked_for_are_one_wish(desk: Desk):
    await desk.run(FORM, "tomorrow", filled={"when": "tomorrow"})
    await desk.run(FORM, "in the morning", filled={"when": "morning"})
    assert desk.slots["when"] == "2026-03-11..2026-03-11 08:00-12:00"


async def test_a_new_beginning_knows_no_day_of_before(desk: Desk):
    await desk.run(FORM, "tomorrow", filled={"when": "tomorrow"})
    await desk.run("action_begin", "book a skin check")
    await desk.run(FORM, "in the morning", filled={"when": "morning"})
    assert desk.slots["when"] == "2026-03-10..2026-05-05 08:00-12:00"


async def test_later_times_are_offered_to_whom_none_suits(desk: Desk):
    offered = await _offer(desk)
    await desk.run(FORM, "something later", filled={"chosen_slot": "something later"})
    await desk.run("action_ask_chosen_slot")
    assert not set(desk.slots["offered"]) & set(offered)
    assert min(key[-12:-4] for key in desk.slots["offered"]) > max(key[-12:-4] for key in offered)


@pytest.mark.parametrize(
    ("typed", "department"),
    [
        ("the first one", "general practice"),
        ("the fourth", "physiotherapy"),
        ("fysio", "physiotherapy"),
        ("letzte", "skin"),
    ],
)
async def test_a_department_may_be_named_by_its_place_or_as_people_spell_it(desk: Desk, typed: str, department: str):
    await desk.run(FORM, typed, filled={"department": typed})
    assert desk.slots["department"] == department


async def test_a_day_where_a_department_is_asked_for_is_kept_and_not_scolded(desk: Desk):
    said = await desk.run(FORM, "tomorrow afternoon", filled={"department": "tomorrow afternoon", "when": "tomorrow"})
    assert said == ""
    assert desk.slots["when"] == "2026-03-11..2026-03-11 12:00-17:00"


async def test_nothing_is_booked_before_a_yes_and_once_after_it(desk: Desk, practice: SamplePractice):
    [first, *_] = await _offer(desk)
    desk.slots["chosen_slot"] = first
    assert (await desk.run("action_confirm_booking")).endswith("Shall I book it?")
    assert len(await _own(practice)) == 2
    said = await desk.run("action_carry_out")
    assert said.startswith("Booked: FP-3001 · Tuesday 10 March at")
    assert "Please bring" in said
    assert len(await _own(practice)) == 3
    assert desk.slots["confirming"] is None


async def test_a_no_books_nothing(desk: Desk, practice: SamplePractice):
    desk.slots["chosen_slot"] = (await _offer(desk))[0]
    await desk.run("action_confirm_booking")
    assert await desk.run("action_leave_it") == "utter_not_booked"
    assert len(await _own(practice)) == 2


async def test_whoever_was_slower_is_told_and_asked_again(desk: Desk, practice: SamplePractice):
    desk.slots["chosen_slot"] = (await _offer(desk))[0]
    await desk.run("action_confirm_booking")
    ben, slot = await practice.patient(PatientId("ben")), await practice.slot(desk.slots["decided"].split()[1])
    assert ben is not None
    assert slot is not None
    await practice.book(slot, ben)
    assert await desk.run("action_carry_out") == "utter_slot_taken"
    assert desk.follows == ["booking_form"]
    assert len(await _own(practice)) == 2


async def test_second_thoughts_at_the_last_question_are_taken_up(desk: Desk):
    desk.slots["chosen_slot"] = (await _offer(desk))[0]
    await desk.run("action_confirm_booking")
    await desk.run("action_reconsider", "actually friday after 3 would be better")
    assert desk.follows == ["booking_form"]
    assert desk.slots["when"] == "2026-03-13..2026-03-13 15:00-23:59"


@pytest.mark.parametrize(
    ("said", "action"), [("no the second one", "action_leave_it"), ("the 2nd", "action_reconsider")]
)
async def test_another_of_the_offered_times_instead_of_a_yes_is_taken(desk: Desk, said: str, action: str):
    first, second, *_ = await _offer(desk)
    desk.slots["chosen_slot"] = first
    await desk.run("action_confirm_booking")
    assert await desk.run(action, said) == ""
    assert desk.follows == ["booking_form"]
    assert desk.slots["chosen_slot"] == second


async def test_words_that_are_no_answer_to_the_last_question_bring_it_again(desk: Desk):
    desk.slots["chosen_slot"] = (await _offer(desk))[0]
    await desk.run("action_confirm_booking")
    assert await desk.run("action_reconsider", "hmm let me see") == "utter_yes_or_no"
    assert desk.slots["confirming"] is True


async def test_a_visitor_is_booked_by_people(desk: Desk):
    desk.patient = None
    desk.slots["chosen_slot"] = (await _offer(desk))[0]
    await desk.run(FORM, "tom", filled={"contact": "tom"})
    assert desk.slots["contact"] is None
    await desk.run(FORM, "tom doyle 085 1234567", filled={"contact": "tom doyle 085 1234567"})
    await desk.run("action_confirm_booking")
    await desk.run("action_carry_out")
    assert desk.follows == ["action_human_handoff"]
    assert desk.slots["handoff_reason"].startswith("A visitor wants to book Tuesday 10 March at")
    assert desk.slots["handoff_reason"].endswith("tom doyle 085 1234567.")


async def test_own_appointments_are_listed_and_only_own_ones(desk: Desk):
    said = await desk.run("action_my_appointments")
    assert said == (
        "You have booked:\n"
        "• FP-2041 · Friday 13 March at 09:50 with Dr Maeve Corrigan, general practice\n"
        "• FP-2042 · Thursday 19 March at 09:00 with Orla Keane, physiotherapy"
    )
    desk.patient = None
    assert await desk.run("action_my_appointments") == "utter_needs_login"
    await desk.run("action_carry_out")
    assert desk.follows == ["action_human_handoff"]


async def test_whoever_has_no_appointment_is_offered_one(desk: Desk):
    desk.patient = "emi"
    for action in ("action_my_appointments", "action_confirm_move", "action_confirm_cancellation"):
        assert await desk.run(action) == "utter_no_appointments"
        await desk.run("action_carry_out")
        assert desk.follows == ["booking_form"]


async def test_an_appointment_moves_after_a_yes(desk: Desk, practice: SamplePractice):
    await desk.run("action_find_appointment", "move my physio")
    assert (desk.slots["appointment"], desk.slots["department"]) == ("FP-2042", "physiotherapy")
    desk.slots["chosen_slot"] = (await _offer(desk))[0]
    assert "move it to Tuesday 10 March" in await desk.run("action_confirm_move")
    assert (await desk.run("action_carry_out")).startswith("Moved: FP-2042 · Tuesday 10 March")
    assert [one.slot.start.day for one in await _own(practice)] == [10, 13]


async def test_an_appointment_is_cancelled_after_a_yes_and_its_time_is_free_again(desk: Desk, practice: SamplePractice):
    gone = (await _own(practice))[0].slot
    await desk.run("action_find_appointment", "cancel FP-2041", filled={"appointment": "FP-2041"})
    assert (await desk.run("action_confirm_cancellation")).endswith("Shall I cancel it?")
    assert await practice.slot(gone.key) is None
    assert await desk.run("action_carry_out") == "utter_cancelled"
    assert [one.number for one in await _own(practice)] == ["FP-2042"]


async def test_somebody_elses_appointment_is_answered_like_one_that_does_not_exist(desk: Desk):
    answers: list[object] = []
    for number in ("FP-2043", "FP-2999"):
        for form in ("validate_move_form", "validate_cancel_form"):
            said = await desk.run(form, number, filled={"appointment": number})
            answers.append((said, desk.slots["appointment"]))
        desk.slots["appointment"] = number
        answers.append((await desk.run("action_confirm_cancellation"), desk.slots.get("confirming")))
        desk.slots["decided"] = "cancel keane-202603190900"
        answers.append((await desk.run("action_carry_out"), desk.slots.get("confirming")))
    assert answers[:4] == answers[4:]
    assert {said for said, _ in answers} == {"utter_appointment_not_found"}


async def test_the_senders_id_opens_nothing(desk: Desk):
    desk.patient = None  # the sender's id is greta's key
    assert await desk.run("action_my_appointments") == "utter_needs_login"
    assert await desk.run("action_test_results") == "utter_results_need_login"


async def test_of_results_it_is_told_whether_they_are_there_and_never_what_they_say(desk: Desk):
    said = await desk.run("action_test_results")
    assert said == (
        "Your urine test of Monday 9 March is not back yet; we expect it by Thursday 12 March.\n"
        "Your blood test of Wednesday 4 March has been back since Sunday 8 March.\n"
        "utter_results_by_people"
    )


async def test_what_to_bring_is_that_of_the_next_appointment_or_of_what_was_named(desk: Desk):
    assert "FP-2041" in await desk.run("action_what_to_bring")
    desk.slots["department"] = "physio"
    assert "clothes you can move in" in await desk.run("action_what_to_bring")


@pytest.mark.parametrize("asked", ["action_test_results", "utter_sick_note", "utter_waiting_list", "utter_new_patient"])
async def test_a_yes_to_an_offer_has_its_reason_for_the_card(desk: Desk, asked: str):
    desk.slots |= {"symptom": "back pain", "department": "skin"}
    await desk.run("action_note_reason", done=["utter_greet", asked])
    assert str(desk.slots["handoff_reason"]).startswith(("The patient", "Somebody"))
    assert "{" not in desk.slots["handoff_reason"]


async def test_a_new_beginning_forgets_old_wishes_but_not_what_was_just_said(desk: Desk):
    desk.slots = {"when": "old", "department": "skin", "symptom": "rash", "handoff_reason": "kept"}
    await desk.run("action_begin", "book a skin check", entities=[{"entity": "department", "value": "skin"}])
    assert desk.slots == {"when": None, "department": "skin", "symptom": None, "handoff_reason": "kept"}


@pytest.mark.parametrize(
    ("entity", "follows"),
    [("symptom", "symptom_form"), ("department", "booking_form"), ("appointment_number", "action_my_appointments")],
)
async def test_a_fact_out_of_the_blue_is_taken_up(desk: Desk, entity: str, follows: str):
    await desk.run("action_take_up", entities=[{"entity": entity, "value": "x"}])
    assert desk.follows == [follows]


async def test_a_day_after_the_offer_to_find_a_time_for_a_vaccination_is_a_yes(desk: Desk):
    await desk.run("action_take_up", "next week", done=["utter_vaccination", "action_listen"])
    assert desk.follows == ["booking_form"]
    assert desk.slots["department"] == "travel and vaccinations"


async def test_who_names_a_clinician_is_not_asked_for_the_department(desk: Desk):
    desk.slots["clinician"] = "dr corrigan"
    await desk.run("action_begin", "book dr corrigan", entities=[{"entity": "clinician", "value": "dr corrigan"}])
    assert desk.slots["department"] == "general practice"


@pytest.mark.parametrize(("typed", "department"), [("earache", "general practice"), ("my knee", "physiotherapy")])
async def test_a_complaint_names_its_department(desk: Desk, typed: str, department: str):
    await desk.run(FORM, typed, filled={"department": typed})
    assert desk.slots["department"] == department


async def test_a_tooth_is_no_department(desk: Desk):
    assert await desk.run(FORM, "toothache", filled={"department": "toothache"}) == "utter_wrong_department"


async def test_a_day_instead_of_a_yes_to_an_appointment_looks_for_one(desk: Desk):
    desk.slots |= {"confirming": True, "decided": "search skin"}
    await desk.run("action_reconsider", "friday")
    assert desk.follows == ["booking_form"]
    assert (desk.slots["department"], desk.slots["when"]) == ("skin", "2026-03-13..2026-03-13 00:00-23:59")


async def test_a_day_out_of_the_blue_is_taken_for_a_time_to_look_for_after_a_yes(desk: Desk):
    assert await desk.run("action_take_up", "tomorrow morning") == "utter_offer_appointment"
    assert desk.follows == []
    await desk.run("action_carry_out", "yes", intent="affirm")
    assert desk.follows == ["booking_form"]
    assert desk.slots["when"] == "2026-03-11..2026-03-11 08:00-12:00"


async def test_a_day_to_come_counts_before_one_that_is_over(desk: Desk):
    words = "i was there last week and she said come on friday"
    await desk.run(FORM, words, filled={"when": words})
    assert desk.slots["when"].startswith("2026-03-13..2026-03-13")


async def test_a_yes_to_the_only_time_that_was_offered_takes_it(desk: Desk):
    only = (await _offer(desk))[0]
    desk.slots["offered"] = [only]
    await desk.run(FORM, "yea", filled={"chosen_slot": "yea"}, intent="affirm")
    assert desk.slots["chosen_slot"] == only


async def test_a_day_that_is_over_is_asked_back(desk: Desk):
    assert await desk.run("action_take_up", "yesterday") == "utter_please_rephrase"


async def test_the_week_after_is_that_after_the_appointment_to_move(desk: Desk, practice: SamplePractice):
    await desk.run("action_find_appointment", "move my physio to the week after")
    own = next(one for one in await _own(practice) if one.number == desk.slots["appointment"])
    monday = own.slot.start.date() + timedelta(days=7 - own.slot.start.weekday())
    assert desk.slots["when"].startswith(f"{monday}..{monday + timedelta(days=5)}")


async def _offer(desk: Desk) -> list[str]:
    desk.slots |= {"department": "physiotherapy", "when": f"{NOW:%Y-%m-%d}..2026-05-05 00:00-23:59"}
    await desk.run("action_ask_chosen_slot")
    return list(desk.slots["offered"])


async def _own(practice: SamplePractice):
    ada = await practice.patient(PatientId("ada"))
    assert ada is not None
    return await practice.appointments_of(ada)


async def test_free_times_of_one_clinician_are_told_with_buttons_that_book(desk: Desk, practice: SamplePractice):
    said = await desk.run("action_free_slots", "when is dr corrigan free", filled={"clinician": "dr corrigan"})
    free = await practice.free_slots(SlotQuery(NOW.date(), NOW.date().replace(month=4), clinician="corrigan"))
    assert [slot.key for slot in free] == [button["payload"].split('"')[3] for button in desk.buttons]
    assert "Dr Maeve Corrigan" in said
