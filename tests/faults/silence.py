"""How soon people learn that Slack brings nothing any more, and that it does again: `python -m tests.faults.silence`.

The product as it ships, with a canary's channel, on the local Slack. After a while every event of Slack's is taken by
somebody else who answers 200, as a wrong address or a proxy would; then it is put right, and what a customer wrote
meanwhile is asked for. Takes about six minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from bot.core.platforms.canary import EVERY_SECONDS
from nlu.process import NluProcess
from tests.app.product import product, train_once
from tests.app.streets import OnSlack, street
from tests.support.patience import until

_LIMIT: float = 180.0


async def _swallower(stack: AsyncExitStack) -> str:
    """The address of somebody who takes everything."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


async def _run(settle: float) -> bool:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="wl-"))
        side = await street("slack", stack)
        assert isinstance(side, OnSlack)
        channel = side.slack.channel("canary", side.app, private=True)
        settings = f"platforms:\n{side.settings().rstrip()}\n"
        settings = settings.replace("slack: {", f"slack: {{canary_channel: {channel.id}, ")
        app = product(
            Path(folder),
            f"{settings}\n  web: {{enabled: false}}\ndesks: [{{name: support, {side.desk()}}}]\n",
            side.environment(),
            processes=NluProcess,
        )
        await app.start()
        stack.push_async_callback(app.stop)
        side.open_to(app.addresses[0])
        right, wrong = side.app.events_url, await _swallower(stack)
        await until(lambda: channel.messages, seconds=2 * EVERY_SECONDS)
        await asyncio.sleep(settle)
        assert not _told(side, "brings us"), "nothing was wrong yet"
        side.app.events_url = wrong
        side.customer_says("I want to talk to a human being, please")
        silent = await _seconds_until(side, "brings us nothing")
        side.app.events_url = right
        back = await _seconds_until(side, "brings us what happens again")
        late = await _seconds_until(side, "I want to talk to a human being, please")
    print(f"silent: the desk was told after {silent:.0f} s; heard again: after {back:.0f} s")
    print(f"what a customer wrote meanwhile stood in the desk {late:.0f} s later")
    return silent <= _LIMIT


def _told(side: OnSlack, words: str) -> bool:
    return any(words in text for text in side.agent_reads_anywhere())


async def _seconds_until(side: OnSlack, words: str) -> float:
    began = time.perf_counter()
    await until(lambda: _told(side, words), seconds=5 * EVERY_SECONDS)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settle", type=float, default=75.0, help="seconds during which nothing is wrong")
    given = parser.parse_args()
    train_once()
    sys.exit(0 if asyncio.run(_run(given.settle)) else 1)


if __name__ == "__main__":
    main()
