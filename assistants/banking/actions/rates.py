"""Exchange rates, always with the day that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from .bank import Rate
from .sdk import Event, SlotSet
from .terms import CURRENCIES
from .visit import BankAction, Visit
from .wording import rates

_NEAR: Final = (
    84.0  # of 100: "japanes yen" scores 96 against "Japanese yen", "swedish francs" 76 against "Swiss francs"
)


class ActionExchangeRate(BankAction):
    """Tells one currency's rate, or all that the bank trades."""

    called = "action_exchange_rate"

    async def answer(self, visit: Visit) -> list[Event] | None:
        everything = await visit.bank.rates()
        named = visit.named("currency")
        found = [one for one in everything if _is_meant(one, named)] if named else everything
        if not found:
            visit.utter("utter_currency_not_traded")
        visit.tell(rates(found or everything, visit.language))
        return [SlotSet("topic", "exchange_rate")]


def _is_meant(one: Rate, named: str) -> bool:
    typed = named.strip()
    return typed.upper() == one.code or _likeness(typed, _names(one)) >= _NEAR


def _names(one: Rate) -> list[str]:
    """What people call it, in every language: `Swiss francs` and `francs`, `Schweizer Franken` …"""
    names = [one.name, *CURRENCIES.get(one.code, {}).values()]
    return [*names, *(word for name in names for word in (name.split()[0], name.split()[-1]))]


def _likeness(typed: str, names: Sequence[str]) -> float:
    return max(fuzz.ratio(typed, name, processor=default_process) for name in names)
