"""Slack as a ChatAdapter. Knows how to reach Slack and be reached; decides nothing and words nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from urllib.parse import urlsplit

from aiohttp import web

from adapters.slack import http
from adapters.slack.bolt import Socket, bolt_app, through_bolt
from adapters.slack.calls.files import Files
from adapters.slack.calls.history import History
from adapters.slack.calls.identity import Identity, try_app_token
from adapters.slack.calls.looking import Looking
from adapters.slack.calls.members import Members
from adapters.slack.calls.messages import Messages
from adapters.slack.calls.people import People
from adapters.slack.calls.singing import Singing
from adapters.slack.calls.threads import Threads
from adapters.slack.calls.web_api import WebApi
from adapters.slack.dispatch import Dispatch
from adapters.slack.envelope import PLATFORM, Hearing
from adapters.slack.home_pages import HomePages
from adapters.slack.inbound import in_thread
from adapters.slack.settings import SlackSettings, problems_with
from bot.core.activity import Activity, File, Person, Place, Reacted, Ref
from bot.core.effects import Body
from bot.core.platforms.json_values import as_object, as_text
from bot.errors import ConfigError, DeliveryError, Refused
from bot.ports import Capabilities, Clock, Commands, FileSource, FileStream, Forms, Intake, Posted


async def _unheard(word: str) -> None:
    """Nobody listens to songs."""


class SlackAdapter:
    """One installed Slack app. `mount` it on the web application for HTTP mode, then `start`."""

    def __init__(
        self,
        settings: SlackSettings,
        clock: Clock,
        suspect_clock: Callable[[], None] = lambda: None,
        heard: Callable[[str], Awaitable[None]] = _unheard,
    ) -> None:
        """`suspect_clock` is told when Slack's time and ours seem to be far apart, `heard` which song came back."""
        self._settings = settings
        self._heard = heard
        self._suspect_clock = suspect_clock
        self._clock = clock
        self._api = WebApi(settings.base_url, settings.bot_token, seconds=settings.call_seconds)
        self._people = People(self._api, clock, PLATFORM)
        self._identity = Identity(self._api)
        self._threads = Threads(self._api)
        self._members = Members(self._api, clock)
        self._files = Files(self._api, settings)
        looking = Looking(self._api, self._identity, settings.mark_secrets)
        self._messages = Messages(self._api, settings, looking, self._threads, self._files)
        self._history = History(looking, self._identity, self.hearing)
        self._singing = Singing(self._api, settings.canary_channel)
        self._dispatch: Dispatch | None = None
        self._receive: http.Receive | None = None
        self._socket: Socket | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(files=True)

    # life ------------------------------------------------------------------------------------

    def mount(self, app: web.Application) -> None:
        """Serve Slack's requests on `settings.path`; until `start` they are answered 503, and come again."""
        app.router.add_routes(
            [
                http.route(
                    self._settings.path,
                    self._settings.signing_secrets,
                    self._clock.now,
                    self._take_over_http,
                    self._suspect_clock,
                )
            ]
        )

    async def start(self, intake: Intake, commands: Commands, forms: Forms) -> None:
        """Begin to receive. Raises ConfigError when Slack says that the token is unusable.

        When Slack cannot be reached, it is asked again in the background, and events are taken meanwhile.
        """
        settings = self._settings
        problems = problems_with(settings)
        if problems:
            raise ConfigError(problems)
        if settings.mode == "socket":
            await try_app_token(settings)
        if not await self._identity.learn():
            self._tasks.append(asyncio.create_task(self._identity.keep_asking()))
        homes = HomePages(commands, self.asker, self.publish_home, self._clock, every=settings.home_seconds)
        self._tasks.append(asyncio.create_task(homes.keep_true()))
        self._dispatch = Dispatch(
            intake,
            commands,
            forms,
            self,
            homes,
            store_seconds=settings.store_seconds,
            answer_seconds=settings.answer_seconds,
        )
        bolt = bolt_app(settings, self._dispatch)
        self._receive = lambda payload: through_bolt(bolt, payload)
        if settings.mode == "socket":
            self._socket = Socket(bolt, settings)
            self._tasks.append(asyncio.create_task(self._socket.connect()))

    async def stop(self) -> None:
        """Stop receiving; finish answers that are under way; close connections."""
        self._receive = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self._dispatch is not None:
            await self._dispatch.finish()
        if self._socket is not None:
            await self._socket.close()
            self._socket = None
        await self._files.close()
        await self._api.close()

    @property
    def mark_secrets(self) -> tuple[str, ...]:
        """The secrets that `find` knows our messages by."""
        return self._settings.mark_secrets

    async def workspace(self) -> str:
        """The workspace that the token belongs to. Raises ConfigError when Slack does not say."""
        return await self._identity.workspace()

    async def _take_over_http(self, payload: dict[str, object]) -> http.Reply:
        receive = self._receive
        return http.Reply(503) if receive is None else await receive(payload)

    # what the dispatch asks ------------------------------------------------------------------

    def hearing(self) -> Hearing:
        """What is known at this moment."""
        us, now = self._identity.us, self._clock.now()
        return Hearing(us, self._people.name, self._threads.of, now, self._settings.hear_bots)

    async def placed(self, activity: Activity) -> Activity:
        """The activity in its thread. Reactions do not carry it: what is not remembered is asked for, briefly."""
        ref = activity.content.ref
        if not isinstance(activity.content, Reacted):
            self._threads.remember(ref)
            return activity
        if activity.direct or self._threads.knows(ref):
            return activity
        return in_thread(activity, await self._threads.ask(ref))

    async def meet(self, tenant: str, ids: Collection[str]) -> None:
        """Learn the names of those whom a message mentions, as far as Slack tells them in time."""
        await self._people.meet(tenant, [one for one in ids if one != self._identity.us.user_id])

    async def asker(self, tenant: str, id: str) -> Person:
        """Who gives a command. When that cannot be found out, somebody unknown, who has a guest's rights."""
        try:
            async with asyncio.timeout(self._settings.answer_seconds):
                return await self.person(tenant, id)
        except (DeliveryError, TimeoutError):
            return Person(PLATFORM, tenant, id, is_unknown=True)

    @property
    def canary_channel(self) -> str:
        """Where songs come back from; "" for nowhere."""
        return self._settings.canary_channel

    async def heard(self, word: str) -> None:
        """A song came back. Raises StoreUnavailable."""
        await self._heard(word)

    async def answer_later(self, url: str, arguments: Mapping[str, object]) -> None:
        """Answer through a `response_url`, which is on Slack's own host or on that of `base_url`."""
        given, ours = urlsplit(url), urlsplit(self._settings.base_url)
        is_slack = given.scheme == "https" and given.netloc == "hooks.slack.com"
        if not is_slack and (given.scheme, given.netloc) != (ours.scheme, ours.netloc):
            raise Refused("response_url", "not an address of Slack's")
        await self._api.post_url(url, arguments)

    async def open_view(self, trigger: str, view: Mapping[str, object]) -> None:
        """Open a modal; a trigger that is older than 3 seconds is Refused."""
        await self._api.write("views.open", {"trigger_id": trigger, "view": view})

    async def update_view(self, shown: str, as_of: str, view: Mapping[str, object]) -> None:
        """Show a modal anew; one that has changed since `as_of` is left as it is, and Refused raised."""
        await self._api.write("views.update", {"view_id": shown, "hash": as_of, "view": view})

    async def publish_home(self, user: str, view: Mapping[str, object]) -> None:
        """Show a page in somebody's App Home."""
        await self._api.write("views.publish", {"user_id": user, "view": view})

    async def hand_over(self, source: FileSource, shared_in: Place | None, asker: Person) -> None:
        """Put a file into a channel, or into the asker's own chat with the app."""
        to = shared_in or await self._chat_with(asker)
        async with source.open() as stream:
            uploaded = await self._files.upload(source.file.name, stream)
        await self._files.share(uploaded, source.file.name, to, [])

    async def _chat_with(self, person: Person) -> Place:
        opened = await self._api.write("conversations.open", {"users": person.id})
        return Place(PLATFORM, person.tenant, as_text(as_object(opened.get("channel")).get("id")))

    # the canary, and what was written before -------------------------------------------------

    @property
    def sings(self) -> bool:
        """Whether there is a channel to sing in."""
        return bool(self.canary_channel)

    async def sing(self, word: str, ref: str) -> str:
        return await self._singing.sing(word, ref)

    async def rooms(self) -> Sequence[Place]:
        return await self._history.rooms()

    async def recall(self, place: Place, since: float) -> Sequence[Activity]:
        return await self._history.recall(place, since)

    async def copies(self, place: Place, trace: str, *, since: float) -> Sequence[Posted]:
        return await self._history.copies(place, trace, since)

    # reaching out ----------------------------------------------------------------------------

    async def post(self, to: Place, body: Body, *, key: str) -> Posted:
        return await self._messages.post(to, body, key=key)

    def open_file(self, file: File) -> AbstractAsyncContextManager[FileStream]:
        return self._files.open(file)

    async def post_file(self, to: Place, body: Body, source: FileSource, *, key: str) -> Posted:
        return await self._messages.post_file(to, body, source, key=key)

    async def remove_file(self, ref: Ref) -> None:
        await self._messages.remove_file(ref)

    async def edit(self, ref: Ref, body: Body) -> None:
        await self._messages.edit(ref, body)

    async def delete(self, ref: Ref) -> None:
        await self._messages.delete(ref)

    async def react(self, ref: Ref, emoji: str, *, added: bool) -> None:
        await self._messages.react(ref, emoji, added=added)

    async def whisper(self, place: Place, to: Person, body: Body) -> None:
        await self._messages.whisper(place, to, body)

    async def find(self, place: Place, key: str, *, since: float) -> Sequence[Posted]:
        return await self._messages.find(place, key, since=since)

    async def is_member(self, channel: Place, person: Person) -> bool:
        return await self._members.has(channel.channel, person.id)

    async def probe(self, channel: Place) -> None:
        await self._members.probe(channel.channel)

    async def person(self, tenant: str, id: str) -> Person:
        return await self._people.person(tenant, id)
