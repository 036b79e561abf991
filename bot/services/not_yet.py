"""Answers commands of the product that this version does not have yet: says so, instead of not knowing the word."""

from __future__ import annotations

from collections.abc import Mapping

from bot.ports import Answer
from bot.services.requests import Answering, Request, saying


def answers() -> Mapping[str, Answering]:
    """Who answers what."""
    return dict.fromkeys(("teach", "review"), _not_yet)


async def _not_yet(request: Request) -> Answer:
    return saying(
        f"`{request.command.verb}` belongs to learning from solved cases, which this version does not have yet. "
        "Nothing was recorded. Until then: add examples to the assistant's `data/` and restart; `model list` shows "
        "the new model."
    )
