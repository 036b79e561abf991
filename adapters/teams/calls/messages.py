"""Our own messages on Teams: posts, edits, deletes, reacts, and knows the card that each shows. Never retries.

Teams keeps no marks: what was posted cannot be looked for (see `capabilities.look_up`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from adapters.teams.calls.addresses import Addresses
from adapters.teams.calls.connector import Connector
from adapters.teams.calls.kinds import Kinds
from adapters.teams.calls.people import People
from adapters.teams.calls.shown_cards import ShownCards
from adapters.teams.outbound import card_of, message, thread_parameters
from adapters.teams.places import Kind, conversation_of, thread_of
from adapters.teams.settings import TeamsSettings
from adapters.teams.text.emoji import name_of
from adapters.teams.text.rich_text import Element
from adapters.teams.whispers import whispered
from bot.core.activity import Place, Ref
from bot.core.effects import Body
from bot.errors import DeliveryError, Refused, Uncertain
from bot.ports import Posted


class Messages:
    """See `bot.ports.ChatAdapter` for what the methods promise, and raise. `bot` tells the app's own account."""

    def __init__(
        self,
        settings: TeamsSettings,
        connector: Connector,
        addresses: Addresses,
        kinds: Kinds,
        people: People,
        bot: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._connector = connector
        self._addresses = addresses
        self._kinds = kinds
        self._people = people
        self._bot = bot
        self._cards = ShownCards()
        self._overheard: set[str] = set()

    def overheard(self, channel: str) -> None:
        """Something was heard there that does not mention the app: the cards need not say how to answer."""
        self._overheard.add(channel)

    async def post(self, to: Place, body: Body) -> Posted:
        """Post, and remember the card."""
        activity = await self.activity(to, body)
        posted = await self.put(to, activity)
        self._cards.put(_name_of(posted.ref), card_of(activity))
        return posted

    async def edit(self, ref: Ref, body: Body) -> None:
        """Show something else in its place, and remember the card."""
        service_url, conversation, name = self._where(ref)
        activity = await self.activity(ref.place, body)
        await self._connector.update_activity(service_url, conversation, name, activity | {"id": name})
        self._cards.put(_name_of(ref), card_of(activity))

    async def delete(self, ref: Ref) -> None:
        """Take a message away."""
        service_url, conversation, name = self._where(ref)
        await self._connector.delete_activity(service_url, conversation, name)

    async def react(self, ref: Ref, emoji: str, *, added: bool) -> None:
        """Put our reaction on a message, or take it away."""
        reaction = name_of(emoji)
        if reaction is None:
            raise Refused("react", "Teams has no name for this emoji")
        service_url, conversation, name = self._where(ref)
        await self._connector.react(service_url, conversation, name, reaction, added=added)

    def next_card(self, ref: Ref) -> asyncio.Future[Element | None]:
        """The card that a message is changed to next; None when it becomes words alone."""
        return self._cards.next(_name_of(ref))

    def card(self, ref: Ref) -> Element | None:
        """The card that a message had last, as far as this process knows."""
        return self._cards.last(_name_of(ref))

    async def activity(self, to: Place, body: Body) -> Element:
        """The activity; a case's card says how to answer where nothing was heard yet that does not mention the app."""
        is_deaf = to.channel in self._settings.desks and to.channel not in self._overheard
        footnote = self._settings.words.mention_me if is_deaf else ""
        return self.worded(body, mention_id=await self._mentioned(to, body), footnote=footnote)

    def worded(self, body: Body, *, mention_id: str = "", footnote: str = "") -> Element:
        """The activity. The local client knows no dialogs: there, what asks first does so in the card's own place."""
        if self._settings.is_open:
            buttons = tuple(replace(button, asks=False) for button in body.buttons)
            card = body.card and replace(body.card, buttons=tuple(replace(b, asks=False) for b in body.card.buttons))
            body = replace(body, buttons=buttons, card=card)
        return message(body, mention_id=mention_id, footnote=footnote)

    async def put(self, to: Place, activity: Element) -> Posted:
        """Post an activity as it is."""
        service_url = self._addresses.of(to.tenant, to.channel)
        kind = self._kinds.of(to.channel)
        if to.thread or kind is not Kind.CHANNEL:
            posted = await self._connector.create_activity(service_url, conversation_of(to, kind), activity)
            return Posted(Ref(to, posted), to)
        parameters = thread_parameters(to, activity, bot=self._bot())
        conversation, first = await self._connector.create_conversation(service_url, parameters)
        channel, thread = thread_of(conversation)
        posted = first or thread
        if not posted:
            raise Uncertain("create conversation", "the answer names no message")
        if channel != to.channel:
            await self._connector.delete_activity(service_url, conversation, posted)
            raise Refused("create conversation", "the thread was opened in another channel")
        return Posted(Ref(to, posted), replace(to, thread=thread or posted))

    async def _mentioned(self, to: Place, body: Body) -> str:
        """The account to ping; "" when it cannot be found out: the words matter more than the ping."""
        if body.mention is None:
            return ""
        try:
            async with asyncio.timeout(self._settings.lookup_seconds):
                return await self._people.account(body.mention, to)
        except (DeliveryError, TimeoutError):
            return ""

    def _where(self, ref: Ref) -> tuple[str, str, str]:
        """Where to call for a message: service address, conversation, message."""
        place = ref.place
        private = whispered(ref.id)
        if private is None:
            conversation = conversation_of(place, self._kinds.of(place.channel), ref.id)
            channel, name = place.channel, ref.id
        else:
            channel, name = private
            conversation = channel
        return self._addresses.of(place.tenant, channel), conversation, name


def _name_of(ref: Ref) -> str:
    """What a message is called among the cards, wherever it is seen from."""
    private = whispered(ref.id)
    return "|".join(private) if private is not None else f"{ref.place.channel}|{ref.id}"
