"""Whether a server is one that nothing gets lost on: looked at once, when it is there, by what it says of itself.

One whose user may not ask that is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import structlog
from redis.exceptions import AuthenticationError, NoPermissionError, RedisClusterException, ResponseError

from adapters.redis.connect import Connection
from adapters.redis.keys import Keys
from bot.errors import ConfigError, StoreUnavailable

_OLDEST: Final = 7
_log = structlog.get_logger("store")


async def examine(connection: Connection, keys: Keys) -> Sequence[str]:
    """What should be otherwise on a server, for the operator. Raises ConfigError when it must be otherwise.

    That is when it cannot be talked to as its URL says, throws away what it was given to keep, or keeps what was put
    into another number of shards. Raises StoreUnavailable while it is away.
    """
    doubts = await _doubts_of_servers(connection)
    await connection.call("SET", keys.made_with, keys.shards, "NX")
    made_with = int(await connection.call("GET", keys.made_with))
    if made_with != keys.shards:
        problem = (
            f"store.shards: what is in this store was put into {made_with} shards, and nothing of it would be found in "
            f"{keys.shards}; write {made_with}"
        )
        raise ConfigError([problem])
    return doubts


async def _doubts_of_servers(connection: Connection) -> Sequence[str]:
    try:
        servers = await connection.facts()
    except ResponseError as error:
        raise ConfigError([f"store.url: the server refuses what it is asked: {error}"]) from error
    except StoreUnavailable as error:
        refusal = _refusal(error.__cause__)
        if refusal:
            raise ConfigError([f"store.url: {refusal}"]) from error
        if not isinstance(error.__cause__, NoPermissionError):
            raise
        _log.warning("store_not_examined", why=str(error))
        return ()
    wrong = [problem for facts in servers for problem in _problems(facts, is_cluster=connection.is_cluster)]
    if wrong:
        raise ConfigError(dict.fromkeys(wrong))
    return list(dict.fromkeys(doubt for facts in servers for doubt in _doubts(facts)))


def _refusal(error: BaseException | None) -> str:
    """What no waiting mends, in words; "" for everything else."""
    told = str(error)
    if isinstance(error, AuthenticationError) or told.startswith(("NOAUTH", "WRONGPASS")):
        return f"the server does not let us in ({told}); look at the user and the password in it"
    if "CERTIFICATE_VERIFY_FAILED" in told:
        advice = "name its authority in it, ?ssl_ca_certs=/path/to/ca.pem, and the server as the certificate does"
        return f"the server's certificate is not trusted ({told}); {advice}"
    if isinstance(error, RedisClusterException) and "Cluster mode is not enabled" in told:
        if right := next((each for each in _led_to(error) if isinstance(each, NoPermissionError)), None):
            return f"its user may not ask a Cluster who has what ({right}); grant it +cluster|slots"
        return "this server is no Cluster; write redis:// or rediss:// in place of redis+cluster://"
    return ""


def _led_to(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and those from which it came."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _problems(facts: Mapping[str, str], *, is_cluster: bool) -> list[str]:
    found: list[str] = []
    version = facts.get("redis_version", "")
    if version and int(version.partition(".")[0]) < _OLDEST:
        found.append(f"store.url: the server is Redis {version}; {_OLDEST}.0 is the oldest that will do, or any Valkey")
    if facts.get("cluster_enabled") == "1" and not is_cluster:
        found.append("store.url: this server is part of a Cluster; write redis+cluster:// and name some of its nodes")
    if _evicts(facts) and int(facts.get("maxmemory", "0")):
        found.append(
            f"store.url: the server throws away what it was given to keep once it has no room (maxmemory-policy "
            f"{facts['maxmemory_policy']}); set maxmemory-policy noeviction"
        )
    return found


def _doubts(facts: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    if _evicts(facts):
        found.append("with a maxmemory it would throw away what it was given to keep; set maxmemory-policy noeviction")
    if facts.get("aof_enabled") == "0":
        found.append("the server writes no append-only file, so that a restart loses what was said; set appendonly yes")
    return found


def _evicts(facts: Mapping[str, str]) -> bool:
    return facts.get("maxmemory_policy", "noeviction") != "noeviction"
