"""Sings where Slack has to report it: edits a message in a channel of its own, or posts it where there is none yet."""

from __future__ import annotations

from typing import Final

from adapters.slack.calls.web_api import RefusedBySlack, WebApi
from adapters.slack.canary import text_of
from adapters.slack.outbound import UNADORNED
from bot.core.platforms.json_values import as_text

_NO_MORE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""What Slack says of a message that cannot be edited, and will not be."""


class Singing:
    """The canary's channel; "" for none."""

    def __init__(self, api: WebApi, channel: str) -> None:
        self._api = api
        self._channel = channel

    async def sing(self, word: str, ref: str) -> str:
        """Edit the message that is there for this, or post it: Slack reports both, as it reports what people do."""
        channel, text = self._channel, text_of(word)
        there, _, ts = ref.partition(" ")
        if there == channel:
            try:
                await self._api.write("chat.update", {"channel": channel, "ts": ts, "text": text})
            except RefusedBySlack as error:
                if error.code not in _NO_MORE:
                    raise
            else:
                return ref
        answer = await self._api.write("chat.postMessage", {"channel": channel, "text": text, **UNADORNED})
        return f"{channel} {as_text(answer.get('ts'))}"
