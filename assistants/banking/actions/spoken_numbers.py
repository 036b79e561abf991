"""Writes numbers that stand in words as figures, in the six languages: `vingt-quatre mois` → `24 mois`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

_UNITS: Final = (
    (
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen"
    ),
    (
        "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn"
        " achtzehn neunzehn"
    ),
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    (
        "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete"
        " dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete"
        " veintiocho veintinueve"
    ),
    (
        "um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis dezassete dezoito"
        " dezanove"
    ),
    (
        "un due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici"
        " diciassette diciotto diciannove"
    ),
)
_TENS: Final = (
    "twenty thirty forty fifty sixty seventy eighty ninety",
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "vingt trente quarante cinquante soixante soixantedix quatrevingt quatrevingtdix",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "vent trent quarant cinquant sessant settant ottant novant",
)
_HUNDREDS: Final = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
    "cem duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos",
)
_ADDED: Final = {
    **{word: value for words in _UNITS for value, word in enumerate(words.split(), start=1)},
    **{word: value * 10 for words in _TENS for value, word in enumerate(words.split(), start=2)},
    **{word: value * 100 for words in _HUNDREDS for value, word in enumerate(words.split(), start=1)},
    "uno": 1,
    "tré": 3,
    "duas": 2,
    "dezesseis": 16,
    "dezessete": 17,
    "dezenove": 19,
    "dreissig": 30,
    "quatrevingts": 80,
    "cien": 100,
}
_TIMES: Final = {
    **dict.fromkeys(("hundred", "hundert", "cent", "cents", "cento"), 100),
    **dict.fromkeys(("thousand", "tausend", "mille", "mila", "mil", "grand"), 1000),
}
_GLUE: Final = frozenset({"and", "und", "et", "y", "e"})
_NO_NUMBER_ALONE: Final = frozenset(
    {"a", "one", "ein", "un", "uno", "um", "due", "once", "elf", "sei", "siete", "cent", "cents", "grand", "mila"}
)
"""Articles, and what is another word in a neighbour's language."""
_PIECES: Final = re.compile("|".join(sorted({*_ADDED, *_TIMES, "und"}, key=len, reverse=True)))
_WORDS: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FIGURE_BEFORE: Final = re.compile(r"\d\s*$")
_UNIT: Final = re.compile(
    r"[\s-]*(?:years?|yrs?|months?|jahre?n?|monate?n?|ans?|mois|años?|anos?|mes(?:es)?|ann[io]|mes[ei])\b"
)


def in_figures(text: str) -> str:
    """The text with its numbers as figures: `dodicimila euro` → `12000 euro`. What has figures stays as it is."""
    out: list[str] = []
    at = 0
    for start, end, value in numbers_in(text):
        out += [text[at:start], str(value)]
        at = end
    return "".join([*out, text[at:]])


def numbers_in(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield where each number in words begins and ends, and its value."""
    run: list[str] = []
    begun = ended = 0
    for word in _WORDS.finditer(text):
        typed = word[0].lower()
        if run and typed in _GLUE:
            continue
        pieces = _pieces(typed)
        if run and not (pieces and _is_joined(text[ended : word.start()])):
            yield from _found(text, run, begun, ended)
            run = []
        if pieces and (run or not _FIGURE_BEFORE.search(text[: word.start()])):  # "15 mil" is read as it is
            begun = begun if run else word.start()
            run, ended = [*run, *pieces], word.end()
    yield from _found(text, run, begun, ended)


def _is_joined(between: str) -> bool:
    return all(part in _GLUE for part in between.lower().replace("-", " ").split())


def _found(text: str, run: list[str], begun: int, ended: int) -> Iterator[tuple[int, int, int]]:
    if not run:
        return
    is_alone = len(run) == 1 and run[0] in _NO_NUMBER_ALONE
    if not is_alone or _UNIT.match(text.lower(), ended):
        yield begun, ended, _value(run)


@cache
def _pieces(word: str) -> tuple[str, ...]:
    """What a word is put together of (`zweitausendfünfhundert`, `vingt-cinq`), if of numbers alone; else nothing."""
    whole = word.replace("-", "")
    found = _PIECES.findall(whole)
    if word in _GLUE or "".join(found) != whole:
        return ()
    return tuple(piece for piece in found if piece != "und")


def _value(pieces: list[str]) -> int:
    total = current = 0
    for piece in pieces:
        times = _TIMES.get(piece)
        if times == 1000:
            total, current = total + max(current, 1) * 1000, 0
        elif times:
            current = max(current, 1) * times if current < 100 else current + times
        else:
            current += _ADDED[piece]
    return total + current
