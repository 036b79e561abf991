"""Where a customer's own name stands in words that may be taught: *I am Ada King*, *call Li*, *我是李伟*. Pure.

A part of three letters or more is a name wherever it stands, however it is written. Shorter ones are words as well
(*an*, *my*, *do*, *le*): they are names beside another part of the name, or written as a name where no sentence begins
and no title follows (*La Poste*). Scripts without spaces have no borders of words, and hardly a word that is a whole
name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_LEAST: Final = 3
"""So many letters of a part are enough for it to be a name wherever it stands."""

_MOST: Final = 12
"""So many parts of a name are looked for; people have fewer."""

_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+")
"""Han, kana and Hangul: written without spaces, or with endings that cling to a name."""

_TITLES: Final = "先生|女士|小姐|太太|老师|さん|様|さま|씨|님"
"""What follows a family name of one sign."""

_TITLES_BEFORE: Final = r"(?P<before>\b(?i:mr|mrs|ms|mx|dr|herr|frau|mme|mlle|sr|sra|sig|anh|chị)\.?\s+)"
_CUES: Final = (
    r"(?P<before>\b(?:i am|i['’]m|this is|my name is|call me|ich bin|ich hei(?:ß|ss)e|hier ist|mein name ist|je suis"
    r"|je m['’]appelle|c['’]est|soy|me llamo|mi nombre es|sou|chamo-me|meu nome é|sono|mi chiamo|tên tôi là|tôi là)\s+)"
)
"""What people say before their own name."""


def without_own_names(text: str, name: str, gap: str) -> str:
    """The text with `gap` wherever a part of the person's name stands, all parts side by side once."""
    for pattern in _patterns(unicodedata.normalize("NFC", name)):
        text = pattern.sub(lambda found: (found.groupdict().get("before") or "") + gap, text)
    return text


@lru_cache(maxsize=256)
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    parts = [part for part in re.split(r"[\s.,@_'’-]+", name) if any(c.isalpha() for c in part)]
    return tuple(_found(parts[:_MOST]))


def _found(parts: list[str]) -> Iterator[re.Pattern[str]]:
    unspaced = [part for part in parts if _UNSPACED.fullmatch(part)]
    spaced = [part for part in parts if part not in unspaced]
    if unspaced:
        whole = {part for part in unspaced if len(part) > 1} | {"".join(unspaced)}
        for written in sorted((each for each in whole if len(each) > 1), key=len, reverse=True):
            yield re.compile(re.escape(written))
        family = "|".join(re.escape(part[0]) for part in unspaced)
        yield re.compile(rf"(?:{family})(?=\s?(?:{_TITLES}))")
    if len(spaced) > 1:
        yield from _side_by_side(spaced)
    for part in spaced:
        if len(part) >= _LEAST:
            yield re.compile(rf"(?<!\w){_any_of(_spellings(part))}(?!\w)", re.IGNORECASE)
        elif len(part) > 1:
            yield from _short(part)


def _side_by_side(parts: list[str]) -> Iterator[re.Pattern[str]]:
    """Two parts or more in a row, of which one is long, or all written as in the name."""
    every = _any_of([spelling for part in parts for spelling in _spellings(part)])
    long = _any_of([spelling for part in parts for spelling in _spellings(part) if len(part) >= _LEAST] or ["(?!)"])
    more = rf"(?:[\s.,'’-]+{every})"
    yield re.compile(rf"(?<!\w)(?:{long}{more}+|{every}{more}*[\s.,'’-]+{long}{more}*)(?!\w)", re.IGNORECASE)
    exact = _any_of([written for part in parts for written in _as_names(part)])
    yield re.compile(rf"(?<!\w){exact}(?:[\s.,'’-]+{exact})+(?!\w)")


def _short(part: str) -> Iterator[re.Pattern[str]]:
    """Two letters alone: written as names are, inside a sentence or at its end, and never before a title."""
    written = _any_of(_as_names(part))
    inside = r"(?:(?<=[^\W\d_A-ZÀ-Þ]\s)|(?<=[,;]\s))"
    yield re.compile(rf"{inside}{written}(?!\w)(?!\s+[A-ZÀ-Þ])")
    yield re.compile(rf"(?<!\w){written}(?=[\s.!)]*$|\s+here\b)")
    yield re.compile(rf"{_TITLES_BEFORE}{written}(?!\w)")
    # who presents themselves need not write it large; where more follows it is a sentence: *I am an engineer*
    yield re.compile(rf"{_CUES}{re.escape(part)}(?=\s*(?:[.,;:!)]|$))", re.IGNORECASE)


def _as_names(part: str) -> list[str]:
    """A part as names are written: as it stands in the name unless all of it is small there, and with a capital."""
    written = (part[:1].upper() + part[1:].lower(), *([part] if part != part.lower() else []))
    return [re.escape(each) for each in dict.fromkeys(written)]


def _spellings(part: str) -> list[str]:
    """A part as it is written, and as it is typed where the keyboard has no accents: *Nguyễn*, *Nguyen*."""
    plain = "".join(c for c in unicodedata.normalize("NFD", part) if not unicodedata.combining(c))
    plain = plain.replace("đ", "d").replace("Đ", "D").replace("ø", "o").replace("ł", "l")
    return [re.escape(each) for each in dict.fromkeys((part, plain))]


def _any_of(written: list[str]) -> str:
    return f"(?:{'|'.join(sorted(written, key=len, reverse=True))})"
