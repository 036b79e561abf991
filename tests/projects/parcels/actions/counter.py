"""Actions of the parcel counter: a custom mapping, a validator of all slots, and a form that changes as it goes."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments

import re

from rasa_sdk import Action, FormValidationAction, ValidationAction
from rasa_sdk.events import SlotSet


class ActionReadKilos(Action):
    def name(self):
        return "action_read_kilos"

    def run(self, dispatcher, tracker, domain):
        found = re.search(r"(\d+) kilos", tracker.latest_message.get("text") or "")
        return [SlotSet("kilos", float(found[1]))] if found else []


class ValidateSlots(ValidationAction):
    """Knows no code that does not begin with a letter, and counts letters without any mapping."""

    async def extract_letters(self, dispatcher, tracker, domain):
        return {"letters": len(tracker.latest_message.get("text") or "")}

    def validate_code(self, value, dispatcher, tracker, domain):
        if value[:1].isalpha():
            return {"code": value.upper()}
        dispatcher.utter_message(text="A code begins with a letter.")
        return {"code": None}

    def validate_kilos(self, value, dispatcher, tracker, domain):
        return {"kilos": value if value <= 20 else None}


class ValidateSendForm(FormValidationAction):
    def name(self):
        return "validate_send_form"

    async def required_slots(self, domain_slots, dispatcher, tracker, domain):
        if tracker.get_slot("size") == "large":
            return [*domain_slots, "insured"]
        return domain_slots

    def validate_target(self, value, dispatcher, tracker, domain):
        if value == "Atlantis":
            dispatcher.utter_message(text="Nobody delivers there.")
            return {"target": None}
        return {"target": value}


class ActionAskWeight(Action):
    def name(self):
        return "action_ask_weight"

    def run(self, dispatcher, tracker, domain):
        kilos = tracker.get_slot("kilos")
        dispatcher.utter_message(text="Too heavy." if kilos is None else f"{kilos:g} kilos.")
        return []
