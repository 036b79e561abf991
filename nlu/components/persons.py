"""Finds the names by which people present themselves or address others: `my name is Ada Lovelace`, `Dr. Grace Hopper`.

It goes by what stands before a name, in six languages; a name without such a sign is not found. Rasa's spaCy extractor
calls the entity PERSON, and so does this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nlu.components.patterns import merge_entities
from nlu.draft import Draft
from nlu.types import Entity

_NAME: Final = (
    r"[^\W\d_a-zà-ÿ][\w'’-]{1,30}"
    r"(?:\s(?:van|von|de|da|di|del|der|la|le|dos|du)){0,2}(?:\s[^\W\d_a-zà-ÿ][\w'’-]{0,30}\.?){0,3}"
)
_SAID: Final = (
    r"my name is|my name's|name is|i am called|this is|call me|"
    r"ich heiße|ich heisse|mein name ist|je m'appelle|mon nom est|me llamo|mi nombre es|soy|"
    r"meu nome é|me chamo|chamo-me|mi chiamo|il mio nome è"
)
_LOOSE: Final = re.compile(rf"\b(?i:{_SAID}):?\s+(?P<name>{_NAME})")
_WEAK: Final = re.compile(rf"\b(?:[Ii] am|[Ii]'m|[Ii]ch bin|[Jj]e suis|[Ss]ono)\s+(?P<name>{_NAME})")
_TITLED: Final = re.compile(
    rf"\b(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Monsieur|Madame|Señora?|Senhora?|Signora?)\.?\s){{1,3}}(?P<name>{_NAME})"
)
_SMALL: Final = re.compile(
    r"\b(?:my name is|my name's|mein name ist|je m'appelle|me llamo|mi chiamo)\s(?P<name>[^\W\d_]{2,20})\b"
)
_NO_NAMES: Final = frozenset({"I", "Not", "The", "A", "An", "So", "Very", "Still", "OK", "Ok", "German", "English"})


@dataclass(frozen=True, slots=True)
class PersonExtractor:
    """Adds entities `PERSON` to `draft.entities`. Learns nothing."""

    def process(self, draft: Draft) -> None:
        found: list[Entity] = []
        for pattern in (_LOOSE, _TITLED, _WEAK, _SMALL):
            for match in pattern.finditer(draft.text):
                name = match["name"]
                start = match.start("name")
                trimmed = name.rstrip(".'")
                taken = any(f.start < start + len(trimmed) and start < f.end for f in found)
                if trimmed.split()[0] in _NO_NAMES or taken or (pattern is _WEAK and trimmed.isupper()):
                    continue
                end = start + len(trimmed)
                found.append(Entity("PERSON", trimmed, start, end, 0.8, extractor="PersonExtractor"))
        draft.entities = merge_entities(draft.entities, found)

    def save(self, folder: Path) -> None:
        """Write nothing: there is nothing to learn."""

    @classmethod
    def load(cls, _folder: Path) -> PersonExtractor:
        """Return the extractor."""
        return cls()
