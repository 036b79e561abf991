"""The sample shop: `Shop` over a small SQLite database, built from the CSV files in `sample/` at first use.

The database is never written after it was built, and stores days relative to today rather than dates, so the
sample orders stay as fresh as on the first day. It is a sample: a real shop implements `Shop` over its own systems.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from .matching import names_meant, word_meant
from .shop import (
    CustomerId,
    Identity,
    Order,
    OrderContact,
    OrderLine,
    OrderStatus,
    Product,
    ProductQuery,
    Proof,
    Refund,
    ShopUnreachableError,
    VerifiedEmail,
)
from .terms import LANGUAGES

_SAMPLE: Final = Path(__file__).parent / "sample"
_TABLES: Final = ("catalogue", "blurbs", "category_words", "customers", "orders", "order_items", "refunds")
_FREE_DELIVERY_FROM_CENTS: Final = 7500
_DELIVERY_CENTS: Final = 490
_MOST_CHOICES: Final = 5  # more than this is no help to somebody who has to choose

_NAMED_AFTER_A_THING: Final = frozenset({"tents", "sleeping bags", "backpacks", "jackets", "blankets"})

_Row = Mapping[str, str]

# each reason to see orders selects them in its own complete statement, so that no text is ever pasted into SQL
_ORDERS: Final = """
select o.*, c.name as customer_name, r.state, r.amount_cents, r.requested_days, r.expected_days as refund_days
from orders o join customers c on c.id = o.customer left join refunds r on r.number = o.number
"""
_NEWEST_FIRST: Final = " order by cast(o.placed_days as integer) desc, o.number desc"
_CUSTOMER_OF_ACCOUNT: Final = "select id from customers where id = :proof"
_CUSTOMER_OF_EMAIL: Final = "select id from customers where lower(email) = lower(:proof)"
_ORDERS_OF_ACCOUNT: Final = _ORDERS + " where c.id = :proof" + _NEWEST_FIRST
_ORDERS_OF_EMAIL: Final = _ORDERS + " where lower(c.email) = lower(:proof)" + _NEWEST_FIRST
_ORDERS_OF_CONTACT: Final = (
    _ORDERS
    + " where lower(c.email) = lower(:proof) or replace(upper(c.postcode), ' ', '') = replace(upper(:proof), ' ', '')"
    + _NEWEST_FIRST
)
_PRODUCTS: Final = "select * from catalogue join blurbs using (sku) order by sku"
_LINES: Final = """
select p.name, i.quantity, p.price_cents, i.size, i.colour
from order_items i join catalogue p on p.sku = i.sku where i.number = :number order by i.rowid
"""


class SqliteShop:
    """The sample shop in `folder` (made if missing). Safe to use from any number of threads and processes.

    `today` gives the day that the sample's relative days count from. `path` is where the database is, or will be.
    """

    def __init__(self, folder: Path, *, today: Callable[[], date]) -> None:
        self._today = today
        self.path = folder / f"shop-{_fingerprint()}.sqlite3"

    async def knows(self, identity: Identity) -> bool:
        match identity:
            case CustomerId(value):
                statement, known = _CUSTOMER_OF_ACCOUNT, value
            case VerifiedEmail(address):
                statement, known = _CUSTOMER_OF_EMAIL, address
        return bool(await asyncio.to_thread(self._select, statement, {"proof": known.strip()}))

    async def orders_of(self, identity: Identity) -> Sequence[Order]:
        return await asyncio.to_thread(self._orders, identity)

    async def order(self, number: str, proof: Proof) -> Order | None:
        of_customer = await asyncio.to_thread(self._orders, proof)
        return next((order for order in of_customer if order.number == number), None)

    async def categories(self) -> Sequence[str]:
        rows = await self._read("select category from catalogue group by category order by 1")
        return tuple(row["category"] for row in rows)

    async def category_named(self, words: str) -> str | None:
        rows = await self._read("select word, category from category_words")
        return word_meant(words, {row["word"]: row["category"] for row in rows})

    async def search(self, query: ProductQuery) -> Sequence[Product]:
        fitting = [
            product
            for product in await self._catalogue()
            if (query.category is None or product.category == query.category)
            and (query.max_cents is None or product.price_cents <= query.max_cents)
            and (query.colour is None or any(query.colour in colour for colour in product.colours))
        ]
        fitting.sort(
            key=lambda product: (_is_aside(product), not product.in_stock, -product.rating, product.price_cents)
        )
        return tuple(fitting[: query.limit])

    async def products_named(self, words: str) -> Sequence[Product]:
        by_name = {product.name: product for product in await self._catalogue()}
        return tuple(by_name[name] for name in names_meant(words, by_name))[:_MOST_CHOICES]

    async def _catalogue(self) -> Sequence[Product]:
        return tuple(self._product(row) for row in await self._read(_PRODUCTS))

    async def _read(self, statement: str) -> Sequence[_Row]:
        return await asyncio.to_thread(self._select, statement, {})

    def _orders(self, proof: Proof) -> Sequence[Order]:
        match proof:
            case CustomerId(value):
                statement, known = _ORDERS_OF_ACCOUNT, value
            case VerifiedEmail(address):
                statement, known = _ORDERS_OF_EMAIL, address
            case OrderContact(value):
                statement, known = _ORDERS_OF_CONTACT, value
        rows = self._select(statement, {"proof": known.strip()})
        return tuple(self._order(row, self._select(_LINES, {"number": row["number"]})) for row in rows)

    def _select(self, statement: str, values: Mapping[str, str]) -> Sequence[_Row]:
        if not self.path.exists():
            try:
                _build(self.path)
            except OSError as error:
                raise ShopUnreachableError(
                    f"building the sample shop {self.path} failed ({error}); "
                    "name a folder that can be written in WARMLINE_DATA"
                ) from error
        try:
            # immutable: nobody writes this file, so readers need no locks and leave none behind
            with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
                connection.row_factory = sqlite3.Row
                return tuple(dict(row) for row in connection.execute(statement, values))
        except sqlite3.Error as error:
            raise ShopUnreachableError(
                f"reading the sample shop {self.path} failed ({error}); delete the file to have it built again"
            ) from error

    def _order(self, row: _Row, lines: Sequence[_Row]) -> Order:
        refund = None
        if row["state"]:
            refund = Refund(
                state=row["state"],
                amount_cents=int(row["amount_cents"]),
                requested=self._day(row["requested_days"]),
                expected=self._day(row["refund_days"]),
            )
        positions = tuple(
            OrderLine(
                product=line["name"],
                quantity=int(line["quantity"]),
                price_cents=int(line["price_cents"]),
                size=line["size"],
                colour=line["colour"],
            )
            for line in lines
        )
        goods_cents = sum(position.quantity * position.price_cents for position in positions)
        return Order(
            number=row["number"],
            customer_name=row["customer_name"],
            status=OrderStatus(row["status"]),
            placed=self._day(row["placed_days"]),
            shipped=self._day_or_none(row["shipped_days"]),
            expected=self._day_or_none(row["expected_days"]),
            delivered=self._day_or_none(row["delivered_days"]),
            carrier=row["carrier"],
            tracking=row["tracking"],
            payment=row["payment"],
            shipping_cents=0 if goods_cents >= _FREE_DELIVERY_FROM_CENTS else _DELIVERY_CENTS,
            lines=positions,
            refund=refund,
        )

    def _product(self, row: _Row) -> Product:
        return Product(
            sku=row["sku"],
            name=row["name"],
            category=row["category"],
            price_cents=int(row["price_cents"]),
            colours=tuple(row["colours"].split("|")),
            stock=_stock(row["stock"]),
            restock=self._day_or_none(row["restock_days"]),
            rating=float(row["rating"]),
            blurb=row["blurb"],
            blurbs={language: row[language] for language in LANGUAGES},
        )

    def _day(self, offset: str) -> date:
        return self._today() + timedelta(days=int(offset))

    def _day_or_none(self, offset: str) -> date | None:
        return self._day(offset) if offset else None


def _is_aside(product: Product) -> bool:
    """Whether a department that is named after a thing also holds this, which is none: a tarp among the tents.

    Departments such as `lighting` are named after nothing in them; there everything is as good.
    """
    return product.category in _NAMED_AFTER_A_THING and product.category.removesuffix("s") not in product.name


def _stock(cell: str) -> dict[str, int]:
    """Read `24 cm=15 28 cm=12`: sizes may hold spaces, so a size is what stands before each `=`."""
    stock: dict[str, int] = {}
    size, *rest = cell.split("=")
    for part in rest:
        count, _, next_size = part.partition(" ")
        stock[size] = int(count)
        size = next_size
    return stock


def _fingerprint() -> str:
    """A name for this state of the sample data, so that changed data never meet an old database."""
    digest = hashlib.sha256()
    for table in _TABLES:
        digest.update((_SAMPLE / f"{table}.csv").read_bytes())
    return digest.hexdigest()[:12]


def _build(path: Path) -> None:
    """Build the database aside and move it into place, so that a reader sees all of it or none.

    Two processes may do so at once: both build the same file, and the later move changes nothing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix="building-")
    os.close(handle)
    try:
        with closing(sqlite3.connect(aside)) as connection, connection:
            for table in _TABLES:
                _load(connection, table)
        Path(aside).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(aside).unlink()
        raise


def _load(connection: sqlite3.Connection, table: str) -> None:
    with (_SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    columns = list(rows[0])
    # names of tables and columns come from our own files, values are bound
    connection.execute(f"create table {table} ({', '.join(f'{column} text not null' for column in columns)})")
    marks = ", ".join(f":{column}" for column in columns)
    connection.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608 - see above
