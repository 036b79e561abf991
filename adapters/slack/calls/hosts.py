"""Which addresses files may be fetched from and sent to: Slack's own, exactly. Pure.

Our token goes along with a download, so an address that merely looks like Slack's must not get it. Never resolves
names, never follows redirects.
"""

from __future__ import annotations

from typing import Final

from bot.core.platforms.addresses import may_be_reached

HOSTS: Final = frozenset({"files.slack.com", "slack-files.com"})
_MAX_URL: Final = 4000


def is_slacks(url: str, further: frozenset[str]) -> bool:
    """Whether that is an address on one of Slack's hosts, or on one of `further` (`host` or `host:port`)."""
    return may_be_reached(url, _MAX_URL, further, HOSTS.__contains__)
