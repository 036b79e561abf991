"""What people saw is there after the app was killed, and the app hears of all of it."""

import asyncio
import sqlite3
import sys
from pathlib import Path

import aiohttp
import pytest

from adapters.web import WebAdapter, WebSettings
from adapters.web.inbound import Doing, Say
from bot.core.activity import Place, Reacted, Ref, Said
from bot.core.effects import Body
from bot.errors import ConfigError, NotDone, Refused
from tests.adapters.web.scripted import DESK, Journal, SteppingClock
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms
from tests.support.patience import until

REPOSITORY = Path(__file__).parents[3]
CHAT = Place("web", "playground", "customer-ada")


def adapter_in(folder: Path) -> WebAdapter:
    return WebAdapter(WebSettings(data_folder=folder), SteppingClock(), Journal().follow)


async def test_after_kill_9_everything_is_there_and_what_was_not_taken_is_brought(tmp_path: Path) -> None:
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.adapters.web.room_for_killing", str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
        cwd=REPOSITORY,
    )
    try:
        assert server.stdout is not None
        address = (await server.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession() as http:
            ids: list[str] = []
            for n in range(20):
                act = {"as": "ada", "do": "say", "channel": "customer-ada", "text": f"message {n}"}
                async with http.post(f"{address}/api/acts", json=act) as response:
                    ids.append((await response.json())["message"]["id"])
            react = {"as": "ada", "do": "react", "message": ids[3], "emoji": "👍"}
            async with http.post(f"{address}/api/acts", json=react) as response:
                assert response.status == 200
    finally:
        server.kill()
        await server.wait()
    intake = ListIntake()
    adapter = adapter_in(tmp_path)
    await adapter.start(intake, EchoCommands(), ScriptedForms())
    await until(lambda: len(intake.taken) >= 21)
    await adapter.stop()
    said = [a.content for a in intake.taken if isinstance(a.content, Said)]
    assert [s.ref.id for s in said] == ids
    assert [s.text for s in said] == [f"message {n}" for n in range(20)]
    assert intake.taken[20].content == Reacted(Ref(CHAT, ids[3]), "👍", added=True)


async def test_what_was_taken_is_not_brought_again(tmp_path: Path) -> None:
    await test_after_kill_9_everything_is_there_and_what_was_not_taken_is_brought(tmp_path)
    intake = ListIntake()
    adapter = adapter_in(tmp_path)
    await adapter.start(intake, EchoCommands(), ScriptedForms())
    await adapter.post(CHAT, Body("hello"), key="k1")
    await adapter.stop()
    assert intake.offered == []


async def test_a_post_is_found_by_its_key_after_a_restart_and_the_same_key_posts_once(tmp_path: Path) -> None:
    first = adapter_in(tmp_path)
    await first.start(ListIntake(), EchoCommands(), ScriptedForms())
    root = await first.post(DESK, Body("case"), key="k1")
    reply = await first.post(root.thread, Body("line"), key="k2")
    await first.stop()
    second = adapter_in(tmp_path)
    await second.start(ListIntake(), EchoCommands(), ScriptedForms())
    assert await second.find(root.thread, "k2", since=0) == [reply]
    assert await second.post(root.thread, Body("line"), key="k2") == reply
    assert await second.find(DESK, "k2", since=0) == []
    await second.delete(reply.ref)
    assert await second.find(root.thread, "k2", since=0) == []
    assert await second.post(root.thread, Body("line"), key="k2") != reply
    await second.stop()


async def test_a_chat_whose_words_cannot_be_taken_does_not_keep_others_waiting(tmp_path: Path) -> None:
    class PoisonedIntake(ListIntake):
        async def take(self, activity):  # type: ignore[no-untyped-def]
            if activity.place == CHAT:
                raise ValueError("cannot be read")
            return await super().take(activity)

    intake = PoisonedIntake()
    adapter = adapter_in(tmp_path)
    await adapter.start(intake, EchoCommands(), ScriptedForms())
    room = adapter._room
    for who in ("ada", "ben", "ada"):
        await room.do(Doing(who, "", Say(f"customer-{who}", "", "hello")))
    await until(lambda: intake.taken)
    await adapter.stop()
    assert [a.author.id for a in intake.taken] == ["ben"]
    second, later = adapter_in(tmp_path), ListIntake()
    await second.start(later, EchoCommands(), ScriptedForms())
    await until(lambda: len(later.taken) >= 2)
    await second.stop()
    assert [a.author.id for a in later.taken] == ["ada", "ada"]


async def test_a_file_that_somebody_else_holds_is_certainly_not_written(tmp_path: Path) -> None:
    adapter = adapter_in(tmp_path)
    await adapter.start(ListIntake(), EchoCommands(), ScriptedForms())
    adapter._room._file._db.execute("PRAGMA busy_timeout = 20")  # type: ignore[union-attr]
    other = sqlite3.connect(tmp_path / "playground.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotDone, match="locked"):
        await adapter.post(DESK, Body("words"), key="k1")
    other.execute("ROLLBACK")
    other.close()
    assert await adapter.find(DESK, "k1", since=0) == []
    await adapter.stop()


async def test_a_folder_that_cannot_be_used_is_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    adapter = WebAdapter(WebSettings(data_folder=tmp_path / "file"), SteppingClock(), Journal().follow)
    with pytest.raises(ConfigError, match="data folder"):
        await adapter.start(ListIntake(), EchoCommands(), ScriptedForms())
    await adapter.stop()


async def test_before_start_and_after_stop_nothing_is_done_for_certain(tmp_path: Path) -> None:
    adapter = adapter_in(tmp_path)
    with pytest.raises(NotDone):
        await adapter.post(DESK, Body("words"), key="k1")
    await adapter.start(ListIntake(), EchoCommands(), ScriptedForms())
    await adapter.stop()
    with pytest.raises(NotDone, match="has stopped"):
        await adapter.post(DESK, Body("words"), key="k1")


async def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    adapter = adapter_in(tmp_path)
    await adapter.start(ListIntake(), EchoCommands(), ScriptedForms())
    nora, ada = await adapter.person("playground", "nora"), await adapter.person("playground", "ada")
    posted = await adapter.post(DESK, Body("root"), key="k1")
    elsewhere = Place("slack", "T1", "desk")
    for attempt in (
        adapter.post(Place("web", "playground", "nowhere"), Body("words"), key="k2"),
        adapter.post(elsewhere, Body("words"), key="k3"),
        adapter.post(DESK, Body("x" * 10_001), key="k4"),
        adapter.edit(Ref(DESK, "m999"), Body("words")),
        adapter.react(Ref(DESK, "what"), "✅", added=True),
        adapter.whisper(CHAT, nora, Body("words")),
        adapter.whisper(DESK, ada, Body("words")),
        adapter.delete(Ref(elsewhere, posted.ref.id)),
    ):
        with pytest.raises(Refused):
            await attempt
    await adapter.delete(Ref(DESK, "m999"))
    await adapter.stop()
