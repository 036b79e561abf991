"""What a log line may say."""

from __future__ import annotations

import logging

import structlog

from bot.core.personal_data.masking import ALL_KINDS
from bot.log import Masking, Seldom, _MaskedLines


def test_a_line_shows_no_personal_data_wherever_it_is() -> None:
    line = {
        "event": "refused by jane@example.com",
        "conversation": "teams|t|19:abc@thread.tacv2|",
        "why": ValueError("4242424242424242"),
        "more": {"list": ["+351 912 345 678", 7]},
    }
    shown = Masking(ALL_KINDS)(None, "info", line)
    assert shown == {
        "event": "refused by j•••@example.com",
        "conversation": "teams|t|19:abc@thread.tacv2|",
        "why": "ValueError('•••• 4242')",
        "more": {"list": ["••• ••• 5678", 7]},
    }


def test_what_lasts_is_said_once_in_a_while_and_how_often_it_was_met() -> None:
    now = 0.0
    seldom = Seldom(lambda: now, {"store_unavailable"}, 30.0)

    def said(event: str, doing: str) -> dict[str, object]:
        try:
            return dict(seldom(None, "warning", {"event": event, "doing": doing}))
        except structlog.DropEvent:
            return {}

    assert said("store_unavailable", "tick") == {"event": "store_unavailable", "doing": "tick"}
    assert said("store_unavailable", "heartbeat") != {}
    now = 29.0
    assert said("store_unavailable", "tick") == said("store_unavailable", "tick") == {}
    assert said("relayed", "tick") == said("relayed", "tick") != {}
    now = 31.0
    assert said("store_unavailable", "tick") == {"event": "store_unavailable", "doing": "tick", "repeated": 2}


def test_a_librarys_line_shows_none_either() -> None:
    record = logging.LogRecord("lib", logging.ERROR, __file__, 1, "no %s", ("jane@example.com",), None)
    assert _MaskedLines("%(name)s: %(message)s", ALL_KINDS).format(record) == "lib: no j•••@example.com"
