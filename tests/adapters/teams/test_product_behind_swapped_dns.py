"""The whole product, with only Microsoft's DNS names and the CA bundle swapped, nothing else configured."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.adapters.slack.swapped_dns import listening, running
from tests.adapters.teams.test_swapped_dns import HERE, HOSTS, ROOT
from tests.app.product import SHOP, data_folder, train_once
from tests.fakes.slack.certificates import make_authority
from tests.fakes.teams import FakeTeams, Human
from tests.support.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


async def test_a_chat_goes_to_a_person_and_comes_back_and_a_restart_is_no_end(tmp_path: Path) -> None:
    authority = make_authority(tmp_path, HOSTS)
    async with FakeTeams(tls=authority.context) as teams:
        ann, bob = (Human(teams, teams.tenant.add_person(name)) for name in ("Ann Customer", "Bob Agent"))
        desk, chat, port = teams.channel("desk", bob.account), ann.chat(), free_port()
        bob.account.has_app = True
        file = tmp_path / "config.yaml"
        file.write_text(
            f"assistant: {SHOP}\ndata_folder: {data_folder(tmp_path)}\nserver: {{port: {port}}}\n"
            "platforms:\n  web: {enabled: false}\n"
            f"  teams: {{enabled: true, app_id: {teams.bot.app_id}, tenant: {teams.tenant.id}}}\n"
            f'desks: [{{name: support, platform: teams, channel: "{desk.id}"}}]\n',
            encoding="utf-8",
        )
        env = {
            **os.environ,
            "SSL_CERT_FILE": str(authority.bundle),
            "TEAMS_APP_SECRET": teams.bot.secret,
            "TEAMS_FAKE_PORT": teams.url.rpartition(":")[2],
            "PYTHONPATH": f"{HERE / 'other_dns'}:{ROOT}",
        }
        teams.bot.endpoint = f"http://127.0.0.1:{port}/api/messages"
        command = ("-m", "bot", "run", "--config", str(file))
        async with running(*command, env=env):
            await listening(port)
            ann.says(chat, "THIS IS RIDICULOUS!!! third time i ask, absolutely useless")
            (card,) = await teams.until(lambda: bob.sees(desk, ""))
            bob.says(desk, "I am on it.", thread=card.id)
            await teams.until(lambda: [t for t in ann.reads(chat) if "I am on it." in t])
        async with running(*command, env=env):
            await listening(port)
            bob.says(desk, "It is on its way.", thread=card.id)
            await teams.until(lambda: [t for t in ann.reads(chat) if "It is on its way." in t])
        assert len(bob.sees(desk, "")) == 1
