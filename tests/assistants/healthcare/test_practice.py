"""The sample practice: nothing in the past, at night or on a Sunday, and no time for two patients."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from assistants.healthcare.actions.practice import (
    Patient,
    PatientId,
    PracticeUnreachableError,
    SlotQuery,
    SlotTakenError,
    VerifiedEmail,
)
from assistants.healthcare.actions.sample_practice import SamplePractice
from assistants.healthcare.actions.wiring import ZONE
from tests.assistants.healthcare.conftest import NOW

PATIENTS = ("ada", "ben", "chloe", "dmitri", "emi", "fintan", "greta")
ALL = SlotQuery(NOW.date() - timedelta(days=30), NOW.date() + timedelta(days=365), limit=100_000)


async def test_free_times_are_ahead_by_day_and_never_on_a_sunday(practice: SamplePractice):
    free = await practice.free_slots(ALL)
    assert len(free) > 500
    assert list(free) == sorted(free, key=lambda slot: (slot.start, slot.clinician.key))
    assert all(NOW < slot.start <= NOW + timedelta(days=57) for slot in free)
    assert all(time(8) <= slot.start.time() and slot.start.weekday() < 6 for slot in free)
    assert all((slot.start + timedelta(minutes=slot.minutes)).time() <= time(19) for slot in free)


async def test_every_department_has_something_within_the_next_week(practice: SamplePractice):
    for department in await practice.departments():
        query = SlotQuery(NOW.date(), NOW.date() + timedelta(days=7), department=department.name)
        assert await practice.free_slots(query), department.name
        assert department.bring


async def test_hours_stay_the_same_when_the_clocks_change(tmp_path: Path):
    practice = SamplePractice(tmp_path, now=lambda: datetime(2026, 3, 28, 9, tzinfo=ZONE))
    free = await practice.free_slots(SlotQuery(date(2026, 3, 28), date(2026, 4, 4), clinician="keane", limit=1000))
    assert {slot.start.utcoffset() for slot in free} == {timedelta(hours=1)}
    assert min(slot.start.time() for slot in free) >= time(8)


async def test_the_sample_stays_fresh_as_days_go_by(tmp_path: Path):
    for later in (0, 1, 6, 100, 300):
        now = NOW + timedelta(days=later)
        practice = SamplePractice(tmp_path, now=lambda now=now: now)
        for key in PATIENTS:
            own = await practice.appointments_of(Patient(key, key))
            assert all(now <= one.slot.start < now + timedelta(days=40) for one in own)
            assert bool(own) == (key != "emi")
    assert list(tmp_path.iterdir()) == []  # reading writes nothing  # noqa: ASYNC240


async def test_a_booked_time_belongs_to_one_patient_however_many_want_it(practice: SamplePractice):
    [slot] = await practice.free_slots(SlotQuery(NOW.date(), NOW.date() + timedelta(days=9), limit=1))
    tries = await asyncio.gather(
        *(practice.book(slot, Patient(key, key)) for key in PATIENTS for _ in range(3)), return_exceptions=True
    )
    booked = {one.number for one in tries if not isinstance(one, BaseException)}
    refused = [one for one in tries if isinstance(one, SlotTakenError)]
    assert (len(booked), len(refused)) == (1, 3 * (len(PATIENTS) - 1))
    owners = [key for key in PATIENTS for one in await practice.appointments_of(Patient(key, key)) if one.slot == slot]
    assert len(owners) == 1


async def test_booking_moving_and_cancelling_twice_changes_nothing_more(practice: SamplePractice):
    ada = Patient("ada", "Ada")
    first, second, *_ = await practice.free_slots(SlotQuery(NOW.date(), NOW.date() + timedelta(days=9)))
    assert await practice.book(first, ada) == await practice.book(first, ada)
    assert await practice.move("FP-3001", second, ada) == await practice.move("FP-3001", second, ada)
    assert await practice.slot(first.key) == first
    assert await practice.cancel("FP-3001", ada) is not None
    assert await practice.cancel("FP-3001", ada) is None


async def test_nobody_moves_or_cancels_what_is_not_theirs(practice: SamplePractice):
    ben = Patient("ben", "Ben")
    [slot] = await practice.free_slots(SlotQuery(NOW.date(), NOW.date() + timedelta(days=9), limit=1))
    for number in ("FP-2041", "FP-9999", "", "' or 1=1 --"):
        assert await practice.move(number, slot, ben) is None
        assert await practice.cancel(number, ben) is None
    assert len(await practice.appointments_of(Patient("ada", "Ada"))) == 2


async def test_two_patients_cannot_move_to_the_same_time(practice: SamplePractice):
    [slot] = await practice.free_slots(SlotQuery(NOW.date(), NOW.date() + timedelta(days=9), limit=1))
    await practice.move("FP-2041", slot, Patient("ada", "Ada"))
    with pytest.raises(SlotTakenError, match="offer other times"):
        await practice.move("FP-2043", slot, Patient("ben", "Ben"))
    assert [one.number for one in await practice.appointments_of(Patient("ben", "Ben"))] == ["FP-2043"]


@pytest.mark.parametrize("identity", [PatientId("ada"), PatientId(" ADA "), VerifiedEmail("Ada@Example.com")])
async def test_a_patient_is_known_by_account_or_address(practice: SamplePractice, identity: PatientId | VerifiedEmail):
    assert await practice.patient(identity) == Patient("ada", "Ada Nwosu")


@pytest.mark.parametrize("value", ["", " ", "%", "nobody", "ada@", "' or '1'='1"])
async def test_no_trick_makes_somebody_a_patient(practice: SamplePractice, value: str):
    assert await practice.patient(PatientId(value)) is None
    assert await practice.patient(VerifiedEmail(value)) is None


@pytest.mark.parametrize(
    ("words", "department"),
    [
        ("phisio", "physiotherapy"),
        ("GP", "general practice"),
        ("Kinderarzt", "children"),
        ("vacuna", "travel and vaccinations"),
        ("dentist", None),
        ("", None),
    ],
)
async def test_departments_are_found_by_any_of_their_names(
    practice: SamplePractice, words: str, department: str | None
):
    assert await practice.department_named(words) == department


async def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path):
    (tmp_path / "booked.sqlite3").write_bytes(b"not a database at all" * 100)
    practice = SamplePractice(tmp_path, now=lambda: NOW)
    with pytest.raises(PracticeUnreachableError, match="delete the file"):
        await practice.free_slots(ALL)


async def test_a_folder_that_cannot_be_made_is_named_with_what_to_do(tmp_path: Path):
    (tmp_path / "a file").touch()
    practice = SamplePractice(tmp_path / "a file" / "folder", now=lambda: NOW)
    slot = (await practice.free_slots(ALL))[0]
    with pytest.raises(PracticeUnreachableError, match="WARMLINE_DATA"):
        await practice.book(slot, Patient("ada", "Ada"))
