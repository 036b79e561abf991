"""What is for one person alone goes to their private chat; the thread hears that it did, and nothing of what was said.

Teams shows nothing to one person alone in a channel. Whoever never opened a chat with the app cannot be written to: the
thread is told that, too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from adapters.teams.calls.addresses import Addresses
from adapters.teams.calls.connector import Connector
from adapters.teams.calls.kinds import Kinds
from adapters.teams.calls.people import People
from adapters.teams.outbound import chat_parameters
from adapters.teams.places import Kind
from adapters.teams.settings import Words
from adapters.teams.text.rich_text import Element
from adapters.teams.whispers import marked
from bot.core.activity import Person, Place
from bot.core.effects import Body
from bot.errors import DeliveryError, Refused

_MAX_CHATS: Final = 20_000

_log = structlog.get_logger("teams")


class Confiding:
    """Private chats, by person. `bot` is our own account as far as it is known, `say` posts for all to see."""

    def __init__(
        self,
        connector: Connector,
        addresses: Addresses,
        people: People,
        kinds: Kinds,
        words: Words,
        *,
        mark_secret: str,
        bot: Callable[[], str],
        say: Callable[[Place, Body], Awaitable[None]],
    ) -> None:
        self._connector = connector
        self._addresses = addresses
        self._people = people
        self._kinds = kinds
        self._words = words
        self._mark_secret = mark_secret
        self._bot = bot
        self._say = say
        self._chats: OrderedDict[str, str] = OrderedDict()

    def remember(self, person: Person, chat: str) -> None:
        """That is somebody's private chat with the app."""
        self._chats[person.key] = chat
        while len(self._chats) > _MAX_CHATS:
            self._chats.popitem(last=False)

    async def chat_with(self, to: Person, place: Place) -> str:
        """Somebody's private chat, opened if need be; `place` is where they were met. Raises DeliveryError."""
        known = self._chats.get(to.key)
        if known:
            return known
        account = await self._people.account(to, place)
        service_url = self._addresses.of(to.tenant or place.tenant, place.channel)
        parameters = chat_parameters(to.tenant, account, bot=self._bot())
        chat, _ = await self._connector.create_conversation(service_url, parameters)
        self.remember(to, chat)
        return chat

    async def confide(self, place: Place, to: Person, activity: Element) -> None:
        """Show somebody an activity that is about a place. Raises DeliveryError."""
        try:
            chat = await self.chat_with(to, place)
            if chat != place.channel:
                activity = marked(activity, place, to.id, self._mark_secret)
            service_url = self._addresses.of(place.tenant, chat)
            await self._connector.create_activity(service_url, chat, activity)
        except Refused:
            await self._hint(place, self._words.not_reached, to)
            raise
        if chat != place.channel:
            await self._hint(place, self._words.answered_privately, to)

    async def _hint(self, place: Place, words: str, to: Person) -> None:
        """Say in the thread that somebody was written to. Never at a channel's root, where it would open a thread."""
        if not words or (not place.thread and self._kinds.of(place.channel) is not Kind.GROUP):
            return
        try:
            await self._say(place, Body(words.replace("{name}", to.label), quiet=True))
        except DeliveryError as error:
            _log.info("no hint", why=error.why)
