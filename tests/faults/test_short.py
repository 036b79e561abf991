"""The short laboratory: processes and Redis are killed while people talk, and a person sees nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.laboratory import laboratory
from tests.faults.plan import Plan
from tests.faults.report import Report

SHORT = Plan(
    seed=20_261,
    conversations=10,
    events=90,
    kill_every=2.0,
    redis_kills=2,
    per_second=15.0,
    looks=(0.4, 1.0, 3.0),
    sweep=0.5,
    patience=60.0,
    trouble="scripts",
    repeat=0.03,
    overtaking=0.5,
)


DESK_ON_TEAMS = replace(
    SHORT,
    customers="teams",
    desk="teams",
    conversations=6,
    events=48,
    nodes=2,
    redis_kills=1,
    overtaking=0.0,
    rates=SHORT.rates | {"412": 0.02, "502": 0.02, "504 done": 0.01},
)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("plan", [SHORT, DESK_ON_TEAMS], ids=["slack", "teams"])
async def test_nothing_is_lost_doubled_reordered_or_crossed(plan: Plan) -> None:
    async with laboratory(plan) as lab:
        report = await lab.run()
    assert not report.verdict.violations, told(report)
    assert report.residue == []
    assert report.redis_kills == plan.redis_kills
    assert report.node_kills >= 1
    assert report.acknowledged > 0.7 * report.said


def told(report: Report) -> str:
    """What went wrong and what the product knows of it, whole: such a run may not come again for weeks."""
    journals = [line for customer, lines in report.evidence.items() for line in (f"customer {customer}:", *lines)]
    return "\n".join((str(report.verdict.violations), f"residue: {report.residue}", *journals))
