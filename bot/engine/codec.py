"""Values to JSON and back: the only place that knows how an event, a state or an entry is written down.

Fields that have their default value are left out, unknown fields are ignored, so that processes of two neighbouring
versions can read each other's values during a rolling restart. What is kept for long is packed besides (`packing`), and
read whether it is or not: processes from before that read it not.
"""

from __future__ import annotations

import json
import operator
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, TypeVar

import cattrs
from cattrs import override
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn
from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from bot.core.activity import Content, Place, Ref
from bot.core.conversation import Conversation, Held, Line
from bot.core.effects import Amend, ClearButtons, Erase, Mark, Post, Redraw, Whisper, Withdraw
from bot.core.events import Event
from bot.engine.packing import packed, unpacked
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
    # the name under which processes of versions before write and read it
    older = override(rename="command")
    converter.register_structure_hook(Held, make_dict_structure_fn(Held, converter, unclear=older))
    unstructure = make_dict_unstructure_fn(Held, converter, _cattrs_omit_if_default=True, unclear=older)
    converter.register_unstructure_hook(Held, unstructure)
    return converter


_CONVERTER: Final = _converter()
_WORDS_OF_A_REF: Final = 5
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def write(value: Any, kind: Any) -> str:
    """One value of a class or closed union as JSON."""
    return dumps(_CONVERTER.unstructure(value, kind))


def write_packed(value: Any, kind: Any) -> str:
    """The same in fewer characters, for what is kept for long and rarely looked at."""
    return packed(write(value, kind))


def read(text: str, kind: type[T]) -> T:
    """What `write` or `write_packed` wrote. Raises Unreadable."""
    try:
        return _CONVERTER.structure(json.loads(unpacked(text)), kind)
    except Exception as error:  # cattrs raises groups of anything; what cannot be read is one thing to us
        raise Unreadable(f"reading a stored {getattr(kind, '__name__', kind)}: {error}") from error


def dumps(value: Any) -> str:
    """JSON without spaces. Half a surrogate pair, which some clients send, becomes the replacement character."""
    text = _ENCODER.encode(value)
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


def read_conversation(text: str) -> Conversation:
    """A conversation's state. Raises Unreadable."""
    return read(text, Conversation)


@dataclass(frozen=True, slots=True)
class _Known:
    """A conversation as it was written, and how its lines were: most of them are in the next state as well."""

    text: str
    conversation: Conversation
    lines: Mapping[int, str]
    """By the identity of lines that `conversation` holds."""


class Remembered:
    """Conversations that this process wrote lately: they need not be read again, nor their old lines be written again.

    What another process has changed meanwhile is another text, and is read.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def read(self, id: str, text: str) -> Conversation:
        """What `read_conversation` reads. Raises Unreadable."""
        known = self._known.get(id)
        return known.conversation if known is not None and known.text == text else read_conversation(text)

    def write(self, conversation: Conversation) -> str:
        """A conversation's state, for `read_conversation`."""
        before = self._known.get(conversation.id)
        old: Mapping[int, str] = before.lines if before is not None else {}
        lines = {id(line): old.get(id(line)) or write(line, Line) for line in conversation.transcript}
        text = write(replace(conversation, transcript=()), Conversation)
        if lines:
            text = f'{text[:-1]},"transcript":[{",".join(lines[id(line)] for line in conversation.transcript)}]}}'
        text = packed(text)
        self._known[conversation.id] = _Known(text, conversation, lines)
        self._known.move_to_end(conversation.id)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return text


def write_ref(ref: Ref) -> str:
    """A message as links name it: its five words between bars, for there are two of them for each that is relayed."""
    place = ref.place
    return "|".join(map(_barless, (place.platform, place.tenant, place.channel, place.thread, ref.id)))


def read_ref(text: str) -> Ref:
    """A message as links name it, or as they did when it was JSON. Raises Unreadable."""
    if text.startswith("{"):
        return read(text, Ref)
    words = text.split("|")
    if len(words) != _WORDS_OF_A_REF:
        raise Unreadable(f"reading a stored Ref: it has {len(words)} words, not {_WORDS_OF_A_REF}")
    *place, name = (word.replace("%7C", "|").replace("%25", "%") for word in words)
    return Ref(Place(*place), name)


def _barless(word: str) -> str:
    return word.replace("%", "%25").replace("|", "%7C")
