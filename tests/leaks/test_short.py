"""Nothing leaks, in short; `make leaks` plays 100,000 steps."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.leaks.judge import Judge, Leak
from tests.leaks.machine import Desk
from tests.leaks.mutants import mutated

SHORT = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def test_nothing_leaks_whatever_people_do() -> None:
    run_state_machine_as_test(Desk, settings=SHORT)


def test_a_desk_in_which_anybody_is_heard_is_noticed() -> None:
    with mutated("anybody in the thread is heard"), pytest.raises((Leak, ExceptionGroup)):
        run_state_machine_as_test(Desk, settings=settings(SHORT, max_examples=1_000))


def test_the_judge_knows_a_note_from_a_reply() -> None:
    judge = Judge()
    judge.queued()
    judge.thread = "t"
    judge.says("m1", "nora", "‹1›", note=False, thread="t", claims=True)
    judge.says("m2", "nora", "‹2›", note=True, thread="t", claims=True)
    judge.sees("hello ‹1›", as_agent=True)
    for text in ("hello ‹2›", "hello ‹3›"):
        with pytest.raises(Leak):
            judge.sees(text, as_agent=True)
    with pytest.raises(Leak):
        judge.sees("the bot says ‹1›", as_agent=False)
