"""Which addresses files may be fetched from and sent to: Microsoft's own, and with our token only the connector. Pure.

A file of a personal chat lies in the sender's OneDrive; its address and that of an upload are good for minutes by
themselves and get no token of ours. Never resolves names, never follows redirects.
Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
"""

from __future__ import annotations

import re
from typing import Final

from bot.core.platforms.addresses import may_be_reached

_SHAREPOINT: Final = re.compile(r"[a-z0-9][a-z0-9-]*\.sharepoint(?:(?:-df)?\.com|(?:-mil)?\.us|\.cn)")
_MAX_URL: Final = 8000


def is_sharepoint(url: str, further: frozenset[str]) -> bool:
    """Whether that is an address on SharePoint or OneDrive, or on one of `further` (`host` or `host:port`)."""
    return may_be_reached(url, _MAX_URL, further, lambda host: _SHAREPOINT.fullmatch(host) is not None)
