"""What every Store keeps of doubtful messages: a bounded number, and all of a customer's or conversation's can go."""

from __future__ import annotations

from adapters.redis.store import RedisStore

ANN, BOB, CHAT = "town|T|ann", "town|T|bob", "town|T|dm|"


class DoubtContract:
    """The messages that the bot was not sure of."""

    async def keep(
        self,
        store: RedisStore,
        id: str,
        *,
        customer: str = ANN,
        chat: str = CHAT,
        sequence: int = 1,
        at: float = 1.0,
        most: int = 9,
    ) -> None:
        row = f"row of {id}"
        await store.doubts.put(id, row, customer=customer, conversation=chat, sequence=sequence, at=at, most=most)

    async def ids(self, store: RedisStore) -> list[str]:
        return sorted(row.removeprefix("row of ") for row in await store.doubts.rows())

    async def test_one_is_kept_once_however_often_it_is_put(self, store: RedisStore) -> None:
        for _ in range(2):
            await self.keep(store, "m1")
        assert await store.doubts.row("m1") == "row of m1"
        assert await store.doubts.row("m2") is None
        assert await self.ids(store) == ["m1"]

    async def test_beyond_the_most_the_oldest_go(self, store: RedisStore) -> None:
        for n, name in enumerate(("m3", "m1", "m2")):
            await self.keep(store, name, at=float(n), most=2)
        assert await self.ids(store) == ["m1", "m2"]

    async def test_what_is_older_than_a_time_goes(self, store: RedisStore) -> None:
        for n in range(3):
            await self.keep(store, f"m{n}", at=float(n))
        await store.doubts.drop(before=2.0)
        assert await self.ids(store) == ["m2"]

    async def test_one_that_is_not_kept_any_more_cannot_be_changed_back(self, store: RedisStore) -> None:
        await self.keep(store, "m1")
        await store.doubts.change("m1", "row of m1, meant")
        assert await self.ids(store) == ["m1, meant"]
        await store.doubts.remove("m1")
        await store.doubts.change("m1", "row of m1")
        assert await self.ids(store) == []

    async def test_those_of_a_conversation_go_and_no_others(self, store: RedisStore) -> None:
        await self.keep(store, "m1")
        await self.keep(store, "m2", chat="town|T|other|")
        await store.doubts.clear(CHAT, sequence=2)
        assert await self.ids(store) == ["m2"]

    async def test_those_of_a_customer_go_and_no_others(self, store: RedisStore) -> None:
        await self.keep(store, "m1")
        await self.keep(store, "m2", customer=BOB)
        await self.keep(store, "m3", chat="town|T|other|")
        assert await store.doubts.forget(ANN) == 2
        assert await store.doubts.forget(ANN) == 0
        assert await self.ids(store) == ["m2"]

    async def test_one_that_was_taken_back_or_read_by_people_before_it_was_kept_is_not_kept(
        self, store: RedisStore
    ) -> None:
        await store.doubts.take_back("m1", CHAT, sequence=3)
        await self.keep(store, "m1", sequence=2)
        assert await self.ids(store) == []
        await self.keep(store, "m2", sequence=4)
        await store.doubts.clear(CHAT, sequence=6)
        await self.keep(store, "m3", sequence=5)
        await self.keep(store, "m4", sequence=5, chat="town|T|other|")
        assert await self.ids(store) == ["m4"], "its customer is in another conversation"
        await self.keep(store, "m5", sequence=7)
        assert await self.ids(store) == ["m4", "m5"]
