"""Slack as a ChatAdapter. Knows how to reach Slack and be reached; decides nothing and words nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from adapters.slack import http
from adapters.slack.bolt import Socket, bolt_app, through_bolt
from adapters.slack.canary import text_of
from adapters.slack.dispatch import Dispatch
from adapters.slack.emoji import name_of
from adapters.slack.envelope import PLATFORM, Hearing
from adapters.slack.files import Files
from adapters.slack.home_pages import HomePages
from adapters.slack.identity import Identity, try_app_token
from adapters.slack.inbound import EPHEMERAL, activity_of, in_thread
from adapters.slack.looking import Looking
from adapters.slack.marks import block_mark_of, mark_of
from adapters.slack.members import Members
from adapters.slack.outbound import file_blocks, message
from adapters.slack.people import People
from adapters.slack.recalling import report_of, threads_in, written_since
from adapters.slack.settings import SlackSettings, problems_with
from adapters.slack.threads import Threads
from adapters.slack.web_api import RefusedBySlack, WebApi
from bot.core.activity import Activity, File, Person, Place, Reacted, Ref
from bot.core.effects import Body
from bot.core.json_values import as_object, as_text
from bot.errors import ConfigError, DeliveryError, Refused, Uncertain
from bot.ports import Capabilities, Clock, Commands, FileSource, FileStream, Forms, Intake, Posted

_QUIET: Final[Mapping[str, object]] = {
    "link_names": False,
    "parse": "none",
    "unfurl_links": False,
    "unfurl_media": False,
}
"""Nothing that is typed becomes a mention, and no preview is added."""

_NO_MORE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""What Slack says of a message that cannot be edited, and will not be."""

_log = structlog.get_logger("slack")


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
        self._looking = Looking(self._api, self._identity, settings.mark_secrets)
        self._threads = Threads(self._api)
        self._members = Members(self._api, clock)
        self._files = Files(self._api, settings)
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

    @property
    def connected(self) -> bool:
        """Whether Slack can reach us, as far as we can tell: over Socket Mode, that the connection is open."""
        if self._settings.mode == "http":
            return self._receive is not None
        return self._socket is not None and self._socket.connections > 0

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

    # the canary ------------------------------------------------------------------------------

    @property
    def sings(self) -> bool:
        """Whether there is a channel to sing in."""
        return bool(self._settings.canary_channel)

    async def sing(self, word: str, ref: str) -> str:
        """Edit the message that is there for this, or post it: Slack reports both, as it reports what people do."""
        channel, text = self._settings.canary_channel, text_of(word)
        there, _, ts = ref.partition(" ")
        if there == channel:
            try:
                await self._api.write("chat.update", {"channel": channel, "ts": ts, "text": text})
            except RefusedBySlack as error:
                if error.code not in _NO_MORE:
                    raise
            else:
                return ref
        answer = await self._api.write("chat.postMessage", {"channel": channel, "text": text, **_QUIET})
        return f"{channel} {as_text(answer.get('ts'))}"

    # what was written before -------------------------------------------------------------------

    async def rooms(self) -> Sequence[Place]:
        team = await self._identity.team()
        kinds = {"types": "im,mpim,public_channel,private_channel", "exclude_archived": "true"}
        found = self._looking.pages("users.conversations", kinds, "channels")
        return [Place(PLATFORM, team, as_text(room.get("id"))) async for room in found]

    async def recall(self, place: Place, since: float) -> Sequence[Activity]:
        us = await self._identity.whole()
        hearing = replace(self.hearing(), us=us)
        shown = [message async for message in self._looking.history(place, since)]
        found = [activity_of(report_of(m, place, us), hearing) for m in written_since(shown, since)]
        activities = {activity.id: activity for activity in found if activity is not None}
        for thread in threads_in(shown, place, since):
            # its first message is shown with it
            activities |= {activity.id: activity for activity in await self.recall(thread, since)}
        return sorted(activities.values(), key=lambda activity: activity.at)

    async def copies(self, place: Place, trace: str, *, since: float) -> Sequence[Posted]:
        return [_posted(place, ts) for ts in await self._looking.traced(place, trace, since)]

    # reaching out ----------------------------------------------------------------------------

    async def post(self, to: Place, body: Body, *, key: str) -> Posted:
        as_user = self._shows_as_user(to, body)
        arguments: dict[str, object] = {
            "channel": to.channel,
            **message(body, name_in_text=not as_user),
            **_QUIET,
            "metadata": mark_of(key, to.channel, self._settings.mark_secrets),
        }
        if to.thread:
            arguments["thread_ts"] = to.thread
        if as_user and body.voice is not None:
            arguments["username"] = body.voice.name[:80]
            if body.voice.picture.startswith("https://"):
                arguments["icon_url"] = body.voice.picture
        answer = await self._api.write("chat.postMessage", arguments)
        ts = as_text(answer.get("ts"))
        if not ts:
            raise Uncertain("chat.postMessage", "the answer names no message")
        landed = as_text(as_object(answer.get("message")).get("thread_ts"))
        if to.thread and landed != to.thread:
            await self._take_back(to, ts)
            raise Refused("chat.postMessage", "the thread was deleted")
        posted = _posted(to, ts)
        self._threads.remember(posted.ref)
        return posted

    def _shows_as_user(self, place: Place, body: Body) -> bool:
        """Whether Slack shows whose words these are by itself, so that the text need not."""
        return body.voice is not None and place.channel in self._settings.username_channels

    async def _take_back(self, to: Place, ts: str, *, file: bool = False) -> None:
        """Delete what landed outside its thread. If that fails, `find` will do it: hence Uncertain."""
        stray = Ref(to.root, ts)
        try:
            await (self.remove_file(stray) if file else self.delete(stray))
        except DeliveryError as error:
            raise Uncertain(
                "chat.postMessage", f"landed outside its thread and is still there ({error.why})"
            ) from error

    def open_file(self, file: File) -> AbstractAsyncContextManager[FileStream]:
        return self._files.open(file)

    async def post_file(self, to: Place, body: Body, source: FileSource, *, key: str) -> Posted:
        """Upload and share. The message takes no metadata, so its first block carries the mark."""
        name = source.file.name
        async with source.open() as stream:
            uploaded = await self._files.upload(name, stream)
        mark = block_mark_of(key, to.channel, self._settings.mark_secrets)
        await self._files.share(uploaded, name, to, file_blocks(body, name, mark))
        ts, thread = await self._files.shown_at(uploaded, to)
        if to.thread and thread != to.thread:
            await self._take_back(to, ts, file=True)
            raise Refused("files.completeUploadExternal", "the thread was deleted")
        posted = _posted(to, ts)
        self._threads.remember(posted.ref)
        return posted

    async def remove_file(self, ref: Ref) -> None:
        await self._files.delete(ref)
        await self.delete(ref)

    async def edit(self, ref: Ref, body: Body) -> None:
        if ref.id.startswith(EPHEMERAL):
            return
        shown = message(body, name_in_text=not self._shows_as_user(ref.place, body))
        arguments = {"channel": ref.place.channel, "ts": ref.id, **shown, "link_names": False, "parse": "none"}
        await self._api.write("chat.update", arguments)

    async def delete(self, ref: Ref) -> None:
        if ref.id.startswith(EPHEMERAL):
            return
        try:
            await self._api.write("chat.delete", {"channel": ref.place.channel, "ts": ref.id})
        except RefusedBySlack as error:
            if error.code != "message_not_found":
                raise

    async def react(self, ref: Ref, emoji: str, *, added: bool) -> None:
        name = name_of(emoji)
        if name is None:
            raise Refused("reactions.add", "Slack has no name for this emoji")
        method, already = ("reactions.add", "already_reacted") if added else ("reactions.remove", "no_reaction")
        try:
            await self._api.write(method, {"channel": ref.place.channel, "timestamp": ref.id, "name": name})
        except RefusedBySlack as error:
            if error.code != already:
                raise

    async def whisper(self, place: Place, to: Person, body: Body) -> None:
        shown = message(body)
        arguments: dict[str, object] = {"channel": place.channel, "user": to.id, **shown, **_QUIET}
        if place.thread:
            arguments["thread_ts"] = place.thread
        try:
            await self._api.write("chat.postEphemeral", arguments)
        except RefusedBySlack as error:
            if error.code != "user_not_in_channel":
                raise
            await self._api.write("chat.postMessage", {"channel": to.id, **shown, **_QUIET})

    async def find(self, place: Place, key: str, *, since: float) -> Sequence[Posted]:
        try:
            return [_posted(place, ts) for ts in await self._looking.marked(place, key, since)]
        except RefusedBySlack as error:
            if error.code != "thread_not_found":
                raise
        await self._clear_root(place, key, since=since)
        raise Refused("conversations.replies", "the thread was deleted")

    async def _clear_root(self, place: Place, key: str, *, since: float) -> None:
        """Delete what was meant for a thread that is gone: Slack put it at the channel's root."""
        for stray in await self.find(place.root, key, since=since):
            await self.delete(stray.ref)

    async def is_member(self, channel: Place, person: Person) -> bool:
        return await self._members.has(channel.channel, person.id)

    async def person(self, tenant: str, id: str) -> Person:
        return await self._people.person(tenant, id)


def _posted(place: Place, ts: str) -> Posted:
    return Posted(Ref(place, ts), Place(place.platform, place.tenant, place.channel, place.thread or ts))
