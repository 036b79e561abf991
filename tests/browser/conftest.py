"""A real browser in front of the real page, with the scripted app behind it."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.adapters.web.scripted import ScriptedApp, scripted_playground
from tests.support.patience import PATIENCE

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)

expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Screen:
    """The page as somebody at the screen has it. `complaints` are the browser's own, `asked` all addresses."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def customer(self) -> Locator:
        return self.page.get_by_role("region", name="Customer")

    @property
    def desk(self) -> Locator:
        return self.page.get_by_role("region", name="Desk", exact=True)

    @property
    def card(self) -> Locator:
        return self.desk.get_by_role("article", name="Case ")

    @property
    def strip(self) -> Locator:
        return self.page.get_by_role("region", name="What happened")

    async def open(self, query: str = "") -> None:
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        await self.page.goto(self.address + query)
        await expect(self.page.get_by_role("status")).to_have_text("Live")

    async def says(self, pane: Locator, text: str) -> None:
        box = pane.locator("form textarea")
        await box.fill(text)
        await box.press("Enter")
        await expect(box).to_have_value("")

    async def is_agent(self, name: str) -> None:
        await self.desk.get_by_role("group", name="Be this agent").get_by_text(name, exact=True).locator("..").click()

    async def is_customer(self, name: str) -> None:
        people = self.customer.get_by_role("group", name="Be this customer")
        await people.get_by_text(name, exact=True).locator("..").click()


@dataclass
class ScriptedScreen(Screen):
    """A screen with the scripted app behind it, within reach."""

    app: ScriptedApp = field(default_factory=ScriptedApp)

    async def hand_over(self) -> None:
        """Ada has asked for a person, and Nora has claimed the case."""
        await self.says(self.customer, "this is the THIRD time I ask, unbelievable!!")
        # the last line of the hand-over: a press while lines still come may meet a card that is being drawn anew
        await expect(self.desk.get_by_text("Warmline told the customer that somebody will answer.")).to_be_visible()
        await self.card.get_by_role("button", name="Claim").click()
        await expect(self.customer.get_by_text("Nora Lindqvist is with you now.")).to_be_visible()


def find_chromium() -> str:
    """Where Chromium is. Fails with what to do when it is nowhere."""
    found = subprocess.run([str(Path(__file__).parent / "find.sh")], stdout=subprocess.PIPE, check=False, text=True)
    assert found.returncode == 0, (
        "The browser tests need Chromium on PATH: `make browser` installs it, or `apt-get install chromium`; "
        'leave them out with `pytest -m "not browser"`.'
    )
    return found.stdout.strip()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def screen(browser: Browser, tmp_path: Path) -> AsyncIterator[ScriptedScreen]:
    async with AsyncExitStack() as stack:
        app, address = await stack.enter_async_context(scripted_playground(tmp_path))
        context = await browser.new_context(viewport={"width": 1360, "height": 860}, reduced_motion="reduce")
        screen = ScriptedScreen(await context.new_page(), address, app=app)
        await screen.open()
        yield screen
        await context.close()
