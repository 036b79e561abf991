"""Fixtures for all tests. Kept to what more than one folder needs."""

import gc
from collections.abc import Generator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

import nlu.sources.yaml_source
from tests.support.jitter import jitter
from tests.support.order import OrderCheck, longest_first
from tests.support.redis import make_store, redis_url, store

# How long one example takes says more about the machine than about the code: limits of time are tests of their own.
# The same examples in every run: one that was never drawn before does not fail a change that has nothing to do with it.
# Others are looked for with `pytest --hypothesis-profile anew`.
settings.register_profile("here", deadline=None, derandomize=True)
settings.register_profile("anew", deadline=None)
settings.load_profile("here")

# Every start of the product reads the whole sample project, most of a second of work. What a document says depends on
# its text and its name alone, and what is made of it cannot be changed: once read, it is read for all.
nlu.sources.yaml_source.parse_yaml = lru_cache(maxsize=256)(nlu.sources.yaml_source.parse_yaml)

__all__ = ["make_store", "redis_url", "store"]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("orders", "steps in other orders (see tests/support/jitter.py)")
    group.addoption("--jitter", type=int, metavar="SEED", help="random waits around calls to stores and platforms")
    group.addoption("--jitter-uneven", action="store_true", help="no waits in half of the stores, long ones in others")


def pytest_configure(config: pytest.Config) -> None:
    jitter.told(config.getoption("--jitter"), uneven=config.getoption("--jitter-uneven"))
    processes = config.getoption("numprocesses", 0)
    if processes and config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.getoption("keyword"):
        config.pluginmanager.register(OrderCheck(processes))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    jitter.begins(item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for garbage, a fifth of the work: nearly all that is made stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several processes, each begins with a long file; one alone takes them as they come."""
    if hasattr(config, "workerinput"):
        items[:] = longest_first(items, file_of=lambda item: item.path, root=Path(__file__).parent)


def pytest_collection_finish() -> None:
    """Make ready for many tests in this process, beside others that do the same.

    Threads of linear algebra that wait for each other would take the processors from the other tests; the product's
    own processes have one each. What was imported and collected stays to the end: looking for garbage among it would
    only take time.
    """
    threadpool_limits(1)
    gc.collect()
    gc.freeze()
