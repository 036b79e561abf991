"""Numbers as words in German, French, Spanish, Portuguese and Italian: 2 to 99, hundreds, thousands, ordinals.

Beside them plain English ones. Tables are put together from units and tens as each language does it. *One* is no number
there: it is an article in all of these languages. Some words are other words in a neighbour's language (`due`, `once`,
`elf`): alone they are no number, before a unit they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_LETTERS: Final = str.maketrans("ıİſ", "iis")


def folded(word: str) -> str:
    """Return a word in lower case, with i for ı and İ and s for ſ, as which a pattern that ignores case takes them."""
    return word.translate(_LETTERS).lower()


def alternatives(words: Iterable[str]) -> str:
    """Return a pattern of words, longer ones first, sorted by their first letter: one look tells most of them off."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda w: (-len(w), w)):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(letter)}(?:{'|'.join(rests)})" for letter, rests in sorted(by_letter.items()))


_GERMAN: Final = (
    "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn"
)
_GERMAN_TENS: Final = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_FRENCH: Final = (
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
)
_FRENCH_TENS: Final = "vingt trente quarante cinquante soixante"
_SPANISH: Final = (
    "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis "
    "veintisiete veintiocho veintinueve"
)
_SPANISH_TENS: Final = "treinta cuarenta cincuenta sesenta setenta ochenta noventa"
_PORTUGUESE: Final = (
    "dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis dezassete dezoito dezanove"
)
_PORTUGUESE_TENS: Final = "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"
_ITALIAN: Final = (
    "due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici "
    "diciassette diciotto diciannove"
)
_ITALIAN_TENS: Final = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta"

ENGLISH: Final[Mapping[str, int]] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
"""Numbers below a hundred but for those of two words."""

HOMOGRAPHS: Final = frozenset({"one", "due", "dos", "elf", "once", "sei", "seize", "siete", "tre", "venti"})
"""Numbers that are other words elsewhere: English `due`, `once` and `elf`, German `sei`, Italian `siete`."""


def _german() -> Iterator[tuple[str, int]]:
    units = _GERMAN.split()
    yield from zip(units, range(2, 20), strict=True)
    for tens, name in enumerate(_GERMAN_TENS.split(), 2):
        for form in {name, name.replace("ß", "ss")}:
            yield form, tens * 10
            yield from ((f"{unit}und{form}", tens * 10 + n) for n, unit in enumerate(["ein", *units[:8]], 1))
    yield from (("hundert", 100), ("tausend", 1000), ("fuenf", 5), ("zwoelf", 12), ("zwo", 2))
    yield from ((f"{unit}hundert", n * 100) for n, unit in enumerate(["ein", *units[:8]], 1))
    yield from ((f"{unit}tausend", n * 1000) for n, unit in enumerate(["ein", *units[:8]], 1))


def _french() -> Iterator[tuple[str, int]]:
    units = _FRENCH.split()
    yield from zip(units, range(2, 20), strict=True)
    for tens, name in enumerate(_FRENCH_TENS.split(), 2):
        yield name, tens * 10
        yield from ((f"{name}{et}", tens * 10 + 1) for et in (" et un", "-et-un"))
        yield from ((f"{name}{joint}{unit}", tens * 10 + n) for joint in "- " for n, unit in enumerate(units[:8], 2))
    yield from (("soixante et onze", 71), ("soixante-et-onze", 71), ("quatre-vingts", 80), ("quatre-vingt", 80))
    yield from ((f"soixante-{unit}", 60 + n) for n, unit in enumerate(units[8:], 10))
    yield from ((f"quatre-vingt-{unit}", 80 + n) for n, unit in enumerate(["un", *units], 1))
    yield from ((f"{unit} cents", n * 100) for n, unit in enumerate(units[:8], 2))
    yield from (("mille", 1000), *((f"{unit} mille", n * 1000) for n, unit in enumerate(units[:8], 2)))


def _spanish() -> Iterator[tuple[str, int]]:
    yield from zip(_SPANISH.split(), range(2, 30), strict=True)
    yield from _joined(_SPANISH_TENS, 3, " y ", ["uno", *_SPANISH.split()[:8]])
    yield from (("cien", 100), ("veintiún", 21), ("quinientos", 500), ("setecientos", 700), ("novecientos", 900))
    yield from (
        ("doscientos", 200),
        ("trescientos", 300),
        ("cuatrocientos", 400),
        ("seiscientos", 600),
        ("ochocientos", 800),
    )
    yield from ((f"{unit} mil", n * 1000) for n, unit in enumerate(_SPANISH.split()[:8], 2))


def _portuguese() -> Iterator[tuple[str, int]]:
    yield from zip(_PORTUGUESE.split(), range(2, 20), strict=True)
    yield from _joined(_PORTUGUESE_TENS, 2, " e ", ["um", *_PORTUGUESE.split()[:8]])
    brazil = (("duas", 2), ("quatorze", 14), ("dezesseis", 16), ("dezessete", 17), ("dezenove", 19))
    yield from (
        *brazil,
        ("cem", 100),
        ("duzentos", 200),
        ("trezentos", 300),
        ("quatrocentos", 400),
        ("quinhentos", 500),
    )
    yield from (("seiscentos", 600), ("setecentos", 700), ("oitocentos", 800), ("novecentos", 900))
    yield from ((f"{unit} mil", n * 1000) for n, unit in enumerate(_PORTUGUESE.split()[:8], 2))


def _italian() -> Iterator[tuple[str, int]]:
    units = _ITALIAN.split()
    yield from zip(units, range(2, 20), strict=True)
    for tens, name in enumerate(_ITALIAN_TENS.split(), 2):
        yield name, tens * 10
        for n, unit in enumerate(["uno", *units[:8]], 1):
            stem = name[:-1] if unit[0] in "uo" else name
            yield f"{stem}{'tré' if n == 3 else unit}", tens * 10 + n
    yield from ((f"{unit}cento", n * 100) for n, unit in enumerate(units[:8], 2))
    yield from (("cento", 100), ("mille", 1000), *((f"{unit}mila", n * 1000) for n, unit in enumerate(units[:8], 2)))


def _joined(names: str, first: int, joint: str, units: list[str]) -> Iterator[tuple[str, int]]:
    for tens, name in enumerate(names.split(), first):
        yield name, tens * 10
        yield from ((f"{name}{joint}{unit}", tens * 10 + n) for n, unit in enumerate(units, 1))


NUMBERS: Final[Mapping[str, int]] = dict(
    pair for language in (_german, _french, _spanish, _portuguese, _italian) for pair in language()
)
"""Lower-cased words, some of several, and what they count."""

HALVES: Final[Mapping[str, float]] = {
    "anderthalb": 1.5,
    **{f"{unit}einhalb": n + 0.5 for n, unit in enumerate(["ein", *_GERMAN.split()[:8]], 1)},
}
"""German words for so many and a half."""

_ORDINALS: Final = {
    1: "erste ersten erster erstes premier première primero primera primer primeiro primeira primo",
    2: "zweite zweiten zweiter zweites deuxième segundo segunda secondo seconda",
    3: "dritte dritten dritter drittes troisième tercero tercera tercer terceiro terceira terzo terza",
    4: "vierte vierten vierter viertes quatrième cuarta",
    5: "fünfte fünften fünfter fünftes cinquième quinto",
    6: "sechste sechsten sechster sechstes sixième sexto sesto sesta",
    7: "siebte siebten siebter siebtes septième séptimo séptima sétimo sétima settimo settima",
    8: "achte achten achter achtes huitième octavo octava oitavo oitava ottavo ottava",
    9: "neunte neunten neunter neuntes neuvième noveno novena nono",
    10: "zehnte zehnten zehnter zehntes dixième décimo décima decimo decima",
}
ORDINALS: Final[Mapping[str, int]] = {word: n for n, words in _ORDINALS.items() for word in words.split()}
"""Places in an order as words, but for English. What is a weekday or a room as often (`sexta`, `cuarto`) is absent."""
