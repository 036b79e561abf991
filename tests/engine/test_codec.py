"""What is remembered of conversations saves work and changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.core.activity import Place, Ref
from bot.core.conversation import Conversation, Held, Line, Speaker
from bot.engine.codec import Remembered, Unreadable, read_conversation, write
from tests.support.town import chat_with, person

ANN = person("ann")
EMPTY = Conversation("c1", chat_with(ANN), ANN, 1.0)


def line(n: int) -> Line:
    return Line(float(n), Speaker.CUSTOMER, "Ann", f'"{n}" said }} ]', Ref(Place("town", "T", "dm-ann"), f"{n}"))


def test_what_is_written_is_read_back_the_same_by_whoever_remembers_and_whoever_does_not() -> None:
    remembered, lines = Remembered(10), tuple(line(n) for n in range(6))
    for first in range(4):
        for last in range(first, 6):
            conversation = replace(EMPTY, transcript=lines[first:last], doubts=last)
            text = remembered.write(conversation)
            assert read_conversation(text) == conversation
            assert remembered.read("c1", text) is conversation


def test_a_message_that_waits_is_written_as_versions_before_read_it() -> None:
    held = Held(Ref(Place("town", "T", "desk"), "7"), ANN, "queue", unclear=True)
    conversation = replace(EMPTY, held=(held, replace(held, unclear=False)))
    written = write(conversation, Conversation)
    asked, plain = json.loads(written)["held"]
    assert asked["command"] is True
    assert not {"command", "unclear", "late"} & plain.keys()
    assert read_conversation(written) == conversation


def test_what_another_process_changed_is_read() -> None:
    remembered = Remembered(10)
    remembered.write(EMPTY)
    changed = replace(EMPTY, doubts=7, transcript=(line(1),))
    assert remembered.read("c1", Remembered(1).write(changed)) == changed
    with pytest.raises(Unreadable):
        remembered.read("c1", "{")


def test_only_so_many_are_remembered() -> None:
    remembered = Remembered(2)
    texts = {name: remembered.write(replace(EMPTY, id=name)) for name in ("a", "b", "c")}
    first = remembered.read("a", texts["a"])
    assert first == replace(EMPTY, id="a")
    assert remembered.read("a", texts["a"]) is not first
    assert remembered.read("c", texts["c"]) is remembered.read("c", texts["c"])
