"""Reads what a customer asks for by name where it is no department of ours: `do you sell kayaks?`. Pure."""

from __future__ import annotations

import re
from typing import Final

_ASKED: Final = (
    r"(?:do|can) (?:you|i) (?:also )?(?:sell|have|stock|carry|buy)|(?:have you )?got|are there",
    r"verkauft ihr|habt ihr|führt ihr|gibt es bei euch|(?:haben|verkaufen|führen) sie",
    r"(?:est-ce que )?vous (?:vendez|avez)|vendez-vous|avez-vous",
    r"vend[eé]is|venden|ten[eé]is|tienen",
    r"(?:vocês )?(?:vendem|têm)",
    r"vendete|avete|ci sono",
)
_BEFORE: Final = (
    r"any|an?|some|also|auch|ein|eine|einen|des|du|de la|une?|aussi|unos|unas|una|también|uns|umas?|também|"
    r"dei|delle|degli|anche"
)
_VAGUE: Final = re.compile(
    r"\b(?:something|anything|nothing|was|etwas|sonst|noch|quelque|rien|algo|nada|alguma|alguna|qualcosa|niente|ones?|it|"
    r"that|this|those|these|hier)\b",
    re.IGNORECASE,
)
_WARES: Final = re.compile(
    rf"^\W*(?:{'|'.join(_ASKED)})\s+(?:(?:{_BEFORE})\s+)*([^\W\d_]{{3,}}(?:[ -][^\W\d_]{{3,}})?)\s*\W*$", re.IGNORECASE
)


def wares_asked_for(text: str) -> str | None:
    """`kayaks` of `do you sell kayaks?`, `verkauft ihr kajaks`; None where nothing is asked for by one name."""
    found = _WARES.match(text)
    return found[1] if found and not _VAGUE.search(found[1]) else None
