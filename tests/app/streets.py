"""One customer and two agents on a platform, seen the same way wherever they are: what they do, what they read."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.app.product import product
from tests.app.web_street import OnWeb
from tests.fakes.slack import App as SlackApp
from tests.fakes.slack import FakeSlack
from tests.fakes.slack import Human as SlackHuman
from tests.fakes.teams import FakeTeams
from tests.fakes.teams import Human as TeamsHuman
from tests.support.patience import PATIENCE, until


class Street(Protocol):
    """A platform with people on it. A thread is what the platform calls it."""

    def settings(self) -> str: ...
    def environment(self) -> dict[str, str]: ...
    def open_to(self, address: str) -> None: ...
    def desk(self) -> str: ...
    def customer_says(self, text: str) -> Any: ...
    def customer_edits(self, said: Any, text: str) -> None: ...
    def customer_reads(self) -> list[str]: ...
    def thread(self, words: str) -> str: ...
    def agent_says(self, thread: str, text: str, *, second: bool = False) -> Any: ...
    def agent_calls_the_second(self, thread: str, text: str) -> Any: ...
    def agent_reads(self, thread: str, *, second: bool = False) -> list[str]: ...
    def agent_reads_anywhere(self) -> list[str]: ...
    async def agent_presses(self, words: str, label: str, *, second: bool = False) -> None: ...
    async def agent_resolves(self, words: str, *, second: bool = False) -> None: ...
    async def agent_fills_in(self, **fields: str) -> None: ...


async def reads(look: Any, words: str) -> str:
    """Wait until somebody reads a text with those words; the text."""
    return await until(lambda: next((text for text in look() if words in text), ""))


@asynccontextmanager
async def desk_on(name: str, tmp_path: Path, *, may: str) -> AsyncGenerator[Street]:
    """The product with one desk on a street of that platform, where roles `may` do what is named."""
    async with AsyncExitStack() as stack:
        side = await street(name, stack)
        written = "platforms:\n" + side.settings()
        if name != "web":
            written += "  web: {enabled: false}\n"
        written += f"desks: [{{name: support, {side.desk()}}}]\nroles: {{may: {{{may}}}}}\n"
        app = product(tmp_path, written, side.environment())
        await app.start()
        stack.push_async_callback(app.stop)
        side.open_to(app.addresses[0])
        yield side


async def street(name: str, stack: AsyncExitStack) -> Street:
    """A street of that platform, closed with the stack."""
    match name:
        case "slack":
            return OnSlack(await stack.enter_async_context(FakeSlack()))
        case "teams":
            return OnTeams(await stack.enter_async_context(FakeTeams()))
        case _:
            return await stack.enter_async_context(OnWeb())


@dataclass
class OnSlack:
    slack: FakeSlack
    app: SlackApp = field(init=False)

    def __post_init__(self) -> None:
        self.app = self.slack.install()
        self.ann, self.bob, self.sue = (
            SlackHuman(self.slack, self.slack.workspace.add_user(n)) for n in ("Ann", "Bob", "Sue")
        )
        self.channel = self.slack.channel("desk", self.bob.user, self.sue.user, self.app, private=True)

    def newcomer(self, name: str) -> SlackHuman:
        """One more customer."""
        return SlackHuman(self.slack, self.slack.workspace.add_user(name))

    def settings(self) -> str:
        hosts = f'file_hosts: ["{self.slack.file_host}"]'
        return f'  slack: {{enabled: true, base_url: "{self.slack.api_url}", {hosts}, store_seconds: 2.9}}\n'

    def environment(self) -> dict[str, str]:
        return {"SLACK_BOT_TOKEN": self.app.bot_token, "SLACK_SIGNING_SECRET": self.app.signing_secret}

    def open_to(self, address: str) -> None:
        self.app.events_url = f"{address}/slack/events"

    def desk(self) -> str:
        return f'platform: slack, channel: "{self.channel.id}"'

    def customer_says(self, text: str) -> Any:
        return self.ann.says(self.ann.chat_with(self.app), text)

    def customer_edits(self, said: Any, text: str) -> None:
        self.ann.edits(said, text)

    def customer_reads(self) -> list[str]:
        return self.ann.reads(self.ann.chat_with(self.app))

    def thread(self, words: str) -> str:
        cards = self.bob.sees(self.channel, "")
        return next((m.ts for m in cards if words in m.seen_text + str(m.blocks)), "")

    def agent_says(self, thread: str, text: str, *, second: bool = False) -> Any:
        return (self.sue if second else self.bob).says(self.channel, text, thread=thread)

    def agent_calls_the_second(self, thread: str, text: str) -> Any:
        return self.agent_says(thread, f"<@{self.sue.id}> {text}")

    def agent_reads(self, thread: str, *, second: bool = False) -> list[str]:
        return (self.sue if second else self.bob).reads(self.channel, thread)

    def agent_reads_anywhere(self) -> list[str]:
        return self.bob.reads(self.channel)

    async def agent_presses(self, words: str, label: str, *, second: bool = False) -> None:
        who = self.sue if second else self.bob
        message = await until(
            lambda: next((m for m in who.sees(self.channel) if words in m.seen_text + str(m.blocks)), None)
        )
        await who.presses(message, label)

    async def agent_resolves(self, words: str, *, second: bool = False) -> None:
        who = self.sue if second else self.bob
        await self.agent_presses(words, "Resolve", second=second)
        await until(lambda: self.slack.modals.get(who.id))
        await who.fills_in(self.app, {"resolution": "solved"})

    async def agent_fills_in(self, **fields: str) -> None:
        await until(lambda: self.slack.modals.get(self.bob.id))
        assert (await self.bob.fills_in(self.app, fields)).accepted


@dataclass
class OnTeams:
    teams: FakeTeams

    def __post_init__(self) -> None:
        self.ann, self.bob, self.sue = (
            TeamsHuman(self.teams, self.teams.tenant.add_person(n)) for n in ("Ann", "Bob", "Sue")
        )
        self.channel = self.teams.channel("desk", self.bob.account, self.sue.account)
        for agent in (self.bob, self.sue):
            agent.account.has_app = True

    def settings(self) -> str:
        return (
            f'  teams: {{enabled: true, app_id: "{self.teams.bot.app_id}", tenant: "{self.teams.tenant.id}",'
            f' metadata_url: "{self.teams.url}/openid/metadata", login: "{self.teams.url}/login/",'
            f' service_url: "{self.teams.service_url}", file_hosts: ["{self.teams.file_host}"],'
            f" store_seconds: 9.9, lookup_seconds: {PATIENCE}}}\n"
        )

    def environment(self) -> dict[str, str]:
        return {"TEAMS_APP_SECRET": self.teams.bot.secret}

    def open_to(self, address: str) -> None:
        self.teams.bot.endpoint = f"{address}/api/messages"

    def desk(self) -> str:
        return f'platform: teams, channel: "{self.channel.id}"'

    def customer_says(self, text: str) -> Any:
        return self.ann.says(self.ann.chat(), text)

    def customer_edits(self, said: Any, text: str) -> None:
        self.ann.edits(self.ann.chat(), said, text)

    def customer_reads(self) -> list[str]:
        return self.ann.reads(self.ann.chat())

    def thread(self, words: str) -> str:
        return next((m.id for m in self.bob.sees(self.channel, "") if words in m.seen_text + str(m.content)), "")

    def agent_says(self, thread: str, text: str, *, second: bool = False) -> Any:
        return (self.sue if second else self.bob).says(self.channel, text, thread=thread)

    def agent_calls_the_second(self, thread: str, text: str) -> Any:
        return self.bob.says(self.channel, text, thread=thread, mentions=(self.sue.account,))

    def agent_reads(self, thread: str, *, second: bool = False) -> list[str]:
        return (self.sue if second else self.bob).reads(self.channel, thread)

    def agent_reads_anywhere(self) -> list[str]:
        return [*self.bob.reads(self.channel), *self.bob.reads(self.bob.chat())]

    async def agent_presses(self, words: str, label: str, *, second: bool = False) -> None:
        who = self.sue if second else self.bob
        # what Slack shows to one person in the thread, Teams says in the private chat
        places = (self.channel, who.chat())
        place, message = await until(
            lambda: next(((p, m) for p in places for m in who.sees(p) if words in m.seen_text + str(m.content)), None)
        )
        await who.presses(place, message, label)

    async def agent_resolves(self, words: str, *, second: bool = False) -> None:
        who = self.sue if second else self.bob
        await self.agent_presses(words, "Resolve", second=second)
        await until(lambda: who.form)
        await who.fills_in({"resolution": "solved"})

    async def agent_fills_in(self, **fields: str) -> None:
        await until(lambda: self.bob.form)
        assert (await self.bob.fills_in(fields)).accepted
