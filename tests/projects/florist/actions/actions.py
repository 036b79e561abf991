"""Actions of the flower shop: one that sets slots, a validator, one that hangs and one that breaks."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments

from rasa_sdk import Action, FormValidationAction
from rasa_sdk.events import SlotSet

from .prices import is_grown


class ActionMember(Action):
    def name(self):
        return "action_member"

    def run(self, dispatcher, tracker, domain):
        known = tracker.latest_message["metadata"].get("customer_tier") == "member"
        return [SlotSet("member", known)]


class ValidateOrderForm(FormValidationAction):
    def name(self):
        return "validate_order_form"

    def validate_flower(self, value, dispatcher, tracker, domain):
        if is_grown(value):
            return {"flower": value.lower()}
        dispatcher.utter_message(text=f"We do not grow {value}.")
        return {"flower": None}

    async def validate_count(self, value, dispatcher, tracker, domain):
        return {"count": int(value)}


class ActionBroken(Action):
    def name(self):
        return "action_broken"

    async def run(self, dispatcher, tracker, domain):
        raise KeyError("no such flower")
