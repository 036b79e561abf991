"""Actions about cards: whether they work, what their limits are, and freezing one that is lost.

A card is frozen only after the customer has said yes to it, and whatever they say, a person hears of it: also when they
say nothing any more.
"""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from .another import TRANSFER_LIMIT, about, others_than_told
from .bank import Card
from .reading import read_ending, speaks_of_all, speaks_of_another, speaks_of_found
from .sdk import CollectingDispatcher, Event, FormValidationAction, ReminderScheduled, SlotSet, Tracker
from .values import upper_first
from .visit import BankAction, Visit, button, visit_of
from .wiring import now
from .wording import card_limit, card_name, card_state, cards_listed

SILENT_FOR: Final = timedelta(minutes=5)
"""Who was asked about freezing a card and says nothing for so long gets a person."""

DESK: Final = "en"
"""The language of the notes for whoever takes over."""

_ALL: Final = "all"
"""The value of the slot `card_to_freeze` where every card is meant that can be frozen."""

_UNANSWERED: Final = "EXTERNAL_freeze_unanswered"


class ActionCardStatus(BankAction):
    """Tells whether a card works, and if not, why and what to do."""

    called = "action_card_status"

    async def answer(self, visit: Visit) -> list[Event] | None:
        if await visit.is_recognised():
            cards = await _named_or_all(visit, "card_status")
            visit.tell(*(card_state(card, visit.language) for card in cards))
            return about("card_status", cards)
        return about("card_status")


class ActionCardLimit(BankAction):
    """Tells the limits of a card, what is left of them, and how to change them."""

    called = "action_card_limit"

    async def answer(self, visit: Visit) -> list[Event] | None:
        still = visit.last_done == self.called and visit.slot("topic") == TRANSFER_LIMIT
        if (still or visit.last_done == "utter_make_transfer") and not visit.named("card_kind"):
            visit.utter("utter_transfer_limit")  # "is there a limit?" asks about what was just told
            return about(TRANSFER_LIMIT)
        if await visit.is_recognised() and (cards := await _named_or_all(visit, "card_limit")):
            visit.tell(*(card_limit(card, visit.language) for card in cards))
            visit.utter("utter_change_limit")
            return about("card_limit", cards)
        return about("card_limit")


class ActionHowToBlock(BankAction):
    """Says at once how to block a card, before anything is asked."""

    called = "action_how_to_block"

    async def answer(self, visit: Visit) -> list[Event] | None:
        visit.utter("utter_block_card_now")
        # the slot has the customer's own words so far; from here on it has what they mean
        cards = await _freezable(visit)
        if speaks_of_all(visit.text) and len(cards) > 1:
            return [SlotSet("card_to_freeze", _ALL)]
        card = _chosen(visit.slot("card_to_freeze"), cards) or await _useless_already(visit)
        return [SlotSet("card_to_freeze", card.ending if card else None)]


class ActionAskCardToFreeze(BankAction):
    """Asks which card it is."""

    called = "action_ask_card_to_freeze"

    async def answer(self, visit: Visit) -> list[Event] | None:
        cards = await _freezable(visit)
        visit.utter(
            "utter_which_card",
            buttons=[
                button(upper_first(card_name(card, visit.language)), "inform", ending=card.ending) for card in cards
            ],
        )
        return [_unless_answered()]


class ActionAskFreezeConfirmed(BankAction):
    """Asks for the yes without which nothing is frozen."""

    called = "action_ask_freeze_confirmed"

    async def answer(self, visit: Visit) -> list[Event] | None:
        cards = await _freezable(visit)
        if visit.slot("card_to_freeze") == _ALL:
            visit.utter("utter_may_i_freeze_all", cards=cards_listed(cards, visit.language))
        else:
            card = _chosen(visit.slot("card_to_freeze"), cards)
            visit.utter("utter_may_i_freeze", card=card_name(card, visit.language))
        return [_unless_answered()]


class ValidateFreezeForm(FormValidationAction):
    """Finds out which card, if there are several, and whether to freeze it; asks a stranger nothing."""

    def name(self) -> str:
        return "validate_freeze_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[str]:
        visit = visit_of(tracker, dispatcher)
        cards = await _freezable(visit)
        if not cards or await _useless_already(visit):
            return []
        if tracker.get_slot("freeze_confirmed") is False:
            return ["freeze_confirmed"]  # nothing is frozen, so it does not matter which
        return ["freeze_confirmed"] if len(cards) == 1 else ["card_to_freeze", "freeze_confirmed"]

    async def validate_card_to_freeze(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> dict[str, object]:
        visit = visit_of(tracker, dispatcher)
        cards, asked = await _freezable(visit), tracker.get_slot("requested_slot")
        if asked == "card_to_freeze" and speaks_of_found(visit.text):
            return {"card_to_freeze": None, "freeze_confirmed": False}
        if speaks_of_all(visit.text) and len(cards) > 1:
            return {"card_to_freeze": _ALL}
        card = _chosen(str(value), cards) or await _useless_already(visit, str(value))
        if card is None and asked == "card_to_freeze":
            visit.utter("utter_which_card_again")
        return {"card_to_freeze": card.ending if card else None}

    async def validate_freeze_confirmed(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> dict[str, object]:
        visit = visit_of(tracker, dispatcher)
        if speaks_of_found(visit.text):
            return {"freeze_confirmed": False}
        cards = await _freezable(visit)
        chosen = _chosen(visit.slot("card_to_freeze"), cards)
        named = visit.named("ending") or visit.named("card_kind")
        if speaks_of_all(visit.text) and len(cards) > 1 and not isinstance(value, bool):
            return {"card_to_freeze": _ALL, "freeze_confirmed": None}
        others = [card for card in cards if card != chosen]
        meant = [card for card in others if _is_meant(card, named)]
        if meant or (others and speaks_of_another(visit.text)):
            # whatever else was said: what is frozen is the card that was asked about, or none
            instead = meant or others
            return {"card_to_freeze": instead[0].ending if len(instead) == 1 else None, "freeze_confirmed": None}
        useless = await _useless_already(visit, named) if named else None
        if useless is not None:  # nobody can pay with it: nothing is frozen in its place
            return {"card_to_freeze": useless.ending, "freeze_confirmed": None}
        if speaks_of_another(visit.text):
            return {"freeze_confirmed": False}  # none that could be frozen: a person finds out which is meant
        return {"freeze_confirmed": value if isinstance(value, bool) else None}


class ActionFreezeCard(BankAction):
    """Freezes the card if the customer said yes, says what happened, and notes it for whoever takes over."""

    called = "action_freeze_card"

    async def answer(self, visit: Visit) -> list[Event] | None:
        cards = await _freezable(visit)
        card = _chosen(visit.slot("card_to_freeze"), cards)
        said_yes = visit.tracker.get_slot("freeze_confirmed") is True
        if not await visit.bank.knows(visit.who):
            visit.utter("utter_cannot_freeze")
            reason = "A card is lost or stolen, and the bot does not know whose: block it by phone with the customer."
        elif useless := await _useless_already(visit):
            visit.utter("utter_useless_already", card=card_name(useless, visit.language))
            reason = (
                f"The {card_name(useless, DESK)} is lost or stolen. Nobody could pay with it before that: replace it."
            )
        elif not cards:
            visit.utter("utter_nothing_to_freeze")
            reason = "A card is lost or stolen. None of the customer's cards can be paid with at the moment."
        elif said_yes and visit.slot("card_to_freeze") == _ALL:
            for one in cards:
                await visit.bank.freeze(visit.who, one.ending)
            visit.utter("utter_frozen_all", cards=cards_listed(cards, visit.language))
            reason = (
                f"These are lost or stolen: {cards_listed(cards, DESK)}. The customer said yes, and they are frozen: "
                "replace them."
            )
        elif said_yes and card is not None:
            await visit.bank.freeze(visit.who, card.ending)
            visit.utter("utter_frozen", card=card_name(card, visit.language))
            reason = (
                f"The {card_name(card, DESK)} is lost or stolen. The customer said yes, and it is frozen: replace it."
            )
        else:
            visit.utter("utter_not_frozen", card=card_name(card, visit.language))
            which = f"The {card_name(card, DESK)}" if card else "A card, the customer did not say which,"
            reason = f"{which} is lost or stolen. The customer said no to freezing it: it can still be used."
        return _to_people(reason)


class ActionFreezeUnanswered(BankAction):
    """Says to a customer who has gone silent that nothing is frozen, and notes it for whoever takes over."""

    called = "action_freeze_unanswered"

    async def answer(self, visit: Visit) -> list[Event] | None:
        card = _chosen(visit.slot("card_to_freeze"), await _freezable(visit))
        visit.utter("utter_freeze_unanswered", card=card_name(card, visit.language))
        which = f"The {card_name(card, DESK)}" if card else "A card, the customer did not say which,"
        minutes = SILENT_FOR.seconds // 60
        return _to_people(
            f"{which} is lost or stolen. Asked whether to freeze it, the customer has said nothing "
            f"for {minutes} minutes: it can still be used."
        )


def _unless_answered() -> Event:
    return ReminderScheduled(_UNANSWERED, now() + SILENT_FOR, name=_UNANSWERED, kill_on_user_message=True)


def _to_people(reason: str) -> list[Event]:
    told = [SlotSet("handoff_reason", reason), SlotSet("handoff_kind", "policy")]
    return [*told, SlotSet("card_to_freeze"), SlotSet("freeze_confirmed")]


async def _named_or_all(visit: Visit, intent: str) -> Sequence[Card]:
    cards = await visit.bank.cards(visit.who)
    if visit.asks_for_another:
        return others_than_told(visit, cards, intent)
    named = visit.named("ending") or visit.named("card_kind")
    return [card for card in cards if _is_meant(card, named)] or cards if named else cards


async def _freezable(visit: Visit) -> Sequence[Card]:
    return [card for card in await visit.bank.cards(visit.who) if card.can_be_frozen]


async def _useless_already(visit: Visit, named: str = "") -> Card | None:
    """The card that is meant where nobody can pay with it anyway; another one must not be frozen in its place."""
    meant = [
        card for card in await visit.bank.cards(visit.who) if _is_meant(card, named or visit.slot("card_to_freeze"))
    ]
    return meant[0] if meant and not any(card.can_be_frozen for card in meant) else None


def _chosen(named: str, cards: Sequence[Card]) -> Card | None:
    """The one card that is meant; the only one there is needs no naming."""
    found = [card for card in cards if _is_meant(card, named)] or (cards if len(cards) == 1 else [])
    return found[0] if len(found) == 1 else None


def _is_meant(card: Card, named: str) -> bool:
    return bool(named) and (card.ending == read_ending(named) or card.kind in named.lower())
