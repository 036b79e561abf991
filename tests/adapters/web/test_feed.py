"""What happened, after a restart: the newest of the newest chats, however many there are."""

import asyncio
from pathlib import Path

from adapters.web import WebSettings
from adapters.web.feed import Feed
from adapters.web.inbound import Doing, OpenChat
from adapters.web.live import LiveRoom
from adapters.web.settings import place
from bot.ports import JournalLine
from tests.adapters.web.scripted import Journal, SteppingClock
from tests.support.patience import comes_to

CHATS = 55


async def test_a_restart_reads_the_journals_of_the_chats_in_which_something_was_written_last(tmp_path: Path) -> None:
    room, asked = LiveRoom(WebSettings(data_folder=tmp_path), SteppingClock()), list[str]()
    await room.open()
    customer = room.chats()[0].customer
    opened = [await room.do(Doing(customer, f"{n}", OpenChat())) for n in range(CHATS)]
    channels = [chat.channel for chat in opened]
    for channel in channels:
        await room.post(channel, "", {"text": "hello"}, key="hello")

    async def past(conversation: str) -> list[JournalLine]:
        asked.append(conversation)
        at = float(len(channels) - len(asked))
        return [JournalLine(at + n / 10, conversation, None, "answered", f"line {n}", {}) for n in range(10)]

    feed = Feed(room, Journal().follow, past)
    feed.start()
    await comes_to(lambda: asyncio.sleep(0, len(feed.lines)), lambda count: count == 300)
    assert asked == [place(channel).key for channel in reversed(channels)][:50]
    assert [line["channel"] for line in feed.lines[::10]] == channels[-30:]
    await feed.stop()
    await room.close()
