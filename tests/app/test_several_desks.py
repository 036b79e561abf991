"""Several desks on several platforms: cases go where they belong, and one desk serves customers of both at once."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.app.product import SHOP, product, train_once
from tests.app.streets import OnSlack, OnTeams, reads, street
from tests.support.patience import until

pytestmark = pytest.mark.timeout(600)


@dataclass
class Company:
    """Support is served on Slack, complaints on Teams; customers are on both."""

    slack: OnSlack
    teams: OnTeams


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    shop = tmp_path / "ecommerce"
    shutil.copytree(SHOP, shop)
    with (shop / "escalation.yml").open("a", encoding="utf-8") as policy:
        policy.write("\ndesks:\n  complaint: complaints\n")
    async with AsyncExitStack() as stack:
        slack, teams = await street("slack", stack), await street("teams", stack)
        assert isinstance(slack, OnSlack)
        assert isinstance(teams, OnTeams)
        written = "platforms:\n  web: {enabled: false}\n" + slack.settings() + teams.settings()
        written += f"desks: [{{name: support, {slack.desk()}}}, {{name: complaints, {teams.desk()}}}]\n"
        app = product(tmp_path, written, slack.environment() | teams.environment(), assistant=shop)
        await app.start()
        stack.push_async_callback(app.stop)
        for each in (slack, teams):
            each.open_to(app.addresses[0])
        yield Company(slack, teams)


async def test_cases_go_to_the_desk_that_they_belong_to_and_a_desk_serves_customers_of_both(company: Company) -> None:
    slack, teams = company.slack, company.teams
    slack.customer_says("I want to make a complaint about your company")
    complaint = await until(lambda: teams.thread("#1001"))
    await reads(lambda: teams.agent_reads(complaint), "complaint")
    teams.customer_says("i want to talk to a human being please")
    support = await until(lambda: slack.thread("#1002"))
    await reads(lambda: slack.agent_reads(support), "human being")
    assert not slack.thread("#1001")
    assert not teams.thread("#1002")

    teams.agent_says(complaint, "we are sorry, this is the complaints desk")
    slack.agent_says(support, "hello, this is the support desk")
    await reads(slack.customer_reads, "complaints desk")
    await reads(teams.customer_reads, "support desk")

    await teams.agent_resolves("#1001")
    await reads(slack.customer_reads, "solved")
    cal = slack.newcomer("Cal")
    cal.says(cal.chat_with(slack.app), "i want to talk to a human being please")
    second = await until(lambda: slack.thread("#1003"))
    slack.agent_says(second, "and hello to you on slack")
    await reads(lambda: cal.reads(cal.chat_with(slack.app)), "to you on slack")
    assert "to you on slack" not in "".join(slack.customer_reads() + teams.customer_reads())


async def test_a_case_is_transferred_from_behind_the_menu_of_its_card_on_either_platform(company: Company) -> None:
    slack, teams = company.slack, company.teams
    slack.customer_says("I want to make a complaint about your company")
    await until(lambda: teams.thread("#1001"))
    await teams.agent_presses("#1001", "Transfer to another desk")
    await until(lambda: teams.bob.form)
    await teams.bob.fills_in({"desk": "support", "note": "she means a parcel"})
    there = await until(lambda: slack.thread("#1001"))
    await reads(lambda: slack.agent_reads(there), "she means a parcel")

    await slack.agent_presses("#1001", "Transfer to another desk")
    await until(lambda: slack.slack.modals.get(slack.bob.id))
    await slack.bob.fills_in(slack.app, {"desk": "complaints", "note": "no, the company"})
    await reads(teams.agent_reads_anywhere, "no, the company")
