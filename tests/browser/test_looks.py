"""The page on every screen and for everybody: phone, dark, contrast, names for what can be pressed."""

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import expect

from bot.core.activity import Person
from bot.core.effects import Body, CaseCard
from tests.adapters.web.scripted import DESK
from tests.browser.conftest import ScriptedScreen

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NORA = Person("web", "playground", "nora", "Nora Lindqvist")

# WCAG 2.2: relative luminance and contrast ratio (1.4.3); 4.5 for text, 3 for large text
CONTRAST = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => (c * top[3] + under[i] * (255 - top[3])) / 255);
  const background = (node) => {
    if (!node) return [255, 255, 255];
    const own = rgba(getComputedStyle(node).backgroundColor);
    return own[3] === 255 ? own.slice(0, 3) : over(own, background(node.parentElement));
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility({ opacityProperty: true })) continue;
    if (node.closest("button:disabled, .unseen, .tools, [aria-hidden=true]")) continue;
    const style = getComputedStyle(node);
    const under = background(node);
    const [a, b] = [luminance(over(rgba(style.color), under)), luminance(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) poor.push(`${walker.currentNode.data.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return poor;
}
"""

UNNAMED = """
() => [...document.querySelectorAll("button, a[href], textarea, input, [role=group], [role=region], section")]
  .filter((node) => node.checkVisibility())
  .filter((node) => {
    const by = (node.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id));
    const text = node.getAttribute("aria-label") ?? by.map((each) => each?.textContent ?? "").join("");
    return !(text || node.textContent.trim() || node.closest("label")?.textContent.trim());
  })
  .map((node) => node.outerHTML.slice(0, 120))
"""

WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def fill(screen: ScriptedScreen) -> None:
    """A screen with everything on it: card, receipt, note, whisper, reactions, decisions."""
    await screen.hand_over()
    await screen.says(screen.desk, "I am looking into it, see [how](https://example.com)")
    await screen.says(screen.desk, "// a note with `code`")
    await screen.is_agent("Sam")
    await screen.says(screen.desk, "me too")
    await expect(screen.desk.get_by_role("button", name="Send once")).to_be_visible()
    await screen.is_customer("Ben")
    await screen.says(screen.customer, "something vague")
    await expect(screen.customer.get_by_role("button", name="Track my order")).to_be_visible()
    await screen.is_customer("Emi")
    await screen.says(screen.customer, "this is the THIRD time I ask, unbelievable!!")
    await expect(screen.desk.get_by_role("navigation").get_by_text("Emi Sato")).to_be_visible()
    await screen.is_customer("Ada")
    await expect(screen.customer.get_by_role("link", name="how")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_all_text_has_enough_contrast(screen: ScriptedScreen, theme: Any) -> None:
    await screen.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    assert await screen.page.evaluate(CONTRAST) == []
    await fill(screen)
    assert await screen.page.evaluate(CONTRAST) == []
    await screen.desk.get_by_role("navigation").get_by_role("button", name=re.compile("Emi")).click()
    await expect(screen.card.get_by_text("Waiting", exact=True)).to_be_visible()
    assert await screen.page.evaluate(CONTRAST) == []


async def test_everything_that_can_be_pressed_has_a_name(screen: ScriptedScreen) -> None:
    await fill(screen)
    assert await screen.page.evaluate(UNNAMED) == []


async def test_everybody_who_can_be_picked_is_named_with_what_waits_for_them(screen: ScriptedScreen) -> None:
    await fill(screen)
    people = screen.desk.get_by_role("group", name="Be this agent").get_by_role("radio")
    names = [await each.evaluate("node => node.getAttribute('aria-label')") for each in await people.all()]
    assert [name.partition(":")[0] for name in names] == ["Nora Lindqvist", "Sam Okafor", "Lea Fontaine", "Gus Peralta"]
    await screen.is_agent("Nora")
    await expect(people.nth(1)).to_have_accessible_name(re.compile("Sam Okafor.*1 unread"))


async def test_the_theme_follows_the_system_until_one_is_chosen_and_the_choice_is_kept(screen: ScriptedScreen) -> None:
    def paper() -> Any:
        return screen.page.evaluate("getComputedStyle(document.body).backgroundColor")

    await screen.page.emulate_media(color_scheme="light")
    light = await paper()
    await screen.page.emulate_media(color_scheme="dark")
    dark = await paper()
    assert light != dark
    await screen.page.get_by_role("button", name="Light or dark").click()
    assert await paper() == light
    await screen.page.reload()
    await expect(screen.page.get_by_role("status")).to_have_text("Live")
    assert await paper() == light


READ = """
(node) => {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const left = (wanted) => {
    walker.currentNode = node;
    while (walker.nextNode()) {
      const at = walker.currentNode.data.indexOf(wanted);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + 1);
      return range.getBoundingClientRect().left;
    }
  };
  return { left, first: left("أ"), order: left("H"), box: node.getBoundingClientRect() };
}
"""


async def test_arabic_is_read_from_the_right_wherever_it_stands(screen: ScriptedScreen) -> None:
    words = "أريد التحدث إلى شخص، رقم الطلب HP-10432! person"
    name = "أحمد بن عبد الله الأنصاري المقيم في مدينة الرياض القديمة"
    await screen.says(screen.customer, words)
    await expect(screen.card).to_be_visible()
    card = CaseCard(1042, name, "queued", tone="waiting", why="asked", evidence=(words,), fields=(), buttons=())
    thread = await screen.app.web.post(DESK, Body("", card=card), key="card")
    await screen.app.web.post(thread.thread, Body(words), key="words")
    await screen.desk.get_by_role("button", name=re.compile("#1042")).click()
    said = [screen.customer.locator(".bubble p"), screen.desk.locator(".message:not(.carded) .bubble p")]
    for place in (*said, screen.desk.locator(".evidence li"), screen.desk.locator(".case-why")):
        read = await place.filter(has_text="HP").first.evaluate(READ)
        assert read["order"] < read["first"], await place.first.evaluate("node => node.outerHTML")
    # of a long name what is cut off is its end, which is on the left
    for place in (screen.desk.locator(".case-title bdi").first, screen.desk.locator("#thread-title bdi")):
        read = await place.evaluate(READ)
        assert read["first"] < read["box"]["right"]
    box = screen.desk.locator("form textarea")
    await box.fill(words)
    assert await box.evaluate("node => getComputedStyle(node).direction") == "rtl"


async def test_nothing_sticks_out_at_any_width(screen: ScriptedScreen) -> None:
    await screen.says(screen.customer, "W" * 400 + " person")
    await expect(screen.card).to_be_attached()
    tabs = screen.page.get_by_role("navigation", name="Panes")
    for width in (320, 390, 700, 900, 1100, 1920):
        await screen.page.set_viewport_size({"width": width, "height": 760})
        for name in ("Customer", "Desk", "What happened"):
            tab = tabs.get_by_role("button", name=name)
            if await tab.is_visible():
                await tab.click()
            assert await screen.page.evaluate(WIDE) <= 0, (width, name)


async def test_on_a_phone_one_pane_is_shown_and_tabs_count_what_waits(screen: ScriptedScreen) -> None:
    await screen.page.set_viewport_size({"width": 390, "height": 780})
    await expect(screen.desk).to_be_hidden()
    await screen.says(screen.customer, "can I talk to a person")
    tabs = screen.page.get_by_role("navigation", name="Panes")
    await expect(tabs.get_by_role("button", name="Desk").get_by_label(re.compile("new"))).to_be_visible()
    await tabs.get_by_role("button", name="Desk").click()
    await expect(screen.customer).to_be_hidden()
    await screen.desk.get_by_role("button", name=re.compile("#1001")).click()
    await screen.card.get_by_role("button", name="Claim").click()
    await screen.says(screen.desk, "hello Ada")
    await screen.desk.get_by_role("button", name="All cases").click()
    await expect(screen.desk.get_by_role("button", name=re.compile("#1001"))).to_be_visible()
    await tabs.get_by_role("button", name="Customer").click()
    await expect(screen.customer.get_by_text("hello Ada")).to_be_visible()


async def test_what_arrives_is_announced_once_and_briefly(screen: ScriptedScreen) -> None:
    await screen.says(screen.customer, "where is my order")
    announcer = screen.page.locator("#announcer")
    await expect(announcer).to_contain_text("To Ada Nwosu: Order HP-10432 is on its way")
    await expect(announcer).to_have_attribute("aria-live", "polite")


async def test_what_comes_together_is_announced_one_after_the_other(screen: ScriptedScreen) -> None:
    await screen.says(screen.customer, "can I talk to a person")
    said = screen.page.locator("#announcer p")
    await expect(said.filter(has_text="New case 1001: Ada Nwosu · order")).to_have_count(1)
    await expect(said.filter(has_text="To Ada Nwosu: I am getting somebody")).to_have_count(1)


async def test_whoever_walks_through_cases_by_keys_hears_which_one_is_open(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    await screen.is_customer("Emi")
    await screen.says(screen.customer, "this is the THIRD time I ask, unbelievable!!")
    await expect(screen.desk.get_by_role("navigation").get_by_text("Emi Sato")).to_be_visible()
    await screen.page.keyboard.press("Escape")
    said = screen.page.locator("#announcer")
    await screen.page.keyboard.press("k")
    await expect(said).to_contain_text("Case 1002, Emi Sato · order, Waiting")
    await screen.page.keyboard.press("j")
    await expect(said).to_contain_text("Case 1001, Ada Nwosu · order, With an agent")


async def test_whoever_a_line_about_the_case_calls_is_named_and_hears_of_it(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    late = Body("The first answer was due 09:15.", mention=NORA, quiet=True)
    thread = await screen.desk.locator(".message.carded").get_attribute("data-id")
    assert thread
    await screen.app.web.post(replace(DESK, thread=thread), late, key="late")
    await expect(screen.desk.get_by_text("@Nora Lindqvist The first answer was due 09:15.")).to_be_visible()
    await expect(screen.page.locator("#announcer")).to_contain_text("You are called: @Nora Lindqvist The first answer")
    await screen.is_agent("Sam")
    await expect(screen.desk.locator(".call")).to_have_text("@Nora Lindqvist")
    await expect(screen.desk.locator(".call.me")).to_have_count(0)
