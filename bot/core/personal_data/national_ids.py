"""Whether a string of characters is somebody's number with the state: by pattern and by checksum.

The rules are the issuing states' own. Takes flat text (`bot.core.personal_data.flat_text`), finds spans, changes
nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from bot.core.personal_data.number_context import Context, context

_DNI_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_CODICE_VALUES: Final = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_CODICE_ODD: Final = {
    **dict(zip("0123456789", _CODICE_VALUES, strict=False)),
    **dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _CODICE_VALUES, strict=True)),
}
"""Values of the characters at odd places of a codice fiscale (decreto 23 December 1976, table)."""

_DIGIT: Final = "[0-9LMNPQRSTUV]"
"""A digit of a codice fiscale, or the letter that stands for it where two people would have the same code."""
_NOT_NINO: Final = frozenset({"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"})


def _social_security(found: re.Match[str], near: Context) -> bool:
    """US: no area 000, 666 or 900 to 999, no group 00, no serial 0000. Bare digits only where they are called so."""
    digits = _alphanumeric(found[0])
    if digits[:3] in {"000", "666"} or digits[0] == "9" or digits[3:5] == "00" or digits[5:] == "0000":
        return False
    return near is not Context.ORDER and (found[0] != digits or near is Context.ID)


def _dni(found: re.Match[str], near: Context) -> bool:
    """Spain, DNI and NIE: the letter is the number modulo 23."""
    code = _alphanumeric(found[0])
    number = code[:-1].translate(str.maketrans("XYZ", "012"))
    return near is not Context.ORDER and _DNI_LETTERS[int(number) % 23] == code[-1]


def _codice(found: re.Match[str], _near: Context) -> bool:
    """Italy, codice fiscale: the last letter is the weighted sum modulo 26."""
    code = _alphanumeric(found[0])
    total = sum(_CODICE_ODD[c] if n % 2 == 0 else _even(c) for n, c in enumerate(code[:-1]))
    return chr(ord("A") + total % 26) == code[-1]


def _even(character: str) -> int:
    return int(character) if character.isdigit() else ord(character) - ord("A")


def _nir(found: re.Match[str], _near: Context) -> bool:
    """France, NIR: the key is 97 less the number modulo 97; Corsica's 2A and 2B count as 19 and 18."""
    code = _alphanumeric(found[0])
    number = code[:13].replace("2A", "19", 1) if code[5:7] == "2A" else code[:13].replace("2B", "18", 1)
    return number.isdigit() and 97 - int(number) % 97 == int(code[13:])


def _nif(found: re.Match[str], near: Context) -> bool:
    """Portugal, NIF: modulo 11. Nine bare digits are anybody's number, so those only where they are called so."""
    digits = _alphanumeric(found[0])
    check = 11 - sum(int(d) * (9 - n) for n, d in enumerate(digits[:8])) % 11
    return (check if check < 10 else 0) == int(digits[8]) and (
        near is Context.ID or (near is Context.NONE and found[0] != digits)
    )


def _tax_id(found: re.Match[str], near: Context) -> bool:
    """Germany, Steuer-ID: one digit of the first ten comes two or three times, and ISO 7064 modulo 11, 10."""
    digits = _alphanumeric(found[0])
    often = sorted(Counter(digits[:10]).values())
    if near is Context.ORDER or often[-1] not in {2, 3} or (len(often) > 1 and often[-2] > 1):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def _national_insurance(found: re.Match[str], _near: Context) -> bool:
    """United Kingdom, NINO: it has no checksum, so its barred prefixes have to do."""
    return _alphanumeric(found[0])[:2] not in _NOT_NINO


def _cpf(found: re.Match[str], near: Context) -> bool:
    """Brazil, CPF: two check digits modulo 11, never eleven times the same digit."""
    digits = _alphanumeric(found[0])
    if near is Context.ORDER or len(set(digits)) == 1:
        return False
    for length in (9, 10):
        rest = sum(int(d) * (length + 1 - n) for n, d in enumerate(digits[:length])) * 10 % 11
        if rest % 10 != int(digits[length]):
            return False
    return True


_Check = Callable[[re.Match[str], Context], bool]

_PATTERNS: Final[tuple[tuple[re.Pattern[str], _Check], ...]] = tuple(
    (re.compile(rf"(?<![\w.]){pattern}(?!\w|[.-]\d)", re.IGNORECASE), check)
    for pattern, check in (
        (r"\d{3}(?:([- ])\d{2}\1\d{4}|\d{6})", _social_security),
        (r"(?:\d{2}\.?\d{3}\.?\d{3}|[XYZ][ -]?\d{7})[ -]?[TRWAGMYFPDXBNJZSQVHLCKE]", _dni),
        (
            rf"[A-Z]{{3}} ?[A-Z]{{3}} ?{_DIGIT}{{2}}[ABCDEHLMPRST]{_DIGIT}{{2}} ?[A-Z]{_DIGIT}{{3}}[A-Z]",
            _codice,
        ),
        (
            r"[12][ .-]?\d{2}[ .-]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .-]?(?:\d{2}|2[AB])[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{2}",
            _nir,
        ),
        (r"[1235689]\d{2}[ .]?\d{3}[ .]?\d{3}", _nif),
        (r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}", _tax_id),
        (r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", _national_insurance),
        (r"\d{3}\.?\d{3}\.?\d{3}[- ]?\d{2}", _cpf),
    )
)


def national_ids(text: str) -> Iterator[tuple[int, int]]:
    """Spans of a flat text that are national ids."""
    for pattern, check in _PATTERNS:
        for found in pattern.finditer(text):
            if check(found, context(text, found.start())):
                yield found.span()


def _alphanumeric(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())
