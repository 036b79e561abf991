"""Which account or card is meant by "and the other one?": those that were not told last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from .bank import Account, Card
from .sdk import Event, SlotSet
from .values import upper_first
from .visit import Visit, button
from .wording import account_name, card_name

TRANSFER_LIMIT: Final = "transfer_limit"
"""The topic after a limit that is no card's."""

_SEPARATOR: Final = " "
One = TypeVar("One", Account, Card)


def about(topic: str, told: Sequence[Account | Card] = ()) -> list[Event]:
    """What is remembered of an answer: the intent that it answered, and the accounts or cards that it told of."""
    return [SlotSet("topic", topic), SlotSet("told", _SEPARATOR.join(one.ending for one in told) or None)]


def others_than_told(visit: Visit, own: Sequence[One], intent: str) -> Sequence[One]:
    """Those of the customer's that were not told last; none, once they have been asked which of several they mean.

    Buttons of that question ask for `intent`.
    """
    told = visit.slot("told").split(_SEPARATOR)
    others = [one for one in own if one.ending not in told]
    if len(own) == 1:
        visit.utter("utter_only_one")
    elif len(others) != 1:
        buttons = [button(_name(one, visit.language), intent, ending=one.ending) for one in others or own]
        visit.utter("utter_which_other", buttons=buttons)
    return others if len(others) == 1 else []


def _name(one: Account | Card, language: str) -> str:
    if isinstance(one, Card):
        return upper_first(card_name(one, language))
    return f"{account_name(one, language)} {one.ending}"
