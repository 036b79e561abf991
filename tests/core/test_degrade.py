"""Long texts in parts, and what a platform lacks in words."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.core.activity import File, Person
from bot.core.effects import Body, Button, CardField, CaseCard
from bot.core.platforms import degrade


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(st.text(), st.integers(32, 200))
def test_no_part_is_too_long(text: str, limit: int) -> None:
    assert all(len(part) <= limit for part in degrade.parts(text, limit))


@given(st.text(alphabet=st.characters(blacklist_characters="`~")), st.integers(32, 200))
def test_the_parts_say_everything_in_order(text: str, limit: int) -> None:
    assert squeezed("".join(degrade.parts(text, limit))) == squeezed(text)


@given(st.lists(st.sampled_from(["👩🏽\u200d🚒", "🇩🇪", "e\u0301", "👍🏿", "ﷺ", "न\u093f"]), min_size=20, max_size=80))
def test_no_cut_goes_through_a_character_as_a_reader_sees_it(characters: list[str]) -> None:
    whole = set(characters)
    for part in degrade.parts("".join(characters), 40):
        rest = part
        while rest:
            found = next((c for c in whole if rest.startswith(c)), None)
            assert found is not None, part
            rest = rest[len(found) :]


def test_a_short_text_stays_as_it_is() -> None:
    assert degrade.parts("  hello\n\nthere ", 100) == ("  hello\n\nthere ",)


def test_a_paragraph_end_is_the_best_place_to_cut() -> None:
    first, second = "One sentence. " * 4, "Another one. " * 4
    assert degrade.parts(f"{first.strip()}\n\n{second.strip()}", 80) == (first.strip(), second.strip())


def test_a_sentence_end_is_better_than_a_space() -> None:
    text = "This is the first sentence of all. This is the second one, and it is longer than the first"
    assert degrade.parts(text, 60)[0] == "This is the first sentence of all."


def test_a_block_of_code_that_is_cut_is_closed_and_opened_again() -> None:
    code = "\n".join(f"line {n:03}" for n in range(30))
    parts = degrade.parts(f"Look:\n```python\n{code}\n```\nThat was it.", 120)
    assert len(parts) > 2
    for part in parts:
        assert len(part) <= 120
        assert part.count("```") % 2 == 0, part
    said = re.findall(r"line (\d+)", "\n".join(parts))
    assert said == [f"{n:03}" for n in range(30)]


def test_each_file_is_a_message_behind_the_words_and_buttons_come_with_the_last_of_those() -> None:
    files = (File("1", "a.pdf"), File("2", "b.pdf"))
    body = Body("word " * 40, files=files, buttons=(Button("Yes", "yes"),))
    *_, words, one, two = degrade.split(body, 100)
    assert (words.buttons, words.files) == (body.buttons, ())
    assert [(b.text, b.files) for b in (one, two)] == [("", files[:1]), ("", files[1:])]


def test_files_without_words_are_messages_of_their_own_and_the_first_mentions() -> None:
    who = Person("town", "T", "bob")
    one, two = degrade.split(Body("", files=(File("1", "a"), File("2", "b")), mention=who), 100)
    assert (one.mention, two.mention) == (who, who)


def test_a_card_is_one_message() -> None:
    card = CaseCard(1, "t", "queued", "waiting", "why", (), (), ())
    assert degrade.split(Body("word " * 40, card=card), 100) == (Body("word " * 40, card=card),)


def test_what_cannot_be_shown_is_said() -> None:
    card = CaseCard(1, "#1 Ann", "queued", "waiting", "She asked", ("help",), (CardField("Language", "en"),), ())
    shown = degrade.without_card(Body("fallback", card=card))
    assert shown.card is None
    assert shown.text == "**#1 Ann**\nShe asked\n> help\n- Status: queued\n- Language: en"
    buttons = (Button("Yes", "yes"), Button("Manual", "open", url="https://example.com/m"))
    assert degrade.without_buttons(Body("Sure?", buttons=buttons)).text == (
        "Sure?\n\n- Yes\n- [Manual](https://example.com/m)"
    )
    assert degrade.without_files(Body("", files=(File("1", "a.pdf"), File("F2", "")))).text == "📎 *a.pdf, F2*"
    assert degrade.edited(Body("new")).text == "*(edited)* new"
    assert degrade.about(Body("psst"), "1001").text == "**#1001** · psst"
    assert degrade.about(Body("Write under #1001."), "1001").text == "Write under #1001."
    assert degrade.aloud(Body("psst"), "Bob").text == "*(for Bob)* psst"
    assert "deleted" in degrade.withdrawn().text


def test_what_can_be_shown_is_left_alone() -> None:
    body = Body("hello")
    assert degrade.without_card(degrade.without_buttons(degrade.without_files(body))) is body
