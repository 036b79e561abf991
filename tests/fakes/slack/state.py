"""What a Slack workspace holds: people, channels, messages, apps. The ground truth of every test.

Everything that a person would see is computed from here. Nothing in this file knows HTTP.
"""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.blocks import visible_text

BOT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "chat:write.customize",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "mpim:history",
        "mpim:read",
        "reactions:read",
        "reactions:write",
        "users:read",
        "users:read.email",
    }
)


class Refusal(Exception):
    """The answer `{"ok": false, "error": code}`."""

    def __init__(self, code: str, **more: Any) -> None:
        self.code = code
        self.more = more
        super().__init__(code)


@dataclass(slots=True)
class User:
    id: str
    name: str
    team: str
    email: str = ""
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False


@dataclass(slots=True)
class App:
    """An installed app with its bot user. `events_url` is where HTTP deliveries go, if anywhere."""

    id: str
    name: str
    team: str
    bot_user: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    scopes: frozenset[str]
    events: frozenset[str]
    events_url: str = ""
    revoked: bool = False


@dataclass(slots=True)
class Message:
    ts: str
    channel: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str = ""
    subtype: str = ""
    bot_id: str = ""
    app_id: str = ""
    username: str = ""
    icon_url: str = ""
    metadata: dict[str, Any] | None = None
    client_msg_id: str = ""
    edited: dict[str, str] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    ephemeral_to: str = ""
    deleted: bool = False
    posted_at: float = 0.0

    @property
    def seen_text(self) -> str:
        """What is shown: the blocks if there are any, else the text."""
        return visible_text(self.blocks, self.text)

    def payload(self, *, metadata: bool = False) -> dict[str, Any]:
        """The message as the Web API and events show it."""
        shown: dict[str, Any] = {"type": "message", "ts": self.ts, "text": self.text}
        if self.subtype:
            shown["subtype"] = self.subtype
        if self.user:
            shown["user"] = self.user
        if self.bot_id:
            shown |= {"bot_id": self.bot_id, "app_id": self.app_id}
            shown["bot_profile"] = {"id": self.bot_id, "app_id": self.app_id, "deleted": False, "name": "bot"}
        if self.username:
            shown["username"] = self.username
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.blocks:
            shown["blocks"] = self.blocks
        if self.client_msg_id:
            shown["client_msg_id"] = self.client_msg_id
        if self.edited:
            shown["edited"] = self.edited
        if self.files:
            shown["files"] = self.files
        if self.reactions:
            shown["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions.items()
            ]
        if metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown


@dataclass(slots=True)
class Channel:
    """`kind` is `public`, `private`, `im` or `mpim`."""

    id: str
    name: str
    kind: str
    members: set[str]
    team: str
    archived: bool = False
    shared_with: frozenset[str] = frozenset()
    messages: list[Message] = field(default_factory=list)
    by_ts: dict[str, Message] = field(default_factory=dict)
    by_thread: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))

    @property
    def type_in_events(self) -> str:
        return {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}[self.kind]


class Workspace:
    """All state, with the checks that Slack makes on it. Raises Refusal with Slack's own codes."""

    def __init__(self, team: str = "T0ACME", name: str = "acme") -> None:
        self.team = team
        self.name = name
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.apps: list[App] = []
        self._numbers = itertools.count(1)
        self._last_ts = 0

    # identifiers -----------------------------------------------------------------------------

    def next_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):07d}"

    def next_ts(self) -> str:
        """A timestamp of now in microseconds, unique and growing, as Slack names messages."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # people and places -----------------------------------------------------------------------

    def add_user(self, name: str, **traits: Any) -> User:
        team = traits.pop("team", self.team)
        user = User(self.next_id("W" if team != self.team else "U"), name, team, **traits)
        if team != self.team:
            user.is_stranger = True
        user.email = user.email or f"{name.lower().replace(' ', '.')}@example.com"
        self.users[user.id] = user
        return user

    def add_app(self, name: str, *, scopes: frozenset[str], events: frozenset[str]) -> App:
        bot = self.add_user(name, is_bot=True)
        number = next(self._numbers)
        app = App(
            id=f"A{number:07d}",
            name=name,
            team=self.team,
            bot_user=bot.id,
            bot_id=f"B{number:07d}",
            bot_token=f"xoxb-{self.team}-{number}",
            app_token=f"xapp-1-{number}",
            signing_secret=f"{number:032x}",
            scopes=scopes,
            events=events,
        )
        self.apps.append(app)
        return app

    def add_channel(
        self, name: str, kind: str, members: set[str], shared_with: frozenset[str] = frozenset()
    ) -> Channel:
        prefix = {"public": "C", "private": "G", "im": "D", "mpim": "G"}[kind]
        channel = Channel(self.next_id(prefix), name, kind, members, self.team, shared_with=shared_with)
        self.channels[channel.id] = channel
        return channel

    def direct(self, one: str, other: str) -> Channel:
        """The private chat of two accounts, made when it is not there."""
        pair = {one, other}
        found = next((c for c in self.channels.values() if c.kind == "im" and c.members == pair), None)
        return found or self.add_channel("", "im", pair)

    def app_of_token(self, token: str) -> App:
        app = next((a for a in self.apps if token and token in (a.bot_token, a.app_token)), None)
        if app is None:
            raise Refusal("invalid_auth" if token else "not_authed")
        if app.revoked:
            raise Refusal("token_revoked")
        return app

    def app_of_bot_user(self, user: str) -> App | None:
        return next((a for a in self.apps if a.bot_user == user), None)

    def channel_for(self, app: App, id: str, *, writing: bool) -> Channel:
        """The channel as this app may see it."""
        if id in self.users:
            return self.direct(app.bot_user, id)
        channel = self.channels.get(id)
        inside = channel is not None and app.bot_user in channel.members
        if channel is None or (channel.kind != "public" and not inside):
            raise Refusal("channel_not_found")
        if not inside:
            raise Refusal("not_in_channel")
        if writing and channel.archived:
            raise Refusal("is_archived")
        return channel

    # messages --------------------------------------------------------------------------------

    def add_message(self, message: Message) -> Message:
        channel = self.channels[message.channel]
        message.posted_at = time.time()  # noqa: TID251  # the outside world has a real clock
        channel.messages.append(message)
        channel.by_ts[message.ts] = message
        if message.thread_ts not in ("", message.ts):
            channel.by_thread[message.thread_ts].append(message)
        return message

    def message(self, channel: str, ts: str) -> Message:
        found = self.channels[channel].by_ts.get(ts)
        if found is None or found.deleted or found.ephemeral_to:
            raise Refusal("message_not_found")
        return found

    def replies(self, channel: str, ts: str) -> list[Message]:
        found = self.channels[channel].by_thread.get(ts, ())
        return [m for m in found if not (m.deleted or m.ephemeral_to)]

    def remove(self, message: Message) -> None:
        """Delete; a parent with replies leaves a tombstone behind."""
        if message.thread_ts in ("", message.ts) and self.replies(message.channel, message.ts):
            message.subtype = "tombstone"
            message.text = "This message was deleted."
            message.blocks, message.files, message.metadata = [], [], None
            message.user, message.bot_id = "USLACKBOT", ""
            return
        message.deleted = True

    def landing_thread(self, channel: str, thread_ts: str) -> str:
        """The thread that a reply really gets: none when the parent is gone, silently, as Slack does."""
        if not thread_ts:
            return ""
        parent = self.channels[channel].by_ts.get(thread_ts)
        if parent is None or parent.deleted or parent.subtype == "tombstone" or parent.ephemeral_to:
            return ""
        return parent.thread_ts or parent.ts

    # what a person sees ----------------------------------------------------------------------

    def seen_by(self, user: str, channel: str, thread: str | None = None) -> list[Message]:
        """Messages that this person sees, oldest first: at the root (`thread=""`), in a thread, or all (None)."""
        return list(self._seen(user, channel, thread))

    def _seen(self, user: str, channel: str, thread: str | None) -> Iterator[Message]:
        place = self.channels[channel]
        if place.kind != "public" and user not in place.members:
            return
        for message in sorted(place.messages, key=lambda m: m.ts):
            if message.deleted or (message.ephemeral_to and message.ephemeral_to != user):
                continue
            at_root = message.thread_ts in ("", message.ts) or message.subtype == "thread_broadcast"
            if thread is None or (thread in (message.ts, message.thread_ts) if thread else at_root):
                yield message
