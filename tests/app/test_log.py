"""What a log line may say."""

from __future__ import annotations

import logging

from bot.core.personal_data.masking import ALL_KINDS
from bot.log import Masking, _MaskedLines


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


def test_a_librarys_line_shows_none_either() -> None:
    record = logging.LogRecord("lib", logging.ERROR, __file__, 1, "no %s", ("jane@example.com",), None)
    assert _MaskedLines("%(name)s: %(message)s", ALL_KINDS).format(record) == "lib: no j•••@example.com"
