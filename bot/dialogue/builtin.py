"""Actions that are no custom code: responses, retrieval responses and Rasa's default actions.

Each is a generator (`acting.Running`): most return their events at once, some ask for a custom action.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.wording.words import wording
from bot.dialogue import names
from bot.dialogue.acting import ActionCall, ActionResult, Running
from bot.dialogue.domain import Domain
from bot.dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    TrackerEvent,
    UserUtteranceReverted,
)
from bot.dialogue.json_value import Json, list_of, text_of
from bot.dialogue.responses import utter
from bot.dialogue.slot_filling import extract
from bot.dialogue.tracker import Tracker
from bot.dialogue.tracker_json import action_payload


@dataclass(frozen=True, slots=True)
class Context:
    """What an action may know besides the tracker. `labels` are intents in customers' words.

    `language` is the one that the customer writes, "" where that is not known. `texts` are the project's own wordings
    of Warmline's fixed texts, by language and name.
    """

    domain: Domain
    channel: str
    seed: str
    at: float
    labels: Mapping[str, str]
    language: str = ""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])

    def say(self, name: str, tracker: Tracker) -> list[TrackerEvent]:
        """Say a response, if there is one of that name."""
        said = self.draft(name, tracker)
        return [said] if said else []

    def draft(self, name: str, tracker: Tracker, given: Mapping[str, Json] | None = None) -> BotUttered | None:
        """What a response says, with what an action `given` for it; None if there is none of that name."""
        return utter(
            self.domain,
            name,
            tracker.now.slots,
            given,
            channel=self.channel,
            seed=self.seed,
            at=self.at,
            language=self.language,
        )

    def fixed(self, name: str) -> str:
        """A fixed text of ours, in the customer's language; English where that is not known."""
        return wording(name, self.language, self.texts)


def custom(name: str, tracker: Tracker, context: Context) -> Running:
    """Run a custom action: its messages first, then its events, as Rasa does."""
    result = yield ActionCall(name, action_payload(name, tracker))
    return [*messages(result, tracker, context), *result.events]


def messages(result: ActionResult, tracker: Tracker, context: Context) -> list[TrackerEvent]:
    """What a custom action's dispatcher collected, as bot messages."""
    said: list[TrackerEvent] = []
    for response in result.responses:
        name = text_of(response.get("response")) or text_of(response.get("template"))
        drafted = context.draft(name, tracker, response) if name else None
        text = drafted.text if drafted else ""
        data: dict[str, Json] = dict(drafted.data) if drafted else {}
        text = text_of(response.get("text")) or text
        for key in ("buttons", "elements", "quick_replies"):
            more = list_of(response.get(key))
            if more:
                data[key] = [*list_of(data.get(key)), *more]
        for key in ("image", "attachment", "custom"):
            if response.get(key):
                data[key] = response[key]
        if text or data:
            said.append(BotUttered(text, data, name, context.at))
    return said


def respond(name: str, tracker: Tracker, context: Context) -> Running:
    """Say a response of the domain."""
    yield from ()
    return context.say(name, tracker)


def retrieve(intent: str, tracker: Tracker, context: Context) -> Running:
    """Say what the response selector found for the last message (`utter_faq` → `utter_faq/ask_hours`)."""
    yield from ()
    message = tracker.now.message
    full = message.full_intent if message and message.full_intent.startswith(f"{intent}/") else ""
    return context.say(f"utter_{full}", tracker) if full else []


def speak(text: str, context: Context) -> Running:
    """Say a text that a story gives itself (`- bot: …`)."""
    yield from ()
    return [BotUttered(text, {}, "", context.at)]


def listen() -> Running:
    """Wait for the customer."""
    yield from ()
    return []


def restart(tracker: Tracker, context: Context) -> Running:
    """Forget everything and begin anew."""
    yield from ()
    return [*context.say("utter_restart", tracker), Restarted()]


def session_start(tracker: Tracker, *, carry: bool) -> Running:
    """Begin a session; slots that differ from their initial values are carried over."""
    yield from ()
    return session_events(tracker, carry=carry)


def session_events(tracker: Tracker, *, carry: bool) -> list[TrackerEvent]:
    """What begins a session."""
    initial = tracker.domain.initial_slots()
    carried: list[TrackerEvent] = [
        SlotSet(name, value)
        for name, value in tracker.now.slots.items()
        if carry and name != names.REQUESTED_SLOT and value != initial.get(name)
    ]
    return [SessionStarted(), *carried, ActionExecuted(names.LISTEN)]


def default_fallback(tracker: Tracker, context: Context) -> Running:
    """Say that the message was not understood, and forget it. Inside a loop without `utter_default`, ask again."""
    yield from ()
    said = context.say("utter_default", tracker)
    loop = tracker.now.loop
    if not said and loop and context.domain.is_loop(loop):
        return [UserUtteranceReverted(), FollowupAction(loop)]
    return [*said, UserUtteranceReverted()]


def deactivate_loop() -> Running:
    """Leave the active loop."""
    yield from ()
    return [ActiveLoop(None), SlotSet(names.REQUESTED_SLOT, None)]


def back(tracker: Tracker, context: Context) -> Running:
    """Undo the customer's last message and the one before `/back`."""
    yield from ()
    return [*context.say("utter_back", tracker), UserUtteranceReverted(), UserUtteranceReverted()]


def ask_affirmation(tracker: Tracker, context: Context) -> Running:
    """Ask whether the likeliest intent was meant, with buttons."""
    yield from ()
    message = tracker.now.message
    ranking = [i.name for i in message.ranking if i.name != "nlu_fallback"] if message else []
    if not ranking:
        return _asked_to_rephrase(tracker, context)
    intent = ranking[0]
    label = context.labels.get(intent) or intent.replace("_", " ")
    buttons: list[Json] = [
        {"title": context.fixed("yes"), "payload": f"/{intent}"},
        {"title": context.fixed("no"), "payload": f"/{names.OUT_OF_SCOPE_INTENT}"},
    ]
    asked = context.fixed("meant").replace("{guess}", label)
    return [BotUttered(asked, {"buttons": buttons}, "", context.at)]


def ask_rephrase(tracker: Tracker, context: Context) -> Running:
    """Ask to say it differently."""
    yield from ()
    return _asked_to_rephrase(tracker, context)


def _asked_to_rephrase(tracker: Tracker, context: Context) -> list[TrackerEvent]:
    """In the project's own words, where it has any."""
    own = context.say("utter_ask_rephrase", tracker)
    return own or [BotUttered(context.fixed("say_differently"), at=context.at)]


def extract_slots(tracker: Tracker, context: Context) -> Running:
    """Fill slots from the last message, ask custom mappings, and let the project validate what was found."""
    found = extract(tracker)
    events: list[TrackerEvent] = list(found.slots)
    for action in found.actions:
        if action in context.domain.actions:
            result = yield ActionCall(action, action_payload(action, tracker))
            events.extend(e for e in result.events if isinstance(e, SlotSet))
            events.extend(messages(result, tracker, context))
    if names.VALIDATE_SLOT_MAPPINGS not in context.domain.actions:
        return events
    ahead = tracker.branch(e for e in events if isinstance(e, SlotSet))
    result = yield ActionCall(names.VALIDATE_SLOT_MAPPINGS, action_payload(names.VALIDATE_SLOT_MAPPINGS, ahead))
    validated = {e.name for e in result.events if isinstance(e, SlotSet)}
    kept = [e for e in events if not (isinstance(e, SlotSet) and e.name in validated)]
    return [*messages(result, tracker, context), *(e for e in result.events if isinstance(e, SlotSet)), *kept]
