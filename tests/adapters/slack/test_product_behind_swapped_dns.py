"""The whole product, with only the DNS name slack.com and the CA bundle swapped, nothing else configured."""

from pathlib import Path

import pytest

from tests.adapters.slack.test_swapped_dns import command_for, seen_with
from tests.app.product import data_folder, train_once

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


async def test_a_thread_goes_to_a_person_and_comes_back(tmp_path: Path) -> None:
    for mode in ("http", "socket"):
        (tmp_path / mode).mkdir()
        data_folder(tmp_path / mode)
    helped = ["Ann read 1 answer", "Bob saw 1 card"]
    assert await seen_with(*await command_for(tmp_path, "product")) == {"http": helped, "socket": helped}
