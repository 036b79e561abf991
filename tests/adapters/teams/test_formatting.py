"""Words keep their looks and their letters, both ways, and nothing in them is ever more than words."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.teams import cards
from adapters.teams.cards import pressed_of, size_of
from adapters.teams.outbound import MAX_BYTES, MAX_TEXT, message
from adapters.teams.text.commonmark import from_html, from_text
from adapters.teams.text.rich_text import html_of, plain_of
from bot.core.activity import Person
from bot.core.effects import Body, Button, ButtonStyle, CardField, CaseCard, Voice
from tests.fakes.teams.card_rules import problems_of
from tests.fakes.teams.visible import buttons_of, cards_of, html_text, seen_text

SPAN = '<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="{}">{}</span>'


def named(number: str, words: str) -> str:
    return f"@{words}({number})"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>hello</p>", "hello"),
        ("<div><div>one</div><div>two</div></div>", "one\ntwo"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("<b>bold</b>, <i>italic</i>, <s>gone</s>", "**bold**, *italic*, ~~gone~~"),
        ("<strong>a <em>b</em></strong>", "**a *b***"),
        ("<b> spaced </b>out", "**spaced** out"),
        ("<p>&nbsp;</p><p>x</p>", "x"),
        ("<ul><li>one</li><li>two<ul><li>deep</li></ul></li></ul>", "- one\n- two\n  - deep"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ('<ol start="3"><li>three</li></ol>', "3. three"),
        ("<blockquote>said<br>before</blockquote><p>so</p>", "> said\n> before\n\nso"),
        ("<p>use <code>a`b</code></p>", "use ``a`b``"),
        ("<pre>x = 1\ny = *2*</pre>", "```\nx = 1\ny = *2*\n```"),
        ("<pre><code>a<br>b</code></pre>", "```\na\nb\n```"),
        ('<a href="https://example.com/a?b=1&amp;c=2">here</a>', "[here](<https://example.com/a?b=1&c=2>)"),
        ('<a href="https://example.com/">https://example.com/</a>', "<https://example.com/>"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('<a href="mailto:ann@example.com">ann@example.com</a>', "ann@example.com"),
        ("<h2>Title</h2><p>x</p>", "## Title\n\nx"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a | b\nc | d"),
        ('<emoji id="smile" alt="🙂" title="Smile"></emoji> hi', "🙂 hi"),
        ('<img alt="🚀" itemtype="http://schema.skype.com/Emoji"> up', "🚀 up"),
        ("2 * 3 * 4 and snake_case and _under_", "2 \\* 3 \\* 4 and snake_case and \\_under\\_"),
        ("&lt;at&gt;Bob&lt;/at&gt; &amp;lt;", "\\<at>Bob\\</at> \\&lt;"),
        ("# no title", "\\# no title"),
        ("1. no list", "1\\. no list"),
        ("- no list", "\\- no list"),
        ("&gt; no quote", "\\> no quote"),
        ("<script>alert(1)</script><p onclick='x'>fine</p>", "fine"),
        (SPAN.format(1, "Bob") + "&nbsp;hello", "@Bob(1) hello"),
        ('<at id="0">Bob</at> hello', "@Bob(0) hello"),
    ],
)
def test_what_teams_shows_reads_the_same_in_commonmark(source: str, expected: str) -> None:
    assert from_html(source, named) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hello", "hello"),
        ("a\r\nb", "a\nb"),
        ("**typed** stars", "\\*\\*typed\\*\\* stars"),
        ("order_4711 costs 5€", "order_4711 costs 5€"),
        ("C:\\temp\\*", "C:\\temp\\\\\\*"),
        ("<at>Bob</at> hello", "@Bob() hello"),
    ],
)
def test_what_was_typed_is_shown_as_it_was_typed(typed: str, expected: str) -> None:
    assert from_text(typed, named) == expected


@pytest.mark.parametrize(
    ("commonmark", "expected"),
    [
        ("hello", "<p>hello</p>"),
        ("**b** *i* ~~s~~ `c`", "<p><b>b</b> <i>i</i> <s>s</s> <code>c</code></p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("- a\n- b\n  - c", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("> q", "<blockquote><p>q</p></blockquote>"),
        ("```\n<b>\n```", "<pre>&lt;b&gt;</pre>"),
        ("[here](https://example.com)", '<p><a href="https://example.com">here</a></p>'),
        ("see https://example.com/x.", '<p>see <a href="https://example.com/x">https://example.com/x</a>.</p>'),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>"),
        ("# Title", "<p><b>Title</b></p>"),
    ],
)
def test_commonmark_becomes_html_of_the_kinds_that_teams_shows(commonmark: str, expected: str) -> None:
    assert html_of(commonmark, unmask=False) == expected


def test_a_link_of_a_person_shows_where_it_leads() -> None:
    shown = message(Body("[your bank](https://evil.example/login)", Voice("Ann")))
    assert seen_text(shown) == "Ann\nyour bank (https://evil.example/login)"


INJECTIONS = [
    "<at>Bob</at>",
    "<at id='0'>Bob</at>",
    "&lt;at&gt;Bob&lt;/at&gt;",
    "@everyone",
    "<!channel> <!here> <@U1>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:x'>y</a>",
    "![x](https://tracker.example/p.png)",
    '"}],"entities":[{"type":"mention"}]',
    "{{x}} ${y} {%z%}",
    "\u202eevil\u202c",
    "]]> --> */",
    "<attachment id='1'></attachment>",
]


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("buttons", [(), (Button("Yes", "do"),)])
def test_what_people_type_is_shown_and_is_never_more_than_words(text: str, buttons: tuple[Button, ...]) -> None:
    shown = message(Body(text, Voice(text), buttons))
    assert "entities" not in shown
    assert "entities" not in json.dumps([card.get("msteams", {}) for card in cards_of(shown)])
    raw = shown.get("text", "")
    assert not re.search(r"<(?!/?(?:p|b|i|s|a|br|ul|ol|li|pre|code|blockquote)\b)", str(raw))
    visible = seen_text(shown)
    assert "\u202e" not in visible
    if "](" not in text and "\u202e" not in text and "&" not in text:
        assert " ".join(text.split()) in " ".join(visible.split())


def test_a_mention_pings_by_account_and_shows_the_name_without_markup() -> None:
    bob = Person("teams", "t", "oid", "Bob <at>*x*")
    for buttons in ((), (Button("Yes", "do"),)):
        shown = message(Body("look", buttons=buttons, mention=bob), mention_id="29:bob")
        where = shown if not buttons else cards_of(shown)[0]["msteams"]
        (entity,) = where["entities"]  # type: ignore[index]
        assert entity["mentioned"]["id"] == "29:bob"
        assert entity["text"] == "<at>Bob at x</at>"
    assert "entities" not in message(Body("look", mention=bob))


# cards ----------------------------------------------------------------------------------------

CASE = CaseCard(
    1042,
    "#1042 · Ann **Customer** <at>x</at>",
    "on_hold",
    "paused",
    "asked for a person",
    ("I want a *human*", "[click](https://evil.example)"),
    (CardField("Status", "waiting"), CardField("Mood", "calm → upset " * 60), CardField("Empty", " ")),
    (
        Button("Claim", "claim", style=ButtonStyle.PRIMARY),
        Button("Resolve", "resolve", "x", ButtonStyle.DANGER),
        Button("Open", "", url="https://example.com"),
    ),
)


def test_the_root_card_says_everything_literally() -> None:
    shown = message(Body("**#1042** on hold", card=CASE))
    (card,) = cards_of(shown)
    assert problems_of(card) == []
    text = seen_text(shown)
    for words in ("Ann **Customer** <at>x</at>", "⏸️ on hold", "I want a *human*", "[click](https://evil.example)"):
        assert words in text
    assert text.count("1042") == 1
    assert shown["summary"] == "#1042 on hold"
    assert [(b["title"], b.get("style")) for b in buttons_of(shown)] == [
        ("Claim", "positive"),
        ("Resolve", "destructive"),
        ("Open", None),
    ]


def test_a_button_says_the_same_in_both_ways_of_pressing_it() -> None:
    (button,) = buttons_of(message(Body("?", buttons=(Button("Yes", "do", 'a|b "c" ü'),))))
    assert pressed_of(button["data"]) == pressed_of(button["fallback"]["data"]) == ("do", 'a|b "c" ü')


def test_many_buttons_come_in_rows_and_those_that_do_not_fit_are_left_out() -> None:
    buttons = (*(Button(f"B{n}", "do", "x" * 100) for n in range(30)), Button("huge", "do", "x" * 2001))
    shown = message(Body("?", buttons=buttons))
    (card,) = cards_of(shown)
    assert problems_of(card) == []
    assert [b["title"] for b in buttons_of(shown)] == [f"B{n}" for n in range(24)]


_WORDS = st.text(max_size=300)
_BUTTONS = st.builds(
    Button, _WORDS, st.text(min_size=1, max_size=20), _WORDS, st.sampled_from(ButtonStyle), st.just("") | _WORDS
)
_CARDS = st.builds(
    CaseCard,
    st.integers(1, 10**9),
    _WORDS,
    st.sampled_from(["queued", "on_hold"]),
    st.sampled_from(["waiting", "active", "paused", "done", "odd"]),
    _WORDS,
    st.lists(_WORDS, max_size=8).map(tuple),
    st.lists(st.builds(CardField, _WORDS, _WORDS), max_size=20).map(tuple),
    st.lists(_BUTTONS, max_size=8).map(tuple),
)
_BODIES = st.builds(
    Body,
    text=_WORDS,
    voice=st.none() | st.builds(Voice, _WORDS),
    buttons=st.lists(_BUTTONS, max_size=8).map(tuple),
    card=st.none() | _CARDS,
    image=st.just("") | st.just("https://example.com/chart.png") | _WORDS,
    quiet=st.booleans(),
)


@settings(max_examples=80, deadline=None)
@given(_BODIES)
def test_any_body_is_a_message_that_teams_takes(body: Body) -> None:
    shown: dict[str, Any] = message(body)
    assert shown.get("text") or shown["attachments"]
    assert len(json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace")) < MAX_BYTES
    for card in cards_of(shown):
        assert problems_of(card) == []
        assert size_of(card) <= cards.MAX_BYTES


@pytest.mark.parametrize("piece", ["&", "<", "*a*", "[x](https://e.example) ", "字", "🧑‍🚀", "\n\n- ", "`", "> "])
@pytest.mark.parametrize("buttons", [(), (Button("Yes", "do"),)])
def test_any_length_stays_within_the_limit(piece: str, buttons: tuple[Button, ...]) -> None:
    for length in (MAX_TEXT, 30_000):
        shown = message(Body(piece * (length // len(piece)), Voice("字" * 1000), buttons))
        assert size_of(shown) < MAX_BYTES
        assert [b["title"] for b in buttons_of(shown)] == [b.label for b in buttons]
        assert all(size_of(card) <= cards.MAX_BYTES for card in cards_of(shown))


def test_words_that_are_too_many_for_a_card_stand_whole_above_the_card_of_their_buttons() -> None:
    text = "[x](https://e.example) " * 340
    shown = message(Body(text, buttons=(Button("Yes", "do"),)))
    assert seen_text(shown).count("x") == text.count("[x]")
    (card,) = cards_of(shown)
    assert problems_of(card) == []


def test_an_enormous_card_keeps_its_buttons_and_stays_within_the_limit() -> None:
    fields = tuple(CardField("字" * 500, "字" * 5000) for _ in range(100))
    card = CaseCard(1, "字" * 5000, "queued", "waiting", "字" * 9000, ("字" * 5000,) * 50, fields, CASE.buttons)
    shown = message(Body("字" * 50_000, card=card))
    assert size_of(cards_of(shown)[0]) <= cards.MAX_BYTES
    assert len(buttons_of(shown)) == 3


# there and back -------------------------------------------------------------------------------

_PLAIN = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs"), whitelist_characters=" "),
    max_size=80,
)


@settings(max_examples=300, deadline=None)
@given(_PLAIN)
def test_what_a_person_types_is_what_another_sees(text: str) -> None:
    expected = " ".join(text.split())
    for commonmark in (
        from_text(text, named),
        from_html(f"<p>{html.escape(text)}</p>", named),
    ):
        if re.search(r"</?at\b", text, re.IGNORECASE):
            continue
        seen = html_text(html_of(commonmark, unmask=True))
        assert " ".join(seen.split()) == expected
        assert plain_of(commonmark) == expected


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(alphabet="ab *_~`<>&;lt[](#-\\", max_size=6), max_size=4))
@example(["<", "https://example.com>"])
@example(["&", "lt;b"])
@example(["~", "~struck~", "~"])
def test_how_teams_divides_words_changes_none_of_them(pieces: list[str]) -> None:
    commonmark = from_html(f"<p>{''.join(f'<span>{html.escape(piece)}</span>' for piece in pieces)}</p>", named)
    assert plain_of(commonmark) == " ".join("".join(pieces).split())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_no_html_makes_it_fail_or_leaves_a_live_tag(source: str) -> None:
    shown = html_of(from_html(source, named), unmask=True)
    assert not re.search(r"<(?!/?(?:p|b|i|s|a|br|ul|ol|li|pre|code|blockquote)\b)", shown)


_NAMES = ["b", "i", "s", "u", "p", "div", "ul", "ol", "li", "blockquote", "pre", "code", "a", "br", "h1", "table", "tr"]
_TAGS = st.sampled_from([*_NAMES, "td", "span", "at"])
_TREES = st.recursive(
    st.text(alphabet="ab *_`<>&[]()#-1.\n", max_size=6).map(html.escape),
    lambda inner: st.tuples(_TAGS, st.lists(inner, max_size=3)).map(lambda x: f"<{x[0]}>{''.join(x[1])}</{x[0]}>"),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None)
@given(_TREES)
def test_no_letter_is_lost_whatever_the_tags_are(source: str) -> None:
    letters = re.sub(r"[^ab]", "", html_text(source))
    found = re.sub(r"[^ab]", "", from_html(source, lambda _number, words: words))
    # As in a browser, what stands in a table outside its cells comes before it.
    assert sorted(found) == sorted(letters)
    assert found == letters or "<t" in source
