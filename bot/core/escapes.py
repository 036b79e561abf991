"""The backslash that adapters put before a sign which would be formatting, such as the _ of a name. Pure."""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


def unescaped(text: str) -> str:
    """A text as it was typed, without those backslashes."""
    return _ESCAPE.sub(r"\1", text)
