"""Our CommonMark as parts: paragraphs, items, quotes and code, before the payload. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from markdown_it.token import Token

from adapters.commonmark_runs import Run, Style, runs_of, tokens_of

_MAX_BRACKETS: Final = 150
"""Links are not looked for among more of them: that is no text for people."""
_MAX_URL: Final = 3000
_MAX_INDENT: Final = 8


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, list item, quote or code block. `indent` counts from 0 for list items."""

    kind: str
    runs: tuple[Run, ...]
    indent: int = 0


@dataclass(slots=True)
class _Walk:
    """Where the walk over the tokens stands."""

    parts: list[Part] = field(default_factory=list[Part])
    lists: list[str] = field(default_factory=list[str])
    quotes: int = 0
    item_begins: bool = False
    heading: bool = False


def parts_of(commonmark: str, *, unmask: bool) -> tuple[Part, ...]:
    """The text as parts. With `unmask` a link whose label is not its address shows the address too."""
    walk = _Walk()
    for token in tokens_of(commonmark, links=commonmark.count("[") <= _MAX_BRACKETS):
        _step(walk, token, unmask=unmask)
    return tuple(walk.parts)


def _step(walk: _Walk, token: Token, *, unmask: bool) -> None:
    match token.type:
        case "bullet_list_open" | "ordered_list_open":
            walk.lists.append("bullet" if token.type == "bullet_list_open" else "ordered")
        case "bullet_list_close" | "ordered_list_close":
            walk.lists.pop()
        case "list_item_open":
            walk.item_begins = True
        case "blockquote_open":
            walk.quotes += 1
        case "blockquote_close":
            walk.quotes -= 1
        case "heading_open" | "heading_close":
            walk.heading = token.type == "heading_open"
        case "inline":
            _add(walk, tuple(runs_of(token, _opens, unmask=unmask, base=Style(bold=walk.heading))))
        case "fence" | "code_block":
            walk.parts.append(Part("code", (Run(token.content.rstrip("\n")),)))
        case "hr":
            walk.parts.append(Part("paragraph", (Run("———"),)))
        case _:
            return


def _add(walk: _Walk, runs: tuple[Run, ...]) -> None:
    if walk.lists and not walk.quotes:
        indent = min(len(walk.lists) - 1, _MAX_INDENT)
        if not walk.item_begins and walk.parts:
            last = walk.parts[-1]
            walk.parts[-1] = replace(last, runs=(*last.runs, Run("\n"), *runs))
            return
        walk.parts.append(Part(walk.lists[-1], runs, indent))
        walk.item_begins = False
        return
    if walk.lists and walk.item_begins:
        runs = (Run("• "), *runs)
        walk.item_begins = False
    walk.parts.append(Part("quote" if walk.quotes else "paragraph", runs))


def _opens(url: str) -> bool:
    return re.match(r"(?:https?://|mailto:)\S", url) is not None and len(url) <= _MAX_URL
