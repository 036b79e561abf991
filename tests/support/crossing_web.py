"""The playground as a side of a crossing: people act over the HTTP API that the page uses, and see what it shows."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import aiohttp

from adapters.web import WebAdapter, WebSettings
from bot.core.activity import Activity, File, Place, Said
from bot.core.effects import Body
from bot.ports import Clock, Posted
from tests.adapters.web.scripted import Journal
from tests.contract.doubles import ListIntake
from tests.support.patience import until

CHAT = Place("web", "playground", "customer-ada")
DESK = Place("web", "playground", "desk")


class OnWeb:
    """Ada is the customer, Nora the agent. `address` is where the page is served, once it is."""

    kind = "web"

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.intake = ListIntake()
        self.adapter = WebAdapter(WebSettings(folder), clock, Journal().follow)
        self.address = ""

    async def heard(self, text: str) -> Activity:
        """What the app hears when the customer writes that."""
        return await self._brought("ada", do="say", channel=CHAT.channel, text=text)

    async def reaction(self) -> Activity:
        """What the app hears when the customer reacts to a message of theirs."""
        content = (await self.heard("hi")).content
        assert isinstance(content, Said)
        return await self._brought("ada", do="react", message=content.ref.id, emoji="👍")

    async def sent(self, name: str, size: int, *, by_agent: bool) -> File:
        who, channel = ("nora", DESK.channel) if by_agent else ("ada", CHAT.channel)
        headers = {"Content-Type": "application/octet-stream"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(
                f"{self.address}/api/files", params={"as": who, "name": name}, data=_zeros(size), headers=headers
            ) as answer,
        ):
            staged = (await answer.json())["file"]
        content = (await self._brought(who, do="say", channel=channel, text="here", files=[staged["id"]])).content
        assert isinstance(content, Said)
        return content.files[0]

    async def place(self, *, of_agents: bool) -> Place:
        if not of_agents:
            return CHAT
        return (await self.adapter.post(DESK, Body("case"), key="root")).thread

    async def digest(self, name: str, *, of_agents: bool) -> str:
        who = "nora" if of_agents else "ada"
        files = [file for message in await self.view(who) for file in message["body"].get("files", ())]
        file = [each for each in files if each["name"] == name][-1]
        digest = hashlib.sha256()
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{self.address}/api/files/{file['id']}", params={"as": who}) as answer,
        ):
            async for chunk in answer.content.iter_chunked(65536):
                digest.update(chunk)
        return digest.hexdigest()

    async def view(self, who: str) -> list[dict[str, Any]]:
        """All that somebody sees, as the page is told."""
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{self.address}/ws?as={who}") as ws:
            messages: list[dict[str, Any]] = (await ws.receive_json())["messages"]
            return messages

    async def raw(self, posted: Posted) -> str:
        """A message as the page is told of it."""
        found = [m for m in await self.view("nora") if m["id"] == posted.ref.id]
        return json.dumps(found[0], ensure_ascii=False)

    async def reads(self) -> list[str]:
        """What the agent reads at the desk."""
        shown = [m for m in await self.view("nora") if not m["deleted"]]
        return [": ".join(filter(None, (m["body"].get("voice", {}).get("name"), m["body"]["text"]))) for m in shown]

    async def reactions(self, posted: Posted) -> str:
        """The reactions on a message, as written by the platform."""
        return json.dumps(json.loads(await self.raw(posted))["reactions"], ensure_ascii=False)

    def pings(self) -> list[Any]:
        """Nobody is ever pinged here: the page takes no mention for one."""
        return []

    async def _act(self, who: str, **what: object) -> dict[str, Any]:
        asked = {"as": who, **what}
        async with aiohttp.ClientSession() as http, http.post(f"{self.address}/api/acts", json=asked) as answer:
            done: dict[str, Any] = await answer.json()
            assert answer.status == 200, done
            return done

    async def _brought(self, who: str, **what: object) -> Activity:
        """Do something, and wait until the app was told."""
        before = len(self.intake.taken)
        await self._act(who, **what)
        await until(lambda: len(self.intake.taken) > before)
        return self.intake.taken[-1]


async def _zeros(size: int) -> Any:
    for start in range(0, size, 1 << 16):
        yield bytes(min(1 << 16, size - start))
