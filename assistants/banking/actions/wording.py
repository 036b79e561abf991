"""Which of the domain's responses tells what of an account, a card or a payment, and what fills its fields. Pure.

The sentences are in `domain/responses_*.yml`, in every language of the customers; `values` says money and days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from .annuity import Instalments
from .bank import Account, Card, CardState, Movement, Rate, Regular, Transfer, TransferState
from .terms import ACCOUNTS, CARDS, CURRENCIES, NOTES, PARTIES
from .values import day, decimal, money, short_day, upper_first

_OVERDRAWN: Final = {
    "en": ", overdrawn",
    "de": ", überzogen",
    "fr": ", à découvert",
    "es": ", en descubierto",
    "pt": ", a descoberto",
    "it": ", in rosso",
}
_SPENDABLE: Final = {
    "en": "; {} can be spent",
    "de": "; verfügbar: {}",
    "fr": "\N{NO-BREAK SPACE}; disponible\N{NO-BREAK SPACE}: {}",
    "es": "; disponible: {}",
    "pt": "; disponível: {}",
    "it": "; disponibile: {}",
}
_ENDING: Final = {
    "en": "ending {}",
    "de": "Endung {}",
    "fr": "finissant par {}",
    "es": "terminada en {}",
    "pt": "terminada em {}",
    "it": "che termina con {}",
}
_NEXT: Final = {
    "en": "next on {}",
    "de": "das nächste Mal am {}",
    "fr": "la prochaine fois le {}",
    "es": "la próxima vez el {}",
    "pt": "próxima vez: {}",
    "it": "la prossima volta {}",
}
_RATE: Final = {
    "en": "1 euro buys {buys}; {sells} buy 1 euro back",
    "de": "für 1 Euro bekommen Sie {buys}; für 1 Euro zurück zahlen Sie {sells}",
    "fr": "1 euro donne {buys}\N{NO-BREAK SPACE}; pour récupérer 1 euro, il faut {sells}",
    "es": "por 1 euro se reciben {buys}; para recuperar 1 euro hacen falta {sells}",
    "pt": "por 1 euro recebe {buys}; para reaver 1 euro são precisos {sells}",
    "it": "per 1 euro si ricevono {buys}; per riavere 1 euro ne servono {sells}",
}
_CARD_RESPONSES: Final = {
    CardState.ACTIVE: "utter_card_active",
    CardState.FROZEN: "utter_card_frozen",
    CardState.PIN_BLOCKED: "utter_card_pin_blocked",
    CardState.NEW: "utter_card_new",
    CardState.IN_THE_POST: "utter_card_in_the_post",
    CardState.EXPIRED: "utter_card_expired",
}
_TRANSFER_RESPONSES: Final = {
    TransferState.SCHEDULED: "utter_transfer_scheduled",
    TransferState.CHECKED: "utter_transfer_checked",
    TransferState.SENT: "utter_transfer_sent",
    TransferState.ARRIVED: "utter_transfer_arrived",
    TransferState.RETURNED: "utter_transfer_returned",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One message: the name of a response of the domain, and its fields."""

    response: str
    fields: Mapping[str, str]


def account_name(account: Account, language: str) -> str:
    """`Current account`, `Girokonto`; a name that the bank has made up is left as it is."""
    return upper_first(ACCOUNTS.get(account.name, {}).get(language, account.name))


def balance(account: Account, language: str) -> str:
    """`Current account (ending 4417): €1,842.36; €2,269.86 can be spent`."""
    spendable = account.available_cents
    same = spendable == account.balance_cents
    extra = "" if same else _SPENDABLE[language].format(money(max(spendable, 0), language))
    overdrawn = _OVERDRAWN[language] if account.balance_cents < 0 else ""
    named = f"{account_name(account, language)} ({_ENDING[language].format(account.ending)})"
    return f"{named}{_colon(language)} {money(account.balance_cents, language)}{overdrawn}{extra}"


def balances(accounts: Sequence[Account], language: str) -> Told:
    """One account in a line, or several in a list with their sum."""
    if len(accounts) == 1:
        return Told("utter_one_balance", {"account": balance(accounts[0], language)})
    lines = "\n".join(f"• {balance(account, language)}" for account in accounts)
    total = money(sum(a.balance_cents for a in accounts), language)
    return Told("utter_balances", {"accounts": lines, "total": total})


def movements_listed(found: Sequence[Movement], language: str) -> str:
    """A line each: `• Mon 23 Nov · Corner Grocer · −€42.80`."""
    return "\n".join(
        f"• {short_day(m.day, language)} · {party_name(m.party, language)} · {money(m.cents, language)}" for m in found
    )


def party_name(party: str, language: str) -> str:
    """`Corner Grocer` as it is, `Salary, Marlin Design` with the first word in the customer's language."""
    what, comma, who = party.partition(", ")
    return PARTIES.get(what, {}).get(language, what) + comma + who


def stretch(period: tuple[date, date] | None, language: str) -> str:
    """`` (Monday 16 November – Sunday 22 November)`` for the end of a heading; nothing for no period."""
    if period is None:
        return ""
    first, last = period
    whole = day(first, language) if first == last else f"{day(first, language)} – {day(last, language)}"
    return f" ({whole})"


def transfer(one: Transfer, language: str) -> Told:
    """Where one transfer is, and what happens next."""
    note = NOTES.get(one.note, {}).get(language, one.note)
    fields = {
        "reference": one.reference,
        "amount": money(one.cents, language),
        "payee": one.payee,
        "ordered": day(one.ordered, language),
        "due": day(one.due, language),
        "why": note,
        "where": f" ({note})" if note else "",
    }
    return Told(_TRANSFER_RESPONSES[one.state], fields)


def regular_listed(found: Sequence[Regular], language: str) -> str:
    """A line each: `• Tom Byrne · €950.00 · next on Tuesday 1 December`."""
    return "\n".join(f"• {_regular(one, language)}" for one in found)


def card_name(card: Card | None, language: str) -> str:
    """`debit card ending 7731`, or only `card`."""
    names = CARDS[language]
    return names[card.kind].format(card.ending) if card else names[""]


def cards_listed(cards: Sequence[Card], language: str) -> str:
    """`debit card ending 7731, credit card ending 2210`."""
    return ", ".join(card_name(card, language) for card in cards)


def card_state(card: Card, language: str) -> Told:
    """Whether the card works, why not, and what to do."""
    fields = {"card": card_name(card, language), "valid": f"{card.valid_until:%m/%y}"}
    return Told(_CARD_RESPONSES[card.state], fields)


def card_limit(card: Card, language: str) -> Told:
    """What may be paid and withdrawn, and what is used of it."""
    fields = {
        "card": card_name(card, language),
        "limit": money(card.limit_cents, language),
        "left": money(max(card.limit_cents - card.used_cents, 0), language),
        "cash": money(card.cash_limit_cents, language),
    }
    return Told("utter_card_limit_of_month" if card.kind == "credit" else "utter_card_limit_of_day", fields)


def currency_name(one: Rate, language: str) -> str:
    """`US dollars`, `US-Dollar`; as the bank calls it where it has no other name here."""
    return CURRENCIES.get(one.code, {}).get(language, one.name)


def rates(found: Sequence[Rate], language: str) -> Told:
    """The rates with their day, and what they are good for."""
    lines = "\n".join(_rate(one, language) for one in found)
    return Told("utter_rates", {"day": day(found[0].day, language), "rates": lines})


def estimate(principal_cents: int, apr: float, found: Instalments, language: str) -> Told:
    """The instalment, what it adds up to, and what kind of figure that is."""
    fields = {
        "principal": money(principal_cents, language),
        "months": str(found.months),
        "monthly": money(found.monthly_cents, language),
        "total": money(found.total_cents, language),
        "interest": money(found.interest_cents, language),
        "apr": decimal(round(apr * 100, 1), language),
    }
    return Told("utter_loan_estimated", fields)


def _regular(one: Regular, language: str) -> str:
    following = _NEXT[language].format(day(one.following, language))
    return f"{party_name(one.payee, language)} · {money(one.cents, language)} · {following}"


def _rate(one: Rate, language: str) -> str:
    said = _RATE[language].format(buys=decimal(one.buys, language), sells=decimal(one.sells, language))
    return f"• {currency_name(one, language)} ({one.code}){_colon(language)} {said}"


def _colon(language: str) -> str:
    return "\N{NO-BREAK SPACE}:" if language == "fr" else ":"
