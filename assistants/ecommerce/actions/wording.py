"""How data are put into words for customers. All sentences that hold data are here; fixed ones are in the domain.

Pure: values in, text out. Plain text, because channels differ in what formatting they understand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, assert_never

from .shop import Order, OrderLine, OrderStatus, Product

_TIMES: Final = "\N{MULTIPLICATION SIGN}"


def money(cents: int) -> str:
    """`24900` → `€249`, `490` → `€4.90`."""
    return f"€{cents // 100:,}" if cents % 100 == 0 else f"€{cents / 100:,.2f}"


def day(value: date | None) -> str:
    """`Tuesday 24 November`; `a day we do not know yet` for None."""
    return f"{value:%A} {value.day} {value:%B}" if value else "a day we do not know yet"


def line(position: OrderLine) -> str:
    """`2 x Sandpiper sleeping mat (regular, teal)`."""
    details = ", ".join(detail for detail in (position.size, position.colour) if detail)
    return f"{position.quantity} {_TIMES} {position.product}" + (f" ({details})" if details else "")


def order_status(order: Order, *, today: date) -> str:
    """Everything a customer wants to know of one order: where it is, when it comes, what is in it."""
    items = "\n".join(f"• {line(position)}" for position in order.lines)
    return f"{_where_it_is(order, today)}\n{items}\nTotal {money(order.total_cents)}, paid by {order.payment}."


def order_summary(order: Order) -> str:
    """One line of a list of orders: `HP-10432 · shipped · 1 x Gannet 2 tent (sand) and 1 more`."""
    first, *others = order.lines
    more = f" and {len(others)} more" if others else ""
    return f"{order.number} · {order.status.value} · {line(first)}{more}"


def _where_it_is(order: Order, today: date) -> str:
    number, carrier = order.number, order.carrier
    match order.status:
        case OrderStatus.PROCESSING:
            return (
                f"Order {number} was placed on {day(order.placed)} and is being prepared. "
                f"You should have it by {day(order.expected)}."
            )
        case OrderStatus.PACKED:
            return (
                f"Order {number} is packed and leaves our warehouse with the next collection. "
                f"You should have it by {day(order.expected)}."
            )
        case OrderStatus.SHIPPED:
            return (
                f"Order {number} left us on {day(order.shipped)} with {carrier} (tracking {order.tracking}). "
                f"It should arrive on {day(order.expected)}."
            )
        case OrderStatus.OUT_FOR_DELIVERY:
            return (
                f"Good news: order {number} is out for delivery with {carrier} today (tracking {order.tracking}). "
                "They deliver until 8 pm."
            )
        case OrderStatus.DELAYED:
            late = f", {(today - order.expected).days} days ago" if order.expected else ""
            return (
                f"I'm sorry: order {number} is late. {carrier} (tracking {order.tracking}) should have brought it "
                f"on {day(order.expected)}{late}. We have asked them to trace it."
            )
        case OrderStatus.READY_TO_COLLECT:
            return (
                f"Order {number} has been waiting for you at the {carrier} since {day(order.expected)}. "
                "Please bring the order number; we keep it for 14 days."
            )
        case OrderStatus.DELIVERED:
            return f"Order {number} was delivered on {day(order.delivered)} by {carrier} (tracking {order.tracking})."
        case OrderStatus.RETURNED:
            return f"Order {number} was delivered on {day(order.delivered)} and then sent back to us. {refund(order)}"
        case OrderStatus.CANCELLED:
            return f"Order {number} was cancelled. {refund(order)}"
        case _:
            assert_never(order.status)


def refund(order: Order) -> str:
    """Where the money of this order is."""
    found = order.refund
    if found is None:
        return f"There is no refund for order {order.number}."
    amount = money(found.amount_cents)
    if found.state == "paid":
        return f"The refund of {amount} was paid to your {order.payment} on {day(found.expected)}."
    return (
        f"Your refund of {amount} for order {order.number}: {found.state}. "
        f"It should be on your {order.payment} by {day(found.expected)}."
    )


def product_line(product: Product) -> str:
    """One product of a list: name, price, rating, stock and why one would want it."""
    stock = "" if product.in_stock else f" Back in stock on {day(product.restock)}."
    return f"• {product.name}, {money(product.price_cents)} (★ {product.rating}): {product.blurb}{stock}"


def product_details(product: Product) -> str:
    """One product with all we know: price, colours, sizes, stock."""
    sizes = f"Sizes: {', '.join(product.stock)}. " if product.has_sizes else ""
    return (
        f"{product.name}, {money(product.price_cents)} (★ {product.rating}). {product.blurb}\n"
        f"Colours: {', '.join(product.colours)}. {sizes}{availability(product, None)}"
    )


def availability(product: Product, size: str | None, colour: str | None = None) -> str:
    """Whether a product can be sent today, in one size or in any; a colour that it does not have is said first."""
    if colour is not None and not any(_same_colour(colour, other) for other in product.colours):
        return f"The {product.name} does not come in {colour}, only in {_and(product.colours)}. " + availability(
            product, size
        )
    back = f"We expect it back on {day(product.restock)}." if product.restock else "It is not coming back soon."
    if size is not None:
        if product.stock[size]:
            return f"Yes, the {product.name} in {size} is in stock ({_pieces(product.stock[size])})."
        others = _and([other for other, pieces in product.stock.items() if pieces])
        instead = f" In stock are {others}." if others else ""
        return f"The {product.name} in {size} is sold out. {back}{instead}"
    if not product.in_stock:
        return f"The {product.name} is sold out. {back}"
    if not product.has_sizes:
        return f"The {product.name} is in stock ({_pieces(sum(product.stock.values()))})."
    there = _and([size for size, pieces in product.stock.items() if pieces])
    gone = _and([size for size, pieces in product.stock.items() if not pieces])
    missing = f" Sold out: {gone}. {back}" if gone else ""
    return f"The {product.name} is in stock in {there}.{missing}"


def comparison(one: Product, other: Product) -> str:
    """Two products side by side, and what the difference costs."""
    cheaper, dearer = sorted((one, other), key=lambda product: product.price_cents)
    difference = dearer.price_cents - cheaper.price_cents
    verdict = f"The {cheaper.name} costs {money(difference)} less." if difference else "Both cost the same."
    if one.rating != other.rating:
        better = max(one, other, key=lambda product: product.rating)
        verdict += f" Customers rate the {better.name} higher."
    return f"{product_line(one)}\n{product_line(other)}\n{verdict}"


def _pieces(count: int) -> str:
    # an exact small number is a fact that helps to decide, a large one is not
    return f"{count} left" if count <= 5 else "plenty"


def _same_colour(typed: str, colour: str) -> bool:
    """`gray` is grey, and `green` does for green glass."""
    return typed.casefold().replace("gray", "grey") in colour.casefold()


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
