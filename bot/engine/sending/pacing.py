"""How fast a platform is called: token buckets in the store, shared by all processes, urgent calls first.

Decides when a call may be made; makes none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.activity import Place
from bot.core.effects import Post, Priority
from bot.engine.entries import Entry
from bot.ports import ChatAdapter, InLine, Outbox, Pace

_RESERVE: Final = {
    Priority.AGENT_WORDS: 0.0,
    Priority.BOT_WORDS: 0.15,
    Priority.MIRRORED: 0.3,
    Priority.STATUS: 0.5,
}
"""The share of a bucket that a call leaves for more urgent ones."""

_BEHIND: Final = {
    Priority.AGENT_WORDS: 0.0,
    Priority.BOT_WORDS: 15.0,
    Priority.MIRRORED: 30.0,
    Priority.STATUS: 60.0,
}
"""Before how many messages that come later, and are more urgent, each kind lets those go. After that it is in turn."""

_SPARE: Final = 1.0
"""Tokens of a channel's bucket that nobody takes, where it has that many: a call may be shorter on its way than the one
before it, and the platform counts when they arrive."""

_BURST_OF_AN_HOUR: Final = 1 / 50
"""Of what a channel may get in an hour, what it may get at once; the rest comes evenly."""

_TOKENS_AT_ONCE: Final = 8.0
_TOKEN_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket of the store: tokens a second, how many it holds, and how many of them nobody takes."""

    name: str
    rate: float
    burst: float
    spare: float = 0.0


class Pacing:
    """Every method raises StoreUnavailable, and may be called again after that."""

    def __init__(self, outbox: Outbox, paces: Mapping[str, Pace]) -> None:
        """`paces` replace what the adapters of those platforms say of their own limits."""
        self._outbox = outbox
        self._paces = paces
        self._tokens: dict[str, tuple[float, float]] = {}
        """Of each workspace's bucket: tokens that we have drawn already, and until when they are good."""

    async def room(self, adapter: ChatAdapter, entry: Entry, *, waiter: str, returns: float) -> float:
        """Seconds until the platform has room for this call; the tokens are taken when it is 0.

        `waiter` is who waits for it, and asks again after `returns` seconds at the latest.
        """
        pace = self._pace(entry.to.platform, adapter)
        priority = Priority(entry.priority)
        if isinstance(entry.effect, Post):
            # A line about the case stands in a lane with mirrored words, which must not wait behind it for longer.
            priority = min(priority, Priority.MIRRORED)
        workspace = _workspace(entry.to)
        wait = await self._in_workspace(workspace, pace, priority, waiter, returns)
        if wait > 0 or not isinstance(entry.effect, Post):
            return wait
        wait = await self._in_channel(entry.to, pace, priority, waiter, returns)
        if wait > 0:
            self._keep(workspace)
        return wait

    async def level(self, adapter: ChatAdapter, channel: Place) -> float:
        """How full a channel's bucket is, 0 to 1."""
        pace = self._pace(channel.platform, adapter)
        return min(
            [
                await self._outbox.level(b.name, rate=b.rate, burst=b.burst) / b.burst
                for b in channel_buckets(channel, pace)
            ]
        )

    async def freeze(self, adapter: ChatAdapter, entry: Entry, seconds: float) -> None:
        """Nobody calls while the platform has told us to wait. New messages are limited by channel."""
        if isinstance(entry.effect, Post):
            pace = self._pace(entry.to.platform, adapter)
            first = channel_buckets(entry.to, pace)[0]
            await self._outbox.freeze(first.name, seconds, rate=first.rate, burst=first.burst)

    async def _in_channel(self, place: Place, pace: Pace, priority: Priority, waiter: str, returns: float) -> float:
        """One token of each of a channel's buckets, or of none."""
        taken: list[Bucket] = []
        # The hour first: who waits for it does not give up a place in the line of the second each time.
        for each in reversed(channel_buckets(place, pace)):
            reserve = each.spare + _RESERVE[priority] * (each.burst - 1 - each.spare)
            line = InLine(waiter, _BEHIND[priority] / each.rate, each.spare, returns)
            wait = await self._outbox.spend(each.name, rate=each.rate, burst=each.burst, reserve=reserve, line=line)
            if wait > 0:
                for other in taken:
                    await self._outbox.spend(other.name, rate=other.rate, burst=other.burst, cost=-1)
                return wait
            taken.append(each)
        return 0.0

    async def _in_workspace(self, name: str, pace: Pace, priority: Priority, waiter: str, returns: float) -> float:
        """One token of a workspace's bucket. They are drawn several at a time, and kept for a second.

        Once they are short everybody waits in line for one, but for agents' words: each lane gets its turn.
        """
        now = asyncio.get_running_loop().time()
        tokens, until = self._tokens.get(name, (0.0, 0.0))
        if tokens < 1 or until < now:
            rate, burst, share = pace.per_workspace, pace.workspace_burst, _RESERVE[priority]
            batch = max(1.0, min(_TOKENS_AT_ONCE, burst // 8))
            wait = await self._outbox.spend(
                name, rate=rate, burst=burst, reserve=share * max(0.0, burst - batch), cost=batch
            )
            if wait > 0:
                rest = max(0.0, burst - 1)
                line = InLine(waiter, _BEHIND[priority] / rate, _RESERVE[Priority.BOT_WORDS] * rest, returns)
                return await self._outbox.spend(
                    name, rate=rate, burst=burst, reserve=share * rest, line=line if share > 0 else None
                )
            tokens, until = batch, now + _TOKEN_SECONDS
        self._tokens[name] = (tokens - 1, until)
        return 0.0

    def _keep(self, workspace: str) -> None:
        """Keep a token that was not used for whoever comes next."""
        now = asyncio.get_running_loop().time()
        tokens, until = self._tokens.get(workspace, (0.0, 0.0))
        self._tokens[workspace] = (tokens + 1, until) if until >= now else (1.0, now + _TOKEN_SECONDS)

    def _pace(self, platform: str, adapter: ChatAdapter) -> Pace:
        return self._paces.get(platform) or adapter.capabilities.pace


def channel_buckets(place: Place, pace: Pace) -> tuple[Bucket, ...]:
    """What the new messages of a place's channel take from."""
    name = f"post|{place.root.key}"
    spare = min(_SPARE, (pace.channel_burst - 1) / 2)
    short = Bucket(name, pace.per_channel, pace.channel_burst, spare)
    if pace.channel_hour <= 0:
        return (short,)
    at_once = max(1.0, pace.channel_hour * _BURST_OF_AN_HOUR)
    return (short, Bucket(f"hour|{name}", (pace.channel_hour - at_once) / 3600, at_once))


def _workspace(place: Place) -> str:
    return f"all|{place.platform}|{place.tenant}"
