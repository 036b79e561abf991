"""Forms on Slack: a button opens a modal, and what is filled in comes back as what somebody submitted."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.envelope import Hearing, Us
from adapters.slack.views import submitted_of, view_of
from bot.core.activity import Place, Pressed, Ref, Submitted
from bot.core.effects import Body, Button
from bot.core.forms import NOT_OPENED, NOT_STORED, FieldKind, Form, FormField
from bot.errors import StoreUnavailable
from tests.adapters.slack.scene import Scene
from tests.fakes.fault_plan import Said
from tests.fakes.slack import Message
from tests.fakes.slack.blocks import modal_is_fine

FORM = Form(
    "assign",
    "",
    "Assign the case to somebody",
    "Assign",
    (
        FormField("person", "Who?", FieldKind.PERSON),
        FormField("until", "How long?", FieldKind.CHOICE, value="1h", options=(("1h", "an hour"), ("1d", "a day"))),
        FormField("note", "Why?", FieldKind.LONG_TEXT, required=False, value="because", hint="They alone read it."),
    ),
)


async def _card(scene: Scene) -> Message:
    scene.forms.forms["assign"] = FORM
    body = Body("a case", buttons=(Button("Assign", "assign", "1001"), Button("Claim", "claim", "1001")))
    posted = await scene.adapter.post(scene.place(scene.desk), body, key="card")
    return scene.slack.workspace.message(scene.desk.id, posted.ref.id)


async def _opened(scene: Scene) -> Message:
    card = await _card(scene)
    assert (await scene.bob.presses(card, "Assign")).accepted
    await scene.slack.until(lambda: bool(scene.slack.modals.get(scene.bob.id)))
    return card


async def test_a_button_that_asks_first_opens_a_modal_and_is_no_press(scene: Scene) -> None:
    await _opened(scene)
    (view,) = scene.slack.modals[scene.bob.id]
    assert [b["element"]["type"] for b in view["blocks"]] == ["users_select", "static_select", "plain_text_input"]
    assert await scene.heard(0) == []


async def test_who_pressed_is_told_when_slack_does_not_show_the_form(scene: Scene) -> None:
    card = await _card(scene)
    scene.slack.faults.lasting["views.open"] = Said('{"ok": false, "error": "internal_error"}')
    assert (await scene.bob.presses(card, "Assign")).accepted
    await scene.slack.until(lambda: NOT_OPENED in scene.bob.reads(scene.desk))
    assert NOT_OPENED not in scene.ann.reads(scene.desk)
    assert card.seen_text.startswith("a case")


async def test_a_button_that_asks_nothing_is_pressed(scene: Scene) -> None:
    await scene.bob.presses(await _card(scene), "Claim")
    (activity,) = await scene.heard()
    assert isinstance(activity.content, Pressed)


async def test_what_was_filled_in_comes_back_with_the_buttons_own_words(scene: Scene) -> None:
    card = await _opened(scene)
    await scene.bob.fills_in(scene.app, {"person": scene.ann.id, "until": "1d"})
    (activity,) = await scene.heard()
    assert isinstance(activity.content, Submitted)
    assert activity.content.ref.key == Ref(scene.place(scene.desk), card.ts).key
    assert (activity.content.action, activity.content.value) == ("assign", "1001")
    assert activity.content.fields == (("person", scene.ann.id), ("until", "1d"), ("note", "because"))
    assert activity.author.id == scene.bob.id
    assert scene.slack.modals[scene.bob.id] == []


async def test_a_question_that_opened_a_form_goes_away_once_the_form_is_taken(scene: Scene) -> None:
    scene.forms.forms["assign"] = FORM
    thread = await _card(scene)
    bob = await scene.adapter.person(scene.app.team, scene.bob.id)
    question = Body("Who could have it?", buttons=(Button("Assign", "assign", "1001"),))
    await scene.adapter.whisper(scene.place(scene.desk, thread.ts), bob, question)
    (shown,) = [m for m in scene.bob.sees(scene.desk, thread.ts) if m.ephemeral_to]
    await scene.bob.presses(shown, "Assign")
    await scene.slack.until(lambda: bool(scene.slack.modals.get(scene.bob.id)))
    scene.forms.wrong = (("note", "There is no case #7."),)
    await scene.bob.fills_in(scene.app, {"person": scene.ann.id})
    assert not shown.deleted
    scene.forms.wrong = ()
    await scene.bob.fills_in(scene.app, {"person": scene.ann.id})
    await scene.heard(1)
    await scene.slack.until(lambda: shown.deleted)
    assert not scene.slack.workspace.message(scene.desk.id, thread.ts).deleted


async def test_what_is_wrong_is_said_in_the_window_which_stays(scene: Scene) -> None:
    await _opened(scene)
    scene.forms.wrong = (("note", "There is no case #7."),)
    delivery = await scene.bob.fills_in(scene.app, {"person": scene.ann.id})
    assert "There is no case #7." in delivery.answer
    assert len(scene.slack.modals[scene.bob.id]) == 1
    assert await scene.heard(0) == []


async def test_a_store_that_is_away_keeps_the_window_and_what_was_typed(scene: Scene) -> None:
    await _opened(scene)
    scene.intake.away = True
    delivery = await scene.bob.fills_in(scene.app, {"person": scene.ann.id})
    assert NOT_STORED in delivery.answer
    scene.forms.failure = StoreUnavailable("away")
    assert NOT_STORED in (await scene.bob.fills_in(scene.app, {})).answer


async def test_a_form_that_is_sent_twice_is_one(scene: Scene) -> None:
    await _opened(scene)
    view = scene.slack.modals[scene.bob.id][0]
    await scene.bob.fills_in(scene.app, {"person": scene.ann.id})
    scene.slack.modals[scene.bob.id].append(view)
    await scene.bob.fills_in(scene.app, {"person": scene.ann.id})
    await scene.heard(1)


@pytest.mark.parametrize("long", ["x" * 5000, "ß\u202e😀" * 1500, "\n\n\n", ""])
def test_any_words_make_a_modal_that_slack_takes(long: str) -> None:
    options = tuple((f"{n}{long[:140]}", long) for n in range(200))
    fields = tuple(FormField(f"f{kind}", long, kind, value=long, options=options, hint=long) for kind in FieldKind)
    view = view_of(Form("assign", "1", long, long, fields[:2]), Ref(Place("slack", "T", "C", "1.0"), "2.0"))
    assert view is not None
    assert modal_is_fine(view)


def test_more_choices_than_one_list_takes_come_in_groups_of_a_hundred() -> None:
    options = tuple((f"macro:m{n}", f"?m{n}") for n in range(500))
    field = FormField("start", "Begin with", FieldKind.CHOICE, value="macro:m321", options=options, fills="Use this")
    view: Any = view_of(Form("reply", "1", "Reply", "Send", (field,)), Ref(Place("slack", "T", "C", "1.0"), "2.0"))
    assert modal_is_fine(view)
    (block,) = view["blocks"]
    assert [len(group["options"]) for group in block["element"]["option_groups"]] == [100] * 5
    assert block["element"]["initial_option"]["value"] == "macro:m321"


@pytest.mark.parametrize("metadata", ["", "{", "[]", '{"c": 1}', '{"c": "C", "a": ""}'])
def test_a_view_that_is_not_ours_is_nobodys_business(metadata: str) -> None:
    hearing = Hearing(Us(), str, lambda _channel, _ts: "", 1.0)
    payload: dict[str, Any] = {"user": {"id": "U1"}, "view": {"id": "V1", "private_metadata": metadata}}
    assert submitted_of(payload, hearing) is None
