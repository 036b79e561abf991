"""The page as axe sees it, in every state that people meet: a rule broken in any of them fails.

What axe cannot see (what is announced, where the focus goes, keys) is in the tests beside it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import expect

from bot.core.activity import Person
from bot.core.cases.cards import root_card
from bot.core.conversation import Case, Conversation, HandOver, Reason, Status
from bot.core.effects import Body, Button
from bot.core.forms import FieldKind, Form, FormField
from bot.core.policy import Desk, Policy
from tests.adapters.web.scripted import DESK
from tests.browser.conftest import ScriptedScreen
from tests.fetched.axe import AXE
from tests.fetched.pinned import fetch

pytestmark = [pytest.mark.browser, pytest.mark.axe, pytest.mark.asyncio(loop_scope="session")]

FOUND = """
async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`))
"""

UNNAMED_BUTTON = """
() => {
  const place = document.querySelector("dialog[open] form") ?? document.querySelector("main");
  place.append(document.createElement("button"));
}
"""

POLICY = Policy(desks=(Desk("support", DESK, "Support"), Desk("second", DESK, "Second line")))
NORA = Person("web", "playground", "nora", "Nora Lindqvist")
EMI = Person("web", "playground", "emi", "Emi Sato", "en", "Asia/Tokyo", tier="vip")
CHOICES = tuple((f"c{n}", f"Choice {n}") for n in range(12))
EVERY_FIELD = Form(
    "assign",
    "1042",
    "Give #1042 to somebody",
    "Give",
    (
        FormField("who", "Who", FieldKind.PERSON),
        FormField("why", "Why", FieldKind.CHOICE, options=CHOICES[:3], hint="One of three."),
        FormField("begin", "Begin with", FieldKind.CHOICE, required=False, options=CHOICES, fills="Use it"),
        FormField("title", "Title", FieldKind.TEXT, required=False),
        FormField("words", "Words", FieldKind.LONG_TEXT, hint="As many as you like."),
    ),
)


@dataclass
class Looked:
    """A screen with axe in it, and what it found so far."""

    screen: ScriptedScreen
    found: list[str]

    async def at(self, state: str) -> None:
        self.found += [f"{state}: {each}" for each in await self.screen.page.evaluate(FOUND)]


@asynccontextmanager
async def looking(screen: ScriptedScreen, theme: Any) -> AsyncIterator[Looked]:
    await screen.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await screen.page.evaluate(fetch(AXE).decode())
    looked = Looked(screen, [])
    yield looked
    assert looked.found == []
    # a button without a name is found, or nothing above means anything
    await screen.page.evaluate(UNNAMED_BUTTON)
    await looked.at("planted")
    assert [each.partition(": <")[0] for each in looked.found] == ["planted: button-name"]


async def real_card(screen: ScriptedScreen, status: Status = Status.QUEUED) -> None:
    """A root card as the product draws it, with every button that it can have."""
    why = HandOver(Reason.UPSET, "upset", ("this is the *third* time", "unbelievable"))
    case = Case(1042, "support", why, 1_790_000_000.0)
    chat = Conversation("c", DESK, EMI, 1_790_000_000.0, status=status, case=case, language="en")
    await screen.app.web.post(DESK, root_card(chat, POLICY).body, key="card")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_wrong_with_the_desk(screen: ScriptedScreen, theme: str) -> None:
    page, desk = screen.page, screen.desk
    async with looking(screen, theme) as looked:
        await looked.at("nothing has happened")
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await looked.at("the keys")
        await page.keyboard.press("Escape")

        await screen.hand_over()
        await screen.says(desk, "I am looking into it, see [how](https://example.com) and `this`")
        await screen.says(desk, "// a note")
        await screen.app.web.whisper(DESK, NORA, Body("Only Sam's replies reach Ada:", buttons=(Button("Send", "s"),)))
        await expect(desk.get_by_text("The customer has it")).to_be_visible()
        await looked.at("a case")

        message = desk.get_by_role("article", name=re.compile("I am looking into it"))
        await message.hover()
        await message.get_by_role("button", name="React").click()
        await looked.at("reacting")
        await message.get_by_role("button", name="Edit").click()
        await looked.at("editing")
        await page.keyboard.press("Escape")

        await real_card(screen)
        await desk.get_by_role("button", name=re.compile("#1042")).click()
        await expect(screen.card).to_contain_text("#1042")
        await screen.card.locator("summary").click()
        await looked.at("a card with its menu open")
        screen.app.forms.forms["assign"] = EVERY_FIELD
        screen.app.forms.wrong = (("words", "Write something."),)
        await screen.card.get_by_role("button", name="Assign").click()
        window = page.get_by_role("dialog")
        await expect(window).to_be_visible()
        await looked.at("a form")
        await window.get_by_role("combobox", name="Begin with").click()
        await looked.at("a form with its list open")
        await page.keyboard.press("Escape")
        await window.get_by_label("Who").select_option("Sam Okafor")
        await window.get_by_label("Why").select_option("Choice 1")
        await window.get_by_label("Words").fill("x")
        await window.get_by_role("button", name="Give").click()
        await expect(window).to_contain_text("Write something.")
        await looked.at("a form with a fault")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_wrong_on_a_phone(screen: ScriptedScreen, theme: str) -> None:
    tabs = screen.page.get_by_role("navigation", name="Panes")
    async with looking(screen, theme) as looked:
        await screen.says(screen.customer, "something vague")
        await expect(screen.customer.get_by_role("button", name="Track my order")).to_be_visible()
        await screen.is_customer("Emi")
        await screen.says(screen.customer, "can I talk to a person")
        await real_card(screen, Status.RESOLVED)
        await screen.page.set_viewport_size({"width": 320, "height": 640})
        await looked.at("the customer's chat")
        await tabs.get_by_role("button", name="Desk").click()
        await looked.at("all cases")
        await screen.desk.get_by_role("button", name=re.compile("#1042")).click()
        await looked.at("a case")
        await tabs.get_by_role("button", name="What happened").click()
        await looked.at("what happened")
