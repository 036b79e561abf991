"""`python -m tests.faults`: the whole laboratory. Prints its figures and the seed, and fails on any violation."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from dataclasses import replace

from tests.faults.laboratory import Plan, laboratory

_HARD = (
    "429",
    "412",
    "500",
    "500 done",
    "502",
    "503",
    "504 done",
    "reset",
    "reset done",
    "hang done",
    "partial body",
    "504, done later",
)
"""Kinds of fault by name; each platform knows its own."""
_PLATFORMS = ("slack", "teams")


async def _run(plan: Plan) -> bool:
    print(
        f"seed {plan.seed}: {plan.events} events in {plan.conversations} conversations, "
        f"{plan.customers} → {plan.desk}, {plan.nodes} processes"
    )
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
    parser.add_argument("--customers", choices=_PLATFORMS, default="slack", help="where customers are")
    parser.add_argument("--desk", choices=_PLATFORMS, default="slack", help="where the desk is")
    parser.add_argument(
        "--hard", action="store_true", help="every kind of fault that the local platforms know, 2 %% each"
    )
    given = parser.parse_args()
    plan = Plan(given.seed, given.conversations, given.events, per_second=given.per_second)
    plan = replace(plan, customers=given.customers, desk=given.desk)
    if given.hard:
        plan = replace(plan, rates=dict.fromkeys(_HARD, 0.02))
    sys.exit(0 if asyncio.run(_run(plan)) else 1)


if __name__ == "__main__":
    main()
