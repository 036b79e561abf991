"""Microsoft's sign-in takes its time: nobody else waits for it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.app.product import product, train_once
from tests.app.streets import OnSlack, OnTeams, reads, street
from tests.fakes.teams import Human

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


async def test_a_token_that_does_not_come_delays_no_acknowledgement_and_no_other_conversation(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        slack, teams = await street("slack", stack), await street("teams", stack)
        assert isinstance(slack, OnSlack)
        assert isinstance(teams, OnTeams)
        teams.teams.issuer.open.clear()
        quick = teams.settings().replace("{enabled", "{start_seconds: 0.01, token_seconds: 60, enabled")
        written = f"platforms:\n  web: {{enabled: false}}\n{slack.settings()}{quick}"
        written += f"desks: [{{name: support, {slack.desk()}}}]\n"
        app = product(tmp_path, written, slack.environment() | teams.environment())
        await app.start()
        stack.push_async_callback(app.stop)
        for each in (slack, teams):
            each.open_to(app.addresses[0])

        for n in range(12):
            waiting = Human(teams.teams, teams.teams.tenant.add_person(f"Waiting {n}"))
            waiting.says(waiting.chat(), "hello")
        teams.customer_says("hello")
        slack.customer_says("hello")
        await asyncio.gather(slack.slack.courier.settled(), teams.teams.courier.settled())
        await reads(slack.customer_reads, "Harbour")
        assert all("Harbour" not in text for text in teams.customer_reads())
        attempts = [a for d in (*slack.slack.courier.deliveries, *teams.teams.courier.deliveries) for a in d.attempts]
        assert {attempt.status for attempt in attempts} == {200}
        teams.teams.issuer.open.set()
        await reads(teams.customer_reads, "Harbour")
        assert len(teams.teams.issuer.token_requests) == 1
