"""Microsoft Teams as a ChatAdapter. Knows how to reach Teams and be reached; decides nothing."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Final

import structlog
from aiohttp import web

from adapters.teams import http
from adapters.teams.calls.addresses import Addresses
from adapters.teams.calls.confiding import Confiding
from adapters.teams.calls.connector import Connector
from adapters.teams.calls.files import Files
from adapters.teams.calls.handing_over import HandingOver
from adapters.teams.calls.kinds import Kinds
from adapters.teams.calls.messages import Messages
from adapters.teams.calls.people import People
from adapters.teams.calls.tokens import NoToken, Tokens, proof_of
from adapters.teams.calls.web import WebClient
from adapters.teams.cards import attachment
from adapters.teams.dispatch import Dispatch, thread_to_answer
from adapters.teams.forms import Choices
from adapters.teams.framework import Framework, Reply, Unreadable
from adapters.teams.keys import KeyCache
from adapters.teams.outbound import MAX_TEXT
from adapters.teams.places import PLATFORM, Kind, thread_of
from adapters.teams.scene import Hearing, tenant_of
from adapters.teams.settings import TeamsSettings
from adapters.teams.text.rich_text import Element
from adapters.teams.verification import Caller, Verification
from bot.core.activity import Activity, Edited, File, Person, Place, Ref, Said
from bot.core.effects import Body
from bot.core.platforms.json_values import Json, as_object, as_objects, as_text
from bot.errors import ConfigError, DeliveryError, NotDone, Refused
from bot.ports import Capabilities, Clock, Commands, FileSource, FileStream, Forms, Intake, Pace, Posted, Shelf

_PACE: Final = Pace(per_channel=1.5, channel_burst=5.0, channel_hour=1800, per_workspace=30.0, workspace_burst=30.0)
"""Below what Microsoft publishes of a bot in one chat or channel: 7 messages in a second, 8 in two, 60 in thirty, 1,800
in an hour; and 50 calls a second in a tenant: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit"""

_log = structlog.get_logger("teams")


class TeamsAdapter:
    """One bot registration. `mount` it on the web application, then `start`."""

    def __init__(self, settings: TeamsSettings, clock: Clock, shelf: Shelf | None = None) -> None:
        """Without a shelf, files are received and none are sent."""
        self._settings = settings
        self._clock = clock
        cloud = settings.endpoints
        self._web = WebClient(seconds=settings.call_seconds)
        self._login = WebClient(seconds=settings.token_seconds)
        self._keys = KeyCache(cloud.metadata_url, self._login, clock, cool_down=settings.keys_cool_down)
        self._verification = Verification(self._keys, clock, app_id=settings.app_id, issuer=cloud.issuer)
        self._tokens = None if settings.is_open else Tokens(proof_of(settings), self._login, clock)
        self._addresses = Addresses(
            cloud.service_url,
            cloud.service_hosts,
            local=settings.insecure_local or _is_local(settings),
            memory=settings.memory,
        )
        self._connector = Connector(
            self._web, self._tokens, self._addresses.is_allowed, token_seconds=settings.token_seconds
        )
        self._files = Files(self._connector, settings)
        self._framework = Framework(self._connector)
        rosters = [*sorted(settings.desks), *sorted(settings.support_channels)]
        self._people = People(self._connector, self._addresses, clock, rosters)
        self._mark_secret = settings.mark_secret or settings.secret or settings.certificate or secrets.token_hex(32)
        self._bot = settings.bot
        self._kinds = Kinds(settings.desks)
        self._messages = Messages(
            settings, self._connector, self._addresses, self._kinds, self._people, lambda: self._bot
        )
        self._confiding = Confiding(
            self._connector,
            self._addresses,
            self._people,
            self._kinds,
            settings.words,
            mark_secret=self._mark_secret,
            bot=lambda: self._bot,
            say=self.say,
        )
        self._handing_over = HandingOver(
            shelf,
            self._files,
            self._connector,
            self._addresses,
            self._kinds,
            put=self._messages.put,
            shown=self._messages.activity,
        )
        self._dispatch: Dispatch | None = None

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            files=True,
            max_text=MAX_TEXT,
            react=self._settings.reactions,
            whispers_apart=True,
            look_up=False,
            pace=_PACE,
        )

    @property
    def framework(self) -> Framework:
        """The SDK's adapter, for middleware that was written for it (`framework.use(…)`)."""
        return self._framework

    # life ------------------------------------------------------------------------------------

    def mount(self, app: web.Application) -> None:
        """Serve the Bot Framework's requests on `settings.path`; before `start` with 503, so that they come again."""
        app.router.add_routes(
            [http.route(self._settings.path, self._verify, self._addresses.is_allowed, self._take_over)]
        )

    async def start(self, intake: Intake, commands: Commands, forms: Forms) -> None:
        """Begin to receive. Raises ConfigError when the settings or the credentials are unusable.

        When the token service cannot be reached, it is asked again with the first message.
        """
        problems = self._settings.problems()
        if problems:
            raise ConfigError(problems)
        await self._try_credentials()
        self._dispatch = Dispatch(intake, commands, forms, self, self._settings, self._mark_secret)

    async def _try_credentials(self) -> None:
        if self._tokens is None:
            return
        try:
            async with asyncio.timeout(self._settings.start_seconds):
                await self._tokens.get()
        except NoToken as error:
            raise ConfigError([f"teams: {error}"]) from error
        except ValueError as error:
            raise ConfigError(["teams.certificate: a PEM with the private key and the certificate"]) from error
        except (NotDone, TimeoutError) as error:
            _log.warning("no token yet", why=type(error).__name__)

    async def stop(self) -> None:
        """Stop receiving; finish answers that are under way; close connections."""
        dispatch, self._dispatch = self._dispatch, None
        if dispatch is not None:
            await dispatch.finish()
        await self._keys.close()
        if self._tokens is not None:
            await self._tokens.close()
        await self._files.close()
        await self._web.close()
        await self._login.close()

    async def _verify(self, authorization: str) -> Caller | None:
        if self._settings.is_open:
            return None
        return await self._verification.caller(authorization)

    async def _take_over(self, payload: Json) -> Reply:
        dispatch = self._dispatch
        if dispatch is None:
            return Reply(503)
        try:
            return await self._framework.turn(payload, lambda: dispatch.receive(payload))
        except Unreadable as error:
            _log.warning("unreadable", why=str(error))
            return Reply(400)

    # what the dispatch asks ------------------------------------------------------------------

    def hearing(self) -> Hearing:
        """What is known at this moment."""
        settings = self._settings
        return Hearing(
            self._bot, self._clock.now(), settings.desks | settings.support_channels, settings.teams, settings.tenant
        )

    def noticed(self, payload: Json, activity: Activity | None) -> None:
        """Remember where and by whom something was done."""
        conversation = as_object(payload.get("conversation"))
        tenant = tenant_of(payload, self._settings.tenant)
        channel, _ = thread_of(as_text(conversation.get("id")))
        self._addresses.learn(tenant, channel, as_text(payload.get("serviceUrl")))
        if not self._bot:
            self._bot = as_text(as_object(payload.get("recipient")).get("id"))
        if activity is None:
            return
        if channel in self._settings.desks and isinstance(activity.content, Said | Edited) and not activity.addressed:
            self._messages.overheard(channel)
        self._people.seen(activity.author, as_text(as_object(payload.get("from")).get("id")), channel)
        kind = self._kinds.learn(channel, as_text(conversation.get("conversationType")))
        if kind is Kind.PERSONAL:
            self._confiding.remember(activity.author, channel)

    def roster_changed(self, payload: Json) -> None:
        """Believe no more what was known of those who came or went."""
        changed = [*as_objects(payload.get("membersAdded")), *as_objects(payload.get("membersRemoved"))]
        if changed:
            self._people.forget(tenant_of(payload, self._settings.tenant), changed)

    async def may_act(self, place: Place, person: Person) -> bool:
        """Whether somebody may still do something from elsewhere in a desk's channel: who was taken out may not."""
        if place.channel not in self._settings.desks:
            return True
        return await self._people.is_still_in(place.root, person, seconds=self._settings.lookup_seconds)

    async def checked(self, activity: Activity) -> Activity:
        """The activity with what the rosters say of its author, or said last when they do not answer in time."""
        author = await self._people.checked(activity.author, seconds=self._settings.lookup_seconds)
        return replace(activity, author=author)

    def watch(self, ref: Ref) -> asyncio.Future[Element | None]:
        """The card that a message is changed to next; None when it becomes words alone."""
        return self._messages.next_card(ref)

    def shown(self, ref: Ref) -> Element | None:
        """The card that a message had last, as far as this process knows."""
        return self._messages.card(ref)

    async def colleagues(self, place: Place) -> Choices:
        """Who is in that channel and no guest, by name; none when the roster does not say."""
        try:
            async with asyncio.timeout(self._settings.lookup_seconds):
                found = await self._people.members(place.tenant, place.channel)
        except (DeliveryError, TimeoutError):
            return ()
        people = [p for p in found if not (p.is_guest or p.is_outsider) and p.id != self._bot]
        return sorted(((p.id, p.label) for p in people), key=lambda pair: pair[1].casefold())

    async def say(self, place: Place, body: Body) -> None:
        """Post an answer of the app's own."""
        await self._messages.put(place, self._messages.worded(body))

    async def confide(self, activity: Activity, body: Body) -> None:
        """Answer somebody alone."""
        await self.whisper(thread_to_answer(activity), activity.author, body)

    async def hand_over(self, activity: Activity, source: FileSource, *, shared: bool) -> None:
        """Put a file where the activity is answered, or into its author's own chat."""
        to = thread_to_answer(activity)
        if not shared:
            to = Place(
                PLATFORM, activity.place.tenant, await self._confiding.chat_with(activity.author, activity.place)
            )
        await self.post_file(to, Body(""), source, key="")

    # reaching out ----------------------------------------------------------------------------

    async def post(self, to: Place, body: Body, *, key: str) -> Posted:  # noqa: ARG002  # Teams keeps no marks
        return await self._messages.post(to, body)

    async def edit(self, ref: Ref, body: Body) -> None:
        await self._messages.edit(ref, body)

    async def delete(self, ref: Ref) -> None:
        await self._messages.delete(ref)

    async def react(self, ref: Ref, emoji: str, *, added: bool) -> None:
        await self._messages.react(ref, emoji, added=added)

    def open_file(self, file: File) -> AbstractAsyncContextManager[FileStream]:
        return self._files.open(file)

    async def post_file(self, to: Place, body: Body, source: FileSource, *, key: str) -> Posted:  # noqa: ARG002  # as above
        return await self._handing_over.post(to, body, source)

    async def remove_file(self, ref: Ref) -> None:
        await self._handing_over.forget(ref)
        await self.delete(ref)

    async def consented(self, payload: Json) -> None:
        """Bring what a person wants to have into their own OneDrive."""
        await self._handing_over.consented(payload, tenant_of(payload, self._settings.tenant))

    async def whisper(self, place: Place, to: Person, body: Body) -> None:
        """To the private chat; the thread hears that it was done, and nothing of what was said."""
        await self._confiding.confide(place, to, self._messages.worded(body))

    async def hand(self, place: Place, to: Person, card: Element) -> None:
        """The same with a card that says itself what it is about."""
        await self._confiding.confide(place, to, {"type": "message", "attachments": [attachment(card)]})

    async def find(self, place: Place, key: str, *, since: float) -> Sequence[Posted]:  # noqa: ARG002
        """Never asked: see `capabilities.look_up`. The connector cannot tell what is in a conversation."""
        raise Refused("find", "Teams offers apps no look-up of messages")

    async def is_member(self, channel: Place, person: Person) -> bool:
        return await self._people.is_in(channel, person)

    async def probe(self, channel: Place) -> None:
        await self._people.members(channel.tenant, channel.channel)

    async def person(self, tenant: str, id: str) -> Person:
        return await self._people.person(tenant, id)


def _is_local(settings: TeamsSettings) -> bool:
    """Whether the service address that was given is on this machine, as in tests: then plain HTTP to it is allowed."""
    return settings.service_url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
