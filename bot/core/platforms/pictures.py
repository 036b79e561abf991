"""Whether bytes are a picture that may be shown as one: told by how they begin, never by a name or a claim. Pure."""

from __future__ import annotations

from typing import Final

HEAD: Final = 16
"""How many of the first bytes are looked at."""

_BEGINNINGS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
BYTES: Final = "application/octet-stream"


def type_of(head: bytes) -> str:
    """The media type of a PNG, JPEG, GIF or WebP; for everything else that of mere bytes."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for begin, kind in _BEGINNINGS if head.startswith(begin)), BYTES)
