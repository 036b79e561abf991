"""Runs custom actions on an action server over HTTP, as `endpoints.yml` names it.

Each call has a time limit and a limit on the size of the answer; redirects are not followed. The
server's answer is checked like any stranger's.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import aiohttp

from adapters.actions.replies import MAX_CHARACTERS, result_of
from bot.dialogue.acting import ActionCall, ActionFailed, ActionRejected, ActionResult

_REJECTED: Final = 400
_UNKNOWN_ACTION: Final = 404


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the action server is. `params` go into the address; `basic` is a name and a password."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    basic: tuple[str, str] | None = None
    cafile: str = ""


class HttpActions:
    """The actions of one project, on its action server. The session opens with the first call."""

    def __init__(self, endpoint: Endpoint, *, seconds: float) -> None:
        self._endpoint = endpoint
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def notices(self) -> tuple[str, ...]:
        return ()

    async def run(self, call: ActionCall) -> ActionResult:
        try:
            async with asyncio.timeout(self._seconds):
                status, body = await self._post(call.payload)
        except TimeoutError as error:
            raise ActionFailed(call.name, f"the action server took longer than {self._seconds:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise ActionFailed(call.name, f"the action server cannot be reached: {reason}") from error
        if len(body) > MAX_CHARACTERS:
            raise ActionFailed(call.name, f"the action server's answer is larger than {MAX_CHARACTERS:,} bytes")
        if status == _REJECTED and _says_rejected(body, call.name):
            raise ActionRejected(call.name)
        if status == _UNKNOWN_ACTION:
            raise ActionFailed(call.name, "the action server has no action of this name")
        if status != 200:
            raise ActionFailed(call.name, f"the action server answered {status}")
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ActionFailed(call.name, "the action server's answer is not JSON") from error
        return result_of(call.name, answer)

    async def _post(self, payload: Mapping[str, Any]) -> tuple[int, bytes]:
        endpoint = self._endpoint
        if self._session is None:
            context = ssl.create_default_context(cafile=endpoint.cafile) if endpoint.cafile else True
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=context),
                headers=dict(endpoint.headers),
                auth=aiohttp.BasicAuth(*endpoint.basic) if endpoint.basic else None,
            )
        async with self._session.post(
            endpoint.url, json=payload, params=dict(endpoint.params), allow_redirects=False
        ) as response:
            body = bytearray()
            async for piece in response.content.iter_chunked(65_536):
                body += piece
                if len(body) > MAX_CHARACTERS:
                    break
            return response.status, bytes(body)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def _says_rejected(body: bytes, name: str) -> bool:
    """Whether a 400 is rasa-sdk's way of saying that the action refused to run."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and cast("dict[str, object]", answer).get("action_name") == name
