"""What a command is answered with: words, perhaps for all to see, and perhaps a picture or a file."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace

from bot.core.effects import Body


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or a file that comes with an answer.

    `open` gives its bytes anew at each call, in pieces, and raises StoreUnavailable. `url` is where the app itself
    serves it for a while to whoever knows the address: https when the configuration says how the app is reached from
    outside, plain http on this machine else. `alt` says what a picture shows, `instead` what somebody is told when
    it cannot be shown where they are.
    """

    name: str
    media_type: str
    alt: str
    open: Callable[[], AsyncIterator[bytes]]
    url: str = ""
    instead: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown, and need not be opened."""
        return self.media_type.startswith("image/")

    @property
    def is_public(self) -> bool:
        """Whether a chat platform can fetch it."""
        return self.url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command is answered with: for the asker alone, or with `shared` for everybody in the channel.

    A `private` answer is never shared, whatever was typed, and shows what others see masked. One that has a `later`
    says only that there is more to do: the answer itself follows, to be awaited once and shown in the same way.
    Awaiting it raises what `Commands.run` raises.
    """

    body: Body
    shared: bool = False
    private: bool = False
    attachments: tuple[Attachment, ...] = ()
    later: Awaitable[Answer] | None = field(default=None, compare=False)


async def whole(attachment: Attachment, limit: int) -> bytes | None:
    """The bytes of an attachment, None when they are more than `limit`. Raises StoreUnavailable."""
    held = bytearray()
    async for piece in attachment.open():
        held += piece
        if len(held) > limit:
            return None
    return bytes(held)


def left_over(answer: Answer, *, inline: int = 0) -> tuple[Attachment, ...]:
    """The attachments that `body_with` leaves to be sent as files: all but public ones, and pictures put inside."""
    return tuple(one for one in answer.attachments if not one.is_public and not (inline and one.is_picture))


async def body_with(answer: Answer, *, inline: int = 0, local: bool = False, files: bool = False) -> Body:
    """One message that shows the attachments as far as a message alone can.

    Pictures of at most `inline` bytes are put into the message itself, larger ones and files are linked to where a
    platform can fetch them, or this machine can (`local`). What can be had neither way is put into words, or left
    to be sent as a file (`files`, see `left_over`). Raises StoreUnavailable.
    """
    body = answer.body
    later = left_over(answer, inline=inline) if files else ()
    for one in (one for one in answer.attachments if one not in later):
        reachable = one.is_public or (local and bool(one.url))
        raw = await whole(one, inline) if one.is_picture and inline else None
        if raw is not None:
            body = replace(body, image=f"data:{one.media_type};base64,{base64.b64encode(raw).decode()}", alt=one.alt)
        elif one.is_picture and reachable:
            body = replace(body, image=one.url, alt=one.alt)
        elif reachable:
            body = replace(body, text=f"{body.text}\n\n[{one.name}]({one.url})")
        elif one.instead:
            body = replace(body, text=f"{body.text}\n\n{one.instead}")
    return body
