"""The playground as people use it: both sides of the page, in a real browser."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route, expect

from adapters.web import WebAdapter, WebSettings
from bot.core.activity import Place
from bot.core.effects import Body, Button, CaseCard
from tests.adapters.web.scripted import Journal, SteppingClock, scripted_playground, served
from tests.browser.conftest import Screen, ScriptedScreen
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms
from tests.support.patience import until
from tests.support.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_newcomer_is_told_what_to_try_and_one_click_tries_it(screen: ScriptedScreen) -> None:
    await expect(screen.desk.get_by_text("Nobody is waiting.")).to_be_visible()
    await screen.customer.get_by_role("button", name="where is my order HP-10432?").click()
    answer = screen.customer.get_by_role("article", name=re.compile("Order HP-10432 is on its way"))
    await expect(answer.get_by_role("link", name="track it")).to_have_attribute("href", "https://example.com/t/1")
    await expect(screen.customer.get_by_role("img", name="Received")).to_be_visible()
    await expect(screen.strip.get_by_text("answered by rule")).to_be_visible()


async def test_guesses_are_buttons_and_pressing_one_is_understood(screen: ScriptedScreen) -> None:
    await screen.says(screen.customer, "something vague")
    await screen.customer.get_by_role("button", name="Track my order").click()
    await expect(screen.customer.get_by_text("You chose guess.")).to_be_visible()
    await expect(screen.customer.get_by_role("button", name="Track my order")).to_have_count(0)


@pytest.mark.parametrize("lets_go", ["on the button", "elsewhere"])
async def test_a_press_counts_although_its_message_changes_under_the_finger(
    screen: ScriptedScreen, lets_go: str
) -> None:
    ada, buttons = Place("web", "playground", "customer-ada"), (Button("Track my order", "guess"),)
    posted = await screen.app.web.post(ada, Body("Which one?", buttons=buttons), key="k-1")
    await screen.customer.get_by_role("button", name="Track my order").hover()
    await screen.page.mouse.down()
    await screen.app.web.edit(posted.ref, Body("Which one, please?", buttons=buttons))
    await screen.app.web.post(ada, Body("Take your time."), key="k-2")
    await expect(screen.customer.get_by_text("Take your time.")).to_be_visible()
    if lets_go == "elsewhere":
        await screen.page.mouse.move(5, 5)
    await screen.page.mouse.up()
    seen = "You chose guess." if lets_go == "on the button" else "Which one, please?"
    await expect(screen.customer.get_by_text(seen)).to_be_visible()


async def test_a_case_goes_to_a_person_and_comes_back(screen: ScriptedScreen) -> None:
    await screen.says(screen.customer, "this is the THIRD time I ask, unbelievable!!")
    card = screen.desk.get_by_role("article", name=re.compile("Case 1001"))
    await expect(card).to_contain_text("The customer is upset.")
    await expect(card.get_by_text("Waiting", exact=True)).to_be_visible()
    await card.get_by_role("button", name="Claim").click()
    await expect(card.get_by_text("With an agent", exact=True)).to_be_visible()
    await screen.says(screen.desk, "I am **very** sorry, Ada")
    await expect(screen.customer.get_by_role("article", name=re.compile("Nora.*very sorry"))).to_be_visible()
    await expect(screen.desk.get_by_text("The customer has it")).to_be_visible()
    await screen.says(screen.desk, "// she is a good customer")
    note = screen.desk.get_by_role("article", name=re.compile("good customer"))
    await expect(note.get_by_text("note", exact=True)).to_be_visible()
    await screen.says(screen.customer, "thank you")
    await expect(screen.desk.get_by_role("article", name=re.compile("Ada Nwosu.*thank you"))).to_be_visible()
    await expect(screen.customer.get_by_text("good customer")).to_have_count(0)
    await screen.card.get_by_role("button", name="Resolve").click()
    await expect(screen.customer.get_by_text("Your case is closed.")).to_be_visible()
    await expect(card.get_by_text("Resolved", exact=True)).to_be_visible()
    assert screen.complaints == []


async def test_another_agents_words_stay_and_that_agent_alone_is_asked_what_to_do(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    await screen.is_agent("Sam")
    await screen.says(screen.desk, "let me try")
    question = screen.desk.get_by_role("article", name=re.compile("Only you see this"))
    for choice in ("Send once", "Take over", "Keep internal"):
        await expect(question.get_by_role("button", name=choice)).to_be_visible()
    await screen.is_agent("Nora")
    await expect(screen.desk.get_by_role("article", name=re.compile("Sam.*let me try"))).to_be_visible()
    await expect(question).to_have_count(0)
    await screen.is_agent("Sam")
    await question.get_by_role("button", name="Keep internal").click()
    await expect(question.get_by_role("button", name="Keep internal")).to_have_count(0)
    await expect(question).to_contain_text("Keep internal")
    await question.get_by_role("button", name="Put away").click()
    await expect(question).to_have_count(0)
    await expect(screen.customer.get_by_text("let me try")).to_have_count(0)


async def test_what_the_card_offers_is_at_hand_when_the_card_is_scrolled_away(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    at_hand = screen.desk.locator(".thread-state").get_by_role("button", name="Resolve")
    for n in range(12):
        await screen.says(screen.desk, f"line {n}")
    await expect(at_hand).to_be_visible()
    await screen.desk.locator(".thread").evaluate("list => list.scrollTo(0, 0)")
    await expect(at_hand).to_be_hidden()
    await screen.desk.locator(".thread").evaluate("list => list.scrollTo(0, list.scrollHeight)")
    await at_hand.click()
    await expect(screen.customer.get_by_text("Your case is closed.")).to_be_visible()


async def test_a_guest_is_told_that_their_words_stay(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    await screen.is_agent("Gus")
    await expect(screen.desk.get_by_text("Guests read along")).to_be_visible()
    await screen.says(screen.desk, "I know her")
    await expect(screen.desk.get_by_role("button", name="Keep internal")).to_be_visible()
    await expect(screen.desk.get_by_role("button", name="Send once")).to_have_count(0)


async def test_the_composer_says_where_words_will_go_before_they_are_sent(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    hint = screen.desk.locator(".hint")
    await expect(hint).to_contain_text("Goes to the customer")
    await screen.desk.get_by_role("button", name="Note").click()
    await expect(hint).to_contain_text("the customer never sees it")
    await screen.desk.get_by_role("button", name="Note").click()
    await expect(hint).to_contain_text("Goes to the customer")
    await screen.desk.locator("form textarea").fill("/support wh")
    await screen.desk.get_by_role("button", name="/support why 1001").click()
    await expect(hint).to_contain_text("Only you will see the answer")
    await screen.desk.locator("form textarea").press("Enter")
    answer = screen.desk.get_by_role("article", name=re.compile("Only you see this.*You asked: why 1001"))
    await expect(answer).to_be_visible()
    await screen.is_agent("Lea")
    await expect(answer).to_have_count(0)


async def test_the_composer_says_when_words_call_a_colleague_or_belong_to_no_case(screen: ScriptedScreen) -> None:
    card = CaseCard(7, "Ada", "assigned", "active", "asked", (), (), ())
    posted = await screen.app.web.post(Place("web", "playground", "desk"), Body("#7", card=card), key="seven")
    hint, box = screen.desk.locator(".hint"), screen.desk.locator("form textarea")
    await expect(hint).to_contain_text("Goes to the customer")
    await box.fill("@Sam is it in stock?")
    await expect(hint).to_contain_text("Calls a colleague")
    for text in ("@Nora that is me", "write to sam@example.com"):
        await box.fill(text)
        await expect(hint).to_contain_text("Goes to the customer")
    await screen.app.web.edit(posted.ref, Body("#7 was forgotten"))
    await expect(hint).to_contain_text("This thread is no case's")


async def test_a_first_case_does_not_take_the_field_from_whoever_is_typing(screen: ScriptedScreen) -> None:
    box = screen.desk.locator("form textarea")
    await box.fill("lunch at one?")
    card = CaseCard(7, "Ada", "queued", "active", "asked", (), (), ())
    await screen.app.web.post(Place("web", "playground", "desk"), Body("#7", card=card), key="seven")
    await expect(screen.desk.get_by_role("navigation", name="Cases")).to_contain_text("#7")
    await expect(box).to_have_value("lunch at one?")


async def test_the_composer_says_that_words_wait_where_a_reply_claims_nothing(screen: ScriptedScreen) -> None:
    async def without_claim(route: Route) -> None:
        found = await (await route.fetch()).json()
        await route.fulfill(json={**found, "claim_on_reply": False})

    await screen.page.route("**/api/room", without_claim)
    await screen.page.reload()
    card = CaseCard(7, "Ada", "queued", "waiting", "asked", (), (), ())
    posted = await screen.app.web.post(Place("web", "playground", "desk"), Body("#7", card=card), key="seven")
    hint = screen.desk.locator(".hint")
    await expect(hint).to_contain_text("Waits until the case is claimed")
    await screen.app.web.edit(posted.ref, Body("#7", card=replace(card, status="assigned", tone="active")))
    await expect(hint).to_contain_text("Goes to the customer")


async def test_the_composer_says_that_words_in_a_case_that_is_over_stay_as_soon_as_it_is(
    screen: ScriptedScreen,
) -> None:
    card = CaseCard(7, "Ada", "assigned", "active", "asked", (), (), ())
    posted = await screen.app.web.post(Place("web", "playground", "desk"), Body("#7", card=card), key="seven")
    hint = screen.desk.locator(".hint")
    await expect(hint).to_contain_text("Goes to the customer")
    for status, said in (("resolved", "This case is closed"), ("moved", "at another desk")):
        ended = Body("#7", card=replace(card, status=status, tone="done"))
        await screen.app.web.edit(posted.ref, ended)
        await expect(hint).to_contain_text(said)
    await expect(screen.desk.get_by_text("Passed on", exact=True).first).to_be_visible()


async def test_messages_are_edited_deleted_and_reacted_to_by_keys_alone(screen: ScriptedScreen) -> None:
    keys = screen.page.keyboard
    await keys.press("c")
    await keys.type("my order is HP-1")
    await keys.press("Shift+Enter")
    await keys.type("please")
    await keys.press("Enter")
    mine = screen.customer.locator("article.mine")
    await expect(mine.locator("br")).to_have_count(1)
    await expect(screen.customer.get_by_text("is on its way")).to_be_visible()
    await keys.press("ArrowUp")
    await expect(screen.customer.get_by_role("textbox", name="Change your message")).to_be_focused()
    await keys.press("Control+a")
    await keys.type("my order is HP-2")
    await keys.press("Enter")
    await expect(mine).to_contain_text("HP-2")
    await expect(mine.get_by_text("edited")).to_be_visible()
    await expect(mine).to_be_focused()
    await keys.press("r")
    await keys.press("Enter")
    await expect(mine.get_by_role("button", name="👍 Ada Nwosu")).to_have_attribute("aria-pressed", "true")
    await mine.focus()
    await keys.press("Delete")
    await keys.press("Delete")
    await expect(mine).to_contain_text("This message was deleted.")

    def seen() -> list[str]:
        return [line.text for line in screen.app.journal.lines if line.kind == "seen"]

    await until(lambda: len(seen()) >= 3)  # the app hears of it after the page
    assert seen() == ["Ada Nwosu: Edited", "Ada Nwosu: Reacted", "Ada Nwosu: Deleted"]


async def test_keys_move_between_cases_and_panes_and_question_mark_lists_them(screen: ScriptedScreen) -> None:
    await screen.says(screen.customer, "can I talk to a person")
    await screen.is_customer("Ben")
    await screen.says(screen.customer, "a person please")
    await expect(screen.desk.get_by_role("button", name=re.compile("#1002 Ben Ortiz"))).to_be_visible()
    await screen.page.keyboard.press("Escape")
    await screen.page.keyboard.press("j")
    await expect(screen.desk.locator("[aria-current=true]")).to_contain_text("#1001")
    await screen.page.keyboard.press("k")
    await expect(screen.desk.locator("[aria-current=true]")).to_contain_text("#1002")
    await screen.page.keyboard.press("d")
    await expect(screen.desk.locator("form textarea")).to_be_focused()
    await screen.page.keyboard.press("Escape")
    await screen.page.keyboard.press("?")
    await expect(screen.page.get_by_role("dialog", name="Keys")).to_be_visible()
    await screen.page.keyboard.press("Escape")
    await screen.page.keyboard.press("w")
    await expect(screen.strip.get_by_role("button", name="What happened")).to_have_attribute("aria-expanded", "false")


async def test_each_customer_has_their_own_chats_and_unread_words_are_counted(screen: ScriptedScreen) -> None:
    await screen.is_customer("Chloé")
    await expect(screen.customer.get_by_text("You are Chloé")).to_be_visible()
    await screen.app.web.post(Place("web", "playground", "customer-ben"), Body("Are you there?"), key="k-ben")
    people = screen.customer.get_by_role("group", name="Be this customer")
    await expect(people.get_by_role("img", name="1 unread")).to_be_visible()
    await screen.is_customer("Ben")
    await expect(screen.customer.get_by_text("Are you there?")).to_be_visible()
    await expect(people.get_by_role("img", name="1 unread")).to_have_count(0)
    await screen.customer.get_by_role("button", name="New chat").click()
    await expect(screen.customer.get_by_role("button", name="Chat 2")).to_have_attribute("aria-pressed", "true")
    await expect(screen.customer.get_by_text("Are you there?")).to_have_count(0)
    await screen.customer.get_by_role("button", name="Chat 1").click()
    await expect(screen.customer.get_by_text("Are you there?")).to_be_visible()


async def test_nothing_that_is_written_becomes_part_of_the_page(screen: ScriptedScreen) -> None:
    hostile = (
        '<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script> [x](javascript:window.hacked=1) '
        '[y](data:text/html,hi) <a href="https://evil.example">z</a> ![p](https://evil.example/p.png) person'
    )
    await screen.says(screen.customer, hostile)
    await expect(screen.desk.get_by_role("article", name=re.compile("Case 1001"))).to_be_visible()
    for pane in (screen.customer, screen.desk):
        await expect(pane.get_by_text("<script>window.hacked=1</script>").first).to_be_visible()
        for made in ("script", "img[src='x']", "[onerror]", "a[href^='javascript']", "a[href^='data']"):
            await expect(pane.locator(f".bubble {made}")).to_have_count(0)
    assert await screen.page.evaluate("window.hacked") is None


async def test_the_page_asks_nobody_but_its_own_server(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    assert {url.split("/")[2] for url in screen.asked} == {screen.address.removeprefix("http://")}
    assert screen.complaints == []


async def test_what_could_not_be_sent_stays_where_it_was_written(screen: ScriptedScreen) -> None:
    await screen.page.route("**/api/acts", lambda route: route.abort())
    box = screen.customer.locator("form textarea")
    await box.fill("do not lose me")
    await box.press("Enter")
    await expect(screen.page.get_by_role("alert")).to_contain_text("Not sent.")
    await expect(box).to_have_value("do not lose me")
    await screen.page.unroute("**/api/acts")
    await box.press("Enter")
    await expect(screen.customer.locator("article.mine")).to_contain_text("do not lose me")


async def test_however_fast_one_writes_all_of_it_arrives_in_order_and_from_who_wrote_it(screen: ScriptedScreen) -> None:
    gate, held = asyncio.Event(), 0

    async def hold(route: Route) -> None:
        nonlocal held
        held += 1
        await gate.wait()
        await route.continue_()

    await screen.page.route("**/api/acts", hold)
    box = screen.customer.locator("form textarea")
    for n in range(5):
        await box.fill(f"line {n} vague")
        await box.press("Enter")
    await screen.is_customer("Ben")
    await expect(screen.customer.get_by_text("You are Ben")).to_be_visible()
    await until(lambda: held)
    assert held == 1
    gate.set()
    await screen.is_customer("Ada")
    await expect(screen.customer.locator("article.mine")).to_have_text([re.compile(f"line {n}") for n in range(5)])


async def test_after_a_restart_the_page_comes_back_by_itself_with_everything(browser: Browser, tmp_path: Path) -> None:
    context = await browser.new_context()
    port = free_port()
    async with scripted_playground(tmp_path, port) as (app, address):
        screen = ScriptedScreen(await context.new_page(), address, app=app)
        await screen.open()
        await screen.says(screen.customer, "where is my order")
        await expect(screen.customer.get_by_text("is on its way")).to_be_visible()
    await expect(screen.page.get_by_role("status")).to_have_text("Connecting…")
    async with scripted_playground(tmp_path, port) as (app, _):
        await expect(screen.page.get_by_role("status")).to_have_text("Live")
        await expect(screen.customer.get_by_text("is on its way")).to_be_visible()
        await app.web.post(Place("web", "playground", "customer-ada"), Body("Back again"), key="k-back")
        await expect(screen.customer.get_by_text("Back again")).to_be_visible()
    await context.close()


async def test_a_desk_on_another_platform_is_said_to_be_there(browser: Browser, tmp_path: Path) -> None:
    adapter = WebAdapter(WebSettings(data_folder=tmp_path, desks={}), SteppingClock(), Journal().follow)
    async with served(adapter) as address:
        await adapter.start(ListIntake(), EchoCommands(), ScriptedForms())
        context = await browser.new_context()
        screen = Screen(await context.new_page(), address)
        await screen.open()
        await expect(screen.desk.get_by_text("The desk is elsewhere.")).to_be_visible()
        await screen.says(screen.customer, "hello")
        assert screen.complaints == []
        await context.close()
        await adapter.stop()


async def test_a_long_thread_follows_its_end_unless_one_reads_above(screen: ScriptedScreen) -> None:
    chat = Place("web", "playground", "customer-ada")
    for n in range(40):
        await screen.app.web.post(chat, Body(f"line {n}"), key=f"k-long-{n}")
    await expect(screen.customer.get_by_text("line 39")).to_be_in_viewport()
    await screen.customer.locator(".thread").evaluate("list => list.scrollTo(0, 0)")
    await expect(screen.customer.get_by_text("line 0", exact=True)).to_be_in_viewport()
    await screen.app.web.post(chat, Body("the newest"), key="k-newest")
    jump = screen.customer.get_by_role("button", name="New messages")
    await expect(jump).to_be_visible()
    await expect(screen.customer.get_by_text("line 0", exact=True)).to_be_in_viewport()
    await jump.click()
    await expect(screen.customer.get_by_text("the newest")).to_be_in_viewport()


async def test_older_cases_and_earlier_messages_are_there_at_a_press(
    screen: ScriptedScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.room_view.PAGE", 30)
    desk, chat = Place("web", "playground", "desk"), Place("web", "playground", "customer-ada")
    for n in range(1, 36):
        card = CaseCard(n, f"Customer {n}", "queued", "waiting", "asked", (), (), ())
        await screen.app.web.post(desk, Body(f"case {n}", card=card), key=f"case-{n}")
        await screen.app.web.post(chat, Body(f"line {n}"), key=f"line-{n}")
    await screen.open("?agent=nora")

    earlier = screen.customer.get_by_role("button", name="Show earlier messages (5)")
    await earlier.scroll_into_view_if_needed()
    sixth = screen.customer.get_by_text("line 6", exact=True)
    await expect(sixth).to_be_in_viewport()
    await earlier.click()
    await expect(screen.customer.get_by_text("line 1", exact=True)).to_be_attached()
    await expect(earlier).to_have_count(0)
    await expect(sixth).to_be_in_viewport()
    await expect(screen.customer.get_by_role("button", name="New messages")).to_be_hidden()

    case = screen.desk.get_by_role("button", name="#3 Customer 3", exact=False)
    await expect(case).to_have_count(0)
    await screen.desk.get_by_role("button", name="Show older cases (5)").click()
    await expect(case).to_have_count(1)
    await expect(screen.desk.get_by_role("button", name="older cases", exact=False)).to_have_count(0)


async def test_a_case_too_old_to_be_shown_comes_back_whole_when_something_happens_in_it(
    screen: ScriptedScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.room_view.PAGE", 5)
    desk = Place("web", "playground", "desk")
    posted = []
    for n in range(1, 8):
        card = CaseCard(n, f"Customer {n}", "queued", "waiting", "asked", (), (), ())
        posted.append(await screen.app.web.post(desk, Body(f"case {n}", card=card), key=f"case-{n}"))
    await screen.app.web.post(posted[0].thread, Body("what was said first"), key="first")
    await screen.open("?agent=nora")
    case = screen.desk.get_by_role("button", name="#1 Customer 1", exact=False)
    await expect(screen.desk.get_by_role("button", name="Show older cases (2)")).to_be_visible()
    await expect(case).to_have_count(0)
    await screen.app.web.post(posted[0].thread, Body("and what is said now"), key="now")
    await case.click()
    await expect(screen.desk.get_by_text("what was said first")).to_be_visible()
    await expect(screen.desk.get_by_text("and what is said now").last).to_be_visible()


async def test_two_clicks_on_what_is_offered_say_it_once_and_open_one_chat(screen: ScriptedScreen) -> None:
    await screen.customer.get_by_role("button", name="where is my order HP-10432?").dblclick()
    await expect(screen.customer.get_by_role("article", name=re.compile("Order HP-10432 is on its way"))).to_have_count(
        1
    )
    await screen.says(screen.customer, "thank you")
    await expect(screen.customer.locator(".message.mine")).to_have_count(2)
    await screen.customer.get_by_role("button", name="New chat").dblclick()
    chats = screen.customer.get_by_role("group", name="Chats")
    await expect(chats.get_by_role("button", name="Chat 2")).to_have_attribute("aria-pressed", "true")
    await expect(chats.get_by_role("button", name="Chat 3")).to_have_count(0)


async def test_ones_own_words_are_seen_however_far_up_one_was_reading(screen: ScriptedScreen) -> None:
    await screen.hand_over()
    for n in range(30):
        await screen.says(screen.customer, f"line {n}")
    await expect(screen.desk.get_by_text("line 29").last).to_be_visible()
    thread = screen.desk.get_by_role("region", name="Thread")
    await thread.evaluate("list => { list.scrollTop = 0 }")
    await expect(screen.desk.locator(".card")).to_be_in_viewport()
    await screen.says(screen.desk, "my answer")
    await expect(screen.desk.get_by_role("article", name=re.compile("Nora.*my answer"))).to_be_in_viewport()


async def test_an_edit_is_said_once_and_a_preview_keeps_words_apart(screen: ScriptedScreen) -> None:
    text = await screen.page.evaluate(
        """async () => {
          const { gist } = await import("/static/message.js");
          return gist({ edited: true, body: { text: "the big one\\nor not\\n*(edited)*" } });
        }"""
    )
    assert text == "the big one or not"
