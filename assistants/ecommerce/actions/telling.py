"""Says what was chosen to be said: hands the names of the domain's responses, with their fields, to the dispatcher."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .sdk import Dispatcher


@dataclass(frozen=True, slots=True)
class Told:
    """One message: the name of a response of the domain, and its fields, texts all of them."""

    response: str
    fields: Mapping[str, Any]


def tell(dispatcher: Dispatcher, *told: Told) -> None:
    """Say them all, in this order."""
    for one in told:
        dispatcher.utter_message(response=one.response, **one.fields)
