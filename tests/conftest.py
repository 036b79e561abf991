"""Fixtures for all tests. Kept to what more than one folder needs."""

from tests.support.redis import make_store, redis_url, store

__all__ = ["make_store", "redis_url", "store"]
