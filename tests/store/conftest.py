"""Fixtures of the store's tests."""

from tests.store.fixtures import database_url, pool, server

__all__ = ["database_url", "pool", "server"]
