"""Takes up a fact that comes out of the blue ("HP-10432", "tents"): decides what it was probably said for."""

from __future__ import annotations

from typing import Any, Final, cast

from .identity import read_budget_cents, read_order_number, speaks_of_another
from .order_mentioned import order_mentioned
from .orders import (
    ActionCheckAddressChange,
    ActionCheckCancellation,
    ActionRefundStatus,
    ActionTrackOrder,
    departments_of,
)
from .recognition import recognised
from .sdk import Action, Dispatcher, Domain, Event, FollowupAction, SlotSet, Tracker
from .wiring import current_shop

NO_LIMIT: Final = "no limit"
"""The value of the slot `budget` when the price does not matter."""

_MEANT_FOR: Final = (
    ("product", "action_product_details"),
    ("category", "recommend_form"),
    ("budget", "recommend_form"),
)
"""What an entity on its own asks for; the first that is in the message counts."""

_LOOKS_UP: Final[tuple[Action, ...]] = (
    ActionTrackOrder(),
    ActionRefundStatus(),
    ActionCheckCancellation(),
    ActionCheckAddressChange(),
)
"""What an order is looked up for: who is asked which one, or corrects its number, means what was wanted last."""

_IN_BETWEEN: Final = frozenset(
    {
        "action_listen",
        "action_take_up",
        "action_product_details",
        "action_default_fallback",
        "utter_faq",
        "utter_chitchat",
    }
)
"""What may have been done since, without another subject having come up; forms are the others."""


_NO_ANSWER: Final = frozenset({"action_listen", "action_take_up"})
_ABOUT_PRODUCTS: Final = frozenset({"action_product_details", "action_product_price", "action_product_availability"})


class ActionTakeUp(Action):
    """Goes on with what the message's entities are about, or asks what is wanted."""

    def name(self) -> str:
        return "action_take_up"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        found = cast("list[dict[str, Any]]", tracker.latest_message.get("entities") or [])
        named = {str(entity.get("entity")) for entity in found}
        if "order_number" in named:
            return await _take_up_number(dispatcher, tracker, domain)
        of_orders = await order_of_the_list(dispatcher, tracker, domain)
        if of_orders is None and not named:
            of_orders = await _the_other(dispatcher, tracker, domain)
        if of_orders is not None:
            return of_orders
        again = _recommend_again(tracker, named)
        if again is not None:
            return again
        for entity, action in _MEANT_FOR:
            if entity in named:
                return [FollowupAction(action)]
        dispatcher.utter_message(response="utter_please_rephrase")
        return []


async def order_of_the_list(dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event] | None:
    """Go on with the order of the last list that the message points at without its number; None where it does not."""
    text, offered = str(tracker.latest_message.get("text") or ""), tracker.get_slot("orders_offered")
    identity = await recognised(tracker) if offered else None
    if identity is None or text.startswith("/"):
        return None
    shop = current_shop()
    own = {order.number: order for order in await shop.orders_of(identity)}
    listed = [own[number] for number in cast("list[str]", offered) if number in own]
    departments = [await departments_of(order) for order in listed]
    place = order_mentioned(text, listed, await shop.category_named(text), departments)
    if place is None:
        return None
    tracker.slots["order_number"] = listed[place].number  # as if it had been typed
    return await _look_up(dispatcher, tracker, domain)


async def _take_up_number(dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
    if _last_done(tracker) in {"utter_ask_return_reason", "utter_return_reason_again"}:
        dispatcher.utter_message(
            response="utter_noted", what=read_order_number(tracker.get_slot("order_number")) or "-"
        )
        dispatcher.utter_message(response="utter_return_reason_again")
        return []
    if await recognised(tracker) is None:
        return [FollowupAction("track_order_form")]  # which asks for the proof
    return await _look_up(dispatcher, tracker, domain)


async def _look_up(dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
    last = _last_done(tracker)
    wanted = next((action for action in _LOOKS_UP if action.name() == last), _LOOKS_UP[0])
    return await wanted.run(dispatcher, tracker, domain)


async def _the_other(dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event] | None:
    """Go on with the product or order that was not talked about: "and the other one?"; None where none is meant."""
    if not speaks_of_another(tracker.latest_message.get("text")):
        return None
    shown, product = cast("list[str]", tracker.get_slot("products_shown") or []), tracker.get_slot("product")
    if product and product in shown and _last_done(tracker, passing_over=_NO_ANSWER) in _ABOUT_PRODUCTS:
        others = [name for name in shown if name != product]
        if others:
            other = others[0] if len(others) == 1 else None
            return [SlotSet("product", other), FollowupAction("action_product_details")]
    known = read_order_number(tracker.get_slot("order_number")) or tracker.get_slot("orders_offered")
    if known and await recognised(tracker) is not None:
        return await _look_up(dispatcher, tracker, domain)
    dispatcher.utter_message(response="utter_other_of_what")
    return []


def _recommend_again(tracker: Tracker, named: set[str]) -> list[Event] | None:
    """The last recommendation once more, where only its limit or colour is told: "make it 100 at most", "in green"."""
    text, recommended = str(tracker.latest_message.get("text") or ""), tracker.get_slot("recommended_category")
    has_limit = read_budget_cents(text) is not None
    if not recommended or named & {"product", "category"} or not (has_limit or "colour" in named):
        return None
    most = text if has_limit else tracker.get_slot("recommended_up_to") or NO_LIMIT
    return [
        SlotSet("category", recommended),
        SlotSet("category_words", tracker.get_slot("recommended_words")),
        SlotSet("budget", most),
        FollowupAction("action_recommend_products"),
    ]


def _last_done(tracker: Tracker, passing_over: frozenset[str] = _IN_BETWEEN) -> str:
    """The last action that was more than listening or finding out which order is meant."""
    done = [str(e.get("name")) for e in tracker.events if e.get("event") == "action"]
    return next((name for name in reversed(done) if name not in passing_over and not name.endswith("_form")), "")
