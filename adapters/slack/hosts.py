"""Which addresses files may be fetched from and sent to: Slack's own, exactly. Pure.

Our token goes along with a download, so an address that merely looks like Slack's must not get it. Never resolves
names, never follows redirects.
"""

from __future__ import annotations

from typing import Final

from bot.core.addresses import is_https_host, is_loopback, plain_address

HOSTS: Final = frozenset({"files.slack.com", "slack-files.com"})
_MAX_URL: Final = 4000


def is_slacks(url: str, further: frozenset[str]) -> bool:
    """Whether that is an address on one of Slack's hosts, or on one of `further` (`host` or `host:port`).

    Plain http is for further hosts on this machine only.
    """
    parts = plain_address(url, _MAX_URL)
    if parts is None:
        return False
    host = parts.hostname or ""
    if parts.netloc in further:
        return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return is_https_host(parts) and host in HOSTS
