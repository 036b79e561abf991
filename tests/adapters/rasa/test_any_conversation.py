"""Whatever customers say, in whatever order: a turn never raises, repeats exactly, and leaves a small tracker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAMES = ("florist", "tables", "moods", "bank", "helpdesk")
WORDS = st.sampled_from(["roses", "thai", "Ann", "gold", "4", "high", "x" * 400, "{city}", "…", ""])


@st.composite
def messages(draw: st.DrawFn) -> list[tuple[int, int, str, bool]]:
    """Picks of an intent, an entity, a value, and whether the message is understood at all."""
    one = st.tuples(st.integers(0, 200), st.integers(0, 200), WORDS, st.booleans())
    return draw(st.lists(one, min_size=1, max_size=14))


@pytest.mark.parametrize("name", NAMES)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(said=messages())
def test_any_conversation_goes_on(
    talk_to: Callable[[str], Any], name: str, said: list[tuple[int, int, str, bool]]
) -> None:
    talk = talk_to(name)
    intents = (*talk.assistant.intents, "restart", "back", "session_start", "unheard_of")
    entities = (*sorted(talk.assistant.project.domain.entities), "unheard_of")

    async def converse() -> None:
        for intent, entity, value, understood in said:
            given_entities = {entities[entity % len(entities)]: value} if entity % 3 else {}
            payload = f"/{intents[intent % len(intents)]}{json.dumps(given_entities)}"
            await talk.say(payload if understood else "blah", value, ranking=intents[:2])
            turn = talk.last
            assert turn.failure is None or "validate" in turn.failure or "action" in turn.failure
            assert len(turn.tracker) < 40_000
            if turn.hand_over is not None:
                talk.tracker = await talk.assistant.resumed(talk.tracker, "seen to")

    asyncio.run(converse())
