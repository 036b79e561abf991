"""Actions about the customer's own accounts: what is on them, what moved, and their numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from .another import about, others_than_told
from .bank import Account, Movement
from .reading import read_direction, read_ending, read_period
from .sdk import Event
from .visit import BankAction, Visit, button
from .wording import account_name, balances, movements_listed, stretch

_MOST_LINES = 8
_NAME_MATCHES = 80.0  # of 100: "blufin enrgy" scores 92 against "Bluefin Energy", "tom" 100 against "Tom Byrne"
_BIC = re.compile(r"\b(?:bic|swift)\b", re.IGNORECASE)
_IBAN = re.compile(r"\bibans?\b", re.IGNORECASE)
_KINDS = {"current": "current account", "savings": "savings account", "joint": "joint account"}


class ActionBalance(BankAction):
    """Tells what is on an account, or on all of them."""

    called = "action_balance"

    async def answer(self, visit: Visit) -> list[Event] | None:
        if await visit.is_recognised() and (found := await accounts_meant(visit, "check_balance")):
            visit.tell(balances(found, visit.language))
            return about("check_balance", found)
        return about("check_balance")


class ActionMovements(BankAction):
    """Lists what was booked: of one account or all, in a stretch of time, or with one other party."""

    called = "action_movements"

    async def answer(self, visit: Visit) -> list[Event] | None:
        if await visit.is_recognised() and (found := await accounts_meant(visit, "list_movements")):
            ibans = {account.iban for account in found}
            booked = [m for m in await visit.bank.movements(visit.who) if m.account in ibans and not m.is_pending]
            _tell_movements(visit, booked)
            return about("list_movements", found)
        return about("list_movements")


class ActionPending(BankAction):
    """Lists what is reserved and not yet booked, and says what that means."""

    called = "action_pending"

    async def answer(self, visit: Visit) -> list[Event] | None:
        if not await visit.is_recognised():
            return None
        if found := await accounts_meant(visit, "pending_payments"):
            ibans = {account.iban for account in found}
            pending = [m for m in await visit.bank.movements(visit.who) if m.account in ibans and m.is_pending]
            if pending:
                visit.utter("utter_pending", movements=movements_listed(pending, visit.language))
            visit.utter("utter_what_pending_means" if pending else "utter_nothing_pending")
            return about("pending_payments", found)
        return about("pending_payments")


class ActionIban(BankAction):
    """Tells the customer's own account numbers, the bank's BIC, which is no secret, or both: as they are asked for."""

    called = "action_iban"

    async def answer(self, visit: Visit) -> list[Event] | None:
        wants_bic, wants_iban = _BIC.search(visit.text), _IBAN.search(visit.text)
        if wants_bic or not wants_iban:
            visit.utter("utter_bic")
        if wants_bic and not wants_iban:
            return about("iban_bic")
        if await visit.is_recognised() and (found := await accounts_meant(visit, "iban_bic")):
            visit.utter("utter_ibans", accounts="\n".join(_iban_line(account, visit.language) for account in found))
            return about("iban_bic", found)
        return about("iban_bic")


async def accounts_meant(visit: Visit, intent: str) -> Sequence[Account]:
    """The accounts that the customer names, or all of theirs; none, once they have been told that there is no such one.

    Somebody else's account is answered exactly as one that does not exist: only their own are ever looked at.
    """
    own = await visit.bank.accounts(visit.who)
    if visit.asks_for_another:
        return others_than_told(visit, own, intent)
    named = visit.named("iban") or visit.named("ending")
    if named:
        found = [account for account in own if _is_meant(account, named)]
    else:
        kind = next((name for key, name in _KINDS.items() if key in visit.named("account").lower()), "")
        found = [account for account in own if account.name == kind] if kind else list(own)
    if not found:
        buttons = [button(f"{account_name(a, visit.language)} {a.ending}", intent, ending=a.ending) for a in own]
        visit.utter("utter_no_such_account", buttons=buttons)
    return found


def grouped(iban: str) -> str:
    """An IBAN in groups of four, as it is printed."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def is_party(typed: str, name: str) -> bool:
    """Whether the customer's words name that payee, typing errors allowed."""
    return fuzz.token_set_ratio(typed, name, processor=default_process) >= _NAME_MATCHES


def _is_meant(account: Account, named: str) -> bool:
    typed = "".join(named.split()).upper()
    # a whole number has to be right to the last digit: four of them that fit by chance prove nothing
    return account.iban == typed if typed.startswith("IE") else account.ending == read_ending(typed)


def _period_told(visit: Visit) -> tuple[date, date] | None:
    """The stretch of time that was asked for last before this message; None where none was."""
    texts = [str(e.get("text") or "") for e in visit.tracker.events if e.get("event") == "user"]
    told: tuple[date, date] | None = None
    for text in texts[:-1]:
        told = read_period(text, visit.today, visit.language, told) or told
    return told


def _tell_movements(visit: Visit, booked: Sequence[Movement]) -> None:
    payee = visit.named("payee")
    period = read_period(visit.named("period") or visit.text, visit.today, visit.language, _period_told(visit))
    response = "utter_movements"
    if direction := read_direction(visit.text):
        booked = [m for m in booked if m.cents * direction > 0]
        response = "utter_movements_in" if direction > 0 else "utter_movements_out"
    if payee:
        booked, response = [m for m in booked if is_party(payee, m.party)], "utter_movements_with"
    if period:
        first, last = period
        booked = [m for m in booked if first <= m.day <= last]
    if not booked:
        visit.utter("utter_no_movements")
        return
    lines = movements_listed(booked[:_MOST_LINES], visit.language)
    visit.utter(response, movements=lines, period=stretch(period, visit.language), payee=payee)
    if (more := len(booked) - _MOST_LINES) > 0:
        visit.utter("utter_more_movements", count=str(more))


def _iban_line(account: Account, language: str) -> str:
    return f"• {account_name(account, language)} · {grouped(account.iban)}"
