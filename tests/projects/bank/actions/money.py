"""Actions of the bank: a question of its own, follow-ups, a pause, a slot filled by code."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments

from rasa_sdk import Action, FormValidationAction
from rasa_sdk.events import ActiveLoop, ConversationPaused, FollowupAction, SlotSet


class AskSure(Action):
    def name(self):
        return "action_ask_send_form_sure"

    def run(self, dispatcher, tracker, domain):
        buttons = [{"title": "Send", "payload": "/affirm"}, {"title": "Stop", "payload": "/deny"}]
        dispatcher.utter_message(text=f"Send {tracker.get_slot('sum')}?", buttons=buttons)
        return []


class Send(Action):
    def name(self):
        return "action_send"

    def run(self, dispatcher, tracker, domain):
        sent = tracker.get_slot("sure")
        return [SlotSet("sure", None), FollowupAction("utter_sent" if sent else "utter_not_sent")]


class Balance(Action):
    def name(self):
        return "action_balance"

    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="You have 1,204.10.")
        return []


class ToPeople(Action):
    def name(self):
        return "action_to_people"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="I am getting somebody.")
        return [ActiveLoop(None), SlotSet("requested_slot", None), ConversationPaused()]


class NoteChannel(Action):
    def name(self):
        return "action_note_channel"

    def run(self, dispatcher, tracker, domain):
        return [SlotSet("channel_note", tracker.get_latest_input_channel())]


class ValidateSendForm(FormValidationAction):
    def name(self):
        return "validate_send_form"

    def validate_sum(self, value, dispatcher, tracker, domain):
        if float(value) <= 1000:
            return {"sum": value}
        dispatcher.utter_message(text="That is too much at once.")
        return {"sum": None}
