"""A store as it was: what an operator puts back from a backup, and what a replica that was cut off leads with."""

from __future__ import annotations

from redis.asyncio import Redis

from adapters.redis.store import RedisStore

Backup = dict[bytes, tuple[bytes, int]]
"""Each key's value as the server dumps it, and the milliseconds that it lives on (0 for ever)."""


async def backup_of(store: RedisStore, url: str) -> Backup:
    """All that a store holds."""
    kept: Backup = {}
    async with Redis.from_url(url) as client:
        async for key in client.scan_iter(match=f"{store.prefix}:*", count=1000):
            value, left = await client.dump(key), await client.pttl(key)
            if value is not None:
                kept[key] = value, max(0, left)
    return kept


async def put_back(backup: Backup, store: RedisStore, url: str) -> None:
    """Let the store hold that and nothing else. Nobody may be at work on it."""
    async with Redis.from_url(url) as client:
        now = [key async for key in client.scan_iter(match=f"{store.prefix}:*", count=1000)]
        if now:
            await client.delete(*now)
        for key, (value, left) in backup.items():
            await client.restore(key, left, value)
