"""The store on the embedded server keeps the contract."""

from __future__ import annotations

from tests.contract.store_contract import StoreContract


class TestEmbedded(StoreContract):
    """On whichever server the embedded one is."""
