"""When something happened, as Slack writes it. Pure."""

from __future__ import annotations


def as_seconds(value: object) -> float:
    """A Slack timestamp (`1700000000.000100`, or a number) as seconds since 1970; 0 when it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return 0.0
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return 0.0
    return seconds if 0.0 < seconds < 1e11 else 0.0
