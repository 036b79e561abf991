"""What the parts that receive need of the adapter that reaches out."""

from __future__ import annotations

import asyncio
from typing import Protocol

from adapters.teams.forms import Choices
from adapters.teams.scene import Hearing
from adapters.teams.text.rich_text import Element
from bot.core.activity import Activity, Person, Place, Ref
from bot.core.effects import Body
from bot.core.platforms.json_values import Json
from bot.ports import FileSource


class Reach(Protocol):
    """The adapter, as its receiving parts see it."""

    def hearing(self) -> Hearing:
        """What is known at this moment."""
        ...

    def noticed(self, payload: Json, activity: Activity | None) -> None:
        """Remember where and by whom something was done."""
        ...

    def roster_changed(self, payload: Json) -> None:
        """Believe no more what was known of those who came or went."""
        ...

    async def may_act(self, place: Place, person: Person) -> bool:
        """Whether somebody may still do something from elsewhere in a desk's channel: who was taken out may not."""
        ...

    async def checked(self, activity: Activity) -> Activity:
        """The activity with what is known of its author."""
        ...

    async def colleagues(self, place: Place) -> Choices:
        """Who is in that channel and may be chosen; none when the roster does not say."""
        ...

    def watch(self, ref: Ref) -> asyncio.Future[Element | None]:
        """The card that a message is changed to next; None when it becomes words alone."""
        ...

    def shown(self, ref: Ref) -> Element | None:
        """The card that a message had last, as far as this process knows."""
        ...

    async def say(self, place: Place, body: Body) -> None:
        """Post an answer of the app's own."""
        ...

    async def consented(self, payload: Json) -> None:
        """Somebody has answered whether they want a file."""
        ...

    async def confide(self, activity: Activity, body: Body) -> None:
        """Answer somebody alone, in their private chat with the app."""
        ...

    async def hand_over(self, activity: Activity, source: FileSource, *, shared: bool) -> None:
        """Put a file where the activity is answered, or into its author's own chat. Raises Refused."""
        ...

    async def hand(self, place: Place, to: Person, card: Element) -> None:
        """Give somebody a card in their private chat with the app."""
        ...
