"""Understands which of a few times or appointments somebody means: `the second`, `14:20`, `the physio one`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .practice import Appointment, Slot

_WEEKDAYS: Final = (
    ("monday", "mon", "montag", "lundi", "lunes", "segunda", "lunedì"),
    ("tuesday", "tue", "tues", "dienstag", "mardi", "martes", "terça", "martedì"),
    ("wednesday", "wed", "mittwoch", "mercredi", "miércoles", "quarta", "mercoledì"),
    ("thursday", "thu", "thur", "thurs", "donnerstag", "jeudi", "jueves", "quinta", "giovedì"),
    ("friday", "fri", "freitag", "vendredi", "viernes", "sexta", "venerdì"),
    ("saturday", "sat", "samstag", "samedi", "sábado", "sabato"),
)
_ORDINALS: Final = tuple(
    tuple(names.split())
    for names in (
        (
            "first 1st top earliest erste ersten erster früheste frühesten premier première primero primera primer "
            "primeiro primeira primo prima"
        ),
        "second 2nd zweite zweiten zweiter deuxième second seconde segundo segunda secondo seconda",
        "third 3rd dritte dritten dritter troisième tercero tercera tercer terceiro terceira terzo terza",
        "fourth 4th vierte vierten vierter quatrième cuarto cuarta quarto quarta",
    )
)
_ORDINAL_WORDS: Final = frozenset(name for names in _ORDINALS for name in names)
_MINE: Final = re.compile(r"\bmon\b(?=\s+(?:rendez|rdv))", re.IGNORECASE)
"""What is Monday in English and `my` in French: `annuler mon rendez-vous`."""
_LAST: Final = frozenset(
    [
        "last",
        "latest",
        "bottom",
        "letzte",
        "letzten",
        "letzter",
        "dernier",
        "dernière",
        "último",
        "última",
        "ultimo",
        "ultima",
    ]
)
_CLOCK: Final = re.compile(
    r"\b(\d{1,2})(?:\s?[:.h]\s?(\d{2})|(?=\s*(?:am|pm|uhr|h\b|o'?clock))|$|(?= (?:please|pls|is|works)))",
    re.IGNORECASE,
)
_ANOTHER: Final = re.compile(
    r"\b(none|neither|no(t)? (of (these|those|them)|good)|other|others|another|different|later( ones?)?|more|"
    r"something else"
    r"|doesn'?t (work|suit|fit)|can'?t (do|make)|andere\w*|keine\w*|später\w*|autre|aucun|plus tard|otro|otra|más tarde"
    r"|too (?:early|soon)|zu früh|trop tôt|(?:muy|demasiado) (?:pronto|temprano)|muito cedo|troppo presto"
    r"|ninguno|ninguna|outro|outra|mais tarde|nenhum|altro|altra|più tardi|nessuno)\b",
    re.IGNORECASE,
)
_EARLIER: Final = re.compile(
    r"\b(?:earlier|sooner|früher\w*|(?:etwas|geht es|geht[’']?s|noch|auch) eher|plus tôt|más (?:temprano|pronto)"
    r"|algo antes|mais cedo|più presto|qualcosa prima|prima di (?:così|quest[io]|quell[io]))\b"
    r"(?! (?:possible|möglich|possibile|possível))|\bantes\W*$",
    re.IGNORECASE,
)
_THE_OTHER: Final = re.compile(
    r"\b(?:the others?|(?:die|der|den|das) anderen?|l['’]autre|(?:el|la) otr[oa]|[oa] outr[oa]|l['’]altr[oa])\b",
    re.IGNORECASE,
)
_NO_PREFERENCE: Final = re.compile(
    r"^\W*(?:any(?:one|body)?(?: one| of (?:them|these|those)| ?(?:doctor|gp))?|whichever|whatever|whoever|either"
    r"|all the same|all fine|no preference|not (?:bothered|fussed)|(?:i |really )*do ?n['’]?t (?:mind|care)"
    r"(?: (?:which|who|what)(?: one)?)?|(?:ganz |mir )?egal|irgendeine[rn]?"  # codespell:ignore egal
    r"|peu importe|n['’]importe (?:lequel|laquelle)|cualquiera|(?:me )?da igual|qualquer(?: um)?|tanto faz"
    r"|qualsiasi|(?:per me )?è uguale|indifferente)\b"
    r"(?: (?:is|are|will|would|works?|passt|va|vale|serve)\b.*)?\W*$",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\bfp[\s\-_.]*(\d{4})\b|(?<![\d:.])(\d{4})(?![\d:.])", re.IGNORECASE)


def slot_meant(text: str, offered: Sequence[Slot]) -> Slot | None:
    """The one offered slot that the words mean, or None when they mean none, or several."""
    words = _words(text)
    fitting = [slot for slot in offered if _fits_clock(text, slot)] if _CLOCK.search(text) else []
    if not fitting:
        fitting = [slot for slot in offered if _names_day(words, slot)]
    if len(fitting) > 1:
        fitting = [slot for slot in fitting if _names_day(words, slot)] or fitting
    if len(fitting) == 1:
        return fitting[0]
    if fitting and not words & _ORDINAL_WORDS:
        return None
    # "segunda" is Monday to some and the second to others: where no single slot is that day's, it is a place
    return _by_place(words, fitting or offered)


def department_meant(text: str, names: Sequence[str]) -> str | None:
    """The department that stands there in the list: `the first one`; None where no place is named."""
    place = _place(_words(text), len(names))
    return names[place] if place is not None else None


def has_no_preference(text: str) -> bool:
    """Whether any of what was offered will do: `any of them is fine`, `egal`."""
    return _NO_PREFERENCE.match(text) is not None


def wants_others(text: str) -> bool:
    """Whether somebody says that what was offered does not suit."""
    return _ANOTHER.search(text) is not None


def wants_earlier(text: str) -> bool:
    """Whether an earlier time than those that were offered is asked for: `anything sooner?`, `geht es früher`."""
    return _EARLIER.search(text) is not None


def speaks_of_another(text: str) -> bool:
    """Whether it is another one that is meant: `and the other one?`, `e l'altro?`."""
    return _THE_OTHER.search(text) is not None


def appointment_meant(text: str, own: Sequence[Appointment], department: str | None = None) -> Appointment | None:
    """The one of the patient's own appointments that the words mean, or None when that is unclear.

    `department` is the one that the words name, if any.
    """
    if number := read_number(text):
        return next((appointment for appointment in own if appointment.number == number), None)
    words = _words(text)
    fitting = [
        appointment
        for appointment in own
        if _names_day(words, appointment.slot)
        or words & set(appointment.slot.clinician.title.lower().split()[1:])
        or appointment.slot.clinician.department == department
        or any(word[:5] == appointment.slot.clinician.department[:5] for word in words)
    ]
    if len(fitting) == 1:
        return fitting[0]
    if fitting and not words & _ORDINAL_WORDS:
        return None
    place = _place(words, len(own))
    return own[place] if place is not None else None


def read_number(text: object) -> str | None:
    """`fp 2041`, `FP2041`, `2041` or a sentence with one of them → `FP-2041`; None where there is none."""
    found = _NUMBER.search(str(text))
    return f"FP-{found[1] or found[2]}" if found else None


def _fits_clock(text: str, slot: Slot) -> bool:
    for hour, minute in _CLOCK.findall(text):
        wanted, minutes = int(hour), int(minute or 0)
        if minutes == slot.start.minute and wanted in {slot.start.hour, slot.start.hour % 12 or 12}:
            return True
    return False


def _names_day(words: frozenset[str], slot: Slot) -> bool:
    weekday = slot.start.weekday()
    return bool(words & set(_WEEKDAYS[weekday])) if weekday < len(_WEEKDAYS) else False


def _by_place(words: frozenset[str], offered: Sequence[Slot]) -> Slot | None:
    place = _place(words, len(offered))
    return offered[place] if place is not None else None


def _place(words: frozenset[str], count: int) -> int | None:
    if words & _LAST and count:
        return count - 1
    places = [place for place, names in enumerate(_ORDINALS) if words & {*names, str(place + 1)} and place < count]
    return places[0] if len(places) == 1 else None


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w']+", _MINE.sub("", text).lower()))
