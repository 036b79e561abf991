"""`python -m tests.fakes.teams --port 0`: the fake as a process of its own; see `control`."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal

from tests.fakes.teams.control import ControlledTeams


async def _serve(host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with ControlledTeams(host=host, port=port) as teams:
        print(json.dumps({"url": teams.url}), flush=True)
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    asyncio.run(_serve(given.host, given.port))


if __name__ == "__main__":
    main()
