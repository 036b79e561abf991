"""What a store's URL leads to: one server, a Sentinel group or a Cluster. Makes clients, and calls nothing.

Behind `?` stand a certificate authority and what else TLS takes, alike in every URL that begins with `rediss`.

What redis-py does by default is said otherwise here: nothing is repeated, and nothing waits without a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import parse_qs, unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff

from adapters.redis.wire import Wire, address_of
from bot.errors import ConfigError

FORMS: Final = (
    "redis://[user:password@]host:6379/0, rediss://… (TLS), unix:///path/to/socket, "
    "redis+sentinel://[user:password@]host1:26379,host2:26379/name-of-the-master[/0], "
    "redis+cluster://[user:password@]host1:6379,host2:6379; rediss+sentinel:// and rediss+cluster:// likewise"
)

REPLY_SECONDS: Final = 2.0
"""How long one answer may take, and a connection half of it. `appendfsync always` on a slow disk is the slowest."""
_POOL: Final = 64

_FILES: Final = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_OF_TLS: Final = frozenset({*_FILES, "ssl_cert_reqs", "ssl_check_hostname"})


def wire_to(url: str, reply_seconds: float) -> Wire | None:
    """Our own way to one server without TLS; None where the URL leads to anything else. Raises ValueError."""
    if urlsplit(url).scheme not in {"redis", "unix"}:
        return None
    address = address_of(url)
    if address is None:
        return None
    return Wire(address, connect_seconds=reply_seconds / 2, reply_seconds=reply_seconds)


def _options(parts: Any, reply_seconds: float = REPLY_SECONDS) -> dict[str, Any]:
    options: dict[str, Any] = {
        "decode_responses": True,
        "protocol": 2,
        "socket_timeout": reply_seconds,
        "socket_connect_timeout": reply_seconds / 2,
        "retry": Retry(NoBackoff(), 0),
        "retry_on_error": [],
    }
    if parts.username:
        options["username"] = unquote(parts.username)
    if parts.password:
        options["password"] = unquote(parts.password)
    if parts.scheme.startswith("rediss"):
        options.update(ssl=True, **_tls(parts))
    return options


def _tls(parts: Any) -> dict[str, Any]:
    """What a URL says of TLS, as redis-py names it. Raises ConfigError for a file that is not there."""
    said: dict[str, Any] = {name: value for name, value in _query(parts).items() if name in _OF_TLS}
    for name in _FILES:
        if name in said and not Path(said[name]).is_file():
            raise ConfigError([f"store.url: {name} names {said[name]}, and there is no such file"])
    if "ssl_check_hostname" in said:
        said["ssl_check_hostname"] = said["ssl_check_hostname"].lower() not in {"false", "no", "0"}
    return said


def _query(parts: Any) -> Mapping[str, str]:
    return {name: values[-1] for name, values in parse_qs(parts.query).items()}


def _known(parts: Any, *others: str) -> None:
    """Raises ConfigError for what nobody would heed behind the `?` of a URL to several servers."""
    known = {*others, *(_OF_TLS if parts.scheme.startswith("rediss") else ())}
    if unknown := sorted(_query(parts).keys() - known):
        allowed = f"allowed are {', '.join(sorted(known))}" if known else "nothing is allowed there"
        raise ConfigError([f"store.url: ?{unknown[0]} is not known in {parts.scheme}://; {allowed}"])


def client_of(url: str, host: str, port: int) -> Redis:
    """A client of one node of a Cluster, as its URL asks for. Connects nowhere."""
    return Redis(host=host, port=port, **_options(urlsplit(url)))


def clients_for(url: str, reply_seconds: float = REPLY_SECONDS) -> tuple[Any, list[Any]]:
    """The client of a URL, and what has to be closed besides it. Connects nowhere. Raises ConfigError."""
    try:
        return _clients_for(url, reply_seconds)
    except ValueError as error:
        raise ConfigError([f"store.url: {error}; allowed are {FORMS}"]) from error


def _clients_for(url: str, reply_seconds: float) -> tuple[Any, list[Any]]:
    parts = urlsplit(url)
    options = _options(parts, reply_seconds)
    match parts.scheme:
        case "redis" | "rediss" | "unix":
            # The URL says these again, and redis-py reads them there.
            for name in ("username", "password", "ssl", *_OF_TLS):
                options.pop(name, None)
            pool = cast("Any", BlockingConnectionPool).from_url(
                url, max_connections=_POOL, timeout=reply_seconds, **options
            )
            try:
                pool.make_connection()
            except TypeError as error:
                raise ConfigError([f"store.url: what stands behind its ? is not understood: {error}"]) from error
            return Redis.from_pool(pool), []
        case "redis+sentinel" | "rediss+sentinel":
            name, _, database = parts.path.strip("/").partition("/")
            hosts = _hosts(parts.netloc, 26379)
            if not name or not hosts:
                raise ConfigError([f"store.url: a Sentinel URL names its master: {FORMS}"])
            _known(parts, "sentinel_password")
            sentinel_options = {k: v for k, v in options.items() if k not in {"username", "password"}}
            if "sentinel_password" in (query := _query(parts)):
                sentinel_options["password"] = query["sentinel_password"]
            sentinel = cast("Any", Sentinel)(hosts, sentinel_kwargs=sentinel_options)
            client = sentinel.master_for(
                name, redis_class=Redis, connection_pool_class=SentinelConnectionPool, db=int(database or 0), **options
            )
            return client, list(sentinel.sentinels)
        case "redis+cluster" | "rediss+cluster":
            hosts = _hosts(parts.netloc, 6379)
            if not hosts:
                raise ConfigError([f"store.url: a Cluster URL names at least one node: {FORMS}"])
            _known(parts)
            options.pop("retry_on_error")
            cluster = RedisCluster(
                startup_nodes=[ClusterNode(host, port) for host, port in hosts],
                max_connections=_POOL,
                **options,
            )
            return cluster, []
        case _:
            raise ConfigError([f"store.url: {parts.scheme or 'no'} scheme is not known; allowed are {FORMS}"])


def _hosts(netloc: str, default_port: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for item in netloc.rpartition("@")[2].split(","):
        host, _, port = item.strip().rpartition(":") if ":" in item else (item.strip(), "", "")
        if host:
            found.append((host.strip("[]"), int(port or default_port)))
    return found
