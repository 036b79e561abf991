"""The backslash before a sign which would be formatting, such as the _ of a name: put there, and taken away. Pure."""

from __future__ import annotations

import re
from typing import Final

_SIGN: Final = re.compile(r"([\\`*_\[\]<>#|~])")
_ESCAPED: Final = r"\\\1"
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


def escaped(text: str) -> str:
    """Words that somebody typed, with no sign in them meaning anything where texts are formatted."""
    return _SIGN.sub(_ESCAPED, text)


def unescaped(text: str) -> str:
    """A text as it was typed, without those backslashes."""
    return _ESCAPE.sub(r"\1", text)
