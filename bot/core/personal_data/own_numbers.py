"""Which numbers in a customer's words are somebody's own: an order, an account, a PIN, a date of birth. Pure.

Four digits alone are mostly a year, a room or a price, and an example without them means less: they stay unless the
words before them say whose they are. More digits, or digits among letters, are somebody's unless they are money.
"""

from __future__ import annotations

import re
from typing import Final

from bot.core.personal_data.number_context import Context, context

_NUMBER: Final = re.compile(r"[\w.-]*\d(?:[\w.-]*\d){3}[\w-]*")
"""Four digits or more in one piece, with what hangs on them."""

_PLAIN: Final = re.compile(r"\d{4}|\d\.\d{3}|\d{2}\.\d{2}")
_AMOUNT: Final = re.compile(r"\d{1,7}(?:\.\d{1,3}){0,3}")
_BEFORE: Final = 40
"""So many characters before a number may say whose it is."""

_WHOSE: Final = re.compile(
    r"""(?:\d[\s/-]*|…\W*|(?:\b(?:
        pin|tan|cv[cv]|passcode|passwor[dt]|kennwort|mot\ de\ passe|contraseña|palavra-passe|senha
        |code|kode|c[oó]digo|ending|ends|last\ (?:four|4)|endet|letzten\ vier|endziffern|finit|derniers|termina|acaba
        |últimos|ultime|finisce|number|n[or]\.?|numéro|n[úu]mero|n[º°]|riferimento|booking|buchung|réservation|reserva
        |prenotazione|paquete|pacco|account|konto|compte|cuenta|conta|conto|card|karte|carte|tarjeta|cartão|carta
        |policy|police|póliza|polizza|customer|kunde|client|cliente|member|mitglied|patient|paciente|paziente
        |contract|vertrag|contrat[oe]?|contratto|born|birth|birthday|geboren|geburtstag|née?|naissance
        |nacid[oa]|nacimiento|nascid[oa]|nascimento|nat[oa]|nascita
    )|nummer)(?:\W+\w{1,4}){0,3}\W*)$""",
    re.IGNORECASE | re.VERBOSE,
)
"""What makes four digits somebody's, with up to three short words between: *my PIN is 1234*, *card ending in 4242*."""

_MONEY_BEFORE: Final = re.compile(r"(?:[€$£]|\b(?:eur|usd|gbp|chf))\s*$", re.IGNORECASE)
_MONEY_AFTER: Final = re.compile(
    r"(?:[.,]\d{1,2})?\s*(?:[€$£]|(?:eur|euros?|usd|dollars?|dólares|dollari|gbp|pounds?|pfund|libras|sterline"
    r"|chf|francs?|franken)\b)",
    re.IGNORECASE,
)
_MORE_DIGITS: Final = re.compile(r"[\s/-]*\d")


def without_own_numbers(text: str, instead: str) -> str:
    """The text with `instead` in the place of every number that is somebody's own."""

    def judged(found: re.Match[str]) -> str:
        named = context(text, found.start()) is not Context.NONE
        before, after = text[max(0, found.start() - _BEFORE) : found.start()], text[found.end() :]
        return found[0] if _is_harmless(found[0], before, after, named=named) else instead

    return _NUMBER.sub(judged, text)


def _is_harmless(number: str, before: str, after: str, *, named: bool) -> bool:
    plain = number.rstrip(".-")
    if _AMOUNT.fullmatch(plain) and (_MONEY_BEFORE.search(before) or _MONEY_AFTER.match(after)):
        return True
    if named or _WHOSE.search(before) or _MORE_DIGITS.match(after):
        return False
    return _PLAIN.fullmatch(plain) is not None
