"""Reads and writes Rasa's inline entity annotations: `fly to [Rome](city)` and its longer forms.

Pure text in, spans out. It never looks at files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

_MARKUP: Final = re.compile(
    r"\[(?P<text>[^\[\]]+?)\]"
    r"(?:\((?P<short>[^()]*?)\)|(?P<dict>\{[^{}]*\})|\[(?P<list>\s*\{[^\[\]]*\}\s*)\])"
)
_KEYS: Final = frozenset({"entity", "role", "group", "value"})


class MarkupError(ValueError):
    """An annotation that cannot be read; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A marked span of an example. `start` and `end` count code points of the plain text, end exclusive.

    `value` is the normalised value when the annotation gives one, else the span's own text.
    """

    start: int
    end: int
    entity: str
    value: str
    role: str | None = None
    group: str | None = None

    @property
    def label(self) -> str:
        """One name for entity, role and group together, as the entity extractor learns it."""
        return "\x1f".join((self.entity, self.role or "", self.group or ""))


def parse_markup(marked: str) -> tuple[str, tuple[Annotation, ...]]:
    """Split an annotated example into its plain text and its annotations, in order of the text.

    Understands `[x](e)`, `[x](e:value)`, `[x]{"entity": …, "role": …, "group": …, "value": …}` and
    `[x][{…}, {…}]`. Raises MarkupError for braces that are not such an object.
    """
    plain: list[str] = []
    found: list[Annotation] = []
    position = length = 0
    for match in _MARKUP.finditer(marked):
        before = marked[position : match.start()]
        text = match["text"]
        start = length + len(before)
        plain += (before, text)
        length = start + len(text)
        position = match.end()
        found += [_annotation(fields, text, start) for fields in _fields(match)]
    plain.append(marked[position:])
    return "".join(plain), tuple(found)


def write_markup(text: str, annotations: Sequence[Annotation]) -> str:
    """Write an example the way `parse_markup` reads it; spans that overlap an earlier one are left out."""
    parts: list[str] = []
    position = 0
    for a in sorted(annotations, key=lambda a: (a.start, -a.end)):
        if a.start < position:
            continue
        span = text[a.start : a.end]
        parts += (text[position : a.start], f"[{span}]")
        fields = {"entity": a.entity, "role": a.role, "group": a.group}
        if a.value != span:
            fields["value"] = a.value
        given = {key: value for key, value in fields.items() if value is not None}
        parts.append(f"({a.entity})" if set(given) == {"entity"} else json.dumps(given, ensure_ascii=False))
        position = a.end
    return "".join(parts) + text[position:]


def _fields(match: re.Match[str]) -> list[Mapping[str, object]]:
    short = match["short"]
    if short is not None:
        entity, _, value = short.partition(":")
        if not entity.strip():
            raise MarkupError(f"{match[0]!r} names no entity")
        return [{"entity": entity.strip(), "value": value.strip()} if value else {"entity": entity.strip()}]
    written = match["dict"] or f"[{match['list']}]"
    try:
        read: object = json.loads(written)
    except ValueError as error:
        raise MarkupError(f"{match[0]!r} is not an annotation: {error}") from error
    return cast("list[Mapping[str, object]]", read if isinstance(read, list) else [read])


def _annotation(fields: Mapping[str, object], text: str, start: int) -> Annotation:
    unknown = sorted(set(fields) - _KEYS)
    if unknown:
        raise MarkupError(f"an annotation of {text!r} has the unknown key {unknown[0]!r}; allowed: {sorted(_KEYS)}")
    entity = fields.get("entity")
    if not isinstance(entity, str) or not entity:
        raise MarkupError(f"an annotation of {text!r} names no entity")
    role, group, value = fields.get("role"), fields.get("group"), fields.get("value")
    return Annotation(
        start=start,
        end=start + len(text),
        entity=entity,
        value=text if value is None else str(value),
        role=None if role is None else str(role),
        group=None if group is None else str(group),
    )
