"""The playground keeps the contract of every chat platform."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.web import Member, WebAdapter, WebSettings
from adapters.web.room import Room as StoredRoom
from adapters.web.room_file import RoomFile
from bot.core.activity import File, Person, Place, Ref
from bot.core.effects import Body
from tests.adapters.web.scripted import Journal, SteppingClock, served
from tests.contract.adapter_contract import (
    AdapterContract,
    ButtonContract,
    DeleteContract,
    EditContract,
    FormContract,
    LookUpContract,
    ReactContract,
    Seen,
    ThreadContract,
    Trouble,
    WhisperContract,
)
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms
from tests.contract.file_contract import FileContract, FileLookUpContract, SeenFile
from tests.support.patience import until

DESK = "desk"
HOME = "ann_at_home"


class PlaygroundRoom:
    """People who use the page's own API. Nobody is on both sides here, so ann has an account for her chat too."""

    adapter: WebAdapter

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self.settings = WebSettings(
            data_folder=folder,
            customers=(Member(HOME, "Ann"),),
            agents=(Member("ann", "Ann"), Member("bob", "Bob")),
            desks={"support": DESK},
        )
        self.intake = ListIntake()
        self.forms = ScriptedForms()
        self.channel = Place("web", "playground", DESK)
        self.chat = Place("web", "playground", f"customer-{HOME}")
        self._clock = SteppingClock()
        self._stack = stack
        self._file = RoomFile(folder / "playground.db")
        self._stored = StoredRoom(self._file, frozenset({DESK}))
        self._http: aiohttp.ClientSession | None = None
        self._address = ""
        self._form: dict[str, Any] | None = None

    async def open(self) -> None:
        self.adapter = WebAdapter(self.settings, self._clock, Journal().follow)
        self._address = await self._stack.enter_async_context(served(self.adapter))
        self._http = await self._stack.enter_async_context(aiohttp.ClientSession())
        await self.adapter.start(self.intake, EchoCommands(), self.forms)
        await self._file.open()
        self._stack.push_async_callback(self._file.close)

    async def close(self) -> None:
        await self.adapter.stop()

    def person(self, who: str) -> Person:
        return self.settings.person(who)

    def now(self) -> float:
        return self._clock.now()

    async def says(self, who: str, place: Place, text: str) -> Ref:
        author = HOME if place == self.chat else who
        done = await self._act(author, do="say", channel=place.channel, thread=place.thread, text=text)
        return Ref(place, done["message"]["id"])

    async def sends(self, who: str, place: Place, text: str, name: str, content: bytes) -> Ref:
        author = HOME if place == self.chat else who
        assert self._http is not None
        asked = {"as": author, "name": name}
        headers = {"Content-Type": "application/octet-stream"}
        async with self._http.post(
            f"{self._address}/api/files", params=asked, data=content, headers=headers
        ) as response:
            staged = (await response.json())["file"]
        what = {"channel": place.channel, "thread": place.thread, "text": text, "files": [staged["id"]]}
        done = await self._act(author, do="say", **what)
        return Ref(place, done["message"]["id"])

    async def files(self, who: str, place: Place) -> Sequence[SeenFile]:
        viewer = HOME if place == self.chat else who
        found: list[SeenFile] = []
        assert self._http is not None
        for message in self._stored.view(place.channel, viewer).messages:
            for file in message.body.get("files", ()):
                address = f"{self._address}/api/files/{file['id']}"
                async with self._http.get(address, params={"as": viewer}) as response:
                    assert response.status == 200
                    found.append(SeenFile(message.id, file["name"], await response.read()))
        return found

    async def accepts(self) -> None:
        """Nothing is asked here."""

    async def lose(self, file: File) -> None:
        for message in self._stored.view(self.chat.channel, HOME).messages:
            if file.id in [each["id"] for each in message.body.get("files", ())]:
                await self.deletes(Ref(self.chat, message.id))

    async def edits(self, ref: Ref, text: str) -> None:
        await self._act(self._author(ref), do="edit", message=ref.id, text=text)

    async def deletes(self, ref: Ref) -> None:
        await self._act(self._author(ref), do="delete", message=ref.id)

    async def reacts(self, who: str, ref: Ref, emoji: str, *, added: bool = True) -> None:
        await self._act(who, do="react", message=ref.id, emoji=emoji, added=added)

    async def presses(self, who: str, ref: Ref, label: str) -> None:
        button = next(b for b in self._stored.message(ref.id).body["buttons"] if b["label"] == label)
        done = await self._act(who, do="press", message=ref.id, action=button["action"], value=button["value"])
        self._form = done.get("form")

    async def fills_in(self, who: str, ref: Ref, fields: dict[str, str]) -> dict[str, str]:
        assert self._form is not None
        filled = {f["name"]: fields.get(f["name"], f["value"]) for f in self._form["fields"]}
        action, value = self._form["action"], self._form["value"]
        done = await self._act(who, do="submit", message=ref.id, action=action, value=value, fields=filled)
        return done.get("faults", {})

    async def chooses(self, who: str, ref: Ref, field: str, value: str) -> dict[str, str]:
        assert self._form is not None
        filled = {f["name"]: f["value"] for f in self._form["fields"]} | {field: value}
        action, its_value = self._form["action"], self._form["value"]
        done = await self._act(who, do="choose", message=ref.id, action=action, value=its_value, fields=filled)
        self._form = done["form"]
        return {f["name"]: f["value"] for f in done["form"]["fields"]}

    async def delivers_again(self) -> None:
        await self.adapter.stop()
        with sqlite3.connect(self.settings.data_folder / "playground.db") as db:
            db.execute("UPDATE happenings SET taken = 0")
        db.close()
        self.adapter = WebAdapter(self.settings, self._clock, Journal().follow)
        await self.adapter.start(self.intake, EchoCommands(), ScriptedForms())
        await self.settled()

    async def settled(self) -> None:
        await until(lambda: not self._stored.waiting(1))

    def sees(self, who: str, place: Place) -> Sequence[Seen]:
        found: list[Seen] = []
        for m in self._stored.view(place.channel, HOME if place == self.chat else who).messages:
            if m.deleted_at is not None or place.thread not in (m.thread, m.id):
                continue
            voice = m.body.get("voice", {}).get("name", "")
            found.append(
                Seen(
                    m.id,
                    f"{voice}: {m.body['text']}" if voice else m.body["text"],
                    tuple(b["label"] for b in m.body.get("buttons", ())),
                    tuple(r.emoji for r in m.reactions),
                )
            )
        return found

    def calls(self) -> int:
        return 0

    def trouble(self, trouble: Trouble) -> None:
        raise AssertionError(f"there is no network between the app and the playground for {trouble} to happen on")

    async def gone(self) -> Place:
        root = await self.adapter.post(self.channel, Body("root"), key="k-gone-root")
        await self.adapter.delete(root.ref)
        return root.thread

    def _author(self, ref: Ref) -> str:
        return self._stored.message(ref.id).author

    async def _act(self, who: str, **what: object) -> dict[str, Any]:
        assert self._http is not None
        async with self._http.post(f"{self._address}/api/acts", json={"as": who, **what}) as response:
            answer = await response.json()
            assert response.status == 200, answer
        await self.settled()
        return answer


class TestContract(
    AdapterContract,
    EditContract,
    DeleteContract,
    ReactContract,
    WhisperContract,
    ButtonContract,
    FormContract,
    LookUpContract,
    ThreadContract,
    FileContract,
    FileLookUpContract,
):
    @pytest.fixture
    async def room(self, tmp_path: Path) -> AsyncIterator[PlaygroundRoom]:
        async with AsyncExitStack() as stack:
            room = PlaygroundRoom(tmp_path, stack)
            await room.open()
            yield room
            await room.close()
