"""The loan estimate: a form for amount and term, and the instalment. An example, never an offer and never advice."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .annuity import instalments
from .reading import read_amount_cents, read_months, whole_amount
from .sdk import CollectingDispatcher, Event, FormValidationAction, SlotSet, Tracker
from .visit import BankAction, Visit
from .wording import estimate

EXAMPLE_APR: Final = 0.069
"""The annual percentage rate of the example, as a share; `utter_loan_conditions` names it too."""

LEAST_CENTS: Final = 100_000
MOST_CENTS: Final = 5_000_000
LEAST_MONTHS: Final = 12
MOST_MONTHS: Final = 84

_Answer = dict[str, object]


class ValidateLoanForm(FormValidationAction):
    """Takes amounts and terms as people write them, and says what is possible where one is not."""

    def name(self) -> str:
        return "validate_loan_form"

    def validate_loan_amount(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> _Answer:
        cents = read_amount_cents(whole_amount(str(value), (tracker.latest_message or {}).get("text") or ""))
        if cents is None:
            dispatcher.utter_message(response="utter_wrong_loan_amount")
        elif not LEAST_CENTS <= cents <= MOST_CENTS:
            dispatcher.utter_message(response="utter_loan_amount_out_of_range")
            cents = None
        return {"loan_amount": f"{cents / 100:.2f}" if cents is not None else None}

    def validate_loan_term(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> _Answer:
        months = read_months(value)
        if months is None:
            dispatcher.utter_message(response="utter_wrong_loan_term")
        elif not LEAST_MONTHS <= months <= MOST_MONTHS:
            dispatcher.utter_message(response="utter_loan_term_out_of_range")
            months = None
        return {"loan_term": f"{months} months" if months is not None else None}


class ActionLoanEstimate(BankAction):
    """Tells the instalment, and keeps amount and term for "and over five years?"."""

    called = "action_loan_estimate"

    async def answer(self, visit: Visit) -> list[Event] | None:
        amount, term = visit.slot("loan_amount"), visit.slot("loan_term")
        cents, months = read_amount_cents(amount), read_months(term)
        if cents is None or months is None:
            visit.utter("utter_please_rephrase")
            return None
        visit.tell(estimate(cents, EXAMPLE_APR, instalments(cents, months, EXAMPLE_APR), visit.language))
        return [
            SlotSet("estimated_amount", amount),
            SlotSet("estimated_term", term),
            SlotSet("loan_amount"),
            SlotSet("loan_term"),
        ]
