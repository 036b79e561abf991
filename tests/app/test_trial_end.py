"""A training that ends without a result is told in plain words; only what may be a lesson's fault holds it back."""

from __future__ import annotations

import errno
import json

import pytest

from adapters.rasa.task import Failure, Result, answer_in
from bot.errors import LearningPostponed
from bot.training.trial_end import failure, of_machine


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_lessons_fault_and_says_what_to_do(code: int) -> None:
    found = failure(Failure("[Errno 28] No space left on device: '/data/x'", code), 2, [])
    assert isinstance(found, LearningPostponed)
    assert "no room left on the disk ([Errno 28]" in str(found)
    assert "Make room" in str(found)


def test_a_folder_that_cannot_be_written_is_no_lessons_fault() -> None:
    found = of_machine(errno.EACCES, "[Errno 13] Permission denied: '/data'")
    assert "Permission denied" in str(found)
    assert "See whether the data folder can be written" in str(found)


def test_a_training_that_was_killed_is_no_lessons_fault_and_names_the_likely_reason() -> None:
    found = failure(None, -9, ["training"])
    assert isinstance(found, LearningPostponed)
    assert "signal 9" in str(found)
    assert "too little memory" in str(found)


def test_what_the_trainer_says_of_the_lessons_holds_them() -> None:
    found = failure(Failure("tests/test_stories.yml:1: no such key"), 2, [])
    assert not isinstance(found, LearningPostponed)
    assert str(found) == "the training failed: tests/test_stories.yml:1: no such key"


def test_an_error_that_nobody_expected_holds_them_too_in_one_line() -> None:
    found = failure(None, 1, ["Traceback (most recent call last):", "  File", "ValueError: x"])
    assert not isinstance(found, LearningPostponed)
    assert str(found) == "the training met an error that it did not expect (ValueError: x); the log has all of it"
    assert "it said nothing" in str(failure(None, 1, []))


@pytest.mark.parametrize(
    "answer",
    [Failure("no such key"), Failure("no space", errno.ENOSPC), Result("v1", True, ("a",), {}, {3: "why"})],
)
def test_what_a_trial_prints_last_is_its_answer(answer: Failure | Result) -> None:
    assert answer_in(f"a library's word\n{json.dumps(answer.to_json())}\n") == answer


@pytest.mark.parametrize("printed", ["", "\n", "Killed", "[]", "3", '{"model": "v1"}', '{"failed": "x"}'])
def test_what_is_no_answer_is_none(printed: str) -> None:
    assert answer_in(printed) is None
