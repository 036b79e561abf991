"""The adapter in a process of its own, configured as in production: tokens and a secret, nothing else.

Answers what people say in the same thread, and commands by their own words.
"""

from __future__ import annotations

import asyncio
import os
import time

from aiohttp import web

from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import SlackSettings
from bot.core.activity import Activity, Person, Place, Said
from bot.core.effects import Body
from bot.ports import Answer
from tests.contract.doubles import ScriptedForms


class Now:
    def now(self) -> float:
        return time.time()  # noqa: TID251  # a composition root, which this is, provides the clock


class Echo:
    def __init__(self, adapter: SlackAdapter) -> None:
        self.adapter = adapter
        self.tasks: set[asyncio.Task[None]] = set()

    async def take(self, activity: Activity) -> bool:
        task = asyncio.create_task(self.answer(activity))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return True

    async def answer(self, activity: Activity) -> None:
        if isinstance(activity.content, Said):
            ref = activity.content.ref
            place = activity.place
            thread = Place(place.platform, place.tenant, place.channel, place.thread or ref.id)
            await self.adapter.post(thread, Body(f"You said: {activity.content.text}"), key=f"echo-{ref.id}")

    async def run(self, asker: Person, place: Place, words: str) -> Answer:
        if words == "slow":
            await asyncio.sleep(0.2)
        assert place.tenant == asker.tenant
        if asker.is_unknown:  # Slack did not say in the little time that there is for it
            asker = await self.adapter.person(asker.tenant, asker.id)
        return Answer(Body(f"{asker.name} asked: {words}"))


async def _main() -> None:
    mode = os.environ["MODE"]
    settings = SlackSettings(
        bot_token=os.environ["SLACK_BOT_TOKEN"],
        signing_secrets=(os.environ["SLACK_SIGNING_SECRET"],),
        app_token=os.environ["SLACK_APP_TOKEN"],
        mode="socket" if mode == "socket" else "http",
        answer_seconds=0.05,
    )
    adapter = SlackAdapter(settings, Now())
    app = web.Application()
    adapter.mount(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    echo = Echo(adapter)
    await adapter.start(echo, echo, ScriptedForms())
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
