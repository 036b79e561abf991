"""Our CommonMark → what Teams shows: HTML for messages, rich text for cards. Pure.

Both are built from the parser's tokens, and every character of the text is escaped or stands in a field that is
taken literally: nothing that a customer types can become a mention, markup or a card. Links are written out where
their label hides the address, when the words are a person's.
Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages (HTML) and
https://adaptivecards.io/explorer/RichTextBlock.html
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

Element = dict[str, object]

_PARSER: Final = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    .enable("strikethrough")
    .disable(["code", "html_block", "html_inline", "lheading", "reference"])
)
_URL: Final = re.compile(r"https?://[^\s<>\"`]+[^\s<>\"`.,;:!?'()\[\]{}*_~]")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MAX_URL: Final = 2000
_MAX_SOURCE: Final = 10_000
"""Characters of one message that are looked at; the engine has split longer texts before."""
_TAGS: Final = {"strong": "b", "em": "i", "s": "s", "blockquote": "blockquote", "ul": "ul", "li": "li"}


def cleaned(text: str) -> str:
    """Text without what nobody sees: controls, lone surrogates, and bidi overrides that forge the reading order."""
    return _UNSEEN.sub("", text)


def tokens_of(commonmark: str) -> list[Token]:
    """The parsed text; what is longer than a message may be is cut with `…`."""
    text = cleaned(commonmark)
    return _PARSER.parse(text if len(text) <= _MAX_SOURCE else text[: _MAX_SOURCE - 1] + "…")


# HTML -----------------------------------------------------------------------------------------


def html_of(commonmark: str, *, unmask: bool) -> str:
    """The text as HTML of the kinds that Teams shows. With `unmask` a link shows its address too."""
    return "".join(_html(tokens_of(commonmark), unmask=unmask))


def _html(tokens: Sequence[Token], *, unmask: bool) -> Iterator[str]:
    for token in tokens:
        match token.type:
            case "inline":
                yield from _inline_html(token.children or [], unmask=unmask)
            case "fence" | "code_block":
                yield f"<pre>{_escaped(token.content.rstrip(chr(10)))}</pre>"
            case "hr":
                yield "<p>———</p>"
            case "paragraph_open" | "paragraph_close":
                if not token.hidden:
                    yield "<p>" if token.nesting == 1 else "</p>"
            case "heading_open":
                yield "<p><b>"
            case "heading_close":
                yield "</b></p>"
            case "ordered_list_open":
                start = token.attrGet("start")
                yield f'<ol start="{start}">' if isinstance(start, int) and start != 1 else "<ol>"
            case "ordered_list_close":
                yield "</ol>"
            case _:
                tag = _TAGS.get(token.tag)
                if tag:
                    yield f"<{tag}>" if token.nesting == 1 else f"</{tag}>"


def _inline_html(tokens: Sequence[Token], *, unmask: bool) -> Iterator[str]:
    for run in _runs(tokens, unmask=unmask):
        yield run.html()


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


# runs -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style; with `url` it is a link."""

    text: str
    url: str = ""
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False

    def html(self) -> str:
        """The run as HTML."""
        text = _escaped(self.text or self.url).replace("\n", "<br>")
        for tag, on in (("code", self.code), ("s", self.strike), ("i", self.italic), ("b", self.bold)):
            text = f"<{tag}>{text}</{tag}>" if on and text else text
        return f'<a href="{html.escape(self.url)}">{text}</a>' if self.url else text

    def inline(self) -> Element:
        """The run as an element of a card."""
        shown: Element = {"type": "TextRun", "text": self.text or self.url}
        if self.bold:
            shown["weight"] = "Bolder"
        if self.italic:
            shown["italic"] = True
        if self.strike:
            shown["strikethrough"] = True
        if self.code:
            shown["fontType"] = "Monospace"
        if self.url:
            shown["selectAction"] = {"type": "Action.OpenUrl", "url": self.url}
        return shown


def _runs(tokens: Sequence[Token], *, unmask: bool) -> Iterator[Run]:
    style, url, label = Run(""), "", ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                style = replace(style, bold=token.nesting == 1)
            case "em_open" | "em_close":
                style = replace(style, italic=token.nesting == 1)
            case "s_open" | "s_close":
                style = replace(style, strike=token.nesting == 1)
            case "link_open":
                url, label = str(token.attrGet("href") or ""), ""
            case "link_close":
                yield from _link(url, label, style, unmask=unmask)
                url = ""
            case "image":
                yield from _link(str(token.attrGet("src") or ""), token.content, style, unmask=unmask)
            case kind:
                text = "\n" if kind in {"softbreak", "hardbreak"} else token.content
                if url:
                    label += text
                elif kind == "text":
                    yield from _linked(text, style)
                elif text:
                    yield replace(style, text=text, code=kind == "code_inline")


def _link(url: str, label: str, style: Run, *, unmask: bool) -> Iterator[Run]:
    """A link that Teams opens, or its words alone when the address is of another kind or too long."""
    if not is_address(url):
        yield from (
            replace(style, text=text) for text in (label, f" ({url[:200]})" if url and url != label else "") if text
        )
    elif not label or label in {url, url.removeprefix("mailto:")} or label.rstrip("/") == url.rstrip("/"):
        yield replace(style, url=url)
    elif unmask:
        yield replace(style, text=f"{label} (")
        yield replace(style, url=url)
        yield replace(style, text=")")
    else:
        yield replace(style, text=label, url=url)


def is_address(url: str) -> bool:
    """Whether Teams opens that address."""
    return re.match(r"(?:https?://|mailto:)[^\s\"<>]+$", url) is not None and len(url) <= _MAX_URL


def _linked(text: str, style: Run) -> Iterator[Run]:
    """Addresses that stand in a text as they are become links."""
    start = 0
    for match in _URL.finditer(text):
        if len(match.group()) > _MAX_URL:
            continue
        if match.start() > start:
            yield replace(style, text=text[start : match.start()])
        yield replace(style, url=match.group())
        start = match.end()
    if start < len(text):
        yield replace(style, text=text[start:])


# cards ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Walk:
    """Where the walk over the tokens stands."""

    found: list[Element] = field(default_factory=list[Element])
    markers: list[int] = field(default_factory=list[int])
    quotes: int = 0
    heading: bool = False
    item_begins: bool = False


def elements_of(commonmark: str, *, unmask: bool) -> list[Element]:
    """The text as elements of a card: one RichTextBlock a paragraph or list item, quotes and code indented."""
    walk = _Walk()
    for token in tokens_of(commonmark):
        _step(walk, token, unmask=unmask)
    return walk.found


def _step(walk: _Walk, token: Token, *, unmask: bool) -> None:
    match token.type:
        case "bullet_list_open":
            walk.markers.append(-1)
        case "ordered_list_open":
            start = token.attrGet("start")
            walk.markers.append(start if isinstance(start, int) else 1)
        case "bullet_list_close" | "ordered_list_close":
            walk.markers.pop()
        case "list_item_open":
            walk.item_begins = True
        case "blockquote_open" | "blockquote_close":
            walk.quotes += token.nesting
        case "heading_open" | "heading_close":
            walk.heading = token.nesting == 1
        case "inline":
            _add(walk, list(_runs(token.children or [], unmask=unmask)))
        case "fence" | "code_block":
            walk.found.append(block([Run(token.content.rstrip("\n") or " ", code=True)]))
        case "hr":
            walk.found.append(block([Run("———")]))
        case _:
            return


def _add(walk: _Walk, runs: list[Run]) -> None:
    lead = "   " * max(len(walk.markers) - 1, 0) + "❝ " * min(walk.quotes, 3)
    if walk.item_begins and walk.markers:
        number = walk.markers[-1]
        lead += "• " if number < 0 else f"{number}. "
        if number >= 0:
            walk.markers[-1] += 1
    close = walk.item_begins and bool(walk.found)
    walk.item_begins = False
    if walk.heading:
        runs = [replace(run, bold=True) for run in runs]
    if lead:
        runs = [Run(lead), *runs]
    if runs:
        walk.found.append(block(runs, close=close))


def block(runs: Sequence[Run], *, close: bool = False) -> Element:
    """One RichTextBlock; `close` sets it right below what comes before."""
    shown: Element = {"type": "RichTextBlock", "inlines": [run.inline() for run in runs if run.text or run.url]}
    if close:
        shown["spacing"] = "Small"
    return shown


def plain_of(commonmark: str, limit: int = 200) -> str:
    """The text alone on one line, as a notification shows it, cut with `…`."""
    pieces: list[str] = []
    # Marks and white space are few: what is shown stands within the first part of the text.
    for token in tokens_of(commonmark[: limit * 10]):
        if token.type == "inline":
            pieces += [run.text or run.url for run in _runs(token.children or [], unmask=False)] + [" "]
        elif token.type in {"fence", "code_block"}:
            pieces.append(f"{token.content} ")
    text = " ".join("".join(pieces).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
