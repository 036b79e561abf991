"""Customers who are to be forgotten: their wish is kept until all of it is done, whoever dies meanwhile.

A wish goes to the mailbox of each conversation, where the core takes everything out and back; what was on its way then
is caught by another round. When nothing waits any more the store forgets the conversations as a whole. A platform that
does not take deletions for an hour cannot keep it from that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

import structlog

from bot.core.activity import Person, Ref, Side
from bot.core.events import CustomerForgotten
from bot.engine.books.audit import StoredAudit
from bot.engine.codec import Unreadable, read, read_conversation, read_ref, write, write_event
from bot.engine.entries import Root
from bot.ports import AuditLine, Clock, Holdings, Remains, Store

_log = structlog.get_logger("engine")

FORGOTTEN: Final = "forgotten"
"""The kind of the audit's lines about it."""

_AGENTS: Final = f"{Side.AGENTS.value}|"
_FILES: Final = f"{Side.AGENTS.value}|files|"
_MOST_ROUNDS: Final = 5
_PATIENCE: Final = 3600.0


class _Stage(Enum):
    """How far a wish has come in a conversation."""

    OTHERS = auto()
    """It was not told there yet, or another wish is being done."""
    UNDER_WAY = auto()
    """Something is not decided or not sent yet."""
    EMPTIED = auto()
    BEGUN_ANEW = auto()
    """It was emptied by this wish or by another, and its customer has written since."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is to be forgotten (persons' keys), in which conversations; `cases` are the numbers that people know."""

    id: str
    customers: tuple[str, ...]
    conversations: tuple[str, ...]
    cases: tuple[int, ...]
    by: Person
    at: float
    round: int = 0


@dataclass(frozen=True, slots=True)
class Forgetter:
    """`bot.ports.Forgetter` on a store, and the janitor's part of it. Everything may be done by several at once."""

    store: Store
    clock: Clock
    fresh: Callable[[], str]

    async def of_customers(self, is_meant: Callable[[str], bool]) -> Sequence[Holdings]:
        found: list[Holdings] = []
        for name, customer in await self.store.forgetting.of_customers(is_meant):
            found.append(await self._holdings(name, customer))
        known = {one.customer for one in found}
        # a conversation is forgotten at its age, and what it taught is not
        taught = {customer for customer in await self.store.lessons.customers() if is_meant(customer)} - known
        found += [Holdings("", customer, "", (), 0, 0) for customer in sorted(taught)]
        return [one for one in found if not one.is_going]

    async def of_conversation(self, conversation: str) -> Sequence[Holdings]:
        state = await self.store.ledger.state(conversation)
        if not state:
            return ()
        customer = read_conversation(state).customer.key
        found = {one.conversation: one for one in await self.of_customers(lambda key: key == customer)}
        found.setdefault(conversation, await self._holdings(conversation, customer))
        return [one for one in found.values() if not one.is_going]

    async def forget(self, holdings: Sequence[Holdings], by: Person) -> None:
        cases = sorted({number for one in holdings for number in one.cases})
        wish = Wish(
            id=self.fresh(),
            customers=tuple(sorted({one.customer for one in holdings})),
            conversations=tuple(one.conversation for one in holdings if one.conversation),
            cases=tuple(cases),
            by=by,
            at=self.clock.now(),
        )
        await self.store.forgetting.wish(wish.id, write(wish, Wish))
        await self._go_on(wish)

    async def look(self) -> None:
        """Go on with every wish. Raises StoreUnavailable."""
        for name, row in (await self.store.forgetting.wishes()).items():
            try:
                wish = read(row, Wish)
            except Unreadable as error:
                _log.warning("wish_unreadable", wish=name, why=str(error))
                continue
            await self._go_on(wish)

    async def _holdings(self, conversation: str, customer: str) -> Holdings:
        """What is kept in one conversation. What cannot be read is there all the same."""
        state = await self.store.ledger.state(conversation)
        journal = await self.store.ledger.journal(conversation)
        remains = await self.store.forgetting.remains(conversation)
        try:
            known = read_conversation(state) if state else None
        except Unreadable:
            known = None
        cases = {_number(key) for key in remains.roots}
        if known is not None:
            cases |= {c.number for c in known.earlier} | ({known.case.number} if known.case else set())
        return Holdings(
            conversation,
            customer,
            name=known.customer.label if known else "",
            cases=tuple(sorted(cases)),
            copies=sum(len(refs) for name, refs in remains.copies.items() if name.startswith(_AGENTS)),
            facts=len(journal),
            is_going=known is not None and bool(known.forgotten),
        )

    async def _go_on(self, wish: Wish) -> None:
        """Do what can be done of a wish by now: tell of it, tell of it again, or let the conversations go."""
        if wish.round == 0:
            await self._tell(replace(wish, round=1))
            return
        await self.store.forgetting.finish()
        late = self.clock.now() - wish.at > _PATIENCE
        emptied: dict[str, Remains] = {}
        for conversation in wish.conversations:
            remains = await self.store.forgetting.remains(conversation)
            if remains.moved is None and not remains.waiting:
                continue
            stage = _stage(wish, remains, await self._forgotten_by(conversation))
            if stage is _Stage.OTHERS or (stage is _Stage.UNDER_WAY and not late):
                return
            if stage is not _Stage.BEGUN_ANEW:
                emptied[conversation] = remains
        if wish.round < _MOST_ROUNDS and not late and any(map(_stands_at_desk, emptied.values())):
            await self._tell(replace(wish, round=wish.round + 1))
            return
        for conversation, remains in emptied.items():
            if not await self.store.forgetting.forget(conversation, moved=None if late else remains.moved):
                return
        await self._fulfilled(wish)

    async def _forgotten_by(self, conversation: str) -> str | None:
        """By which wish a conversation was emptied, "" for none; None when there is no conversation."""
        state = await self.store.ledger.state(conversation)
        return read_conversation(state).forgotten if state else None

    async def _tell(self, wish: Wish) -> None:
        """Bring a round to every conversation; told twice it is one."""
        body = write_event(CustomerForgotten(wish.at, wish.by, wish.id, wish.round))
        for conversation in wish.conversations:
            ids = [f"forget|{wish.id}|{wish.round}"]
            await self.store.mailboxes.take(conversation, body, ids=ids)
        # others may have gone on meanwhile, to its very end
        await self.store.forgetting.go_on(wish.id, write(wish, Wish))

    async def _fulfilled(self, wish: Wish) -> None:
        for customer in wish.customers:
            # after the conversations: what was being solved meanwhile was remembered until now
            await self.store.solved.forget(customer)
            await self.store.doubts.forget(customer)
            # last: whoever writes a lesson and finds that nobody was forgotten since has read what is dropped here
            await self.store.lessons.forget(customer)
        count = len(wish.conversations)
        text = f"A customer was forgotten: {count} conversation{'' if count == 1 else 's'}"
        if wish.cases:
            text += f", {', '.join(f'#{number}' for number in wish.cases)}"
        about = tuple(str(number) for number in wish.cases)
        await StoredAudit(self.store.audit).note(AuditLine(wish.at, FORGOTTEN, wish.by.label, f"{text}.", about))
        await self.store.forgetting.fulfilled(wish.id)
        _log.info("customer_forgotten", conversations=count)


def _stage(wish: Wish, remains: Remains, forgotten: str | None) -> _Stage:
    """How far a wish has come in one conversation, which was `forgotten` by a wish of that id.

    "" stands for one that nobody wished away, None for one that is there no more.
    """
    if forgotten in {None, wish.id}:
        return _Stage.UNDER_WAY if remains.waiting else _Stage.EMPTIED
    by_another = bool(remains.scrubbed) and not forgotten and not remains.waiting
    return _Stage.BEGUN_ANEW if remains.scrubbed == wish.id or by_another else _Stage.OTHERS


def _stands_at_desk(remains: Remains) -> bool:
    return bool(remains.roots) or any(name.startswith(_AGENTS) for name in remains.copies)


def with_remains(event: CustomerForgotten, remains: Remains) -> CustomerForgotten:
    """The event with what is left of the app's own at the desks."""
    words: list[Ref] = []
    files: list[Ref] = []
    for name, copies in remains.copies.items():
        if name.startswith(_AGENTS):
            (files if name.startswith(_FILES) else words).extend(map(read_ref, copies))
    cards = ((_number(key), read(root, Root).ref) for key, root in remains.roots.items())
    return replace(event, messages=tuple(words), files=tuple(files), cards=tuple(cards))


def _number(key: str) -> int:
    return int(key.partition("@")[0])
