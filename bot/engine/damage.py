"""Decodes stored rows one by one: what cannot be read is set aside and named, and the others go on.

A row that is set aside stays in the store as it is, so that it can be repaired; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

import structlog

from bot.engine.codec import Unreadable, read

_log = structlog.get_logger("engine")

T = TypeVar("T")


class Rows(Generic[T]):
    """Rows of one kind, by name. Decodes only those that are not as they were the last time."""

    def __init__(self, what: str, kind: type[T]) -> None:
        """`what` is what the log calls such a row."""
        self._what = what
        self._kind = kind
        self._known: dict[str, tuple[str, T]] = {}
        self.damaged: Mapping[str, str] = {}
        """Why rows could not be read the last time, by name."""

    def read(self, rows: Mapping[str, str]) -> dict[str, T]:
        """What the rows say. One that cannot be read is left out; the log names it when that is new."""
        known: dict[str, tuple[str, T]] = {}
        damaged: dict[str, str] = {}
        for name, text in rows.items():
            before = self._known.get(name)
            try:
                known[name] = before if before is not None and before[0] == text else (text, read(text, self._kind))
            except Unreadable as error:
                damaged[name] = str(error)
        for name, why in damaged.items():
            if self.damaged.get(name) != why:
                tell_set_aside(self._what, name, why)
        self._known, self.damaged = known, damaged
        return {name: value for name, (_, value) in known.items()}


def tell_set_aside(what: str, name: str, why: str) -> None:
    """Let the log name a row that cannot be read."""
    _log.error("row_set_aside", what=what, name=name, why=why)
