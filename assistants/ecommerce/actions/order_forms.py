"""The forms that find out which order is meant: they check numbers and contacts, and ask only for what is unknown."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from typing import Final

from .identity import read_order_contact, read_order_number
from .recognition import recognised
from .sdk import Dispatcher, Domain, FormValidationAction, Tracker

_SHORTEST_ADDRESS: Final = 12  # characters: "4 Weir Lane H91 E4R2" has 20, "my office" 9


class ValidateTrackOrderForm(FormValidationAction):
    """Which order to track."""

    def name(self) -> str:
        return "validate_track_order_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        return await _unknown(domain_slots, tracker)

    def validate_order_number(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        return _checked_number(value, dispatcher)

    def validate_order_contact(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        return _checked_contact(value, dispatcher)


class ValidateRefundForm(FormValidationAction):
    """Which order's refund to look for."""

    def name(self) -> str:
        return "validate_refund_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        return await _unknown(domain_slots, tracker)

    def validate_order_number(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        return _checked_number(value, dispatcher)

    def validate_order_contact(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        return _checked_contact(value, dispatcher)


class ValidateCancelOrderForm(FormValidationAction):
    """Which order to cancel."""

    def name(self) -> str:
        return "validate_cancel_order_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        return await _unknown(domain_slots, tracker)

    def validate_order_number(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        return _checked_number(value, dispatcher)

    def validate_order_contact(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        return _checked_contact(value, dispatcher)


class ValidateAddressForm(FormValidationAction):
    """Which order goes to which new address."""

    def name(self) -> str:
        return "validate_address_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        return await _unknown(domain_slots, tracker)

    def validate_order_number(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        return _checked_number(value, dispatcher)

    def validate_order_contact(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        return _checked_contact(value, dispatcher)

    def validate_new_address(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        typed = " ".join(str(value).split())
        if len(typed) < _SHORTEST_ADDRESS or not any(letter.isdigit() for letter in typed):
            dispatcher.utter_message(response="utter_wrong_new_address")
            return {"new_address": None}
        return {"new_address": typed}


async def _unknown(slots: list[str], tracker: Tracker) -> list[str]:
    """Without the slots that a customer whom we recognise need not fill: they choose from a list."""
    if await recognised(tracker) is None:
        return slots
    return [slot for slot in slots if slot not in {"order_number", "order_contact"}]


def _checked_number(value: object, dispatcher: Dispatcher) -> dict[str, object]:
    number = read_order_number(value)
    if number is None:
        dispatcher.utter_message(response="utter_wrong_order_number")
    return {"order_number": number}


def _checked_contact(value: object, dispatcher: Dispatcher) -> dict[str, object]:
    contact = read_order_contact(value)
    if contact is None:
        dispatcher.utter_message(response="utter_wrong_order_contact")
    return {"order_contact": contact}
