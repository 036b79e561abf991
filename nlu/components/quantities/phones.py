"""Finds phone numbers that exist in their country's numbering plan, in the shape of Duckling's answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import phonenumbers

from nlu.components.quantities.amounts import entity
from nlu.types import Entity

_phones: Final[Any] = phonenumbers  # untyped upstream


def phone_numbers(text: str, region: str | None) -> Iterator[Entity]:
    """Yield numbers with a country code, and numbers of `region` (`DE`) without one; the value is in E.164.

    A bare run of digits is a phone number only if it begins with 0 or +, so that an order number is none.
    """
    for match in _phones.PhoneNumberMatcher(text, region, leniency=_phones.Leniency.VALID, max_tries=50):
        raw = str(match.raw_string)
        if raw.isdigit() and not raw.startswith("0"):
            continue
        value = str(_phones.format_number(match.number, _phones.PhoneNumberFormat.E164))
        yield entity("phone-number", (int(match.start), int(match.end)), value, {})
