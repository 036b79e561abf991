"""Where to reach each tenant's conversations: the service address that its last activity named.

Only addresses on the cloud's exact list of hosts are believed, over https: our token is never sent anywhere
else. What was learned survives a restart in a small file, and other processes on the machine see it. Where
nothing was learned, the cloud's address for unasked messages serves.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections import OrderedDict
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog

from bot.core.platforms.addresses import is_loopback
from bot.core.platforms.json_values import as_object, as_text

_MAX_EXCEPTIONS: Final = 5_000
_MAX_URL: Final = 300
_MAX_ALLOWED: Final = 100

_log = structlog.get_logger("teams")


class Addresses:
    """The service addresses of tenants, and of the conversations that have another one."""

    def __init__(self, default: str, hosts: frozenset[str], *, local: bool, memory: Path | None) -> None:
        self._default = with_slash(default)
        self._hosts = hosts
        self._local = local
        self._memory = memory
        self._read_at = 0
        self._tenants: dict[str, str] = {}
        self._channels: OrderedDict[str, str] = OrderedDict()
        self._allowed: OrderedDict[str, None] = OrderedDict()

    def is_allowed(self, url: str) -> bool:
        """Whether our token may be sent there. Never raises."""
        if url in self._allowed:
            return True
        if not self._is_listed(url):
            return False
        self._allowed[url] = None
        if len(self._allowed) > _MAX_ALLOWED:
            self._allowed.popitem(last=False)
        return True

    def _is_listed(self, url: str) -> bool:
        if not url.isascii() or len(url) > _MAX_URL or any(c.isspace() or c == "\\" for c in url):
            return False
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            return False
        host = parts.hostname or ""
        if self._local and is_loopback(host) and parts.scheme in {"http", "https"}:
            return True
        return parts.scheme == "https" and host in self._hosts and port in {None, 443}

    def learn(self, tenant: str, channel: str, url: str) -> None:
        """Remember where a conversation was heard from."""
        url = with_slash(url)
        if not self.is_allowed(url) or self._known(tenant, channel) == url:
            return
        self._refresh()
        key = f"{tenant}|{channel}"
        if self._tenants.setdefault(tenant, url) == url:
            self._channels.pop(key, None)
        else:
            self._channels[key] = url
            while len(self._channels) > _MAX_EXCEPTIONS:
                self._channels.popitem(last=False)
        self._write()

    def of(self, tenant: str, channel: str) -> str:
        """Where to call for a conversation; ends with a slash."""
        if not self._known(tenant, channel):
            self._refresh()
        return self._known(tenant, channel) or self._default

    def _known(self, tenant: str, channel: str) -> str:
        return self._channels.get(f"{tenant}|{channel}") or self._tenants.get(tenant, "")

    def _refresh(self) -> None:
        """Read the file if somebody has written it since."""
        if self._memory is None:
            return
        try:
            written = self._memory.stat().st_mtime_ns
            if written == self._read_at:
                return
            kept = as_object(json.loads(self._memory.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return
        self._read_at = written
        for name, into in (("tenants", self._tenants), ("channels", self._channels)):
            for key, url in as_object(kept.get(name)).items():
                if self.is_allowed(as_text(url)):
                    into.setdefault(key, as_text(url))

    def _write(self) -> None:
        if self._memory is None:
            return
        kept = json.dumps({"tenants": self._tenants, "channels": self._channels}, indent=1)
        draft = self._memory.with_name(f"{self._memory.name}.{os.getpid()}")
        try:
            draft.write_text(kept, encoding="utf-8")
            draft.replace(self._memory)
            self._read_at = self._memory.stat().st_mtime_ns
        except OSError as error:
            _log.warning("service address not kept", why=type(error).__name__)
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)


def with_slash(url: str) -> str:
    """The address with a slash at its end."""
    return url if url.endswith("/") else f"{url}/"
