"""What a number is called by the words in front of it: an order, a telephone, somebody's number with the state.

`12345678` is anybody's number until somebody writes *order* or *call me at* before it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

_LOOK_BACK: Final = 28
"""Characters before a number that may name it: about four words."""


class Context(StrEnum):
    """What the nearest telling word before a number calls it."""

    NONE = "none"
    ORDER = "order"
    PHONE = "phone"
    ID = "id"


_WORDS: Final = re.compile(
    r"(?P<order>\b(?:orders?|bestell\w*|auftrag\w*|commande\w*|pedido\w*|encomenda\w*|ordine|ordini|cases?|fall|dossier"
    r"|caso|tickets?|invoice|rechnung\w*|facture|factura|fatura|fattura|tracking|sendung\w*|paket\w*|parcel|colis"
    r"|article|artikel\w*|sku|serial|serien\w*|ref|reference|referen[zc]\w*|kundennummer|transaction|transa\w*)\b|[#№])"
    r"|(?P<phone>\b(?:tel|tel[eé]?fon\w*|t[eé]l[eé]phone|phone\w*|mobile|mobil\w*|handy\w*|m[oó]vil|telem[oó]vel|celular"
    r"|cellulare|portable|whatsapp|sms|call|rufen?|ruf|appele\w*|appeler|ll[aá]m\w*|lig(?:ue|ar)|chiam\w*)\b)"
    r"|(?P<id>\b(?:nif|contribuinte|fiscal|fiscale|steuer\w*|tax\w*|tin|ssn|social|sozial\w*|cpf|dni|nie|nino"
    r"|insurance|codice|insee|s[eé]cu\w*|s[eé]curit[eé]|identi\w*|ausweis\w*)\b)",
    re.IGNORECASE,
)


def context(text: str, start: int) -> Context:
    """What the words before `start` call the number there; the nearest word counts."""
    nearest = Context.NONE
    for found in _WORDS.finditer(text, max(0, start - _LOOK_BACK), start):
        nearest = Context(found.lastgroup or "none")
    return nearest
