"""What is kept for long is kept small, and what earlier versions kept is read as before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.redis.store import RedisStore
from bot.core.activity import Place, Ref
from bot.core.conversation import Conversation
from bot.engine.codec import Remembered, Unreadable, read, read_conversation, read_ref, write, write_ref
from bot.engine.entries import Root
from bot.engine.packing import packed, unpacked
from bot.ports import CaseRow, JournalLine
from tests.engine.test_codec import EMPTY, line

PACKED = (
    "~1gzZmkkGdLGylS0l+Oai0RRQuICfAy5aUXF1gMYOnEYNNO7jwAWlDdCogZiBX8KDKBlthDhLHV5o7gs2FhkGMkmGMErCPkZmiUKsQCxTHU4wS"
    "61FI0QkMOWgZbkSii4xo4yIjoIuA9Sis125UCwA="
)
"""What `SAID` was when texts were packed for the first time."""

SAID = replace(EMPTY, doubts=2, transcript=(line(1), line(2)))
WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.text(st.characters(exclude_categories=["Cs"])) | WORDS.map(lambda text: text * 40))
def test_every_text_comes_back(text: str) -> None:
    if not text.startswith("~"):
        assert unpacked(packed(text)) == text
        assert len(packed(text)) <= len(text)


def test_what_was_packed_once_is_read_for_ever() -> None:
    assert read_conversation(PACKED) == SAID


def test_what_earlier_versions_kept_as_json_is_read() -> None:
    ref = Ref(Place("slack", "T1", "C1", "17.5"), "18.5")
    assert read_conversation(write(SAID, Conversation)) == SAID
    assert read_ref(write(ref, Ref)) == ref
    root = Root(ref, ref.place)
    assert read(write(root, Root), Root) == root
    told = JournalLine(1.0, "c1", None, "opened", "Ann began.", {"platform": "town"})
    assert read(write(told, JournalLine), JournalLine) == told
    row = CaseRow(1001, "c1", "queued", "support", "town", "Ann", "asked", "Asked.", "", 1.0)
    assert read(write(row, CaseRow), CaseRow) == row


@pytest.mark.parametrize("text", ["~1", "~1!!", PACKED[:-4], PACKED[:60] + PACKED[64:], "~2" + PACKED[2:], "~"])
def test_what_is_damaged_is_said_to_be_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match="reading a stored Conversation"):
        read_conversation(text)


def test_a_packed_text_with_a_sign_too_many_is_damaged() -> None:
    small = packed("the same words, and the same words, and the same words")
    assert unpacked(small).startswith("the same words")
    with pytest.raises(ValueError, match="base64"):
        unpacked(small[:-4] + "?" + small[-4:])


@given(WORDS, WORDS, WORDS, WORDS, WORDS)
def test_a_message_comes_back_whatever_its_words_are(a: str, b: str, c: str, d: str, e: str) -> None:
    ref = Ref(Place("p" + a, b, c, d), e)
    assert read_ref(write_ref(ref)) == ref


@pytest.mark.parametrize("text", ["", "slack|T|C|1", "slack|T|C|1|2|3", "{"])
def test_what_is_no_message_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match="reading a stored Ref"):
        read_ref(text)


def test_a_conversation_of_forty_lines_takes_a_quarter_of_its_json() -> None:
    long = replace(EMPTY, transcript=tuple(line(n) for n in range(40)))
    assert 4 * len(Remembered(1).write(long)) < len(write(long, Conversation))


async def test_an_original_that_was_kept_under_its_whole_name_is_found(store: RedisStore, redis_url: str) -> None:
    from redis.asyncio import Redis  # noqa: PLC0415 - only this one writes as earlier versions did

    async with Redis.from_url(redis_url) as client:
        home = f"{store.prefix}:{{s{store.shard_of('c1')}}}:"
        await client.hset(f"{home}origins:c1", "town|T|desk|7", "the original")
    assert await store.mailboxes.origin("c1", "town|T|desk|7") == "the original"
    assert await store.mailboxes.origin("c1", "town|T|desk|8") is None
