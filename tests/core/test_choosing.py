"""Which button is meant by who types instead of pressing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.conversation import Offer
from bot.core.customers.choosing import chosen
from bot.core.effects import Button
from bot.core.events import BotReply, CustomerSaid
from bot.engine.mind import Mind
from nlu.payload import parse_payload
from nlu.types import Emotion, EmotionLabel, ParseResult
from tests.core.people import POLICY, conversation, customer, meaning, turn
from tests.core.stories import Story
from tests.support.mind import EchoAssistant, EchoUnderstanding

FIELDS = ("Tents", "Sleeping bags", "Backpacks")
CARDS = ("Debit card ending 7731", "Credit card ending 2210")
YEARS = ("2 years", "4 years", "7 years")


def offered(*labels: str, places: int | None = None) -> Offer:
    pairs = tuple((f"/{label}", label) for label in labels)
    return Offer("", pairs, len(pairs) if places is None else places)


@pytest.mark.parametrize(
    ("labels", "typed", "meant"),
    [
        (FIELDS, "sleeping bags", "Sleeping bags"),
        (FIELDS, "Sleeping bags, please!", "Sleeping bags"),
        (FIELDS, "sleping bags", "Sleeping bags"),
        (FIELDS, "backpaks", "Backpacks"),
        (FIELDS, "2", "Sleeping bags"),
        (FIELDS, "number two", "Sleeping bags"),
        (("Up to €50", "Up to €100"), "2", "Up to €100"),
        (FIELDS, "the last one", "Backpacks"),
        (CARDS, "the second one", "Credit card ending 2210"),
        (CARDS, "die zweite bitte", "Credit card ending 2210"),
        (CARDS, "la deuxième", "Credit card ending 2210"),
        (CARDS, "la primera, por favor", "Debit card ending 7731"),
        (CARDS, "a segunda", "Credit card ending 2210"),
        (CARDS, "l'ultima", "Credit card ending 2210"),
        (YEARS, "option 3", "7 years"),
        (YEARS, "2 years", "2 years"),
        (("Yes, freeze it", "No"), "yes freeze it", "Yes, freeze it"),
    ],
)
def test_a_button_may_be_typed(labels, typed, meant) -> None:
    assert chosen(offered(*labels), typed) == f"/{meant}"


@pytest.mark.parametrize(
    ("labels", "typed"),
    [
        (YEARS, "2"),  # a value of its own
        (YEARS, "3 years"),  # near to a label, and another figure
        (FIELDS, "4"),
        (FIELDS, "segunda"),  # Monday as well
        (FIELDS, "the second tent is broken"),
        (FIELDS, "tent for the second of may"),
        (("Yes", "No"), "ye"),
        (("As soon as possible",), "the first"),
        (FIELDS, ""),
        (FIELDS, "👍"),
    ],
)
def test_other_words_press_nothing(labels, typed) -> None:
    assert chosen(offered(*labels), typed) is None


def test_nothing_is_pressed_where_nothing_was_offered() -> None:
    assert chosen(None, "the first one") is None
    assert chosen(offered(*FIELDS, places=0), "the first one") is None


def answered(*replies: BotReply) -> Offer | None:
    """What is on offer after a turn with these replies."""
    said = replace(turn(), replies=replies)
    return Story().play(customer("hm", parse=meaning(), turn=said)).state.offer


def says(label: str) -> Button:
    return Button(label, "say", f"/{label}")


def test_of_several_messages_the_choices_of_the_last_are_counted() -> None:
    offer = answered(BotReply("I can help.", (says("help"),)), BotReply("Which?", (says("tents"), says("bags"))))
    assert chosen(offer, "the first one") == "/tents"
    assert chosen(offer, "help") == "/help"


def test_where_the_words_list_other_things_a_place_is_theirs() -> None:
    choices = (says("more"), says("less"))
    assert chosen(answered(BotReply("Yours:\n• one\n• two\n• three", choices)), "the second one") is None
    assert chosen(answered(BotReply("Yours:\n• one\n• two", choices)), "the second one") == "/less"


async def test_a_typed_button_means_what_it_says_and_keeps_the_mood_of_the_words() -> None:
    class Upset(EchoUnderstanding):
        async def parse(self, text: str) -> ParseResult:
            return replace(await super().parse(text), emotion=Emotion(EmotionLabel.FRUSTRATED, 0.6, 0.6))

    class Pressable(EchoAssistant):
        def understood(self, payload: str) -> ParseResult | None:
            return parse_payload(payload)

    pair = (('/inform{"field": "bags"}', "Bags"), ("plain words", "Others"))
    before = replace(conversation(), offer=Offer("", pair, 2))
    mind = Mind(POLICY, Upset(), Pressable())
    first = await mind.understood(before, customer("the first one"), POLICY)
    assert isinstance(first, CustomerSaid)
    assert first.parse is not None
    assert first.turn is not None
    assert (first.parse.intent.name, first.parse.entities[0].value) == ("inform", "bags")
    assert first.parse.emotion.upset == 0.6
    assert first.turn.replies[0].text == 're: /inform{"field": "bags"}'
    second = await mind.understood(before, customer("the second one"), POLICY)
    assert isinstance(second, CustomerSaid)
    assert second.turn is not None
    assert second.turn.replies[0].text == "re: plain words"
