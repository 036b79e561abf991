"""Actions of the service desk: a reminder, and taking it back."""

# ruff: noqa: ARG002 - rasa-sdk calls every action with the same arguments

from datetime import UTC, datetime, timedelta

from rasa_sdk import Action
from rasa_sdk.events import ReminderCancelled, ReminderScheduled

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


class SetReminder(Action):
    def name(self):
        return "action_set_reminder"

    def run(self, dispatcher, tracker, domain):
        minutes = float(next(tracker.get_latest_entity_values("minutes"), 10))
        dispatcher.utter_message(text=f"I will remind you in {minutes:g} minutes.")
        when = NOW + timedelta(minutes=minutes)
        return [ReminderScheduled("EXTERNAL_reminder", when, name="later", kill_on_user_message=False)]


class ForgetReminder(Action):
    def name(self):
        return "action_forget_reminder"

    def run(self, dispatcher, tracker, domain):
        return [ReminderCancelled(name="later")]
