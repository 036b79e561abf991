"""Answers to whoever pressed or sent something: to them alone where the platform can, else aloud with their name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.activity import Activity, Ref
from bot.core.effects import Body
from bot.core.platforms import degrade
from bot.ports import Answer, ChatAdapter, body_with

_INLINE_BYTES: Final = 40_000


@dataclass(frozen=True, slots=True)
class Whispers:
    """The way back, by platform."""

    adapters: Mapping[str, ChatAdapter]

    async def change(self, ref: Ref, body: Body) -> None:
        """Let a message of ours say something else, where the platform can. Raises DeliveryError."""
        adapter = self.adapters.get(ref.place.platform)
        if adapter is not None and adapter.capabilities.edit:
            await adapter.edit(ref, body)

    async def show(self, activity: Activity, answer: Answer, *, key: str) -> None:
        """Show an answer where the activity was. Raises DeliveryError and StoreUnavailable."""
        adapter = self.adapters.get(activity.place.platform)
        if adapter is None:
            return
        body = await body_with(answer, inline=_INLINE_BYTES)
        if answer.shared:
            await adapter.post(activity.place, body, key=key)
        elif adapter.capabilities.whisper:
            await adapter.whisper(activity.place, activity.author, body)
        elif not answer.private:
            await adapter.post(activity.place, degrade.aloud(body, activity.author.label), key=key)
