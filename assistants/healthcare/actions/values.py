"""How days, times and short words are said in the patient's language. Pure, and without a locale's help.

The sentences that they stand in are the domain's responses, with all their translations.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final, cast

from .sdk import Button, Tracker

_WEEKDAYS: Final[Mapping[str, str]] = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
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
_MOMENT: Final[Mapping[str, str]] = {
    "en": "{day} at {time}",
    "de": "{day} um {time} Uhr",
    "fr": "{day} à {time}",
    "es": "{day} a las {time}",
    "pt": "{day} às {time}",
    "it": "{day} alle {time}",
}
_KEPT: Final = "\N{NO-BREAK SPACE}"
_CLOCK: Final[Mapping[str, str]] = {
    "fr": f"{{hour}}{_KEPT}h{_KEPT}{{minute:02}}",
    "pt": "{hour}h{minute:02}",
}
"""How an hour is written, where it is not as `09:50`."""
_YES: Final[Mapping[str, str]] = {"en": "Yes", "de": "Ja", "fr": "Oui", "es": "Sí", "pt": "Sim", "it": "Sì"}
_NO: Final[Mapping[str, str]] = {"en": "No", "de": "Nein", "fr": "Non", "es": "No", "pt": "Não", "it": "No"}


def language_of(tracker: Tracker) -> str:
    """The language that the patient writes, as the channel's metadata has it; English where that is not told."""
    metadata: Any = tracker.latest_message.get("metadata")
    told: Any = cast("dict[str, Any]", metadata).get("language") if isinstance(metadata, dict) else None
    return told if told in _DAY else "en"


def day(value: date, language: str) -> str:
    """`Thursday 3 December`, `Donnerstag, 3. Dezember`."""
    return _DAY[language].format(
        weekday=_WEEKDAYS[language].split()[value.weekday()],
        number=_FIRST_OF_MONTH.get(language, "1") if value.day == 1 else value.day,
        month=_MONTHS[language].split()[value.month - 1],
    )


def clock(value: time, language: str) -> str:
    """`09:50`, `9 h 50`, `9h50`; a full hour is `9 h` in French."""
    if language == "fr" and not value.minute:
        return f"{value.hour}{_KEPT}h"
    return _CLOCK.get(language, "{hour:02}:{minute:02}").format(hour=value.hour, minute=value.minute)


def moment(value: datetime, language: str) -> str:
    """`Thursday 3 December at 14:20`, `Donnerstag, 3. Dezember um 14:20 Uhr`."""
    return _MOMENT[language].format(day=day(value.date(), language), time=clock(value.time(), language))


def short_moment(value: datetime, language: str) -> str:
    """As short as a button has to be: `Thu 3 Dec 14:20`, `Do 03.12. 14:20`, `jeu 03/12 14 h 20`."""
    if language == "en":
        return f"{value:%a} {value.day} {value:%b} {value:%H:%M}"
    weekday = _WEEKDAYS[language].split()[value.weekday()]
    written = f"{weekday[:2]} {value:%d.%m.}" if language == "de" else f"{weekday[:3]} {value:%d/%m}"
    return f"{written} {clock(value.time(), language)}"


def upper_first(text: str) -> str:
    """The text with its first letter large; the rest is left as it is."""
    return text[:1].upper() + text[1:]


def yes_no(language: str) -> list[Button]:
    """The two buttons under a question."""
    return [{"title": _YES[language], "payload": "/affirm"}, {"title": _NO[language], "payload": "/deny"}]
