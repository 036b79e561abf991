"""The playground as a `bot.ports.ChatAdapter`: posts into the room, reports what people do in it.

Never decides anything, and never says a word of its own to anybody.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, TypeVar

import structlog
from aiohttp import web

from adapters.web.feed import Feed
from adapters.web.inbound import MAX_TEXT, Ask, Choose, Fill, Press
from adapters.web.live import LiveRoom
from adapters.web.outbound import body_payload
from adapters.web.pump import Pump
from adapters.web.room_file import RoomUnavailable
from adapters.web.room_rows import Message, Rejected
from adapters.web.routes import Page
from adapters.web.settings import PLATFORM, TENANT, WebSettings, place
from bot.core.activity import File, Person, Place, Ref, Submitted
from bot.core.effects import Body
from bot.core.forms import Form
from bot.errors import ConfigError, NotDone, Refused, StoreUnavailable
from bot.ports import (
    Answer,
    Capabilities,
    Clock,
    Commands,
    FileSource,
    FileStream,
    Forms,
    Intake,
    JournalLine,
    Pace,
    Posted,
    body_with,
    left_over,
)
from bot.under_way import UnderWay

_T = TypeVar("_T")
_log = structlog.get_logger("web")
_INLINE_BYTES: Final = 500_000
"""The largest picture that is kept with the message that shows it."""
_CAPABILITIES: Final = Capabilities(
    max_text=MAX_TEXT,
    files=True,
    pace=Pace(per_channel=200, channel_burst=400, per_workspace=500, workspace_burst=1000),  # a file on this machine
)


class WebAdapter:
    """One playground. `mount` its page on a server, `start` it, `stop` it; each once.

    `feed` gives the journal as it is written (`Records.follow`), `past` what one conversation's journal
    holds (`Records.journal`); both are shown in the *what happened* strip and used for nothing else.
    """

    def __init__(
        self,
        settings: WebSettings,
        clock: Clock,
        feed: Callable[[], AsyncIterator[JournalLine]],
        past: Callable[[str], Awaitable[Sequence[JournalLine]]] | None = None,
    ) -> None:
        self._settings = settings
        self._room = LiveRoom(settings, clock)
        self._feed = Feed(self._room, feed, past)
        self._page = Page(settings, self._room, self._feed, self._command, self)
        self._pump: Pump | None = None
        self._commands: Commands | None = None
        self._forms: Forms | None = None
        self._under_way = UnderWay()

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        return _CAPABILITIES

    def mount(self, app: web.Application) -> None:
        """Put the page, its files, its API and its WebSocket on a server's routes."""
        self._page.mount(app)

    async def start(self, intake: Intake, commands: Commands, forms: Forms) -> None:
        try:
            await self._room.open()
        except (RoomUnavailable, OSError) as error:
            raise ConfigError([f"playground: its data folder cannot be used: {error}"]) from error
        self._commands = commands
        self._forms = forms
        self._pump = Pump(self._settings, self._room, intake)
        self._pump.start()
        self._feed.start()
        self._page.open()

    async def stop(self) -> None:
        self._page.close()
        await self._under_way.finish()
        await self._feed.stop()
        if self._pump is not None:
            await self._pump.stop()
            self._pump = None
        await self._room.close()

    async def post(self, to: Place, body: Body, *, key: str) -> Posted:
        self._ours("post", to)
        if len(body.text) > MAX_TEXT:
            raise Refused("web post", f"a message has at most {MAX_TEXT} characters, not {len(body.text)}")
        message = await _reach("post", self._room.post(to.channel, to.thread, body_payload(body), key=key))
        return _posted(message)

    async def edit(self, ref: Ref, body: Body) -> None:
        self._ours("edit", ref.place)
        await _reach("edit", self._room.rewrite(ref.id, body_payload(body)))

    async def delete(self, ref: Ref) -> None:
        self._ours("delete", ref.place)
        await _reach("delete", self._room.withdraw(ref.id))

    async def react(self, ref: Ref, emoji: str, *, added: bool) -> None:
        self._ours("react", ref.place)
        await _reach("react", self._room.mark(ref.id, emoji, added=added))

    async def whisper(self, place: Place, to: Person, body: Body) -> None:
        self._ours("whisper", place)
        await _reach("whisper", self._room.whisper(place.channel, place.thread, to.id, body_payload(body)))

    @asynccontextmanager
    async def open_file(self, file: File) -> AsyncGenerator[FileStream]:
        async with AsyncExitStack() as stack:
            held, pieces = await _reach("read file", stack.enter_async_context(self._room.files.reading(file.id)))
            yield FileStream(held.size, _read(pieces))

    async def post_file(self, to: Place, body: Body, source: FileSource, *, key: str) -> Posted:
        self._ours("post file", to)
        async with source.open() as stream:
            held = await _reach("post file", self._room.keep_for_app(source.file.name, stream.chunks))
        payload = body_payload(body)
        return _posted(
            await _reach("post file", self._room.post(to.channel, to.thread, payload, key=key, files=[held]))
        )

    async def remove_file(self, ref: Ref) -> None:
        await self.delete(ref)

    async def find(self, place: Place, key: str, *, since: float) -> Sequence[Posted]:
        self._ours("find", place)
        found = await _reach("find", self._room.with_key(place.channel, place.thread, key, since))
        return [_posted(message) for message in found]

    async def is_member(self, channel: Place, person: Person) -> bool:
        return self._settings.agent(person.id) is not None and channel.channel in self._settings.desks.values()

    async def person(self, tenant: str, id: str) -> Person:
        if tenant != TENANT:
            return Person(PLATFORM, tenant, id, is_unknown=True)
        return self._settings.person(id)

    def _ours(self, call: str, where: Place) -> None:
        if (where.platform, where.tenant) != (PLATFORM, TENANT):
            raise Refused(f"web {call}", f"{where.key!r} is not a place in the playground")

    async def _command(self, author: str, ask: Ask) -> None:
        """Answer a command, to all only when shared. Raises StoreUnavailable, Rejected and RoomUnavailable."""
        if self._commands is None:
            raise RoomUnavailable("the playground is not running")
        asker = self._settings.person(author)
        answer = await self._commands.run(asker, place(ask.channel, ask.thread), ask.words)
        await self._answer(author, ask, answer)
        if answer.later is not None:
            self._under_way.start(self._finish(author, ask, answer.later))

    async def _finish(self, author: str, ask: Ask, later: Awaitable[Answer]) -> None:
        try:
            await self._answer(author, ask, await later)
        except (StoreUnavailable, Rejected, RoomUnavailable) as error:
            _log.warning("command not answered", why=str(error))

    async def _answer(self, author: str, ask: Ask, answer: Answer) -> None:
        payload = body_payload(await body_with(answer, inline=_INLINE_BYTES, local=True, files=True))
        held = [await self._room.keep_for_app(one.name, one.open()) for one in left_over(answer, inline=_INLINE_BYTES)]
        if answer.shared:
            await self._room.post(ask.channel, ask.thread, payload, key="", files=held)
        else:
            await self._room.whisper(ask.channel, ask.thread, author, payload, files=held)

    async def form(self, author: str, press: Press) -> Form | None:
        """The form that a button opens. Raises StoreUnavailable, Rejected and RoomUnavailable."""
        if self._forms is None:
            return None
        message, _ = await self._room.must_have(author, press.message, press.action, press.value)
        where = place(message.channel, message.thread)
        asker = self._settings.person(author)
        return await self._forms.form(asker, where, Ref(where, message.id), press.action, press.value)

    async def filled(self, author: str, choose: Choose) -> Form | None:
        """The form after a choice in it. Raises StoreUnavailable, Rejected and RoomUnavailable."""
        if self._forms is None:
            return None
        sent = await self._sent(author, choose)
        return await self._forms.filled(self._settings.person(author), sent.ref.place, sent)

    async def faults(self, author: str, fill: Fill) -> tuple[tuple[str, str], ...]:
        """What is wrong with a filled-in form. Raises StoreUnavailable, Rejected and RoomUnavailable."""
        if self._forms is None:
            return ()
        sent = await self._sent(author, fill)
        return await self._forms.faults(self._settings.person(author), sent.ref.place, sent)

    async def _sent(self, author: str, fill: Fill | Choose) -> Submitted:
        message, _ = await self._room.must_have(author, fill.message, fill.action, fill.value)
        return Submitted(Ref(place(message.channel, message.thread), message.id), fill.action, fill.value, fill.fields)


async def _read(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for piece in pieces:
            yield piece
    except OSError as error:
        raise NotDone("web read file", f"the playground's folder cannot be read: {error}") from error


def _posted(message: Message) -> Posted:
    own_thread = message.thread or message.id
    return Posted(Ref(place(message.channel, message.thread), message.id), place(message.channel, own_thread))


async def _reach(call: str, done: Awaitable[_T]) -> _T:
    """The room's answer, or what its refusal means to the outbox: a transaction that failed was not done."""
    try:
        return await done
    except Rejected as error:
        raise Refused(f"web {call}", str(error)) from error
    except RoomUnavailable as error:
        raise NotDone(f"web {call}", str(error)) from error
