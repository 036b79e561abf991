"""What the page may ask for, and what the app is told of it."""

import json
from dataclasses import replace

import pytest

from adapters.web.inbound import (
    MAX_TEXT,
    Ask,
    Change,
    Doing,
    Happening,
    Malformed,
    OpenChat,
    Press,
    React,
    Remove,
    Say,
    activity_of,
    doing_of,
)
from bot.core.activity import Deleted, Edited, Mention, Person, Place, Pressed, Reacted, Ref, Said

ADA = Person("web", "playground", "ada")


def read(**fields: object) -> Doing:
    return doing_of(json.dumps({"as": "ada", **fields}).encode())


@pytest.mark.parametrize(
    ("fields", "act"),
    [
        ({"do": "say", "channel": "desk", "thread": "m1", "text": " hi "}, Say("desk", "m1", "hi")),
        ({"do": "say", "channel": "desk", "text": "/support stats 7d"}, Ask("desk", "", "stats 7d")),
        ({"do": "say", "channel": "desk", "text": "/SUPPORT"}, Ask("desk", "", "")),
        ({"do": "say", "channel": "desk", "text": "/supportive"}, Say("desk", "", "/supportive")),
        ({"do": "edit", "message": "m1", "text": "new"}, Change("m1", "new")),
        ({"do": "delete", "message": "m1"}, Remove("m1")),
        ({"do": "react", "message": "m1", "emoji": "👍"}, React("m1", "👍", added=True)),
        ({"do": "react", "message": "m1", "emoji": "👍", "added": False}, React("m1", "👍", added=False)),
        ({"do": "press", "message": "m1", "action": "claim"}, Press("m1", "claim", "")),
        ({"do": "open_chat"}, OpenChat()),
    ],
)
def test_every_act_is_read(fields: dict[str, object], act: object) -> None:
    assert read(**fields).act == act


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[]", "object"),
        (b"{}", "'as'"),
        (b'{"as": 5}', "'as'"),
        (b'{"as": "ada"}', "'do'"),
        (b'{"as": "ada", "do": ["say"]}', "'do'"),
        (b'{"as": "ada", "do": "say", "channel": "c"}', "'text'"),
        (b'{"as": "ada", "do": "say", "channel": "c", "text": "  "}', "blanks"),
        (b'{"as": "ada", "do": "say", "channel": "c", "text": "a\\u0000b"}', "NUL"),
        (b'{"as": "ada", "do": "say", "channel": "c", "text": "\\ud83d"}', "surrogate"),
        (b'{"as": "\\udc00", "do": "open_chat"}', "surrogate"),
        (b'{"as": "ada", "do": "say", "channel": "", "text": "a"}', "'channel'"),
        (b'{"as": "ada", "do": "react", "message": "m1", "emoji": "<b>"}', "emoji"),
        (b'{"as": "ada", "do": "react", "message": "m1", "emoji": "a", "added": 1}', "'added'"),
        (b'{"as": "ada", "nonce": 7, "do": "open_chat"}', "'nonce'"),
    ],
)
def test_what_is_malformed_is_refused_with_a_reason(raw: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        doing_of(raw)


def test_the_longest_text_is_read_and_a_longer_one_is_not() -> None:
    assert read(do="say", channel="c", text="x" * MAX_TEXT)
    with pytest.raises(Malformed, match="longer than"):
        read(do="say", channel="c", text="x" * (MAX_TEXT + 1))


def happening(kind: str, *, thread: str = "", value: str = "") -> Happening:
    return Happening(7, 12.5, "ada", "desk", thread, "m3", kind, "words", value)


@pytest.mark.parametrize(
    ("happening", "content"),
    [
        (happening("said"), Said(Ref(Place("web", "playground", "desk"), "m3"), "words")),
        (happening("edited"), Edited(Ref(Place("web", "playground", "desk"), "m3"), "words")),
        (happening("deleted"), Deleted(Ref(Place("web", "playground", "desk"), "m3"))),
        (happening("reacted", value="added"), Reacted(Ref(Place("web", "playground", "desk"), "m3"), "words", True)),
        (happening("reacted", value="removed"), Reacted(Ref(Place("web", "playground", "desk"), "m3"), "words", False)),
        (happening("pressed", value="v"), Pressed(Ref(Place("web", "playground", "desk"), "m3"), "words", "v")),
    ],
)
def test_every_act_is_told_in_the_words_of_the_core(happening: Happening, content: object) -> None:
    activity = activity_of(happening, ADA, direct=False)
    assert (activity.id, activity.at, activity.author, activity.content) == ("a7", 12.5, ADA, content)


@pytest.mark.parametrize("text", ["@Sam is it there?", "what do you think, @sam?", "(@SAM)"])
def test_a_colleague_is_called_by_name_behind_an_at(text: str) -> None:
    sam = Person("web", "playground", "sam", name="Sam Okafor")
    said = activity_of(replace(happening("said"), text=text), ADA, direct=False, colleagues=[sam]).content
    assert isinstance(said, Said)
    assert said.mentions == (Mention(sam.key, "Sam Okafor"),)


@pytest.mark.parametrize("text", ["Sam is it there?", "write to me@sam.org", "@Samira is it there?", "@ Sam"])
def test_nobody_is_called_by_other_words(text: str) -> None:
    sam = Person("web", "playground", "sam", name="Sam Okafor")
    said = activity_of(replace(happening("said"), text=text), ADA, direct=False, colleagues=[sam]).content
    assert isinstance(said, Said)
    assert said.mentions == ()


def test_what_is_done_to_a_root_card_happens_in_its_own_thread() -> None:
    assert activity_of(happening("pressed"), ADA, direct=False).place.thread == "m3"
    assert activity_of(happening("pressed", thread="m1"), ADA, direct=False).place.thread == "m1"


def test_a_top_level_message_is_in_no_thread_and_a_chat_has_none() -> None:
    assert activity_of(happening("said"), ADA, direct=False).place.thread == ""
    chat = activity_of(happening("reacted"), ADA, direct=True)
    assert (chat.place.thread, chat.direct) == ("", True)
