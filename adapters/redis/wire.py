"""One connection to one server that all tasks of a process share: calls go out together and are answered in order.

A pool costs every call a connection of its own for its round trip, with a write and a wake-up each; here calls that
are made in the same moment leave in one write, and the server answers them in one. Nothing is ever repeated: when the
connection breaks, or an answer takes too long, everything that waits on it fails, and who called decides.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, cast

import hiredis
from redis.asyncio import UnixDomainSocketConnection
from redis.asyncio.connection import parse_url
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import NoPermissionError, NoScriptError, ReadOnlyError, ResponseError

Command = Sequence[str | float]

# Its stub asks for tuples of one element.
_pack: Final[Callable[[tuple[str | float, ...]], bytes]] = cast("Any", hiredis).pack_command

_GONE: Final = "the connection to the server broke"
_SCHEMES: Final = ("redis:", "unix:")
_END_SECONDS: Final = 1.0
_SILENCE: Final = 5.0
"""Seconds without a message after which a subscription is tried."""
_KINDS: Final[Mapping[str, type[ResponseError]]] = {
    "NOSCRIPT": NoScriptError,
    "READONLY": ReadOnlyError,
    "NOPERM": NoPermissionError,
}
"""Errors by their first word; all others are ResponseError."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens, and what it wants to hear first. With `path` it is a unix socket."""

    host: str = "127.0.0.1"
    port: int = 6379
    path: str = ""
    username: str = ""
    password: str = ""
    database: int = 0

    def greeting(self) -> list[Command]:
        """Commands that a new connection begins with."""
        said: list[Command] = []
        if self.password:
            said.append(("AUTH", *((self.username,) if self.username else ()), self.password))
        if self.database:
            said.append(("SELECT", self.database))
        return said


def address_of(url: str) -> Address | None:
    """The address in a `redis://` or `unix://` URL; None when the URL asks for more than this module does."""
    given = cast("dict[str, Any]", parse_url(url))
    is_unix = given.pop("connection_class", None) is UnixDomainSocketConnection
    given["database"] = int(given.pop("db", 0))
    if given.keys() - set(Address.__slots__) or is_unix != url.startswith("unix:") or not url.startswith(_SCHEMES):
        return None
    return Address(**given)


class Wire:
    """Calls to one server, for all tasks of a loop. It connects at the first call, and again when needed."""

    def __init__(self, address: Address, *, connect_seconds: float, reply_seconds: float) -> None:
        """An answer that takes longer than `reply_seconds` ends the connection."""
        self._address = address
        self._connect_seconds = connect_seconds
        self._reply_seconds = reply_seconds
        self._line: _Line | None = None
        self._attempt: asyncio.Task[_Line] | None = None

    async def call(self, command: Command) -> Any:
        """One answer. Raises redis' own exceptions, TimeoutError or OSError."""
        line = self._line
        if line is None or line.is_closed:
            line = await self._connected()
        return await line.send(command)

    async def call_each(self, commands: Sequence[Command]) -> list[Any]:
        """The answers in order; an error that the server told is one of them. Raises as `call` for all else."""
        line = self._line
        if line is None or line.is_closed:
            line = await self._connected()
        sent = [line.send(command) for command in commands]
        answers = await asyncio.gather(*sent, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, ResponseError):
                raise answer
        return answers

    async def listen(self, channel: str) -> AsyncGenerator[str]:
        """What is said on a channel from now on, over a connection of its own; "" comes first, once it listens.

        Raises as `call` when the connection breaks.
        """
        line = await self._connect()
        try:
            heard = line.hear()
            await line.send(("SUBSCRIBE", channel))
            yield ""
            while True:
                while heard.messages:
                    yield heard.messages.popleft()
                heard.more.clear()
                if line.is_closed:
                    raise NotConnected(_GONE)
                try:
                    async with asyncio.timeout(_SILENCE):
                        await heard.more.wait()
                except TimeoutError:
                    # A dead peer says nothing either.
                    await line.send(("PING",))
        finally:
            line.end(NotConnected(_GONE))

    async def close(self) -> None:
        """Break the connection; whatever waits on it fails."""
        if self._attempt is not None:
            self._attempt.cancel()
            await asyncio.wait({self._attempt})
        if self._line is not None:
            self._line.end(NotConnected(_GONE))
            with suppress(TimeoutError):  # a loop that has ended meanwhile takes it with it
                async with asyncio.timeout(_END_SECONDS):
                    await self._line.lost.wait()

    async def _connected(self) -> _Line:
        """The connection; those who want it at the same time share one attempt."""
        if self._attempt is None:
            self._attempt = asyncio.create_task(self._connect())
            self._attempt.add_done_callback(self._attempted)
        return await asyncio.shield(self._attempt)

    def _attempted(self, attempt: asyncio.Task[_Line]) -> None:
        self._attempt = None
        if not attempt.cancelled() and attempt.exception() is None:
            self._line = attempt.result()

    async def _connect(self) -> _Line:
        loop, at = asyncio.get_running_loop(), self._address
        try:
            async with asyncio.timeout(self._connect_seconds):
                if at.path:
                    _, line = await loop.create_unix_connection(lambda: _Line(loop, self._reply_seconds), at.path)
                else:
                    _, line = await loop.create_connection(lambda: _Line(loop, self._reply_seconds), at.host, at.port)
                try:
                    for command in at.greeting():
                        await line.send(command)
                except BaseException:
                    line.end(NotConnected(_GONE))
                    raise
        except TimeoutError as error:
            raise NotConnected(f"no connection within {self._connect_seconds} s") from error
        return line


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was said on a channel and not been read yet."""

    messages: deque[str] = field(default_factory=deque[str])
    more: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class _Parcel:
    """Commands that leave together. `left` is when they did: what we ourselves were late by is not the server's."""

    left: float = math.inf


class _Line(asyncio.Protocol):
    """A connection while it lasts."""

    def __init__(self, loop: asyncio.AbstractEventLoop, reply_seconds: float) -> None:
        self._loop = loop
        self._reply_seconds = reply_seconds
        self._reader = hiredis.Reader(encoding="utf-8", errors="replace", replyError=_error_of)
        self._transport: asyncio.WriteTransport | None = None
        self._going: list[bytes] = []
        self._parcel = _Parcel()
        self._waiting: deque[tuple[asyncio.Future[Any], _Parcel]] = deque()
        self._watch: asyncio.TimerHandle | None = None
        self._heard: _Heard | None = None
        self.is_closed = False
        self.lost = asyncio.Event()
        """Set once nothing of the connection is left: the loop takes a moment more than `end` does."""

    def hear(self) -> _Heard:
        """Where messages of a channel go, once it is subscribed to."""
        self._heard = _Heard()
        return self._heard

    def send(self, command: Command) -> asyncio.Future[Any]:
        """The answer to come. A caller that is cancelled leaves its place in the queue to be answered into nothing."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        if self.is_closed:
            answer.set_exception(NotConnected(_GONE))
            return answer
        packed = _pack(tuple(command))
        if not self._going:
            self._loop.call_soon(self._flush)
        self._going.append(packed)
        self._waiting.append((answer, self._parcel))
        if self._watch is None:
            self._watch = self._loop.call_later(self._reply_seconds, self._look)
        return answer

    def end(self, why: Exception) -> None:
        """Close, and fail whatever waits."""
        self.is_closed = True
        if self._watch is not None:
            self._watch.cancel()
        if self._transport is not None:
            self._transport.abort()
        if self._heard is not None:
            self._heard.more.set()
        while self._waiting:
            answer, _ = self._waiting.popleft()
            if not answer.done():
                answer.set_exception(why)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()
        self.end(NotConnected(f"{_GONE}{f': {exc}' if exc else ''}"))

    def data_received(self, data: bytes) -> None:
        reader = self._reader
        reader.feed(data)
        try:
            while (reply := reader.gets()) is not False:
                if self._heard is not None and isinstance(reply, list) and reply[0] == "message":
                    self._heard.messages.append(cast("str", reply[2]))
                    self._heard.more.set()
                    continue
                answer, _ = self._waiting.popleft()
                if isinstance(reply, ReadOnlyError):
                    # A master that was demoted answers so for ever: the next call looks for the new one.
                    self.end(reply)
                if answer.done():
                    continue
                if isinstance(reply, Exception):
                    answer.set_exception(reply)
                else:
                    answer.set_result(reply)
        except (hiredis.HiredisError, IndexError) as error:
            self.end(NotConnected(f"what the server says is not understood: {error}"))

    def _flush(self) -> None:
        if self._transport is not None and not self.is_closed:
            self._transport.write(b"".join(self._going))
        self._going.clear()
        self._parcel.left = self._loop.time()
        self._parcel = _Parcel()

    def _look(self) -> None:
        """Whether the oldest call still waits within reason: one timer for all, each would cost more than its call."""
        self._watch = None
        if self.is_closed or not self._waiting:
            return
        waited = max(0.0, self._loop.time() - self._waiting[0][1].left)
        if waited >= self._reply_seconds:
            self.end(TimeoutError(f"no answer within {self._reply_seconds} s"))
        else:
            self._watch = self._loop.call_later(self._reply_seconds - waited, self._look)


def _error_of(text: str) -> Exception:
    """What a server's error is by its first word, as redis-py has it."""
    return _KINDS.get(text.partition(" ")[0], ResponseError)(text)
