"""What every report of Slack's says: which app, which workspace, where, who did it, and under which names. Pure.

An app's own doings are told by accounts, never by text. A channel that two companies share, and an organisation of many
workspaces, change who is an outsider.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from adapters.slack.text.mrkdwn import Names
from bot.core.activity import Person, Place
from bot.core.platforms.json_values import as_list, as_object, as_text

Json = Mapping[str, object]

PLATFORM: Final = "slack"


@dataclass(frozen=True, slots=True)
class Us:
    """The app's own accounts, as far as they are known: by them, never by text, its own doings are told."""

    app_id: str = ""
    bot_id: str = ""
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What `activity_of` needs besides the payload.

    `thread_of` gives the thread of a channel's message as far as it is remembered (reactions do not
    carry it), empty otherwise; `now` is seconds since 1970.
    """

    us: Us
    names: Names
    thread_of: Callable[[str, str], str]
    now: float
    hear_bots: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """The outer part of an event: which app, in which workspace, under which id."""

    app: str
    team: str
    event_id: str
    us: Us
    company: str
    """The Enterprise organisation that the workspace belongs to, if any."""
    shared: bool

    def is_elsewhere(self, team: str) -> bool:
        """Whether that team is another company's. Within one organisation people come from many workspaces."""
        return bool(team) and team not in (self.team, self.company) and (self.shared or not self.company)


def envelope_of(payload: Json, us: Us) -> Envelope:
    """Read the envelope. It names our own bot user too, so that we know ourselves before `auth.test` was answered."""
    app = as_text(payload.get("api_app_id"))
    team = as_text(payload.get("team_id"))
    company = as_text(payload.get("enterprise_id")) or as_text(as_object(payload.get("enterprise")).get("id"))
    user = us.user_id
    for authorization in map(as_object, as_list(payload.get("authorizations"))):
        if authorization.get("is_bot") is True:
            team = as_text(authorization.get("team_id")) or team
            company = as_text(authorization.get("enterprise_id")) or company
            user = user or as_text(authorization.get("user_id"))
    known = Us(us.app_id or app, us.bot_id, user)
    shared = payload.get("is_ext_shared_channel") is True
    return Envelope(app, team, as_text(payload.get("event_id")), known, company, shared)


def name_of_report(envelope: Envelope, *parts: str) -> str:
    """A name under which something may be reported again. Of this app only: several may share a channel."""
    return "|".join((PLATFORM, envelope.app, *parts))


def place_of(channel: str, ts: str, thread: str, envelope: Envelope) -> Place:
    """A thread's parent is at the root, also when Slack names the thread that hangs on it."""
    return Place(PLATFORM, envelope.team, channel, "" if thread == ts else thread)


def author_of(said: Json, envelope: Envelope, hearing: Hearing) -> Person | None:
    """Who did it; None when it was this app, Slack itself, or a bot that we are not to hear."""
    us = envelope.us
    user, bot = as_text(said.get("user")), as_text(said.get("bot_id"))
    app = as_text(said.get("app_id")) or as_text(as_object(said.get("bot_profile")).get("app_id"))
    is_us = (us.app_id and app == us.app_id) or (us.bot_id and bot == us.bot_id) or (us.user_id and user == us.user_id)
    if is_us or user == "USLACKBOT" or not (user or bot):
        return None
    is_bot = bool(bot)
    if is_bot and not hearing.hear_bots:
        return None
    team = as_text(said.get("user_team")) or (as_text(said.get("team")) if envelope.shared else "")
    name = hearing.names(user) if user else as_text(said.get("username"))
    return Person(
        PLATFORM,
        envelope.team,
        user or bot,
        name if name != user else "",
        is_bot=is_bot,
        is_outsider=envelope.is_elsewhere(team),
    )
