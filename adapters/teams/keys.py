"""The keys that the Bot Framework signs with: fetched when needed, kept, and fetched again for a new one.

An unknown key id makes us fetch again, at most once per cool-down however many ask; keys that were fetched
serve for a day when their address does not answer. Nothing blocks the loop.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final, Protocol

import aiohttp
import jwt
import structlog

from adapters.teams.calls.web import WebClient
from bot.core.platforms.json_values import Json, as_list, as_objects, as_text
from bot.ports import Clock
from bot.under_way import OneAtATime

REFRESH_SECONDS: Final = 3600.0
KEEP_SECONDS: Final = 24 * 3600.0

_log = structlog.get_logger("teams")


class KeysUnavailable(Exception):
    """No key could be fetched, and none is kept: a token can be neither believed nor refused."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One public key, and the channels (`msteams`) that it is endorsed for."""

    key: jwt.PyJWK
    endorsements: frozenset[str]


class Keys(Protocol):
    """Where verification gets its keys."""

    async def find(self, id: str) -> SigningKey | None:
        """The key of that id; None when there is none. Raises KeysUnavailable."""
        ...


class KeyCache:
    """The keys behind one OpenID metadata address."""

    def __init__(self, metadata_url: str, web: WebClient, clock: Clock, *, cool_down: float) -> None:
        self._metadata_url = metadata_url
        self._web = web
        self._clock = clock
        self._cool_down = cool_down
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._fetch = OneAtATime(self._fetch_all)

    async def find(self, id: str) -> SigningKey | None:
        """See `Keys`."""
        now = self._clock.now()
        if now - self._fetched_at > KEEP_SECONDS:
            self._keys = {}
        found = self._keys.get(id)
        may_fetch = self._fetch.is_under_way or now - self._tried_at >= self._cool_down
        if found is not None:
            if may_fetch and now - self._fetched_at > REFRESH_SECONDS:
                self._fetch.begin()
            return found
        if may_fetch:
            await asyncio.shield(self._fetch.begin())
            found = self._keys.get(id)
        if found is None and not self._keys:
            raise KeysUnavailable(self._metadata_url)
        return found

    async def close(self) -> None:
        """Give up what is under way."""
        await self._fetch.give_up()

    async def _fetch_all(self) -> None:
        self._tried_at = self._clock.now()
        try:
            metadata = await self._get(self._metadata_url)
            keys = await self._get(as_text(metadata.get("jwks_uri")))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _log.warning("signing keys not fetched", why=type(error).__name__, kept=len(self._keys))
            return
        found = dict(pair for one in as_objects(keys.get("keys")) if (pair := _key(one)) is not None)
        if found:
            self._keys, self._fetched_at = found, self._clock.now()

    async def _get(self, url: str) -> Json:
        answer = await self._web.call("GET", url, headers={})
        if answer.status != 200 or not answer.is_json:
            raise ValueError("not an answer with keys")
        return answer.body


def _key(entry: Json) -> tuple[str, SigningKey] | None:
    """A key of the set that can check RS256; None for any other."""
    name = as_text(entry.get("kid"))
    if not name or entry.get("kty") != "RSA":
        return None
    try:
        key = jwt.PyJWK(dict(entry), algorithm="RS256")
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return name, SigningKey(key, frozenset(map(as_text, as_list(entry.get("endorsements")))))
