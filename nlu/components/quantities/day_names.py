"""Names of days, weekdays (Monday is 0) and months in six languages, in lower case, and how far or which they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DAYS: Final[Mapping[str, int]] = {
    name: number
    for number, names in (
        (0, "today|tonight|this morning|this afternoon|this evening|heute|heute morgen|heute früh|heute abend"),
        (
            0,
            "heute nacht|aujourd'hui|aujourd’hui|ce matin|cet après-midi|ce soir|hoy|esta mañana|esta tarde|esta noche",
        ),
        (0, "hoje|esta noite|hoje à tarde|hoje à noite|oggi|stamattina|oggi pomeriggio|stasera|stanotte"),
        (1, "tomorrow|tmrw|tomorow|morgen|morgen früh|morgen abend|demain|mañana|amanhã|domani"),
        (-1, "yesterday|last night|gestern|gestern abend|hier|hier soir|ayer|anoche|ontem|ontem à noite|ieri"),
        (-1, "ieri sera"),
        (2, "the day after tomorrow|day after tomorrow|übermorgen|uebermorgen|après-demain|pasado mañana"),
        (2, "depois de amanhã|dopodomani"),
        (-2, "the day before yesterday|day before yesterday|vorgestern|avant-hier|anteayer|antes de ayer|anteontem"),
        (-2, "l'altro ieri|l’altro ieri|avantieri"),
    )
    for name in names.split("|")
}
WEEKDAYS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag lundi lunes segunda-feira lunedì",
            "tuesday tue tues dienstag mardi martes terça-feira martedì",
            "wednesday wed mittwoch mercredi miércoles quarta-feira mercoledì",
            "thursday thu thurs donnerstag jeudi jueves quinta-feira giovedì",
            "friday fri freitag vendredi viernes sexta-feira venerdì",
            "saturday samstag samedi sábado sabato",
            "sunday sonntag dimanche domingo domenica",
        )
    )
    for name in names.split()
}
MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero janeiro gennaio",
            "february feb februar février febrero fevereiro febbraio",
            "march mar märz mars marzo março",
            "april apr avril abril aprile",
            "may mai mayo maio maggio",
            "june jun juni juin junio junho giugno",
            "july jul juli juillet julio julho luglio",
            "august aug août agosto",
            "september sep sept septembre septiembre setembro settembre",
            "october oct oktober okt octobre octubre outubro ottobre",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre diciembre dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
