"""Whether a request comes from the Bot Framework: its bearer token, checked before the body is parsed.

Source: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
(issuer, audience, signature, five minutes of skew, endorsement, service address).
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, cast

import jwt

from adapters.teams.keys import Keys
from bot.core.platforms.json_values import as_text
from bot.ports import Clock

SKEW_SECONDS: Final = 300.0
CHANNEL: Final = "msteams"
_MAX_TOKEN: Final = 16_384
_KEPT: Final = 256


class BadToken(Exception):
    """The request is not the Bot Framework's; says why in words for a log, never the token itself."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What a good token says: the key it is signed with and its channels, and the service address that it is for."""

    key: str
    service_url: str
    endorsements: frozenset[str]
    not_before: float
    expires: float

    def answers_for(self, channel: str, service_url: str) -> None:
        """Raises BadToken unless the body's channel and service address are the token's."""
        if channel != CHANNEL or channel not in self.endorsements:
            raise BadToken("the key is not endorsed for the channel")
        if not self.service_url or _same(self.service_url) != _same(service_url):
            raise BadToken("another service address than the token's")


class Verification:
    """Checks tokens for one app. A token that was found good is remembered until it expires."""

    def __init__(self, keys: Keys, clock: Clock, *, app_id: str, issuer: str) -> None:
        self._keys = keys
        self._clock = clock
        self._app_id = app_id
        self._issuer = issuer
        self._good: OrderedDict[bytes, Caller] = OrderedDict()

    async def caller(self, authorization: str) -> Caller:
        """Who calls. Raises BadToken, or KeysUnavailable when that cannot be said."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > _MAX_TOKEN or not token.isascii():
            raise BadToken("no bearer token")
        name = hashlib.sha256(token.encode()).digest()
        known = self._good.get(name)
        if known is None:
            known = await self._read(token)
            self._good[name] = known
            if len(self._good) > _KEPT:
                self._good.popitem(last=False)
        elif await self._keys.find(known.key) is None:
            raise BadToken("its key was withdrawn")
        now = self._clock.now()
        if now > known.expires + SKEW_SECONDS:
            raise BadToken("expired")
        if now < known.not_before - SKEW_SECONDS:
            raise BadToken("not valid yet")
        return known

    async def _read(self, token: str) -> Caller:
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise BadToken("garbage") from error
        if header.get("alg") != "RS256":
            raise BadToken("not signed with RS256")
        name = as_text(header.get("kid"))
        key = await self._keys.find(name)
        if key is None:
            raise BadToken("signed with an unknown key")
        try:
            claims = cast(
                "dict[str, object]",
                jwt.decode(
                    token,
                    key.key,
                    algorithms=["RS256"],
                    audience=self._app_id,
                    issuer=self._issuer,
                    # Times are checked with our own clock.
                    options={
                        "require": ["exp", "aud", "iss"],
                        "verify_exp": False,
                        "verify_nbf": False,
                        "verify_iat": False,
                    },
                ),
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise BadToken(type(error).__name__) from error
        if claims.get("aud") != self._app_id:
            raise BadToken("an audience of several")
        return Caller(
            name,
            as_text(claims.get("serviceurl")) or as_text(claims.get("serviceUrl")),
            key.endorsements,
            _seconds(claims.get("nbf", 0)),
            _seconds(claims.get("exp")),
        )


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadToken("a time that is none")
    return float(value)


def _same(url: str) -> str:
    return url.rstrip("/").lower()
