"""What every Store keeps of lessons: of two who change one the second is told, and a customer's words can all go."""

from __future__ import annotations

import asyncio

from adapters.redis.store import RedisStore
from tests.support.redis import MakeStore

ANN, BOB = "town|T|ann", "town|T|bob"


class LessonContract:
    """The book of lessons."""

    async def test_numbers_are_given_once(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        assert [await one.lessons.number(), await two.lessons.number()] == [1, 2]

    async def test_the_newest_row_stands_with_how_many_there_were(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        assert await one.lessons.put(3, "proposed", customer=ANN, expected=0)
        assert await two.lessons.put(3, "approved | really", customer="", expected=1)
        assert await one.lessons.rows() == {3: (2, "approved | really")}

    async def test_of_two_who_change_the_same_version_one_is_told(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        assert await one.lessons.put(3, "proposed", customer=ANN, expected=0)
        assert await one.lessons.put(3, "approved", customer="", expected=1)
        assert not await two.lessons.put(3, "rejected", customer="", expected=1)
        assert await two.lessons.rows() == {3: (2, "approved")}

    async def test_the_same_row_twice_is_one_version(self, store: RedisStore) -> None:
        for _ in range(2):
            assert await store.lessons.put(3, "proposed", customer=ANN, expected=0)
        assert await store.lessons.rows() == {3: (1, "proposed")}

    async def test_all_of_a_customers_are_forgotten_and_nobody_elses(self, store: RedisStore) -> None:
        await store.lessons.put(1, "ann's", customer=ANN, expected=0)
        await store.lessons.put(2, "bob's", customer=BOB, expected=0)
        await store.lessons.put(3, "ann's too", customer=ANN, expected=0)
        await store.lessons.put(3, "approved", customer="", expected=1)
        assert set(await store.lessons.customers()) == {ANN, BOB}
        assert await store.lessons.forget(ANN) == 2
        assert await store.lessons.forget(ANN) == 0
        assert set(await store.lessons.customers()) == {BOB}
        assert await store.lessons.rows() == {2: (1, "bob's")}

    async def test_words_that_were_read_before_their_customer_was_forgotten_are_not_kept_after(
        self, make_store: MakeStore
    ) -> None:
        slow, other = make_store(), make_store()
        read_at = await slow.lessons.forgettings()
        assert await other.lessons.forget(ANN) == 0
        assert not await slow.lessons.put(1, "ann's", customer=ANN, expected=0, forgettings=read_at)
        assert await other.lessons.rows() == {}
        assert set(await other.lessons.customers()) == set()
        again = await slow.lessons.forgettings()
        assert again == await other.lessons.forgettings() != read_at
        assert await slow.lessons.put(1, "ann's new words", customer=ANN, expected=0, forgettings=again)
        assert await other.lessons.rows() == {1: (1, "ann's new words")}

    async def test_a_lesson_that_is_put_again_since_the_answer_was_lost_does_not_come_back(
        self, make_store: MakeStore
    ) -> None:
        slow, other = make_store(), make_store()
        read_at = await slow.lessons.forgettings()
        for _ in range(2):
            assert await slow.lessons.put(1, "ann's", customer=ANN, expected=0, forgettings=read_at)
        assert await other.lessons.forget(ANN) == 1
        assert not await slow.lessons.put(1, "ann's", customer=ANN, expected=0, forgettings=read_at)
        assert await other.lessons.rows() == {}

    async def test_what_was_removed_does_not_come_back_with_a_later_version(self, store: RedisStore) -> None:
        await store.lessons.put(1, "proposed", customer=ANN, expected=0)
        await store.lessons.remove(1)
        assert not await store.lessons.put(1, "approved", customer="", expected=1)
        assert await store.lessons.rows() == {}

    async def test_every_change_of_the_rows_is_counted_and_nothing_else(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        counted = [await two.lessons.changes()]

        async def now() -> bool:
            """Whether that was counted, which everybody sees."""
            counted.append(await two.lessons.changes())
            return counted[-1] != counted[-2]

        await one.lessons.put(1, "ann's", customer=ANN, expected=0)
        assert await now()
        await one.lessons.put(1, "ann's", customer=ANN, expected=0)
        await one.lessons.put(1, "too late", customer="", expected=0)
        await one.lessons.keep_learned({"parking"})
        assert not await now()
        await one.lessons.put(1, "approved", customer="", expected=1)
        assert await now()
        await one.lessons.put(2, "ann's too", customer=ANN, expected=0)
        assert await now()
        await one.lessons.remove(2)
        assert await now()
        await one.lessons.remove(2)
        await one.lessons.forget(BOB)
        assert not await now()
        await one.lessons.forget(ANN)
        assert await now()

    async def test_it_is_known_which_intents_were_learned(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        assert list(await two.lessons.learned()) == []
        await one.lessons.keep_learned({"parking", "faq/garage"})
        assert list(await two.lessons.learned()) == ["faq/garage", "parking"]
        await one.lessons.keep_learned(())
        assert list(await two.lessons.learned()) == []

    async def test_one_alone_may_train_until_it_gives_up_or_dies(self, make_store: MakeStore) -> None:
        one, two = make_store(), make_store()
        assert await one.lessons.lease("one", 30.0)
        assert await one.lessons.lease("one", 30.0)
        assert not await two.lessons.lease("two", 30.0)
        await two.lessons.release("two")
        assert not await two.lessons.lease("two", 30.0)
        await one.lessons.release("one")
        assert await two.lessons.lease("two", 0.05)
        await asyncio.sleep(0.1)
        assert await one.lessons.lease("one", 30.0)
