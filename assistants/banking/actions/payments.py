"""Actions about payments: where a transfer is, and what goes out by itself. They only look; the app does the rest."""

from __future__ import annotations

from collections.abc import Sequence

from .accounts import is_party
from .bank import Regular, Transfer, TransferState
from .sdk import Button, Event, SlotSet
from .values import money
from .visit import BankAction, Visit, button
from .wording import regular_listed, transfer

_MOST_BUTTONS = 4


class ActionTransferStatus(BankAction):
    """Tells where a transfer is: the one that is named, else those that are on their way."""

    called = "action_transfer_status"

    async def answer(self, visit: Visit) -> list[Event] | None:
        if not await visit.is_recognised():
            return None
        ordered = await visit.bank.transfers(visit.who)
        found = _meant(visit, ordered)
        if found:
            visit.tell(*(transfer(one, visit.language) for one in found))
        elif ordered:
            visit.utter(
                "utter_which_transfer", buttons=[_choice(one, visit.language) for one in ordered[:_MOST_BUTTONS]]
            )
        else:
            visit.utter("utter_no_transfers")
        return [SlotSet("topic", "transfer_status")]


class ActionStandingOrders(BankAction):
    """Lists the customer's standing orders and says how to change them."""

    called = "action_standing_orders"

    async def answer(self, visit: Visit) -> list[Event] | None:
        if await visit.is_recognised():
            found = await visit.bank.standing_orders(visit.who)
            _tell(visit, found, "utter_standing_orders_listed")
            visit.utter("utter_standing_orders" if found else "utter_no_standing_orders")
        return None


class ActionDirectDebits(BankAction):
    """Lists who may collect from the customer's accounts and says how to send one back."""

    called = "action_direct_debits"

    async def answer(self, visit: Visit) -> list[Event] | None:
        if await visit.is_recognised():
            found = await visit.bank.direct_debits(visit.who)
            _tell(visit, found, "utter_direct_debits_listed")
            visit.utter("utter_direct_debits" if found else "utter_no_direct_debits")
        return None


def _tell(visit: Visit, found: Sequence[Regular], response: str) -> None:
    payee = visit.named("payee")
    named = [one for one in found if payee and is_party(payee, one.payee)]
    if found:
        visit.utter(response, payees=regular_listed(named or found, visit.language))


def _meant(visit: Visit, ordered: Sequence[Transfer]) -> Sequence[Transfer]:
    reference, payee = visit.named("reference").upper().replace(" ", ""), visit.named("payee")
    if reference:
        return [one for one in ordered if one.reference.replace("-", "") == reference.replace("-", "")]
    if payee:
        return [one for one in ordered if is_party(payee, one.payee)][:1]
    return [one for one in ordered if one.state in {TransferState.SENT, TransferState.CHECKED, TransferState.RETURNED}]


def _choice(one: Transfer, language: str) -> Button:
    return button(f"{one.payee} · {money(one.cents, language)}", "transfer_status", reference=one.reference)
