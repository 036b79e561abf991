"""Calls the connector, the Bot Framework's REST API: one call is one request, every failure says what is certain.

Nothing is retried here; the outbox decides. Creating an activity is not idempotent, so whatever does not say that it
was refused is Uncertain. Texts never get into errors or logs.

Source: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference and
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit (412, 429, 502, 503 and 504 may pass).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

import aiohttp

from adapters.teams.calls.tokens import NoToken, Tokens
from adapters.teams.calls.web import Answer, WebClient, failure_of
from bot.core.platforms.json_values import Json, as_object, as_objects, as_text
from bot.errors import NotDone, Refused, ShutOut, Throttled, Uncertain

_DEFAULT_RETRY_AFTER: Final = 5.0
_MAX_RETRY_AFTER: Final = 3600.0

_ADVICE: Final[Mapping[str, str]] = {
    "BotDisabledByAdmin": "an administrator has switched the app off for this tenant or person",
    "BotNotInConversationRoster": "the app is not installed there; add it to the chat or team",
    "BotNotInRoster": "the app is not installed there; add it to the chat or team",
    "BotNotRegistered": "the bot registration is not connected to Teams",
    "BotMissingTokenInRequest": "no token was sent",
    "BotBlocked": "the person has blocked the app",
    "ConversationBlockedByUser": "the person has blocked the app",
    "ConversationNotFound": "no such conversation, or it was deleted",
    "ForbiddenOperationException": "the person has blocked the app, or it was removed",
    "InvalidBotApiHost": "the conversation is in another region or cloud than it was called in",
    "MessageSizeTooBig": "the message is too large for Teams",
    "MessageWritesBlocked": "the person has blocked the app",
    "NotEnoughPermissions": "the app lacks a permission; compare with deploy/teams/manifest.json and install it again",
    "ServiceOverloaded": "the service is busy",
    "UserNotFound": "no such account",
}


class RefusedByTeams(Refused):
    """A refusal with the HTTP status and the connector's own error code."""

    def __init__(self, call: str, status: int, code: str) -> None:
        self.status = status
        self.code = code
        advice = _ADVICE.get(code)
        said = " ".join(x for x in (f"HTTP {status}", code) if x)
        super().__init__(call, f"{said} ({advice})" if advice else said)


class Connector:
    """The connector's methods, with our token. `is_allowed` is asked for each address before the token is attached."""

    def __init__(
        self, web: WebClient, tokens: Tokens | None, is_allowed: Callable[[str], bool], *, token_seconds: float
    ) -> None:
        self._web = web
        self._tokens = tokens
        self._is_allowed = is_allowed
        self._token_seconds = token_seconds
        self._denied = False

    async def create_activity(self, service_url: str, conversation: str, activity: Json) -> str:
        """Put a message into a conversation or thread; its id. Raises Throttled, NotDone, Uncertain, RefusedByTeams."""
        path = f"v3/conversations/{_part(conversation)}/activities"
        answer = await self._call("create activity", "POST", service_url, path, activity)
        return _named(answer, "create activity", "id")

    async def create_conversation(self, service_url: str, parameters: Json) -> tuple[str, str]:
        """Begin a thread or a personal chat; the conversation's id and that of its first message, if one was sent."""
        call = "create conversation"
        answer = await self._call(call, "POST", service_url, "v3/conversations", parameters)
        return _named(answer, call, "id"), as_text(answer.get("activityId"))

    async def update_activity(self, service_url: str, conversation: str, id: str, activity: Json) -> None:
        """Change a message of ours."""
        await self._call("update activity", "PUT", service_url, _activity(conversation, id), activity)

    async def delete_activity(self, service_url: str, conversation: str, id: str) -> None:
        """Delete a message of ours; one that is gone already is fine."""
        try:
            await self._call("delete activity", "DELETE", service_url, _activity(conversation, id))
        except RefusedByTeams as error:
            if error.status != 404:
                raise

    async def react(self, service_url: str, conversation: str, id: str, reaction: str, *, added: bool) -> None:
        """Put our reaction on a message, or take it away; done already is fine."""
        path = f"{_activity(conversation, id)}/reactions/{_part(reaction)}"
        try:
            await self._call("react", "PUT" if added else "DELETE", service_url, path)
        except RefusedByTeams as error:
            if error.status != (409 if added else 404):
                raise

    async def member(self, service_url: str, conversation: str, id: str) -> Json:
        """Somebody of a conversation's roster. Raises Throttled, NotDone or RefusedByTeams: never Uncertain."""
        path = f"v3/conversations/{_part(conversation)}/members/{_part(id)}"
        try:
            return await self._call("get member", "GET", service_url, path)
        except Uncertain as error:
            raise NotDone(error.call, error.why) from error

    async def members(self, service_url: str, conversation: str) -> list[Json]:
        """The first 500 of a conversation's roster. Raises as `member` does."""
        path = f"v3/conversations/{_part(conversation)}/pagedmembers?pageSize=500"
        try:
            answer = await self._call("get members", "GET", service_url, path)
        except Uncertain as error:
            raise NotDone(error.call, error.why) from error
        return as_objects(answer.get("members"))

    async def authorization(self, url: str, call: str) -> dict[str, str]:
        """The header with our token, for an address on the connector's own hosts. Raises Refused for any other."""
        if not self._is_allowed(url):
            raise Refused(call, "it is kept outside Teams; ask for the file itself, or for a link")
        token = await self._token(call)
        return {"Authorization": f"Bearer {token}"} if token else {}

    async def _call(self, call: str, method: str, service_url: str, path: str, body: Json | None = None) -> Json:
        if not self._is_allowed(service_url):
            raise Refused(call, "the service address is not one of Microsoft's")
        headers = {"Content-Type": "application/json; charset=utf-8"} if body is not None else {}
        token = await self._token(call)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace") if body is not None else None
        try:
            answer = await self._web.call(method, service_url + path, headers=headers, body=raw)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            never_made, why = failure_of(error)
            raise (NotDone if never_made else Uncertain)(call, why) from error
        if answer.status == 401:
            raise self._not_believed(call, token, answer)
        self._denied = False
        return _judged(call, answer)

    async def _token(self, call: str) -> str:
        if self._tokens is None:
            return ""
        try:
            async with asyncio.timeout(self._token_seconds):
                return await self._tokens.get()
        except NoToken as error:
            raise ShutOut(call, f"no token: {error}") from error
        except TimeoutError as error:
            raise NotDone(call, "no token in time") from error

    def _not_believed(self, call: str, token: str, answer: Answer) -> NotDone:
        """A token may have been revoked: the first one that is denied is replaced, the second in a row shuts us out.

        Calls that were under way with a token when it was denied to another say nothing about its successor.
        """
        again = NotDone(call, "HTTP 401, our token is not believed any more")
        if self._tokens is not None and not self._tokens.forget(token):
            return again
        shut_out, self._denied = self._tokens is None or self._denied, not self._denied
        said = " ".join(x for x in ("HTTP 401", _code(answer.body)) if x)
        return ShutOut(call, f"{said} (see app_id, tenant and the bot's registration)") if shut_out else again


def _judged(call: str, answer: Answer) -> Json:
    """The body of a good answer; otherwise the error that it stands for."""
    status = answer.status
    if 200 <= status < 300:
        return answer.body
    if status == 429 or (status == 503 and "Retry-After" in answer.headers):
        raise Throttled(call, f"HTTP {status}", retry_after=retry_after(answer.headers))
    if status == 412:
        raise NotDone(call, "HTTP 412, another call was under way")
    if status >= 500 or status == 408:
        raise Uncertain(call, f"HTTP {status}")
    raise RefusedByTeams(call, status, _code(answer.body))


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds, as an answer names them."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return _DEFAULT_RETRY_AFTER
    return seconds if 0.0 <= seconds <= _MAX_RETRY_AFTER else _DEFAULT_RETRY_AFTER


def _code(body: Json) -> str:
    """The error code, if it is one: a short word. HTML and messages are never quoted."""
    code = as_text(as_object(body.get("error")).get("code"))
    return code if code.isascii() and code.replace("_", "").isalnum() and len(code) <= 60 else ""


def _named(answer: Json, call: str, field: str) -> str:
    name = as_text(answer.get(field))
    if not name:
        raise Uncertain(call, "the answer names no message")
    return name


def _activity(conversation: str, id: str) -> str:
    return f"v3/conversations/{_part(conversation)}/activities/{_part(id)}"


def _part(text: str) -> str:
    return quote(text, safe="")
