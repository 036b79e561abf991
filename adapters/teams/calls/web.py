"""One HTTP client for everything that goes out to Microsoft: no redirects, time-outs, a body that is capped."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import aiohttp

from adapters.answer_body import read_answer
from bot.core.platforms.json_values import Json, as_object

_MAX_ANSWER: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers, and the body as an object (empty when it is none)."""

    status: int
    headers: Mapping[str, str]
    body: Json
    is_json: bool


class WebClient:
    """Opens its connections at the first call. Errors of aiohttp, OSError and TimeoutError pass through."""

    def __init__(self, *, seconds: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=min(5.0, seconds))
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | aiohttp.Payload | None = None
    ) -> Answer:
        """One request."""
        async with self._client().request(method, url, data=body, headers=headers, allow_redirects=False) as answer:
            raw = await read_answer(answer, _MAX_ANSWER)
            try:
                found: object = json.loads(raw) if raw else {}
            except (ValueError, RecursionError):
                return Answer(answer.status, answer.headers, {}, is_json=False)
            return Answer(answer.status, answer.headers, as_object(found), is_json=isinstance(found, dict))

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=100, ssl=trust())
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, connector=connector, headers={"User-Agent": "Warmline"}
            )
        return self._session


def failure_of(error: Exception) -> tuple[bool, str]:
    """Whether a call that broke was never made for certain, and what to say of it."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return True, f"no connection ({type(error).__name__})"
    if isinstance(error, TimeoutError):
        return False, "no answer in time"
    return False, f"the connection broke ({type(error).__name__})"


def trust() -> ssl.SSLContext:
    """The system's certificates (SSL_CERT_FILE is honoured by OpenSSL), and REQUESTS_CA_BUNDLE as others do.

    They are read once: that takes up to a tenth of a second, in which nothing else happens on the loop.
    """
    return _trust(*(os.environ.get(name, "") for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")))


@cache
def _trust(bundle: str, *_read_by_openssl: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if bundle:
        context.load_verify_locations(cafile=bundle)
    return context
