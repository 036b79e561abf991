"""The whole of learning, on each platform: a case is solved and taught, and the bot answers the next who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot import config
from bot.app import App
from tests.app.product import ROOT, until
from tests.app.streets import Street, reads, street

MUSEUM = ROOT / "tests" / "projects" / "museum"

# training takes seconds, and takes a processor for itself
pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("learning")]


@pytest.fixture(params=["slack", "teams", "web"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Street]:
    async with AsyncExitStack() as stack:
        side = await street(request.param, stack)
        written = f"assistant: {MUSEUM}\ndata_folder: {tmp_path / 'data'}\nserver: {{port: 0}}\n"
        written += "platforms:\n" + side.settings()
        if request.param != "web":
            written += "  web: {enabled: false}\n"
        written += f"desks: [{{name: support, {side.desk()}}}]\nlearning: {{quiet_seconds: 0}}\n"
        written += "roles: {may: {review: agent}}\nsatisfaction: {ask: false}\nhand_over: {reopen_hours: 0}\n"
        file = tmp_path / "config.yaml"
        file.write_text(written, encoding="utf-8")
        app = App(config.load(file, side.environment()))
        await app.start()
        stack.push_async_callback(app.stop)
        side.open_to(app.addresses[0])
        yield side


async def test_a_solved_case_becomes_an_answer_that_the_bot_gives(desk: Street) -> None:
    desk.customer_says("can you wrap it as a gift for Ann")
    desk.customer_says("let me talk to a human being please")
    thread = await until(lambda: desk.thread("#1001"))
    desk.agent_says(thread, "Yes, for two euros.")
    await reads(desk.customer_reads, "two euros")
    await desk.agent_resolves("#1001")
    await desk.agent_presses("Could the bot have answered #1001?", "Yes, teach it")
    words = "can you wrap it as a gift\ngift wrapping please\nwrap my present"
    await desk.agent_fills_in(texts=words, intent="+new", name="Gift wrap", answer="Yes, for two euros.")
    await reads(desk.agent_reads_anywhere, "is proposed: 3 messages mean")
    await reads(lambda: desk.agent_reads(thread), "lesson 1 of this: a new intent")

    await desk.agent_presses("is proposed: 3 messages mean", "Approve")
    await reads(desk.agent_reads_anywhere, "is approved: 3 messages mean")
    told = await until(
        lambda: next((t for t in desk.agent_reads_anywhere() if "has learned 1 lesson" in t), ""), seconds=90
    )
    assert "gift_wrap" in told

    before = len(desk.customer_reads())
    desk.customer_says("is gift wrapping possible please")
    await until(lambda: [t for t in desk.customer_reads()[before:] if "two euros" in t])
    leaked = [t for t in desk.customer_reads() if "Lesson" in t or "gift_wrap" in t]
    assert leaked == []
