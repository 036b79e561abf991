"""Threads in which a project's code runs as if it had been started in its own folder, away from our event loop.

`rasa run actions` is started in the project's folder, so projects open `example.db` and mean their own. On Linux
a thread can have a working directory of its own; where there is none (other systems, some containers), relative
paths are looked up where Warmline was started, and `HomeThread.at_home` is False.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar

T = TypeVar("T")

_CLONE_FS: Final = 0x200  # linux/sched.h: root, working directory and umask are shared among threads


def move_in(folder: Path) -> bool:
    """Give the calling thread a working directory of its own, for good; False where the system does not."""
    if not sys.platform.startswith("linux"):
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_CLONE_FS) != 0:
        return False
    os.chdir(folder)
    return True


class HomeThread:
    """A thread with an event loop of its own, at home in a folder. It is a daemon: one that hangs holds up nobody."""

    def __init__(self, folder: Path) -> None:
        self.at_home = False
        self._folder = folder
        self._loop = asyncio.new_event_loop()

    def start(self, first: Callable[[], T]) -> T:
        """Begin, run `first` before the loop runs, and return what it returned. Raises what it raised."""
        done: concurrent.futures.Future[T] = concurrent.futures.Future()
        threading.Thread(target=self._live, args=(first, done), name="actions", daemon=True).start()
        return done.result()

    def _live(self, first: Callable[[], T], done: concurrent.futures.Future[T]) -> None:
        self.at_home = move_in(self._folder)
        asyncio.set_event_loop(self._loop)
        try:
            result = first()
        except BaseException as error:  # noqa: BLE001 - carried to whoever waits
            self._loop.close()
            done.set_exception(error)
            return
        done.set_result(result)
        try:
            self._loop.run_forever()
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        finally:
            self._loop.close()

    async def take(self, make: Callable[[], Awaitable[Any]], patience: float) -> asyncio.Future[Any] | None:
        """Run `make()` on this thread's loop; None, and nothing was run, when the loop is blocked for `patience` s."""
        ours = asyncio.get_running_loop()
        begun: asyncio.Future[None] = ours.create_future()
        claim = threading.Lock()

        async def run() -> Any:
            if not claim.acquire(blocking=False):
                return None
            ours.call_soon_threadsafe(_settle, begun)
            return await make()

        running = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), self._loop))
        try:
            await asyncio.wait_for(begun, patience)
        except TimeoutError:
            if claim.acquire(blocking=False):
                running.cancel()
                return None
        except asyncio.CancelledError:
            running.cancel()
            raise
        return running

    def close(self) -> None:
        """End the thread as soon as its loop is free."""
        with contextlib.suppress(RuntimeError):  # it ended already
            self._loop.call_soon_threadsafe(self._loop.stop)


def _settle(begun: asyncio.Future[None]) -> None:
    if not begun.done():
        begun.set_result(None)
