"""The projects of the tests, talked to: each exercises a part of Rasa's format, and passes its own test stories."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.rasa.commands.validate import validated
from adapters.rasa.compiling import compile_project, with_learned
from adapters.rasa.golden import read_test_stories
from adapters.rasa.learning import rows_of, train
from adapters.rasa.project import read_project
from adapters.rasa.testing import run_stories

PROJECTS = Path(__file__).parents[2] / "projects"
NAMES = ("florist", "tables", "moods", "bank", "helpdesk", "parcels")
TalkTo = Callable[[str], Any]


@pytest.mark.parametrize("name", NAMES)
def test_a_project_passes_its_own_test_stories(name: str) -> None:
    project = read_project(PROJECTS / name)
    compiled = compile_project(project)
    rows = rows_of(compiled)
    learned = train(rows) if project.config.policies.learned else None
    results = run_stories(with_learned(compiled, learned).dialogue, read_test_stories(project), None)
    assert results.to_json() == {"total": results.total, "passed": results.total, "failed": []}
    assert results.total >= 3


@pytest.mark.parametrize("name", NAMES)
def test_a_project_is_valid(name: str) -> None:
    assert validated(PROJECTS / name).errors == []


async def test_a_form_of_rasa_2_is_left_and_taken_up_again(talk_to: TalkTo) -> None:
    talk = talk_to("tables")
    assert await talk.say("/book_table") == ["Which kitchen would you like?"]
    assert await talk.say('/tell{"kitchen": "martian"}') == [
        "Nobody cooks martian here.",
        "Which kitchen would you like?",
    ]
    assert await talk.say("/small_talk") == ["The soup is good today.", "Which kitchen would you like?"]
    assert talk.last.refused_slots == 1, "a digression is no refusal, and does not make up for one"
    assert await talk.say('/tell{"kitchen": "thai", "number": 4}') == ["On the terrace?"]
    assert await talk.say("/halt") == ["Shall we go on with the booking?"]
    assert await talk.say("/yes") == ["On the terrace?"], "the yes answers the assistant's question, not the form's"
    assert await talk.say("/yes") == ["Any wishes?"]
    assert await talk.say("/tell", "a quiet corner") == ["Booked: thai, 4 guests, terrace True, wishes a quiet corner."]


async def test_a_form_is_left_for_good(talk_to: TalkTo) -> None:
    talk = talk_to("tables")
    await talk.say("/book_table")
    assert await talk.say("/halt") == ["Shall we go on with the booking?"]
    assert await talk.say("/no") == []
    assert talk.last.actions == ("action_deactivate_loop",)
    assert await talk.say("/thanks") == ["With pleasure."]


async def test_stories_go_on_through_checkpoints(talk_to: TalkTo) -> None:
    talk = talk_to("moods")
    assert await talk.say("/greet") == ["Hey! How are you?"]
    assert await talk.say("/mood_unhappy") == ["Look at this:", "Did that help?"]
    assert talk.last.replies[0].image == "https://pictures.example/cat.png"
    assert await talk.say("/mood_great") == ["Great, carry on!"]
    assert talk.last.decided_by == "sad > it helped > farewell"
    assert await talk.say("/goodbye") == ["Bye"]


async def test_an_entity_that_policies_ignore_does_not_change_the_way(talk_to: TalkTo) -> None:
    talk = talk_to("moods")
    await talk.say('/greet{"volume": 3}')
    assert talk.last.decided_by == "happy > farewell"


async def test_a_text_in_a_story_is_answered_with_a_text(talk_to: TalkTo) -> None:
    talk = talk_to("moods")
    memory = talk.assistant.dialogue.policies.memory
    assert "Heave ho, my hearties!" in {a for a, _ in memory.table.values()}


async def test_a_form_is_switched_for_another(talk_to: TalkTo) -> None:
    talk = talk_to("bank")
    assert await talk.say("/pay_card") == ["Which card?"]
    assert ("urgent", "True") in talk.last.slots
    assert await talk.say("/send_money") == ["Leave this, and send money instead?"]
    assert await talk.say("/affirm") == ["To whom?"]
    assert await talk.say('/inform{"person": "Ann"}') == ["How much?"]
    assert await talk.say('/inform{"amount": 5000}') == ["That is too much at once.", "How much?"]
    assert await talk.say('/inform{"amount": 50}') == ["Send 50?"]
    assert [b.value for b in talk.last.replies[0].buttons] == ["/affirm", "/deny"]
    assert await talk.say("/deny") == ["Nothing was sent."]
    assert talk.last.actions == ("send_form", "action_send", "utter_not_sent")


async def test_an_ignored_intent_and_a_question_do_not_disturb_a_form(talk_to: TalkTo) -> None:
    talk = talk_to("bank")
    await talk.say("/pay_card")
    assert await talk.say("/ask_balance") == ["You have 1,204.10.", "Which card?"]
    assert await talk.say('/inform{"card": "gold"}') == ["How much?"]
    assert await talk.say("/cancel") == ["Cancelled."]
    assert ("channel_note", "web") in talk.last.slots


async def test_a_rule_for_the_beginning_holds_only_there(talk_to: TalkTo) -> None:
    talk = talk_to("bank")
    assert await talk.say("/hello") == ["This is your bank."]
    await talk.say("/ask_balance")
    await talk.say("/hello")
    assert talk.last.decided_by != "Hello, at the beginning"


async def test_a_paused_conversation_is_a_hand_over_and_goes_on_when_resumed(talk_to: TalkTo) -> None:
    talk = talk_to("bank")
    await talk.say("/pay_card")
    assert await talk.say("/human") == ["I am getting somebody."]
    assert talk.last.hand_over == ""
    assert await talk.say("/ask_balance") == [], "people own the conversation now"
    talk.tracker = await talk.assistant.resumed(talk.tracker, "solved")
    assert await talk.say("/ask_balance") == ["You have 1,204.10."]


async def test_the_answer_that_was_retrieved_is_said(talk_to: TalkTo) -> None:
    talk = talk_to("helpdesk")
    assert await talk.say("/faq", found="faq/ask_password") == ['Choose "forgot password" on the sign-in page.']
    assert await talk.say("/faq/ask_printer", channel="slack") == ["The printers stand on floor 2."]


async def test_two_stages_of_not_understanding_and_giving_up(talk_to: TalkTo) -> None:
    talk = talk_to("helpdesk")
    assert await talk.say("blah", ranking=("open_ticket", "greet")) == ["Did you mean “Open ticket”?"]
    assert [b.value for b in talk.last.replies[0].buttons] == ["/open_ticket", "/out_of_scope"]
    assert (talk.last.answers_doubt, talk.last.asks_back) == (True, True)
    assert await talk.say("/out_of_scope") == ["Please say it differently."]
    assert (talk.last.answers_doubt, talk.last.asks_back) == (True, True)
    assert await talk.say("bluh", ranking=("greet",)) == ["Did you mean “greet”?"], "other words are a new guess"
    assert await talk.say("/out_of_scope") == ["I give up."]
    assert (talk.last.answers_doubt, talk.last.asks_back) == (False, False)
    assert await talk.say("/greet") == ["Service desk, hello."]


async def test_two_messages_in_a_row_that_are_not_understood_are_given_up_and_the_next_begins_anew(
    talk_to: TalkTo,
) -> None:
    talk = talk_to("helpdesk")
    said = [await talk.say("blah", ranking=("greet",)) for _ in range(4)]
    assert said == [["Did you mean “greet”?"], ["I give up."], ["Did you mean “greet”?"], ["I give up."]]


async def test_what_makes_a_message_clear_fills_slots(talk_to: TalkTo) -> None:
    talk = talk_to("helpdesk")
    await talk.say("blah", ranking=("open_ticket",))
    assert await talk.say('/open_ticket{"minutes": "high"}') == ["We will hurry."]


async def test_a_guess_is_called_what_it_is_called_in_the_customers_language(talk_to: TalkTo) -> None:
    talk = talk_to("helpdesk")
    talk.language = "de"
    assert await talk.say("blah", ranking=("open_ticket", "greet")) == ["Meinten Sie „Ein Ticket eröffnen“?"]


@pytest.mark.parametrize(
    ("language", "asked", "yes", "no"),
    [
        ("", "Did you mean “greet”?", "Yes", "No"),
        ("nl", "Did you mean “greet”?", "Yes", "No"),
        ("de", "Meinten Sie „greet“?", "Ja", "Nein"),
        ("fr", "Vouliez-vous dire «\xa0greet\xa0»\xa0?", "Oui", "Non"),
        ("es", "¿Se refiere a «greet»?", "Sí", "No"),
        ("pt", "Queria dizer “greet”?", "Sim", "Não"),
        ("it", "Intendeva “greet”?", "Sì", "No"),
    ],
)
async def test_the_first_stage_asks_in_the_customers_language_and_its_buttons_mean_the_same(
    talk_to: TalkTo, language: str, asked: str, yes: str, no: str
) -> None:
    talk = talk_to("helpdesk")
    talk.language = language
    assert await talk.say("blah", ranking=("greet",)) == [asked]
    buttons = [(b.label, b.value) for b in talk.last.replies[0].buttons]
    assert buttons == [(yes, "/greet"), (no, "/out_of_scope")]
    assert await talk.say("/out_of_scope") == ["Please say it differently."], "the project's own words win"


@pytest.mark.parametrize(("language", "asked"), [("it", "Può dirlo in altro modo?"), ("de", "Noch einmal, bitte?")])
async def test_a_project_without_words_of_its_own_asks_to_rephrase_in_ours(
    talk_to: TalkTo, language: str, asked: str
) -> None:
    talk = talk_to("helpdesk")
    dialogue = talk.assistant.dialogue
    responses = {name: said for name, said in dialogue.domain.responses.items() if name != "utter_ask_rephrase"}
    talk.assistant = copy(talk.assistant)
    talk.assistant.dialogue = replace(
        dialogue,
        domain=replace(dialogue.domain, responses=responses),
        texts={"de": {"say_differently": "Noch einmal, bitte?"}},
    )
    talk.language = language
    await talk.say("blah", ranking=("greet",))
    assert await talk.say("/out_of_scope") == [asked]


async def test_a_best_guess_that_is_confirmed_is_taken_as_said(talk_to: TalkTo) -> None:
    talk = talk_to("helpdesk")
    await talk.say("/greet")
    await talk.say("blah", ranking=("open_ticket", "greet"))
    assert await talk.say("/open_ticket") == ["We will look into it."]
    assert await talk.say("/greet") == ["Service desk, hello."]


async def test_saying_it_differently_works_too(talk_to: TalkTo) -> None:
    talk = talk_to("helpdesk")
    await talk.say("blah", ranking=("greet",))
    await talk.say("/out_of_scope")
    assert await talk.say("/open_ticket") == ["We will look into it."]


async def test_a_reminder_comes_unless_it_was_cancelled(talk_to: TalkTo) -> None:
    talk = talk_to("helpdesk")
    assert await talk.say('/remind_me{"minutes": 5}') == ["I will remind you in 5 minutes."]
    due = datetime(2024, 5, 1, 12, 5, tzinfo=UTC).timestamp()
    assert talk.last.reminders == (("later", due),)
    await talk.say("/greet")
    turn = await talk.assistant.reminded(talk.tracker, "later", talk.message("", due))
    assert [r.text for r in turn.replies] == ["You wanted to be reminded."]
    once_more = await talk.assistant.reminded(turn.tracker, "later", talk.message("", due))
    assert once_more.replies == ()
    await talk.say("/forget_it")
    assert (await talk.assistant.reminded(talk.tracker, "later", talk.message("", due))).replies == ()


async def test_slots_in_a_rules_condition_are_looked_at(talk_to: TalkTo) -> None:
    talk = talk_to("helpdesk")
    assert await talk.say("/open_ticket") == ["We will look into it."]
    assert await talk.say('/greet{"minutes": "high"}') == ["Service desk, hello."]
    assert await talk.say("/open_ticket") == ["We will hurry."]


async def test_a_rule_may_begin_with_a_text(talk_to: TalkTo) -> None:
    talk = talk_to("helpdesk")
    assert await talk.say("/greet", "ship ahoy") == ["Ahoy!"]


async def test_restart_forgets_everything(talk_to: TalkTo) -> None:
    talk = talk_to("helpdesk")
    await talk.say('/greet{"minutes": "high"}')
    assert await talk.say("/restart") == ["From the beginning."]
    assert await talk.say("/open_ticket") == ["We will look into it."]


async def test_back_undoes_the_last_message(talk_to: TalkTo) -> None:
    talk = talk_to("tables")
    await talk.say("/book_table")
    await talk.say('/tell{"kitchen": "thai"}')
    assert await talk.say("/back") == []
    assert await talk.say("/book_table") == ["Which kitchen would you like?"], "as in Rasa, a form is taken back as one"
