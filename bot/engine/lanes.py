"""In which lane something waits: what shows in one thread is in one, in the order in which it was decided. Pure."""

from __future__ import annotations

from bot.core.activity import Side
from bot.core.effects import ClearButtons, Erase, Mark, Redraw, Whisper
from bot.engine.codec import Forward
from bot.engine.entries import Entry

_CUSTOMER_LANE = "c"
_FORWARD_LANE = "f"


def lane_of(entry: Entry) -> str:
    """The lane of an entry: what shows in one thread is in one lane, in the order in which it was decided."""
    effect = entry.effect
    if isinstance(effect, Forward):
        return _FORWARD_LANE
    if isinstance(effect, Redraw):
        return f"k{entry.case}"
    if isinstance(effect, Mark) and effect.on_original:
        # A receipt stands beside the words: neither needs to wait for the other.
        return f"m{entry.side.value}{entry.case}"
    if isinstance(effect, Whisper | ClearButtons | Erase):
        # So does a hint. Platforms take marks and words at different paces.
        return f"x{entry.side.value}{entry.case}"
    return f"a{entry.case}" if entry.side is Side.AGENTS else _CUSTOMER_LANE


def lanes_of_case(case: str) -> tuple[str, ...]:
    """The lanes that wait for a case's root card."""
    return (f"a{case}", f"k{case}", f"x{Side.AGENTS.value}{case}", f"m{Side.AGENTS.value}{case}")
