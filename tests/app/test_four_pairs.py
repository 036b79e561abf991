"""Customers on one platform, the desk on another: the whole loop runs on all pairs, the playground on either side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.app.product import product, train_once
from tests.app.streets import OnTeams, Street, reads, street
from tests.support.patience import until

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


@dataclass
class Pair:
    """Where the customer is, and where the desk is."""

    outside: Street
    inside: Street


@pytest.fixture(
    params=["slack-slack", "slack-teams", "teams-slack", "teams-teams", "web-teams", "slack-web", "web-web"]
)
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        streets: dict[str, Street] = {}
        names = request.param.split("-")
        for name in names:
            if name not in streets:
                streets[name] = await street(name, stack)
        outside, inside = (streets[name] for name in names)
        written = "platforms:\n" + "".join(s.settings() for s in streets.values())
        if "web" not in streets:
            written += "  web: {enabled: false}\n"
        written += f"desks: [{{name: support, {inside.desk()}}}]\n"
        environment = {key: value for s in streets.values() for key, value in s.environment().items()}
        app = product(tmp_path, written, environment)
        await app.start()
        stack.push_async_callback(app.stop)
        for each in streets.values():
            each.open_to(app.addresses[0])
        yield Pair(outside, inside)


async def test_the_whole_loop(pair: Pair) -> None:
    outside, inside = pair.outside, pair.inside
    outside.customer_says("hello")
    await reads(outside.customer_reads, "Harbour")
    outside.customer_says("i want to talk to a human being please")
    await reads(outside.customer_reads, "#1001")
    thread = await until(lambda: inside.thread("#1001"))
    await reads(lambda: inside.agent_reads(thread), "human being")

    inside.agent_says(thread, "// innersecret: a regular")
    inside.agent_says(thread, "Hello Ann, **Bob** here: what is it?")
    await reads(outside.customer_reads, "what is it?")
    if isinstance(inside, OnTeams):
        # where the app may not react, the card says what has arrived
        card = await reads(lambda: inside.agent_reads(""), "has arrived: “Hello Ann")
        assert "what is it?" in card

    said = outside.customer_says("<!channel> my tent is blu")
    await reads(lambda: inside.agent_reads(thread), "my tent is blu")
    outside.customer_edits(said, "<!channel> my tent is blue")
    await reads(lambda: inside.agent_reads(thread), "my tent is blue")

    inside.agent_says(thread, "that cannot be", second=True)
    await inside.agent_presses("Only", "Take over", second=True)
    await reads(outside.customer_reads, "that cannot be")
    inside.agent_says(thread, "not mine any more")

    await inside.agent_resolves("#1001", second=True)
    await reads(outside.customer_reads, "solved")
    outside.customer_says("wait, one more")
    await reads(lambda: inside.agent_reads(thread), "wait, one more")

    seen = "\n".join(outside.customer_reads())
    assert "innersecret" not in seen
    assert "not mine any more" not in seen
    assert seen.count("that cannot be") == 1
