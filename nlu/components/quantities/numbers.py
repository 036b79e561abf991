"""Finds numbers, ordinals, amounts of money, e-mail addresses and links, shaped as Duckling's in Rasa.

Pure functions of a text. What is written next to a letter, a `#` or a hyphen is part of a code (`A-4711`, `#4711`)
and no number. Lengths of time are `durations`, moments `moments`, phone numbers `phones`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from nlu.components.quantities.amounts import (
    BEFORE,
    DIGITS,
    Span,
    amount,
    compiled,
    entity,
    interval,
    is_span,
    meets,
    outside,
    parse_number,
    read_amount,
    span_of_two,
    tidy,
)
from nlu.components.quantities.durations import durations
from nlu.components.quantities.number_words import HOMOGRAPHS, ORDINALS, alternatives, folded
from nlu.types import Entity

_ENGLISH_ORDINALS: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS: Final = {**{word: n for n, word in enumerate(_ENGLISH_ORDINALS.split(), 1)}, **ORDINALS}
_CURRENCIES: Final = {
    "$": "$", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "usd": "USD", "eur": "EUR", "gbp": "GBP",
    "chf": "CHF", "cad": "CAD", "aud": "AUD", "jpy": "JPY", "inr": "INR", "brl": "BRL", "r$": "BRL", "dollar": "$",
    "dollars": "$", "bucks": "$", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "quid": "GBP",
    "franken": "CHF", "francs": "CHF", "yen": "JPY", "rupees": "INR", "reais": "BRL", "dólares": "$",
    "dollari": "$", "dollaro": "$", "dólar": "$", "libras": "GBP", "livres": "GBP", "sterline": "GBP", "pfund": "GBP",
    "real": "BRL", "fr.": "CHF", "cents": "cent", "cent": "cent", "centimes": "cent", "céntimos": "cent",
    "cêntimos": "cent", "centavos": "cent", "centesimi": "cent", "pence": "cent", "¢": "cent",
}  # fmt: skip

_NUMBER: Final = re.compile(rf"{BEFORE}(?:-(?=\d))?(?:{amount()})(?![\w@/]|[-:.,]\w)", re.IGNORECASE)
_SIGNS: Final = "|".join(re.escape(c) for c in sorted(_CURRENCIES, key=len, reverse=True) if not c.isalpha())
_NAMES: Final = "|".join(sorted((c for c in _CURRENCIES if c.isalpha()), key=len, reverse=True))
_BEHIND: Final = rf"(?:{_SIGNS}|(?:{_NAMES})\b)"
_AHEAD: Final = rf"(?:{_SIGNS}|\b(?:usd|eur|gbp|chf|cad|aud|inr|brl|euro)\b)"
_OF: Final = r"(?:\sof|\sde|\sdi|\sd['’])?\s?"
_MONEY: Final = (
    rf"(?:(?P<before>{_AHEAD})\s?(?P<first>{DIGITS})(?P<first_scale>k(?!\w)|\s?(?:m|mn|mio\.?|million(?:en|s)?|bn)(?!\w))?"
    rf"|(?<![\w#.,:+-])(?:{amount(short=True)}){_OF}(?P<after>{_BEHIND})(?:\s?(?P<rest>\d\d)(?![\d.,%]|\s?\w))?"
    rf")(?:[.,](?:-{{1,2}}|–))?(?![\w])"
)
_ANY_MONEY: Final = re.compile(rf"{_SIGNS}|\b(?:{_NAMES})\b|(?<=\d)(?:{_NAMES})\b|,-|,–", re.IGNORECASE)
"""Without one of these no money is named: one look spares the others."""

_DASHED: Final = re.compile(
    rf"{BEFORE}(?P<first>{DIGITS}),(?:-{{1,2}}|–)(?:\s?(?P<after>{_BEHIND}))?(?!\w)", re.IGNORECASE
)
_MONEY_SPAN: Final = (
    r"(?<![\w#.,:+-])"
    + span_of_two(
        rf"(?P<a_before>{_AHEAD})?\s?{amount('a_', short=True)}(?:\s?(?P<a_after>{_BEHIND}))?",
        rf"(?P<b_before>{_AHEAD})?\s?{amount('b_', short=True)}(?:\s?(?P<b_after>{_BEHIND}))?",
    )
    + r"(?!\w)"
)
_SCALES: Final = {"k": 1e3, "m": 1e6, "mn": 1e6, "mi": 1e6, "bn": 1e9}
_MONTHS: Final = r"(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez)"
_DETERMINER: Final = r"(?:der|die|das|den|dem|des|zum|zur|beim|im|mein\w*|unser\w*|dein\w*|ihr\w*|euer|eure\w*|jede\w*)"
_ORDINAL: Final = re.compile(
    rf"(?<![\w#])(?:(?P<n>\d{{1,4}})(?:st|nd|rd|th|ers?|[eè]res?|r[eoa]s?|nde?|d[eo]|i?[eè]mes?|es?|[ºª]|\.[ºª]|te[rnsm]?)"
    rf"|(?P<word>{alternatives(_ORDINALS)}))(?!\w)"
    rf"|\b{_DETERMINER}\s(?P<german>(?P<g>\d{{1,3}})\.)(?=\s(?!{_MONTHS})[^\W\d_])",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_URL: Final = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"']{1,2000}|(?:[a-z0-9-]{1,63}\.){1,8}"
    r"(?:com|org|net|io|de|fr|es|it|pt|br|uk|eu|ch|at|info|co|app|dev)(?:/[^\s<>\"']*)?)(?![\w@])",
    re.IGNORECASE,
)


def numbers(text: str) -> Iterator[Entity]:
    """Yield plain numbers; `one`, `a`, and what is another word in another language are no numbers alone."""
    for match in outside(_NUMBER.finditer(text), text):
        if folded(match[0]) in HOMOGRAPHS or re.fullmatch(r"0\d+", match[0]):
            continue  # digits that begin with 0 are a code
        sign = -1.0 if match[0].startswith("-") else 1.0
        yield entity("number", match.span(), tidy(sign * (read_amount(match) or 0.0)), {})


def amounts_of_money(text: str) -> Iterator[Entity]:
    """Yield amounts with a currency sign, code or word, and ranges of them with `from` and `to`."""
    if _ANY_MONEY.search(text) is None:
        return
    ranges: list[Span] = []
    for match in outside(compiled(_MONEY_SPAN).finditer(text), text):
        signs = [folded(match[g]) for g in ("a_before", "a_after", "b_before", "b_after") if match[g]]
        low, high = read_amount(match, "a_"), read_amount(match, "b_")
        if not is_span(match) or not signs or low is None or high is None or low > high:
            continue
        ranges.append(match.span())
        unit = _CURRENCIES[signs[-1]]
        first, last = ({"value": tidy(value), "unit": unit} for value in (low, high))
        yield interval("amount-of-money", match.span(), first, last, {"unit": unit})
    for pattern in (compiled(_MONEY), _DASHED):
        for match in outside(pattern.finditer(text), text):
            if meets(match.span(), ranges):
                continue
            ranges.append(match.span())
            value, sign = _money(match)
            yield entity("amount-of-money", match.span(), tidy(value), {"unit": _CURRENCIES.get(sign, "unknown")})


def _money(match: re.Match[str]) -> tuple[float, str]:
    """Return an amount and the sign, code or word that it has."""
    groups = match.groupdict()
    sign = folded(groups.get("before") or groups.get("after") or "")
    if match["first"]:
        scale = folded(groups.get("first_scale") or "").strip()
        return parse_number(match["first"]) * _SCALES.get(scale[:2], 1), sign
    rest = int(match["rest"] or 0) / 100  # 12 euros 50
    return (read_amount(match) or 0.0) + rest, sign


def ordinals(text: str) -> Iterator[Entity]:
    """Yield places in an order: `2nd`, `third`, `3e`, `2º`, and, behind an article, the German `3.`."""
    for match in _ORDINAL.finditer(text):
        if match["german"]:
            yield entity("ordinal", match.span("german"), int(match["g"]), {})
        else:
            value = int(match["n"]) if match["n"] else _ORDINALS[folded(match["word"])]
            yield entity("ordinal", match.span(), value, {})


def emails(text: str) -> Iterator[Entity]:
    """Yield e-mail addresses."""
    for match in _EMAIL.finditer(text):
        yield entity("email", match.span(), match[0], {})


def urls(text: str) -> Iterator[Entity]:
    """Yield web addresses, with their domain."""
    for match in _URL.finditer(text):
        found = match[0].rstrip(".,;:!?)")
        domain = re.sub(r"^https?://", "", found, flags=re.IGNORECASE).split("/")[0].lower()
        yield entity("url", (match.start(), match.start() + len(found)), found, {"domain": domain})


FINDERS: Final[Mapping[str, Callable[[str], Iterator[Entity]]]] = {
    "amount-of-money": amounts_of_money,
    "duration": durations,
    "email": emails,
    "url": urls,
    "ordinal": ordinals,
    "number": numbers,
}
"""Finders by Duckling's name of the dimension, the more particular first."""
