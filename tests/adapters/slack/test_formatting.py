"""Formatting crosses both ways without loss of meaning, and nothing typed becomes a mention or hidden link."""

import html
import re
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from adapters.slack.outbound import message, pressed_action
from adapters.slack.text.mrkdwn import to_commonmark, to_plain
from adapters.slack.text.parts import parts_of
from adapters.slack.text.rich_text import escaped_within, plain_of
from bot.core.activity import Person
from bot.core.effects import Body, Button, ButtonStyle, CardField, CaseCard, Voice
from tests.fakes.slack.blocks import buttons_of, pings_in, problem_with, visible_text

NAMES = {"U123": "Bob", "UBOT": "Warmline"}


def commonmark(mrkdwn: str) -> str:
    return to_commonmark(mrkdwn, lambda account: NAMES.get(account, account), app_user="UBOT")


def shown(body: Body) -> str:
    said: Any = message(body)
    return visible_text(said["blocks"], said["text"])


def typed(text: str) -> str:
    """Text as Slack stores it when a person has typed it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    ("mrkdwn", "expected"),
    [
        ("plain", "plain"),
        ("*bold* _it_ ~gone~", "**bold** _it_ ~~gone~~"),
        ("*_both_*", "**_both_**"),
        ("(*in brackets*), *b*", "(**in brackets**), **b**"),
        ("2*3*4 and snake_case_name", "2\\*3\\*4 and snake_case_name"),
        ("* not bold *", "\\* not bold \\*"),
        ("`a &lt; *b*`", "`a < *b*`"),
        ("```x = 1\n*y*```", "```\nx = 1\n*y*\n```"),
        ("a ```b``` c", "a \n```\nb\n```\n c"),
        ("&gt; quoted\nnot quoted", "> quoted\n\nnot quoted"),
        ("see <https://a.example/x?y=1&amp;z=2>", "see <https://a.example/x?y=1&z=2>"),
        ("see <https://a.example|the *shop*>", "see [the \\*shop\\*](<https://a.example>)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("hi <@U123>, <@U999>", "hi @Bob, @U999"),
        ("hi <@U123|bobby>", "hi @bobby"),
        ("<@UBOT> help", "help"),
        ("please <@UBOT> help", "please help"),
        ("<@UBOT>: help", "help"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<!here> <!channel|@channel> <!subteam^S1|@team> <!subteam^S2>", "@here @channel @team @subteam"),
        ("<!date^1700000000^{date}|14 Nov>", "14 Nov"),
        ("&lt;!channel&gt; &amp;lt;", "\\<!channel> \\&lt;"),
        ("# not a heading", "\\# not a heading"),
        ("- not a list\n1. nor this", "\\- not a list\n1\\. nor this"),
        ("order #4711", "order #4711"),
        (":wave: :unknown_one: 10:30:45", "👋 :unknown_one: 10:30:45"),
        ("[a](b)", "\\[a](b)"),
        ("<javascript:alert(1)|click>", "click"),
    ],
)
def test_what_people_type_becomes_commonmark(mrkdwn: str, expected: str) -> None:
    assert commonmark(mrkdwn) == expected


LINES = st.text(
    st.sampled_from(list("ab c*_~`<>&#-+=1.)[]()!\\|\"'/:@ü😀")), min_size=1, max_size=24
) | st.sampled_from(["&lt;", "---", "===", "***", "~~~", "1. x", "# x", "> x", "![a](b)", "<b>x</b>", "[x]: y", "\\*"])


@given(st.lists(LINES, min_size=1, max_size=3))
@settings(max_examples=400, deadline=None)
@example(["**"])
@example(["_a_b"])
@example(["a\\"])
@example(["&amp;#38;"])
def test_what_a_person_typed_is_what_the_other_side_reads(lines: list[str]) -> None:
    """Formatting marks aside (Slack has shown those as formatting), and white space at the ends of lines."""
    text = "\n".join(lines)
    stored = typed(text)

    def bare(words: str) -> str:
        return re.sub(r"[\s*_~`>•]|https?://", "", words)

    assert bare(plain_of(parts_of(commonmark(stored), unmask=False))) == bare(text)


@given(st.text(st.sampled_from(list("ab *_~<>&#-@ü😀\n")), max_size=60))
@settings(max_examples=300, deadline=None)
def test_text_without_any_markup_is_shown_exactly(text: str) -> None:
    escaped = re.sub(r"([\\`*_{}\[\]()<>#+\-.!~|&=])", r"\\\1", " ".join(text.split()))
    assert shown(Body(escaped)) == " ".join(text.split()) or not text.split()


@pytest.mark.parametrize("quiet", [False, True])
def test_whoever_is_to_be_notified_is_and_nobody_else(quiet: bool) -> None:  # a parameter
    bob = Person("slack", "T1", "U0BOB", "Bob <!here>")
    said: Any = message(Body("She wrote <!channel> <@U0ANN> again", Voice("Ann"), mention=bob, quiet=quiet))
    (found,) = pings_in(said["text"], said["blocks"], link_names=True)
    assert found.lstrip("@") == "U0BOB"
    assert "She wrote <!channel> <@U0ANN> again" in visible_text(said["blocks"], "")


@pytest.mark.parametrize(
    "who", [Person("teams", "T1", "U0BOB"), Person("slack", "T1", "!here"), Person("slack", "", "")]
)
def test_nobody_is_notified_who_has_no_account_here(who: Person) -> None:
    said: Any = message(Body("She wrote again", mention=who))
    assert pings_in(said["text"], said["blocks"], link_names=True) == []


def test_formatting_becomes_rich_text() -> None:
    text = "Hi **Ann**, _read_ `x<y` and [this](https://a.example)\n\n1. one\n   - deep\n2. two\n\n> quote\n\n"
    text += "```\ncode\n```\nend"
    (block,) = message(Body(text))["blocks"]  # type: ignore[misc]  # an object by its JSON type
    assert [(e["type"], e.get("style"), e.get("indent")) for e in block["elements"]] == [
        ("rich_text_section", None, None),
        ("rich_text_list", "ordered", 0),
        ("rich_text_list", "bullet", 1),
        ("rich_text_list", "ordered", 0),
        ("rich_text_quote", None, None),
        ("rich_text_preformatted", None, None),
        ("rich_text_section", None, None),
    ]
    first = block["elements"][0]["elements"]
    assert {"type": "text", "text": "Ann", "style": {"bold": True}} in first
    assert {"type": "text", "text": "x<y", "style": {"code": True}} in first
    assert {"type": "link", "url": "https://a.example", "text": "this"} in first


def test_a_persons_link_shows_where_it_leads() -> None:
    said = Body("Pay at [your bank](https://evil.example)", Voice("Ann"))
    assert shown(said) == "Ann\nPay at your bank (https://evil.example)"
    assert shown(Body("Open [the shop](https://shop.example)")) == "Open the shop"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "slack://open", "data:text/html,x", "file:///etc/passwd"])
def test_only_web_and_mail_addresses_become_links(url: str) -> None:
    said: Any = message(Body(f"[x]({url})"))
    assert '"link"' not in str(said).replace("'", '"')


INJECTIONS = [
    "<!channel>", "<!here>", "<!everyone>", "<!channel|x>", "<@U123>", "<@U123|bob>", "<!subteam^S123>", "<#C123>",
    "@here", "@channel", "@everyone", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "*<!here>*", "`<!here>`",
    "> <!channel>", "[x](<!channel>)", "[<!here>](https://a.example)", "![<!here>](https://a.example)",
    "```\n<!channel>\n```", "- <@U123>", "<https://a.example|<!here>>", "<!date^1^{date}|<!here>>", "<\u200b!here>",
    "<!here\n>", "\\<!here>", "&#60;!here&#62;", "＜!here＞", "\u202e<!here>",
]  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("way", ["as it is", "typed on Slack", "in a card", "as a name", "quietly", "with a button"])
def test_what_is_typed_pings_nobody_and_is_shown(text: str, way: str) -> None:
    bodies = {
        "as it is": Body(text, Voice("Ann")),
        "typed on Slack": Body(commonmark(typed(text)), Voice("Ann")),
        "in a card": Body(text, card=CaseCard(1, text, text, text, text, (text,), (CardField(text, text),), ())),
        "as a name": Body("x", Voice(text)),
        "quietly": Body(text, quiet=True),
        "with a button": Body(text, buttons=(Button(text, "a", text),)),
    }
    said: Any = message(bodies[way])
    assert pings_in(said["text"], said["blocks"], link_names=True) == []
    if way == "typed on Slack":
        read = shown(bodies[way]).replace("\u200b", "")
        assert html.unescape(re.sub(r"[\s*`>•\u202e\u200b]", "", text)) in html.unescape(re.sub(r"[\s*`>•]", "", read))


ANY = st.text(max_size=12) | st.sampled_from(
    [*(part * 3500 for part in ("long ", "&", "[", "x", "ü")), "&" * 5000, "<", "\ud800"]
)
BUTTONS = st.lists(
    st.builds(
        Button,
        ANY,
        st.sampled_from(["claim", "a#b", "x" * 300, ""]),
        ANY,
        st.sampled_from(list(ButtonStyle)),
        st.sampled_from(["", "https://a.example", "javascript:x", "https://a.example/" + "x" * 4000]),
    ),
    max_size=8,
).map(tuple)
CARDS = st.builds(
    CaseCard,
    st.integers(0, 10**9),
    ANY,
    ANY,
    st.sampled_from(["waiting", "active", "paused", "done", "?"]),
    ANY,
    st.lists(ANY, max_size=7).map(tuple),
    st.lists(st.builds(CardField, ANY, ANY), max_size=14).map(tuple),
    BUTTONS,
)
BODIES = st.builds(
    Body,
    ANY | st.text(st.sampled_from(list("*_`~[]()<>!#->&\n 1.ab:/")), max_size=200),
    st.none() | st.builds(Voice, ANY, ANY),
    BUTTONS,
    st.none() | CARDS,
    st.just(()),
    st.sampled_from(["", "https://a.example/x.png", "x"]),
    st.none() | st.builds(Person, st.sampled_from(["slack", "teams"]), st.just("T1"), ANY, ANY),
    st.booleans(),
)


@given(BODIES)
@settings(max_examples=150, deadline=None)
def test_any_body_is_a_message_that_slack_takes(body: Body) -> None:
    said: Any = message(body)
    assert problem_with(said["blocks"]) is None
    assert 1 <= len(said["text"]) <= 3900
    assert said["text"].encode("utf-8")
    for block in said["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()


@given(st.lists(st.builds(Button, st.just("x"), st.sampled_from(["a", "a#1", "b"]), st.text(max_size=20)), max_size=30))
@settings(deadline=None)
def test_a_button_comes_back_as_it_was_made(buttons: list[Button]) -> None:
    said: Any = message(Body("x", buttons=tuple(buttons)))
    back = [(pressed_action(b["action_id"]), b.get("value", "")) for b in buttons_of(said["blocks"])]
    assert back == [(b.action, b.value) for b in buttons]


def test_a_text_that_slack_would_not_read_anything_into_goes_without_blocks() -> None:
    assert message(Body("Your parcel has been sent, it comes on Monday.")) == {
        "text": "Your parcel has been sent, it comes on Monday.",
        "blocks": [],
    }


def test_a_long_text_is_one_message_that_slack_does_not_split() -> None:
    said: Any = message(Body("word & " * 570))
    assert len(said["text"]) <= 3900
    assert visible_text(said["blocks"], "") == ("word & " * 570).strip()


@given(st.text(max_size=300), st.integers(5, 200))
@settings(deadline=None)
def test_cut_text_is_within_its_limit_and_says_so(text: str, limit: int) -> None:
    cut = escaped_within(text, limit)
    assert len(cut) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", cut)


def test_the_words_of_a_command_are_unescaped() -> None:
    assert to_plain(" why &lt;1042&gt; <@U1|bob> <https://a.example|x> ") == "why <1042> <@U1> https://a.example"


def test_many_buttons_and_fields_stay_within_the_limits() -> None:
    buttons = tuple(Button(f"Button {n}", f"do_{n}", "v" * 2000) for n in range(70))
    fields = tuple(CardField(f"Field {n}", "words " * (n * 4)) for n in range(45))
    card = CaseCard(1042, "x" * 300, "queued", "waiting", "y" * 5000, ("z" * 900,) * 12, fields, buttons)
    for body in (Body("x" * 20_000, card=card), Body("x " * 20_000, buttons=buttons), Body("&" * 4000, quiet=True)):
        said: Any = message(body)
        assert problem_with(said["blocks"]) is None
    said = message(Body("x", card=card))
    assert buttons_of(said["blocks"])


def test_twenty_buttons_of_usual_size_and_a_long_card_all_fit() -> None:
    buttons = tuple(Button(f"Reply with answer {n}", "macro", f"return-policy-{n}") for n in range(20))
    fields = tuple(CardField(f"Field {n}", "some words of it") for n in range(14))
    card = CaseCard(1042, "Ann", "queued", "waiting", "She is upset. " * 20, ("not again " * 30,) * 3, fields, buttons)
    said: Any = message(Body("x", card=card))
    assert len(buttons_of(said["blocks"])) == 20
    assert sum(len(block.get("fields", [])) for block in said["blocks"]) == 14


def test_a_text_with_more_looks_than_slack_takes_is_shown_without_them() -> None:
    said: Any = message(Body("**a** b " * 450))
    assert problem_with(said["blocks"]) is None
    assert visible_text(said["blocks"], "") == ("a b " * 450).strip()


HOSTILE = [
    "*",
    "_",
    "`",
    "~",
    "[",
    "](",
    "[](",
    "<",
    "&",
    "![",
    "**a ",
    "*a_",
    "\n",
    "\t",
    "> ",
    "- ",
    "<@U1>",
    " *",
    "a.b/",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_longest_text_of_one_kind_is_read_in_no_time(unit: str) -> None:
    text = (unit * 40_000)[:40_000]
    started = time.process_time()
    commonmark(text)
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_whole_message_of_one_kind_is_made_in_no_time(unit: str) -> None:
    text = (unit * 4000)[:4000]
    started = time.process_time()
    message(Body(text, Voice("Ann")))
    assert time.process_time() - started < 1.0


def test_one_menu_holds_the_rare_buttons_and_what_it_has_no_room_for_stands_beside_it() -> None:
    buttons = (Button("Claim", "claim", "7"), *(Button(f"R{n}", f"r{n}", "7", more=True) for n in range(7)))
    (actions,) = [block for block in message(Body("words", buttons=buttons))["blocks"] if block["type"] == "actions"]
    shown = [each["text"]["text"] for each in actions["elements"] if each["type"] == "button"]
    (menu,) = [each for each in actions["elements"] if each["type"] == "overflow"]
    assert shown == ["Claim", "R0", "R1"]
    assert [option["text"]["text"] for option in menu["options"]] == ["R2", "R3", "R4", "R5", "R6"]
