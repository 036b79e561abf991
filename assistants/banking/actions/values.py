"""How values are said in the customer's language: money, days, numbers, lists. Pure, and without a locale's help.

The sentences that they stand in are the domain's responses, with all their translations.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

WEEKDAYS: Final[Mapping[str, str]] = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
}
"""From Monday on, by language."""
MONTHS: Final[Mapping[str, str]] = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
"""From January on, by language; its keys are the languages that the assistant speaks."""

_DAY: Final[Mapping[str, str]] = {
    "en": "{weekday} {number} {month}",
    "de": "{weekday}, {number}. {month}",
    "fr": "{weekday} {number} {month}",
    "es": "{weekday} {number} de {month}",
    "pt": "{number} de {month} ({weekday})",
    "it": "{weekday} {number} {month}",
}
_FIRST_OF_MONTH: Final[Mapping[str, str]] = {"fr": "1er", "it": "1º"}
_GROUPS: Final[Mapping[str, str]] = {"en": ",", "de": ".", "it": ".", "fr": "\N{NARROW NO-BREAK SPACE}"}
"""What stands between thousands; Spanish and Portuguese set a space there, and only from five digits on."""
_KEPT: Final = "\N{NO-BREAK SPACE}"
_MINUS: Final = "\N{MINUS SIGN}"


def money(cents: int, language: str) -> str:
    """`124950` → `€1,249.50` and `1.249,50 €`, `-23000` → `−€230.00`."""
    whole, rest = divmod(abs(cents), 100)
    sign = _MINUS if cents < 0 else ""
    group = _GROUPS.get(language, _KEPT if whole >= 10_000 else "")
    grouped = f"{whole:,}".replace(",", group)
    return f"{sign}€{grouped}.{rest:02}" if language == "en" else f"{sign}{grouped},{rest:02}{_KEPT}€"


def decimal(number: float, language: str) -> str:
    """`1.0712`, and `1,0712` where that is the custom."""
    return f"{number:g}" if language == "en" else f"{number:g}".replace(".", ",")


def day(value: date, language: str) -> str:
    """`Tuesday 24 November`, `Dienstag, 24. November`."""
    return _DAY[language].format(
        weekday=WEEKDAYS[language].split()[value.weekday()],
        number=_FIRST_OF_MONTH.get(language, "1") if value.day == 1 else value.day,
        month=MONTHS[language].split()[value.month - 1],
    )


def short_day(value: date, language: str) -> str:
    """For the beginning of a line in a list: `Tue 24 Nov`, `24.11.`, `24/11`."""
    if language == "en":
        return f"{value:%a} {value.day} {value:%b}"
    return f"{value:%d.%m.}" if language == "de" else f"{value:%d/%m}"


def upper_first(text: str) -> str:
    """The text with its first letter large; the rest is left as it is."""
    return text[:1].upper() + text[1:]
