"""What people write on Teams → CommonMark that reads the same. Pure; the way back is `rich_text`.

Teams gives a message as plain text and, where it has any formatting, as HTML too. The HTML is cleaned with a
maintained sanitizer first. Characters that CommonMark would take for markup although Teams showed them as they
are get a backslash.
Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import nh3

from adapters.commonmark_escapes import escaped, line_start
from adapters.teams.text.html_tree import Node, tree_of

Mention = Callable[[str, str], str]
"""What a mention becomes, from its number in the message ("" when it has none) and its words: "" takes it out."""

_TEXT_TAGS: Final = frozenset({"a", "at", "attachment", "b", "br", "code", "del", "em", "emoji", "i", "img", "ins"})
_MORE_TEXT_TAGS: Final = frozenset({"s", "span", "strike", "strong", "sub", "sup", "td", "th", "u"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE: Final = frozenset({"table", "tbody", "tfoot", "thead", "tr"})
_BLOCKS: Final = _HEADINGS | _TABLE | {"blockquote", "div", "hr", "li", "ol", "p", "pre", "ul"}
_TAGS: Final = _TEXT_TAGS | _MORE_TEXT_TAGS | _BLOCKS
_ATTRIBUTES: Final = {
    "a": {"href"},
    "at": {"id"},
    "emoji": {"alt"},
    "img": {"alt"},
    "ol": {"start"},
    "span": {"itemtype", "itemid"},
}
_CLEANER: Final = nh3.Cleaner(
    tags=set(_TAGS),
    attributes=_ATTRIBUTES,
    clean_content_tags={"script", "style", "head", "title"},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
    strip_comments=True,
)
_MENTION: Final = "http://schema.skype.com/Mention"
_MARKS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "strike": "~~", "del": "~~"}
_SIGNED: Final = frozenset({*_MARKS, "a", "br", "code"})
"""Elements in a line for which CommonMark has signs."""
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:)\S")
_MAX_HTML: Final = 200_000
_MAX_TAGS: Final = 1000
"""What has more is read as its words alone: cleaning takes time that grows with the square of the depth."""

_AT: Final = re.compile(r"<at(?:\s[^<>]{0,100})?>([^<]{0,300})</at>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]{0,1000}>")
_BRACKET: Final = "\ue002"
"""Stands for a typed `[` until the whole is known: what makes a link of it may come much later."""

_MAY_LINK: Final = re.compile(r"\][(\[:]")
_QUOTE: Final = re.compile(r"^(\s*)(>)")


def from_text(text: str, mention: Mention) -> str:
    """Plain text as Teams gives it: `<at>` around mentions, everything else as it was typed."""
    pieces: list[str] = []
    end = 0
    text = text.replace(_BRACKET, "")
    for found in _AT.finditer(text):
        pieces += [text[end : found.start()], mention("", html.unescape(found[1]))]
        end = found.end()
    pieces.append(text[end:])
    lines = (
        _bracketed(_literal("".join(pieces))).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    )
    return "\n".join(_line_start(line.rstrip()) for line in lines).strip()


def from_html(source: str, mention: Mention) -> str:
    """HTML as Teams gives it. Whatever is in it, the result is CommonMark without HTML."""
    source = source[:_MAX_HTML]
    if source.count("<") > _MAX_TAGS:
        return from_text(html.unescape(_TAG.sub(" ", source)), mention)
    return _bracketed(_squeezed(_blocks(tree_of(_CLEANER.clean(source.replace(_BRACKET, ""))), mention)))


def _bracketed(text: str) -> str:
    """The text with its typed brackets, which begin no link."""
    return text.replace(_BRACKET, "\\[" if _MAY_LINK.search(text) else "[")


def _literal(text: str) -> str:
    """Words in which CommonMark finds no inline markup."""
    return escaped(text).replace("[", _BRACKET)


def _line_start(line: str) -> str:
    return line_start(_QUOTE.sub(r"\1\\\2", line))


# blocks ---------------------------------------------------------------------------------------


def _blocks(node: Node, mention: Mention) -> list[str]:
    """The lines of a block; an empty line stands between paragraphs."""
    lines: list[str] = []
    run: list[Node | str] = []
    for part in node.inside:
        if isinstance(part, Node) and (part.tag in _BLOCKS or _holds_block(part)):
            _flush(run, lines, mention)
            _add_block(part, lines, mention)
        else:
            run.append(part)
    _flush(run, lines, mention)
    return lines


def _holds_block(node: Node) -> bool:
    """Whether an inline element has a block in it (a list inside bold, …): then it is read as a block itself."""
    if node.tag in {"at", "emoji", "code"}:
        return False
    return any(isinstance(p, Node) and (p.tag in _BLOCKS or _holds_block(p)) for p in node.inside)


def _flush(run: list[Node | str], lines: list[str], mention: Mention) -> None:
    text = _inline(run, mention)
    run.clear()
    # Elsewhere than in code, white space of HTML is one space.
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[ \t]+", " ", text))
    if text.strip():
        lines += [_line_start(line) for line in text.strip().split("\n")]


def _add_block(node: Node, lines: list[str], mention: Mention) -> None:
    match node.tag:
        case "hr":
            found = ["", "---", ""]
        case "pre":
            code = _code_text(node).strip("\n")
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))
            found = ["", fence, *code.split("\n"), fence, ""]
        case "blockquote":
            found = ["", *(f"> {line}".rstrip() for line in _trimmed(_blocks(node, mention))), ""]
        case "ul" | "ol":
            found = ["", *_list(node, mention), ""]
        case "tr":
            parts = [p for p in node.inside if isinstance(p, Node) or p.strip()]
            cells = (_blocks(p if isinstance(p, Node) else Node("td", {}, [p]), mention) for p in parts)
            found = [" | ".join(" ".join(_trimmed(cell)) for cell in cells)]
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            title = " ".join(_trimmed(_blocks(node, mention)))
            found = ["", f"{'#' * int(node.tag[1])} {title}", ""] if title else []
        case "p" | "table":
            found = ["", *_blocks(node, mention), ""]
        case _:
            found = _blocks(node, mention)
    lines += found


def _list(node: Node, mention: Mention) -> Iterator[str]:
    number = int(node.attributes["start"]) if re.fullmatch(r"\d{1,6}", node.attributes.get("start", "")) else 1
    for part in node.inside:
        if isinstance(part, str) and not part.strip():
            continue
        item = part if isinstance(part, Node) and part.tag == "li" else Node("li", {}, [part])
        marker = "- " if node.tag == "ul" else f"{number}. "
        number += 1
        found = [line for line in _trimmed(_blocks(item, mention)) if line] or [""]
        yield marker + found[0]
        yield from (" " * len(marker) + line for line in found[1:])


def _trimmed(lines: list[str]) -> list[str]:
    """The lines without empty ones at both ends, and without two in a row."""
    return _squeezed(lines).split("\n")


def _squeezed(lines: list[str]) -> str:
    kept: list[str] = []
    fence = ""
    for line in lines:
        bare = line.lstrip("> ")
        if fence:
            kept.append(line)
            fence = "" if bare.strip() == fence else fence
            continue
        if bare.startswith("```"):
            fence = bare[: len(bare) - len(bare.lstrip("`"))]
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


# inline ---------------------------------------------------------------------------------------


def _inline(parts: Iterable[Node | str], mention: Mention) -> str:
    """What stands in a line. Words are joined before they are escaped, however Teams divided them."""
    done: list[str] = []
    words = ""
    for part in _flat(parts, mention):
        if isinstance(part, str):
            words += part
        else:
            done += [_literal(words), _element(part, mention)]
            words = ""
    return "".join([*done, _literal(words)])


def _flat(parts: Iterable[Node | str], mention: Mention) -> Iterator[Node | str]:
    """The words, and the elements for which CommonMark has signs; of all others the words alone."""
    for part in parts:
        if isinstance(part, str):
            yield part.replace("\xa0", " ").replace("\n", " ").replace("\r", " ")
            continue
        match part.tag:
            case "img" | "emoji":
                yield part.attributes.get("alt", "") or part.words()
            case "attachment":
                pass
            case "at":
                yield mention(part.attributes.get("id", ""), part.words())
            case "span" if part.attributes.get("itemtype", "").rstrip("/") == _MENTION:
                yield mention(part.attributes.get("itemid", ""), part.words())
            case "a" if not _ADDRESS.match(part.attributes.get("href", "")):
                yield from _flat(part.inside, mention)
            case tag if tag in _SIGNED:
                yield part
            case _:
                yield from _flat(part.inside, mention)


def _element(node: Node, mention: Mention) -> str:
    match node.tag:
        case "br":
            return "\n"
        case "code":
            return _code(_code_text(node))
        case "a":
            return _link(node, mention)
        case tag:
            return _marked(_inline(node.inside, mention), _MARKS[tag])


def _marked(text: str, mark: str) -> str:
    """Text between two marks, line by line; white space stays outside, or CommonMark would not see the marks."""
    lines: list[str] = []
    for line in text.split("\n"):
        bare = line.strip()
        if not bare or mark in bare:
            lines.append(line)
        else:
            start = line.index(bare)
            lines.append(f"{line[:start]}{mark}{bare}{mark}{line[start + len(bare) :]}")
    return "\n".join(lines)


def _code_text(node: Node) -> str:
    """Code as it stands; a line break may be an element in it."""
    text = ""
    for part in node.inside:
        if isinstance(part, str):
            text += part.replace("\xa0", " ")
        elif part.tag == "br":
            text += "\n"
        elif part.tag in {"p", "div"}:
            text += ("\n" if text and not text.endswith("\n") else "") + _code_text(part) + "\n"
        else:
            text += _code_text(part)
    return text


def _code(text: str) -> str:
    text = " ".join(text.split("\n"))
    if not text.strip():
        return text
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1) if longest else "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _link(node: Node, mention: Mention) -> str:
    url = node.attributes.get("href", "")
    label = " ".join(_inline(node.inside, mention).split())
    words = " ".join(node.words().split())
    if url.startswith("mailto:") and words in {"", url.removeprefix("mailto:")}:
        return _literal(url.removeprefix("mailto:"))
    address = url.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C").replace("\n", "")
    if not words or words in {url, address} or words.rstrip("/") == url.rstrip("/"):
        return f"<{address}>"
    return f"[{_in_label(label)}](<{address}>)"


def _in_label(label: str) -> str:
    """Brackets in a link's words, escaped unless they are."""
    return re.sub(r"(?<!\\)([\[\]])", r"\\\1", label)
