"""Whether an https address is what it looks like: taken apart without a trick, before anything is sent to it. Pure.

Which hosts may be reached is each adapter's own knowledge. Never resolves names.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit


def may_be_reached(url: str, longest: int, further: frozenset[str], is_theirs: Callable[[str], bool]) -> bool:
    """Whether an address of at most `longest` characters is on a host for which `is_theirs` holds, or one of `further`.

    `further` are written `host` or `host:port`. Plain http is for those of them that are on this machine.
    """
    parts = _plain_address(url, longest)
    if parts is None:
        return False
    host = parts.hostname or ""
    if parts.netloc in further:
        return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return _is_https_host(parts) and is_theirs(host)


def is_loopback(host: str) -> bool:
    """Whether an address or host name stands for this machine and no other."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain_address(url: str, longest: int) -> SplitResult | None:
    """The parts of an absolute address of at most `longest` characters; None for one that may be read in two ways."""
    if not url.isascii() or not 0 < len(url) <= longest or any(c <= " " or c in '\\"<>^`{|}\x7f' for c in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if "@" not in parts.netloc and parts.path.startswith("/") else None


def _is_https_host(parts: SplitResult) -> bool:
    """Whether it is https on a host's usual port, with nothing else beside the host's name."""
    host = parts.hostname or ""
    return parts.scheme == "https" and parts.netloc in {host, f"{host}:443"}
