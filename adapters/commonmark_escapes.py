"""Words as people typed them, in CommonMark that shows them so: what would be markup gets a backslash. Pure.

Every platform that gives words without CommonMark, or with markup of its own, needs both of these.
`bot.core.wording.escapes` puts backslashes wherever one may stand, which is for names and not for what people
read in plain text.
"""

from __future__ import annotations

import re
from typing import Final

_MARKUP: Final = re.compile(r"[\\`*_~<&]")
_PUNCTUATION: Final = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\ue000\ue001\ue002")
"""What a backslash may stand before; adapters put the last three where markup will be."""
_BACKSLASH: Final = re.compile(rf"\\(?=[{_PUNCTUATION}]|\n|$)")
_UNDERSCORE: Final = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TAG: Final = re.compile(r"<(?=\S|$)")
_ENTITY: Final = re.compile(r"&(?=#?\w+;)")
_BEGINNERS: Final = frozenset("#-+=~0123456789")
_LINE_START: Final = (
    (re.compile(r"^(\s*)(#{1,6})(?=\s|$)"), r"\1\\\2"),
    (re.compile(r"^(\s*)([-+])(?=\s|$)"), r"\1\\\2"),
    (re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)"), r"\1\\\2"),
    (re.compile(r"^(\s*)(=+|-{2,})(?=\s*$)"), r"\1\\\2"),
    (re.compile(r"^(\s*)(~{3,})"), r"\1\\\2"),
)


def escaped(text: str) -> str:
    """Text in which CommonMark finds no inline markup but brackets, which begin a link only together with others.

    Leaves alone what CommonMark would leave alone. Signs that stand apart in two texts may be markup once these are
    joined: join first.
    """
    if not _MARKUP.search(text):
        return text
    text = _BACKSLASH.sub(r"\\\\", text)
    text = text.replace("`", "\\`").replace("*", "\\*").replace("~~", "\\~\\~")
    text = _UNDERSCORE.sub(r"\\_", text)
    text = _TAG.sub(r"\\<", text)
    return _ENTITY.sub(r"\\&", text)


def line_start(line: str) -> str:
    """A line at whose beginning CommonMark finds no heading, list, rule or fence. A `>` is the adapter's to judge."""
    if line.lstrip()[:1] not in _BEGINNERS:
        return line
    for pattern, replacement in _LINE_START:
        changed = pattern.sub(replacement, line)
        if changed != line:
            return changed
    return line
