"""What the assistant asks of a shop: values and one Protocol, to be implemented over a real shop's systems.

Privacy is part of the interface: an order can only be asked for together with the reason why this customer
may see it, and "there is none" and "it is somebody else's" are the same answer. Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CustomerId:
    """The customer's account, vouched for by the platform that carried the message."""

    value: str


@dataclass(frozen=True, slots=True)
class VerifiedEmail:
    """An address that the platform vouches for, such as a signed-in member's."""

    address: str


@dataclass(frozen=True, slots=True)
class OrderContact:
    """What an unknown visitor typed as proof: the e-mail address or the postcode of the order."""

    value: str


Identity = CustomerId | VerifiedEmail
"""Who the customer is, as far as the platform vouches for it: opens all orders of that customer."""

Proof = Identity | OrderContact
"""Why somebody may see one order. An `OrderContact` opens one order only, never a list."""


class OrderStatus(StrEnum):
    """Where an order stands, in the words that customers see."""

    PROCESSING = "processing"
    PACKED = "packed"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out for delivery"
    DELAYED = "delayed"
    READY_TO_COLLECT = "ready to collect"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


CLOSED = frozenset({OrderStatus.DELIVERED, OrderStatus.RETURNED, OrderStatus.CANCELLED})
"""Nothing more will happen to these."""

BEFORE_DISPATCH = frozenset({OrderStatus.PROCESSING, OrderStatus.PACKED})
"""Still in the warehouse: may be changed or cancelled."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One position of an order; `price_cents` is per piece, in euro cents."""

    product: str
    quantity: int
    price_cents: int
    size: str
    colour: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back to the customer, in euro cents."""

    state: str
    amount_cents: int
    requested: date
    expected: date


@dataclass(frozen=True, slots=True)
class Order:
    """One order as its customer may see it. Dates that are not known yet are None."""

    number: str
    customer_name: str
    status: OrderStatus
    placed: date
    shipped: date | None
    expected: date | None
    delivered: date | None
    carrier: str
    tracking: str
    payment: str
    shipping_cents: int
    lines: tuple[OrderLine, ...]
    refund: Refund | None

    @property
    def total_cents(self) -> int:
        """Everything paid, delivery included, in euro cents."""
        return self.shipping_cents + sum(line.quantity * line.price_cents for line in self.lines)

    @property
    def is_open(self) -> bool:
        """Whether something is still to happen."""
        return self.status not in CLOSED


@dataclass(frozen=True, slots=True)
class Product:
    """One article. `stock` maps each size (`one` where there is only one) to pieces; `rating` runs from 1 to 5.

    `blurb` is English; `blurbs` has it in other languages, by their code.
    """

    sku: str
    name: str
    category: str
    price_cents: int
    colours: tuple[str, ...]
    stock: Mapping[str, int]
    restock: date | None
    rating: float
    blurb: str
    blurbs: Mapping[str, str]

    @property
    def in_stock(self) -> bool:
        """Whether any size can be sent today."""
        return any(self.stock.values())

    @property
    def has_sizes(self) -> bool:
        """Whether the customer has to choose a size."""
        return tuple(self.stock) != ("one",)


@dataclass(frozen=True, slots=True)
class ProductQuery:
    """What a customer is looking for; what is None does not matter to them. `limit` counts products."""

    category: str | None = None
    max_cents: int | None = None
    colour: str | None = None
    limit: int = 3


class Shop(Protocol):
    """A shop's catalogue and orders. Every method only reads, and may be called by many conversations at once.

    All of them raise `ShopUnreachableError` when the shop's systems do not answer.
    """

    async def knows(self, identity: Identity) -> bool:
        """Whether there is a customer of that account or address."""
        ...

    async def orders_of(self, identity: Identity) -> Sequence[Order]:
        """Everything this customer ordered, newest first; empty for a stranger."""
        ...

    async def order(self, number: str, proof: Proof) -> Order | None:
        """The order, if there is one of that number and `proof` belongs to it; otherwise None."""
        ...

    async def categories(self) -> Sequence[str]:
        """The names of all departments."""
        ...

    async def category_named(self, words: str) -> str | None:
        """The department that these words mean (`a tent` → `tents`), typing errors allowed."""
        ...

    async def search(self, query: ProductQuery) -> Sequence[Product]:
        """What fits, best first: what a department is named after, what can be sent today, then by rating."""
        ...

    async def products_named(self, words: str) -> Sequence[Product]:
        """Products whose name these words mean, best first, typing errors allowed; several when it is unclear."""
        ...


class ShopUnreachableError(Exception):
    """The shop's systems did not answer; the message says which one and what to look at."""
