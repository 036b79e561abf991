"""Steps between answers: a fact that comes by itself, the reason for a person, and on stock Rasa the asking for one.

Warmline takes `action_human_handoff` for a hand-over with the reason in the slot `handoff_reason`, and does not run it.
"""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from typing import Final

from .another import TRANSFER_LIMIT
from .reading import read_period
from .sdk import ConversationPaused, Event, FollowupAction, SlotSet
from .visit import BankAction, Visit

_MEANT_FOR: Final = (
    (("reference", "payee"), "action_transfer_status"),
    (("currency",), "action_exchange_rate"),
    (("amount", "term"), "loan_form"),
    (("card_kind",), "action_card_status"),
    (("account", "iban", "period"), "action_balance"),
)
"""What an entity asks for when nothing was talked about that it fits; the first that is in the message counts."""

_GOES_ON: Final = {
    "check_balance": (("account", "ending", "iban"), "action_balance"),
    "list_movements": (("account", "ending", "iban", "period", "payee"), "action_movements"),
    "pending_payments": (("account", "ending", "iban"), "action_pending"),
    "iban_bic": (("account", "ending", "iban"), "action_iban"),
    "transfer_status": (("reference", "payee"), "action_transfer_status"),
    "card_status": (("card_kind", "ending"), "action_card_status"),
    "card_limit": (("card_kind", "ending"), "action_card_limit"),
    "exchange_rate": (("currency",), "action_exchange_rate"),
}
"""What an entity asks for after that topic: "and the savings account?" after a balance is a balance."""


class ActionTakeUp(BankAction):
    """Goes on with what the message's entities are about, or asks what is wanted."""

    called = "action_take_up"

    async def answer(self, visit: Visit) -> list[Event] | None:
        fitting, action = _GOES_ON.get(visit.slot("topic"), ((), ""))
        fits = any(visit.named(entity) for entity in fitting)
        if "period" in fitting and not fits:  # "and in october" has no other sense after movements
            fits = read_period(visit.text, visit.today, visit.language) is not None
        fits = fits or (visit.asks_for_another and "ending" in fitting)
        if visit.last_done == "action_card_limit" and not (fits or visit.names_any):
            of_transfers = visit.slot("topic") == TRANSFER_LIMIT
            visit.utter("utter_transfer_limit" if of_transfers else "utter_change_limit")  # "to 5000", "can I raise it"
            return None
        if not fits:
            action = next((a for names, a in _MEANT_FOR if any(visit.named(name) for name in names)), "")
        if not action and visit.named("ending"):
            own = {card.ending for card in await visit.bank.cards(visit.who)}
            action = "action_card_status" if visit.named("ending")[-4:] in own else "action_balance"
        if not action:
            visit.utter("utter_other_of_what" if visit.asks_for_another else "utter_please_rephrase")
            return None
        return [*(_kept(visit) if action == "loan_form" else ()), FollowupAction(action)]


class ActionNoteReason(BankAction):
    """Notes why a person is wanted, once the customer has said yes to one. Says nothing."""

    called = "action_note_reason"

    async def answer(self, visit: Visit) -> list[Event] | None:
        return [SlotSet("handoff_reason", "The bot's answer did not help, and the customer wants a person.")]


class ActionHumanHandoff(BankAction):
    """Pauses the conversation, which channels take as a request for a person."""

    called = "action_human_handoff"

    async def answer(self, visit: Visit) -> list[Event] | None:
        visit.utter("utter_handoff")
        return [ConversationPaused()]


def _kept(visit: Visit) -> list[Event]:
    """Amount or term of the estimate before, where this message names only the other: "and over five years?"."""
    slots: list[Event] = []
    if not visit.named("amount") and visit.slot("estimated_amount"):
        slots.append(SlotSet("loan_amount", visit.slot("estimated_amount")))
    if not visit.named("term") and visit.slot("estimated_term"):
        slots.append(SlotSet("loan_term", visit.slot("estimated_term")))
    return slots
