"""The store, put together: one connection, and views of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adapters.redis.audit import RedisAudit
from adapters.redis.connect import Connection, Durability
from adapters.redis.doubts import RedisDoubts
from adapters.redis.errands import RedisErrands
from adapters.redis.fitness import examine
from adapters.redis.forgetting import RedisForgetting
from adapters.redis.keys import Keys
from adapters.redis.ledger import RedisLedger
from adapters.redis.lessons import RedisLessons
from adapters.redis.macros import RedisMacros
from adapters.redis.mailboxes import INGRESS_SECONDS, RedisMailboxes
from adapters.redis.outbox import Patience, RedisOutbox
from adapters.redis.roster import RedisRoster
from adapters.redis.solved import RedisSolvedCases
from adapters.redis.songs import RedisSongs
from adapters.redis.strays import RedisStrays
from adapters.redis.tallies import RedisTallies
from adapters.redis.tides import RedisTides
from adapters.redis.upkeep import RedisUpkeep
from bot.errors import ConfigError


class RedisStore:
    """`bot.ports.Store` on any server that `connect` understands. Nothing is connected before the first call."""

    def __init__(
        self,
        url: str,
        *,
        keys: Keys | None = None,
        durability: Durability | None = None,
        patience: Patience | None = None,
        ingress_within: float = INGRESS_SECONDS,
        connect: Callable[[str], Connection] = Connection,
    ) -> None:
        """`ingress_within` is how long a platform may wait before it is told to come again, in seconds.

        Raises ConfigError when the URL is not understood, or cannot do what is asked of it.
        """
        self._keys = keys or Keys()
        self._connection = connect(url)
        durable = durability or Durability()
        if durable.replicas and self._connection.is_cluster:
            advice = "set min-replicas-to-write on its masters, or use Sentinel"
            raise ConfigError([f"store.replicas: not supported on a Cluster; {advice}"])
        self.mailboxes = RedisMailboxes(self._connection, self._keys, durable, within=ingress_within)
        self.outbox = RedisOutbox(self._connection, self._keys, patience or Patience(), durable)
        self.upkeep = RedisUpkeep(self._connection, self._keys, durable)
        self.ledger = RedisLedger(self._connection, self._keys, durable)
        self.roster = RedisRoster(self._connection, self._keys, durable)
        self.macros = RedisMacros(self._connection, self._keys, durable)
        self.doubts = RedisDoubts(self._connection, self._keys)
        self.lessons = RedisLessons(self._connection, self._keys, durable)
        self.errands = RedisErrands(self._connection, self._keys)
        self.solved = RedisSolvedCases(self._connection, self._keys)
        self.tallies = RedisTallies(self._connection, self._keys)
        self.audit = RedisAudit(self._connection, self._keys, durable)
        self.forgetting = RedisForgetting(self._connection, self._keys, durable)
        self.strays = RedisStrays(self._connection, self._keys)
        self.songs = RedisSongs(self._connection, self._keys)
        self.tides = RedisTides(self._connection, self._keys)

    @property
    def prefix(self) -> str:
        """What the name of every key begins with."""
        return self._keys.prefix

    @property
    def shards(self) -> int:
        """How many shards there are."""
        return self._keys.shards

    def shard_of(self, conversation: str) -> int:
        """The shard that a conversation lives in."""
        return self._keys.shard_of(conversation)

    async def examine(self) -> Sequence[str]:
        """What should be otherwise on the server. Raises ConfigError when it must be, StoreUnavailable when away."""
        return await examine(self._connection, self._keys)

    async def close(self) -> None:
        """Close the connections. What was stored stays."""
        await self._connection.close()
