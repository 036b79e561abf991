"""The reply rule with one thing wrong, each in another way: a judge that never objects would be worth nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from bot.core.agents import afterthoughts, holding, marks, places, relay
from bot.core.cases import casework, closing, merging, passing
from bot.core.conversation import Conversation
from tests.leaks import world

Change = tuple[Any, str, Any]


def _sends_whatever_waits(conversation: Conversation, key: str, by: Any) -> Any:
    return next((h for h in conversation.held if h.ref.key == key), None)


def _keeps_the_word(step: Callable[..., Any]) -> Callable[..., Any]:
    def changed(conversation: Conversation, *more: Any, **named: Any) -> Any:
        return step(conversation, *more, **named).now(word=conversation.word)

    return changed


def _says(conversation: Conversation, event: Any, policy: Any) -> Any:
    return relay._relay(conversation, relay._held_of(event), event.at, policy)


def _never_mind(*_more: Any, **_named: Any) -> Any:
    return ""


_SEND = world.World.send_one


def _careless(self: world.World, *, fails: bool = False) -> None:
    """A store that does not ask whose words they are."""
    if self.lane:
        self.lane[0] = replace(self.lane[0], word="")
    _SEND(self, fails=fails)


_ABSORB = merging._absorb


def _absorbs_anybodys(conversation: Conversation, double: int, _customer: str, by: Any) -> Any:
    return _ABSORB(conversation, double, conversation.customer.key, by)


def _at_once(conversation: Conversation, event: Any, why: str, *buttons: Any, **_named: bool) -> Any:
    """What looks like a command waits like what was written before a claim, and is sent with the rest."""
    return _HOLD(conversation, event, why, *buttons, unclaimed=True)


_HOLD = relay._hold


def _sends_it_anyway(conversation: Conversation, key: str, by: Any, at: float, policy: Any) -> Any:
    held = next((h for h in conversation.held if h.ref.key == key and h.author.key == by.key), None)
    if held is None or conversation.case is None:
        return relay.nothing(conversation)
    return relay._relay(conversation, held, at, policy)


MUTANTS: dict[str, tuple[Change, ...]] = {
    "a lock is no note": ((relay, "is_note", lambda text: bool(relay._NOTE.match(text))),),
    "only // is a note": ((relay, "is_note", lambda text: text.startswith("//") or relay.LOCK in text),),
    "guests may speak": ((relay, "is_entitled", lambda who: not (who.is_bot or who.is_outsider or who.is_unknown)),),
    "who is unknown may speak": (
        (relay, "is_entitled", lambda who: not (who.is_bot or who.is_guest or who.is_outsider)),
    ),
    "anybody in the thread is heard": ((relay, "_said_to_customer", _says),),
    "anybody may choose for others": ((relay, "held_under", _sends_whatever_waits),),
    "an old thread is as good": ((places, "is_left", lambda *_: False),),
    "edits are never refused": ((afterthoughts, "_may_not_correct", _never_mind),),
    "what waits stays what it was": ((afterthoughts, "_kept_back", lambda conversation, _key: conversation),),
    "what waits leaves whoever has the case": ((holding, "may_leave", lambda *_: True),),
    "a release keeps the word": ((casework, "release", _keeps_the_word(casework.release)),),
    "a transfer keeps the word": ((passing, "transfer", _keeps_the_word(passing.transfer)),),
    "whoever ends the case lets the other speak": (
        (closing, "_last_word", lambda conversation, _by: conversation.word),
    ),
    "a lock takes nothing back": (
        (afterthoughts, "made_internal", lambda conversation, *_: relay.nothing(conversation)),
    ),
    "the outbox asks nobody": ((world.World, "send_one", _careless),),
    "what is taken back stays": ((afterthoughts, "_take_back", marks.stays),),
    "a merge does not ask whose case it is": ((merging, "_absorb", _absorbs_anybodys),),
    "what looks like a command is sent with the rest": ((relay, "_hold", _at_once),),
    "whom a message calls is all the same": ((relay, "_colleagues_in", lambda *_: ""),),
    "what was no command asks nobody": ((relay, "send_it", _sends_it_anyway),),
}


@contextmanager
def mutated(name: str) -> Iterator[None]:
    """The product with one thing wrong."""
    kept = [(owner, attribute, getattr(owner, attribute)) for owner, attribute, _ in MUTANTS[name]]
    for owner, attribute, wrong in MUTANTS[name]:
        setattr(owner, attribute, wrong)
    try:
        yield
    finally:
        for owner, attribute, right in kept:
            setattr(owner, attribute, right)
