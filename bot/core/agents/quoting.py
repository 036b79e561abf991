"""How a message that waits is named to its author: by how it begins."""

from __future__ import annotations

from typing import Final

from bot.core.conversation import Held

_MOST: Final = 80


def beginning(held: Held) -> str:
    """The first 80 characters of a message in quotation marks, or the names of its files."""
    text = " ".join(held.text.split()) or ", ".join(file.name for file in held.files)
    return f"“{text}”" if len(text) <= _MOST else f"“{text[: _MOST - 1]}…”"
