"""What people did on a platform, in words that no platform owns.

Adapters translate their payloads into these values and back. Identifiers (`tenant`, `channel`,
`thread`, `id`) are opaque to everybody but the adapter that minted them. Nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Side(StrEnum):
    """The two sides of a relay: the customer's thread, and the case's thread in the desk."""

    CUSTOMER = "customer"
    AGENTS = "agents"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said. An empty `thread` is the channel's root (or a direct chat)."""

    platform: str
    tenant: str
    channel: str
    thread: str = ""

    @property
    def key(self) -> str:
        """One string for the whole place, for indexes; never parsed back."""
        return "|".join((self.platform, self.tenant, self.channel, self.thread))

    @property
    def root(self) -> Place:
        """The channel that this place is in."""
        return Place(self.platform, self.tenant, self.channel)


@dataclass(frozen=True, slots=True)
class Ref:
    """One message as it exists on a platform: the place it is in, and its identifier there."""

    place: Place
    id: str

    @property
    def key(self) -> str:
        """One string for the message: its channel and identifier; never parsed back."""
        return "|".join((self.place.platform, self.place.tenant, self.place.channel, self.id))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a platform. `timezone` is an IANA name, `locale` a BCP 47 tag; empty when unknown.

    `is_guest` and `is_outsider` (somebody of another organisation in a shared channel) bar a person
    from answering customers; so does `is_unknown`: the platform does not know them, or did not say.
    `tier` is the customer's (`vip`, …), as far as the company tells us.
    """

    platform: str
    tenant: str
    id: str
    name: str = ""
    locale: str = ""
    timezone: str = ""
    picture: str = ""
    email: str = ""
    tier: str = ""
    is_bot: bool = False
    is_guest: bool = False
    is_outsider: bool = False
    is_unknown: bool = False

    @property
    def key(self) -> str:
        """One string for the account; never parsed back."""
        return "|".join((self.platform, self.tenant, self.id))

    @property
    def label(self) -> str:
        """A name to show: the display name, else the identifier."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody sent. `url` is fetched by the adapter that minted it and by nobody else."""

    id: str
    name: str
    media_type: str = ""
    size: int = 0
    url: str = ""


def still_there(files: tuple[File, ...], ids: tuple[str, ...] | None) -> tuple[File, ...]:
    """Those files of a message that it still has, as an edit of it says; all of them where it does not say."""
    return files if ids is None else tuple(file for file in files if file.id in ids)


@dataclass(frozen=True, slots=True)
class Mention:
    """Whom a message calls: `account` is their `Person.key`, or "" for several people at once (`here`, a team).

    A channel that it names is one, too: its name begins with `#`.
    """

    account: str
    name: str

    @property
    def shown(self) -> str:
        """As people read it in the text."""
        return self.name if self.name.startswith("#") else f"@{self.name}"


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote a message. `text` is CommonMark; mentions of the app are taken out already.

    `mentions` are those that the platform made of the author's choice, not words that begin with an @. With `borrowed`
    the text has words of another message in it, which the platform put there: it was forwarded, or quoted.
    """

    ref: Ref
    text: str
    files: tuple[File, ...] = ()
    mentions: tuple[Mention, ...] = ()
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody changed a message. `files` are the ids of those that it still has; None: the platform did not say."""

    ref: Ref
    text: str
    files: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """Somebody deleted a message."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class Reacted:
    """Somebody put a reaction on a message, or took it away. `emoji` is a Unicode emoji or `:name:`."""

    ref: Ref
    emoji: str
    added: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed a button on the message `ref`. `action` and `value` are the Button's own."""

    ref: Ref
    action: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """Somebody sent a form that a button on the message `ref` had opened. `fields` are pairs of name and value.

    `ref` has an empty id when no message was there to press (a form that a command opened).
    """

    ref: Ref
    action: str
    value: str
    fields: tuple[tuple[str, str], ...]


Content = Said | Edited | Deleted | Reacted | Pressed | Submitted


OPENED: Final = "opened"
"""In Activity.metadata: when the thread's first message was posted (seconds since 1970), where its id says so."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that one person did, as an adapter reports it.

    `id` and `twins` are the names under which the platform may report the same thing again; whoever
    shares one of them is the same activity. `at` is the platform's time in seconds since 1970.
    `direct` says that the place is a private chat with the app; `addressed` that the app was
    mentioned. `late` is set when the platform delivered it long after it happened.
    """

    id: str
    at: float
    place: Place
    author: Person
    content: Content
    twins: tuple[str, ...] = ()
    direct: bool = False
    addressed: bool = False
    metadata: tuple[tuple[str, str], ...] = field(default=())
