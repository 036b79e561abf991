"""What the page asks for, read from JSON; and what of that is reported to the app as an Activity.

Pure. Everything that is malformed raises Malformed with a sentence that says what was expected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from adapters.web.settings import place
from bot.core.activity import (
    Activity,
    Content,
    Deleted,
    Edited,
    File,
    Mention,
    Person,
    Pressed,
    Reacted,
    Ref,
    Said,
    Submitted,
)

MAX_TEXT: Final = 10_000
"""Characters of one message, a person's or the app's."""
MAX_FILES: Final = 10
"""Files of one message."""
_MAX_WORD: Final = 4_000
_FILE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MAX_FIELDS: Final = 50
_CALLED: Final = re.compile(r"(?<!\w)@(\w+)")
_COMMAND: Final = re.compile(r"/support(?=\s|$)\s*", re.IGNORECASE)


class Malformed(Exception):
    """The page, or whoever pretends to be it, sent something that is not in the API."""


@dataclass(frozen=True, slots=True)
class Say:
    """Write a message into a channel or a thread of it, with files that were staged before."""

    channel: str
    thread: str
    text: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Give a `/support` command; `words` is what follows it."""

    channel: str
    thread: str
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """Change the text of one's own message."""

    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete one's own message, or put a whisper away."""

    message: str


@dataclass(frozen=True, slots=True)
class React:
    """Put a reaction on a message, or take it away."""

    message: str
    emoji: str
    added: bool


@dataclass(frozen=True, slots=True)
class Press:
    """Press a button that a message has."""

    message: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Fill:
    """Send the form that a button of a message had opened."""

    message: str
    action: str
    value: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choose(Fill):
    """Something was chosen in such a form that fills in the rest of it; nothing is sent."""


@dataclass(frozen=True, slots=True)
class OpenChat:
    """Begin another chat with the app (customers only)."""


Act = Say | Ask | Change | Remove | React | Press | Fill | Choose | OpenChat


@dataclass(frozen=True, slots=True)
class Doing:
    """One act of one person. Whoever repeats a `nonce` repeats the act, and nothing happens twice."""

    author: str
    nonce: str
    act: Act


def doing_of(raw: bytes) -> Doing:
    """Read the body of `POST /api/acts`. Raises Malformed."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body must be JSON in UTF-8") from error
    if not isinstance(found, dict):
        raise Malformed("the body must be one JSON object")
    fields = cast("Mapping[str, object]", found)
    return Doing(_word(fields, "as"), _word(fields, "nonce", default=""), _act_of(fields))


def _act_of(fields: Mapping[str, object]) -> Act:
    match fields.get("do"):
        case "say":
            files = _files(fields)
            text = _text(fields, may_be_empty=bool(files))
            channel, thread = _word(fields, "channel"), _word(fields, "thread", default="")
            command = _COMMAND.match(text)
            if command and files:
                raise Malformed("a command takes no files; send them in a message of their own")
            if command:
                return Ask(channel, thread, text[command.end() :].strip())
            return Say(channel, thread, text, files)
        case "edit":
            return Change(_word(fields, "message"), _text(fields))
        case "delete":
            return Remove(_word(fields, "message"))
        case "react":
            added = fields.get("added", True)
            if not isinstance(added, bool):
                raise Malformed("'added' must be true or false")
            return React(_word(fields, "message"), _emoji(fields), added)
        case "press":
            return Press(_word(fields, "message"), _word(fields, "action"), _word(fields, "value", default=""))
        case "submit" | "choose" as do:
            sent = Fill if do == "submit" else Choose
            value = _word(fields, "value", default="")
            return sent(_word(fields, "message"), _word(fields, "action"), value, _fields(fields))
        case "open_chat":
            return OpenChat()
        case _:
            raise Malformed("'do' must be one of say, edit, delete, react, press, submit, choose, open_chat")


def _string(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Malformed(f"{name!r} must be a string")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Malformed(f"{name!r} holds half of a character (a lone surrogate)") from error
    if "\x00" in value:
        raise Malformed(f"{name!r} holds a NUL character")
    return value


def _word(fields: Mapping[str, object], name: str, *, default: str | None = None) -> str:
    if default is not None and name not in fields:
        return default
    value = _string(fields, name)
    if len(value) > _MAX_WORD:
        raise Malformed(f"{name!r} is longer than {_MAX_WORD} characters")
    if not value and default is None:
        raise Malformed(f"{name!r} must not be empty")
    return value


def _fields(fields: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    given = fields.get("fields")
    if not isinstance(given, dict) or len(cast("Mapping[str, object]", given)) > _MAX_FIELDS:
        raise Malformed(f"'fields' must be an object of at most {_MAX_FIELDS} strings")
    named = cast("Mapping[str, object]", given)
    pairs = tuple((name, _string(named, name)) for name in named)
    if any(len(value) > MAX_TEXT for _, value in pairs):
        raise Malformed(f"a field is longer than {MAX_TEXT} characters")
    return pairs


def _files(fields: Mapping[str, object]) -> tuple[str, ...]:
    given = fields.get("files", [])
    ids = cast("list[object]", given) if isinstance(given, list) else [given]
    if len(ids) > MAX_FILES or not all(isinstance(one, str) and _FILE.fullmatch(one) for one in ids):
        raise Malformed(f"'files' must be a list of at most {MAX_FILES} ids, as `POST /api/files` gives them")
    return tuple(str(one) for one in ids)


def _text(fields: Mapping[str, object], *, may_be_empty: bool = False) -> str:
    text = _string(fields, "text").strip()
    if not text and not may_be_empty:
        raise Malformed("'text' must hold more than blanks")
    if len(text) > MAX_TEXT:
        raise Malformed(f"'text' is longer than {MAX_TEXT} characters; send it in parts")
    return text


def _emoji(fields: Mapping[str, object]) -> str:
    emoji = _string(fields, "emoji").strip()
    if not 0 < len(emoji) <= 32 or any(c.isspace() or c in "<>&\"'" for c in emoji):
        raise Malformed("'emoji' must be one emoji, or a :name:")
    return emoji


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that a person did, as the room keeps it until the app has taken it.

    `kind` is `said`, `edited`, `deleted`, `reacted`, `pressed` or `submitted`; `text` is the message's text, the
    emoji or the button's action, `value` the button's value, or `added`/`removed`, or for a form JSON of
    the button's value and the fields, or for a message JSON of its files.
    """

    id: int
    at: float
    author: str
    channel: str
    thread: str
    message: str
    kind: str
    text: str = ""
    value: str = ""
    is_whisper: bool = False
    """Whether the message was shown to its reader alone: it has no thread of its own."""


def activity_of(happening: Happening, author: Person, *, direct: bool, colleagues: Sequence[Person] = ()) -> Activity:
    """What the app is told. An act upon a desk's top-level message happened in that message's thread, if it has one.

    Of `colleagues` those are called whose name, or first name, stands behind an @.
    """
    ref = Ref(place(happening.channel, happening.thread), happening.message)
    where = ref.place
    if not (direct or happening.thread or happening.is_whisper or happening.kind == "said"):
        where = place(happening.channel, happening.message)
    return Activity(
        id=f"a{happening.id}",
        at=happening.at,
        place=where,
        author=author,
        content=_content_of(happening, ref, colleagues),
        direct=direct,
    )


def _content_of(happening: Happening, ref: Ref, colleagues: Sequence[Person]) -> Content:
    match happening.kind:
        case "said":
            files: list[dict[str, Any]] = json.loads(happening.value or "[]")
            sent = tuple(File(each["id"], each["name"], each["type"], each["size"]) for each in files)
            called = {word.casefold() for word in _CALLED.findall(happening.text)}
            mentions = (Mention(each.key, each.name) for each in colleagues if _first_name(each) in called)
            return Said(ref, happening.text, sent, tuple(mentions))
        case "edited":
            return Edited(ref, happening.text)
        case "deleted":
            return Deleted(ref)
        case "reacted":
            return Reacted(ref, happening.text, added=happening.value == "added")
        case "pressed":
            return Pressed(ref, happening.text, happening.value)
        case "submitted":
            value, pairs = json.loads(happening.value)
            return Submitted(ref, happening.text, value, tuple((name, filled) for name, filled in pairs))
        case other:
            raise ValueError(f"the room holds an act of an unknown kind {other!r}")


def _first_name(person: Person) -> str:
    return person.name.partition(" ")[0].casefold()
