"""How a message that waits is named to its author: by how it begins."""

from __future__ import annotations

from typing import Final

from bot.core.conversation import Held
from bot.core.wording.shortening import on_one_line

_MOST: Final = 80


def beginning(held: Held) -> str:
    """The first 80 characters of a message in quotation marks, or the names of its files."""
    words = on_one_line(held.text, _MOST) or on_one_line(", ".join(file.name for file in held.files), _MOST)
    return f"“{words}”"
