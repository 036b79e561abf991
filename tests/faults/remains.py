"""What the product's own store says, for whoever has to find out what went wrong; the verdict does not ask it."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

from bot.engine.packing import unpacked


async def residue(url: str) -> list[str]:
    """Mailboxes, lanes and claims that are left in Redis: none when everything is done."""
    async with Redis.from_url(url, decode_responses=True) as client:
        kinds = ("mail:", "queue:", "status:", "claims", "lane-claims", "parked:", "index", "quarantine")
        left = [key async for key in client.scan_iter(count=5000) if key.partition("}:")[2].startswith(kinds)]
        return [f"{key}: {await _shown(client, key)}" for key in left]


async def journal_of(url: str, name: str, account: str) -> list[str]:
    """What the product knows of one customer's conversation, for whoever has to find out."""
    async with Redis.from_url(url, decode_responses=True) as client:
        keys = [key async for key in client.scan_iter(match="*:journal:*", count=5000)]
        found = [[unpacked(str(line)) for line in await client.lrange(key, 0, -1)] for key in keys]
        return next((lines for lines in found if any(name in line or account in line for line in lines)), [])


async def _shown(client: Any, key: str) -> str:
    match await client.type(key):
        case "hash":
            return str(await client.hgetall(key))
        case "list":
            return str(await client.lrange(key, 0, -1))
        case _:
            return str(await client.zrange(key, 0, -1))
