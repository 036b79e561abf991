"""The whole product in the playground, as a newcomer would try it: nothing is scripted here."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from nlu.process import NluProcess
from tests.app.product import product, train_once
from tests.browser.conftest import Screen

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    # whichever test of the product comes first waits for the training: minutes, on a machine that does much else
    train_once()


@asynccontextmanager
async def playing(
    browser: Browser, folder: Path, port: int = 0, *, processes: type[NluProcess] = NluProcess
) -> AsyncIterator[Screen]:
    """The product on a port of this machine, and somebody at its page."""
    app = product(folder, f"platforms: {{web: {{port: {port}}}}}\nroles: {{leads: [nora]}}\n", {}, processes=processes)
    await app.start()
    try:
        context = await browser.new_context(viewport={"width": 1360, "height": 860}, reduced_motion="reduce")
        screen = Screen(await context.new_page(), app.addresses[0])
        await screen.open()
        yield screen
        await context.close()
    finally:
        await app.stop()


async def test_the_whole_loop_as_a_newcomer_tries_it(browser: Browser, tmp_path: Path) -> None:
    async with playing(browser, tmp_path) as screen:
        customer, desk = screen.customer, screen.desk
        await customer.get_by_role("button", name="where is my order HP-10432?").click()
        await expect(customer.get_by_role("article", name=re.compile("Warmline.*HP-10432"))).to_be_visible()

        await screen.says(customer, "this is the THIRD time I ask, unbelievable!! you are useless")
        await expect(screen.card).to_contain_text("#1001")
        await expect(screen.card).to_contain_text(re.compile("upset|angry|anger|frustrat", re.IGNORECASE))
        await expect(screen.strip.get_by_text("handed over").first).to_be_visible()

        await screen.says(desk, "I am **very** sorry, Ada. Let me look into it.")
        answer = customer.get_by_role("article", name=re.compile("Nora.*very sorry"))
        await expect(answer).to_be_visible()
        await expect(desk.get_by_text("The customer has it").first).to_be_visible()
        await expect(screen.card.get_by_text("With an agent", exact=True)).to_be_visible()

        await screen.says(desk, "// she is a good customer")
        await screen.is_agent("Sam")
        await screen.says(desk, "let me try")
        question = desk.get_by_role("article", name=re.compile("Only you see this.*replies reach the customer"))
        for choice in ("Send once", "Take over", "Keep internal"):
            await expect(question.get_by_role("button", name=choice)).to_be_visible()
        await question.get_by_role("button", name="Keep internal").click()
        await expect(question).to_contain_text("Keep internal")

        await screen.is_agent("Nora")
        await screen.says(customer, "thank you")
        await expect(desk.get_by_role("article", name=re.compile("Ada Nwosu.*thank you"))).to_be_visible()
        await screen.says(desk, "/support stats")
        await expect(desk.get_by_role("article", name=re.compile("Only you see this.*onversations"))).to_be_visible()

        await screen.card.get_by_role("button", name="Resolve").click()
        window = screen.page.get_by_role("dialog", name=re.compile("Resolve #1001"))
        await window.get_by_label("How did it end?").select_option("Solved")
        await window.get_by_role("button", name="Resolve").click()
        await expect(window).to_have_count(0)
        await expect(screen.card.get_by_text("Resolved", exact=True)).to_be_visible()
        for inside in ("good customer", "let me try"):
            await expect(customer.get_by_text(inside)).to_have_count(0)
        assert screen.complaints == []


async def test_what_the_bot_does_not_understand_gets_guesses_and_then_a_person(
    browser: Browser, tmp_path: Path
) -> None:
    async with playing(browser, tmp_path) as screen:
        await screen.says(screen.customer, "hmm, the thing from last time")
        guesses = screen.customer.get_by_role("group", name="Choices").get_by_role("button")
        await expect(guesses.first).to_be_visible()
        await guesses.last.click()
        await screen.says(screen.customer, "the wobbly zorp of the blue one again")
        await expect(screen.card).to_contain_text("#1001")


async def test_a_restart_of_the_product_changes_nothing_that_people_see(browser: Browser, tmp_path: Path) -> None:
    async with playing(browser, tmp_path) as screen:
        await screen.says(screen.customer, "can I talk to a person")
        await expect(screen.card).to_contain_text("#1001")
    async with playing(browser, tmp_path) as screen:
        await expect(screen.card).to_contain_text("#1001")
        await expect(screen.customer.get_by_text("can I talk to a person")).to_be_visible()
        await screen.says(screen.desk, "I am here")
        await expect(screen.customer.get_by_role("article", name=re.compile("Nora.*I am here"))).to_be_visible()
