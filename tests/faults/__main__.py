"""`python -m tests.faults`: the whole laboratory. Prints its figures and the seed, and fails on any violation."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from dataclasses import replace
from typing import Any

from tests.faults.laboratory import laboratory
from tests.faults.plan import Plan

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

_MODES: dict[str, dict[str, Any]] = {
    "kills": {},
    "store everysec": {"trouble": "store everysec", "redis_kills": 0},
    "store always": {"trouble": "store always", "redis_kills": 0},
    "twice": {"trouble": "scripts", "repeat": 0.03, "kill_every": 4.0},
    "waits": {"waits": True, "kill_every": 4.0},
    "steps": {"deaths": 0.005, "kill_every": 0.0},
    "changes": {"changes": 0.5, "kill_every": 4.0},
    "overtaking": {"overtaking": 3.0, "duplicates": 0.2, "kill_every": 4.0},
    "zombie": {"trouble": "zombie", "kill_every": 0.0, "redis_kills": 0},
    "freeze": {"trouble": "freeze", "kill_every": 4.0, "redis_kills": 0},
    "full": {"trouble": "full", "kill_every": 4.0, "redis_kills": 0},
    "deploy": {"trouble": "deploy", "kill_every": 0.0, "redis_kills": 0},
    "rest": {"trouble": "rest", "kill_every": 0.0, "redis_kills": 0},
    "soak": {
        "kill_every": 20.0,
        "redis_kills": 2,
        "nodes": 2,
        "spared": 1,
        "rates": {"429": 0.0025, "500": 0.0025, "reset done": 0.001},
        "duplicates": 0.01,
    },
    "disk always": {"trouble": "disk always", "kill_every": 4.0, "redis_kills": 0},
    "disk everysec": {"trouble": "disk everysec", "kill_every": 4.0, "redis_kills": 0},
    "failover": {"trouble": "failover", "kill_every": 4.0, "redis_kills": 0, "replicas": 1},
    "failover without wait": {"trouble": "failover", "kill_every": 4.0, "redis_kills": 0, "replicas": 0},
    "tokens": {
        "trouble": "tokens",
        "brief_tokens": True,
        "nodes": 4,
        "kill_every": 0.0,
        "redis_kills": 0,
        "rates": {},
        "customers": "teams",
        "desk": "teams",
    },
}
"""What happens besides faulty platforms; the first is what is asked for by no name."""

_ALONE = {"soak", "failover without wait"}
"""What takes very long, and what shows how much is lost."""


async def _run(mode: str, plan: Plan) -> bool:
    print(
        f"{mode}: seed {plan.seed}: {plan.events} events in {plan.conversations} conversations, "
        f"{plan.customers} → {plan.desk}, {plan.nodes} processes"
    )
    async with laboratory(plan) as lab:
        report = await lab.run()
    for line in report.lines():
        print(line)
    for kind, found in report.verdict.violations.items():
        print(f"{kind}:", *found[:20], sep="\n  ")
    for customer, known in report.evidence.items():
        print(f"what is known of {customer}:", *known, sep="\n  ")
    if report.residue:
        print("left in Redis:", *report.residue[:20], sep="\n  ")
    print(*report.complaints, sep="\n")
    return not report.verdict.violations and not report.residue and not report.complaints


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
    parser.add_argument("--mode", choices=[*_MODES, "all"], default="kills", help="what else happens")
    given = parser.parse_args()
    plan = Plan(given.seed, given.conversations, given.events, per_second=given.per_second)
    plan = replace(plan, customers=given.customers, desk=given.desk)
    if given.hard:
        plan = replace(plan, rates=dict.fromkeys(_HARD, 0.02))
    modes = [mode for mode in _MODES if mode not in _ALONE] if given.mode == "all" else [given.mode]
    good = [asyncio.run(_run(mode, replace(plan, **_MODES[mode]))) for mode in modes]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
