"""Nothing that anybody writes pings, links elsewhere than it says, or is lost: from either platform, and to either."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.commonmark_runs import cleaned
from adapters.slack.outbound import message as slack_message
from adapters.slack.text.mrkdwn import to_commonmark
from adapters.teams.outbound import message as teams_message
from adapters.teams.text.commonmark import from_html, from_text
from bot.core.activity import Side
from bot.core.effects import Body, Post, Voice
from bot.core.machine import handle
from tests.adapters.injections import INJECTIONS, NOTES
from tests.adapters.test_fidelity import Balance, slack_is_unharmed, teams_is_unharmed
from tests.core.people import POLICY, agent, conversation, customer, meaning, press
from tests.fakes.slack.blocks import visible_text
from tests.support.crossing import sides


def nobody(_: str, words: str) -> str:
    return f"@{words}"


def plain_on_teams(typed: str) -> str:
    """Teams itself takes this for a mention in a text without formatting: nobody can type it there."""
    return re.sub(r"<(/?)at\b", r"<\1x", typed)


TYPED: dict[str, Callable[[str], str]] = {
    "slack": lambda typed: to_commonmark(html.escape(typed, quote=False), lambda account: account),
    "teams": lambda typed: from_html(f"<p>{html.escape(typed, quote=False).replace(chr(10), '<br>')}</p>", nobody),
    "teams, plain": lambda typed: from_text(plain_on_teams(typed), nobody),
}
"""What the app hears when somebody types that, as each client sends it."""

VOICES = (Voice("Ann"), Voice("Bob Agent", "https://pictures.example/bob.png"), None)
"""A customer's words in the desk, an agent's in the chat, and those of an app that has no names."""


def bare(text: str) -> str:
    """A text without what may be shown as formatting, and without what nobody sees."""
    return re.sub(r"[\s*_~`>•\\\u200b|#-]|\d+\.", "", cleaned(text))


def seen_on_slack(ours: str, voice: Voice | None) -> str:
    said: Any = slack_message(Body(ours, voice=voice))
    return visible_text(said["blocks"], said["text"])


def seen_on_teams(ours: str, voice: Voice | None) -> str:
    return "".join(Balance(str(teams_message(Body(ours, voice=voice))["text"])).words)


def test_there_are_two_hundred_and_more() -> None:
    assert len(INJECTIONS) >= 200
    assert len(NOTES) >= 50


@pytest.mark.parametrize("origin", TYPED)
def test_nothing_pings_nobody_is_misled_and_the_literal_text_is_seen(origin: str) -> None:
    for typed in INJECTIONS:
        ours = TYPED[origin](typed)
        literal = plain_on_teams(typed) if origin == "teams, plain" else typed
        for voice in VOICES:
            slack_is_unharmed(ours, literal, voice)
            teams_is_unharmed(ours, literal, voice)
            for seen in (seen_on_slack(ours, voice), seen_on_teams(ours, voice)):
                assert bare(literal) in bare(seen), (typed, seen)


@pytest.mark.parametrize("origin", TYPED)
def test_no_note_reaches_a_customer_however_it_was_typed(origin: str) -> None:
    case = conversation()
    for event in (customer("a person", parse=meaning("human_handoff")), press("claim", 5.0)):
        case = handle(case, event, POLICY, number=1001).conversation
    for note in NOTES:
        decision = handle(case, agent(TYPED[origin](note), 6.0), POLICY, number=1001)
        said = [e.body.text for e in decision.effects if isinstance(e, Post) and e.side is Side.CUSTOMER]
        assert said == [], note


@pytest.mark.timeout(300)
async def test_the_platforms_themselves_notify_nobody_of_any_of_it(tmp_path: Path) -> None:
    async with sides(tmp_path, "slack", "teams") as made:
        for origin, target in (("slack", "teams"), ("teams", "slack")):
            place = await made[target].place(of_agents=True)
            for number, typed in enumerate(INJECTIONS):
                body = Body(TYPED[origin](typed), voice=Voice("Ann"))
                await made[target].adapter.post(place, body, key=f"{target}-{number}")
            assert made[target].pings() == []
            assert len(await made[target].reads()) >= len(INJECTIONS)
