"""Which wording is said, and with what filled in."""

from __future__ import annotations

import pytest

from bot.dialogue.domain import Domain, ResponseButton, Slot, SlotType, Variation
from bot.dialogue.json_value import Json
from bot.dialogue.responses import buttons_of, choose, fill, foreign, utter, words_of_custom


def domain(*variations: Variation) -> Domain:
    slots = {"vip": Slot("vip", SlotType.BOOL), "city": Slot("city", SlotType.TEXT)}
    return Domain(slots=slots, responses={"utter_x": variations})


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("to {city}", "to Rome"),
        ("{amount-of-money} due", "12 due"),
        ("{nobody} knows", "{nobody} knows"),
        ("{empty}!", "!"),
        ("{many}", "a, b"),
        ("{it.name} and {it[size]}", "cup and 3"),
        ('/inform{"city": "Rome"}', '/inform{"city": "Rome"}'),
        ('/inform{{"city": "{city}"}}', '/inform{"city": "Rome"}'),
        ("{{city}}", "{city}"),
        ("no braces", "no braces"),
        ("{city", "{city"),
    ],
)
def test_values_are_filled_in(text: str, filled: str) -> None:
    values: dict[str, Json] = {
        "city": "Rome",
        "amount-of-money": 12.0,
        "empty": None,
        "many": ["a", "b"],
        "it": {"name": "cup", "size": 3},
    }
    assert fill(text, values) == filled


def test_a_variation_for_the_channel_and_the_condition_wins() -> None:
    known = domain(
        Variation("plain"),
        Variation("slack", channel="slack"),
        Variation("vip", conditions=(("vip", True),)),
        Variation("vip on slack", channel="slack", conditions=(("vip", True),)),
    )

    def said(channel: str, vip: Json) -> str:
        found = choose(known, "utter_x", {"vip": vip}, channel=channel, seed="s")
        assert found is not None
        return found.text

    assert said("slack", vip=True) == "vip on slack"
    assert said("slack", vip=None) == "slack"
    assert said("web", vip="yes") == "vip"
    assert said("web", vip=False) == "plain"


def test_a_variation_in_the_customers_language_wins_and_nobody_gets_a_foreign_one() -> None:
    known = domain(
        Variation("hallo", language="de"),
        Variation("hello"),
        Variation("hello on slack", channel="slack"),
        Variation("salut", language="fr"),
    )

    def said(language: str, channel: str = "web") -> str:
        found = choose(known, "utter_x", {}, channel=channel, seed="s", language=language)
        return found.text if found else ""

    assert (said("de"), said("fr"), said("it"), said("")) == ("hallo", "salut", "hello", "hello")
    assert (said("de", "slack"), said("it", "slack")) == ("hallo", "hello on slack")
    assert foreign(known, "utter_x", "it") == ()
    german = domain(Variation("hallo", language="de"))
    assert choose(german, "utter_x", {}, channel="", seed="s", language="en") is None
    assert foreign(german, "utter_x", "en") == ("de",)
    assert (foreign(german, "utter_x", "de"), foreign(german, "utter_y", "en")) == ((), ())


def test_nothing_is_said_where_no_condition_holds() -> None:
    assert utter(domain(Variation("a", conditions=(("vip", True),))), "utter_x", {}, channel="", seed="", at=0) is None
    assert utter(domain(), "utter_y", {}, channel="", seed="", at=0) is None


def test_slots_alone_choose_the_wording_and_what_an_action_gives_fills_it() -> None:
    known = domain(Variation("For {vip}.", conditions=(("vip", True),)), Variation("Plain, {vip}."))
    said = utter(known, "utter_x", {"vip": False}, {"vip": True}, channel="", seed="", at=0)
    assert said is not None
    assert said.text == "Plain, True."


def test_the_choice_depends_on_the_seed_alone_and_uses_all_variations() -> None:
    known = domain(*(Variation(str(n)) for n in range(4)))

    def said(seed: str) -> str:
        found = choose(known, "utter_x", {}, channel="", seed=seed)
        assert found is not None
        return found.text

    assert {said(f"seed {n}") for n in range(60)} == {"0", "1", "2", "3"}
    assert len({said("same") for _ in range(5)}) == 1


def test_words_and_buttons_are_found_in_payloads_made_for_one_platform() -> None:
    blocks: Json = {
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Title"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "Body"}, "fields": [{"text": "Field"}]},
        ]
    }
    assert words_of_custom(blocks) == "Title\nBody\nField"
    elements: dict[str, Json] = {"elements": [{"title": "A", "buttons": [{"title": "Buy", "payload": "/buy"}]}]}
    assert buttons_of(elements) == [ResponseButton("Buy", "/buy")]
    assert buttons_of({"buttons": [{"title": "Go", "url": "https://x"}]}) == [ResponseButton("Go", "", "https://x")]
