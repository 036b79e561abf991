"""The App Home: Bodies → a `home` view, and what is pressed there. Pure.

Limits, from https://docs.slack.dev/reference/views/home-tab-views: 100 blocks, 250 kB.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from adapters.slack.envelope import Json
from adapters.slack.outbound import message, pressed_action
from bot.core.effects import Body
from bot.core.platforms.json_values import as_list, as_object, as_text
from bot.core.typed.commands import COMMAND

MAX_BLOCKS: Final = 100
_ROOM: Final = 200_000
"""Bytes of JSON for all blocks; their numbers come on top."""

_DIVIDER: Final[dict[str, object]] = {"type": "divider"}


def home_view(bodies: Sequence[Body]) -> dict[str, object]:
    """The view; what has no room on the page is left out."""
    blocks: list[object] = []
    room = _ROOM
    for body in bodies:
        shown = message(body)
        found = as_list(shown["blocks"]) or [_section(as_text(shown["text"]))]
        apart = [_DIVIDER] if blocks and body.text.startswith("**") and "\n" not in body.text else []
        room -= len(json.dumps([*apart, *found])) + 40 * (len(found) + 1)
        if room < 0 or len(blocks) + len(apart) + len(found) > MAX_BLOCKS:
            break
        blocks += [*apart, *found]
    return {"type": "home", "blocks": [_numbered(block, n) for n, block in enumerate(blocks)]}


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:2999] or "–"}}


def _numbered(block: object, n: int) -> dict[str, object]:
    """Blocks of several messages stand in one view, in which no id may come twice."""
    return {**as_object(block), "block_id": f"home-{n}"}


def opened_by(payload: Json) -> tuple[str, str] | None:
    """The workspace and the person of an `app_home_opened` event; None for the tab with messages."""
    event = as_object(payload.get("event"))
    if event.get("type") != "app_home_opened" or event.get("tab") != "home":
        return None
    team, user = as_text(payload.get("team_id")), as_text(event.get("user"))
    return (team, user) if team and user else None


def pressed_at_home(payload: Json) -> tuple[str, str, str] | None:
    """Workspace, person and command of a press in the App Home; None for a press anywhere else."""
    if as_object(payload.get("view")).get("type") != "home":
        return None
    action = as_object(next(iter(as_list(payload.get("actions"))), None))
    team, user = as_text(as_object(payload.get("team")).get("id")), as_text(as_object(payload.get("user")).get("id"))
    words = as_text(action.get("value")) if pressed_action(as_text(action.get("action_id"))) == COMMAND else ""
    return team, user, words
