"""Actions about orders: where one is, which there are, where the money is, and what can still be changed."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from collections.abc import Sequence

from .identity import names_an_order, read_order_number, speaks_of_another, typed_contact
from .order_mentioned import order_described
from .recognition import recognised
from .sdk import Action, Button, Dispatcher, Domain, Event, SlotSet, Tracker
from .shop import BEFORE_DISPATCH, Identity, Order
from .telling import tell
from .values import language_of
from .wiring import current_shop, today
from .wording import order_state, order_told, order_told_again, orders_listed, refund_told

_MOST_BUTTONS = 5
_MOST_ATTEMPTS = 3  # guesses at a number and a contact before a person has to look: a guesser gets no further


class ActionTrackOrder(Action):
    """Tells where the order is; without a number, where the customer's open orders are."""

    def name(self) -> str:
        return "action_track_order"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        order, events = await _order_meant(dispatcher, tracker, intent="track_order")
        if order is None:
            return events
        language, told = language_of(tracker), f"{order.number} {order.status.value} {today()}"
        if tracker.get_slot("order_told") == told:
            tell(
                dispatcher, order_told_again(order, language, today=today())
            )  # "so when does it come": in other words than before
        else:
            tell(dispatcher, *order_told(order, language, today=today()))
        return [*events, SlotSet("order_told", told)]


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
        dispatcher.utter_message(
            response="utter_orders_latest",
            orders=orders_listed(newest, language_of(tracker)),
            buttons=_order_buttons(newest, intent="track_order"),
        )
        return []


class ActionRefundStatus(Action):
    """Tells where the money of a returned or cancelled order is."""

    def name(self) -> str:
        return "action_refund_status"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        identity = await recognised(tracker)
        number = read_order_number(tracker.get_slot("order_number"))
        if identity is not None and (number is None or _points_away(tracker)):
            return await _tell_refunds(dispatcher, identity, language_of(tracker), besides=number)
        order, events = await _order_meant(dispatcher, tracker, intent="refund_status")
        if order is not None:
            tell(dispatcher, refund_told(order, language_of(tracker)))
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
        status = order_state(order, language_of(tracker))
        dispatcher.utter_message(response="utter_cannot_be_cancelled", order=order.number, status=status)
        # not False: nothing is left to be decided, and stories go on as if nothing had been asked
        return [*events, SlotSet("can_be_cancelled", None)]


class ActionCheckAddressChange(Action):
    """Finds out whether the address can still be changed, and sets `address_can_change`. Changes nothing itself."""

    def name(self) -> str:
        return "action_check_address_change"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        await _forget_postcode(tracker)
        order, events = await _order_meant(dispatcher, tracker, intent="change_address")
        if order is None:
            return [*events, SlotSet("address_can_change", None)]
        if order.status in BEFORE_DISPATCH:
            dispatcher.utter_message(
                response="utter_address_can_change", order=order.number, address=str(tracker.get_slot("new_address"))
            )
            return [*events, SlotSet("address_can_change", True)]
        status = order_state(order, language_of(tracker))
        dispatcher.utter_message(response="utter_address_cannot_change", order=order.number, status=status)
        return [*events, SlotSet("address_can_change", None), SlotSet("new_address", None)]


class ActionAddressAgain(Action):
    """Takes what is said instead of a yes to the new address for a correction: of the order, or of the address."""

    def name(self) -> str:
        return "action_address_again"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        undecided = SlotSet("address_can_change", None)
        text = str(tracker.latest_message.get("text") or "")
        if read_order_number(text) is not None and not await _is_postcode(tracker, text):
            return [undecided]
        # half an address would lose the other half: it is asked for as a whole, and nothing is passed on before
        dispatcher.utter_message(response="utter_address_not_passed_on")
        return [undecided, SlotSet("new_address", None)]


class ActionForgetChoices(Action):
    """Forgets what was left to the customer to decide, once they have decided."""

    def name(self) -> str:
        return "action_forget_choices"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        return [SlotSet("can_be_cancelled", None), SlotSet("address_can_change", None)]


async def _is_postcode(tracker: Tracker, number: str) -> bool:
    """Whether five digits that nobody called an order's are none of a customer whose orders we know."""
    identity, read = await recognised(tracker), read_order_number(number)
    if identity is None or read is None or names_an_order(number):
        return False
    return await current_shop().order(read, identity) is None


async def _forget_postcode(tracker: Tracker) -> None:
    """Mean the order that was meant before its new address was corrected by a postcode that looked like an order."""
    number = str(tracker.get_slot("order_number") or "")
    if await _is_postcode(tracker, number):
        told = [e.get("value") for e in tracker.events if e.get("event") == "slot" and e.get("name") == "order_number"]
        earlier = (str(value) for value in reversed(told) if value and read_order_number(value))
        tracker.slots["order_number"] = next((value for value in earlier if value != number), number)


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
        return await _only_open_order(dispatcher, identity, tracker, intent=intent)
    if identity is not None and _points_away(tracker):
        return await _only_open_order(dispatcher, identity, tracker, intent=intent, besides=number)
    if proof is None:
        dispatcher.utter_message(response="utter_ask_order_contact")
        return None, [SlotSet("order_number", number)]
    if identity is None and _failed_lookups(tracker) >= _MOST_ATTEMPTS:
        # a visitor who kept guessing gets no further look, even with the right answer: a person decides
        dispatcher.utter_message(response="utter_order_not_found_again")
        return None, []
    order = await current_shop().order(number, proof)
    if order is not None:
        known = [SlotSet("order_number", order.number), SlotSet("failed_lookups", 0)]
        return order, [*known, SlotSet("orders_offered", None)]
    return None, await _tell_not_found(dispatcher, tracker, number, intent=intent)


def _points_away(tracker: Tracker) -> bool:
    """Whether the latest message means another order than the one that was talked about, and does not name it."""
    text = str(tracker.latest_message.get("text") or "")
    return speaks_of_another(text) and read_order_number(text) is None


async def _only_open_order(
    dispatcher: Dispatcher, identity: Identity, tracker: Tracker, *, intent: str, besides: str | None = None
) -> tuple[Order | None, list[Event]]:
    orders = [order for order in await current_shop().orders_of(identity) if order.number != besides]
    still_open = [order for order in orders if order.is_open]
    if not orders:
        dispatcher.utter_message(response="utter_no_orders")
        return None, []
    meant = still_open[0] if len(still_open) == 1 else await _described(tracker, still_open)
    if meant is not None:
        return meant, [SlotSet("order_number", meant.number)]
    offered = (still_open or orders)[:_MOST_BUTTONS]
    dispatcher.utter_message(
        response="utter_orders_on_their_way" if still_open else "utter_orders_all_closed",
        orders=orders_listed(offered, language_of(tracker)),
        buttons=_order_buttons(offered, intent=intent),
    )
    return None, [SlotSet("orders_offered", [order.number for order in offered])]


async def _described(tracker: Tracker, orders: Sequence[Order]) -> Order | None:
    """The one of these orders that the message tells by what is in it or where it is: `where's my tent`."""
    text = str(tracker.latest_message.get("text") or "")
    if text.startswith("/"):
        return None
    departments = [await departments_of(order) for order in orders]
    place = order_described(text, orders, await current_shop().category_named(text), departments)
    return None if place is None else orders[place]


async def departments_of(order: Order) -> str:
    """The shop's departments that an order's products are of, joined by commas."""
    found = [await current_shop().products_named(line.product) for line in order.lines]
    return ", ".join(products[0].category for products in found if products)


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
    return [*forget, SlotSet("orders_offered", [order.number for order in own])]


def _failed_lookups(tracker: Tracker) -> int:
    return int(tracker.get_slot("failed_lookups") or 0)


async def _tell_refunds(
    dispatcher: Dispatcher, identity: Identity, language: str, besides: str | None = None
) -> list[Event]:
    orders = await current_shop().orders_of(identity)
    refunded = [order for order in orders if order.refund is not None and order.number != besides]
    running = [order for order in refunded if order.refund and order.refund.state != "paid"]
    if not refunded:
        dispatcher.utter_message(response="utter_no_refunds")
        return []
    tell(dispatcher, *(refund_told(order, language) for order in running or refunded[:1]))
    return []


def _order_buttons(orders: Sequence[Order], *, intent: str) -> list[Button]:
    return [{"title": order.number, "payload": f'/{intent}{{"order_number": "{order.number}"}}'} for order in orders]
