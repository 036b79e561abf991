"""Files in the playground as people send them: by the button, pasted, dropped; seen on the other side."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import FilePayload, Locator, Route, expect

from tests.browser.conftest import ScriptedScreen

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
PICTURE: FilePayload = {"name": "broken tent.png", "mimeType": "image/png", "buffer": PIXEL}
PAPER: FilePayload = {"name": "receipt.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" + bytes(1500)}
GIVE = """(area, [kind, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array([1, 2, 3])], name, {type: "text/plain"}));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
    : new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
  area.dispatchEvent(event);
}"""


async def choose(pane: Locator, *files: FilePayload) -> None:
    async with pane.page.expect_file_chooser() as chooser:
        await pane.get_by_role("button", name="Attach files").click()
    await (await chooser.value).set_files(files)


def tray(pane: Locator) -> Locator:
    return pane.get_by_role("list", name="Files to send")


async def test_a_picture_and_a_paper_cross_to_the_desk_and_back(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    for here, there in ((screen.customer, screen.desk), (screen.desk, screen.customer)):
        await choose(here, PICTURE, PAPER)
        await expect(tray(here).get_by_role("listitem")).to_have_count(2)
        await expect(tray(here).get_by_text("1.5 kB")).to_be_visible()
        await screen.says(here, "here it is")
        await expect(tray(here)).to_be_hidden()
        picture = there.get_by_role("img", name="broken tent.png").last
        await expect(picture).to_be_visible()
        assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
        async with screen.page.expect_download() as download:
            await there.get_by_role("link", name="receipt.pdf").last.click()
        saved = await download.value
        assert saved.suggested_filename == "receipt.pdf"
        assert (await saved.path()).read_bytes() == PAPER["buffer"]
    assert screen.complaints == []


@pytest.mark.parametrize("kind", ["paste", "drop"])
async def test_a_file_is_pasted_or_dropped_and_can_be_left_out_again(screen: ScriptedScreen, kind: str) -> None:
    area = screen.customer.locator("form textarea")
    for name in ("one.txt", "two.txt"):
        await area.evaluate(GIVE, [kind, name])
    await screen.customer.get_by_role("button", name="Do not send one.txt").click()
    await expect(tray(screen.customer).get_by_role("listitem")).to_have_text([re.compile("two.txt.*3 bytes")])
    await area.press("Enter")
    await expect(screen.customer.get_by_role("article", name=re.compile("two.txt"))).to_be_visible()
    await expect(screen.customer.get_by_role("link", name="one.txt")).to_have_count(0)


async def test_a_file_alone_is_sent_with_enter_and_named_in_the_list_of_cases(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    await choose(screen.customer, PAPER)
    await screen.customer.locator("form textarea").press("Enter")
    await expect(screen.desk.get_by_role("navigation", name="Cases")).to_contain_text("receipt.pdf")


async def test_a_thread_at_its_end_stays_there_when_a_picture_grows(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    for n in range(12):
        await screen.says(screen.customer, f"line {n}")
    released = asyncio.Event()

    async def when_released(route: Route) -> None:
        await released.wait()
        await route.continue_()

    large = b"GIF89a" + bytes.fromhex("2c01fa00800000000000ffffff2c00000000010001000002024401003b")
    await screen.page.route("**/files/**", when_released)
    await choose(screen.customer, {"name": "tall.gif", "mimeType": "image/gif", "buffer": large})
    await screen.customer.locator("form textarea").press("Enter")
    picture = screen.desk.get_by_role("img", name="tall.gif")
    await expect(picture).to_be_attached()
    assert await picture.evaluate("image => image.naturalHeight") == 0  # it has no height yet: it will push
    released.set()
    await screen.page.wait_for_function(
        "name => document.querySelector(`#desk img[alt='${name}']`).complete", arg="tall.gif"
    )
    await expect(picture).to_be_in_viewport(ratio=0.9)
    assert await picture.evaluate("image => image.naturalHeight") == 250
    await screen.page.unroute("**/files/**")


async def test_what_is_too_large_is_said_with_what_to_do_and_the_words_stay(screen: ScriptedScreen) -> None:
    await screen.customer.locator("form textarea").fill("look")
    await screen.page.evaluate(
        """() => {
          const data = new DataTransfer();
          const file = new File(["x"], "film.mov");
          Object.defineProperty(file, "size", {value: 250_000_000});
          const area = document.querySelector("#customer textarea");
          const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
          Object.defineProperty(event, "clipboardData", {value: {files: [file]}});
          area.dispatchEvent(event);
        }"""
    )
    complaint = screen.page.get_by_role("alert")
    await expect(complaint).to_contain_text("“film.mov” has 250 MB, and at most 100 MB can be sent.")
    await expect(screen.customer.locator("form textarea")).to_have_value("look")


async def test_words_and_files_that_could_not_be_sent_stay_and_go_once(screen: ScriptedScreen) -> None:
    await choose(screen.customer, PAPER)
    await expect(tray(screen.customer).get_by_text("1.5 kB")).to_be_visible()
    await screen.page.route("**/api/acts", lambda route: route.abort())
    area = screen.customer.locator("form textarea")
    await area.fill("with this")
    await area.press("Enter")
    await expect(screen.page.get_by_role("alert")).to_contain_text("Not sent.")
    await expect(area).to_have_value("with this")
    await expect(tray(screen.customer).get_by_role("listitem")).to_have_count(1)
    await screen.page.unroute("**/api/acts")
    await area.press("Enter")
    await expect(screen.customer.get_by_role("article", name=re.compile("with this.*receipt.pdf"))).to_have_count(1)


async def test_a_file_stays_with_the_chat_that_it_was_attached_in(screen: ScriptedScreen) -> None:
    await choose(screen.customer, PAPER)
    await screen.is_customer("Ben")
    await expect(tray(screen.customer)).to_be_hidden()
    await screen.is_customer("Ada")
    await expect(tray(screen.customer).get_by_role("listitem")).to_have_count(1)
