"""The sample shop: enough in it, nobody's order for anybody else, and one database however many build it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistants.ecommerce.actions.shop import (
    CustomerId,
    OrderContact,
    OrderStatus,
    ProductQuery,
    ShopUnreachableError,
    VerifiedEmail,
)
from assistants.ecommerce.actions.sqlite_shop import SqliteShop
from tests.assistants.ecommerce.conftest import TODAY

CUSTOMERS = ("ada", "ben", "chloe", "dmitri", "emi", "fintan", "greta", "hugo")


async def test_there_are_60_products_and_40_orders_in_every_state(shop: SqliteShop):
    assert len(await shop.search(ProductQuery(limit=1000))) >= 60
    orders = [order for name in CUSTOMERS for order in await shop.orders_of(CustomerId(name))]
    assert len(orders) == len({order.number for order in orders}) >= 40
    assert {order.status for order in orders} == set(OrderStatus)
    assert all(order.lines for order in orders)
    assert min(Counter(order.customer_name for order in orders).values()) >= 4


async def test_dates_make_sense_for_every_order(shop: SqliteShop):
    for name in CUSTOMERS:
        for order in await shop.orders_of(CustomerId(name)):
            steps = [day for day in (order.placed, order.shipped, order.delivered) if day]
            assert steps == sorted(steps)
            assert steps[-1] <= TODAY
            if order.status in {OrderStatus.PROCESSING, OrderStatus.PACKED, OrderStatus.SHIPPED}:
                assert order.expected is not None
                assert order.expected > TODAY
            if order.status is OrderStatus.DELAYED:
                assert order.expected is not None
                assert order.expected < TODAY


async def test_orders_stay_fresh_as_days_go_by(tmp_path: Path):
    day = TODAY
    shop = SqliteShop(tmp_path, today=lambda: day)
    before = await shop.order("HP-10432", CustomerId("ada"))
    day = TODAY + timedelta(days=100)
    after = await shop.order("HP-10432", CustomerId("ada"))
    assert before is not None
    assert after is not None
    assert after.placed - before.placed == timedelta(days=100)


async def test_no_proof_opens_anybody_elses_order(shop: SqliteShop):
    for owner in CUSTOMERS:
        for order in (await shop.orders_of(CustomerId(owner)))[:2]:
            for other in CUSTOMERS:
                for proof in (
                    CustomerId(other),
                    VerifiedEmail(f"{other}@example.com"),
                    OrderContact(f"{other}@example.com"),
                ):
                    found = await shop.order(order.number, proof)
                    assert (found is not None) == (other == owner)


@pytest.mark.parametrize("proof", ["", " ", "%", "_", "*", "' or '1'='1", "ada", "null", "example.com"])
async def test_no_trick_opens_an_order(shop: SqliteShop, proof: str):
    assert await shop.order("HP-10432", OrderContact(proof)) is None
    assert await shop.orders_of(VerifiedEmail(proof)) == ()


async def test_a_message_cannot_write(shop: SqliteShop):
    await shop.categories()
    [path] = list(shop.path.parent.glob("shop-*.sqlite3"))
    with (
        sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        connection.execute("delete from orders")
    connection.close()


async def test_many_may_build_and_read_it_at_the_same_time(tmp_path: Path):
    shops = [SqliteShop(tmp_path, today=lambda: TODAY) for _ in range(16)]
    orders = await asyncio.gather(*(shop.order("HP-10432", CustomerId("ada")) for shop in shops))
    assert all(order is not None for order in orders)
    left = list(tmp_path.iterdir())  # noqa: ASYNC240 - a test may wait for a local folder
    assert left == [shops[0].path]


async def test_a_broken_database_is_named_with_what_to_do(tmp_path: Path):
    shop = SqliteShop(tmp_path, today=lambda: date(2026, 1, 1))
    shop.path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(ShopUnreachableError, match="delete the file"):
        await shop.categories()


async def test_a_folder_that_cannot_be_made_is_named_with_what_to_do(tmp_path: Path):
    (tmp_path / "a file").touch()
    shop = SqliteShop(tmp_path / "a file" / "folder", today=lambda: date(2026, 1, 1))
    with pytest.raises(ShopUnreachableError, match="WARMLINE_DATA"):
        await shop.categories()
