"""With only the DNS name slack.com and the CA bundle swapped, nothing else configured, it works."""

import asyncio
import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.fakes.slack.certificates import HOSTS

ROOT = Path(__file__).parents[3]
ECHOED = ["Hello!", "You said: Hello!", "Hello!", "Ann asked: slow"]


async def output_of(*command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def command_for(folder: Path, *more: str) -> list[str]:
    """Inside namespaces of its own, with its own hosts file and port 443, where this machine allows it."""
    play = [sys.executable, "-m", "tests.adapters.slack.swapped_dns", str(folder)]
    hosts = folder / "hosts"
    hosts.write_text("127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {host}\n" for host in HOSTS))
    prepare = f"ip link set lo up && mount --bind '{hosts}' /etc/hosts"
    unshare = shutil.which("unshare")
    if unshare:
        inside = [unshare, "--map-root-user", "--mount", "--net", "sh", "-c"]
        code, _ = await output_of(*inside, prepare)
        if code == 0:
            return [*inside, f'{prepare} && exec "$@"', "sh", *play, "443", *more]
    return [*play, "0", *more]


async def test_only_dns_and_the_ca_bundle_are_swapped(tmp_path: Path) -> None:
    assert await seen_with(*await command_for(tmp_path)) == {"http": ECHOED, "socket": ECHOED}


@pytest.mark.slow
async def test_the_same_with_a_resolver_of_its_own_where_namespaces_are_not_allowed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.adapters.slack.swapped_dns", str(tmp_path), "0"]
    assert await seen_with(*command) == {"http": ECHOED, "socket": ECHOED}


async def seen_with(*command: str) -> object:
    code, said = await output_of(*command)
    assert code == 0
    return json.loads(said.splitlines()[-1])
