"""The forms that find out which order is meant: they check numbers and contacts, and ask only for what is unknown."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

import re
from abc import abstractmethod
from typing import Final

from .identity import order_number_alone, read_order_contact, read_order_number
from .recognition import recognised
from .sdk import Dispatcher, Domain, FormValidationAction, Tracker
from .shop import BEFORE_DISPATCH
from .wiring import current_shop

_SHORTEST_ADDRESS: Final = 12  # characters: "4 Weir Lane H91 E4R2" has 20, "my office" 9
_CORRECTING: Final = re.compile(
    r"^(?:(?:oh|ok|yes|no|ja|nein|oui|non|sí|sim|não|sì|sorry|wait|pardon|entschuldigung|perd[óo]n"
    r"|disculp[ea]|desculp[ea]|scus[ia]|excusez[- ]moi)\b"
    r"[\s,.:;!–-]*)+"
    r"(?:(?:i meant?|it[’']?s|ich meinte|es ist|je voulais dire|c[’']est|quer[íi]a decir|es|queria dizer|é|volevo dire"
    r"|è)(?!\w)[\s,.:;–-]*)?",
    re.IGNORECASE,
)
"""What stands before an address that puts another one right."""


class OrderForm(FormValidationAction):
    """What all of them have in common; no form by itself, since it has no name."""

    @abstractmethod
    def name(self) -> str:
        """As rasa-sdk finds it: `validate_` and the form's name."""

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        """Without the slots that a customer whom we recognise need not fill: they choose from a list."""
        if await recognised(tracker) is None:
            return domain_slots
        return [slot for slot in domain_slots if slot not in {"order_number", "order_contact"}]

    def validate_order_number(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        number = read_order_number(value)
        if number is None:
            dispatcher.utter_message(response="utter_wrong_order_number")
        return {"order_number": number}

    def validate_order_contact(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        contact = read_order_contact(value)
        if contact is None:
            dispatcher.utter_message(response="utter_wrong_order_contact")
        return {"order_contact": contact}


class ValidateTrackOrderForm(OrderForm):
    """Which order to track."""

    def name(self) -> str:
        return "validate_track_order_form"


class ValidateRefundForm(OrderForm):
    """Which order's refund to look for."""

    def name(self) -> str:
        return "validate_refund_form"


class ValidateCancelOrderForm(OrderForm):
    """Which order to cancel."""

    def name(self) -> str:
        return "validate_cancel_order_form"


class ValidateAddressForm(OrderForm):
    """Which order goes to which new address."""

    def name(self) -> str:
        return "validate_address_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        """No address for an order that has left: the next action says so at once."""
        identity, number = await recognised(tracker), read_order_number(tracker.get_slot("order_number"))
        order = await current_shop().order(number, identity) if identity and number else None
        if order is not None and order.status not in BEFORE_DISPATCH:
            return []
        return await super().required_slots(domain_slots, dispatcher, tracker, domain)

    def validate_new_address(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        typed = _CORRECTING.sub("", " ".join(str(value).split()))
        if number := order_number_alone(typed):
            dispatcher.utter_message(response="utter_noted", what=number)
            return {"new_address": None, "order_number": number}
        if len(typed) < _SHORTEST_ADDRESS or not any(letter.isdigit() for letter in typed):
            dispatcher.utter_message(response="utter_wrong_new_address")
            return {"new_address": None}
        return {"new_address": typed}
