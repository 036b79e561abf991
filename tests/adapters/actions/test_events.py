"""Every event that rasa-sdk can return, and what it does: in this process, and on a real action server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from rasa_sdk import Action, events
from rasa_sdk.executor import ActionExecutor

from adapters.actions.in_process import InProcessActions
from adapters.actions.over_http import Endpoint, HttpActions
from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.compiling import compile_project
from adapters.rasa.project import read_project
from bot.core.activity import Person
from bot.core.events import Turn
from bot.dialogue.acting import Actions
from bot.ports import CustomerMessage
from nlu.payload import parse_payload

DOMAIN = """
intents: [do, tell, hi, ping]
entities: [city]
slots:
  city:
    type: text
    mappings: [{type: from_entity, entity: city}]
  note: {type: any, initial_value: empty, mappings: [{type: custom}]}
  size:
    type: any
    mappings:
      - {type: from_text, not_intent: do, conditions: [{active_loop: size_form, requested_slot: size}]}
forms:
  size_form: {required_slots: [size]}
responses:
  utter_hi: [{text: "Hi, {note}, {city}"}]
  utter_more: [{text: More}]
  utter_ask_size: [{text: Which size?}]
  utter_ping: [{text: Ping}]
actions: [action_do]
"""
RULES = """
rules:
  - rule: do
    steps: [{intent: do}, {action: action_do}]
  - rule: hi
    steps: [{intent: hi}, {action: utter_hi}]
  - rule: ping
    steps: [{intent: ping}, {action: utter_ping}]
  - rule: form
    condition: [{active_loop: size_form}]
    steps: [{action: size_form}, {active_loop: null}, {action: utter_more}]
"""
sdk: Any = events  # typed in part only
DUE = datetime(2023, 11, 15, 12, 0, tzinfo=UTC)
PARSED: dict[str, Any] = {"intent": {"name": "hi", "confidence": 1.0}, "entities": []}

EVENTS: dict[str, Callable[[], list[Any]]] = {
    "slot": lambda: [sdk.SlotSet("note", {"a": [1, None, True]})],
    "reset": lambda: [sdk.AllSlotsReset()],
    "followup": lambda: [sdk.FollowupAction("utter_more")],
    "loop": lambda: [sdk.ActiveLoop("size_form"), sdk.FollowupAction("size_form")],
    "loop over": lambda: [sdk.ActiveLoop(None), sdk.SlotSet("requested_slot", None)],
    "interrupted": lambda: [sdk.LoopInterrupted(is_interrupted=True)],
    "pause": lambda: [sdk.ConversationPaused()],
    "pause and resume": lambda: [sdk.ConversationPaused(), sdk.ConversationResumed()],
    "restart": lambda: [sdk.Restarted()],
    "session": lambda: [sdk.SessionStarted(), sdk.ActionExecuted("action_listen")],
    "rewind": lambda: [sdk.UserUtteranceReverted()],
    "undo": lambda: [sdk.SlotSet("note", "seen"), sdk.ActionReverted()],
    "user": lambda: [sdk.ActionExecuted("action_listen"), sdk.UserUttered("hi there", parse_data=PARSED)],
    "bot": lambda: [sdk.BotUttered("Said by an event")],
    "agent": lambda: [sdk.AgentUttered("Said by a person")],
    "remind": lambda: [sdk.ReminderScheduled("ping", DUE, name="later", kill_on_user_message=False)],
    "forget": lambda: [sdk.ReminderCancelled(name="later")],
    "forget all": lambda: [sdk.ReminderCancelled()],
    "refuse": lambda: [sdk.ActionExecutionRejected("size_form")],
    "nothing": lambda: [sdk.StoryExported(), sdk.SessionEnded(), {"event": "form_validation", "validate": True}],
}


class Do(Action):
    def name(self) -> str:
        return "action_do"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:  # noqa: ARG002 - rasa-sdk's shape
        dispatcher.utter_message(text="Done")
        return EVENTS[tracker.latest_message["text"]]()


async def action_server() -> tuple[web.AppRunner, str]:
    executor: Any = ActionExecutor()
    executor.register_action(Do)

    async def webhook(request: web.Request) -> web.Response:
        result = await executor.run(await request.json())
        assert result is not None
        return web.json_response(result.model_dump())

    app = web.Application()
    app.router.add_post("/webhook", webhook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"


class FixedClock:
    def now(self) -> float:
        return DUE.timestamp()


class Talk:
    def __init__(self, assistant: RasaAssistant) -> None:
        self.assistant = assistant
        self.tracker = ""
        self.at = 1_700_000_000.0

    def message(self, text: str) -> CustomerMessage:
        return CustomerMessage("u1", text, self.at, "web", Person("web", "t", "u1", "Ann"), {})

    async def say(self, payload: str, text: str = "") -> Turn:
        self.at += 5.0
        parse = parse_payload(payload)
        assert parse is not None
        turn = await self.assistant.turn(self.tracker, self.message(text or payload), parse)
        self.tracker = turn.tracker
        return turn

    async def do(self, what: str) -> Turn:
        return await self.say("/do", what)


@pytest.fixture(params=["in process", "over http"])
async def talk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Talk]:
    (tmp_path / "data").mkdir()
    (tmp_path / "config.yml").write_text("policies:\n  - name: RulePolicy\n")
    (tmp_path / "domain.yml").write_text(DOMAIN)
    (tmp_path / "data" / "rules.yml").write_text(RULES)
    project = read_project(tmp_path)
    runner: web.AppRunner | None = None
    actions: Actions = InProcessActions({"action_do": Do()})
    if request.param == "over http":
        runner, url = await action_server()
        actions = HttpActions(Endpoint(url), seconds=5.0)
    yield Talk(RasaAssistant(project, compile_project(project), actions, FixedClock()))
    await actions.close()
    if runner is not None:
        await runner.cleanup()


def texts(turn: Turn) -> list[str]:
    assert turn.failure is None
    return [reply.text for reply in turn.replies]


async def test_slots_are_set_and_reset(talk: Talk) -> None:
    await talk.say('/hi{"city": "Rome"}')
    assert texts(await talk.do("slot")) == ["Done"]
    assert texts(await talk.say("/hi")) == ["Hi, {'a': [1, None, True]}, Rome"]
    await talk.do("reset")
    assert texts(await talk.say("/hi")) == ["Hi, empty, "], "what they were in the beginning"


async def test_another_action_follows(talk: Talk) -> None:
    assert texts(await talk.do("followup")) == ["Done", "More"]
    assert texts(await talk.say("/hi")) == ["Hi, empty, "], "and nothing follows afterwards"


async def test_a_loop_begins_and_ends(talk: Talk) -> None:
    assert texts(await talk.do("loop")) == ["Done", "Which size?"]
    assert texts(await talk.say("/hi", "large")) == ["More"]
    await talk.do("reset")
    await talk.do("loop")
    assert texts(await talk.do("loop over")) == ["Done"]
    assert texts(await talk.say("/hi", "small")) == ["Hi, empty, "], "no loop takes the answer"


async def test_an_interrupted_loop_asks_again(talk: Talk) -> None:
    await talk.do("loop")
    assert texts(await talk.do("interrupted")) == ["Done", "Which size?"]
    assert texts(await talk.say("/hi", "large")) == ["More"]


async def test_a_pause_is_a_hand_over(talk: Talk) -> None:
    turn = await talk.do("pause")
    assert (texts(turn), turn.hand_over) == (["Done"], "")
    assert texts(await talk.say("/hi")) == []
    talk.tracker = await talk.assistant.resumed(talk.tracker, "solved")
    assert texts(await talk.say("/hi")) == ["Hi, empty, "]


async def test_a_pause_that_ends_at_once_leaves_the_assistant_talking(talk: Talk) -> None:
    await talk.do("pause and resume")
    assert texts(await talk.say("/hi")) == ["Hi, empty, "]


@pytest.mark.parametrize("event", ["restart", "session"])
async def test_a_new_beginning_forgets_slots(talk: Talk, event: str) -> None:
    await talk.do("slot")
    assert texts(await talk.do(event)) == ["Done"]
    assert texts(await talk.say("/hi")) == ["Hi, empty, "]


async def test_a_message_or_an_action_is_taken_back(talk: Talk) -> None:
    await talk.do("slot")
    assert texts(await talk.do("rewind")) == ["Done"]
    assert texts(await talk.say("/hi")) == ["Hi, {'a': [1, None, True]}, "]
    assert texts(await talk.do("undo"))[0] == "Done"
    assert texts(await talk.say("/hi")) == ["Hi, {'a': [1, None, True]}, "], "what the action set is gone, too"


async def test_a_message_in_the_customers_name_is_answered(talk: Talk) -> None:
    assert texts(await talk.do("user")) == ["Done", "Hi, empty, "]


async def test_what_an_event_says_is_said(talk: Talk) -> None:
    assert texts(await talk.do("bot")) == ["Done", "Said by an event"]
    assert texts(await talk.do("agent")) == ["Done"], "people's words are people's"


async def test_reminders_are_scheduled_and_cancelled(talk: Talk) -> None:
    turn = await talk.do("remind")
    assert turn.reminders == (("later", DUE.timestamp()),)
    due = await talk.assistant.reminded(talk.tracker, "later", talk.message(""))
    assert texts(due) == ["Ping"]
    for forgetting in ("forget", "forget all"):
        await talk.do("remind")
        await talk.do(forgetting)
        assert texts(await talk.assistant.reminded(talk.tracker, "later", talk.message(""))) == []


@pytest.mark.parametrize("event", ["refuse", "nothing"])
async def test_what_changes_nothing_is_passed_over(talk: Talk, event: str) -> None:
    assert texts(await talk.do(event)) == ["Done"]
    assert texts(await talk.say("/hi")) == ["Hi, empty, "]
