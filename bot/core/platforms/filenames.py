"""File names that are safe to show, to store and to send on, whatever somebody called their file. Pure.

A name is never a path, never longer than file systems take, never reads in another order than it is
written, and never one that an operating system keeps for its devices.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_BYTES: Final = 200
"""Of UTF-8, below the 255 that common file systems allow, so that a copy can still be called `name (1)`."""
_MAX_ENDING: Final = 20

_SEPARATORS: Final = re.compile(r"[/\\:*?\"<>|\u2044\u2215\u29f8\uff0f\uff3c]+")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS: Final = "\u200c\u200d"
"""Unseen, and part of how some scripts and emoji are written: kept between other characters."""
_DEVICES: Final = re.compile(r"(?i)^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)")


def safe_name(name: str, otherwise: str = "file") -> str:
    """The name without what could deceive or harm; `otherwise` where nothing of it is left.

    Path separators become `_`, controls and bidi overrides go, dots and blanks at the ends go (no hidden
    files, none that Windows cannot open), names of devices get a `_` in front, a long one loses its middle.
    """
    kept = "".join(c for c in unicodedata.normalize("NFC", name) if c in _JOINERS or not _is_hidden(c))
    flat = " ".join(_SEPARATORS.sub("_", kept).split()).strip(". " + _JOINERS)
    if not flat.strip("._ " + _JOINERS):
        return otherwise
    if _DEVICES.match(flat):
        flat = f"_{flat}"
    return _shortened(flat)


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or len(ending.encode()) > _MAX_ENDING:
        stem, dot, ending = name, "", ""
    room = MAX_BYTES - len(f"…{dot}{ending}".encode())
    return f"{stem.encode()[:room].decode(errors='ignore').rstrip()}…{dot}{ending}"
