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
from dataclasses import dataclass, field
from typing import Final

from markdown_it.token import Token

from adapters.commonmark_runs import Run, Style, cleaned, runs_of, tokens_of

Element = dict[str, object]

_MAX_URL: Final = 2000
_MAX_SOURCE: Final = 10_000
"""Characters of one message that are looked at; the engine has split longer texts before."""
_TAGS: Final = {"strong": "b", "em": "i", "s": "s", "blockquote": "blockquote", "ul": "ul", "li": "li"}


def _tokens_of(commonmark: str) -> list[Token]:
    """The parsed text; what is longer than a message may be is cut with `…`."""
    text = cleaned(commonmark)
    return tokens_of(text if len(text) <= _MAX_SOURCE else text[: _MAX_SOURCE - 1] + "…")


# HTML -----------------------------------------------------------------------------------------


def html_of(commonmark: str, *, unmask: bool) -> str:
    """The text as HTML of the kinds that Teams shows. With `unmask` a link shows its address too."""
    return "".join(_html(_tokens_of(commonmark), unmask=unmask))


def _html(tokens: Sequence[Token], *, unmask: bool) -> Iterator[str]:
    for token in tokens:
        match token.type:
            case "inline":
                yield from (run_html(run) for run in runs_of(token, is_address, unmask=unmask))
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


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


# runs -----------------------------------------------------------------------------------------


def run_html(run: Run) -> str:
    """The run as HTML."""
    text, style = _escaped(run.text or run.url).replace("\n", "<br>"), run.style
    for tag, on in (("code", style.code), ("s", style.strike), ("i", style.italic), ("b", style.bold)):
        text = f"<{tag}>{text}</{tag}>" if on and text else text
    return f'<a href="{html.escape(run.url)}">{text}</a>' if run.url else text


def _inline(run: Run) -> Element:
    """The run as an element of a card."""
    shown: Element = {"type": "TextRun", "text": run.text or run.url}
    if run.style.bold:
        shown["weight"] = "Bolder"
    if run.style.italic:
        shown["italic"] = True
    if run.style.strike:
        shown["strikethrough"] = True
    if run.style.code:
        shown["fontType"] = "Monospace"
    if run.url:
        shown["selectAction"] = {"type": "Action.OpenUrl", "url": run.url}
    return shown


def is_address(url: str) -> bool:
    """Whether Teams opens that address."""
    return re.match(r"(?:https?://|mailto:)[^\s\"<>]+$", url) is not None and len(url) <= _MAX_URL


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
    for token in _tokens_of(commonmark):
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
            _add(walk, list(runs_of(token, is_address, unmask=unmask, base=Style(bold=walk.heading))))
        case "fence" | "code_block":
            walk.found.append(block([Run(token.content.rstrip("\n") or " ", Style(code=True))]))
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
    if lead:
        runs = [Run(lead), *runs]
    if runs:
        walk.found.append(block(runs, close=close))


def block(runs: Sequence[Run], *, close: bool = False) -> Element:
    """One RichTextBlock; `close` sets it right below what comes before."""
    shown: Element = {"type": "RichTextBlock", "inlines": [_inline(run) for run in runs if run.text or run.url]}
    if close:
        shown["spacing"] = "Small"
    return shown


def plain_of(commonmark: str, limit: int = 200) -> str:
    """The text alone on one line, as a notification shows it, cut with `…`."""
    pieces: list[str] = []
    # Marks and white space are few: what is shown stands within the first part of the text.
    for token in _tokens_of(commonmark[: limit * 10]):
        if token.type == "inline":
            pieces += [run.text or run.url for run in runs_of(token, is_address, unmask=False)] + [" "]
        elif token.type in {"fence", "code_block"}:
            pieces.append(f"{token.content} ")
    text = " ".join("".join(pieces).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
