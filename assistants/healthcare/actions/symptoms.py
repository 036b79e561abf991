"""The symptom check: a form that listens, looks for danger in every answer, and ends in how soon to be seen."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments, by position

from __future__ import annotations

import re
from typing import Final

from .complaints import age_group_of, age_in_years, age_told, days_of, degree_told, kind_of, severity_of
from .entities import found_in
from .form_memory import offered
from .people import call_for_help
from .sdk import Action, Dispatcher, Domain, Event, FormValidationAction, SlotSet, Tracker
from .triage import AgeGroup, Complaint, Kind, Severity, Urgency, department_for, urgency
from .values import language_of
from .wiring import now
from .wording import self_care

_SLOTS: Final = ("symptom", "warning_signs", "age_group", "since", "severity", "red_flag")
_FEWEST_WORDS: Final = 3  # "i'm 34" is no complaint; "my knee feels odd" is one, though no table knows it
_NONE: Final = re.compile(
    r"^\W*(?:no,? )?(?:none|nothing|neither|keine?s?|nichts|aucune?|rien|ninguno|ninguna|nada|nenhum|nenhuma|nessuno|"
    r"nessuna|niente)\b(?: (?:of (?:these|those|them|the above|that)|davon|von (?:denen|diesen)|de (?:ceux-là|tout ça|"
    r"esos|eso|esas)|di (?:questi|quelli)|d(?:es[st]es|isso)))?\W*$",
    re.IGNORECASE,
)
_NEVER_ASKED_AGAIN: Final = 3650.0  # days; "I don't know since when" is taken for long


class ValidateSymptomForm(FormValidationAction):
    """Takes each answer as people give it. A red flag, or a yes to the warning signs, ends the questions at once."""

    def name(self) -> str:
        return "validate_symptom_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        if tracker.get_slot("red_flag") or tracker.get_slot("warning_signs") is True:
            return []
        if tracker.get_slot("age_group") == AgeGroup.BABY and kind_of(str(tracker.get_slot("symptom"))) is Kind.FEVER:
            return []  # an emergency, whatever else there is to know
        if tracker.get_slot("age_group") == AgeGroup.BABY and tracker.get_slot("symptom"):
            return [slot for slot in domain_slots if slot in {"symptom", "warning_signs"}]
        return domain_slots

    def validate_symptom(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        words = _words(tracker, value)
        if kind_of(words) is None and len(re.findall(r"[^\W\d_]+", words)) < _FEWEST_WORDS:
            dispatcher.utter_message(response="utter_wrong_symptom")
            return {"symptom": None}
        # what was told in the same breath is not asked again
        return {"symptom": words, **_told_with_it(words, tracker)}

    def validate_warning_signs(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        words = _words(tracker, value)
        if isinstance(value, bool):
            words = str(tracker.latest_message.get("text") or "")
            if value or not _denies_one_sign(words):
                return {"warning_signs": value}
        if _NONE.search(words):
            return {"warning_signs": False}
        # neither yes nor no: what it tells is kept, and nothing goes on before there is an answer
        dispatcher.utter_message(response="utter_yes_or_no_first")
        return {"warning_signs": None, **_told_with_it(words, tracker)}

    def validate_age_group(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        group = age_group_of(str(value))
        if group is None and (degree := degree_told(str(value))):
            return {"age_group": None, "severity": degree.name.lower()}
        if group is None:
            dispatcher.utter_message(response="utter_wrong_age_group")
        return {"age_group": group.value if group else None}

    def validate_since(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        if isinstance(value, str) and value.startswith("days:"):
            return {"since": value}
        words = _words(tracker, value)
        days = days_of(words, found_in(tracker.latest_message), now())
        if days is None:
            dispatcher.utter_message(response="utter_wrong_since")
            return {"since": None}
        return {"since": f"days:{days:.1f}"}

    def validate_severity(
        self, value: object, dispatcher: Dispatcher, tracker: Tracker, domain: Domain
    ) -> dict[str, object]:
        degree = severity_of(str(value))
        if degree is None and (group := age_in_years(str(value))):
            return {"severity": None, "age_group": group.value}  # whose age was guessed, and is told now
        if degree is None:
            dispatcher.utter_message(response="utter_wrong_severity")
        return {"severity": degree.name.lower() if degree else None}


class ActionTriage(Action):
    """Tells how soon somebody should look at it; an emergency is handed over at once."""

    def name(self) -> str:
        return "action_triage"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Domain) -> list[Event]:
        complaint = _complaint(tracker)
        soon = urgency(complaint)
        if soon is Urgency.EMERGENCY:
            sign = tracker.get_slot("red_flag") or "a sign on our list of warning signs"
            told = tracker.get_slot("symptom") or "nothing else"
            reason = f"The symptom check found an emergency: {sign}. Told: {told}."
            return [*_forget(keep_symptom=False), *call_for_help(dispatcher, reason)]
        care = self_care(complaint.kind, language_of(tracker))
        dispatcher.utter_message(response=advice(soon, complaint.kind), self_care=care)
        if soon is Urgency.TODAY:
            dispatcher.utter_message(response="utter_call_back")
            return [*_forget(keep_symptom=True), *offered("call")]
        if soon is Urgency.DAYS and complaint.kind is not Kind.TOOTH:
            dispatcher.utter_message(response="utter_offer_appointment")
            return [*_forget(keep_symptom=False), *offered(f"search {_department(complaint)}")]
        dispatcher.utter_message(response="utter_write_again")
        return _forget(keep_symptom=False)


def advice(urgency: Urgency, kind: Kind | None) -> str:
    """The response that says what to do and how soon; an emergency has one of its own."""
    match urgency:
        case Urgency.TODAY:
            return "utter_advice_today"
        case Urgency.DAYS:
            return "utter_advice_dentist" if kind is Kind.TOOTH else "utter_advice_days"
        case Urgency.SELF_CARE | Urgency.EMERGENCY:
            return "utter_advice_home"


def _complaint(tracker: Tracker) -> Complaint:
    told = str(tracker.get_slot("symptom") or "")
    group = age_group_of(str(tracker.get_slot("age_group") or "")) or AgeGroup.ADULT
    since = str(tracker.get_slot("since") or "")
    days = float(since.removeprefix("days:")) if since.startswith("days:") else _NEVER_ASKED_AGAIN
    degree = str(tracker.get_slot("severity") or "").upper()
    return Complaint(
        kind=kind_of(told),
        age=group,
        days=days,
        severity=Severity[degree] if degree in Severity.__members__ else Severity.MODERATE,
        has_warning_signs=bool(tracker.get_slot("red_flag")) or tracker.get_slot("warning_signs") is True,
    )


def _told_with_it(words: str, tracker: Tracker) -> dict[str, object]:
    told: dict[str, object] = {}
    if (days := days_of(words, found_in(tracker.latest_message), now())) is not None:
        told["since"] = f"days:{days:.1f}"
    if not _has_digits(words) and (degree := severity_of(words)):
        told["severity"] = degree.name.lower()
    if group := age_told(words):
        told["age_group"] = group.value
    return told


def _denies_one_sign(words: str) -> bool:
    """Whether a no is to one complaint alone: after `no fever` all the other signs are still open."""
    return kind_of(words) is not None and len(words.split()) <= _FEWEST_WORDS and "," not in words


def _has_digits(words: str) -> bool:
    return any(letter.isdigit() for letter in words)


def _words(tracker: Tracker, value: object) -> str:
    """The whole message where the value was found in it: the form wants what was said around it, too."""
    text = str(tracker.latest_message.get("text") or "")
    return text if str(value) in text and not text.startswith("/") else str(value)


def _department(complaint: Complaint) -> str:
    if complaint.age in {AgeGroup.SMALL_CHILD, AgeGroup.CHILD}:
        return "children"
    return department_for(complaint.kind) or "general practice"


def _forget(*, keep_symptom: bool) -> list[Event]:
    """What was told of one complaint must not answer for the next one."""
    return [SlotSet(slot, None) for slot in _SLOTS if not (keep_symptom and slot == "symptom")]
