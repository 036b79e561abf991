"""The sample bank: `Bank` over the CSV files in `sample/`, whose days count from today, so that they stay fresh.

Read whole when it is made. The only thing it ever writes is which cards were frozen: one small SQLite file, so that a
card stays frozen across restarts and for every process. A real bank implements `Bank` over its own systems.
"""

from __future__ import annotations

import asyncio
import csv
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from .bank import (
    Account,
    BankUnreachableError,
    Card,
    CardState,
    Identity,
    Movement,
    Rate,
    Regular,
    Transfer,
    TransferState,
)

_SAMPLE: Final = Path(__file__).parent / "sample"
_SATURDAY: Final = 5
_FROZEN: Final = "create table if not exists frozen (ending text primary key)"

_Row = Mapping[str, str]


class SampleBank:
    """The sample bank; what was frozen is kept in `folder`, made when needed. Safe for many threads and processes.

    `today` gives the day that the sample's relative days count from. `path` is where frozen cards are, or will be.
    """

    def __init__(self, folder: Path, *, today: Callable[[], date]) -> None:
        self._today = today
        self.path = folder / "frozen_cards.sqlite3"
        self._rows = {file.stem: _read(file) for file in sorted(_SAMPLE.glob("*.csv"))}

    async def knows(self, who: Identity) -> bool:
        return bool(self._customer(who))

    async def accounts(self, who: Identity) -> Sequence[Account]:
        own = self._own("accounts", who)
        reserved = {row["iban"]: 0 for row in own}
        for movement in await self.movements(who):
            if movement.is_pending:
                reserved[movement.account] += movement.cents
        return tuple(
            Account(
                row["iban"],
                row["name"],
                int(row["balance_cents"]),
                int(row["balance_cents"]) + int(row["overdraft_cents"]) + min(reserved[row["iban"]], 0),
            )
            for row in own
        )

    async def movements(self, who: Identity) -> Sequence[Movement]:
        own = {row["iban"] for row in self._own("accounts", who)}
        found = [
            Movement(
                row["iban"], self._day(row["days"]), int(row["cents"]), row["party"], is_pending=row["pending"] == "yes"
            )
            for row in self._rows["movements"]
            if row["iban"] in own
        ]
        return tuple(sorted(found, key=lambda movement: (not movement.is_pending, -movement.day.toordinal())))

    async def transfers(self, who: Identity) -> Sequence[Transfer]:
        found = [
            Transfer(
                row["reference"],
                row["payee"],
                int(row["cents"]),
                self._day(row["ordered_days"]),
                self._working_day(row["due_days"]),
                TransferState(row["state"]),
                row["note"],
            )
            for row in self._own("transfers", who)
        ]
        return tuple(sorted(found, key=lambda transfer: transfer.ordered, reverse=True))

    async def standing_orders(self, who: Identity) -> Sequence[Regular]:
        return self._regular("standing_orders", who)

    async def direct_debits(self, who: Identity) -> Sequence[Regular]:
        return self._regular("direct_debits", who)

    async def cards(self, who: Identity) -> Sequence[Card]:
        frozen = await asyncio.to_thread(self._frozen)
        return tuple(
            Card(
                row["kind"],
                row["ending"],
                CardState.FROZEN if row["ending"] in frozen else CardState(row["state"]),
                self._day(row["valid_days"]),
                int(row["limit_cents"]),
                int(row["used_cents"]),
                int(row["cash_limit_cents"]),
            )
            for row in self._own("cards", who)
        )

    async def freeze(self, who: Identity, ending: str) -> Card | None:
        card = next((card for card in await self.cards(who) if card.ending == ending), None)
        if card is None or not card.can_be_frozen:
            return card
        await asyncio.to_thread(self._note_frozen, ending)
        return replace(card, state=CardState.FROZEN)

    async def rates(self) -> Sequence[Rate]:
        day = self._working_day("0", ahead=False)
        return tuple(
            Rate(row["code"], row["name"], float(row["buys"]), float(row["sells"]), day) for row in self._rows["rates"]
        )

    def _customer(self, who: Identity) -> str:
        for row in self._rows["customers"]:
            if who.email and row["email"] == who.email.strip().lower():
                return row["id"]
        return next((row["id"] for row in self._rows["customers"] if who.account == row["id"]), "")

    def _own(self, table: str, who: Identity) -> Sequence[_Row]:
        customer = self._customer(who)
        return [row for row in self._rows[table] if customer and customer in row["owners"].split("|")]

    def _regular(self, table: str, who: Identity) -> Sequence[Regular]:
        found = [
            Regular(row["payee"], int(row["cents"]), self._working_day(row["next_days"]))
            for row in self._own(table, who)
        ]
        return tuple(sorted(found, key=lambda regular: regular.following))

    def _day(self, offset: str) -> date:
        return self._today() + timedelta(days=int(offset))

    def _working_day(self, offset: str, *, ahead: bool = True) -> date:
        """That day, or where it is at a weekend the next working day; the one before for what has already happened."""
        day = self._day(offset)
        late = day.weekday() - _SATURDAY
        if late < 0:
            return day
        return day + timedelta(days=2 - late) if ahead and day >= self._today() else day - timedelta(days=1 + late)

    def _frozen(self) -> set[str]:
        if not self.path.exists():
            return set()
        try:
            with closing(sqlite3.connect(self.path)) as connection, connection:
                connection.execute(_FROZEN)  # another process may have made the file, and not yet the table
                return {ending for (ending,) in connection.execute("select ending from frozen")}
        except sqlite3.Error as error:
            raise self._unreachable("reading", error) from error

    def _note_frozen(self, ending: str) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path)) as connection, connection:
                connection.execute(_FROZEN)
                connection.execute("insert or ignore into frozen values (?)", (ending,))
        except (sqlite3.Error, OSError) as error:
            raise self._unreachable("writing", error) from error

    def _unreachable(self, what: str, error: Exception) -> BankUnreachableError:
        return BankUnreachableError(
            f"{what} the sample bank's frozen cards in {self.path} failed ({error}); "
            "delete the file to have all of them thawed"
        )


def _read(file: Path) -> Sequence[_Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))
