"""*Reply with…* in the playground, with the product behind it: found by typing, looked at, changed, sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.app.product import train_once
from tests.browser.test_product import playing
from tests.support.understanding import Understanding

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


async def test_a_macro_is_found_by_typing_looked_at_changed_and_sent(browser: Browser, tmp_path: Path) -> None:
    async with playing(browser, tmp_path, processes=Understanding) as screen:
        desk, customer = screen.desk, screen.customer
        await screen.says(customer, "can I talk to a person")
        await expect(screen.card).to_contain_text("#1001")
        for name, text in (("hello", "Hello {customer.first_name}!"), ("late", "It left with {carrier}.")):
            await screen.says(desk, f"/support macro add {name} {text}")
            await expect(desk.get_by_text(f"added the macro ?{name}").first).to_be_visible()
            await desk.get_by_role("navigation", name="Cases").get_by_role("button", name="#1001").click()
        # What the app answers everybody in the thread is nobody's word in the case.
        await screen.says(desk, "/support macro add bye Goodbye!")
        await expect(desk.get_by_text("added the macro ?bye").first).to_be_visible()
        row = desk.get_by_role("navigation", name="Cases").get_by_role("button", name="#1001")
        await expect(row).to_contain_text("can I talk to a person")

        await screen.card.get_by_role("button", name="Reply with…").click()
        window = screen.page.get_by_role("dialog", name="Reply in #1001")
        words, start = window.get_by_label("To Ada Nwosu"), window.get_by_role("combobox", name="Begin with")
        await start.fill("LATE")
        await expect(window.get_by_role("option")).to_have_text([re.compile("late")])
        await start.press("Enter")
        await expect(words).to_have_value("It left with {carrier}.")
        await window.get_by_role("button", name="Send").click()
        await expect(window).to_contain_text("Write what belongs in place of {carrier}.")

        await start.click()
        await window.get_by_role("option", name=re.compile("hello")).click()
        await expect(words).to_have_value("Hello Ada!")
        await start.press("ArrowDown")
        await start.press("Escape")
        await expect(window).to_be_visible()
        await words.fill("Hello Ada, what is it?")
        await words.press("Control+Enter")
        await expect(window).to_have_count(0)
        await expect(customer.get_by_role("article", name=re.compile("Nora.*what is it?"))).to_be_visible()
        assert screen.complaints == []


POST = """act => fetch("/api/acts", {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(act)
}).then(async answer => answer.ok || await answer.text())"""


async def test_the_focus_comes_back_when_a_form_or_a_menu_is_put_away(browser: Browser, tmp_path: Path) -> None:
    async with playing(browser, tmp_path, processes=Understanding) as screen:
        await screen.says(screen.customer, "can I talk to a person")
        await expect(screen.card).to_contain_text("#1001")
        assign = screen.card.get_by_role("button", name="Assign")
        for key in ("Escape", "Enter"):
            await assign.press("Enter")
            dialog = screen.page.get_by_role("dialog")
            await expect(dialog).to_be_visible()
            if key == "Enter":
                await dialog.get_by_role("button", name="Cancel").focus()
            await screen.page.keyboard.press(key)
            await expect(dialog).to_have_count(0)
            await expect(assign).to_be_focused()

        more = screen.card.get_by_label("More", exact=True)
        await more.press("Enter")
        back = screen.card.get_by_role("button", name="Hand back")
        await back.focus()
        act = {"as": "sam", "do": "say", "channel": "desk", "text": "/support claim 1001"}
        assert await screen.page.evaluate(POST, act) is True
        await expect(screen.card.first).to_contain_text("with Sam")
        await expect(back).to_be_focused()
        await screen.page.keyboard.press("Escape")
        await expect(back).to_be_hidden()
        await expect(more).to_be_focused()


async def test_the_focus_stays_at_a_card_that_is_drawn_anew(browser: Browser, tmp_path: Path) -> None:
    async with playing(browser, tmp_path, processes=Understanding) as screen:
        await screen.says(screen.customer, "can I talk to a person")
        await expect(screen.card).to_contain_text("#1001")
        await screen.card.get_by_role("button", name="Claim").press("Enter")
        await expect(screen.card.first).to_contain_text("with Nora")
        await expect(screen.card.first).to_be_focused()
        await screen.card.first.get_by_role("button", name="Resolve").press("Enter")
        window = screen.page.get_by_role("dialog")
        await window.get_by_role("button", name="Resolve").press("Enter")
        await expect(window).to_have_count(0)
        await expect(screen.card.first.get_by_text("Resolved", exact=True)).to_be_visible()
        await expect(screen.card.first.and_(screen.page.locator(":focus-within"))).to_have_count(1)
