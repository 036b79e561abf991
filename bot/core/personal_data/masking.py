"""Personal data out of sight: card and account numbers, e-mail addresses, telephone numbers, national ids.

What is masked keeps what people need to talk about it, as is customary: `•••• 4242`, `j•••@example.com`.
Masking is for showing: the conversation's own state keeps the original. Pure; knows no platform, decides
nothing about who may see what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import Final

from bot.core.personal_data.flat_text import Flat, flat
from bot.core.personal_data.national_ids import national_ids
from bot.core.personal_data.phone_numbers import phone_numbers


class Kind(StrEnum):
    """A kind of personal data, as `masking.kinds` in the configuration names it."""

    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    NATIONAL_ID = "national_id"
    PHONE = "phone"


ALL_KINDS: Final = frozenset(Kind)

_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
"""Length of an account number by country (the IBAN registry of SWIFT)."""

_IBAN_START: Final = re.compile(r"(?<![^\W_])[A-Z]{2}[ .-]{0,2}\d[ .-]{0,2}\d", re.IGNORECASE)
_MOST_BETWEEN: Final = 3
"""Characters that may stand between two digits of one number."""

_RUN: Final = re.compile(rf"\d+(?:(?:[^\w•]|_){{1,{_MOST_BETWEEN}}}\d+)*")
_DIGITS: Final = re.compile(r"\d+")
_CARD_LENGTHS: Final = range(13, 20)
"""Digits of a card number (ISO/IEC 7812)."""

_ISSUERS: Final = re.compile(r"3[04-9]|4|5|6|81|220[0-4]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|1800|2131")
"""How numbers of cards begin that people pay with. Digits with spaces between them count only with these."""

_CARD_SHAPES: Final = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1)})

_MAILBOX: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]*[\w!#$%&'*+/=?^`{|}~-]\Z")
_HOST: Final = re.compile(r"@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]*")
_LONGEST_MAILBOX: Final = 64
"""Characters before the @ (RFC 5321, 4.5.3.1.1)."""

_ADDRESS_ON_THE_WEB: Final = re.compile(r"\b(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
_MOST_ROUNDS: Final = 50
_SHORT: Final = 120
"""Characters of a text whose masked form is remembered."""

_Found = Iterable[tuple[int, int]]


def mask(text: str, kinds: Collection[Kind] = ALL_KINDS) -> str:
    """The text with personal data of these kinds masked. A text without any is returned as it is.

    Masking what is masked changes nothing more.
    """
    # Names, labels and lines about a case come again with every event.
    return _known(text, frozenset(kinds)) if len(text) <= _SHORT else _masked(text, kinds)


@lru_cache(maxsize=4096)
def _known(text: str, kinds: frozenset[Kind]) -> str:
    return _masked(text, kinds)


def _masked(text: str, kinds: Collection[Kind]) -> str:
    for _ in range(_MOST_ROUNDS):
        # Four digits that stay may be the beginning of the next number, so look until nothing is found.
        masked = _once(text, kinds)
        if masked == text:
            break
        text = masked
    return text


def holds(text: str, kinds: Collection[Kind] = ALL_KINDS) -> bool:
    """Whether there is something in the text that would be masked."""
    return _once(text, kinds) != text


def _once(text: str, kinds: Collection[Kind]) -> str:
    if "@" not in text and text.isascii() and not any(map(str.isdigit, text)):
        return text
    for kind, find, shown in _KINDS:
        if kind in kinds:
            text = _replaced(text, find, shown)
    return text


def _replaced(text: str, find: Callable[[str], _Found], shown: Callable[[str], str]) -> str:
    view = flat(text)
    spans = _apart(find(view.text))
    return _with(text, view, spans, shown) if spans else text


def _with(text: str, view: Flat, spans: Iterable[tuple[int, int]], shown: Callable[[str], str]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        begin, stop = view.span(start, end)
        pieces += [text[done:begin], shown(view.text[start:end])]
        done = stop
    return "".join([*pieces, text[done:]])


def _apart(spans: _Found) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


# --- what is found


def _emails(text: str) -> Iterator[tuple[int, int]]:
    for host in _HOST.finditer(text):
        begin = max(0, host.start() - _LONGEST_MAILBOX)
        name = _MAILBOX.search(text, begin, host.start())
        if name:
            yield name.start(), host.end()


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    for found in _IBAN_START.finditer(text):
        wanted = _IBAN_LENGTHS.get(found[0][:2].upper(), 0)
        code, end = _collected(text, found.start(), wanted)
        if wanted and len(code) == wanted and not text[end : end + 1].isalnum() and _is_account(code):
            yield found.start(), end


def _collected(text: str, start: int, wanted: int) -> tuple[str, int]:
    """Letters and digits from `start` on, `wanted` at most, with no more than two other characters between them."""
    code, end, gap = "", start, 0
    for n in range(start, len(text)):
        if len(code) == wanted or gap > 2:
            break
        if text[n].isalnum() and text[n].isascii():
            code, end, gap = code + text[n].upper(), n + 1, 0
        else:
            gap += 1
    return code, end


def _is_account(code: str) -> bool:
    """Whether letters and digits are an IBAN: modulo 97 (ISO 13616)."""
    turned = code[4:] + code[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(text):
        groups = [found.span() for found in _DIGITS.finditer(text, *run.span())]
        found = list(_card_windows(text, groups))
        usual = [span for span, is_usual in found if is_usual]
        yield from _first_of_each(usual) if usual else (span for span, _ in found)


def _card_windows(text: str, groups: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], bool]]:
    """Spans of whole groups of digits that are card numbers, with whether they are written as on a card."""
    digits = "".join(text[begin:end] for begin, end in groups)
    ends = list(accumulate(end - begin for begin, end in groups))
    sums = _luhn_sums(digits)
    for first, (start, _) in enumerate(groups):
        begin = ends[first - 1] if first else 0
        for last in range(first, len(groups)):
            length = ends[last] - begin
            if length > _CARD_LENGTHS[-1]:
                break
            if length < _CARD_LENGTHS[0] or not _adds_up(sums, begin, ends[last]):
                continue
            number, alone = digits[begin : ends[last]], first == last
            if number.strip("0") and (alone or _ISSUERS.match(number)):
                shape = tuple(stop - begun for begun, stop in groups[first : last + 1])
                yield (start, groups[last][1]), alone or shape in _CARD_SHAPES


def _luhn_sums(digits: str) -> tuple[list[int], list[int]]:
    """Running sums with every digit at an odd place doubled, and with every one at an even place."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    values = [int(d) for d in digits]
    at_odd, at_even = (
        list(accumulate((doubled[d] if n % 2 == place else d for n, d in enumerate(values)), initial=0))
        for place in (1, 0)
    )
    return at_odd, at_even


def _adds_up(sums: tuple[list[int], list[int]], begin: int, end: int) -> bool:
    """Whether the digits from `begin` to `end` pass Luhn's check (ISO/IEC 7812): the last one is not doubled."""
    running = sums[(end - 1) % 2]
    return (running[end] - running[begin]) % 10 == 0


def _first_of_each(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    done = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= done:
            done = end
            yield start, end


def _outside_addresses(find: Callable[[str], _Found]) -> Callable[[str], _Found]:
    """The same finder, blind to addresses on the web: their numbers are identifiers of pages."""

    def found(text: str) -> Iterator[tuple[int, int]]:
        pages = [page.span() for page in _ADDRESS_ON_THE_WEB.finditer(text)]
        for start, end in find(text):
            if not any(begin <= start < stop for begin, stop in pages):
                yield start, end

    return found


# --- how it is shown


def _email_shown(found: str) -> str:
    name, _, host = found.partition("@")
    return f"{name[0] if len(name) > 1 else ''}•••@{host}"


def _iban_shown(found: str) -> str:
    return f"{found[:2].upper()}•• •••• {_last(found)}"


def _id_shown(found: str) -> str:
    if re.fullmatch(r"\d{3}[- ]\d{2}[- ]\d{4}", found):
        return f"•••-••-{_last(found)}"
    return f"•••• {_last(found)}"


def _card_shown(found: str) -> str:
    return f"•••• {_last(found)}"


def _phone_shown(found: str) -> str:
    return f"••• ••• {_last(found)}"


def _last(found: str) -> str:
    return "".join(c for c in found if c.isalnum())[-4:].upper()


_KINDS: Final[tuple[tuple[Kind, Callable[[str], _Found], Callable[[str], str]], ...]] = (
    (Kind.EMAIL, _emails, _email_shown),
    (Kind.IBAN, _ibans, _iban_shown),
    (Kind.CARD, _cards, _card_shown),
    (Kind.NATIONAL_ID, _outside_addresses(national_ids), _id_shown),
    (Kind.PHONE, _outside_addresses(phone_numbers), _phone_shown),
)
