"""A real Redis Cluster of three, a primary with a replica, a Sentinel: for the tests that need more than one server."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from adapters.redis.embedded import server_binary
from tests.support.patience import PATIENCE
from tests.support.ports import free_port


@contextlib.contextmanager
def server(*options: str, port: int = 0, sentinel: str = "") -> Iterator[int]:
    """A server on a port of loopback. With `sentinel` (its configuration) it is one of those."""
    port = port or free_port()
    folder = Path(tempfile.mkdtemp(prefix="wl-", dir="/tmp"))
    arguments = [str(server_binary())]
    if sentinel:
        (folder / "sentinel.conf").write_text(sentinel)
        arguments += [str(folder / "sentinel.conf"), "--sentinel"]
    arguments += ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", *options]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: ask(port, "PING"))
        yield port
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


def ask(port: int, *command: str | int) -> Any:
    """One command, one answer."""
    client: Any = Redis(port=port, decode_responses=True, socket_timeout=2, protocol=2)
    try:
        return client.execute_command(*command)
    finally:
        client.close()


def facts(port: int, section: str) -> dict[str, Any]:
    """What a server says of itself (INFO)."""
    answer = ask(port, "INFO", section)
    assert isinstance(answer, dict)
    return answer


def until(condition: Any, seconds: float = PATIENCE) -> None:
    """Return when the condition holds; servers tell nobody when they are ready."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(RedisError, OSError):
            if condition():
                return
        if time.monotonic() > end:
            raise TimeoutError("the servers did not get ready")
        time.sleep(0.02)


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Three masters with all slots among them; the URL."""
    with contextlib.ExitStack() as stack:
        options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--appendonly", "yes")
        ports = [stack.enter_context(server(*options)) for _ in range(3)]
        thirds = (0, 5461, 10922, 16384)
        for n, port in enumerate(ports):
            ask(port, "CLUSTER", "SET-CONFIG-EPOCH", n + 1)
            ask(port, "CLUSTER", "ADDSLOTSRANGE", thirds[n], thirds[n + 1] - 1)
        for port in ports[1:]:
            ask(port, "CLUSTER", "MEET", "127.0.0.1", ports[0])
        for port in ports:
            until(lambda p=port: "cluster_state:ok" in _info(p) and "cluster_known_nodes:3" in _info(p))
        yield "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in ports)


def _info(port: int) -> str:
    answer = ask(port, "CLUSTER", "INFO")
    return "\n".join(f"{k}:{v}" for k, v in answer.items()) if isinstance(answer, dict) else str(answer)
