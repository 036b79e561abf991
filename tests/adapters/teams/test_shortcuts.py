"""What somebody chooses in the menu of a message, and what they are told."""

from __future__ import annotations

from bot.core.activity import Submitted
from bot.core.effects import Body
from bot.core.forms import FieldKind, Form, FormField
from bot.errors import NotDone
from tests.adapters.teams.scene import Scene


async def test_a_choice_names_the_message_in_its_thread_and_is_answered_in_a_dialog(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    said = scene.bob.says(scene.desk, "not for them", thread=root.ref.id)
    first = scene.ann.says(scene.support, "my tent is wet")
    for place, message in ((scene.desk, said), (scene.support, first), (scene.bob.chat(), None)):
        shown = message or scene.bob.says(place, "hello")
        delivery = await scene.bob.chooses(place, shown, "make_internal")
        assert delivery.answer["task"] == {"type": "message", "value": "You chose: make_internal"}
    refs = [ref for _, ref, _ in scene.commands.chosen]
    assert [(ref.id, ref.place.thread) for ref in refs[:2]] == [(said.id, root.ref.id), (first.id, first.id)]
    assert refs[2].place.thread == ""
    assert {asker.id for asker, _, _ in scene.commands.chosen} == {scene.bob.id}


async def test_a_choice_without_a_message_does_nothing(scene: Scene) -> None:
    said = scene.bob.says(scene.desk, "hello")
    activity = await scene.bob.chooses(scene.desk, said, "")
    assert "nothing was changed" in activity.answer["task"]["value"]
    assert scene.commands.chosen == []


async def test_who_cannot_be_looked_up_is_told_so(scene: Scene) -> None:
    async def shortcut(*_: object) -> None:
        raise NotDone("get member", "HTTP 500")

    scene.commands.shortcut = shortcut  # type: ignore[method-assign,assignment]
    delivery = await scene.bob.chooses(scene.desk, scene.bob.says(scene.desk, "hello"), "take_over")
    assert "could not find out" in delivery.answer["task"]["value"]


LESSON = Form("teach", "1001", "Teach", "Teach", (FormField("texts", "What customers write", FieldKind.LONG_TEXT),))


async def test_a_choice_that_asks_opens_its_form_and_is_sent_from_there(scene: Scene) -> None:
    said = scene.ann.says(scene.support, "where can I park")
    await scene.heard(1)
    scene.forms.forms["teach"] = LESSON
    await scene.bob.chooses(scene.support, said, "teach")
    assert scene.bob.form is not None
    scene.forms.wrong = (("texts", "Nothing can be learned of that."),)
    await scene.bob.fills_in({"texts": "?"})
    assert scene.bob.form is not None, "what was typed is still there"
    scene.forms.wrong = ()
    assert (await scene.bob.fills_in({"texts": "where can I park"})).accepted
    *_, taken = await scene.heard(2)
    assert isinstance(taken.content, Submitted)
    assert (taken.content.action, taken.content.ref.id) == ("teach", said.id)
    assert taken.content.fields == (("texts", "where can I park"),)
    assert scene.commands.chosen == []
