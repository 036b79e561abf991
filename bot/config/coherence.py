"""Settings that are right alone and cannot be right together. Reads nothing but settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from zoneinfo import available_timezones

from bot.config.sections import PLATFORMS, SLACK_CHANNEL, SLACK_ID, DeskSection, Settings

Problem = tuple[tuple[str | int, ...], str]
"""Where it is in the file, and what is wrong."""

_CANARY: Final = ("platforms", "slack", "canary_channel")


def contradictions(settings: Settings) -> list[Problem]:
    """Every mistake of that kind."""
    return [*_zone(settings.timezone), *_names(settings.desks), *_hand_overs(settings), *_channels(settings)]


def _zone(name: str) -> Iterator[Problem]:
    if name not in available_timezones():
        yield ("timezone",), f"{name!r} is no IANA time zone such as Europe/Lisbon"


def _names(desks: Sequence[DeskSection]) -> Iterator[Problem]:
    for number, desk in enumerate(desks):
        if desk.name in {earlier.name for earlier in desks[:number]}:
            yield ("desks", number, "name"), f"each desk has a name of its own; there is a {desk.name!r} before"


def _hand_overs(settings: Settings) -> Iterator[Problem]:
    names = [desk.name for desk in settings.desks]
    for number, desk in enumerate(settings.desks):
        if desk.hands_to and (desk.hands_to not in names or desk.hands_to == desk.name):
            known = ", ".join(names)
            yield (
                ("desks", number, "hands_to"),
                f"{desk.name!r} hands to {desk.hands_to!r}; name another of the desks ({known})",
            )
        if not desk.hands_to and _passes_on(desk, settings):
            yield (
                ("desks", number),
                f"{desk.name!r} passes late cases on (sla.next_desk_after_minutes), but hands to no other desk",
            )


def _passes_on(desk: DeskSection, settings: Settings) -> bool:
    """Whether a desk is to pass late cases on. By the common targets the last one of a chain keeps what it has."""
    if desk.sla is not None:
        return bool(desk.sla.next_desk_after_minutes)
    is_chain = any(other.hands_to for other in settings.desks if other.sla is None)
    return bool(settings.sla.next_desk_after_minutes) and not is_chain


def _channels(settings: Settings) -> Iterator[Problem]:
    slack, teams = settings.platforms.slack, settings.platforms.teams
    enabled = {name for name in PLATFORMS if getattr(settings.platforms, name).enabled}
    support = {"slack": slack.support_channels, "teams": teams.support_channels}
    for number, desk in enumerate(settings.desks):
        if desk.platform not in enabled:
            yield (
                ("desks", number, "platform"),
                f"{desk.name!r} is on {desk.platform}, which is not enabled under platforms",
            )
        if desk.platform == "slack" and not re.search(SLACK_CHANNEL, desk.channel):
            yield ("desks", number, "channel"), f"{desk.channel!r} is not {SLACK_ID}"
        if desk.channel in support.get(desk.platform, ()):
            yield ("desks", number, "channel"), f"{desk.name!r} is a support channel, too; a desk is private"
        if desk.platform == "slack" and desk.channel in slack.username_channels:
            yield (
                ("platforms", "slack", "username_channels"),
                f"{desk.channel} is a desk; there customers' names stay in the text",
            )
    if slack.canary_channel in {*support["slack"], *(d.channel for d in settings.desks if d.platform == "slack")}:
        yield _CANARY, f"{slack.canary_channel} is a desk or a support channel; give it one of its own"
