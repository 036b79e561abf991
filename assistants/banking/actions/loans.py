"""The loan estimate: a form for amount and term, and the instalment. An example, never an offer and never advice."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeGuard

from .annuity import instalments
from .reading import last_said, read_amount_cents, read_months, read_plain_term, whole_amount, without_term
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
        text, asked = str((tracker.latest_message or {}).get("text") or ""), tracker.get_slot("requested_slot")
        cents = read_amount_cents(without_term(whole_amount(str(value), text)))
        if _is_possible(cents):
            amount = f"{cents / 100:.2f}"
            if asked == "loan_term" and read_plain_term(text) is None:  # "wait, 11000"
                return _told_besides(dispatcher, loan_amount=amount)
            return {"loan_amount": amount}
        if asked is None and str(value) == text:  # what began the form names no amount: "a loan for my car, I'm 25"
            return {"loan_amount": None}
        return {"loan_amount": None, **_told_instead(value, cents, dispatcher)}

    def validate_loan_term(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> _Answer:
        settled = last_said(str((tracker.latest_message or {}).get("text") or ""))
        months = read_months(settled) if tracker.get_slot("requested_slot") == "loan_term" else None
        months, cents = months or read_months(value), read_amount_cents(without_term(str(value)))
        if months is None and _is_possible(cents):
            return {"loan_term": None}  # an amount, which is heard as such
        if months is None:
            dispatcher.utter_message(response="utter_wrong_loan_term")
            return {"loan_term": None}
        return {"loan_term": _checked_term(months, dispatcher)}


def _told_instead(value: object, cents: int | None, dispatcher: CollectingDispatcher) -> _Answer:
    """Take the term from words that name no amount; say what is wrong with any others."""
    months = read_plain_term(value) if cents is None else None
    if months is not None:
        return _told_besides(dispatcher, loan_term=_checked_term(months, dispatcher))
    dispatcher.utter_message(response="utter_wrong_loan_amount" if cents is None else "utter_loan_amount_out_of_range")
    return {}


def _checked_term(months: int, dispatcher: CollectingDispatcher) -> str | None:
    if not LEAST_MONTHS <= months <= MOST_MONTHS:
        dispatcher.utter_message(response="utter_loan_term_out_of_range")
        return None
    return f"{months} months"


def _told_besides(dispatcher: CollectingDispatcher, **told: str | None) -> _Answer:
    """Take what was not asked for, and say so, as the next thing that is said asks for something else."""
    if all(told.values()):
        dispatcher.utter_message(response="utter_loan_noted")
    return dict(told)


def _is_possible(cents: int | None) -> TypeGuard[int]:
    return cents is not None and LEAST_CENTS <= cents <= MOST_CENTS


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
