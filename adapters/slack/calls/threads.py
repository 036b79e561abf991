"""Which thread a message is in. Slack's reactions name a message by channel and time alone.

What this process has seen or sent is remembered; the rest is asked for, briefly, because Slack waits.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

import structlog

from adapters.slack.calls.web_api import WebApi
from bot.core.activity import Ref
from bot.core.platforms.json_values import as_list, as_object, as_text
from bot.errors import DeliveryError

MAX_KEPT: Final = 10_000
"""Messages; some 3 MB. People react to what is new, and to what is older one question to Slack answers."""
ASK_SECONDS: Final = 0.8
"""Of the three seconds that Slack waits for an acknowledgement."""

_log = structlog.get_logger("slack")


class Threads:
    """The threads of the messages seen last."""

    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._kept: OrderedDict[str, str] = OrderedDict()

    def remember(self, ref: Ref) -> None:
        """Keep where a message is."""
        self._keep(ref, ref.place.thread)

    def knows(self, ref: Ref) -> bool:
        """Whether it is remembered, in a thread or at a channel's root."""
        return _name(ref.place.channel, ref.id) in self._kept

    def of(self, channel: str, ts: str) -> str:
        """The thread that is remembered; empty at a channel's root, and for what is not remembered."""
        return self._kept.get(_name(channel, ts), "")

    async def ask(self, ref: Ref) -> str:
        """The thread as Slack says; empty when it does not say in time."""
        arguments = {"channel": ref.place.channel, "ts": ref.id, "limit": "1", "inclusive": "true"}
        try:
            async with asyncio.timeout(ASK_SECONDS):
                answer = await self._api.read("conversations.replies", arguments)
        except (DeliveryError, TimeoutError) as error:
            _log.info("thread not known", why=type(error).__name__)
            return ""
        thread = as_text(as_object(next(iter(as_list(answer.get("messages"))), None)).get("thread_ts"))
        self._keep(ref, thread)
        return thread

    def _keep(self, ref: Ref, thread: str) -> None:
        self._kept[_name(ref.place.channel, ref.id)] = "" if thread == ref.id else thread
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)


def _name(channel: str, ts: str) -> str:
    """One string a message: each event brings its own copies of a channel's name, which would all be kept."""
    return f"{channel} {ts}"
