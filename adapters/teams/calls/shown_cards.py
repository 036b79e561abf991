"""Which card a message has now, and who waits for its next one. In this process only: a hint, never relied upon."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

from adapters.teams.text.rich_text import Element

_MAX_CARDS: Final = 2_000


class ShownCards:
    """Cards by the name of their message. None stands for words alone."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, Element | None] = OrderedDict()
        self._watched: dict[str, asyncio.Future[Element | None]] = {}

    def put(self, name: str, card: Element | None) -> None:
        """A message reads so from now on."""
        self._last[name] = card
        self._last.move_to_end(name)
        while len(self._last) > _MAX_CARDS:
            self._last.popitem(last=False)
        waiting = self._watched.get(name)
        if waiting is not None and not waiting.done():
            waiting.set_result(card)

    def last(self, name: str) -> Element | None:
        """The card that a message had last, if it is known."""
        return self._last.get(name)

    def next(self, name: str) -> asyncio.Future[Element | None]:
        """The card that a message is changed to next. Whoever waited before waits no more."""
        waiting = self._watched.get(name)
        if waiting is not None and not waiting.done():
            waiting.cancel()
        future = asyncio.get_running_loop().create_future()
        self._watched[name] = future
        future.add_done_callback(lambda _: self._watched.pop(name, None) if self._watched.get(name) is future else None)
        return future
