"""Several requests in one turn: what can simply be said first, then what may ask back; no action runs twice."""

from __future__ import annotations

from bot.dialogue.acting import ActionCall, ActionFailed, ActionResult
from bot.dialogue.domain import Domain, Form, IntentSettings, ResponseButton, Slot, SlotType, Variation
from bot.dialogue.events import UserUttered
from bot.dialogue.policies import Policies
from bot.dialogue.prediction import PolicySettings
from bot.dialogue.rule_training import train_rules
from bot.dialogue.several import Answered, answer_each
from bot.dialogue.stories import ActionStep, LoopStep, Step, Story, UserStep, unfold
from bot.dialogue.tracker import Tracker
from bot.dialogue.turn import Dialogue, Outcome

DOMAIN = Domain(
    intents={i: IntentSettings() for i in ("hours", "price", "book", "look_up", "choose", "person")},
    slots={"day": Slot("day", SlotType.TEXT)},
    responses={
        "utter_hours": (Variation("From ten to five."),),
        "utter_price": (Variation("Twelve euros."),),
        "utter_choose": (Variation("Which one", (ResponseButton("Blue", "/blue"),)),),
        "utter_ask_day": (Variation("Which day?"),),
    },
    forms={"book_form": Form("book_form", ("day",))},
    actions=("action_look_up", "action_human_handoff"),
)
STEPS: dict[str, tuple[Step, ...]] = {
    "hours": (ActionStep("utter_hours"),),
    "price": (ActionStep("utter_price"),),
    "choose": (ActionStep("utter_choose"),),
    "look_up": (ActionStep("action_look_up"),),
    "person": (ActionStep("action_human_handoff"),),
    "book": (ActionStep("book_form"), LoopStep("book_form")),
}


def dialogue() -> Dialogue:
    stories = [Story(name, (UserStep(name), *steps), is_rule=True) for name, steps in STEPS.items()]
    return Dialogue(DOMAIN, Policies(train_rules(unfold(stories, DOMAIN).paths, DOMAIN, PolicySettings()).policy))


def answered(*intents: str, fails: bool = False) -> tuple[Outcome, Answered, list[str]]:
    """The turn for requests with these intents, and the custom actions that ran."""
    ran: list[str] = []
    places = Answered()
    asked = [UserUttered(f"about {intent}", intent) for intent in intents]
    answering = answer_each(dialogue(), Tracker.new(DOMAIN, "u", []), asked, places)
    try:
        call: ActionCall = next(answering)
        while True:
            ran.append(call.name)
            call = answering.throw(ActionFailed(call.name, "down")) if fails else answering.send(ActionResult())
    except StopIteration as done:
        return done.value, places, ran


def said(outcome: Outcome) -> list[str]:
    return [uttered.text for uttered in outcome.said]


def test_two_answers_come_in_the_order_of_the_questions() -> None:
    outcome, places, _ = answered("price", "hours")
    assert said(outcome) == ["Twelve euros.", "From ten to five."]
    assert (places.taken, places.waiting) == ([0, 1], [])


def test_what_asks_back_comes_last() -> None:
    outcome, places, _ = answered("book", "hours")
    assert said(outcome) == ["From ten to five.", "Which day?"]
    assert outcome.tracker.now.loop == "book_form"
    assert (places.taken, places.waiting) == ([1, 0], [])


def test_a_question_with_buttons_comes_last_too() -> None:
    assert said(answered("choose", "price")[0]) == ["Twelve euros.", "Which one"]


def test_what_would_ask_a_second_thing_waits() -> None:
    outcome, places, _ = answered("book", "choose", "hours")
    assert said(outcome) == ["From ten to five.", "Which day?"]
    assert (places.taken, places.waiting) == ([2, 0], [1])


def test_an_action_runs_once() -> None:
    outcome, _, ran = answered("look_up", "hours")
    assert ran == ["action_look_up"]
    assert outcome.actions == ["utter_hours", "action_look_up"]


def test_nothing_is_begun_after_an_action_failed() -> None:
    outcome, places, ran = answered("look_up", "book", fails=True)
    assert outcome.failure is not None
    assert (ran, places.waiting) == (["action_look_up"], [1])


def test_nothing_is_begun_after_people_were_asked_for() -> None:
    outcome, places, _ = answered("person", "book")
    assert outcome.hand_over is not None
    assert places.waiting == [1]


def test_each_request_is_a_message_of_its_own_for_what_comes_later() -> None:
    outcome, _, _ = answered("price", "hours")
    assert [e.intent for e in outcome.tracker.events if isinstance(e, UserUttered)] == ["price", "hours"]
