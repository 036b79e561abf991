"""Files across pairs of platforms, as the engine's transfers bring them: real adapters, real HTTP, no conversation.

Each platform has a customer in a private chat, and a desk in a channel with one thread.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import aiohttp
from aiohttp import web

from adapters.shelf.shelf import FolderShelf
from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import SlackSettings
from adapters.teams.adapter import TeamsAdapter
from adapters.teams.settings import TeamsSettings
from bot.core.activity import Activity, File, Place, Said
from bot.core.effects import Body, Voice
from bot.engine.sending.transfers import Transfer
from bot.ports import ChatAdapter, FileCarrier, Posted
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms
from tests.fakes.slack import FakeSlack
from tests.fakes.slack import Human as SlackHuman
from tests.fakes.teams import FakeTeams
from tests.fakes.teams import Human as TeamsHuman
from tests.fakes.teams.visible import buttons_of
from tests.support.crossing_web import OnWeb
from tests.support.ports import bound

LIMIT = 100_000_000


class WallClock:
    def now(self) -> float:
        return time.time()  # noqa: TID251  # the outside world has a real clock


class Side(Protocol):
    """One platform with a file's sender or receiver on it."""

    adapter: ChatAdapter
    kind: str

    async def heard(self, text: str) -> Activity:
        """What the app hears when the customer writes that, as it is typed there."""
        ...

    async def reaction(self) -> Activity:
        """What the app hears when the customer reacts to a message of theirs."""
        ...

    async def raw(self, posted: Posted) -> str:
        """A message as the platform holds it."""
        ...

    async def reads(self) -> list[str]:
        """What the agent reads at the desk."""
        ...

    async def reactions(self, posted: Posted) -> str:
        """The reactions on a message, as the platform holds them."""
        ...

    def pings(self) -> list[Any]:
        """Everybody who was notified by somebody's words."""
        ...

    async def sent(self, name: str, size: int, *, by_agent: bool) -> File:
        """Somebody sends a file of so many zeros; as the app hears of it."""
        ...

    async def place(self, *, of_agents: bool) -> Place:
        """Where files from the other side go."""
        ...

    async def digest(self, name: str, *, of_agents: bool) -> str:
        """SHA-256 of what a person gets who wants the file; nobody holds it whole."""
        ...


class OnSlack:
    kind = "slack"

    def __init__(self, slack: FakeSlack) -> None:
        self.slack, self.app = slack, slack.install()
        self.intake = ListIntake()
        settings = SlackSettings(
            self.app.bot_token,
            (self.app.signing_secret,),
            base_url=slack.api_url,
            file_hosts=frozenset({slack.file_host}),
        )
        self.adapter = SlackAdapter(settings, WallClock())
        self.ann = SlackHuman(slack, slack.workspace.add_user("Ann"))
        self.bob = SlackHuman(slack, slack.workspace.add_user("Bob"))
        self.desk = slack.channel("desk", self.bob.user, self.app, private=True)

    async def heard(self, text: str) -> Activity:
        before = len(self.intake.taken)
        self.ann.says(self.ann.chat_with(self.app), text)
        await self.slack.courier.settled()
        return self.intake.taken[before]

    async def reaction(self) -> Activity:
        said = self.ann.says(self.ann.chat_with(self.app), "hi")
        await self.slack.courier.settled()
        self.ann.reacts(said, "+1")
        await self.slack.courier.settled()
        return self.intake.taken[-1]

    async def raw(self, posted: Posted) -> str:
        message = self.slack.workspace.message(posted.ref.place.channel, posted.ref.id)
        return json.dumps([message.text, message.blocks], ensure_ascii=False)

    async def reads(self) -> list[str]:
        return self.bob.reads(self.desk)

    async def reactions(self, posted: Posted) -> str:
        return str(self.slack.workspace.message(posted.ref.place.channel, posted.ref.id).reactions)

    def pings(self) -> list[Any]:
        return [*self.slack.pings]

    async def sent(self, name: str, size: int, *, by_agent: bool) -> File:
        who, where = (self.bob, self.desk) if by_agent else (self.ann, self.ann.chat_with(self.app))
        before = len(self.intake.taken)
        who.sends(where, "here", self.slack.files.put_zeros(name, size, who.id))
        await self.slack.courier.settled()
        return _file(self.intake.taken[before])

    async def place(self, *, of_agents: bool) -> Place:
        team = self.slack.workspace.team
        if not of_agents:
            return Place("slack", team, self.ann.chat_with(self.app).id)
        posted = await self.adapter.post(Place("slack", team, self.desk.id), Body("case"), key="root")
        return posted.thread

    async def digest(self, name: str, *, of_agents: bool) -> str:  # noqa: ARG002  # the same for everybody here
        found = [f for f in self.slack.files.files.values() if f.title == name and f.shares and not f.deleted]
        return await asyncio.to_thread(self.slack.files.digest, found[-1].id)


class OnTeams:
    kind = "teams"

    def __init__(self, teams: FakeTeams, shelf: FolderShelf) -> None:
        self.teams, self.intake = teams, ListIntake()
        self.ann = TeamsHuman(teams, teams.tenant.add_person("Ann"))
        self.bob = TeamsHuman(teams, teams.tenant.add_person("Bob"))
        self.desk = teams.channel("desk", self.bob.account)
        settings = TeamsSettings(
            teams.bot.app_id,
            teams.tenant.id,
            secret=teams.bot.secret,
            metadata_url=f"{teams.url}/openid/metadata",
            login=f"{teams.url}/login/",
            service_url=teams.service_url,
            desks=frozenset({self.desk.id}),
            file_hosts=frozenset({teams.file_host}),
        )
        self.adapter = TeamsAdapter(settings, WallClock(), shelf)

    async def heard(self, text: str) -> Activity:
        before = len(self.intake.taken)
        self.ann.says(self.ann.chat(), text, rich=text)
        await self.teams.courier.settled()
        return self.intake.taken[before]

    async def reaction(self) -> Activity:
        said = self.ann.says(self.ann.chat(), "hi")
        await self.teams.courier.settled()
        self.ann.reacts(self.ann.chat(), said, "like")
        await self.teams.courier.settled()
        return self.intake.taken[-1]

    async def raw(self, posted: Posted) -> str:
        return json.dumps(self.teams.tenant.message(self.desk, posted.ref.id).content, ensure_ascii=False)

    async def reads(self) -> list[str]:
        return self.bob.reads(self.desk)

    async def reactions(self, posted: Posted) -> str:
        raise AssertionError(f"reactions are switched off here, for {posted.ref.id} too")

    def pings(self) -> list[Any]:
        return [*self.teams.pings]

    async def sent(self, name: str, size: int, *, by_agent: bool) -> File:
        # Of what is sent in a channel, Teams gives apps pictures only.
        stored = self.teams.files.put_zeros(name, size, picture="image/png" if by_agent else "")
        who, where = (self.bob, self.desk) if by_agent else (self.ann, self.ann.chat())
        before = len(self.intake.taken)
        who.sends(where, "here", stored)
        await self.teams.courier.settled()
        return _file(self.intake.taken[before])

    async def place(self, *, of_agents: bool) -> Place:
        if not of_agents:
            return Place("teams", self.teams.tenant.id, self.ann.chat().id)
        desk = Place("teams", self.teams.tenant.id, self.desk.id)
        return (await self.adapter.post(desk, Body("case"), key="root")).thread

    async def digest(self, name: str, *, of_agents: bool) -> str:
        if of_agents:
            message = next(m for m in reversed(self.bob.sees(self.desk)) if name in str(m.content))
            return await _downloaded(buttons_of(message.content)[0]["url"])
        chat = self.ann.chat()
        asked = next(m for m in reversed(self.ann.sees(chat)) if "file.consent" in str(m.content))
        await self.ann.answers(chat, asked)
        await self.teams.until(lambda: asked not in self.ann.sees(chat))
        found = [f for f in self.teams.files.files.values() if f.name == name and f.complete]
        return await asyncio.to_thread(self.teams.files.digest, found[-1].id)


@asynccontextmanager
async def sides(folder: Path, *names: str) -> AsyncIterator[dict[str, Any]]:
    """The platforms of those names, started."""
    async with AsyncExitStack() as stack:
        listening = bound()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = web.Application()
        shelf = FolderShelf(folder / "files", WallClock(), public_url=address)
        shelf.mount(server)
        made: dict[str, Any] = {}
        if "slack" in names:
            made["slack"] = OnSlack(await stack.enter_async_context(FakeSlack()))
            made["slack"].app.events_url = f"{address}/slack/events"
        if "teams" in names:
            made["teams"] = OnTeams(await stack.enter_async_context(FakeTeams()), shelf)
            made["teams"].teams.bot.endpoint = f"{address}/api/messages"
        if "web" in names:
            made["web"] = OnWeb(folder / "room", WallClock())
            made["web"].address = address
        for side in made.values():
            side.adapter.mount(server)
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listening).start()
        for side in made.values():
            await side.adapter.start(side.intake, EchoCommands(), ScriptedForms())
            stack.push_async_callback(side.adapter.stop)
        yield made


async def cross(origin: Side, target: Side, name: str, size: int, *, by_agent: bool) -> str:
    """Send a file from one side to the other; the SHA-256 of what arrives there."""
    file = await origin.sent(name, size, by_agent=by_agent)
    to = await target.place(of_agents=not by_agent)
    assert isinstance(origin.adapter, FileCarrier)
    assert isinstance(target.adapter, FileCarrier)
    body = Body("", voice=Voice("Bob" if by_agent else "Ann"), files=(file,))
    await target.adapter.post_file(to, body, Transfer(origin.adapter, file, LIMIT), key=f"key-{name}")
    return await target.digest(name, of_agents=not by_agent)


def digest_of_zeros(size: int) -> str:
    """SHA-256 of so many zeros."""
    digest = hashlib.sha256()
    for start in range(0, size, 1 << 16):
        digest.update(bytes(min(1 << 16, size - start)))
    return digest.hexdigest()


def _file(activity: Activity) -> File:
    assert isinstance(activity.content, Said)
    return activity.content.files[0]


async def _downloaded(url: str) -> str:
    digest = hashlib.sha256()
    async with aiohttp.ClientSession() as browser, browser.get(url) as answer:
        async for chunk in answer.content.iter_chunked(65536):
            digest.update(chunk)
    return digest.hexdigest()
