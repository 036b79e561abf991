"""Actions about products: recommendations, details, stock, prices and comparisons, and the form that asks what for."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from typing import Any

from .identity import has_no_limit, read_budget_cents
from .sdk import Action, Button, Dispatcher, Domain, Event, FormValidationAction, SlotSet, Tracker
from .shop import Product, ProductQuery
from .wiring import current_shop
from .wording import availability, comparison, money, product_details, product_line

NO_LIMIT = "no limit"
"""The value of the slot `budget` when the price does not matter."""


class ActionRecommendProducts(Action):
    """Recommends up to three products of the department within the budget, or says what comes nearest."""

    def name(self) -> str:
        return "action_recommend_products"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        shop = current_shop()
        category = await shop.category_named(str(tracker.get_slot("category") or ""))
        if category is None:
            dispatcher.utter_message(response="utter_ask_category")
            return []
        most = read_budget_cents(tracker.get_slot("budget") or "")
        await _recommend(dispatcher, ProductQuery(category, most, _text(tracker, "colour")))
        return [SlotSet("category", category), SlotSet("colour", None)]


class ActionRecommendCheaper(Action):
    """Recommends again, below the price of what was recommended first."""

    def name(self) -> str:
        return "action_recommend_cheaper"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        shop = current_shop()
        category = await shop.category_named(str(tracker.get_slot("category") or ""))
        if category is None:
            dispatcher.utter_message(response="utter_ask_category")
            return []
        shown = await shop.search(ProductQuery(category, read_budget_cents(tracker.get_slot("budget") or "")))
        below = shown[0].price_cents - 1 if shown else 0
        cheaper = await shop.search(ProductQuery(category, below))
        if not cheaper:
            dispatcher.utter_message(response="utter_nothing_cheaper", category=category)
            return []
        lines = "\n".join(product_line(product) for product in cheaper)
        dispatcher.utter_message(text=f"A little kinder to the purse:\n{lines}")
        return [SlotSet("budget", money(below))]


class ActionProductDetails(Action):
    """Tells price, colours, sizes and stock of the product that was named."""

    def name(self) -> str:
        return "action_product_details"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        product, events = await _product_meant(dispatcher, tracker, intent="product_details")
        if product is not None:
            dispatcher.utter_message(text=product_details(product))
        return events


class ActionProductPrice(Action):
    """Tells what the product costs."""

    def name(self) -> str:
        return "action_product_price"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        product, events = await _product_meant(dispatcher, tracker, intent="product_price")
        if product is not None:
            dispatcher.utter_message(
                response="utter_product_price", product_name=product.name, price=money(product.price_cents)
            )
        return events


class ActionProductAvailability(Action):
    """Tells whether the product is in stock, in the size that was named if one was."""

    def name(self) -> str:
        return "action_product_availability"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        product, events = await _product_meant(dispatcher, tracker, intent="product_availability")
        if product is not None:
            dispatcher.utter_message(text=availability(product, _size_of(product, _text(tracker, "size"))))
        # the next product is asked for in its own size
        return [*events, SlotSet("size", None)]


class ActionCompareProducts(Action):
    """Puts two products side by side."""

    def name(self) -> str:
        return "action_compare_products"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        shop = current_shop()
        pair: list[Product] = []
        for slot in ("product_first", "product_second"):
            found = await shop.products_named(_text(tracker, slot) or "")
            pair.extend(product for product in found if product not in pair)
        if len(pair) < 2:
            dispatcher.utter_message(response="utter_compare_what")
        else:
            dispatcher.utter_message(text=comparison(pair[0], pair[-1]))
        return [SlotSet("product_first", None), SlotSet("product_second", None)]


class ValidateRecommendForm(FormValidationAction):
    """Checks department and budget."""

    def name(self) -> str:
        return "validate_recommend_form"

    async def validate_category(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        category = await current_shop().category_named(str(value))
        if category is None:
            dispatcher.utter_message(response="utter_wrong_category")
        return {"category": category}

    def validate_budget(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        cents = read_budget_cents(value)
        if cents is not None:
            return {"budget": money(cents)}
        if has_no_limit(value):
            return {"budget": NO_LIMIT}
        dispatcher.utter_message(response="utter_wrong_budget")
        return {"budget": None}


async def _recommend(dispatcher: Dispatcher, query: ProductQuery) -> None:
    shop = current_shop()
    found = await shop.search(query)
    if not found and query.colour:
        found = await shop.search(ProductQuery(query.category, query.max_cents))
    if found:
        limit = f" up to {money(query.max_cents)}" if query.max_cents is not None else ""
        lines = "\n".join(product_line(product) for product in found)
        buttons: list[Button] = [
            {"title": product.name, "payload": f'/product_details{{"product": "{product.name}"}}'} for product in found
        ]
        dispatcher.utter_message(text=f"Our favourites in {query.category}{limit}:\n{lines}", buttons=buttons)
        return
    everything = await shop.search(ProductQuery(query.category, limit=1000))
    cheapest = min(everything, key=lambda product: product.price_cents)
    dispatcher.utter_message(
        text=f"We have nothing in {query.category} for {money(query.max_cents or 0)}. "
        f"The nearest is:\n{product_line(cheapest)}"
    )


async def _product_meant(
    dispatcher: Dispatcher, tracker: Tracker, *, intent: str
) -> tuple[Product | None, list[Event]]:
    """The product the customer means; where it is none or several, they are asked. `intent` is what buttons ask."""
    words = _text(tracker, "product")
    if words is None:
        dispatcher.utter_message(response="utter_ask_product")
        return None, []
    found = await current_shop().products_named(words)
    if len(found) == 1:
        return found[0], [SlotSet("product", found[0].name)]
    if not found:
        dispatcher.utter_message(response="utter_product_unknown", product_name=words)
        return None, [SlotSet("product", None)]
    buttons: list[Button] = [
        {"title": product.name, "payload": f'/{intent}{{"product": "{product.name}"}}'} for product in found
    ]
    dispatcher.utter_message(response="utter_which_product", buttons=buttons)
    return None, [SlotSet("product", None)]


def _size_of(product: Product, typed: str | None) -> str | None:
    """The product's own name of a size that was typed (`m` → `M`, `medium` → `M`), or None."""
    if typed is None:
        return None
    letters = {"extra small": "xs", "small": "s", "medium": "m", "large": "l", "extra large": "xl"}
    wanted = letters.get(typed.lower(), typed.lower().removeprefix("size ")).replace(" ", "")
    return next((size for size in product.stock if size.lower().replace(" ", "") == wanted), None)


def _text(tracker: Tracker, slot: str) -> str | None:
    value: Any = tracker.get_slot(slot)
    return value if isinstance(value, str) and value else None
