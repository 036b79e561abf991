"""How data are put into words for customers. All sentences that hold data are here; fixed ones are in the domain.

Pure: values in, text out. Plain text, because channels differ in what formatting they understand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, assert_never

from .annuity import Instalments
from .bank import Account, Card, CardState, Movement, Rate, Regular, Transfer, TransferState

_CARDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"": "card", "debit": "debit card ending {}", "credit": "credit card ending {}"},
    "de": {"": "Karte", "debit": "Debitkarte mit der Endung {}", "credit": "Kreditkarte mit der Endung {}"},
    "fr": {"": "carte", "debit": "carte de débit finissant par {}", "credit": "carte de crédit finissant par {}"},
    "es": {"": "tarjeta", "debit": "tarjeta de débito terminada en {}", "credit": "tarjeta de crédito terminada en {}"},
    "pt": {"": "cartão", "debit": "cartão de débito terminado em {}", "credit": "cartão de crédito terminado em {}"},
    "it": {"": "carta", "debit": "carta di debito che termina con {}", "credit": "carta di credito che termina con {}"},
}
_MINUS: Final = "\N{MINUS SIGN}"


def money(cents: int) -> str:
    """`124950` → `€1,249.50`, `-23000` → `−€230.00`."""
    return f"{_MINUS if cents < 0 else ''}€{abs(cents) / 100:,.2f}"


def day(value: date) -> str:
    """`Tuesday 24 November`."""
    return f"{value:%A} {value.day} {value:%B}"


def balance(account: Account) -> str:
    """`Your current account (ending 4417): €1,842.36, of which you can spend …`."""
    spendable = account.available_cents
    extra = "" if spendable == account.balance_cents else f"; {money(max(spendable, 0))} can be spent"
    overdrawn = ", overdrawn" if account.balance_cents < 0 else ""
    return f"{account.name.capitalize()} (ending {account.ending}): {money(account.balance_cents)}{overdrawn}{extra}"


def balances(accounts: Sequence[Account]) -> str:
    """One account in a line, or several in a list with their sum."""
    if len(accounts) == 1:
        return f"{balance(accounts[0])}."
    lines = "\n".join(f"• {balance(account)}" for account in accounts)
    return f"Your accounts:\n{lines}\nTogether {money(sum(a.balance_cents for a in accounts))}."


def movement(one: Movement) -> str:
    """`Mon 23 Nov · Corner Grocer · −€42.80`."""
    return f"• {one.day:%a} {one.day.day} {one.day:%b} · {one.party} · {money(one.cents)}"


def movements(found: Sequence[Movement], heading: str, *, more: int) -> str:
    """A list under its heading; `more` is how many were left out."""
    lines = "\n".join(movement(one) for one in found)
    rest = f"\nThere are {more} more; the app has them all under “Movements”." if more else ""
    return f"{heading}\n{lines}{rest}"


def transfer(one: Transfer) -> str:
    """Where one transfer is, and what happens next."""
    what = f"{one.reference}, {money(one.cents)} to {one.payee}"
    match one.state:
        case TransferState.SCHEDULED:
            return f"{what}: planned, and leaves on {day(one.due)}. Until then you can change it in the app."
        case TransferState.CHECKED:
            return (
                f"{what}: ordered on {day(one.ordered)}, and being checked by us, as some payments are. That takes a "
                f"working day at most; it should be with {one.payee}'s bank by {day(one.due)}."
            )
        case TransferState.SENT:
            where = f" ({one.note})" if one.note else ""
            return f"{what}{where}: left us on {day(one.ordered)} and should be there by {day(one.due)}."
        case TransferState.ARRIVED:
            return (
                f"{what}: {one.payee}'s bank has had it since {day(one.due)}. If {one.payee} does not see it, "
                "their bank can find it by that reference."
            )
        case TransferState.RETURNED:
            return f"{what}: came back on {day(one.due)}, because {one.note}. The money is on your account again."
        case _:
            assert_never(one.state)


def regular(one: Regular) -> str:
    """`• Tom Byrne · €950.00 · next on Tuesday 1 December`."""
    return f"• {one.payee} · {money(one.cents)} · next on {day(one.following)}"


def card_name(card: Card | None, language: str = "en") -> str:
    """`debit card ending 7731`, or only `card`, in the six languages that lost cards are spoken of in; else English."""
    names = _CARDS.get(language) or _CARDS["en"]
    return names[card.kind].format(card.ending) if card else names[""]


def upper_first(text: str) -> str:
    """The text with its first letter large, for a button; the rest is left as it is."""
    return text[:1].upper() + text[1:]


def card_state(card: Card) -> str:
    """Whether the card works, why not, and what to do."""
    name = f"Your {card_name(card)}"
    match card.state:
        case CardState.ACTIVE:
            return (
                f"{name} is active, valid until {card.valid_until:%m/%y}. If a payment was refused, it was most often "
                "the limit, the balance, or online payments that are switched off in the app."
            )
        case CardState.FROZEN:
            return (
                f"{name} is frozen. If you have it in your hands, thaw it in the app under “Cards”; it works at once."
            )
        case CardState.PIN_BLOCKED:
            return (
                f"{name} is blocked, because a wrong PIN was entered three times. Look up the PIN in the app under "
                "“Cards” and choose “Unblock”; after that it works at once."
            )
        case CardState.NEW:
            return f"{name} has not been activated yet: “Cards” in the app, or the first payment with chip and PIN."
        case CardState.IN_THE_POST:
            return (
                f"{name} is in the post. It takes five working days; until then it is in the app for online payments."
            )
        case CardState.EXPIRED:
            return (
                f"{name} has expired ({card.valid_until:%m/%y}). The new one was sent to your address two weeks before."
            )
        case _:
            assert_never(card.state)


def card_limit(card: Card) -> str:
    """What may be paid and withdrawn, and what is used of it."""
    stretch = "a month" if card.kind == "credit" else "a day"
    left = max(card.limit_cents - card.used_cents, 0)
    return (
        f"Your {card_name(card)}: {money(card.limit_cents)} {stretch}, {money(left)} of it left; "
        f"cash {money(card.cash_limit_cents)} a day."
    )


def rate(one: Rate) -> str:
    """`• US dollars (USD): 1 euro buys 1.0712, and 1.1148 buy 1 euro back`."""
    return f"• {one.name} ({one.code}): 1 euro buys {one.buys:g}; {one.sells:g} buy 1 euro back"


def rates(found: Sequence[Rate]) -> str:
    """The rates with their day, and what they are good for."""
    lines = "\n".join(rate(one) for one in found)
    return (
        f"Our rates for cash of {day(found[0].day)}:\n{lines}\nCard payments use the rate of the day they are booked."
    )


def estimate(principal_cents: int, apr: float, found: Instalments) -> str:
    """The instalment, what it adds up to, and what kind of figure that is."""
    return (
        f"For {money(principal_cents)} over {found.months} months that would be about {money(found.monthly_cents)} a "
        f"month: {money(found.total_cents)} in all, {money(found.interest_cents)} of it interest. This is an example "
        f"with an APR of {apr * 100:.1f} %, fixed; your own rate depends on your circumstances, and this is no offer "
        "and no advice."
    )
