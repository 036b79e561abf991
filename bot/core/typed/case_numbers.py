"""A case's number as people type it and as buttons bring it back: `1042`, `#1042`. Pure."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(r"#?(\d{1,12})")


def case_number(text: str) -> int | None:
    """The number; None when that is none, such as `²`, or longer than any case's can be."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else None
