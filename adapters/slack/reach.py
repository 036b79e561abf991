"""What an adapter for Slack does for its dispatch and its commands, as a Protocol."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Protocol

from adapters.slack.envelope import Hearing
from bot.core.activity import Activity, Person, Place

if TYPE_CHECKING:
    from bot.ports import FileSource


class Reach(Protocol):
    """What is needed of the adapter to take payloads and to answer."""

    def hearing(self) -> Hearing:
        """What is known at this moment."""
        ...

    async def placed(self, activity: Activity) -> Activity:
        """The activity in its thread, asked for if need be; remembers which thread a message is in."""
        ...

    @property
    def canary_channel(self) -> str:
        """Where songs come back from; "" for nowhere."""
        ...

    async def heard(self, word: str) -> None:
        """A song came back. Raises StoreUnavailable."""
        ...

    async def meet(self, tenant: str, ids: Collection[str]) -> None:
        """Learn the names of those whom a message mentions, as far as Slack tells them in time."""
        ...

    async def asker(self, tenant: str, id: str) -> Person:
        """Who gives a command; a guest when that cannot be found out."""
        ...

    async def answer_later(self, url: str, arguments: Mapping[str, object]) -> None:
        """Answer through a `response_url`."""
        ...

    async def hand_over(self, source: FileSource, shared_in: Place | None, asker: Person) -> None:
        """Put a file into a channel, or into the asker's own chat with the app."""
        ...

    async def open_view(self, trigger: str, view: Mapping[str, object]) -> None:
        """Open a modal for whoever has just pressed something."""
        ...

    async def update_view(self, shown: str, as_of: str, view: Mapping[str, object]) -> None:
        """Show a modal anew, unless it has changed since."""
        ...
