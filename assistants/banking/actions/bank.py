"""What the assistant asks of a bank: values and one Protocol, to be implemented over a real bank's systems.

Privacy is part of the interface: everything is asked for *as somebody*, and only what is theirs comes back. There is
no way to ask for an account by its number, so a foreign one cannot be told from one that does not exist. The only
thing that changes anything is `freeze`. Full card numbers, PINs and passwords are not in it at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer for whom the platform vouches, by account or by verified e-mail address; "" where it tells none."""

    account: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the customer's own, alone or joint. Amounts are euro cents, negative when overdrawn.

    `available_cents` is what can be spent: the balance and the overdraft, less what is reserved.
    """

    iban: str
    name: str
    balance_cents: int
    available_cents: int

    @property
    def ending(self) -> str:
        """The last four digits, by which people tell accounts apart."""
        return self.iban[-4:]


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came (positive) or went (negative), in euro cents; a pending one has no effect on the balance yet."""

    account: str
    day: date
    cents: int
    party: str
    is_pending: bool


class TransferState(StrEnum):
    """Where a transfer is."""

    SCHEDULED = "scheduled"
    CHECKED = "checked"
    SENT = "sent"
    ARRIVED = "arrived"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer that the customer ordered. `due` is when it is, or was, to be with the recipient's bank."""

    reference: str
    payee: str
    cents: int
    ordered: date
    due: date
    state: TransferState
    note: str


@dataclass(frozen=True, slots=True)
class Regular:
    """A standing order or a direct debit: whom it pays, how much (euro cents) and on which day next."""

    payee: str
    cents: int
    following: date


class CardState(StrEnum):
    """Whether a card can be used."""

    ACTIVE = "active"
    FROZEN = "frozen"
    PIN_BLOCKED = "pin blocked"
    NEW = "new"
    IN_THE_POST = "in the post"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Card:
    """A card by its kind (`debit` or `credit`) and last four digits. Limits and what is used of them in euro cents.

    The limit of a credit card is for a month, that of a debit card for a day; cash is always for a day.
    """

    kind: str
    ending: str
    state: CardState
    valid_until: date
    limit_cents: int
    used_cents: int
    cash_limit_cents: int

    @property
    def can_be_frozen(self) -> bool:
        """Whether somebody could pay with it now."""
        return self.state in {CardState.ACTIVE, CardState.NEW, CardState.IN_THE_POST}


@dataclass(frozen=True, slots=True)
class Rate:
    """How much of a currency one euro buys, and how much of it buys one euro back, on `day`."""

    code: str
    name: str
    buys: float
    sells: float
    day: date


class Bank(Protocol):
    """A bank's accounts, payments and cards. Every method may be called by many conversations at once.

    All of them raise `BankUnreachableError` when the bank's systems do not answer, and give nothing to a stranger.
    """

    async def knows(self, who: Identity) -> bool:
        """Whether that is a customer."""
        ...

    async def accounts(self, who: Identity) -> Sequence[Account]:
        """Their accounts, the one they use most first."""
        ...

    async def movements(self, who: Identity) -> Sequence[Movement]:
        """What was booked or reserved on any of their accounts in the last 90 days, newest first."""
        ...

    async def transfers(self, who: Identity) -> Sequence[Transfer]:
        """The transfers they ordered in the last 90 days, newest first."""
        ...

    async def standing_orders(self, who: Identity) -> Sequence[Regular]:
        """Their standing orders, the next one first."""
        ...

    async def direct_debits(self, who: Identity) -> Sequence[Regular]:
        """Whoever may collect from their accounts, the next one first; `cents` is the last amount collected."""
        ...

    async def cards(self, who: Identity) -> Sequence[Card]:
        """Their own cards."""
        ...

    async def freeze(self, who: Identity, ending: str) -> Card | None:
        """Freeze that card of theirs at once, and return it as it is then; None when they have no such card.

        Doing it twice is as good as once. Only the customer can undo it, in the app, or a person of the bank.
        """
        ...

    async def rates(self) -> Sequence[Rate]:
        """Today's rates, or those of the last working day, by currency."""
        ...


class BankUnreachableError(Exception):
    """The bank's systems did not answer; the message says which one and what to look at."""
