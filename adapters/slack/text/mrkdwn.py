"""Slack's mrkdwn as people type it → CommonMark that reads the same. Pure; the way back is `rich_text`.

Slack escapes `&`, `<` and `>` in what people type and puts everything special between angle brackets,
so a literal `<!channel>` of a person arrives as `&lt;!channel&gt;`. Characters that CommonMark would
take for markup although Slack showed them as they are get a backslash.
Source: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final

from adapters.commonmark_escapes import escaped, line_start
from adapters.slack.text.emoji import with_symbols

Names = Callable[[str], str]
"""The display name of an account id; the id itself when nobody knows."""

_FENCE: Final = re.compile(r"```(.*?)```", re.DOTALL)
_CODE: Final = re.compile(r"`([^`\n]+)`")
_SPECIAL: Final = re.compile(r"<([^<>]+)>")
_FORMATS: Final = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])([^\n{mark}]*[^\s{mark}]){mark}(?![\w{mark}])"), commonmark)
    for mark, commonmark in ((r"\*", "**"), ("_", "_"), ("~", "~~"))
)
_HELD_OPEN, _HELD_CLOSE, _BRACKET = "\ue000", "\ue001", "\ue002"
_OURS: Final = str.maketrans("", "", _HELD_OPEN + _HELD_CLOSE + _BRACKET)
_MAY_LINK: Final = re.compile(rf"\][(\[:{_HELD_OPEN}]")
_HELD: Final = re.compile(f"{_HELD_OPEN}(\\d+){_HELD_CLOSE}")
_BRACKETS: Final = re.compile(r"[\[\]]")
_BACKSLASHED: Final = r"\\\g<0>"


def to_commonmark(text: str, names: Names, *, app_user: str = "") -> str:
    """The text in CommonMark; mentions of `app_user` are taken out, others become `@name`."""
    held: list[str] = []

    def hold(commonmark: str) -> str:
        held.append(commonmark)
        return f"{_HELD_OPEN}{len(held) - 1}{_HELD_CLOSE}"

    text = text.translate(_OURS).replace("\r\n", "\n").replace("\r", "\n")
    if "`" in text:
        text = _FENCE.sub(lambda m: hold(_fence(_bare(m.group(1)))), text)
        text = _CODE.sub(lambda m: hold(f"`{_bare(m.group(1))}`"), text)
    if app_user:
        text = re.sub(rf"[ \t]?<@{re.escape(app_user)}(?:\|[^<>]*)?>:?[ \t]?", " ", text)
    text = _SPECIAL.sub(lambda m: hold(_special(m.group(1), names)), text)
    text = html.unescape(text) if "&" in text else text
    if _MAY_LINK.search(text):
        text = text.replace("[", _BRACKET)
    text = "\n".join(_lines(with_symbols(text))).replace(_BRACKET, "\\[")
    while _HELD_OPEN in text:
        text = _HELD.sub(lambda m: held[int(m.group(1))], text)
    return text.strip()


def to_plain(text: str) -> str:
    """A slash command's words: escapes undone, mentions left as `<@U…>`, links by their address."""
    text = re.sub(r"<(https?:[^|>]+)(?:\|[^>]*)?>", r"\1", text)
    text = re.sub(r"<@(\w+)(?:\|[^>]*)?>", r"<@\1>", text)
    return html.unescape(text).strip()


def _bare(text: str) -> str:
    """What stands inside code: links by their address, escapes undone."""
    return html.unescape(_SPECIAL.sub(lambda m: m.group(1).partition("|")[0], text))


def _fence(code: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"\n{fence}\n{code.strip(chr(10))}\n{fence}\n"


def _special(inside: str, names: Names) -> str:
    """What stands between angle brackets, in CommonMark."""
    target, _, label = inside.partition("|")
    label = html.unescape(label)
    if target.startswith("@"):
        return escaped(f"@{label or names(target[1:])}")
    if target.startswith("#"):
        return escaped(f"#{label or target[1:]}")
    if target.startswith("!"):
        word = target[1:].partition("^")[0]
        return escaped(label or f"@{word}")
    url = html.unescape(target)
    if url.startswith("mailto:"):
        return escaped(label or url.removeprefix("mailto:"))
    if not re.match(r"https?://", url):
        return escaped(label or url)
    address = url.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
    if not label or label == url:
        return f"<{address}>"
    return f"[{_BRACKETS.sub(_BACKSLASHED, escaped(label))}](<{address}>)"


def _lines(text: str) -> list[str]:
    """The lines, formatted; a quote ends with an empty line, or CommonMark would go on with it."""
    done: list[str] = []
    in_quote = False
    for line in text.split("\n"):
        quote = re.match(r">{1,3} ?", line)
        if quote:
            if done and done[-1] and not in_quote:
                done.append("")
            done.append("> " + line_start(_formatted(line[quote.end() :])))
        else:
            if in_quote and line:
                done.append("")
            done.append(line_start(_formatted(line)))
        in_quote = quote is not None
    return done


def _formatted(text: str) -> str:
    """Bold, italic and strike-through of one line in CommonMark, the rest escaped."""
    matches = [(m, mark) for pattern, mark in _FORMATS if (m := pattern.search(text))]
    if not matches:
        return escaped(text)
    match, mark = min(matches, key=lambda pair: pair[0].start())
    inside = _formatted(match.group(1))
    return f"{escaped(text[: match.start()])}{mark}{inside}{mark}{_formatted(text[match.end() :])}"
