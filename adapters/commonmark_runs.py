"""Our CommonMark, parsed, and its lines as runs: what a piece says and how it looks, before any payload. Pure.

Links are written out where their label hides the address, when the words are a person's. What a run becomes is the
platform's; every text in one is to be escaped there, or put into a field that is taken literally.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PRESET: Final = "commonmark"
_OPTIONS: Final = {"html": False, "maxNesting": 20}
_UNWANTED: Final = ("code", "html_block", "html_inline", "lheading", "reference")
_PARSER: Final = MarkdownIt(_PRESET, _OPTIONS).enable("strikethrough").disable(list(_UNWANTED))
_WITHOUT_LINKS: Final = MarkdownIt(_PRESET, _OPTIONS).enable("strikethrough").disable([*_UNWANTED, "link", "image"])
_URL: Final = re.compile(r"https?://[^\s<>\"`]+[^\s<>\"`.,;:!?'()\[\]{}*_~]")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MAX_WRITTEN_OUT: Final = 200
"""Characters of an address that no platform opens, where it is written behind its label."""


@dataclass(frozen=True, slots=True)
class Style:
    """How one run of text looks."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False


_PLAIN: Final = Style()


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style; with `url` it is a link, with `account` it notifies that person."""

    text: str
    style: Style = _PLAIN
    url: str = ""
    account: str = ""


def cleaned(text: str) -> str:
    """Text without what nobody sees: controls, lone surrogates, and bidi overrides that forge the reading order."""
    return _UNSEEN.sub("", text)


def tokens_of(commonmark: str, *, links: bool = True) -> list[Token]:
    """The parsed text, cleaned. Looking for `links` takes the square of their number: bound it or the text's length."""
    return (_PARSER if links else _WITHOUT_LINKS).parse(cleaned(commonmark))


def runs_of(line: Token, opens: Callable[[str], bool], *, unmask: bool, base: Style = _PLAIN) -> Iterator[Run]:
    """The runs of an `inline` token. `opens`: whether the platform opens that address; `base`: how all of it looks.

    With `unmask` a link whose label is not its address shows the address too.
    """
    style, url, label = base, "", ""
    for token in line.children or []:
        match token.type:
            case "strong_open" | "strong_close" | "em_open" | "em_close" | "s_open" | "s_close":
                style = _restyled(style, token, base)
            case "link_open":
                url, label = str(token.attrGet("href") or ""), ""
            case "link_close":
                yield from _link(url, label, style, opens, unmask=unmask)
                url = ""
            case "image":
                yield from _link(str(token.attrGet("src") or ""), token.content, style, opens, unmask=unmask)
            case kind:
                text = "\n" if kind in {"softbreak", "hardbreak"} else token.content
                if url:
                    label += text
                elif kind == "text":
                    yield from _linked(text, style, opens)
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


def _link(url: str, label: str, style: Style, opens: Callable[[str], bool], *, unmask: bool) -> Iterator[Run]:
    """A link that the platform opens, or its words alone when the address is of another kind or too long."""
    if not opens(url):
        address = f" ({url[:_MAX_WRITTEN_OUT]})" if url and url != label else ""
        yield from (Run(text, style) for text in (label, address) if text)
    elif not label or _is_address_of(label, url):
        yield Run("", style, url)
    elif unmask:
        yield Run(f"{label} (", style)
        yield Run("", style, url)
        yield Run(")", style)
    else:
        yield Run(label, style, url)


def _is_address_of(label: str, url: str) -> bool:
    return label in {url, url.removeprefix("mailto:")} or label.rstrip("/") == url.rstrip("/")


def _linked(text: str, style: Style, opens: Callable[[str], bool]) -> Iterator[Run]:
    """Addresses that stand in a text as they are become links, which rich text does not do by itself."""
    start = 0
    for match in _URL.finditer(text):
        if not opens(match.group()):
            continue
        if match.start() > start:
            yield Run(text[start : match.start()], style)
        yield Run("", style, match.group())
        start = match.end()
    if start < len(text):
        yield Run(text[start:], style)
