"""Remembers which activities came lately, so that one that a platform brings again is not answered again."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

_REMEMBERED: Final = 10_000


class Lately:
    """Ids of the last ten thousand, in this process."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, id: str) -> bool:
        return id in self._seen

    def discard(self, id: str) -> None:
        """As if it had not come."""
        self._seen.pop(id, None)

    def add(self, id: str) -> None:
        """From now on it has come."""
        self._seen[id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
