"""Values to JSON and back: the only place that knows how an event, a state or an entry is written down.

Fields that have their default value are left out, unknown fields are ignored, so that processes of two
neighbouring versions can read each other's values during a rolling restart.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import cattrs
from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from bot.core.activity import Activity, Content, Ref
from bot.core.conversation import Conversation
from bot.core.effects import Amend, ClearButtons, Erase, Mark, Post, Redraw, Whisper, Withdraw
from bot.core.events import Event
from bot.errors import WarmlineError


@dataclass(frozen=True, slots=True)
class Forward:
    """An encoded event for the conversation of another case, of the time `at`."""

    case: int
    event: str
    at: float


OnPlatform = Post | Redraw | Amend | Withdraw | Erase | Mark | Whisper | ClearButtons
"""The effects that reach a platform."""

Sendable = Forward | OnPlatform
"""What is queued to be done outside of the conversation: on a platform, or in another case's mailbox."""

T = TypeVar("T")


class Unreadable(WarmlineError):
    """A stored value cannot be read back: written by a version that is too new, or damaged."""


def _converter() -> cattrs.Converter:
    converter = make_converter(omit_if_default=True)
    for union in (Event, Content, Sendable):
        configure_tagged_union(union, converter, tag_name="is")
    # What an entity's value and additional_info may be is JSON already.
    for plain in (str | float | int | Mapping[str, object], Mapping[str, object] | None):
        converter.register_structure_hook_func(partial(operator.eq, plain), lambda value, _: value)
        converter.register_unstructure_hook_func(partial(operator.eq, plain), lambda value: value)
    return converter


_CONVERTER: Final = _converter()


def write(value: Any, kind: Any) -> str:
    """One value of a class or closed union as JSON."""
    return dumps(_CONVERTER.unstructure(value, kind))


def read(text: str, kind: type[T]) -> T:
    """What `write` wrote. Raises Unreadable."""
    try:
        return _CONVERTER.structure(json.loads(text), kind)
    except Exception as error:  # cattrs raises groups of anything; what cannot be read is one thing to us
        raise Unreadable(f"reading a stored {getattr(kind, '__name__', kind)}: {error}") from error


def dumps(value: Any) -> str:
    """JSON without spaces. Half a surrogate pair, which some clients send, becomes the replacement character."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def write_event(event: Event) -> str:
    """An event for the mailbox."""
    return write(event, Event)


def read_event(text: str) -> Event:
    """An event from the mailbox. Raises Unreadable."""
    return read(text, Event)  # type: ignore[arg-type]  # a union is no type[T] to mypy


def write_conversation(conversation: Conversation) -> str:
    """A conversation's state."""
    return write(conversation, Conversation)


def read_conversation(text: str) -> Conversation:
    """A conversation's state. Raises Unreadable."""
    return read(text, Conversation)


def write_activity(activity: Activity) -> str:
    """An activity that waits for its thread to be bound."""
    return write(activity, Activity)


def read_activity(text: str) -> Activity:
    """An activity that waited. Raises Unreadable."""
    return read(text, Activity)


def write_ref(ref: Ref) -> str:
    """A message as links name it."""
    return write(ref, Ref)


def read_ref(text: str) -> Ref:
    """A message as links name it. Raises Unreadable."""
    return read(text, Ref)
