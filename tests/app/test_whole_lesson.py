"""The whole of learning, on each platform: a case is solved and taught, and the bot answers the next who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot import config
from bot.app import App
from tests.app.product import ROOT, patient
from tests.app.streets import Street, reads, street
from tests.support.patience import until

MUSEUM = ROOT / "tests" / "projects" / "museum"

# training takes seconds of a processor for itself, which a machine that does much else may not have for minutes
pytestmark = pytest.mark.timeout(600)


WORDS = "can you wrap it as a gift\ngift wrapping please\nwrap my present"
ANSWER = "Yes, for two euros."


@pytest.fixture(params=["slack", pytest.param("teams", marks=pytest.mark.slow), "web"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Street]:
    async with AsyncExitStack() as stack:
        side = await street(request.param, stack)
        written = f"assistant: {MUSEUM}\ndata_folder: {tmp_path / 'data'}\nserver: {{port: 0}}\n"
        written += patient()
        written += "platforms:\n" + side.settings()
        if request.param != "web":
            written += "  web: {enabled: false}\n"
        written += f"desks: [{{name: support, {side.desk()}}}]\nlearning: {{quiet_seconds: 0}}\n"
        written += (
            "roles: {may: {review: agent, model: agent}}\nsatisfaction: {ask: false}\nhand_over: {reopen_hours: 0}\n"
        )
        file = tmp_path / "config.yaml"
        file.write_text(written, encoding="utf-8")
        app = App(config.load(file, side.environment()))
        await app.start()
        stack.push_async_callback(app.stop)
        side.open_to(app.addresses[0])
        yield side


async def test_a_solved_case_becomes_an_answer_that_the_bot_gives(desk: Street) -> None:
    thread = await learned(desk)
    before = len(desk.customer_reads())
    desk.customer_says("is gift wrapping possible please")
    await until(lambda: [t for t in desk.customer_reads()[before:] if "two euros" in t])
    await reads(lambda: desk.agent_reads(thread), "lesson 1 of this: a new intent")
    leaked = [t for t in desk.customer_reads() if "Lesson" in t or "gift_wrap" in t]
    assert leaked == []


@pytest.mark.parametrize("desk", ["web"], indirect=True)
async def test_a_rollback_takes_the_answer_along_and_the_book_says_so(desk: Street) -> None:
    await learned(desk)
    desk.agent_says("", "/support model rollback")
    await reads(desk.agent_reads_anywhere, "answers from now on")
    before = len(desk.customer_reads())
    desk.customer_says("is gift wrapping possible please")
    await until(lambda: desk.customer_reads()[before + 1 :])
    assert not any("two euros" in text for text in desk.customer_reads()[before:])
    desk.agent_says("", "/support review list")
    await reads(desk.agent_reads_anywhere, "which does not answer now")


async def learned(desk: Street) -> str:
    """A case is solved, taught, approved and trained; the thread of it."""
    desk.customer_says("can you wrap it as a gift for Ann")
    desk.customer_says("let me talk to a human being please")
    thread = await until(lambda: desk.thread("#1001"))
    desk.agent_says(thread, ANSWER)
    await reads(desk.customer_reads, "two euros")
    await desk.agent_resolves("#1001")
    question = "Could the bot have answered #1001?"
    asked = await until(lambda: next((t for t in desk.agent_reads_anywhere() if question in t), ""))
    await desk.agent_presses(question, "Yes, teach it")
    await desk.agent_fills_in(texts=WORDS, intent="+new", name="Gift wrap", answer=ANSWER)
    await reads(desk.agent_reads_anywhere, "is proposed: 3 messages mean")
    await until(lambda: asked not in desk.agent_reads_anywhere())
    await desk.agent_presses("is proposed: 3 messages mean", "Approve")
    await reads(desk.agent_reads_anywhere, "is approved: 3 messages mean")
    told = await until(
        lambda: next((t for t in desk.agent_reads_anywhere() if "has learned 1 lesson" in t), ""), seconds=400
    )
    assert "gift_wrap" in told
    return thread
