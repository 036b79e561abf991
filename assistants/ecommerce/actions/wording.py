"""Which of the domain's responses tells what of an order or a product, and what fills its fields. Pure.

The sentences are in `domain/responses_*.yml`, in every language of the customers; `values` says money and days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from .shop import Order, OrderLine, OrderStatus, Product
from .telling import Told
from .terms import TERMS, term, word_of_the_shop
from .values import and_more, back_on, colon, day, day_gone_by, decimal, listed, money, pieces, position, size


def order_told(order: Order, language: str, *, today: date) -> tuple[Told, ...]:
    """Everything a customer wants to know of one order: where it is, when it comes, what is in it."""
    contents = {
        "items": "\n".join(f"• {_line(line, language)}" for line in order.lines),
        "total": money(order.total_cents, language),
        "payment": term(order.payment, language),
    }
    return (*_where_it_is(order, language, today), Told("utter_order_contents", contents))


def order_told_again(order: Order, language: str, *, today: date) -> Told:
    """The same order to somebody who has just been told everything: its state and its day, in other words."""
    fields = {"order": order.number, "status": order_state(order, language)}
    if order.expected is None or not order.is_open:
        return Told("utter_order_again", fields)
    if order.expected < today:
        return Told("utter_order_again_overdue", {**fields, "expected": day(order.expected, language)})
    return Told("utter_order_again_expected", {**fields, "expected": day(order.expected, language)})


def orders_listed(orders: Sequence[Order], language: str) -> str:
    """A line each: `• HP-10432 · shipped · 1 x Gannet 2 tent (sand) and 1 more`."""
    return "\n".join(f"• {_summary(order, language)}" for order in orders)


def order_state(order: Order, language: str) -> str:
    """`shipped`, `verschickt`: what stands after "it is"."""
    return term(order.status.value, language)


def refund_told(order: Order, language: str) -> Told:
    """Where the money of this order is."""
    found = order.refund
    if found is None:
        return Told("utter_refund_none", {"order": order.number})
    fields = {
        "order": order.number,
        "amount": money(found.amount_cents, language),
        "payment": term(order.payment, language),
        "day": day(found.expected, language),
    }
    if found.state == "paid":
        return Told("utter_refund_paid", fields)
    return Told("utter_refund_running", {**fields, "state": term(found.state, language)})


def products_listed(products: Sequence[Product], language: str) -> str:
    """A line each: name, price, rating, why one would want it, and when it is back if it is sold out."""
    return "\n".join(
        f"• {product.name}, {money(product.price_cents, language)} (★ {decimal(product.rating, language)})"
        f"{colon(language)} {_blurb(product, language)}"
        + ("" if product.in_stock else f" {back_on(product.restock, language)}")
        for product in products
    )


def product_told(product: Product, language: str) -> tuple[Told, ...]:
    """One product with all we know: price, colours, sizes, stock."""
    fields = {
        "product_name": product.name,
        "price": money(product.price_cents, language),
        "rating": decimal(product.rating, language),
        "blurb": _blurb(product, language),
        "colours": ", ".join(term(colour, language) for colour in product.colours),
        "sizes": ", ".join(size(name, language) for name in product.stock),
    }
    described = Told("utter_product_details_sizes" if product.has_sizes else "utter_product_details", fields)
    return described, _stock(product, None, language)


def stock_told(product: Product, wanted: str | None, colour: str | None, language: str) -> tuple[Told, ...]:
    """Whether a product can be sent today, in one size or in any; a colour that it does not have is said first."""
    stock = _stock(product, wanted, language)
    if colour is None or comes_in(product, colour):
        return (stock,)
    fields = {
        "product_name": product.name,
        "colour": term(word_of_the_shop(colour, TERMS) or colour, language),
        "colours": listed([term(other, language) for other in product.colours], language),
    }
    return Told("utter_no_such_colour", fields), stock


def comparison_told(one: Product, other: Product, language: str) -> Told:
    """Two products side by side, and what the difference costs."""
    cheaper, dearer = sorted((one, other), key=lambda product: product.price_cents)
    better = max(one, other, key=lambda product: product.rating)
    fields = {
        "products": products_listed((one, other), language),
        "cheaper": cheaper.name,
        "difference": money(dearer.price_cents - cheaper.price_cents, language),
        "better": better.name,
    }
    match cheaper.price_cents != dearer.price_cents, one.rating != other.rating:
        case True, True:
            return Told("utter_compared_price_and_rating", fields)
        case True, False:
            return Told("utter_compared_price", fields)
        case False, True:
            return Told("utter_compared_rating", fields)
        case _:
            return Told("utter_compared_equal", fields)


def _blurb(product: Product, language: str) -> str:
    return product.blurbs.get(language, product.blurb)


def _where_it_is(order: Order, language: str, today: date) -> tuple[Told, ...]:
    fields = {
        "order": order.number,
        "carrier": order.carrier,
        "tracking": order.tracking,
        "placed": day(order.placed, language),
        "shipped": day(order.shipped, language),
        "expected": day(order.expected, language),
        "delivered": day(order.delivered, language),
    }
    match order.status:
        case OrderStatus.PROCESSING:
            return (Told("utter_order_processing", fields),)
        case OrderStatus.PACKED:
            return (Told("utter_order_packed", fields),)
        case OrderStatus.SHIPPED:
            return (Told("utter_order_shipped", fields),)
        case OrderStatus.OUT_FOR_DELIVERY:
            return (Told("utter_order_out_for_delivery", fields),)
        case OrderStatus.DELAYED:
            due = day_gone_by(order.expected, today, language)
            return (Told("utter_order_delayed", {**fields, "expected": due}),)
        case OrderStatus.READY_TO_COLLECT:
            return (Told("utter_order_ready_to_collect", fields),)
        case OrderStatus.DELIVERED:
            return (Told("utter_order_delivered", fields),)
        case OrderStatus.RETURNED:
            return Told("utter_order_returned", fields), refund_told(order, language)
        case OrderStatus.CANCELLED:
            return Told("utter_order_cancelled", fields), refund_told(order, language)
        case _:
            assert_never(order.status)


def _summary(order: Order, language: str) -> str:
    first, *others = order.lines
    more = and_more(len(others), language)
    return f"{order.number} · {order_state(order, language)} · {_line(first, language)}{more}"


def _line(line: OrderLine, language: str) -> str:
    return position(line.product, line.quantity, (line.size, line.colour), language)


def _stock(product: Product, wanted: str | None, language: str) -> Told:
    there = [name for name, count in product.stock.items() if count]
    gone = [name for name, count in product.stock.items() if not count]
    count = product.stock[wanted] if wanted is not None else sum(product.stock.values())
    fields = {
        "product_name": product.name,
        "size": size(wanted or "", language),
        "pieces": pieces(count, language),
        "back": day(product.restock, language),
        "sizes": listed([size(name, language) for name in there], language),
        "others": listed([size(name, language) for name in there], language),
        "gone": listed([size(name, language) for name in gone], language),
    }
    return Told(_of_size(product, wanted, there) if wanted is not None else _of_any(product, gone), fields)


def _of_size(product: Product, wanted: str, there: Sequence[str]) -> str:
    if product.stock[wanted]:
        return "utter_stock_size_there"
    return "utter_stock_size_gone_others_there" if there else "utter_stock_size_gone"


def _of_any(product: Product, gone: Sequence[str]) -> str:
    if not product.in_stock:
        return "utter_stock_gone"
    if not product.has_sizes:
        return "utter_stock_there"
    return "utter_stock_some_sizes_there" if gone else "utter_stock_sizes_there"


def comes_in(product: Product, colour: str) -> bool:
    """Whether it does: `gray` is grey, `rote` is red, and `green` does for green glass."""
    return word_of_the_shop(colour, product.colours) is not None or any(
        word_of_the_shop(colour, word.split()) for word in product.colours
    )
