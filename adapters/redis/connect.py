"""A connection to one Redis, a Sentinel group or a Cluster, behind one small surface.

One server without TLS is spoken to over one shared connection of our own (`wire`), everything else through redis-py.
There it avoids what redis-py does by default and must not be done here: repeating commands whose answer was
lost (scripts are idempotent, but who repeats must know that he does), waiting without a limit, raising
at once when the pool is empty, and blocking reads on shared connections. Whatever goes wrong on the
way becomes StoreUnavailable.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Final, cast

from redis.asyncio.cluster import RedisCluster
from redis.exceptions import NoScriptError, RedisClusterException, RedisError, ResponseError

from adapters.redis.clients import REPLY_SECONDS, client_of, clients_for, wire_to
from adapters.redis.scripts import Script
from adapters.redis.wire import Command, Wire
from bot.errors import StoreUnavailable

_AWAY: Final = (RedisError, RedisClusterException, OSError, TimeoutError)
"""Every way in which a server fails; that no node of a Cluster answers is no RedisError."""

_NOT_OURS: Final = ("max number of clients", "ACL failure")
"""Errors by which a server means itself, or the rights that it was told to grant, and not what it was asked."""

Call = tuple[str, Sequence[str | float]]
"""A script's one key and its arguments."""


@dataclass(frozen=True, slots=True)
class Durability:
    """How many replicas must have a write before it is acknowledged, and how long that may take."""

    replicas: int = 0
    within: float = 0.3


class Connection:
    """Runs scripts and plain commands. Safe to share among tasks."""

    def __init__(self, url: str, reply_seconds: float = REPLY_SECONDS) -> None:
        """Parse the URL; nothing is connected before the first command. Raises ConfigError.

        `reply_seconds` is how long an answer may take before it is StoreUnavailable; a connection may take half of it.
        """
        self._url = url
        self._client, self._others = clients_for(url, reply_seconds)
        self._wire = wire_to(url, reply_seconds)
        self._cluster = isinstance(self._client, RedisCluster)
        self._mapped = not self._cluster
        self._mapping = asyncio.Lock()

    @property
    def is_cluster(self) -> bool:
        """Whether the keys live on several servers."""
        return self._cluster

    async def run(self, script: Script, keys: Sequence[str], args: Sequence[str | float]) -> Any:
        """Run a script once; give it to the server first when it does not know it (yet, or any more)."""
        with _translated(script.name):
            if self._wire is not None:
                return await self._over_wire(self._wire, script, keys, args)
            await self._know_the_cluster()
            return await self._eval(self._client, script, keys, args)

    async def run_durably(
        self, script: Script, keys: Sequence[str], args: Sequence[str | float], durability: Durability
    ) -> Any:
        """The same, and return only when enough replicas have it. Raises StoreUnavailable when they do not."""
        if not durability.replicas:
            return await self.run(script, keys, args)
        with _translated(script.name):
            answers = await self._waited_for(("EVALSHA", script.sha, len(keys), *keys, *args), durability)
            if isinstance(answers[0], NoScriptError):
                answers = await self._waited_for(("EVAL", script.text, len(keys), *keys, *args), durability)
            return _replicated(script.name, answers, durability)

    async def run_each(self, script: Script, calls: Sequence[Call]) -> list[Any]:
        """Run a script for many keys in one round trip a node."""
        with _translated(script.name):
            await self._know_the_cluster()
            answers = await self._many(("evalsha", script.sha), calls)
            if any(isinstance(a, NoScriptError) for a in answers):
                answers = await self._many(("eval", script.text), calls)
            return _raised(answers)

    async def call(self, *command: str | float) -> Any:
        """Run one plain command."""
        with _translated(str(command[0])):
            if self._wire is not None:
                return await self._wire.call(command)
            await self._know_the_cluster()
            return await self._client.execute_command(*command)

    async def call_durably(self, *command: str | float, durability: Durability) -> Any:
        """Run one plain command, and return only when enough replicas have it. Raises StoreUnavailable else."""
        if not durability.replicas:
            return await self.call(*command)
        name = str(command[0])
        with _translated(name):
            return _replicated(name, await self._waited_for(command, durability), durability)

    async def call_each(self, commands: Sequence[Sequence[str | float]]) -> list[Any]:
        """Run many plain commands in one round trip a node."""
        if not commands:
            return []
        with _translated(str(commands[0][0])):
            if self._wire is not None:
                return _raised(await self._wire.call_each(commands))
            await self._know_the_cluster()
            pipe = self._client.pipeline() if self._cluster else self._client.pipeline(transaction=False)
            async with pipe:
                for command in commands:
                    pipe.execute_command(*command)
                return cast("list[Any]", await pipe.execute())

    async def facts(self) -> Sequence[Mapping[str, str]]:
        """What each server says of itself (INFO): one server, or the masters of a Cluster."""
        with _translated("INFO"):
            if self._wire is not None:
                return [facts_of(str(await self._wire.call(("INFO",))))]
            await self._know_the_cluster()
            if not self._cluster:
                return [_as_text(await self._client.execute_command("INFO"))]
            told = await self._client.execute_command("INFO", target_nodes=RedisCluster.PRIMARIES)
            # Of a single master redis-py gives the answer itself, and not by its name.
            return [_as_text(facts) for facts in ([told] if "redis_version" in told else told.values())]

    async def listen(self, channel: str) -> AsyncIterator[str]:
        """Messages of a channel, for ever; what is said while the connection is away is missed.

        A line "" comes first, and again after every reconnection: whoever listens should look by himself then.
        """
        pause = 0.05
        while self._wire is not None:
            try:
                async with aclosing(self._wire.listen(channel)) as messages:
                    async for message in messages:
                        pause = 0.05
                        yield message
            except _AWAY:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)
        while True:
            client, others = await self._listener()
            try:
                async with client.pubsub() as subscription:
                    await subscription.subscribe(channel)
                    pause = 0.05
                    yield ""
                    while True:
                        # Without a limit here the task would wait on a dead peer for ever; PING finds out.
                        message = await subscription.get_message(ignore_subscribe_messages=True, timeout=5.0)
                        if message is None:
                            await subscription.ping()
                            continue
                        if message["type"] == "message":
                            yield cast("str", message["data"])
            except _AWAY:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)
            finally:
                for opened in (client, *others):
                    with suppress(*_AWAY):
                        await opened.aclose()

    async def close(self) -> None:
        """Close every connection."""
        if self._wire is not None:
            await self._wire.close()
        for client in (self._client, *self._others):
            with suppress(*_AWAY):
                await client.aclose()

    async def _know_the_cluster(self) -> None:
        """Learn where the slots are, once: calls that do so at the same time cut each other's connections."""
        if self._mapped:
            return
        async with self._mapping:
            if not self._mapped:
                await self._client.initialize()
                self._mapped = True

    async def _listener(self) -> tuple[Any, list[Any]]:
        """A client of its own for a subscription: it blocks. On a Cluster any node hears everything."""
        if self._cluster:
            cluster = cast("RedisCluster", self._client)
            with suppress(*_AWAY):
                await cluster.initialize()
            nodes = cluster.get_nodes() or cluster.startup_nodes
            node = nodes[0]
            return client_of(self._url, str(node.host), int(node.port)), []
        return clients_for(self._url)

    async def _waited_for(self, command: Sequence[str | float], durability: Durability) -> list[Any]:
        """What a command is answered, and how many replicas have it."""
        # WAIT speaks of the connection's own last write, so both go down one connection.
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.execute_command(*command)
            pipe.execute_command("WAIT", durability.replicas, int(durability.within * 1000))
            return cast("list[Any]", await pipe.execute(raise_on_error=False))

    @staticmethod
    async def _over_wire(wire: Wire, script: Script, keys: Sequence[str], args: Sequence[str | float]) -> Any:
        try:
            return await wire.call(("EVALSHA", script.sha, len(keys), *keys, *args))
        except NoScriptError:
            return await wire.call(("EVAL", script.text, len(keys), *keys, *args))

    @staticmethod
    async def _eval(client: Any, script: Script, keys: Sequence[str], args: Sequence[str | float]) -> Any:
        try:
            return await client.evalsha(script.sha, len(keys), *keys, *args)
        except NoScriptError:
            return await client.eval(script.text, len(keys), *keys, *args)

    async def _many(self, how: tuple[str, str], calls: Sequence[Call]) -> list[Any]:
        if self._wire is not None:
            commands: list[Command] = [(how[0].upper(), how[1], 1, key, *args) for key, args in calls]
            return await self._wire.call_each(commands)
        pipe = self._client.pipeline() if self._cluster else self._client.pipeline(transaction=False)
        async with pipe:
            for key, args in calls:
                pipe.execute_command(how[0].upper(), how[1], 1, key, *args)
            return cast("list[Any]", await pipe.execute(raise_on_error=False))


def pairs_of(flat: object) -> dict[str, str]:
    """A hash as it was read: a raw command answers with a flat list, a client that knows HGETALL with a mapping."""
    if isinstance(flat, dict):
        return cast("dict[str, str]", flat)
    pairs = cast("list[str]", flat)
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def facts_of(told: str) -> dict[str, str]:
    """The answer to INFO as names and values."""
    lines = (line.partition(":") for line in told.splitlines() if not line.startswith("#"))
    return {name: value for name, colon, value in lines if colon}


def _as_text(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items()}


class _translated:  # noqa: N801 - read as a word before `with`; a generator would cost more than many a call
    """Turns every way in which a server fails to do something into StoreUnavailable."""

    __slots__ = ("_what",)

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, _AWAY):
            return
        told = str(error)
        ours = told.startswith(("ERR ", "WRONGTYPE", "CROSSSLOT")) and not any(sign in told for sign in _NOT_OURS)
        if isinstance(error, ResponseError) and ours:
            # Our own mistake, in a script or a command: waiting would not mend it.
            return
        why = f"{self._what}: {type(error).__name__}: {error}; is Redis up and accepting writes?"
        raise StoreUnavailable(why) from error


def _replicated(what: str, answers: list[Any], durability: Durability) -> Any:
    """The answer to a command that was waited for. Raises StoreUnavailable when too few replicas have it."""
    answer, had = _raised(answers)
    if int(had) < durability.replicas:
        raise StoreUnavailable(
            f"{what}: stored, but only {had} of {durability.replicas} replicas have it; "
            "look at the replicas, or lower store.replicas"
        )
    return answer


def _raised(answers: list[Any]) -> list[Any]:
    """The answers, unless one of them is an error."""
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers
