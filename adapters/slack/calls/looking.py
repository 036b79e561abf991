"""Looks for messages of ours by the mark that they carry, page by page. Changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from adapters.slack.calls.identity import Identity
from adapters.slack.calls.web_api import WebApi
from adapters.slack.marks import is_block_marked, is_marked, key_in, key_in_block
from bot.core.activity import Place, Ref
from bot.core.platforms.json_values import as_list, as_object, as_text
from bot.ports import Posted

_SKEW_SECONDS: Final = 60.0
"""How far Slack's clock and ours may differ."""
_PAGE: Final = "200"


class Looking:
    """What `conversations.replies` and `history` show. `secrets` are those that marks may be signed with."""

    def __init__(self, api: WebApi, identity: Identity, secrets: tuple[str, ...]) -> None:
        self._api = api
        self._identity = identity
        self._secrets = secrets

    async def marked(self, place: Place, key: str, since: float) -> list[Posted]:
        """Our messages with that key, oldest first. Raises RefusedBySlack and the like."""
        return _in_order(place, [m async for m in self.history(place, since) if self._is_ours(m, key, place)])

    async def traced(self, place: Place, trace: str, since: float) -> list[Posted]:
        """Our messages whose key ends so, oldest first. Raises RefusedBySlack and the like."""
        keyed = [(self._key_of(m, place), m) async for m in self.history(place, since)]
        found = [message for key, message in keyed if key and key.endswith(trace)]
        return _in_order(place, found)

    async def history(self, place: Place, since: float) -> AsyncIterator[Mapping[str, object]]:
        """All messages of a place from `since` on, page by page."""
        method = "conversations.replies" if place.thread else "conversations.history"
        arguments = {
            "channel": place.channel,
            "oldest": f"{max(0.0, since - _SKEW_SECONDS):.6f}",
            "include_all_metadata": "true",
        }
        if place.thread:
            arguments["ts"] = place.thread
        async for message in self.pages(method, arguments, "messages"):
            yield message

    async def pages(self, method: str, arguments: Mapping[str, str], what: str) -> AsyncIterator[Mapping[str, object]]:
        """Everything that a method shows under a name, page by page. Raises RefusedBySlack and the like."""
        arguments = {"limit": _PAGE, **arguments}
        while True:
            answer = await self._api.read(method, arguments)
            for found in as_list(answer.get(what)):
                yield as_object(found)
            cursor = as_text(as_object(answer.get("response_metadata")).get("next_cursor"))
            if not cursor:
                return
            arguments["cursor"] = cursor

    def _key_of(self, found: Mapping[str, object], place: Place) -> str:
        first = as_object(next(iter(as_list(found.get("blocks"))), None))
        return key_in(as_object(found.get("metadata")), place.channel, self._secrets) or key_in_block(
            as_text(first.get("block_id")), place.channel, self._secrets
        )

    def _is_ours(self, found: Mapping[str, object], key: str, place: Place) -> bool:
        bot, us = as_text(found.get("bot_id")), self._identity.us
        if us.bot_id and bot != us.bot_id:
            return False
        first = as_object(next(iter(as_list(found.get("blocks"))), None))
        return is_marked(as_object(found.get("metadata")), key, place.channel, self._secrets) or is_block_marked(
            as_text(first.get("block_id")), key, place.channel, self._secrets
        )


def posted_at(place: Place, ts: str) -> Posted:
    """A message of ours in a place, and the thread that it is in or begins."""
    return Posted(Ref(place, ts), Place(place.platform, place.tenant, place.channel, place.thread or ts))


def _in_order(place: Place, found: Sequence[Mapping[str, object]]) -> list[Posted]:
    return [posted_at(place, ts) for ts in sorted(as_text(message.get("ts")) for message in found)]
