"""Actions about products: recommendations, details, stock, prices and comparisons, and the form that asks what for."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .identity import has_no_limit, read_budget_cents, says_a_wish, wants_cheapest
from .kinds import of_kind
from .sdk import Action, Button, Dispatcher, Domain, Event, FormValidationAction, SlotSet, Tracker
from .shop import Product, ProductQuery
from .shown import product_mentioned
from .take_up import NO_LIMIT, order_of_the_list
from .telling import tell
from .terms import TERMS, size_meant, term, word_of_the_shop
from .values import language_of, money
from .wares import wares_asked_for
from .wiring import current_shop
from .wording import comes_in, comparison_told, product_told, products_listed, stock_told

CHEAPEST = "the cheapest"
"""The value of the slot `budget` when nothing but the price matters."""

_MOST_SHOWN = 3
_ALL = 1000


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
        most, language = read_budget_cents(tracker.get_slot("budget") or ""), language_of(tracker)
        if wants_cheapest(tracker.get_slot("budget")):
            shown = await _recommend_cheapest(dispatcher, category, language, _text(tracker, "category_words") or "")
        else:
            typed = _text(tracker, "colour")
            colour = (word_of_the_shop(typed, TERMS) or typed) if typed else None
            words = _text(tracker, "category_words") or ""
            shown = await _recommend(dispatcher, ProductQuery(category, most, colour), language, words)
        named = _text(tracker, "category_words")
        return [*_remembered(shown, category, tracker.get_slot("budget"), named), SlotSet("colour", None)]


class ActionRecommendCheaper(Action):
    """Recommends again, below the price of what was recommended first."""

    def name(self) -> str:
        return "action_recommend_cheaper"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        shop = current_shop()
        named = tracker.get_slot("recommended_category") or tracker.get_slot("category")
        category = await shop.category_named(str(named or ""))
        if category is None:
            if not tracker.active_loop:  # a form that waits asks by itself
                dispatcher.utter_message(response="utter_ask_category")
            return []
        most = read_budget_cents(tracker.get_slot("recommended_up_to") or "")
        words, everything = _text(tracker, "recommended_words"), await shop.search(ProductQuery(category, limit=_ALL))
        shown = of_kind(await shop.search(ProductQuery(category, most, limit=_ALL)), words or "", everything)
        below = shown[0].price_cents - 1 if shown else 0
        cheaper = of_kind(await shop.search(ProductQuery(category, below, limit=_ALL)), words or "", everything)
        cheaper = cheaper[:_MOST_SHOWN]
        if not cheaper:
            dispatcher.utter_message(response="utter_nothing_cheaper", category=term(category, language_of(tracker)))
            return []
        _show(dispatcher, "utter_cheaper", cheaper, language_of(tracker))
        return _remembered(cheaper, category, money(below), words)


class ActionProductDetails(Action):
    """Tells price, colours, sizes and stock of the product that was named."""

    def name(self) -> str:
        return "action_product_details"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        if not _named(tracker, "product"):
            of_orders = await order_of_the_list(dispatcher, tracker, domain)  # "the second one" may be an order
            if of_orders is not None:
                return of_orders
        product, events = await _product_meant(dispatcher, tracker, intent="product_details")
        if product is not None:
            tell(dispatcher, *product_told(product, language_of(tracker)))
        return events


class ActionProductPrice(Action):
    """Tells what the product costs."""

    def name(self) -> str:
        return "action_product_price"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        product, events = await _product_meant(dispatcher, tracker, intent="product_price")
        if product is not None:
            price = money(product.price_cents, language_of(tracker))
            dispatcher.utter_message(response="utter_product_price", product_name=product.name, price=price)
        return events


class ActionProductAvailability(Action):
    """Tells whether the product is in stock, in the size and colour that were named if they were."""

    def name(self) -> str:
        return "action_product_availability"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        if await _told_by_colour(dispatcher, tracker):
            return [SlotSet("colour", None)]
        product, events = await _product_meant(dispatcher, tracker, intent="product_availability")
        if product is not None:
            size = size_meant(_text(tracker, "size"), product.stock)
            tell(dispatcher, *stock_told(product, size, _text(tracker, "colour"), language_of(tracker)))
            # the next product is asked for in its own size and colour
            events += [SlotSet("size", None), SlotSet("colour", None)]
        return events


class ActionCompareProducts(Action):
    """Puts two products side by side."""

    def name(self) -> str:
        return "action_compare_products"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        shop = current_shop()
        shown = await _shown(tracker)
        pair: list[Product] = []
        slots = (_text(tracker, slot) or "" for slot in ("product_first", "product_second"))
        for words in (*slots, *_named(tracker, "product")):
            found = await shop.products_named(words)
            pair.extend(product for product in found if product not in pair)
        for mention in _named(tracker, "mention"):
            product = product_mentioned(mention, shown)
            if product is not None and product not in pair:
                pair.append(product)
        if len(pair) == 1:
            pair += await _namesakes(pair[0], str(tracker.latest_message.get("text") or ""))
        if not pair and len(shown) == 2:
            pair = shown
        if len(pair) < 2:
            dispatcher.utter_message(response="utter_compare_what")
        else:
            tell(dispatcher, comparison_told(pair[0], pair[-1], language_of(tracker)))
            # from now on "the first one" and "which is better" are about these two
            return [
                SlotSet("products_shown", [pair[0].name, pair[-1].name]),
                SlotSet("product", None),
                SlotSet("product_first", None),
                SlotSet("product_second", None),
            ]
        return [SlotSet("product_first", None), SlotSet("product_second", None)]


class ActionAskCategory(Action):
    """Asks for the department; who has named goods that the shop does not have is told so first."""

    def name(self) -> str:
        return "action_ask_category"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        wanted = wares_asked_for(str(tracker.latest_message.get("text") or ""))
        if wanted and not _named(tracker, "category"):  # one that is named is told by the form
            shop = current_shop()
            if not await shop.category_named(wanted) and not await shop.products_named(wanted):
                dispatcher.utter_message(response="utter_not_sold", wanted=wanted)
        most = read_budget_cents(tracker.get_slot("budget") or "")
        if most is not None and most == read_budget_cents(str(tracker.latest_message.get("text") or "")):
            dispatcher.utter_message(response="utter_budget_noted", limit=money(most, language_of(tracker)))
        dispatcher.utter_message(response="utter_ask_category")
        return []


class ValidateRecommendForm(FormValidationAction):
    """Checks department and budget."""

    def name(self) -> str:
        return "validate_recommend_form"

    async def validate_category(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        category = await current_shop().category_named(str(value))
        if category is None and str(value) in _named(tracker, "category"):
            dispatcher.utter_message(response="utter_not_sold", wanted=str(value))
        elif category is None:
            dispatcher.utter_message(response="utter_wrong_category")
        # the words, too: who asked for boots is not shown socks, though both are footwear
        return {"category": category, "category_words": str(tracker.latest_message.get("text") or "")}

    def validate_budget(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        sizes, budgets = _named(tracker, "size"), _named(tracker, "budget")
        if sizes and not budgets:
            dispatcher.utter_message(response="utter_noted", what=sizes[0])
            return {"budget": None}
        cents = read_budget_cents(value)
        if cents is not None:
            return {"budget": money(cents)}
        if has_no_limit(value):
            return {"budget": NO_LIMIT}
        if wants_cheapest(value):
            return {"budget": CHEAPEST}
        if says_a_wish(value):  # who says what matters instead of a price is shown what there is
            return {"budget": NO_LIMIT}
        dispatcher.utter_message(response="utter_wrong_budget")
        return {"budget": None}


async def _recommend_cheapest(dispatcher: Dispatcher, category: str, language: str, words: str) -> Sequence[Product]:
    """Tell what costs least in a department, of the kind that `words` name; the products that were told."""
    everything = await current_shop().search(ProductQuery(category, limit=_ALL))
    found = sorted(of_kind(everything, words, everything), key=lambda product: product.price_cents)[:_MOST_SHOWN]
    _show(dispatcher, "utter_cheapest", found, language, category=term(category, language))
    return found


def _show(dispatcher: Dispatcher, response: str, products: Sequence[Product], language: str, **fields: Any) -> None:
    lines, buttons = products_listed(products, language), _choices(products, intent="product_details")
    dispatcher.utter_message(response=response, products=lines, buttons=buttons, **fields)


async def _recommend(dispatcher: Dispatcher, query: ProductQuery, language: str, words: str) -> Sequence[Product]:
    """Tell what fits, or comes nearest, of the kind that the customer's words name; the products that were told."""
    shop = current_shop()
    everything = await shop.search(ProductQuery(query.category, limit=_ALL))
    found = await shop.search(replace(query, limit=_ALL))
    if not found and query.colour:
        found = await shop.search(ProductQuery(query.category, query.max_cents, limit=_ALL))
    found = of_kind(found, words, everything)[:_MOST_SHOWN]
    fields = {"category": term(query.category or "", language), "limit": money(query.max_cents or 0, language)}
    if found:
        limited = query.max_cents is not None
        _show(dispatcher, "utter_favourites_within" if limited else "utter_favourites", found, language, **fields)
        return found
    cheapest = [min(of_kind(everything, words, everything), key=lambda product: product.price_cents)]
    _show(dispatcher, "utter_nothing_within", cheapest, language, **fields)
    return cheapest


def _remembered(shown: Sequence[Product], category: str, most: object, words: str | None) -> list[Event]:
    """A new list: "the second one" is one of these from now on, and "it" no longer what was talked about before.

    The next recommendation asks for its own department and budget: 100 euros for a jacket say nothing of tents.
    """
    return [
        SlotSet("products_shown", [product.name for product in shown]),
        SlotSet("product", shown[0].name if len(shown) == 1 else None),
        SlotSet("recommended_category", category),
        SlotSet("recommended_up_to", most),
        SlotSet("recommended_words", words),
        SlotSet("orders_offered", None),
        SlotSet("category", None),
        SlotSet("category_words", None),
        SlotSet("budget", None),
    ]


async def _namesakes(product: Product, text: str) -> list[Product]:
    """The products of its name whose numbers the text has: *the Fell 55 and the 70*."""
    names = [re.sub(r"\d+", number, product.name, count=1) for number in re.findall(r"\b\d+\b", text)]
    found = [await current_shop().products_named(name) for name in names if name != product.name]
    return [products[0] for products in found if products and products[0].name in names and products[0] != product]


async def _shown(tracker: Tracker) -> list[Product]:
    """The products of the last list, in its order."""
    names: Any = tracker.get_slot("products_shown")
    found = [await current_shop().products_named(str(name)) for name in names or ()]
    return [products[0] for products in found if products]


def _choices(products: Sequence[Product], *, intent: str) -> list[Button]:
    return [{"title": product.name, "payload": f'/{intent}{{"product": "{product.name}"}}'} for product in products]


async def _product_meant(
    dispatcher: Dispatcher, tracker: Tracker, *, intent: str
) -> tuple[Product | None, list[Event]]:
    """The product the customer means; where it is none or several, they are asked. `intent` is what buttons ask."""
    words, shown = _text(tracker, "product"), await _shown(tracker)
    mentions = () if _named(tracker, "product") else _named(tracker, "mention")
    for mention in mentions:
        product = product_mentioned(mention, shown)
        if product is not None:
            return product, [SlotSet("product", product.name)]
    if words is None or (mentions and shown):
        if shown:
            dispatcher.utter_message(response="utter_which_product", buttons=_choices(shown, intent=intent))
        else:
            dispatcher.utter_message(response="utter_ask_product")
        return None, []
    found = await current_shop().products_named(words)
    among_shown = [product for product in found if product in shown]
    if len(among_shown) == 1:
        found = among_shown
    if len(found) == 1:
        return found[0], [SlotSet("product", found[0].name)]
    if not found:
        dispatcher.utter_message(response="utter_product_unknown", product_name=words)
        return None, [SlotSet("product", None)]
    dispatcher.utter_message(response="utter_which_product", buttons=_choices(found, intent=intent))
    return None, [SlotSet("product", None)]


async def _told_by_colour(dispatcher: Dispatcher, tracker: Tracker) -> bool:
    """Tell which products of the list come in the colour that was asked for, where none of them is meant alone."""
    colours, shown = _named(tracker, "colour"), await _shown(tracker)
    if not colours or len(shown) < 2 or _named(tracker, "mention") or _text(tracker, "product"):
        return False
    fitting, language = [product for product in shown if comes_in(product, colours[0])], language_of(tracker)
    colour = term(word_of_the_shop(colours[0], TERMS) or colours[0], language)
    if fitting:
        _show(dispatcher, "utter_these_in_colour", fitting, language, colour=colour)
    else:
        dispatcher.utter_message(response="utter_none_in_colour", colour=colour)
    return True


def _named(tracker: Tracker, entity: str) -> list[str]:
    """What the customer's last message names of that kind, in its order."""
    found: Any = tracker.latest_message.get("entities") or ()
    return [str(one["value"]) for one in found if one.get("entity") == entity]


def _text(tracker: Tracker, slot: str) -> str | None:
    value: Any = tracker.get_slot(slot)
    return value if isinstance(value, str) and value else None
