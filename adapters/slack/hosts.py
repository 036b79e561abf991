"""Which addresses files may be fetched from and sent to: Slack's own, exactly. Pure.

Our token goes along with a download, so an address that merely looks like Slack's must not get it. Never resolves
names, never follows redirects.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

HOSTS: Final = frozenset({"files.slack.com", "slack-files.com"})
_MAX_URL: Final = 4000


def is_slacks(url: str, further: frozenset[str]) -> bool:
    """Whether that is an address on one of Slack's hosts, or on one of `further` (`host` or `host:port`).

    Plain http is for further hosts on this machine only.
    """
    if not url.isascii() or not 0 < len(url) <= _MAX_URL or any(c <= " " or c in '\\"<>^`{|}\x7f' for c in url):
        return False
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    if (
        parts.username is not None
        or parts.password is not None
        or "@" in parts.netloc
        or not parts.path.startswith("/")
    ):
        return False
    if parts.netloc in further:
        return parts.scheme == "https" or (parts.scheme == "http" and host in {"127.0.0.1", "localhost", "::1"})
    return parts.scheme == "https" and parts.netloc in {host, f"{host}:443"} and host in HOSTS and port in {None, 443}
