"""Texts of any size and script cross whole, in parts that are cut between characters, and turn nothing around."""

from __future__ import annotations

import re
import unicodedata

import pytest

from adapters.commonmark_runs import cleaned
from adapters.teams.outbound import MAX_TEXT
from bot.core.effects import Body, Voice
from bot.core.platforms import degrade
from bot.core.platforms.json_values import as_text
from bot.ports import Capabilities
from tests.adapters.test_fidelity import slack_is_unharmed, teams_is_unharmed
from tests.adapters.test_injections import TYPED, seen_on_slack, seen_on_teams

FAMILY = "👨‍👩‍👧‍👦"
TEXTS = {
    "forty thousand characters": "The tent is wet and so am I. " * 1380,
    "one word of forty thousand": "x" * 40_000,
    "families": FAMILY * 3000,
    "flags and skins": "🇩🇪🇧🇷👍🏿👩🏽‍🚒" * 1500,
    "accents that stand alone": unicodedata.normalize("NFD", "Ångström déjà vu ") * 1200,
    "letters under a tower of marks": ("Z" + "\u0335\u0321\u0489" * 20) * 150,
    "Arabic": "أين طلبي؟ هذه هي المرة الثالثة. " * 700,
    "Devanagari": "मेरा ऑर्डर कहाँ है? " * 1000,
    "Thai without blanks": "สินค้าของฉันอยู่ที่ไหน" * 700,
    "Chinese": "我的订单在哪里？" * 2500,
    "very wide letters": "﷽" * 5000,
    "turned around": "pay \u202eevil\u202c now \u2066x\u2069 \u200fy " * 800,
    "controls": "a\x00b\x07c\x1bd\x7fe\u0085f " * 800,
    "halves of characters": "a\ud800b\udfffc " * 800,
    "numbers and digits": "9" * 10_000 + " NaN -0 1e999",
    "many lines": "line\n" * 8000,
}
LIMITS = {"slack": Capabilities().max_text, "teams": MAX_TEXT}
"""Characters that the engine lets into one message."""

TURNERS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", cleaned(text))


@pytest.mark.parametrize("origin", ["slack", "teams"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_all_of_it_is_read_in_order_and_nothing_is_turned_around(origin: str, text: str) -> None:
    text = as_text(text)  # as both adapters read it from JSON
    ours = TYPED[origin](text)
    for target, limit in LIMITS.items():
        seen: list[str] = []
        for part in degrade.split(Body(ours, voice=Voice("Ann")), limit):
            words = part.text
            if target == "slack":
                slack_is_unharmed(words, text, Voice("Ann"))
                seen.append(seen_on_slack(words, None))
            else:
                teams_is_unharmed(words, text, Voice("Ann"))
                seen.append(seen_on_teams(words, None))
        whole = "".join(seen)
        assert not TURNERS.search(whole)
        assert squeezed(whole) == squeezed(text)


@pytest.mark.parametrize("one", [FAMILY, "🇩🇪", "👩🏽‍🚒", "Z" + "\u0335" * 9])
def test_a_part_never_ends_within_a_character(one: str) -> None:
    for limit in LIMITS.values():
        for part in degrade.parts(one * (20_000 // len(one)), limit):
            assert part == one * (len(part) // len(one))
