"""Plays conversations behind another DNS and another CA bundle, and prints what people saw.

`python -m tests.adapters.slack.swapped_dns FOLDER PORT [product]`: the fake answers as slack.com on PORT (443 inside
a network namespace of its own; otherwise the child's name resolution leads there, see `other_dns`). Talked to is
the adapter alone (`echo_bot`), or the whole product, whose data folders are FOLDER/http/data and FOLDER/socket/data.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fakes.slack import App, FakeSlack, Human
from tests.fakes.slack.certificates import Authority, make_authority
from tests.support.patience import PATIENCE
from tests.support.ports import free_port

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def environment(slack: FakeSlack, app: App, authority: Authority, *, own_resolver: bool) -> dict[str, str]:
    """What the child is told: the app's secrets, and where to look for authorities."""
    told = {
        **os.environ,
        "SSL_CERT_FILE": str(authority.bundle),
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
        "SLACK_SIGNING_SECRET": app.signing_secret,
        "PYTHONPATH": str(ROOT),
    }
    if own_resolver:
        told |= {"SLACK_FAKE_PORT": slack.url.rpartition(":")[2], "PYTHONPATH": f"{HERE / 'other_dns'}:{ROOT}"}
    return told


@asynccontextmanager
async def running(*command: str, env: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    child = await asyncio.create_subprocess_exec(sys.executable, *command, env=env, stdout=asyncio.subprocess.PIPE)
    try:
        yield child
    finally:
        child.terminate()
        await child.communicate()


async def with_the_adapter(slack: FakeSlack, authority: Authority, mode: str, *, own_resolver: bool) -> list[str]:
    """What a person reads who talks to `echo_bot`."""
    app = slack.install()
    env = environment(slack, app, authority, own_resolver=own_resolver) | {"MODE": mode}
    async with running("-m", "tests.adapters.slack.echo_bot", env=env) as bot:
        assert bot.stdout is not None
        async with asyncio.timeout(PATIENCE):
            served = int(await bot.stdout.readline())
        if mode == "http":
            app.events_url = f"http://127.0.0.1:{served}/slack/events"
        else:
            await slack.until(lambda: slack.courier.sockets[app.id])
        ann = Human(slack, slack.workspace.add_user("Ann"))
        channel = slack.channel(f"support-{mode}", ann.user, app)
        root = ann.says(channel, "Hello!")
        await slack.until(lambda: len(ann.sees(channel, root.ts)) == 2)
        await ann.commands(channel, "/support", "slow", app=app)
        await slack.until(lambda: len(ann.sees(channel, "")) == 2)
        return [*ann.reads(channel, root.ts), *ann.reads(channel, "")]


async def with_the_product(
    slack: FakeSlack, authority: Authority, mode: str, folder: Path, *, own_resolver: bool
) -> list[str]:
    """What a customer and an agent read who use the product; its configuration names no address of Slack's."""
    app = slack.install()
    ann, bob = (Human(slack, slack.workspace.add_user(name)) for name in ("Ann Customer", "Bob Agent"))
    desk = slack.channel(f"desk-{mode}", bob.user, app, private=True)
    port = free_port()
    file = folder / mode / "config.yaml"
    file.write_text(
        f"assistant: {ROOT / 'assistants' / 'ecommerce'}\n"
        f"data_folder: {folder / mode / 'data'}\n"
        f"server: {{port: {port}}}\n"
        f"platforms: {{web: {{enabled: false}}, slack: {{enabled: true, mode: {mode}}}}}\n"
        f"desks: [{{name: support, platform: slack, channel: {desk.id}}}]\n"
    )
    env = environment(slack, app, authority, own_resolver=own_resolver)
    async with running("-m", "bot", "run", "--config", str(file), env=env):
        if mode == "http":
            await listening(port)
            app.events_url = f"http://127.0.0.1:{port}/slack/events"
        else:
            await slack.until(lambda: slack.courier.sockets[app.id])
        chat = ann.chat_with(app)
        ann.says(chat, "hello there")
        await slack.until(lambda: len(ann.sees(chat)) > 1)
        ann.says(chat, "THIS IS RIDICULOUS!!! third time i ask, absolutely useless")
        (card,) = await slack.until(lambda: bob.sees(desk, ""))
        bob.says(desk, "I am on it.", thread=card.ts)
        answer = await slack.until(lambda: [t for t in ann.reads(chat) if "I am on it." in t])
        return [f"Ann read {len(answer)} answer", f"Bob saw {len(bob.sees(desk, ''))} card"]


async def listening(port: int) -> None:
    """Return when something listens there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


async def play(folder: Path, port: int, *, product: bool) -> dict[str, list[str]]:
    authority = make_authority(folder)
    own_resolver = port != 443
    async with FakeSlack(port=port, tls=authority.context) as slack:
        if product:
            return {
                mode: await with_the_product(slack, authority, mode, folder, own_resolver=own_resolver)
                for mode in ("http", "socket")
            }
        return {
            mode: await with_the_adapter(slack, authority, mode, own_resolver=own_resolver)
            for mode in ("http", "socket")
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(play(Path(sys.argv[1]), int(sys.argv[2]), product="product" in sys.argv))))
