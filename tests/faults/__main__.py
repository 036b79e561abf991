"""`python -m tests.faults`: the whole laboratory. Prints its figures and the seed, and fails on any violation."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from dataclasses import replace

from tests.fakes.slack import Fault
from tests.faults.laboratory import Plan, laboratory

_HARD = (
    Fault.THROTTLED,
    Fault.ERROR,
    Fault.ERROR_DONE,
    Fault.UNAVAILABLE,
    Fault.RESET,
    Fault.RESET_DONE,
    Fault.HANG_DONE,
    Fault.PARTIAL,
    Fault.LATE,
)


async def _run(plan: Plan) -> bool:
    print(f"seed {plan.seed}: {plan.events} events in {plan.conversations} conversations, {plan.nodes} processes")
    async with laboratory(plan) as lab:
        report = await lab.run()
    for line in report.lines():
        print(line)
    for kind, found in report.verdict.violations.items():
        print(f"{kind}:", *found[:20], sep="\n  ")
    for customer, journal in report.evidence.items():
        print(f"journal of {customer}:", *journal[-15:], sep="\n  ")
    if report.residue:
        print("left in Redis:", *report.residue[:20], sep="\n  ")
    return not report.verdict.violations and not report.residue


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--per-second", type=float, default=40.0)
    parser.add_argument("--hard", action="store_true", help="every kind of fault that the local Slack knows, 2 %% each")
    given = parser.parse_args()
    plan = Plan(given.seed, given.conversations, given.events, per_second=given.per_second)
    if given.hard:
        plan = replace(plan, rates=dict.fromkeys(_HARD, 0.02))
    sys.exit(0 if asyncio.run(_run(plan)) else 1)


if __name__ == "__main__":
    main()
