"""What the laboratory has cut off can follow again."""

from __future__ import annotations

from redis.asyncio import Redis

from tests.faults.pair import pair
from tests.support.patience import comes_to


async def test_a_replica_that_was_cut_off_knows_everything_once_it_is_let_go_on() -> None:
    async with pair() as servers, Redis.from_url(servers.url, protocol=2) as client:

        async def replicas() -> int:
            await client.set("key", "value")
            return int(await client.wait(1, 50))

        await comes_to(replicas, lambda count: count == 1)
        servers.cut()
        await comes_to(replicas, lambda count: count == 0)
        servers.mend()
        await comes_to(replicas, lambda count: count == 1)
