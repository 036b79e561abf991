"""What a platform lacks, in words; and long texts in parts.

Pure functions from bodies to bodies. Knows no platform: whoever calls says what cannot be done.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.core.effects import Body

_FENCE: Final = re.compile(r"^\s{0,3}(```+|~~~+)(.*)$")
_ZERO_WIDTH_JOINER: Final = "\u200d"
_SENTENCE_END: Final = re.compile(r"[.!?…。！？]+[\"'”’)\]]*\s+")


def parts(text: str, limit: int) -> tuple[str, ...]:
    """A text in parts of at most `limit` code points each, together saying all of it, in order.

    Cut at the last paragraph end that fits, else line end, sentence end, space, else between two
    characters as a reader sees them. White space at a cut is dropped. A block of code that is cut is
    closed and opened again, so that each part reads on its own. `limit` is at least 32.
    """
    limit = max(limit, 32)
    if len(text) <= limit:
        return (text,)
    found: list[str] = []
    rest, fence = text, ""
    while rest:
        opening = f"{fence}\n" if fence else ""
        if len(opening) + len(rest) <= limit:
            found.append(opening + rest)
            break
        # Room for the line that may have to close a block of code here.
        room = limit - len(opening) - 8
        at = _cut(rest, max(room, 8))
        piece = rest[:at]
        fence = _open_fence(opening + piece)
        closing = f"\n{_marker(fence)}" if fence else ""
        found.append((opening + piece.rstrip() + closing)[:limit] if not fence else opening + piece.rstrip() + closing)
        rest = rest[at:].lstrip("\n") if fence else rest[at:].lstrip()
    return tuple(part for part in found if part.strip())


def _cut(text: str, room: int) -> int:
    """Where to cut so that at most `room` code points come before; never 0."""
    head = text[: room + 1]
    for separator in ("\n\n", "\n"):
        at = head.rfind(separator)
        # A cut in the first third would leave a crumb: look for a finer one that fills the part.
        if at > room // 3:
            return at
    ends = [match.end() for match in _SENTENCE_END.finditer(head) if match.end() <= room]
    if ends and ends[-1] > room // 3:
        return ends[-1]
    space = max(head.rfind(" "), head.rfind("\n"))
    if space > room // 3:
        return space
    at = room
    while at > 1 and not _boundary(text, at):
        at -= 1
    return at if at > 1 else room


def _boundary(text: str, at: int) -> bool:
    """Whether a reader sees two characters left and right of this place (an approximation of UAX #29)."""
    before, after = text[at - 1], text[at]
    if _ZERO_WIDTH_JOINER in {before, after}:
        return False
    if unicodedata.combining(after) or unicodedata.category(after) in {"Mn", "Me", "Mc"}:
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False
    if before == "\r" and after == "\n":
        return False
    if _regional(before) and _regional(after):
        run = 0
        while at - 1 - run >= 0 and _regional(text[at - 1 - run]):
            run += 1
        return run % 2 == 0
    return True


def _regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _open_fence(text: str) -> str:
    """The line that opened the block of code in which the text ends, "" when it ends in none."""
    opened = ""
    for line in text.splitlines():
        match = _FENCE.match(line)
        if match is None:
            continue
        if not opened:
            opened = line.strip()
        elif match[1][0] == opened[0] and len(match[1]) >= len(_marker(opened)) and not match[2].strip():
            opened = ""
    return opened


def _marker(fence: str) -> str:
    return fence[: len(fence) - len(fence.lstrip(fence[0]))]


def split(body: Body, limit: int) -> tuple[Body, ...]:
    """A body as the messages it takes: a long text in parts, buttons and picture with the last, then each file."""
    if body.card is not None:
        return (body,)
    files = tuple(Body("", voice=body.voice, files=(file,), mention=body.mention) for file in body.files)
    words = replace(body, files=())
    if files and not body.text.strip() and not (body.buttons or body.image):
        return files
    files = tuple(replace(file, mention=None) for file in files)
    texts = parts(body.text, limit)
    if len(texts) == 1:
        return (words, *files)
    bodies = [replace(words, text=text, buttons=(), image="") for text in texts]
    bodies[-1] = replace(bodies[-1], buttons=body.buttons, image=body.image)
    return (*bodies, *files)


def without_buttons(body: Body) -> Body:
    """Buttons as a list to read: pages keep their address, choices can be typed."""
    if not body.buttons:
        return body
    lines = [f"- [{b.label}]({b.url})" if b.url else f"- {b.label}" for b in body.buttons]
    return replace(body, text="\n".join([body.text, "", *lines]).strip(), buttons=())


def without_image(body: Body) -> Body:
    """A picture as its address; one that has none (a data URI) by what it shows."""
    if not body.image:
        return body
    shown = body.alt or "picture"
    line = f"[{shown}]({body.image})" if body.image.startswith(("https://", "http://")) else f"*{shown}*"
    return replace(body, text=f"{body.text}\n{line}".strip(), image="", alt="")


def in_words(body: Body) -> Body:
    """A body as its words alone: no card, no picture, no buttons."""
    return without_buttons(without_image(without_card(body)))


def without_card(body: Body) -> Body:
    """A card as text; `text` of a body stands alone, so the card's lines follow it."""
    if body.card is None:
        return body
    return replace(body, text="\n".join(_card_lines(body)), card=None, buttons=(*body.buttons, *body.card.buttons))


def _card_lines(body: Body) -> Iterator[str]:
    card = body.card
    assert card is not None
    yield f"**{card.title}**"
    if card.why:
        yield card.why
    for line in card.evidence:
        yield f"> {line}"
    yield f"- Status: {card.standing}"
    for item in card.fields:
        yield f"- {item.label}: {item.text}"


def without_files(body: Body) -> Body:
    """Files by their names, so that the other side can ask for them."""
    if not body.files:
        return body
    names = ", ".join(file.name or file.id for file in body.files)
    return replace(body, text=f"{body.text}\n📎 *{names}*".strip(), files=())


def edited(body: Body) -> Body:
    """A change as a new message, where messages cannot be edited."""
    return replace(body, text=f"*(edited)* {body.text}")


def withdrawn() -> Body:
    """A message that was deleted by its author, where messages cannot be deleted."""
    return Body("*(this message was deleted by its author)*", quiet=True)


def about(body: Body, number: str) -> Body:
    """Words about a case that are read outside its thread: they say which case it is, unless they do already."""
    return body if f"#{number}" in body.text else replace(body, text=f"**#{number}** · {body.text}")


def aloud(body: Body, name: str) -> Body:
    """Words for one person, where nothing can be shown to one person alone."""
    return replace(body, text=f"*(for {name})* {body.text}", quiet=True)
