"""The playground over real HTTP and WebSockets: everything is answered, nothing is shown to the wrong person."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.web import WebAdapter, WebSettings
from bot.core.activity import Place, Pressed, Said, Submitted
from bot.core.effects import Body, Button, CaseCard
from bot.core.forms import FieldKind, Form, FormField
from bot.errors import StoreUnavailable
from bot.ports import JournalLine
from tests.adapters.web.scripted import DESK, Journal, SteppingClock, served
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms, picture
from tests.support.patience import PATIENCE, until


@dataclass
class Playground:
    adapter: WebAdapter
    intake: ListIntake
    commands: EchoCommands
    journal: Journal
    address: str
    http: aiohttp.ClientSession
    stack: AsyncExitStack
    forms: ScriptedForms
    people: dict[str, aiohttp.ClientWebSocketResponse] = field(default_factory=dict)

    async def act(self, who: str, status: int = 200, **what: object) -> dict[str, Any]:
        async with self.http.post(f"{self.address}/api/acts", json={"as": who, **what}) as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer

    async def say(self, who: str, channel: str, text: str, **more: object) -> dict[str, Any]:
        return (await self.act(who, do="say", channel=channel, text=text, **more))["message"]

    async def look(self, who: str) -> dict[str, Any]:
        """Open the page as somebody; what they see."""
        ws = await self.stack.enter_async_context(self.http.ws_connect(f"{self.address}/ws?as={who}"))
        self.people[who] = ws
        return await self.next(who)

    async def next(self, who: str) -> dict[str, Any]:
        return json.loads(await self.people[who].receive_str(timeout=PATIENCE))

    async def brought(self, count: int) -> None:
        """Wait until the app was told of so many things."""
        await until(lambda: len(self.intake.taken) >= count)

    async def older(self, who: str, status: int = 200, **where: str) -> dict[str, Any]:
        asked = {"as": who, "channel": "desk", **where}
        async with self.http.get(f"{self.address}/api/older", params=asked) as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer

    async def until(self, who: str, text: str) -> list[dict[str, Any]]:
        """All that comes to somebody up to a message with that text."""
        frames: list[dict[str, Any]] = []
        while not frames or frames[-1].get("message", {}).get("body", {}).get("text") != text:
            frames.append(await self.next(who))
        return frames


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Playground]:
    journal, intake, commands, forms = Journal(), ListIntake(), EchoCommands(), ScriptedForms()
    adapter = WebAdapter(WebSettings(data_folder=tmp_path), SteppingClock(), journal.follow, journal.past)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(served(adapter))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        await adapter.start(intake, commands, forms)
        stack.push_async_callback(adapter.stop)
        yield Playground(adapter, intake, commands, journal, address, http, stack, forms)


async def test_the_page_and_all_its_files_are_served_with_a_policy_that_lets_nothing_else_in(page: Playground) -> None:
    async with page.http.get(page.address) as response:
        html = await response.text()
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    static = Path(__file__).parents[3] / "adapters" / "web" / "static"
    for file in static.iterdir():
        async with page.http.get(f"{page.address}/static/{file.name}") as response:
            assert (response.status, await response.read()) == (200, file.read_bytes())
            assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "http://" not in html.replace("http://www.w3.org", "")


@pytest.mark.parametrize("name", ["..%2fadapter.py", "nothing.js", "%2e%2e%2fadapter.py", ".", "a%00b"])
async def test_no_other_file_is_served(page: Playground, name: str) -> None:
    async with page.http.get(f"{page.address}/static/{name}") as response:
        assert response.status in {400, 404}


async def test_the_room_names_its_people_and_desks(page: Playground) -> None:
    async with page.http.get(f"{page.address}/api/room") as response:
        room = await response.json()
    assert [p["id"] for p in room["customers"]] == ["ada", "ben", "chloe", "dmitri", "emi"]
    assert [p["id"] for p in room["agents"] if p["guest"]] == ["gus"]
    assert room["desks"] == [{"name": "support", "channel": "desk"}]
    assert room["claim_on_reply"] is True


async def test_what_a_customer_says_is_shown_at_once_taken_and_seen_by_nobody_else(page: Playground) -> None:
    view = await page.look("ada")
    assert view["channels"] == ["customer-ada"]
    await page.look("ben")
    await page.look("nora")
    await page.say("ada", "customer-ada", "hello")
    first, second = await page.next("ada"), await page.next("ada")
    assert first["message"]["body"]["text"] == "hello"
    assert (first["message"]["taken"], second["message"]["taken"]) == (False, True)
    await page.say("ben", "customer-ben", "mine")
    assert len(await page.until("ben", "mine")) == 1
    await page.say("nora", "desk", "ours")
    assert len(await page.until("nora", "ours")) == 1


async def test_a_whisper_reaches_one_person_alone_and_can_be_answered_once(page: Playground) -> None:
    for who in ("nora", "sam"):
        await page.look(who)
    root = await page.adapter.post(DESK, Body("root"), key="k1")
    choice = Body("Only Sam's replies…", buttons=(Button("Take over", "take_over", "m9"),))
    await page.adapter.whisper(root.thread, await page.adapter.person("playground", "sam"), choice)
    await page.adapter.post(root.thread, Body("after"), key="k2")
    seen = [f["message"]["body"]["text"] for f in await page.until("nora", "after")]
    assert seen == ["root", "after"]
    whisper = (await page.until("sam", "Only Sam's replies…"))[-1]["message"]
    press = {"do": "press", "message": whisper["id"], "action": "take_over", "value": "m9"}
    assert "no message" in (await page.act("nora", 404, **press))["error"]
    assert (await page.act("sam", **press))["message"]["answered"] == "Take over"
    assert "changed" in (await page.act("sam", 409, **press))["error"]
    await page.brought(1)
    presses = [a.content for a in page.intake.taken if isinstance(a.content, Pressed)]
    assert [(p.action, p.value) for p in presses] == [("take_over", "m9")]


async def test_what_is_pressed_on_a_whisper_at_the_top_is_answered_at_the_top(page: Playground) -> None:
    await page.look("sam")
    review = Body("One lesson waits", buttons=(Button("Approve", "command", "review approve 1"),))
    await page.adapter.whisper(DESK, await page.adapter.person("playground", "sam"), review)
    whisper = (await page.until("sam", "One lesson waits"))[-1]["message"]
    await page.act("sam", do="press", message=whisper["id"], action="command", value="review approve 1")
    await page.brought(1)
    assert page.intake.taken[-1].place == DESK
    await page.adapter.whisper(page.intake.taken[-1].place, page.intake.taken[-1].author, Body("Approved."))
    assert (await page.until("sam", "Approved."))[-1]["message"]["whisper"]


async def test_a_press_on_a_button_that_is_gone_is_refused(page: Playground) -> None:
    posted = await page.adapter.post(DESK, Body("?", buttons=(Button("Claim", "claim"),)), key="k1")
    assert (
        "not there any more"
        in (await page.act("nora", 409, do="press", message=posted.ref.id, action="resolve"))["error"]
    )


async def test_buttons_of_a_card_can_be_pressed_and_links_report_nothing(page: Playground) -> None:
    buttons = (Button("Claim", "claim", "1"), Button("Docs", "docs", url="https://example.com"))
    card = CaseCard(1001, "Ada", "queued", "waiting", "asked", (), (), buttons)
    posted = await page.adapter.post(DESK, Body("case", card=card), key="k1")
    await page.act("nora", do="press", message=posted.ref.id, action="claim", value="1")
    await page.act("nora", 409, do="press", message=posted.ref.id, action="docs")


async def test_repeating_an_act_with_its_nonce_does_it_once(page: Playground) -> None:
    first = await page.say("ada", "customer-ada", "hello", nonce="n1")
    again = await page.say("ada", "customer-ada", "hello", nonce="n1")
    assert first["id"] == again["id"]
    other = await page.say("ada", "customer-ada", "hello", nonce="n2")
    assert other["id"] != first["id"]


async def test_a_press_that_is_repeated_with_its_nonce_is_answered_as_before_whatever_it_changed(
    page: Playground,
) -> None:
    await page.look("sam")
    sam = await page.adapter.person("playground", "sam")
    await page.adapter.whisper(DESK, sam, Body("Whose?", buttons=(Button("Take over", "take_over", "m9"),)))
    whisper = (await page.until("sam", "Whose?"))[-1]["message"]
    press = {"do": "press", "message": whisper["id"], "action": "take_over", "value": "m9", "nonce": "n1"}
    first = await page.act("sam", **press)
    assert (await page.act("sam", **press))["message"] == first["message"]
    case = await page.adapter.post(DESK, Body("case", buttons=(Button("Claim", "claim", "1"),)), key="k1")
    claim = {"do": "press", "message": case.ref.id, "action": "claim", "value": "1", "nonce": "n2"}
    await page.act("nora", **claim)
    await page.adapter.edit(case.ref, Body("claimed"))
    assert (await page.act("nora", **claim))["message"]["body"]["text"] == "claimed"
    await page.brought(2)
    assert len(page.intake.taken) == 2


async def test_people_keep_to_their_own_channels_and_messages(page: Playground) -> None:
    mine = await page.say("ada", "customer-ada", "mine")
    await page.act("ben", 404, do="say", channel="customer-ada", text="hi")
    await page.act("ada", 404, do="say", channel="desk", text="hi")
    await page.act("nora", 404, do="say", channel="customer-ada", text="hi")
    for act in ({"do": "edit", "text": "x"}, {"do": "delete"}, {"do": "react", "emoji": "👍"}):
        await page.act("ben", 404, message=mine["id"], **act)
    await page.act("ada", 404, do="say", channel="customer-ada", thread=mine["id"], text="in a thread")
    note = await page.say("nora", "desk", "ours")
    await page.act("sam", 403, do="edit", message=note["id"], text="x")
    await page.act("sam", 403, do="delete", message=note["id"])
    await page.act("nora", 403, do="open_chat")
    await page.act("nobody", 403, do="open_chat")


async def test_what_was_deleted_can_be_neither_edited_nor_answered_in_a_thread(page: Playground) -> None:
    root = await page.say("nora", "desk", "root")
    await page.act("nora", do="delete", message=root["id"])
    await page.act("nora", 410, do="edit", message=root["id"], text="x")
    await page.act("nora", 410, do="say", channel="desk", thread=root["id"], text="x")
    await page.act("nora", 404, do="say", channel="desk", thread="m999", text="x")
    await page.act("nora", 404, do="react", message="nonsense", emoji="👍")


async def test_a_customer_can_have_another_chat_and_keeps_both(page: Playground) -> None:
    await page.look("ada")
    chat = (await page.act("ada", do="open_chat"))["chat"]
    assert chat["channel"] == "customer-ada-2"
    assert (await page.next("ada"))["chat"] == chat
    await page.say("ada", "customer-ada-2", "other matter")
    await page.until("ada", "other matter")
    await page.brought(1)
    last = next(a for a in reversed(page.intake.taken) if isinstance(a.content, Said))
    assert (last.place.channel, last.direct) == ("customer-ada-2", True)


async def test_a_command_is_answered_to_its_asker_alone(page: Playground) -> None:
    for who in ("nora", "sam"):
        await page.look(who)
    await page.act("nora", do="say", channel="desk", text="/support stats today")
    answer = await page.next("nora")
    assert answer["message"]["whisper"]
    assert answer["message"]["body"]["text"] == "You asked: stats today"
    assert page.commands.asked[0][0].id == "nora"
    await page.say("sam", "desk", "quiet here")
    assert len(await page.until("sam", "quiet here")) == 1
    assert [a.content.text for a in page.intake.taken if isinstance(a.content, Said)] in ([], ["quiet here"])


async def test_a_command_that_takes_a_while_is_said_to_and_its_answer_follows(page: Playground) -> None:
    page.commands.slow, page.commands.gate = True, asyncio.Event()
    await page.look("nora")
    await page.act("nora", do="say", channel="desk", text="/support stats 30d")
    assert (await page.next("nora"))["message"]["body"]["text"] == "That takes a while."
    page.commands.gate.set()
    answer = (await page.next("nora"))["message"]
    assert (answer["body"]["text"], answer["whisper"]) == ("You asked: stats 30d", True)


async def test_a_shared_answer_is_a_message_for_all_with_its_picture(page: Playground) -> None:
    page.commands.attachments = (picture(b"small"),)
    await page.look("sam")
    await page.act("nora", do="say", channel="desk", text="/support stats share")
    message = (await page.next("sam"))["message"]
    assert not message["whisper"]
    assert message["body"]["image"] == "data:image/png;base64,c21hbGw="
    assert message["body"]["alt"] == "Cases a day"


async def test_a_command_that_cannot_be_answered_now_is_a_503_with_a_reason(page: Playground) -> None:
    page.commands.failure = StoreUnavailable("the store is away")
    answer = await page.act("nora", 503, do="say", channel="desk", text="/support stats")
    assert "the store is away" in answer["error"]


async def test_what_the_app_cannot_take_now_waits_in_order_and_is_brought_later(page: Playground) -> None:
    page.intake.away = True
    for n in range(3):
        await page.say("ada", "customer-ada", f"message {n}")
    assert page.intake.taken == []
    page.intake.away = False
    await page.brought(3)
    assert [a.content.text for a in page.intake.taken if isinstance(a.content, Said)] == [
        "message 0",
        "message 1",
        "message 2",
    ]


async def test_decisions_are_shown_at_the_desk_and_to_no_customer(page: Playground) -> None:
    await page.look("nora")
    await page.look("ada")
    page.journal.write(
        JournalLine(5.0, "web|playground|customer-ada|", 1001, "handed_over", "asked", {"reason": "asked"})
    )
    frame = await page.next("nora")
    assert frame["type"] == "happened"
    assert (frame["line"]["channel"], frame["line"]["case"]) == ("customer-ada", 1001)
    await page.say("ada", "customer-ada", "hello")
    assert (await page.next("ada"))["type"] == "message"
    assert [line["kind"] for line in (await page.look("sam"))["happened"]] == ["handed_over"]


async def test_what_happened_to_somebody_forgotten_is_not_shown_any_more(page: Playground) -> None:
    await page.look("nora")
    for kind, who in (("answered", "ada"), ("answered", "ben"), ("handed_over", "ada")):
        page.journal.write(JournalLine(5.0, f"web|playground|customer-{who}|", None, kind, f"{who}'s secret", {}))
        await page.next("nora")
    page.journal.write(JournalLine(9.0, "web|playground|customer-ada|", None, "forgotten", "deleted", {}))
    assert (await page.next("nora"))["gone"] == [1, 3]
    shown = (await page.look("sam"))["happened"]
    assert [(line["kind"], line["text"]) for line in shown] == [("answered", "ben's secret"), ("forgotten", "deleted")]


async def test_a_socket_that_talks_is_told_where_to_and_closed(page: Playground) -> None:
    await page.look("ada")
    await page.people["ada"].send_str("hello")
    closing = await page.people["ada"].receive(timeout=PATIENCE)
    assert closing.type is aiohttp.WSMsgType.CLOSE
    assert closing.data == 1008
    assert "POST /api/acts" in closing.extra


async def test_a_frame_that_is_too_long_closes_the_socket(page: Playground) -> None:
    await page.look("ada")
    await page.people["ada"].send_str("x" * 10_000)
    assert (await page.people["ada"].receive(timeout=PATIENCE)).data == 1009


async def test_a_socket_is_opened_for_people_of_the_room_only(page: Playground) -> None:
    for query in ("", "?as=", "?as=mallory", "?as=warmline"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await page.http.ws_connect(f"{page.address}/ws{query}")
        assert caught.value.status == 403
    async with page.http.get(f"{page.address}/ws?as=ada") as response:
        assert response.status == 426


async def test_another_page_in_the_same_browser_can_neither_act_nor_listen(page: Playground) -> None:
    foreign = {"Origin": "https://evil.example"}
    async with page.http.post(f"{page.address}/api/acts", json={"as": "ada", "do": "open_chat"}, headers=foreign) as r:
        assert r.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await page.http.ws_connect(f"{page.address}/ws?as=ada", headers=foreign)
    assert caught.value.status == 403
    async with page.http.get(page.address, headers={"Host": "rebound.example"}) as response:
        assert response.status == 403


async def test_an_act_in_another_type_or_size_is_refused(page: Playground) -> None:
    url = f"{page.address}/api/acts"
    async with page.http.post(url, data={"as": "ada"}) as response:
        assert response.status == 415
    async with page.http.post(url, data=b"x" * 200_000, headers={"Content-Type": "application/json"}) as response:
        assert response.status == 413
    async with page.http.post(url, data=b"{", headers={"Content-Type": "application/json"}) as response:
        assert (response.status, await response.json()) == (400, {"error": "the body must be JSON in UTF-8"})


async def test_the_longest_message_in_the_widest_letters_is_accepted(page: Playground) -> None:
    text = "🧵" * 10_000
    assert (await page.say("ada", "customer-ada", text))["body"]["text"] == text


async def test_before_start_and_after_stop_the_api_says_that_it_is_not_running(tmp_path: Path) -> None:
    adapter = WebAdapter(WebSettings(data_folder=tmp_path), SteppingClock(), Journal().follow)
    async with served(adapter) as address, aiohttp.ClientSession() as http:
        async with http.get(f"{address}/api/room") as response:
            assert response.status == 503
        await adapter.start(ListIntake(), EchoCommands(), ScriptedForms())
        ws = await http.ws_connect(f"{address}/ws?as=ada")
        await ws.receive_str(timeout=PATIENCE)
        await adapter.stop()
        assert (await ws.receive(timeout=PATIENCE)).data == 1001
        async with http.get(f"{address}/api/room") as response:
            assert response.status == 503


async def test_the_server_stops_at_once_however_many_pages_are_open(tmp_path: Path) -> None:
    adapter = WebAdapter(WebSettings(data_folder=tmp_path), SteppingClock(), Journal().follow)
    async with aiohttp.ClientSession() as http, AsyncExitStack() as server:
        address = await server.enter_async_context(served(adapter))
        await adapter.start(ListIntake(), EchoCommands(), ScriptedForms())
        for who in ("ada", "nora", "sam"):
            await (await http.ws_connect(f"{address}/ws?as={who}")).receive_str(timeout=PATIENCE)
        async with asyncio.timeout(PATIENCE):
            await server.aclose()
    await adapter.stop()


async def test_an_open_case_is_seen_whole_however_much_was_said_in_others(page: Playground) -> None:
    first = await page.adapter.post(DESK, Body("the first case"), key="first")
    await page.adapter.post(first.thread, Body("its first line"), key="first-line")
    other = await page.adapter.post(DESK, Body("another case"), key="other")
    for n in range(350):
        await page.adapter.post(other.thread, Body(f"line {n}"), key=f"line-{n}")
    texts = [m["body"]["text"] for m in (await page.look("nora"))["messages"]]
    assert texts[:3] == ["the first case", "its first line", "another case"]
    assert texts[-1] == "line 349"
    assert len(texts) == 3 + 300


async def test_what_is_older_than_a_page_comes_when_it_is_asked_for_until_there_is_no_more(
    page: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.room_view.PAGE", 5)
    for n in range(1, 10):
        card = CaseCard(n, "Ada", "queued", "waiting", "asked", (), (), ())
        await page.adapter.post(DESK, Body(f"case {n}", card=card) if n != 4 else Body("no case"), key=f"c{n}")
    old = Place(DESK.platform, DESK.tenant, DESK.channel, "m3")
    for n in range(8):
        await page.adapter.post(old, Body(f"line {n}"), key=f"l{n}")
    view = await page.look("nora")
    assert [m["body"]["text"] for m in view["messages"]] == [f"case {n}" for n in range(5, 10)]
    assert view["older"] == [{"channel": "desk", "thread": "", "before": "m5", "left": 4, "cards": 3}]
    shown = await page.older("nora", before="m5")
    assert [m["body"]["text"] for m in shown["messages"]] == [
        *("case 1", "case 2", "case 3", "no case"),
        *(f"line {n}" for n in range(3, 8)),
    ]
    (rest,) = shown["older"]
    assert (rest["thread"], rest["left"]) == ("m3", 3)
    begin = await page.older("nora", thread="m3", before=rest["before"])
    assert ([m["body"]["text"] for m in begin["messages"]], begin["older"]) == (["line 0", "line 1", "line 2"], [])
    whole = await page.older("nora", thread="m3")
    assert whole["messages"][0]["body"]["text"] == "case 3"
    assert whole["older"] == [rest]


async def test_nobody_reads_back_where_they_are_not(page: Playground) -> None:
    said = await page.say("ada", "customer-ada", "hello")
    whisper = await page.adapter.whisper(DESK, await page.adapter.person("playground", "nora"), Body("for you"))
    assert whisper is None
    assert not (await page.older("sam"))["messages"], "nobody else's whisper"
    for who, where in (
        ("ben", {"channel": "customer-ada"}),
        ("nora", {"channel": "customer-ada"}),
        ("ada", {"channel": "desk"}),
        ("nobody", {"channel": "desk"}),
        ("ada", {"channel": "customer-ada", "thread": said["id"]}),
    ):
        assert (await page.older(who, 404, **where))["error"]
    assert "no message's id" in (await page.older("nora", 400, before="'; DROP"))["error"]


async def test_rubbish_on_the_wire_is_never_a_server_error(page: Playground) -> None:
    host, port = page.address.removeprefix("http://").split(":")
    for request in (
        (
            b"POST /api/acts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: 3\r\n\r\n\xff\xff\xff"
        ),
        b"GET /ws?as=%ff%fe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /static/%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: [\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://[\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection(host, int(port), family=socket.AF_INET)
        writer.write(request)
        status = int((await asyncio.wait_for(reader.readline(), PATIENCE)).split()[1])
        assert 400 <= status < 500, request
        writer.close()
        await writer.wait_closed()


async def test_a_form_is_asked_once_however_often_it_is_sent(page: Playground) -> None:
    field = FormField("until", "How long?", FieldKind.TEXT)
    page.forms.forms["snooze"] = Form("snooze", "", "Snooze", "Snooze", (field,))
    posted = await page.adapter.post(DESK, Body("case", buttons=(Button("Snooze", "snooze", "7"),)), key="k1")
    asked = await page.act("nora", do="press", message=posted.ref.id, action="snooze", value="7")
    assert asked["form"]["value"] == "7"
    sent = {"do": "submit", "message": posted.ref.id, "action": "snooze", "value": "7", "nonce": "n1"}
    for _ in range(2):
        await page.act("nora", fields={"until": "2h"}, **sent)
    await page.brought(1)
    assert page.intake.taken[0].content == Submitted(posted.ref, "snooze", "7", (("until", "2h"),))
    assert len(page.intake.taken) == 1
    await page.act("nora", 400, **{**sent, "nonce": "n2"}, fields={"until": 7})
    await page.act("nora", 400, **{**sent, "nonce": "n3"}, fields=[])
    await page.act("nora", 409, **{**sent, "nonce": "n4", "action": "claim"}, fields={})
