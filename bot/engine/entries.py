"""What the outbox holds: one thing to do on one platform, and the names by which links find copies.

Values and names only; `expand` makes entries, `sending` sends them.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from bot.core.activity import Place, Ref, Side
from bot.core.effects import Amend, Body, ClearButtons, Erase, Mark, Post, Priority, Redraw, Whisper, Withdraw
from bot.engine.codec import Forward, Sendable


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to be done on a platform.

    `to` is the customer's thread or the desk's channel. With `in_thread` the real place is the thread of
    the case's root card. `announce` entries report Delivered; part `part` of `of` of one text.
    """

    id: str
    side: Side
    effect: Sendable
    to: Place
    priority: int = int(Priority.BOT_WORDS)
    in_thread: bool = False
    case: str = ""
    announce: bool = False
    part: int = 1
    of: int = 1

    def place(self, root: Root | None) -> Place:
        """Where it is done, with the root of its case when that is there."""
        return root.thread if self.in_thread and root else self.to

    @property
    def source(self) -> Ref | None:
        """The message that this is about a copy of."""
        match self.effect:
            case Post(source=source):
                return source
            case Amend(source=source) | Withdraw(source=source) | Mark(source=source):
                return source
            case Redraw() | Erase() | Whisper() | ClearButtons() | Forward():
                return None

    @property
    def link(self) -> str:
        """The name under which copies of the source are linked: of its words, or of its files; "" without a source."""
        source, effect = self.source, self.effect
        if source is None:
            return ""
        if self.file and isinstance(effect, Withdraw):
            return file_of(self.side, source, self.file)
        about_files = bool(effect.body.files) if isinstance(effect, Post) else False
        if isinstance(effect, Withdraw):
            about_files = effect.files_only
        return files_of(self.side, source) if about_files else copies_of(self.side, source)

    @property
    def file(self) -> str:
        """The id of the one file of its source that this brings or takes back; "" when it is about no single one."""
        match self.effect:
            case Post(body=Body(files=(one,))):
                return one.id
            case Withdraw(file=file):
                return file
            case _:
                return ""


@dataclass(frozen=True, slots=True)
class Root:
    """Where a case is in its desk: the root card, and the thread under it."""

    ref: Ref
    thread: Place


@dataclass(frozen=True, slots=True)
class Twin:
    """What is to be looked for after a message was sent again: there must be only one with this key.

    `keep` is the encoded message that must stay, "" for the earliest.
    """

    conversation: str
    key: str
    place: Place
    since: float
    source: str = ""
    keep: str = ""
    looks: int = 0
    failures: int = 0

    @property
    def is_in_desk(self) -> bool:
        """Whether it is a copy, a root card or another message of the app's at a desk."""
        return bool(self.keep) or self.source.startswith(f"{Side.AGENTS.value}|")


def event_name(conversation: str, sequence: int, at: float) -> str:
    """Names an event for `entry_id`: by when it happened, too.

    A store that was put back from a backup, or lost its end, gives the same sequence to another event.
    """
    return f"{conversation}#{sequence}@{at:.6f}"


def entry_id(origin: str, n: int, part: int = 1) -> str:
    """The same for the same effect of the same `origin`, however often it is worked out; says nothing to readers.

    `origin` names an event, or is the id of the entry that this one goes behind.
    """
    return blake2b(f"{origin}.{n}/{part}".encode(), digest_size=12).hexdigest()


def trace_of(link: str, part: int) -> str:
    """Ends the id of an entry that copies a message, by whatever event it came to be: `link` is the entry's, of `part`.

    After the store has forgotten an event that was done, another entry is made for it; by this its copy is known.
    """
    return blake2b(f"{link}/{part}".encode(), digest_size=8).hexdigest()


def copies_of(side: Side, source: Ref) -> str:
    """The name under which the copies of a message on one side are linked."""
    return f"{side.value}|{source.key}"


def own_of(side: Side, entry: str) -> str:
    """The name under which a message of the app's own is linked that is a copy of nothing."""
    return f"{side.value}|own|{entry}"


def files_of(side: Side, source: Ref) -> str:
    """The name under which the copies of a message's files are linked: an edit of the words leaves them alone."""
    return f"{side.value}|files|{source.key}"


def file_of(side: Side, source: Ref, file: str) -> str:
    """The name under which the copy of one file of a message is linked once more, so that it can be found alone.

    It does not begin with a side: whoever counts the copies of a side is to count each once.
    """
    return f"file|{side.value}|{file}|{source.key}"
