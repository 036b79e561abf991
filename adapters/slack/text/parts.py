"""Our CommonMark as parts and runs: what it says and how it looks, before any platform's payload. Pure.

Links are written out where their label hides the address, when the words are a person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER: Final = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    .enable("strikethrough")
    .disable(["code", "html_block", "html_inline", "lheading", "reference"])
)
_WITHOUT_LINKS: Final = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    .enable("strikethrough")
    .disable(["code", "html_block", "html_inline", "lheading", "reference", "link", "image"])
)
_MAX_BRACKETS: Final = 150
"""Looking for links takes the square of their number; more than this is no text for people."""
_URL: Final = re.compile(r"https?://[^\s<>\"`]+[^\s<>\"`.,;:!?'()\[\]{}*_~]")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MAX_URL: Final = 3000
_MAX_INDENT: Final = 8


@dataclass(frozen=True, slots=True)
class Style:
    """How one run of text looks."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False

    def payload(self) -> dict[str, bool]:
        """The `style` object; empty for plain text."""
        marks = (("bold", self.bold), ("italic", self.italic), ("strike", self.strike), ("code", self.code))
        return {name: True for name, on in marks if on}


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style; with `url` it is a link, with `account` it notifies that person."""

    text: str
    style: Style = Style()
    url: str = ""
    account: str = ""


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


def cleaned(text: str) -> str:
    """Text without what nobody sees: controls, lone surrogates, and bidi overrides that forge the reading order."""
    return _UNSEEN.sub("", text)


def parts_of(commonmark: str, *, unmask: bool) -> tuple[Part, ...]:
    """The text as parts. With `unmask` a link whose label is not its address shows the address too."""
    walk = _Walk()
    parser = _PARSER if commonmark.count("[") <= _MAX_BRACKETS else _WITHOUT_LINKS
    for token in parser.parse(cleaned(commonmark)):
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
            base = Style(bold=walk.heading)
            runs = tuple(_runs(token.children or [], base, unmask=unmask))
            _add(walk, runs)
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


def _runs(tokens: Sequence[Token], base: Style, *, unmask: bool) -> Iterator[Run]:
    style, url, label = base, "", ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close" | "em_open" | "em_close" | "s_open" | "s_close":
                style = _restyled(style, token, base)
            case "link_open":
                url, label = str(token.attrGet("href") or ""), ""
            case "link_close":
                yield from _link(url, label, style, unmask=unmask)
                url = ""
            case "image":
                yield from _link(str(token.attrGet("src") or ""), token.content, style, unmask=unmask)
            case kind:
                text = "\n" if kind in ("softbreak", "hardbreak") else token.content
                if url:
                    label += text
                elif kind == "text":
                    yield from _linked(text, style)
                elif text:
                    yield Run(text, replace(style, code=kind == "code_inline"))


def _restyled(style: Style, token: Token, base: Style) -> Style:
    begins = token.nesting == 1
    match token.tag:
        case "strong":
            return replace(style, bold=begins or base.bold)
        case "em":
            return replace(style, italic=begins)
        case _:
            return replace(style, strike=begins)


def _link(url: str, label: str, style: Style, *, unmask: bool) -> Iterator[Run]:
    """A link that Slack can open, or its words alone when the address is of another kind or too long."""
    if not re.match(r"(?:https?://|mailto:)\S", url) or len(url) > _MAX_URL:
        yield from (Run(text, style) for text in (label, f" ({url[:200]})" if url and url != label else "") if text)
    elif not label or _same_address(label, url):
        yield Run("", style, url)
    elif unmask:
        yield Run(f"{label} (", style)
        yield Run("", style, url)
        yield Run(")", style)
    else:
        yield Run(label, style, url)


def _same_address(label: str, url: str) -> bool:
    return label in (url, url.removeprefix("mailto:")) or label.rstrip("/") == url.rstrip("/")


def _linked(text: str, style: Style) -> Iterator[Run]:
    """Addresses that stand in a text as they are become links, which rich text does not do by itself."""
    start = 0
    for match in _URL.finditer(text):
        if len(match.group()) > _MAX_URL:
            continue
        if match.start() > start:
            yield Run(text[start : match.start()], style)
        yield Run("", style, match.group())
        start = match.end()
    if start < len(text):
        yield Run(text[start:], style)
