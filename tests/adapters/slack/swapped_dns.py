"""Plays one conversation with the adapter behind another DNS and another CA bundle, and prints what was seen.

`python -m tests.adapters.slack.swapped_dns FOLDER PORT`: the fake answers as slack.com on PORT (443 inside a
network namespace of its own; otherwise the child's name resolution leads there, see `other_dns`).
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.fakes.slack import App, FakeSlack, Human
from tests.fakes.slack.certificates import make_authority

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


async def play(folder: Path, port: int) -> dict[str, list[str]]:
    authority = make_authority(folder)
    seen: dict[str, list[str]] = {}
    async with FakeSlack(port=port, tls=authority.context) as slack:
        for mode in ("http", "socket"):
            app = slack.install()
            environment = {
                **os.environ,
                "SSL_CERT_FILE": str(authority.bundle),
                "SLACK_BOT_TOKEN": app.bot_token,
                "SLACK_APP_TOKEN": app.app_token,
                "SLACK_SIGNING_SECRET": app.signing_secret,
                "MODE": mode,
                "PYTHONPATH": str(ROOT),
            }
            if port != 443:
                environment |= {
                    "SLACK_FAKE_PORT": slack.url.rpartition(":")[2],
                    "PYTHONPATH": f"{HERE / 'other_dns'}:{ROOT}",
                }
            bot = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.adapters.slack.echo_bot", env=environment, stdout=asyncio.subprocess.PIPE
            )
            try:
                seen[mode] = await converse(slack, app, bot, mode)
            finally:
                bot.terminate()
                await bot.wait()
    return seen


async def converse(slack: FakeSlack, app: App, bot: asyncio.subprocess.Process, mode: str) -> list[str]:
    assert bot.stdout is not None
    async with asyncio.timeout(20):
        served = int(await bot.stdout.readline())
    if mode == "http":
        app.events_url = f"http://127.0.0.1:{served}/slack/events"
    else:
        await slack.until(lambda: slack.courier.sockets[app.id], seconds=20)
    ann = Human(slack, slack.workspace.add_user("Ann"))
    channel = slack.channel(f"support-{mode}", ann.user, app)
    root = ann.says(channel, "Hello!")
    await slack.until(lambda: len(ann.sees(channel, root.ts)) == 2, seconds=20)
    await ann.commands(channel, "/support", "slow", app=app)
    await slack.until(lambda: len(ann.sees(channel, "")) == 2, seconds=20)
    return [*ann.reads(channel, root.ts), *ann.reads(channel, "")]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(play(Path(sys.argv[1]), int(sys.argv[2])))))
