"""With only Microsoft's DNS names and the CA bundle swapped, configured as in production, it works."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.slack.certificates import Authority, make_authority
from tests.fakes.teams import FakeTeams, Human
from tests.support.patience import PATIENCE

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
HOSTS = ("login.microsoftonline.com", "login.botframework.com", "smba.trafficmanager.net")


@asynccontextmanager
async def bot_of(teams: FakeTeams, authority: Authority, variable: str, **more: str) -> AsyncIterator[None]:
    """The echo bot in a process of its own."""
    known = {name: value for name, value in os.environ.items() if name not in {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}}
    env = known | {
        variable: str(authority.bundle),
        "TEAMS_APP_ID": teams.bot.app_id,
        "TEAMS_TENANT": teams.tenant.id,
        "TEAMS_APP_SECRET": teams.bot.secret,
        "TEAMS_FAKE_PORT": teams.url.rpartition(":")[2],
        "MEMORY": str(authority.bundle.with_name("teams.json")),
        "PYTHONPATH": f"{HERE / 'other_dns'}:{ROOT}",
        **more,
    }
    command = (sys.executable, "-m", "tests.adapters.teams.echo_bot")
    child = await asyncio.create_subprocess_exec(*command, env=env, stdout=asyncio.subprocess.PIPE)
    try:
        assert child.stdout is not None
        async with asyncio.timeout(PATIENCE):
            port = int(await child.stdout.readline())
        teams.bot.endpoint = f"http://127.0.0.1:{port}/api/messages"
        yield
    finally:
        child.terminate()
        await child.communicate()


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
async def test_only_dns_and_the_ca_bundle_are_swapped(tmp_path: Path, variable: str) -> None:
    authority = make_authority(tmp_path, HOSTS)
    async with FakeTeams(tls=authority.context) as teams:
        ann = Human(teams, teams.tenant.add_person("Ann"))
        channel, chat = teams.channel("support", ann.account, consent=False), ann.chat()
        async with bot_of(teams, authority, variable):
            root = ann.says(channel, "Hello!", mentions=(teams.bot,))
            await teams.until(lambda: len(ann.sees(channel, root.id)) == 2)
            ann.says(chat, "Hi!")
            await teams.until(lambda: len(ann.sees(chat)) == 2)
        async with bot_of(teams, authority, variable, REMIND=chat.id):
            assert ann.reads(channel, root.id) == ["Warmline Hello!", "You said: Hello!"]
            assert ann.reads(chat) == ["Hi!", "You said: Hi!", "I am back."]
