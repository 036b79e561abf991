"""Fixtures for all tests. Kept to what more than one folder needs."""

import gc

from hypothesis import settings

from tests.support.redis import make_store, redis_url, store

# How long one example takes says more about the machine than about the code: limits of time are tests of their own.
settings.register_profile("here", deadline=None)
settings.load_profile("here")

__all__ = ["make_store", "redis_url", "store"]


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking for garbage among it would only take time."""
    gc.collect()
    gc.freeze()
