"""Telephone numbers as people write them, and not the dates, amounts and order numbers that look like them.

Takes flat text (`bot.core.personal_data.flat_text`), finds spans, changes nothing. When it is a matter of doubt, what
is called a telephone number by the words before it is one, and what is called an order is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.core.personal_data.number_context import Context, context

_LEAST_INTERNATIONAL: Final = 8
_MOST_INTERNATIONAL: Final = 15
"""Digits of an international number with its country code (ITU-T E.164)."""

_LONG_ZONES: Final = re.compile(r"2[1-69]|3[578]|42|5[09]|6[7-9]|8[0578]|9[679]")
"""How country codes of three digits begin."""

_NO_ZONES: Final = re.compile(r"0|28|83|89")

_INTERNATIONAL: Final = re.compile(r"(?<![\w+])(?:\+|00(?=[1-9]))[ (.-]{0,2}\d(?:[ .\-/()]{0,3}\d){6,14}(?!\d)")
_DATE: Final = re.compile(
    r"\(?(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2})(?![./-]?\d)"
)
_NATIONAL: Final = re.compile(
    r"(?<![\w.,+/#-])(?:"
    r"(?P<american>(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4})"
    r"|(?P<zero>\(?0[1-9](?:[ ./\-()]{0,2}\d){7,10})"
    r"|(?P<iberian>[679]\d{2}(?:[ -]\d{3}){2}|[679]\d{2}(?:[ -]\d{2}){3})"
    r"|(?P<italian>3[2-9]\d[ -]\d{3}[ -]?\d{3,4})"
    r"|(?P<brazilian>\(?[1-9]\d\)?[ -]?9\d{4}-\d{4})"
    r")(?![./-]?\d|[.,]\d| ?[€$£%])"
)
_MOBILE: Final = re.compile(r"0[67]\d{8}|07\d{9}|01[567]\d{8,9}")
"""Mobile numbers of France, the United Kingdom and Germany, which people write without a space."""

_CALLED_SO: Final = re.compile(r"(?<![\w.,#])\(?\d(?:[ .\-/()]{0,2}\d){6,14}(?!\w|[.,]\d)")


def phone_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Spans of a flat text that are telephone numbers."""
    for found in _INTERNATIONAL.finditer(text):
        if _reaches(found[0]) and (found[0][0] == "+" or context(text, found.start()) is not Context.ORDER):
            yield found.span()
    for found in _NATIONAL.finditer(text):
        if not _DATE.match(found[0]) and _is_national(found, context(text, found.start())):
            yield found.span()
    for found in _CALLED_SO.finditer(text):
        if context(text, found.start()) is Context.PHONE and not _DATE.match(found[0]):
            yield found.span()


def _is_national(found: re.Match[str], near: Context) -> bool:
    if near is Context.ORDER:
        return False
    if found["zero"] and found[0].isdigit():
        return near is Context.PHONE or bool(_MOBILE.fullmatch(found[0]))
    return True


def _reaches(number: str) -> bool:
    """Whether an international number has a country code that exists, and a length that can be."""
    digits = "".join(c for c in number if c.isdigit())
    digits = digits if number[0] == "+" else digits[2:]
    if not _LEAST_INTERNATIONAL <= len(digits) <= _MOST_INTERNATIONAL:
        return False
    if digits[0] == "1":
        return len(digits) == 11 and digits[1] in "23456789"
    if digits[0] == "7":
        return len(digits) == 11
    if _NO_ZONES.match(digits):
        return False
    return len(digits) >= (10 if _LONG_ZONES.match(digits) else 9) or number[0] == "+"
