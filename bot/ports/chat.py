"""What a chat platform is to us: how it is reached, and what it brings.

The contract that each adapter must keep is `tests/contract/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.activity import Activity, Person, Place, Ref, Submitted
from bot.core.effects import Body
from bot.core.forms import Form
from bot.ports.answers import Answer


class Clock(Protocol):
    """The time of day, in seconds since 1970."""

    def now(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform lets us call: token buckets, in calls per second and calls at once.

    Of a channel's bucket only new messages take; some platforms count them by the hour as well. The defaults are
    Slack's: about one message a second and channel with bursts, no limit by the hour, and a workspace's limit that is
    not published, so that its 429 has to tell.
    """

    per_channel: float = 1.0
    channel_burst: float = 8.0
    channel_hour: float = 0.0
    per_workspace: float = 50.0
    workspace_burst: float = 100.0


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform lets an app do. The engine never calls what is denied here.

    `max_text` counts characters of our CommonMark text in one message; longer ones come in parts.
    `look_up` says that `find` can tell whether a message with a key is there, `files` that the adapter is a
    `FileCarrier`. With `whispers_apart` what is for one person alone is shown outside the thread that it is about.
    """

    max_text: int = 4000
    edit: bool = True
    delete: bool = True
    react: bool = True
    whisper: bool = True
    whispers_apart: bool = False
    buttons: bool = True
    cards: bool = True
    files: bool = False
    look_up: bool = True
    pace: Pace = Pace()


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a new message is: itself, and the place that its own thread would be."""

    ref: Ref
    thread: Place


class Intake(Protocol):
    """Where adapters bring what happened."""

    async def take(self, activity: Activity) -> bool:
        """Store the activity durably and return; nothing is understood or decided before.

        True when it is new, False when it was seen before or is none of our business. Raises
        StoreUnavailable when it could not be stored: then the platform must be told to come again.
        """
        ...


class Commands(Protocol):
    """What `/support …` asks for."""

    async def run(self, asker: Person, place: Place, words: str) -> Answer:
        """Answer a command, for the asker alone unless the answer is `shared`. Bad input is answered, never raised."""
        ...

    async def serves(self, asker: Person, place: Place) -> bool:
        """Whether somebody has commands there at all. Who has none is a customer, whose words are never commands.

        Raises DeliveryError.
        """
        ...

    async def home(self, asker: Person) -> tuple[Body, ...]:
        """What somebody finds on the app's own page, from top to bottom. Raises StoreUnavailable."""
        ...

    async def run_at_home(self, asker: Person, words: str) -> Answer:
        """Answer a command that was given there, as if it had been given in the asker's desk."""
        ...

    async def shortcut(self, asker: Person, ref: Ref, name: str) -> Answer:
        """Do what somebody chose in the menu of a message: `take_over` or `make_internal`; the answer says what."""
        ...


class Forms(Protocol):
    """What a button asks for before it does anything. An adapter asks at each press, within the press' own breath."""

    async def form(self, asker: Person, place: Place, ref: Ref | None, action: str, value: str) -> Form | None:
        """The form that this button opens; None for an ordinary press. Raises StoreUnavailable."""
        ...

    async def filled(self, asker: Person, place: Place, submitted: Submitted) -> Form | None:
        """The form as it stands once something was chosen in a field that `fills` others. Raises StoreUnavailable.

        `submitted` is what stands in the window then; nothing is done. None when there is no such form any more.
        """
        ...

    async def faults(self, asker: Person, place: Place, submitted: Submitted) -> tuple[tuple[str, str], ...]:
        """What is wrong with a filled-in form: pairs of field and a sentence, to be shown in its window.

        When nothing is wrong it goes to the intake, its fields in the form's order. Raises StoreUnavailable.
        """
        ...


class ChatAdapter(Protocol):
    """One platform. Identifiers in Place, Ref and Person are opaque to everybody else.

    Every call that reaches out raises Throttled, NotDone, Uncertain or Refused (`bot.errors`), never
    anything else; a time-out is Uncertain. An adapter never retries by itself: the outbox does.
    It never reports the app's own doings as activities (judged by account, never by text).
    """

    @property
    def platform(self) -> str:
        """The name used in Place.platform."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this platform lets an app do."""
        ...

    async def start(self, intake: Intake, commands: Commands, forms: Forms) -> None:
        """Begin to receive. Raises ConfigError when the credentials are unusable."""
        ...

    async def stop(self) -> None:
        """Stop receiving; finish answers that are under way; close connections."""
        ...

    async def post(self, to: Place, body: Body, *, key: str) -> Posted:
        """Put a new message into a place. `key` marks it so that `find` can tell whether it is there.

        A message that turns out to be elsewhere than asked for (a deleted thread) is taken back and
        Refused is raised.
        """
        ...

    async def edit(self, ref: Ref, body: Body) -> None:
        """Make a message of ours say `body`. Editing to what it says already is fine."""
        ...

    async def delete(self, ref: Ref) -> None:
        """Delete a message of ours. One that is gone already is fine."""
        ...

    async def react(self, ref: Ref, emoji: str, *, added: bool) -> None:
        """Put our reaction on any message, or take it away. One that is there (or gone) already is fine."""
        ...

    async def whisper(self, place: Place, to: Person, body: Body) -> None:
        """Show something to one person alone, in that place or in their private chat with the app."""
        ...

    async def find(self, place: Place, key: str, *, since: float) -> Sequence[Posted]:
        """All messages of ours in `place` that were posted with `key` at or after `since` (seconds since 1970).

        Oldest first, as the platform shows them.
        """
        ...

    async def is_member(self, channel: Place, person: Person) -> bool:
        """Whether somebody is in a channel that the app is in, cached for a minute."""
        ...

    async def person(self, tenant: str, id: str) -> Person:
        """Who that is, cached for minutes. An unknown account gives a Person with the id alone, `is_unknown`."""
        ...
