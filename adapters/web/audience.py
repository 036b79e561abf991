"""The open pages: who looks on, and what each of them is still to be shown. Knows nothing of who may see what."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final

_BACKLOG: Final = 2000
"""Frames that may wait for one slow page; after that it is let go and comes back for a fresh view."""


class Watcher:
    """One open page, as one person. `frames` holds JSON texts; None means that there is nothing more."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.frames: asyncio.Queue[str | None] = asyncio.Queue()

    def show(self, frame: str | None) -> bool:
        """Give a frame to the page. False when it is too far behind."""
        if self.frames.qsize() >= _BACKLOG:
            return False
        self.frames.put_nowait(frame)
        return True


class Audience:
    """All open pages of one room."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()

    def __len__(self) -> int:
        return len(self._watchers)

    def join(self, person: str) -> Watcher:
        """Begin to collect for a page what that person sees from now on."""
        watcher = Watcher(person)
        self._watchers.add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """The page is gone."""
        self._watchers.discard(watcher)

    def tell(self, whom: Callable[[str], bool], frame: dict[str, Any]) -> None:
        """Show a frame to the pages of those people; a page that is too far behind is let go."""
        text = json.dumps(frame)
        for watcher in [w for w in self._watchers if whom(w.person)]:
            if not watcher.show(text):
                self._let_go(watcher)

    def let_go(self) -> None:
        """Close all pages' sockets; they will come back when there is somebody to come back to."""
        for watcher in list(self._watchers):
            self._let_go(watcher)

    def _let_go(self, watcher: Watcher) -> None:
        self._watchers.discard(watcher)
        watcher.frames.put_nowait(None)
