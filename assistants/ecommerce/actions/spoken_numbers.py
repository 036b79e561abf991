"""Reads amounts that customers write in words, in the six languages: `a hundred and fifty`, `hundertfünfzig`. Pure."""

from __future__ import annotations

import re
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
    "uno dos tres cuatro cinco seis siete ocho nueve diez",
    "um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze",
    "uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici",
)
_TENS: Final = (
    "twenty thirty forty fifty sixty seventy eighty ninety",
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "vingt trente quarante cinquante soixante soixantedix quatrevingt quatrevingtdix",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
)
_WHOLE_HUNDREDS: Final = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
    "cem duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos",
)
_ADDED: Final = {
    **{word: value for words in _UNITS for value, word in enumerate(words.split(), start=1)},
    **{word: value * 10 for words in _TENS for value, word in enumerate(words.split(), start=2)},
    **{word: value * 100 for words in _WHOLE_HUNDREDS for value, word in enumerate(words.split(), start=1)},
    "fuffzig": 50,
    "quatrevingts": 80,
    "dreissig": 30,
    "cien": 100,
    "cento": 100,
    "cent": 100,
    "cents": 100,
}
_LEAST: Final = 10
"""Below it a number word is rather an article, a place in a list or a count of people."""

_THOUSAND: Final = 1000
_TIMES: Final = {
    **dict.fromkeys(("hundred", "hundert", "cent", "cents", "cento"), 100),
    **dict.fromkeys(("thousand", "tausend", "mille", "mila", "mil", "grand"), _THOUSAND),
}
_GLUE: Final = frozenset({"and", "und", "et", "y", "e"})
_PIECES: Final = re.compile("|".join(sorted({*_ADDED, *_TIMES, "und"}, key=len, reverse=True)))
_WORDS: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def spoken_number(text: str) -> int | None:
    """The largest number of at least ten that is written in words in the text; None where there is none."""
    found: list[int] = []
    run: list[str] = []
    for word in [*_WORDS.findall(text.lower()), ""]:
        pieces = _pieces(word)
        if pieces or (word in _GLUE and run):  # "a hundred and fifty"
            run += pieces
        elif run:
            found.append(_value(run))
            run = []
    return max((value for value in found if value >= _LEAST), default=None)


def _pieces(word: str) -> list[str]:
    """What a word is put together of (`hundertfünfzig`, `vingt-cinq`), if of numbers alone; else nothing."""
    whole = word.replace("-", "")
    found = _PIECES.findall(whole)
    return [piece for piece in found if piece != "und"] if "".join(found) == whole else []


def _value(pieces: list[str]) -> int:
    total = current = 0
    for piece in pieces:
        times = _TIMES.get(piece)
        if times == _THOUSAND:
            total, current = total + max(current, 1) * _THOUSAND, 0
        elif times and 0 < current < _LEAST:
            current *= times
        else:
            current += _ADDED.get(piece, times or 0)
    return total + current
