"""Fixtures for all tests. Kept to what more than one folder needs."""

from hypothesis import settings

from tests.support.redis import make_store, redis_url, store

# How long one example takes says more about the machine than about the code: limits of time are tests of their own.
settings.register_profile("here", deadline=None)
settings.load_profile("here")

__all__ = ["make_store", "redis_url", "store"]
