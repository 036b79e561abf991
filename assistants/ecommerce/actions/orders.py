"""Actions about orders: where one is, which there are, where the money is, and what can still be changed."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from collections.abc import Sequence

from .identity import read_order_number, typed_contact
from .recognition import recognised
from .sdk import Action, Button, Dispatcher, Domain, Event, SlotSet, Tracker
from .shop import BEFORE_DISPATCH, Identity, Order
from .wiring import current_shop, today
from .wording import order_status, order_summary, refund

_MOST_BUTTONS = 5
_MOST_ATTEMPTS = 3  # guesses at a number and a contact before a person has to look: a guesser gets no further


class ActionTrackOrder(Action):
    """Tells where the order is; without a number, where the customer's open orders are."""

    def name(self) -> str:
        return "action_track_order"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        order, events = await _order_meant(dispatcher, tracker, intent="track_order")
        if order is not None:
            dispatcher.utter_message(text=order_status(order, today=today()))
        return events


class ActionListOrders(Action):
    """Lists the newest orders of a customer whom the platform knows."""

    def name(self) -> str:
        return "action_list_orders"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        identity = await recognised(tracker)
        if identity is None:
            dispatcher.utter_message(response="utter_list_orders_needs_login")
            return []
        orders = await current_shop().orders_of(identity)
        if not orders:
            dispatcher.utter_message(response="utter_no_orders")
            return []
        newest = orders[:_MOST_BUTTONS]
        lines = "\n".join(f"• {order_summary(order)}" for order in newest)
        dispatcher.utter_message(
            text=f"Your latest orders:\n{lines}", buttons=_order_buttons(newest, intent="track_order")
        )
        return []


class ActionRefundStatus(Action):
    """Tells where the money of a returned or cancelled order is."""

    def name(self) -> str:
        return "action_refund_status"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        identity = await recognised(tracker)
        if identity is not None and read_order_number(tracker.get_slot("order_number")) is None:
            return await _tell_refunds(dispatcher, identity)
        order, events = await _order_meant(dispatcher, tracker, intent="refund_status")
        if order is not None:
            dispatcher.utter_message(text=refund(order))
            if order.refund is None:
                dispatcher.utter_message(response="utter_refund_rules")
        return events


class ActionCheckCancellation(Action):
    """Finds out whether the order can still be cancelled, and sets `can_be_cancelled`. Cancels nothing itself."""

    def name(self) -> str:
        return "action_check_cancellation"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        order, events = await _order_meant(dispatcher, tracker, intent="cancel_order")
        if order is None:
            return [*events, SlotSet("can_be_cancelled", None)]
        if order.status in BEFORE_DISPATCH:
            dispatcher.utter_message(response="utter_can_be_cancelled", order=order.number)
            return [*events, SlotSet("can_be_cancelled", True)]
        dispatcher.utter_message(response="utter_cannot_be_cancelled", order=order.number, status=order.status.value)
        # not False: nothing is left to be decided, and stories go on as if nothing had been asked
        return [*events, SlotSet("can_be_cancelled", None)]


class ActionCheckAddressChange(Action):
    """Finds out whether the address can still be changed, and sets `address_can_change`. Changes nothing itself."""

    def name(self) -> str:
        return "action_check_address_change"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        order, events = await _order_meant(dispatcher, tracker, intent="change_address")
        if order is None:
            return [*events, SlotSet("address_can_change", None)]
        if order.status in BEFORE_DISPATCH:
            dispatcher.utter_message(
                response="utter_address_can_change", order=order.number, address=str(tracker.get_slot("new_address"))
            )
            return [*events, SlotSet("address_can_change", True)]
        dispatcher.utter_message(response="utter_address_cannot_change", order=order.number, status=order.status.value)
        return [*events, SlotSet("address_can_change", None), SlotSet("new_address", None)]


class ActionForgetChoices(Action):
    """Forgets what was left to the customer to decide, once they have decided."""

    def name(self) -> str:
        return "action_forget_choices"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        return [SlotSet("can_be_cancelled", None), SlotSet("address_can_change", None)]


async def _order_meant(dispatcher: Dispatcher, tracker: Tracker, *, intent: str) -> tuple[Order | None, list[Event]]:
    """The order the customer means and may see; where there is none, they are told what to do next.

    `intent` is what a button that names an order asks for.
    """
    number, identity = read_order_number(tracker.get_slot("order_number")), await recognised(tracker)
    proof = identity or typed_contact(tracker)
    if number is None:
        if identity is None:
            dispatcher.utter_message(response="utter_ask_order_number")
            return None, []
        return await _only_open_order(dispatcher, identity, intent=intent)
    if proof is None:
        dispatcher.utter_message(response="utter_ask_order_contact")
        return None, [SlotSet("order_number", number)]
    if identity is None and _failed_lookups(tracker) >= _MOST_ATTEMPTS:
        # a visitor who kept guessing gets no further look, even with the right answer: a person decides
        dispatcher.utter_message(response="utter_order_not_found_again")
        return None, []
    order = await current_shop().order(number, proof)
    if order is not None:
        return order, [SlotSet("order_number", order.number), SlotSet("failed_lookups", 0)]
    return None, await _tell_not_found(dispatcher, tracker, number, intent=intent)


async def _only_open_order(
    dispatcher: Dispatcher, identity: Identity, *, intent: str
) -> tuple[Order | None, list[Event]]:
    orders = await current_shop().orders_of(identity)
    still_open = [order for order in orders if order.is_open]
    if not orders:
        dispatcher.utter_message(response="utter_no_orders")
        return None, []
    if len(still_open) == 1:
        return still_open[0], [SlotSet("order_number", still_open[0].number)]
    offered = (still_open or orders)[:_MOST_BUTTONS]
    intro = "You have several orders on their way" if still_open else "Nothing is on its way at the moment"
    lines = "\n".join(f"• {order_summary(order)}" for order in offered)
    dispatcher.utter_message(
        text=f"{intro}. Which one do you mean?\n{lines}", buttons=_order_buttons(offered, intent=intent)
    )
    return None, []


async def _tell_not_found(dispatcher: Dispatcher, tracker: Tracker, number: str, *, intent: str) -> list[Event]:
    # the same words whether the order does not exist or is somebody else's: otherwise numbers could be probed
    identity = await recognised(tracker)
    failed = _failed_lookups(tracker) + 1
    forget = [SlotSet("order_number", None), SlotSet("order_contact", None), SlotSet("failed_lookups", failed)]
    if failed >= _MOST_ATTEMPTS:
        dispatcher.utter_message(response="utter_order_not_found_again")
        return forget
    if identity is None:
        dispatcher.utter_message(response="utter_order_not_found", order=number)
        return forget
    own = (await current_shop().orders_of(identity))[:_MOST_BUTTONS]
    dispatcher.utter_message(response="utter_order_not_yours", order=number, buttons=_order_buttons(own, intent=intent))
    return forget


def _failed_lookups(tracker: Tracker) -> int:
    return int(tracker.get_slot("failed_lookups") or 0)


async def _tell_refunds(dispatcher: Dispatcher, identity: Identity) -> list[Event]:
    refunded = [order for order in await current_shop().orders_of(identity) if order.refund is not None]
    running = [order for order in refunded if order.refund and order.refund.state != "paid"]
    if not refunded:
        dispatcher.utter_message(response="utter_no_refunds")
        return []
    for order in running or refunded[:1]:
        dispatcher.utter_message(text=refund(order))
    return []


def _order_buttons(orders: Sequence[Order], *, intent: str) -> list[Button]:
    return [{"title": order.number, "payload": f'/{intent}{{"order_number": "{order.number}"}}'} for order in orders]
