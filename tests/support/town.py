"""A chat platform in memory, with people in it, to drive the engine against: what stands here is what a person sees.

It can be told to fail, and how: before or after it did what was asked.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.core.activity import Activity, Content, Deleted, Edited, Person, Place, Pressed, Reacted, Ref, Said
from bot.core.effects import Body
from bot.core.policy import Desk, Policy
from bot.core.routing import Doors
from bot.errors import DeliveryError, Refused
from bot.ports import Capabilities, Commands, Forms, Intake, Pace, Posted
from tests.support.jitter import jitter
from tests.support.patience import PATIENCE, comes_about

T = TypeVar("T")

PLATFORM = "town"
DESK = Place(PLATFORM, "T", "desk")
CARD = "a root card"
"""What `Fault.only` calls any of them."""
FAST = Pace(per_channel=1e6, channel_burst=1e6, per_workspace=1e6, workspace_burst=1e6)


@dataclass(slots=True)
class Message:
    """One message as a person sees it. `key` is set on the app's own."""

    ref: Ref
    body: Body
    key: str
    at: float
    reactions: list[str] = field(default_factory=list[str])
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call: an error, raised before or after the thing is done.

    With `only` it waits for the message of that text: what else is on its way then is spared.
    """

    error: DeliveryError | type[BaseException]
    done: bool = False
    only: str = ""


class Town:
    """`bot.ports.ChatAdapter` on a dictionary."""

    platform = PLATFORM

    def __init__(self, capabilities: Capabilities | None = None) -> None:
        self.capabilities = capabilities or Capabilities(pace=FAST)
        self.messages: list[Message] = []
        self.calls: list[tuple[str, str]] = []
        self.faults: dict[str, deque[Fault | None]] = {}
        self.lasting: dict[str, Fault] = {}
        """By name of a call: how each of them ends, once `faults` are spent and for as long as it stands here."""
        self.whispers: list[tuple[Place, Person, Body]] = []
        self.gate: asyncio.Event | None = None
        self.hidden: set[str] = set()
        """Keys that `find` does not see yet."""
        self.gone: set[tuple[str, str]] = set()
        """Who is not in which channel."""
        self.next_id = ""
        """What the next root card of a case is called; "" for whatever comes."""
        self._clock = 0.0
        self._drift = jitter.platform()
        self._changed = asyncio.Event()

    def fail(self, call: str, *faults: Fault | None) -> None:
        """The next calls of that name end like this; None is a success."""
        self.faults.setdefault(call, deque()).extend(faults)

    async def start(self, intake: Intake, commands: Commands, forms: Forms) -> None: ...

    async def stop(self) -> None: ...

    async def post(self, to: Place, body: Body, *, key: str) -> Posted:
        return await self._call("post", key, lambda: self._post(to, body, key), CARD if body.card else body.text)

    async def edit(self, ref: Ref, body: Body) -> None:
        await self._call("edit", ref.id, lambda: self._edit(ref, body), body.text)

    async def delete(self, ref: Ref) -> None:
        await self._call("delete", ref.id, lambda: self._delete(ref))

    async def react(self, ref: Ref, emoji: str, *, added: bool) -> None:
        await self._call("react", ref.id, lambda: self._react(ref, emoji, added))

    async def whisper(self, place: Place, to: Person, body: Body) -> None:
        await self._call("whisper", to.id, lambda: self.whispers.append((place, to, body)))

    async def find(self, place: Place, key: str, *, since: float) -> Sequence[Posted]:  # noqa: ARG002
        return await self._call(
            "find",
            key,
            lambda: [
                _posted(m)
                for m in self.messages
                if m.key == key and not m.deleted and m.ref.place == place and key not in self.hidden
            ],
        )

    async def is_member(self, channel: Place, person: Person) -> bool:
        return (channel.channel, person.id) not in self.gone

    async def person(self, tenant: str, id: str) -> Person:
        return Person(PLATFORM, tenant, id, id)

    async def _call(self, name: str, about: str, do: Callable[[], T], text: str = "") -> T:
        self.calls.append((name, about))
        self._changed.set()
        if self.gate is not None:
            await self.gate.wait()
        queue = self.faults.get(name)
        meant = queue and (queue[0] is None or queue[0].only in ("", text))
        fault = queue.popleft() if queue and meant else None
        lasting = self.lasting.get(name)
        if fault is None and not meant and lasting is not None and lasting.only in ("", text):
            fault = lasting
        await self._drift.wait()
        answer = do() if fault is None or fault.done else None
        self._changed.set()
        await self._drift.wait()
        if fault is not None:
            raise fault.error
        return answer  # type: ignore[return-value]

    def _post(self, to: Place, body: Body, key: str) -> Posted:
        name = f"{self.tick():.6f}"
        if body.card is not None and self.next_id:
            name, self.next_id = self.next_id, ""
        message = Message(Ref(to, name), body, key, self._clock)
        self.messages.append(message)
        return _posted(message)

    def tick(self) -> float:
        """The time of day, later than any before."""
        self._clock = max(self._clock + 0.001, time.time())  # noqa: TID251 - a platform has a clock of its own
        return self._clock

    def _one(self, ref: Ref) -> Message:
        return next(m for m in self.messages if m.ref.id == ref.id)

    def _edit(self, ref: Ref, body: Body) -> None:
        message = self._one(ref)
        if not message.key:
            raise Refused("edit", "that is somebody else's")
        if message.deleted:
            raise Refused("edit", "the message was deleted")
        message.body = body

    def _delete(self, ref: Ref) -> None:
        self._one(ref).deleted = True

    def _react(self, ref: Ref, emoji: str, added: bool) -> None:
        reactions = self._one(ref).reactions
        if added and emoji not in reactions:
            reactions.append(emoji)
        elif not added and emoji in reactions:
            reactions.remove(emoji)

    # --- what people see and do

    def visible(self, place: Place) -> list[str]:
        """The texts that stand in a place, oldest first."""
        return [m.body.text for m in self.messages if m.ref.place == place and not m.deleted]

    def visible_in(self, channel: Place) -> list[str]:
        """The texts that stand anywhere in a channel, oldest first."""
        return [m.body.text for m in self.messages if m.ref.place.channel == channel.channel and not m.deleted]

    def root_of(self, number: int) -> Message:
        """The root card of a case."""
        return next(m for m in self.messages if m.body.card is not None and m.body.card.number == number)

    def thread_of(self, number: int) -> Place:
        """The thread of a case."""
        return _posted(self.root_of(number)).thread

    async def until(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Return when a person would see that."""
        await comes_about(condition, self._changed, seconds)

    def says(self, who: Person, place: Place, text: str, *, at: float | None = None) -> Activity:
        """Somebody writes; the activity is what the platform reports."""
        when = self.tick() if at is None else at
        ref = Ref(place, f"{when:.6f}")
        self.messages.append(Message(ref, Body(text), "", when))
        return self.did(who, place, Said(ref, text), when)

    def did(self, who: Person, place: Place, content: Content, at: float | None = None) -> Activity:
        """Somebody did something."""
        when = self.tick() if at is None else at
        direct = place.channel.startswith("dm-")
        return Activity(
            f"{type(content).__name__}|{content.ref.id}|{when:.6f}", when, place, who, content, direct=direct
        )

    def edits(self, who: Person, ref: Ref, text: str) -> Activity:
        return self.did(who, ref.place, Edited(ref, text))

    def deletes(self, who: Person, ref: Ref) -> Activity:
        return self.did(who, ref.place, Deleted(ref))

    def presses(self, who: Person, ref: Ref, action: str, value: str) -> Activity:
        return self.did(who, ref.place, Pressed(ref, action, value))

    def reacts(self, who: Person, ref: Ref, emoji: str) -> Activity:
        return self.did(who, ref.place, Reacted(ref, emoji, added=True))


def _posted(message: Message) -> Posted:
    place = message.ref.place
    thread = place if place.thread else Place(place.platform, place.tenant, place.channel, message.ref.id)
    return Posted(message.ref, thread)


def person(id: str) -> Person:
    """Somebody in town."""
    return Person(PLATFORM, "T", id, id.capitalize())


def chat_with(who: Person) -> Place:
    """Somebody's private chat with the app."""
    return Place(PLATFORM, "T", f"dm-{who.id}")


def policy() -> Policy:
    """One desk."""
    return Policy(desks=(Desk("support", DESK, "Support"),))


DOORS = Doors(desks=frozenset({DESK.key}), support=frozenset())
