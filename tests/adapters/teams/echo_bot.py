"""The adapter in a process of its own, configured as in production: an app id, a tenant and a secret, nothing else.

Answers what people say in the same thread, and commands by their own words. With REMIND it first says something,
unasked, in the place of that name, as after a restart.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from aiohttp import web

from adapters.teams.adapter import TeamsAdapter
from adapters.teams.settings import TeamsSettings
from bot.core.activity import Activity, Person, Place, Said
from bot.core.effects import Body
from bot.core.routing import thread_of
from tests.contract.doubles import ScriptedForms


class Now:
    def now(self) -> float:
        return time.time()  # noqa: TID251  # a composition root, which this is, provides the clock


class Echo:
    def __init__(self, adapter: TeamsAdapter) -> None:
        self.adapter = adapter
        self.tasks: set[asyncio.Task[None]] = set()

    async def take(self, activity: Activity) -> bool:
        task = asyncio.create_task(self.answer(activity))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return True

    async def answer(self, activity: Activity) -> None:
        if isinstance(activity.content, Said):
            place = activity.place if activity.direct else thread_of(activity)
            await self.adapter.post(place, Body(f"You said: {activity.content.text}"), key=activity.id)

    async def run(self, asker: Person, place: Place, words: str) -> Body:
        assert place.tenant == asker.tenant
        return Body(f"{asker.name} asked: {words}")


async def _main() -> None:
    settings = TeamsSettings(
        app_id=os.environ["TEAMS_APP_ID"],
        tenant=os.environ["TEAMS_TENANT"],
        secret=os.environ["TEAMS_APP_SECRET"],
        memory=Path(os.environ["MEMORY"]),
    )
    adapter = TeamsAdapter(settings, Now())
    app = web.Application()
    adapter.mount(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    echo = Echo(adapter)
    await adapter.start(echo, echo, ScriptedForms())
    remind = os.environ.get("REMIND", "")
    if remind:
        await adapter.post(Place("teams", settings.tenant, remind), Body("I am back."), key="back")
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
