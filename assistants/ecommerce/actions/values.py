"""How values are said in the customer's language: money, days, numbers, lists. Pure, and without a locale's help.

The sentences that they stand in are the domain's responses, with all their translations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from .sdk import Tracker
from .terms import LANGUAGES, term

_KEPT: Final = "\N{NO-BREAK SPACE}"
_TIMES: Final = "\N{MULTIPLICATION SIGN}"

_WEEKDAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "pt": ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"),
    "it": ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
}
_MONTHS: Final[Mapping[str, str]] = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
_DAY: Final[Mapping[str, str]] = {
    "en": "{weekday} {number} {month}",
    "de": "{weekday}, {number}. {month}",
    "fr": "{weekday} {number} {month}",
    "es": "{weekday} {number} de {month}",
    "pt": "{number} de {month} ({weekday})",
    "it": "{weekday} {number} {month}",
}
_FIRST_OF_MONTH: Final[Mapping[str, str]] = {"fr": "1er", "it": "1º"}
_NO_DAY: Final[Mapping[str, str]] = {
    "en": "a day we do not know yet",
    "de": "noch offen",
    "fr": "pas encore connu",
    "es": "aún por confirmar",
    "pt": "ainda por confirmar",
    "it": "ancora da definire",
}
_AGO: Final[Mapping[str, tuple[str, str]]] = {
    "en": ("1 day ago", "{count} days ago"),
    "de": ("vor einem Tag", "vor {count} Tagen"),
    "fr": ("il y a un jour", "il y a {count} jours"),
    "es": ("hace un día", "hace {count} días"),
    "pt": ("há um dia", "há {count} dias"),
    "it": ("un giorno fa", "{count} giorni fa"),
}
_AND: Final[Mapping[str, str]] = {"en": "and", "de": "und", "fr": "et", "es": "y", "pt": "e", "it": "e"}
_MORE: Final[Mapping[str, tuple[str, str]]] = {
    "en": ("and 1 more", "and {count} more"),
    "de": ("und 1 weiterer Artikel", "und {count} weitere Artikel"),
    "fr": ("et 1 autre article", "et {count} autres articles"),
    "es": ("y 1 artículo más", "y {count} artículos más"),
    "pt": ("e mais 1 artigo", "e mais {count} artigos"),
    "it": ("e un altro articolo", "e altri {count} articoli"),
}
_LEFT: Final[Mapping[str, tuple[str, str]]] = {
    "en": ("1 left", "{count} left"),
    "de": ("noch 1 Stück", "noch {count} Stück"),
    "fr": ("il en reste 1", "il en reste {count}"),
    "es": ("queda 1", "quedan {count}"),
    "pt": ("resta 1", "restam {count}"),
    "it": ("ne resta 1", "ne restano {count}"),
}
_PLENTY: Final[Mapping[str, str]] = {
    "en": "plenty",
    "de": "reichlich da",
    "fr": "en bonne quantité",
    "es": "hay de sobra",
    "pt": "há bastantes",
    "it": "in abbondanza",
}
_BACK: Final[Mapping[str, str]] = {
    "en": "Back in stock: {day}.",
    "de": "Wieder da: {day}.",
    "fr": "De nouveau en stock : {day}.",
    "es": "Disponible de nuevo: {day}.",
    "pt": "Disponível de novo: {day}.",
    "it": "Di nuovo in magazzino: {day}.",
}
_GROUPS: Final[Mapping[str, str]] = {"de": ".", "it": ".", "fr": "\N{NARROW NO-BREAK SPACE}"}
"""What stands between thousands; Spanish and Portuguese set a space there, and only from five digits on."""


def language_of(tracker: Tracker) -> str:
    """The language that the customer writes, as the channel's metadata has it; English where that is not told."""
    metadata: Any = tracker.latest_message.get("metadata")
    told: Any = cast("dict[str, Any]", metadata).get("language") if isinstance(metadata, dict) else None
    return told if told in LANGUAGES else "en"


def money(cents: int, language: str = "en") -> str:
    """`24900` → `€249` and `249 €`, `123450` → `€1,234.50` and, in German, `1.234,50 €`."""
    whole, rest = divmod(cents, 100)
    if language == "en":
        return f"€{whole:,}" + (f".{rest:02}" if rest else "")
    group = _GROUPS.get(language, _KEPT if whole >= 10_000 else "")
    return f"{whole:,}".replace(",", group) + (f",{rest:02}" if rest else "") + f"{_KEPT}€"


def decimal(number: float, language: str) -> str:
    """`4.7`, and `4,7` where that is the custom."""
    return str(number) if language == "en" else str(number).replace(".", ",")


def day(value: date | None, language: str) -> str:
    """`Tuesday 24 November`, `Dienstag, 24. November`; that it is not known yet for None."""
    if value is None:
        return _NO_DAY[language]
    return _DAY[language].format(
        weekday=_WEEKDAYS[language][value.weekday()],
        number=_FIRST_OF_MONTH.get(language, "1") if value.day == 1 else value.day,
        month=_MONTHS[language].split()[value.month - 1],
    )


def day_gone_by(value: date | None, today: date, language: str) -> str:
    """`Friday 6 March, 4 days ago`: a day before `today`."""
    since = (today - value).days if value else 0
    ago = _AGO[language][since != 1].format(count=since)
    return f"{day(value, language)}, {ago}" if since > 0 else day(value, language)


def size(name: str, language: str) -> str:
    """`0.5 L` → `0,5 L`, `long` → `lang`; letters and numbers as they are."""
    return term(name, language) if language == "en" else re.sub(r"(?<=\d)\.(?=\d)", ",", term(name, language))


def colon(language: str) -> str:
    """The mark between a name and what is said of it: French keeps a space before it."""
    return f"{_KEPT}:" if language == "fr" else ":"


def listed(words: Sequence[str], language: str) -> str:
    """`S, M and L`."""
    return " ".join(filter(None, (", ".join(words[:-1]), _AND[language] if words[1:] else "", *words[-1:])))


def pieces(count: int, language: str) -> str:
    """How many there are: an exact small number is a fact that helps to decide, a large one is not."""
    return _LEFT[language][count != 1].format(count=count) if count <= 5 else _PLENTY[language]


def position(product: str, quantity: int, details: Sequence[str], language: str) -> str:
    """`2 x Sandpiper sleeping mat (regular, teal)`: a name is the catalogue's, size and colour the customer's words."""
    said = ", ".join(size(detail, language) for detail in details if detail)
    return f"{quantity} {_TIMES} {product}" + (f" ({said})" if said else "")


def and_more(count: int, language: str) -> str:
    """What ends the list of an order's goods after the first: ` and 2 more`, nothing for none."""
    return f" {_MORE[language][count != 1].format(count=count)}" if count else ""


def back_on(value: date | None, language: str) -> str:
    """When something that is sold out is there again, for the end of a line in a list."""
    return _BACK[language].format(day=day(value, language))
