"""A playground in a process of its own, to be killed: its intake never takes anything.

Prints its address, then serves until it dies.
"""

import asyncio
import sys
from pathlib import Path

from adapters.web import WebAdapter, WebSettings
from tests.adapters.web.scripted import Journal, SteppingClock, served
from tests.contract.doubles import EchoCommands, ListIntake, ScriptedForms


async def main(folder: Path) -> None:
    adapter = WebAdapter(WebSettings(data_folder=folder), SteppingClock(), Journal().follow)
    async with served(adapter) as address:
        await adapter.start(ListIntake(away=True), EchoCommands(), ScriptedForms())
        print(address, flush=True)
        await asyncio.Event().wait()


asyncio.run(main(Path(sys.argv[1])))
