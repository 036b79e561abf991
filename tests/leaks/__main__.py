"""`make leaks`: 100,000 random steps, and then the same judge on a product with one thing wrong, many times."""

from __future__ import annotations

import argparse
import sys
import time

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.leaks.judge import Leak
from tests.leaks.machine import TALLY, Desk
from tests.leaks.mutants import MUTANTS, mutated

_EXAMPLES = 100
_TRIES = 40


def _play(examples: int, *, phases: tuple[Phase, ...] = (Phase.generate, Phase.shrink)) -> None:
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=60,
            deadline=None,
            database=None,
            phases=phases,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _leaks(steps: int) -> int:
    """Play until so many steps were taken; how many leaks there were."""
    began = time.monotonic()
    while TALLY.steps < steps:
        try:
            _play(_EXAMPLES)
        except Leak as leak:
            print(f"LEAK: {leak}", file=sys.stderr)
            return 1
        print(f"  {TALLY.steps} steps, {time.monotonic() - began:.0f} s", file=sys.stderr)
    return 0


def _is_noticed(name: str) -> bool:
    with mutated(name):
        for _ in range(_TRIES):
            try:
                _play(_EXAMPLES, phases=(Phase.generate,))
            except Leak:
                return True
            except ExceptionGroup as several:
                if several.split(Leak)[0] is not None:
                    return True
            except AssertionError:
                # Only a leak counts: a product that stumbles over the mistake proves nothing. It is played again.
                continue
    return False


def main() -> int:
    """Play, and say what came of it; 1 when anything leaked or a mistake went unnoticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.leaks", description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--mutants", action="store_true", help="only see that mistakes are noticed")
    given = parser.parse_args()
    leaks = 0 if given.mutants else _leaks(given.steps)
    if not given.mutants:
        print(
            f"{TALLY.steps} steps: {TALLY.written} messages written in the desks, {TALLY.relayed} relayed, "
            f"{TALLY.kept} kept inside, {TALLY.withheld} withheld at the last moment, {TALLY.merged} doubles merged, "
            f"{leaks} leaks"
        )
    missed = [name for name in MUTANTS if not _is_noticed(name)]
    print(
        f"{len(MUTANTS) - len(missed)} of {len(MUTANTS)} mistakes noticed" + "".join(f"\n  missed: {m}" for m in missed)
    )
    return 1 if leaks or missed else 0


if __name__ == "__main__":
    sys.exit(main())
