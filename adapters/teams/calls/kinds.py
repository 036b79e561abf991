"""What kind of conversation an id stands for. Local clients have ids that do not say so: what is seen is kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from adapters.teams.places import Kind, kind_of

_MAX_KEPT: Final = 20_000


class Kinds:
    """Remembers the conversations whose ids say something else than Teams does; desks are channels."""

    def __init__(self, desks: frozenset[str]) -> None:
        self._desks = desks
        self._kept: OrderedDict[str, Kind] = OrderedDict()

    def learn(self, channel: str, said: str) -> Kind:
        """The kind that an activity names in `conversationType`, remembered where the id says another."""
        kind = kind_of(channel, said)
        if kind is not kind_of(channel):
            self._kept[channel] = kind
            while len(self._kept) > _MAX_KEPT:
                self._kept.popitem(last=False)
        return kind

    def of(self, channel: str) -> Kind:
        """What kind of conversation that is."""
        if channel in self._desks:
            return Kind.CHANNEL
        return self._kept.get(channel) or kind_of(channel)
