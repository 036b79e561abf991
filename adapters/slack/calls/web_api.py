"""Calls Slack's Web API: one call is one request, and every failure says what is certain about it.

slack_sdk's own client is not used for this: its default retry sends a message twice when the
connection drops after the request was received, and a session of one's own makes it ignore its
time-out. Nothing is retried here; the outbox decides. Texts never get into errors or logs.

Source of the error codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors and siblings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import aiohttp

from adapters.answer_body import read_answer
from bot.core.platforms.json_values import as_object, as_text
from bot.errors import NotDone, Refused, ShutOut, Throttled, Uncertain

_NOT_DONE: Final = frozenset({"service_unavailable", "request_timeout", "team_added_to_org", "org_login_required"})
_UNCERTAIN: Final = frozenset({"internal_error", "fatal_error"})
"""Slack: "It's possible some aspect of the operation succeeded before the error was raised"."""
_SHUT_OUT: Final = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
"""What is wrong with the token, and so with every call."""
_NOT_SLACKS: Final = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 407, 451})
"""Slack refuses with 200 and a code. So this was somebody in between, who lets nothing pass until that is mended."""
_DEFAULT_RETRY_AFTER: Final = 30.0
_MAX_RETRY_AFTER: Final = 3600.0
_MAX_ANSWER: Final = 8 * 1024 * 1024

_ADVICE: Final[Mapping[str, str]] = {
    "account_inactive": "the app was removed from the workspace; install it again",
    "cant_delete_message": "Slack lets an app delete its own messages only",
    "cant_update_message": "Slack lets an app edit its own messages only",
    "channel_not_found": "no such channel, or a private one that the app was not invited to",
    "invalid_auth": "the bot token is wrong; see Install App in the app's settings",
    "is_archived": "the channel was archived",
    "message_not_found": "the message was deleted",
    "missing_scope": "the app lacks a scope; compare with deploy/slack/manifest.yaml and install it again",
    "msg_too_long": "the text is too long for Slack",
    "not_authed": "no bot token was given",
    "not_in_channel": "the app is not in the channel; invite it",
    "restricted_action": "a workspace setting keeps the app from posting there",
    "token_expired": "the bot token has expired",
    "token_revoked": "the bot token was revoked; install the app again",
}


class RefusedBySlack(Refused):
    """A refusal with Slack's own error code."""

    def __init__(self, call: str, code: str) -> None:
        self.code = code
        super().__init__(call, _with_advice(code))


def _with_advice(code: str) -> str:
    advice = _ADVICE.get(code)
    return f"{code} ({advice})" if advice else code


class WebApi:
    """Slack's methods under one base URL with one bot token. Opens its connections at the first call."""

    def __init__(self, base_url: str, token: str, *, seconds: float) -> None:
        self._base_url = base_url if base_url.endswith("/") else base_url + "/"
        self._headers = {"Authorization": f"Bearer {token}", "User-Agent": "Warmline"}
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=min(5.0, seconds))
        self._session: aiohttp.ClientSession | None = None
        self.granted: frozenset[str] = frozenset()
        """The scopes of the token, as Slack names them with its answers; none before the first one."""

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def write(self, method: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Call a method that changes something. Raises Throttled, NotDone, ShutOut, Uncertain, RefusedBySlack."""
        body = json.dumps(arguments).encode()
        return await self._call(method, body, "application/json; charset=utf-8")

    async def read(self, method: str, arguments: Mapping[str, str]) -> Mapping[str, object]:
        """Call a method that changes nothing. Raises Throttled, NotDone or RefusedBySlack: never Uncertain."""
        try:
            form = aiohttp.FormData(dict(arguments))()
            return await self._call(method, form, "application/x-www-form-urlencoded")
        except Uncertain as error:
            raise NotDone(error.call, error.why) from error

    async def post_url(self, url: str, arguments: Mapping[str, object]) -> None:
        """Answer through a `response_url`. Raises NotDone, Uncertain or Refused."""
        call = "response_url"
        try:
            async with self._client().post(
                url, json=arguments, headers={"User-Agent": "Warmline"}, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise Refused(call, f"HTTP {answer.status}; it lives 30 minutes and 5 uses")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _failure(call, error) from error

    async def _call(self, method: str, body: bytes | aiohttp.Payload, content_type: str) -> Mapping[str, object]:
        headers = self._headers | {"Content-Type": content_type}
        try:
            async with self._client().post(
                self._base_url + method, data=body, headers=headers, allow_redirects=False
            ) as answer:
                if answer.status == 429:
                    raise throttled(method, answer.headers)
                raw = await read_answer(answer, _MAX_ANSWER)
                if named := answer.headers.get("X-OAuth-Scopes"):
                    self.granted = frozenset(scope.strip() for scope in named.split(","))
                return _judged(method, answer.status, raw, answer.headers)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _failure(method, error) from error

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, connector=aiohttp.TCPConnector(limit=50))
        return self._session


def _failure(call: str, error: Exception) -> NotDone | Uncertain:
    """What a broken connection says: one that was never made did nothing; anything later may have."""
    what = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return NotDone(call, f"no connection to Slack ({what})")
    if isinstance(error, TimeoutError):
        return Uncertain(call, "no answer in time")
    return Uncertain(call, f"the connection broke ({what})")


def throttled(call: str, headers: Mapping[str, str]) -> Throttled:
    """What a 429 says: when to come back."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        seconds = _DEFAULT_RETRY_AFTER
    if not 0.0 <= seconds <= _MAX_RETRY_AFTER:
        seconds = _DEFAULT_RETRY_AFTER
    return Throttled(call, "rate limited", retry_after=seconds)


def _judged(call: str, status: int, raw: bytes, headers: Mapping[str, str]) -> Mapping[str, object]:
    """The answer when it is a good one; otherwise the error that it stands for."""
    if status >= 500 or status == 408:
        raise Uncertain(call, f"HTTP {status}")
    if status in _NOT_SLACKS:
        raise ShutOut(call, f"HTTP {status}, which is not Slack's: look at the proxy in between")
    if status != 200:
        raise Refused(call, f"HTTP {status}")
    try:
        answer = as_object(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise Uncertain(call, "the answer is not JSON") from error
    if answer.get("ok") is True:
        return answer
    code = as_text(answer.get("error"))
    if code in ("ratelimited", "rate_limited"):
        raise throttled(call, headers)
    if code in _SHUT_OUT:
        raise ShutOut(call, _with_advice(code))
    if code in _NOT_DONE:
        raise NotDone(call, code)
    if code in _UNCERTAIN or not code:
        raise Uncertain(call, code or "an answer without ok and without error")
    raise RefusedBySlack(call, code)
