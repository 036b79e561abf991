"""The room as the running app has it: who may see what, and everybody who looks on hears of each change.

It decides by account and channel alone. It stores through `Room` and never talks to the app.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from adapters.web.audience import Audience
from adapters.web.inbound import Act, Ask, Change, Choose, Doing, Fill, Happening, OpenChat, Press, React, Remove, Say
from adapters.web.outbound import button_label, chat_payload, message_payload, view_payload
from adapters.web.room import Room
from adapters.web.room_file import RoomFile
from adapters.web.room_files import Held, RoomFiles
from adapters.web.room_rows import Chat, Message, Rejected, message_id
from adapters.web.settings import APP_ID, WebSettings, place
from bot.ports import Clock

_T = TypeVar("_T")


class LiveRoom:
    """One room, opened once. `waiting` is set whenever somebody did something that the app must hear of."""

    def __init__(self, settings: WebSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._file = RoomFile(settings.data_folder / "playground.db")
        self._room = Room(self._file, frozenset(settings.desks.values()))
        self.files = RoomFiles(self._file, settings.data_folder / "files")
        self._chats: dict[str, Chat] = {}
        self._channels: dict[str, str] = {}
        """Of chats, by the keys of their places."""
        self.audience = Audience()
        self.waiting = asyncio.Event()

    async def open(self) -> None:
        """Open the room and give every sample customer a first chat. Raises RoomUnavailable."""
        await self._file.open()
        await self.files.open(self._clock.now())
        for member in self._settings.customers:
            await self._open_first_chat(member.id)
        for chat in await self._do(self._room.chats):
            self._know(chat)
        self.waiting.set()

    async def _open_first_chat(self, customer: str) -> None:
        now = self._clock.now()
        await self._do(lambda: self._room.open_chat(customer, now, first=True))

    def _know(self, chat: Chat) -> None:
        self._chats[chat.channel] = chat
        self._channels[place(chat.channel).key] = chat.channel

    async def close(self) -> None:
        """Let all pages go, and close the file."""
        self.audience.let_go()
        await self._file.close()

    # who sees what

    def is_direct(self, channel: str) -> bool:
        """Whether a channel is a customer's private chat with the app."""
        return channel in self._chats

    def chats(self) -> Sequence[Chat]:
        """All chats, oldest first."""
        return tuple(self._chats.values())

    def channel_of(self, conversation: str) -> str:
        """The chat that a conversation is, by the key of its place; "" for none of this room."""
        return self._channels.get(conversation, "")

    async def newest_chats(self, most: int) -> Sequence[str]:
        """The channels of the chats in which something was written last, newest first. Raises RoomUnavailable."""
        return await self._do(lambda: self._room.newest_chats(most))

    def channels_of(self, person: str) -> Sequence[str]:
        """The channels that a person is in."""
        if self._settings.agent(person):
            return tuple(self._settings.desks.values())
        return tuple(c.channel for c in self._chats.values() if c.customer == person)

    async def view(self, person: str) -> dict[str, Any]:
        """The newest of what a person sees, as messages for the page, oldest first, and what there is behind it."""
        seen = [await self._do(partial(self._room.view, channel, person)) for channel in self.channels_of(person)]
        return view_payload(seen)

    async def older(self, person: str, channel: str, thread: str, before: str) -> dict[str, Any]:
        """What came before that message in a channel or a thread; the newest without one. Raises Rejected."""
        self.must_be_in(person, channel, thread)
        room = self._room
        if thread:
            return view_payload([await self._do(lambda: room.thread(channel, person, thread, before=before))])
        return view_payload([await self._do(lambda: room.view(channel, person, before=before))])

    # what people do

    async def repeated(self, doing: Doing) -> Message | None:
        """The message that the same act led to before, as it stands now; None for a new act. Raises RoomUnavailable."""
        return await self._do(lambda: self._room.done(doing.author, doing.nonce)) if doing.nonce else None

    async def do(self, doing: Doing) -> Message | Chat:
        """One act of one person, under the room's rules. Raises Rejected and RoomUnavailable."""
        me = doing.author
        if not (self._settings.customer(me) or self._settings.agent(me)):
            raise Rejected(403, f"there is nobody called {me!r} in this room")
        done = await self._act(me, doing.act, doing.nonce)
        if isinstance(done, Message):
            self._show(done)
            self.waiting.set()
        return done

    async def _act(self, me: str, act: Act, nonce: str) -> Message | Chat:
        room, now = self._room, self._clock.now()
        match act:
            case Say(channel, thread, text, files):
                self.must_be_in(me, channel, thread)
                return await self._do(lambda: room.say(me, channel, thread, text, now, nonce=nonce, files=files))
            case Choose():
                raise Rejected(400, "what is chosen in a form is answered by the app, not by the room")
            case Fill(id, action, value, fields):
                await self.must_have(me, id, action, value)
                return await self._do(lambda: room.submit(me, id, action, value, fields, now, nonce=nonce))
            case OpenChat():
                return await self._open_chat(me, now)
            case Change(id, text):
                await self._seen(me, id)
                return await self._do(lambda: room.change(me, id, text, now))
            case Remove(id):
                await self._seen(me, id)
                gone = await self._do(lambda: room.remove(me, id, now))
                await self.files.tidy(now)
                return gone
            case React(id, emoji, added):
                await self._seen(me, id)
                return await self._do(lambda: room.react(me, id, emoji, now, added=added))
            case Press(id, action, value):
                message, label = await self.must_have(me, id, action, value)
                pressed = replace(message, answered=label) if not message.answered else message
                return await self._do(lambda: room.press(me, pressed, action, value, now, nonce=nonce))
            case Ask():
                raise Rejected(400, "a command is answered by the app, not by the room")

    async def must_have(self, person: str, id: str, action: str, value: str) -> tuple[Message, str]:
        """The message, and the label of the button that it has. Raises Rejected when somebody cannot press that."""
        message = await self._seen(person, id)
        label = button_label(message.body, action, value)
        if label is None:
            raise Rejected(409, "that button is not there any more; look again")
        return message, label

    async def _open_chat(self, me: str, now: float) -> Chat:
        if not self._settings.customer(me):
            raise Rejected(403, "only customers have chats with the app")
        chat = await self._do(lambda: self._room.open_chat(me, now))
        self._know(chat)
        self.audience.tell(lambda person: person == me, {"type": "chat", "chat": chat_payload(chat)})
        return chat

    def must_be_in(self, person: str, channel: str, thread: str) -> None:
        """Raises Rejected when a person cannot speak there (the thread itself is checked when it is written to)."""
        if channel not in self.channels_of(person):
            raise Rejected(404, f"there is no channel {channel!r} for {person!r}")
        if thread and self.is_direct(channel):
            raise Rejected(404, "a chat has no threads")

    async def _seen(self, person: str, id: str) -> Message:
        message = await self._do(lambda: self._room.message(id))
        if not self._sees(person, message):
            raise Rejected(404, f"there is no message {id!r}")
        return message

    # files

    async def stage(self, me: str, name: str, pieces: AsyncIterator[bytes], limit: int) -> Held:
        """A file that somebody is about to send; nobody else sees it yet. Raises Rejected and RoomUnavailable."""
        if not (self._settings.customer(me) or self._settings.agent(me)):
            raise Rejected(403, f"there is nobody called {me!r} in this room")
        return await self.files.keep(me, name, pieces, self._clock.now(), limit=limit)

    async def file_for(self, person: str, id: str) -> tuple[Held, Path]:
        """A file that a person sees, or has staged, and where its bytes are. Raises Rejected and RoomUnavailable."""
        held, owner, number = await self.files.where(id)
        if number:
            await self._seen(person, message_id(number))
        elif owner != person:
            raise Rejected(404, "there is no such file")
        return held, self.files.path(id)

    async def keep_for_app(self, name: str, pieces: AsyncIterator[bytes]) -> Held:
        """A file that the app is about to post."""
        return await self.files.keep(APP_ID, name, pieces, self._clock.now())

    # what the app does

    async def post(
        self, channel: str, thread: str, body: dict[str, Any], *, key: str, files: Sequence[Held] = ()
    ) -> Message:
        """A new message of the app's, once per key. Raises Rejected and RoomUnavailable, as all of these do."""
        now, ids = self._clock.now(), tuple(each.id for each in files)
        try:
            done = await self._do(lambda: self._room.post(channel, thread, body, now, key=key, files=ids))
        finally:
            for staged in ids:
                await self.files.discard(staged, now)
        return self._show(done)

    async def whisper(
        self, channel: str, thread: str, to: str, body: dict[str, Any], *, files: Sequence[Held] = ()
    ) -> Message:
        """A message of the app's for one person, who must be able to see the place."""
        if channel not in self.channels_of(to):
            raise Rejected(404, f"{to!r} is not in {channel!r}")
        now, ids = self._clock.now(), tuple(each.id for each in files)
        return self._show(await self._do(lambda: self._room.whisper(channel, thread, to, body, now, files=ids)))

    async def rewrite(self, id: str, body: dict[str, Any]) -> None:
        """Change a message of the app's."""
        now = self._clock.now()
        self._show(await self._do(lambda: self._room.rewrite(id, body, now)))

    async def withdraw(self, id: str) -> None:
        """Delete a message of the app's, if it is there."""
        now = self._clock.now()
        gone = await self._do(lambda: self._room.withdraw(id, now))
        await self.files.tidy(now)
        if gone:
            self._show(gone)

    async def mark(self, id: str, emoji: str, *, added: bool) -> None:
        """The app's own reaction."""
        now = self._clock.now()
        self._show(await self._do(lambda: self._room.mark(id, emoji, now, added=added)))

    async def with_key(self, channel: str, thread: str, key: str, since: float) -> Sequence[Message]:
        """The app's messages that were posted there with that key."""
        return await self._do(lambda: self._room.with_key(channel, thread, key, since))

    # what the app was not yet told of

    async def untold(self, limit: int) -> Sequence[Happening]:
        """What people did and the app has not taken, oldest first."""
        return await self._do(lambda: self._room.waiting(limit))

    async def taken(self, happening: Happening) -> None:
        """The app has it; a message of a person shows that."""
        message = await self._do(lambda: self._room.taken(happening))
        if message:
            self._show(message)

    # showing

    def show_agents(self, frame: dict[str, Any]) -> None:
        """Something that is no message, for everybody at a desk."""
        self.audience.tell(lambda person: self._settings.agent(person) is not None, frame)

    def _sees(self, person: str, message: Message) -> bool:
        return message.to in ("", person) and message.channel in self.channels_of(person)

    def _show(self, message: Message) -> Message:
        self.audience.tell(
            lambda person: self._sees(person, message), {"type": "message", "message": message_payload(message)}
        )
        return message

    async def _do(self, work: Callable[[], _T]) -> _T:
        return await self._file.run(work)
