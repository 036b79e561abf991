"""What every Store keeps, as tests to inherit: races are written down step by step, not waited for.

In a subclass, a fixture `make_store` makes stores on the same keys, as several processes have them.
"""

from __future__ import annotations

from bot.ports import Mail
from tests.contract.books_contract import (
    CountingContract,
    ErrandContract,
    MacroContract,
    RosterContract,
    SolvedContract,
    StoryContract,
    StrayContract,
)
from tests.contract.mailbox_contract import MailboxContract, ThreadContract
from tests.contract.outbox_contract import OutboxContract, PacingContract
from tests.contract.store_steps import CID, claimed
from tests.contract.upkeep_contract import UpkeepContract
from tests.support.redis import MakeStore


class StoreContract(
    MailboxContract,
    ThreadContract,
    OutboxContract,
    PacingContract,
    UpkeepContract,
    RosterContract,
    MacroContract,
    StoryContract,
    ErrandContract,
    CountingContract,
    SolvedContract,
    StrayContract,
):
    """All of it."""

    async def test_two_stores_on_the_same_keys_see_the_same(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        await one.mailboxes.take(CID, "hello", ids=["1"])
        assert isinstance((await claimed(two)).mail, Mail)
