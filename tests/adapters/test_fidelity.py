"""What is said on one platform reads the same on the other, and there and back; nothing in it pings, links or breaks.

Generated documents keep their looks on the whole way round; generated nonsense keeps its words and does no harm.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.commonmark_runs import cleaned
from adapters.slack.outbound import message as slack_message
from adapters.slack.text.mrkdwn import to_commonmark
from adapters.slack.text.parts import parts_of
from adapters.teams.outbound import MAX_BYTES
from adapters.teams.outbound import message as teams_message
from adapters.teams.text.commonmark import from_html, from_text
from adapters.teams.text.rich_text import html_of
from bot.core.effects import Body, Voice
from tests.fakes.slack.blocks import pings_in, problem_with, visible_text

# documents ------------------------------------------------------------------------------------

ENDS = st.sampled_from("abcXYZäß漢")
MIDDLE = st.text(st.sampled_from("abc019ß漢😀.,!?'()/+-=%@#"), max_size=6)
WORD = st.builds("{}{}{}".format, ENDS, MIDDLE, ENDS)
WORDS = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
URLS = st.sampled_from(["https://example.com/a", "http://example.org/x?y=1&z=2", "https://example.com/q#top"])


@dataclass(frozen=True)
class Piece:
    """Words in one look; with `url` a link."""

    words: str
    look: str = ""
    url: str = ""

    def mrkdwn(self) -> str:
        """As Slack stores it."""
        words = html.escape(self.words, quote=False)
        if self.url:
            return f"<{html.escape(self.url, quote=False)}|{words}>"
        mark = {"bold": "*", "italic": "_", "strike": "~", "code": "`"}.get(self.look, "")
        return f"{mark}{words}{mark}"

    def commonmark(self) -> str:
        words = re.sub(r"([\\`*_{}\[\]()<>#+\-.!~|&=@:/])", r"\\\1", self.words)
        if self.url:
            return f"[{words}](<{self.url}>)"
        if self.look == "code":
            return f"`{self.words}`"
        mark = {"bold": "**", "italic": "_", "strike": "~~"}.get(self.look, "")
        return f"{mark}{words}{mark}"


PIECES = st.one_of(
    st.builds(Piece, WORDS),
    st.builds(Piece, WORDS, st.sampled_from(["bold", "italic", "strike", "code"])),
    st.builds(Piece, WORDS, url=URLS),
)
LINES = st.lists(PIECES, min_size=1, max_size=4)
BLOCKS = st.tuples(
    st.sampled_from(["paragraph", "quote", "bullet", "ordered", "code"]), st.lists(LINES, min_size=1, max_size=3)
)
DOCUMENTS = st.lists(BLOCKS, min_size=1, max_size=4)


def line(pieces: list[Piece]) -> str:
    return " ".join(piece.commonmark() for piece in pieces)


def commonmark_of(document: list[tuple[str, list[list[Piece]]]]) -> str:
    """A document in our CommonMark."""
    written: list[str] = []
    for kind, lines in document:
        match kind:
            case "paragraph":
                written.append("\n".join(line(pieces) for pieces in lines))
            case "quote":
                written.append("\n".join(f"> {line(pieces)}" for pieces in lines))
            case "bullet":
                written.append("\n".join(f"- {line(pieces)}" for pieces in lines))
            case "ordered":
                written.append("\n".join(f"{n}. {line(pieces)}" for n, pieces in enumerate(lines, start=1)))
            case _:
                code = "\n".join(" ".join(piece.words for piece in pieces) for pieces in lines)
                written.append(f"```\n{code}\n```")
    # A comment would end a list before the next of its kind; words between them do, too.
    return "\n\nand\n\n".join(written)


def mrkdwn_of(document: list[tuple[str, list[list[Piece]]]]) -> str:
    """A document as a person types it on Slack; what Slack has no mark for is a paragraph."""
    written: list[str] = []
    for kind, lines in document:
        if kind == "code":
            code = "\n".join(html.escape(" ".join(piece.words for piece in pieces), quote=False) for pieces in lines)
            written.append(f"```{code}```")
        else:
            begin = "&gt; " if kind == "quote" else ""
            written.append("\n".join(begin + " ".join(piece.mrkdwn() for piece in pieces) for pieces in lines))
    return "\n\n".join(written)


def nobody(_: str, words: str) -> str:
    return f"@{words}"


def over_teams(commonmark: str) -> str:
    """What comes back of a text that was shown on Teams and is read there."""
    return from_html(html_of(commonmark, unmask=False), nobody)


def on_slack(commonmark: str) -> Any:
    return slack_message(Body(commonmark))


@given(DOCUMENTS)
@settings(max_examples=50, deadline=None)
def test_a_document_comes_back_from_teams_with_all_its_looks(document: list[tuple[str, list[list[Piece]]]]) -> None:
    ours = commonmark_of(document)
    assert parts_of(over_teams(ours), unmask=False) == parts_of(ours, unmask=False)


@given(DOCUMENTS)
@settings(max_examples=50, deadline=None)
def test_what_is_typed_on_slack_looks_the_same_on_slack_after_teams(
    document: list[tuple[str, list[list[Piece]]]],
) -> None:
    typed = mrkdwn_of(document)
    ours = to_commonmark(typed, lambda account: account)
    assert on_slack(over_teams(ours)) == on_slack(ours)
    words = [piece.words for _, lines in document for pieces in lines for piece in pieces]
    seen = visible_text(on_slack(ours)["blocks"], on_slack(ours)["text"])
    assert all(word in seen for word in words)


# nonsense -------------------------------------------------------------------------------------

NASTY = [
    *"ab *_~`<>&#@![]()|\\/:;\"'=-+.1\n\t😀é\u202e\u2066\u200b\x00\x07",
    "<!channel>",
    "<!here>",
    "<!everyone|x>",
    "<!subteam^S1>",
    "<@U0ANN>",
    "<#C1|x>",
    "@here",
    "@channel",
    "@everyone",
    "<at>Bob</at>",
    "</at>",
    "&lt;!here&gt;",
    "&amp;lt;",
    "```",
    "~~~",
    "](",
    "[x](http://evil.example)",
    "http://ok.example/a",
    "https://ok.example/b?c=<d>",
    "javascript:alert(1)",
    "![i](http://evil.example/i.png)",
    "<script>",
    "</p>",
    "<b>",
    "<!--",
    "-->",
    "<![CDATA[",
    "{{x}}",
    "> ",
    "1. ",
    "- ",
    "# ",
    "---\n",
    "| a | b |\n|---|---|\n",
    "    code\n",
]
NONSENSE = st.lists(st.sampled_from(NASTY), max_size=30).map("".join)
VOICES = st.sampled_from([None, Voice("Ann"), Voice("<!channel> [x](http://evil.example) <at>Bob</at>")])
_TAGS = {"p", "b", "i", "s", "code", "pre", "a", "br", "blockquote", "ul", "ol", "li"}


class Balance(HTMLParser):
    """Fails on a tag that Teams does not show, or that is not closed where it was opened; keeps links."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        assert {name for name, _ in attrs} <= ({"href"} if tag == "a" else {"start"} if tag == "ol" else set())
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def links_in(node: Any) -> list[tuple[str, str]]:
    """Address and label of the links in Slack's blocks."""
    if isinstance(node, list):
        return [link for inner in node for link in links_in(inner)]
    if not isinstance(node, dict):
        return []
    own = [(str(node["url"]), str(node.get("text", "")))] if node.get("type") == "link" else []
    return own + [link for inner in node.values() for link in links_in(inner)]


def was_there(url: str, typed: str) -> bool:
    """Whether an address leads where somebody had typed that it leads."""
    return site_of(url) != "" and site_of(url) in cleaned(typed).lower()


def site_of(url: str) -> str:
    site = re.match(r"https?://[^/?#\s()<>!\[\]]+", url)
    return site[0].lower() if site else ""


def slack_is_unharmed(ours: str, typed: str, voice: Voice | None) -> None:
    said: Any = slack_message(Body(ours, voice=voice))
    assert pings_in(said["text"], said["blocks"], link_names=False) == []
    assert problem_with(said["blocks"]) is None
    assert 0 < len(said["text"]) <= 4000
    for url, label in links_in(said["blocks"]):
        assert was_there(url, typed), "a link that was not there"
        assert not label or site_of(label) == site_of(url), "a link that hides where it leads"


def teams_is_unharmed(ours: str, typed: str, voice: Voice | None) -> None:
    said: Any = teams_message(Body(ours, voice=voice))
    assert len(str(said).encode()) < MAX_BYTES
    assert "entities" not in said
    found = Balance(said["text"])
    assert all(was_there(url, typed) for url in found.links), "a link that was not there"


@given(NONSENSE, VOICES)
@settings(max_examples=120, deadline=None)
@example("[x](http://evil.example)", None)
@example("[\n[x](http://evil.example)", None)
@example("<&@here>", None)
@example("`<!channel>`", None)
@example("<at>Bob</at><@U0ANN>", Voice("Ann"))
def test_whatever_is_typed_on_slack_harms_nobody(typed: str, voice: Voice | None) -> None:
    ours = to_commonmark(html.escape(typed, quote=False), lambda account: account)
    for text in (ours, over_teams(ours)):
        slack_is_unharmed(text, typed, voice)
        teams_is_unharmed(text, typed, voice)


@given(NONSENSE, VOICES)
@settings(max_examples=120, deadline=None)
def test_whatever_is_typed_on_teams_harms_nobody(typed: str, voice: Voice | None) -> None:
    escaped = html.escape(typed, quote=False).replace("\n", "<br>")
    for ours in (from_text(typed.replace("<at>", "<x>"), nobody), from_html(f"<p>{escaped}</p>", nobody)):
        slack_is_unharmed(ours, typed.replace("<at>", "<x>"), voice)
        teams_is_unharmed(ours, typed, voice)


@given(NONSENSE)
@settings(max_examples=100, deadline=None)
def test_whatever_html_teams_gives_harms_nobody(source: str) -> None:
    ours = from_html(source, nobody)
    plain = html.unescape(html.unescape(source))
    slack_is_unharmed(ours, plain + source, Voice("Ann"))
    teams_is_unharmed(ours, plain + source, Voice("Ann"))
