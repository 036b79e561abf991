"""When something happened, as Teams writes it. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.platforms.json_values import as_text


def as_moment(value: object) -> float:
    """An ISO 8601 time as seconds since 1970; without an offset it is UTC; 0 when it is none."""
    text = as_text(value)
    if not 10 <= len(text) <= 40:
        return 0.0
    try:
        moment = datetime.fromisoformat(text)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
    return seconds if 0.0 < seconds < 1e11 else 0.0
