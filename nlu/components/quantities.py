"""Finds numbers, ordinals, amounts of money, durations, e-mail addresses and links, shaped as Duckling's in Rasa.

Pure functions of a text. What is written next to a letter, a `#` or a hyphen is part of a code (`A-4711`, `#4711`)
and no number. Moments in time are `nlu.components.moments`, phone numbers `nlu.components.phones`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from nlu.components.number_words import ENGLISH, HOMOGRAPHS, NUMBERS, ORDINALS, alternatives, folded
from nlu.types import Entity

EXTRACTOR: Final = "DucklingEntityExtractor"

_UNITS: Final = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "quarter": 7776000,
    "year": 31536000,
}  # fmt: skip
_UNIT_WORDS: Final = {
    "second": "seconds? secs? sekunden? secondes? segundos? secondi secondo",
    "minute": "minutes? mins? minuten? minutos? minuti minuto",
    "hour": "hours? hrs? stunden? heures? horas? ore ora",
    "day": "days? tage?n? jours? d[ií]as? dias? giorni giorno",
    "week": "weeks? wks? wochen? semaines? semanas? settimane settimana",
    "month": "months? monate?n? mois mes(?:es)? m[eê]s mesi mese",
    "year": "years? yrs? jahre?n? ans? ann[ée]es? a[nñ]os? anos? anni anno",
}
_SCALES: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, **ORDINALS,
}  # fmt: skip
_CURRENCIES: Final = {
    "$": "$", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "usd": "USD", "eur": "EUR", "gbp": "GBP",
    "chf": "CHF", "cad": "CAD", "aud": "AUD", "jpy": "JPY", "inr": "INR", "brl": "BRL", "r$": "BRL", "dollar": "$",
    "dollars": "$", "bucks": "$", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "quid": "GBP",
    "franken": "CHF", "francs": "CHF", "yen": "JPY", "rupees": "INR", "reais": "BRL", "dólares": "$",
    "dollari": "$", "libras": "GBP", "cents": "cent", "cent": "cent",
}  # fmt: skip

_DIGITS: Final = r"\d{1,3}(?:[.,'\u00a0 ]\d{3}){1,5}(?:[.,]\d{1,2})?|\d{1,15}(?:[.,]\d{1,6})?"
_NAMED: Final = alternatives([*ENGLISH, *_SCALES])
_WORDS: Final = rf"(?:{_NAMED})(?:[- ](?:and )?(?:{_NAMED})){{0,12}}"
_OTHERS: Final = alternatives(NUMBERS)
_AMOUNT: Final = rf"(?=\w)(?:(?P<digits>{_DIGITS})|(?P<words>{_WORDS})|(?P<other>{_OTHERS}))"
_NUMBER: Final = re.compile(rf"(?<![\w#@/.,:+-])(?:-(?=\d))?(?:{_AMOUNT})(?![\w@/]|[-:.,]\w)", re.IGNORECASE)
_SIGNS: Final = "|".join(re.escape(c) for c in sorted(_CURRENCIES, key=len, reverse=True) if not c.isalpha())
_NAMES: Final = "|".join(sorted((c for c in _CURRENCIES if c.isalpha()), key=len, reverse=True))
_MONEY: Final = re.compile(
    rf"(?:(?P<before>{_SIGNS}|\b(?:usd|eur|gbp|chf|cad|aud|inr|brl)\b)\s?(?P<first>{_DIGITS})"
    rf"|(?<![\w#.,:+-])(?:{_AMOUNT})\s?(?P<after>{_SIGNS}|(?:{_NAMES})\b))(?![\w])",
    re.IGNORECASE,
)
_DURATION: Final = re.compile(
    rf"(?<![\w#.,:+-])(?:{_AMOUNT}|(?P<single>an?|eine?[mnr]?|une?|una|um|uma|un))\s?-?(?:"
    + "|".join(rf"(?P<{unit}>(?:{words.replace(' ', '|')})\b)" for unit, words in _UNIT_WORDS.items())
    + ")",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(
    rf"(?<![\w#])(?:(?P<n>\d{{1,4}})(?:st|nd|rd|th|ème|\.?º|\.?ª)|(?P<word>{alternatives(_ORDINALS)}))(?!\w)",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_URL: Final = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"']{1,2000}|(?:[a-z0-9-]{1,63}\.){1,8}"
    r"(?:com|org|net|io|de|fr|es|it|pt|br|uk|eu|ch|at|info|co|app|dev)(?:/[^\s<>\"']*)?)(?![\w@])",
    re.IGNORECASE,
)


def parse_number(written: str) -> float:
    """Read `1,234.50`, `1.234,50`, `1 234`, `12` as people write them. Raises ValueError for what is no number."""
    text = re.sub(r"['\u00a0 ]", "", written)
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        return float(re.sub(r"[.,]", "", text[:decimal]) + "." + text[decimal + 1 :])
    mark = "," if "," in text else "."
    if text.count(mark) > 1 or re.fullmatch(rf"\d{{1,3}}\{mark}\d{{3}}", text):
        return float(text.replace(mark, ""))
    return float(text.replace(",", "."))


def _words_to_number(words: str) -> int:
    total = current = 0
    for word in re.split(r"[- ]+", folded(words)):
        if word in ENGLISH:
            current += ENGLISH[word]
        elif word in _SCALES:
            scale = _SCALES[word]
            current = max(current, 1) * scale
            if scale > 100:
                total, current = total + current, 0
    return total + current


def _amount(match: re.Match[str]) -> float:
    if match["digits"]:
        return parse_number(match["digits"])
    if match["words"]:
        return float(_words_to_number(match["words"]))
    return float(NUMBERS[folded(match["other"])]) if match["other"] else 1.0


def _tidy(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def entity(name: str, span: tuple[int, int], value: str | float, info: Mapping[str, object]) -> Entity:
    """Return an entity as Rasa's Duckling extractor shapes it."""
    about: dict[str, object] = {"value": value, "type": "value", **info}
    return Entity(name, value, *span, 1.0, extractor=EXTRACTOR, additional_info=about)


def numbers(text: str) -> Iterator[Entity]:
    """Yield plain numbers; `one`, `a`, and what is another word in another language are no numbers alone."""
    for match in _NUMBER.finditer(text):
        if folded(match[0]) in HOMOGRAPHS or re.fullmatch(r"0\d+", match[0]):
            continue  # digits that begin with 0 are a code
        sign = -1.0 if match[0].startswith("-") else 1.0
        yield entity("number", match.span(), _tidy(sign * _amount(match)), {})


def amounts_of_money(text: str) -> Iterator[Entity]:
    """Yield amounts with a currency sign, code or word."""
    for match in _MONEY.finditer(text):
        value = parse_number(match["first"]) if match["first"] else _amount(match)
        unit = _CURRENCIES[folded(match["before"] or match["after"])]
        if unit == "cent":
            value, unit = value / 100, "$"
        yield entity("amount-of-money", match.span(), _tidy(value), {"unit": unit})


def durations(text: str) -> Iterator[Entity]:
    """Yield lengths of time, with the number of seconds under `normalized`."""
    for match in _DURATION.finditer(text):
        unit = next(u for u in _UNIT_WORDS if match[u])
        value = _tidy(_amount(match))
        seconds = _tidy(float(value) * _UNITS[unit])
        info = {"unit": unit, unit: value, "normalized": {"value": seconds, "unit": "second"}}
        yield entity("duration", match.span(), value, info)


def ordinals(text: str) -> Iterator[Entity]:
    """Yield places in an order: `2nd`, `third`."""
    for match in _ORDINAL.finditer(text):
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
