"""A tiny app behind the playground: enough of the product's manners to drive the page, decided by a few words.

It stands in for intake, core and outbox at once, and keeps to the adapter's contract as they do.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from adapters.web import WebAdapter, WebSettings
from bot.core.activity import Activity, File, Person, Place, Pressed, Ref, Said
from bot.core.effects import Body, Button, ButtonStyle, CardField, CaseCard, Voice
from bot.engine.sending.transfers import Transfer
from bot.ports import JournalLine, Posted
from tests.contract.doubles import EchoCommands, ScriptedForms

DESK = Place("web", "playground", "desk")


class SteppingClock:
    """Every look at it is a second later than the one before."""

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now = start

    def now(self) -> float:
        self._now += 1
        return self._now


class Journal:
    """Facts to be followed; every follower gets what comes after it began."""

    def __init__(self) -> None:
        self._followers: list[asyncio.Queue[JournalLine]] = []
        self.lines: list[JournalLine] = []

    def write(self, line: JournalLine) -> None:
        self.lines.append(line)
        for queue in self._followers:
            queue.put_nowait(line)

    async def follow(self) -> AsyncIterator[JournalLine]:
        queue: asyncio.Queue[JournalLine] = asyncio.Queue()
        self._followers.append(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._followers.remove(queue)

    async def past(self, conversation: str) -> list[JournalLine]:
        return [line for line in self.lines if line.conversation == conversation]


@dataclass
class Case:
    chat: Place
    customer: Person
    number: int
    root: Posted
    status: str = "queued"
    assignee: str = ""


class ScriptedApp:
    """Hands over when it reads `person` or `THIRD`, guesses when it reads `vague`, else answers."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.adapter: WebAdapter | None = None
        self.forms = ScriptedForms()
        self._cases: dict[str, Case] = {}
        self._seen: set[str] = set()
        self._keys = 0

    @property
    def web(self) -> WebAdapter:
        assert self.adapter is not None
        return self.adapter

    async def take(self, activity: Activity) -> bool:
        if activity.id in self._seen:
            return False
        self._seen.add(activity.id)
        match activity.content:
            case Said(_, text, files) if activity.direct:
                await self._customer_said(activity, text, files)
            case Said(ref, text, files):
                await self._agent_said(activity, ref, text, files)
            case Pressed(ref, action) if activity.direct:
                await self.web.edit(ref, Body(f"You chose {action}."))
            case Pressed(_, action):
                await self._agent_pressed(activity, action)
            case _:
                self._note(activity, "seen", f"{activity.author.label}: {type(activity.content).__name__}")
        return True

    async def _post(self, to: Place, body: Body) -> Posted:
        self._keys += 1
        return await self.web.post(to, body, key=f"key{self._keys}")

    def _note(self, activity: Activity, kind: str, text: str, case: int | None = None) -> None:
        chat = activity.place.key if activity.direct else ""
        self.journal.write(JournalLine(activity.at, chat, case, kind, text, {"intent": "track_order"}))

    def _case_of(self, place: Place) -> Case | None:
        return next((c for c in self._cases.values() if place in (c.chat, c.root.thread)), None)

    async def _pass_on(self, to: Place, text: str, files: tuple[File, ...], voice: Voice) -> None:
        if text:
            await self._post(to, Body(text, voice=voice))
        for file in files:
            self._keys += 1
            source = Transfer(self.web, file, 10**9)
            await self.web.post_file(to, Body("", voice=voice), source, key=f"key{self._keys}")

    async def _customer_said(self, activity: Activity, text: str, files: tuple[File, ...]) -> None:
        case = self._case_of(activity.place)
        name = Voice(activity.author.label)
        if case:
            await self._pass_on(case.root.thread, text, files, name)
            return
        if "person" in text or "THIRD" in text:
            await self._hand_over(activity, text)
        elif "vague" in text:
            guesses = tuple(Button(label, "guess", label) for label in ("Track my order", "Return something"))
            self._note(activity, "unsure", "Two meanings were nearly as likely; offered both")
            await self._post(activity.place, Body("I am not sure. Did you mean:", buttons=guesses))
        else:
            self._note(activity, "answered", "Understood *track order* (0.94) and answered by rule")
            await self._post(
                activity.place,
                Body("Order **HP-10432** is on its way:\n\n- packed on Monday\n- [track it](https://example.com/t/1)"),
            )

    async def _hand_over(self, activity: Activity, text: str) -> None:
        number = 1001 + len(self._cases)
        why = "The customer is upset." if "THIRD" in text else "The customer asked for a person."
        root = await self._post(DESK, self._card(number, activity.author, why, text, "queued", ""))
        self._cases[str(number)] = Case(activity.place, activity.author, number, root)
        self._note(activity, "handed_over", f"{why} *{text}*", number)
        await self._post(root.thread, Body(text, voice=Voice(activity.author.label)))
        await self._post(root.thread, Body("Warmline told the customer that somebody will answer.", quiet=True))
        await self._post(activity.place, Body("I am getting somebody from our team. They can read what you wrote."))

    def _card(self, number: int, customer: Person, why: str, text: str, status: str, assignee: str) -> Body:
        done = status == "resolved"
        buttons = [] if done else [Button("Resolve", "resolve"), Button("Hand back", "hand_back")]
        if status == "queued":
            buttons.insert(0, Button("Claim", "claim", style=ButtonStyle.PRIMARY))
        card = CaseCard(
            number=number,
            title=f"{customer.label} · order",
            status=status,
            tone={"queued": "waiting", "assigned": "active"}.get(status, "done"),
            why=why,
            evidence=(text[:60],),
            fields=(
                CardField("Customer", f"{customer.label} ({customer.timezone})"),
                CardField("Wants", "track order · HP-10432"),
                CardField("Assignee", assignee or "nobody yet"),
                CardField("Next answer due", "in 5 minutes"),
            ),
            buttons=tuple(buttons),
        )
        return Body(f"Case {number}: {why}", card=card)

    async def _agent_said(self, activity: Activity, ref: Ref, text: str, files: tuple[File, ...]) -> None:
        case = self._case_of(activity.place)
        if case is None or text.startswith(("//", "note:")):
            return
        me = activity.author
        if me.is_guest or case.assignee not in ("", me.id):
            choices = [Button("Keep internal", "keep")]
            if not me.is_guest:
                choices = [Button("Send once", "send_once", ref.id), Button("Take over", "take_over", ref.id), *choices]
            await self.web.whisper(
                activity.place, me, Body("Only the assignee's replies reach the customer:", buttons=tuple(choices))
            )
            return
        if not case.assignee:
            await self._claim(case, me)
        await self._pass_on(case.chat, text, files, Voice(me.label))
        await self.web.react(ref, "✅", added=True)

    async def _claim(self, case: Case, who: Person) -> None:
        case.assignee, case.status = who.id, "assigned"
        await self._redraw(case, who.label)
        await self._post(case.root.thread, Body(f"{who.label} claimed the case.", quiet=True))
        await self._post(case.chat, Body(f"{who.label} is with you now.", quiet=True))

    async def _redraw(self, case: Case, assignee: str) -> None:
        body = self._card(case.number, case.customer, "Asked for a person.", "person", case.status, assignee)
        await self.web.edit(case.root.ref, body)

    async def _agent_pressed(self, activity: Activity, action: str) -> None:
        case = self._case_of(activity.place)
        assert case is not None
        if action == "claim":
            await self._claim(case, activity.author)
        elif action == "resolve":
            case.status = "resolved"
            await self._redraw(case, activity.author.label)
            del self._cases[str(case.number)]
            await self._post(case.chat, Body("Your case is closed. Write again at any time.", quiet=True))


@asynccontextmanager
async def served(adapter: WebAdapter, port: int = 0) -> AsyncIterator[str]:
    """The adapter's page on a port of this machine, or on a free one; gives its address."""
    app = web.Application()
    adapter.mount(app)
    runner = web.AppRunner(app, shutdown_timeout=30)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def scripted_playground(folder: Path, port: int = 0) -> AsyncIterator[tuple[ScriptedApp, str]]:
    """The whole playground with the scripted app behind it."""
    app = ScriptedApp()
    adapter = WebAdapter(WebSettings(data_folder=folder), SteppingClock(), app.journal.follow, app.journal.past)
    app.adapter = adapter
    async with served(adapter, port) as address:
        await adapter.start(app, EchoCommands(), app.forms)
        try:
            yield app, address
        finally:
            await adapter.stop()
