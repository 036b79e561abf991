"""Parts of text → what Slack shows: rich text blocks, and a plain line for notifications. Pure.

Rich text is used rather than mrkdwn because its texts are literal: nothing that a customer types can
become a mention or markup, and `*` or `_` need no trick to be shown.
Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adapters.commonmark_runs import Run, Style
from adapters.slack.text.parts import Part

Block = dict[str, object]

_BROADCAST: Final = re.compile(r"@(?=(?:here|channel|everyone)\b)", re.IGNORECASE)


def shortened(parts: Sequence[Part], room: int) -> tuple[Part, ...]:
    """The parts within `room` characters, addresses counted; what is cut ends with `…`."""
    kept: list[Part] = []
    for part in parts:
        runs: list[Run] = []
        for run in part.runs:
            size = len(run.text) + len(run.url)
            if size > room - 1:
                runs.append(Run(run.text[: max(room - 1, 0)] + "…", run.style))
                return (*kept, replace(part, runs=tuple(runs)))
            runs.append(run)
            room -= size
        kept.append(replace(part, runs=tuple(runs)))
        room -= 2
    return tuple(kept)


def rich_text_block(parts: Sequence[Part], lead: Sequence[Run] = ()) -> Block | None:
    """The parts as one `rich_text` block, `lead` before the first paragraph; None when there is nothing to show."""
    elements: list[Block] = []
    section: list[Run] = list(lead)
    previous = "lead"
    for part in parts:
        if part.kind == "paragraph":
            if section and previous == "paragraph":
                section.append(Run("\n\n"))
            section += part.runs
        else:
            _flush(section, elements)
            _append(elements, part)
        previous = part.kind
    _flush(section, elements)
    return {"type": "rich_text", "elements": elements} if elements else None


def _flush(section: list[Run], elements: list[Block]) -> None:
    leaves = _leaves(section)
    if leaves:
        elements.append({"type": "rich_text_section", "elements": leaves})
    section.clear()


def _append(elements: list[Block], part: Part) -> None:
    leaves = _leaves(part.runs) or [{"type": "text", "text": " "}]
    match part.kind:
        case "quote":
            elements.append({"type": "rich_text_quote", "elements": leaves})
        case "code":
            elements.append({"type": "rich_text_preformatted", "elements": leaves})
        case style:
            item: Block = {"type": "rich_text_section", "elements": leaves}
            last = elements[-1] if elements else {}
            items = last.get("elements")
            same = last.get("style") == style and last.get("indent") == part.indent
            if last.get("type") == "rich_text_list" and same and isinstance(items, list):
                last["elements"] = [*items, item]
            else:
                elements.append({"type": "rich_text_list", "style": style, "indent": part.indent, "elements": [item]})


def _leaves(runs: Sequence[Run]) -> list[Block]:
    leaves: list[Block] = []
    for run in runs:
        style = _look(run.style)
        if run.account:
            leaves.append({"type": "user", "user_id": run.account})
        elif run.url:
            leaf: Block = {"type": "link", "url": run.url}
            if run.text:
                leaf["text"] = run.text
            if style:
                leaf["style"] = style
            leaves.append(leaf)
        elif run.text:
            last = leaves[-1] if leaves else {}
            if last.get("type") == "text" and last.get("style", {}) == style:
                last["text"] = f"{last['text']}{run.text}"
            else:
                leaf = {"type": "text", "text": run.text}
                leaves.append(leaf | {"style": style} if style else leaf)
    return leaves


def plain_of(parts: Sequence[Part], lead: Sequence[Run] = ()) -> str:
    """The parts as plain lines, as a notification shows them."""
    lines = ["".join(run.text or run.url for run in lead)] if lead else []
    marks = {"quote": "> ", "bullet": "• ", "ordered": "• "}
    for part in parts:
        text = "".join(run.text or run.url for run in part.runs)
        lines.append("  " * part.indent + marks.get(part.kind, "") + text)
    joined = "".join(line + ("" if i + 1 == len(lines) else _gap(lead, parts, i)) for i, line in enumerate(lines))
    return joined.strip()


def _gap(lead: Sequence[Run], parts: Sequence[Part], i: int) -> str:
    if lead:
        i -= 1
    if i < 0:
        return ""
    both = parts[i].kind == parts[i + 1].kind == "paragraph"
    return "\n\n" if both else "\n"


def is_bare(parts: Sequence[Part]) -> bool:
    """Whether the text looks the same without any block: plain paragraphs that Slack would not read anything into."""
    return all(
        part.kind == "paragraph"
        and all(not run.url and run.style == Style() and not _READ_INTO.search(run.text) for run in part.runs)
        for part in parts
    )


_READ_INTO: Final = re.compile(r"[*_~`<>&@#|]|:[\w+'-]+:|^\s|//|www\.|\w\.\w")
"""What Slack may turn into formatting, mentions, emoji or links in a plain text."""


def escaped(text: str) -> str:
    """Text for a field that Slack reads as mrkdwn: nothing in it can be a mention."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BROADCAST.sub("@\u200b", text)


def escaped_within(text: str, limit: int) -> str:
    """`escaped`, cut with `…` so that the result is at most `limit` characters long."""
    done = escaped(text)
    while len(done) > limit:
        excess = len(done) - limit
        text = text[: max(0, len(text) - max(1, excess // 5) - 1)]
        done = escaped(text) + "…"
    return done


def _look(style: Style) -> dict[str, bool]:
    """The `style` object; empty for plain text."""
    marks = (("bold", style.bold), ("italic", style.italic), ("strike", style.strike), ("code", style.code))
    return {name: True for name, on in marks if on}
