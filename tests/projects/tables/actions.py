"""One validator, in a module instead of a package."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments

from rasa_sdk.forms import FormValidationAction

KITCHENS = {"italian", "thai", "french"}


class ValidateTableForm(FormValidationAction):
    def name(self):
        return "validate_table_form"

    async def validate_kitchen(self, value, dispatcher, tracker, domain):
        if value.lower() in KITCHENS:
            return {"kitchen": value}
        dispatcher.utter_message(response="utter_unknown_kitchen", kitchen=value)
        return {"kitchen": None}

    def validate_guests(self, value, dispatcher, tracker, domain):
        guests = int(float(value))
        return {"guests": guests if guests > 0 else None}

    def validate_terrace(self, value, dispatcher, tracker, domain):
        return {"terrace": value in (True, "true")}

    def validate_wishes(self, value, dispatcher, tracker, domain):
        return {"wishes": value}
