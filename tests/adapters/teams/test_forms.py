"""A button that asks first: in a dialog, in the place of its card or in the private chat, and what comes back."""

from __future__ import annotations

from adapters.teams.outbound import message
from bot.core.activity import Submitted
from bot.core.effects import Body, Button
from bot.core.forms import FieldKind, Form, FormField
from bot.errors import StoreUnavailable
from tests.adapters.teams.scene import MakeScene, Scene
from tests.fakes.teams import Fault, Message
from tests.fakes.teams.visible import buttons_of, faults_of, inputs_of

ASSIGN = Form(
    "assign",
    "",
    "Assign #1001",
    "Assign",
    (
        FormField("who", "Who?", FieldKind.PERSON),
        FormField("why", "Why? *really*", FieldKind.TEXT, required=False, hint="They read it."),
    ),
)
CARD = Body("case", buttons=(Button("Claim", "claim", "1001"), Button("Assign…", "assign", "1001", asks=True)))


async def shown_case(scene: Scene, body: Body = CARD) -> Message:
    scene.forms.forms["assign"] = ASSIGN
    await scene.adapter.post(scene.place(scene.desk), body, key="k")
    return scene.bob.sees(scene.desk)[0]


def submitted(scene: Scene) -> Submitted:
    (activity,) = scene.intake.taken
    assert isinstance(activity.content, Submitted)
    assert activity.place.channel == scene.desk.id
    return activity.content


async def test_a_button_that_announces_its_form_opens_a_dialog_that_offers_the_members_of_the_desk(
    scene: Scene,
) -> None:
    guest = scene.teams.tenant.add_person("Gus", role="guest")
    sue = scene.teams.tenant.add_person("Sue")
    scene.desk.members |= {guest.id, sue.id}
    shown = await shown_case(scene)
    delivery = await scene.bob.presses(scene.desk, shown, "Assign…")
    assert delivery.answer["task"]["value"]["title"] == "Assign #1001"
    assert scene.bob.form is not None
    assert scene.bob.form.dialog
    who, why = inputs_of(scene.bob.form.card)
    assert [(c["title"], c["value"]) for c in who["choices"]] == [("Bob Agent", scene.bob.id), ("Sue", sue.object_id)]
    assert (why["label"], why["isRequired"]) == ("Why? *really*", False)
    delivery = await scene.bob.fills_in({"who": sue.object_id, "why": "knows <tents>"})
    assert delivery.accepted
    assert delivery.answer == {}
    content = submitted(scene)
    assert content.ref.id == shown.id
    assert (content.action, content.value) == ("assign", "1001")
    assert content.fields == (("who", sue.object_id), ("why", "knows <tents>"))


async def test_a_form_that_is_sent_again_is_one(scene: Scene) -> None:
    shown = await shown_case(scene)
    await scene.bob.presses(scene.desk, shown, "Assign…")
    form = scene.bob.form
    assert form is not None
    for _ in range(2):
        assert (await scene.teams.courier.deliver(scene.bob.form_activity(form, {"who": scene.bob.id}))).accepted
    submitted(scene)


async def test_a_dialog_keeps_what_was_typed_and_says_what_is_wrong_with_it(scene: Scene) -> None:
    shown = await shown_case(scene)
    await scene.bob.presses(scene.desk, shown, "Assign…")
    scene.forms.wrong = (("why", "Too short."),)
    await scene.bob.fills_in({"who": scene.bob.id, "why": "x"})
    assert scene.bob.form is not None
    assert faults_of(scene.bob.form.card) == {"why": "Too short."}
    assert [i["value"] for i in inputs_of(scene.bob.form.card)] == [scene.bob.id, "x"]
    scene.forms.wrong = ()
    await scene.bob.fills_in({})
    assert submitted(scene).fields == (("who", scene.bob.id), ("why", "x"))


async def test_a_form_in_the_place_of_a_card_can_be_given_up_and_the_card_is_back(scene: Scene) -> None:
    shown = await shown_case(scene, Body("case", buttons=(Button("Assign…", "assign", "1001"),)))
    await scene.bob.presses(scene.desk, shown, "Assign…")
    assert scene.bob.form is not None
    assert not scene.bob.form.dialog
    delivery = await scene.bob.fills_in({}, "Cancel")
    assert delivery.answer["value"] == shown.content["attachments"][0]["content"]
    assert scene.bob.form is None
    await scene.heard(0)


async def test_a_client_without_dialogs_gets_the_form_in_the_private_chat(scene: Scene) -> None:
    shown = await shown_case(scene)
    await scene.bob.presses(scene.desk, shown, "Assign…", old_client=True)
    chat = scene.bob.chat()
    (form,) = scene.bob.sees(chat)
    activity = scene.bob.press_activity(chat, form, "Assign", old_client=True)
    activity["value"] = activity["value"] | {"in:who": scene.bob.id, "in:why": "mine"}
    await scene.teams.courier.deliver(activity)
    content = submitted(scene)
    assert content.ref.id == shown.id
    assert content.fields == (("who", scene.bob.id), ("why", "mine"))
    await scene.teams.courier.deliver(scene.bob.press_activity(chat, form, "Cancel", old_client=True))
    submitted(scene)


async def test_a_local_client_which_knows_no_dialogs_is_asked_in_the_cards_place(make_scene: MakeScene) -> None:
    scene = await make_scene(app_id="", secret="", tenant="", insecure_local=True)
    shown = message(CARD)
    assert [a["type"] for a in buttons_of(shown)] == ["Action.Execute", "Action.Submit"]
    local = scene.adapter._messages.worded(CARD)
    assert [a["type"] for a in buttons_of(local)] == ["Action.Execute", "Action.Execute"]


async def test_a_form_serves_nobody_else_and_no_other_message(scene: Scene) -> None:
    shown = await shown_case(scene)
    await scene.bob.presses(scene.desk, shown, "Assign…")
    form = scene.bob.form
    assert form is not None
    forged = scene.bob.form_activity(form, {"who": scene.bob.id})
    forged["from"] = {"id": scene.ann.account.id, "aadObjectId": scene.ann.id, "name": "Ann"}
    await scene.teams.courier.deliver(forged)
    for key, value in (("message", "17"), ("channel", scene.support.id), ("mac", "")):
        moved = scene.bob.form_activity(form, {"who": scene.bob.id})
        moved["value"]["data"] = moved["value"]["data"] | {"form": moved["value"]["data"]["form"] | {key: value}}
        await scene.teams.courier.deliver(moved)
    await scene.heard(0)


async def test_a_silent_roster_leaves_a_person_to_be_typed(scene: Scene) -> None:
    shown = await shown_case(scene)
    scene.teams.faults.next_calls("members", Fault.ERROR)
    await scene.bob.presses(scene.desk, shown, "Assign…")
    assert scene.bob.form is not None
    assert [i["type"] for i in inputs_of(scene.bob.form.card)] == ["Input.Text", "Input.Text"]


async def test_while_the_store_is_away_neither_press_nor_form_is_lost(scene: Scene) -> None:
    shown = await shown_case(scene)
    scene.forms.failure = StoreUnavailable("away")
    assert not (await scene.bob.presses(scene.desk, shown, "Assign…")).accepted
    scene.forms.failure = None
    await scene.bob.presses(scene.desk, shown, "Assign…")
    form = scene.bob.form
    assert form is not None
    scene.forms.failure = StoreUnavailable("away")
    activity = scene.bob.form_activity(form, {"who": scene.bob.id})
    assert not (await scene.teams.courier.deliver(activity, retry=False)).accepted
    scene.forms.failure = None
    assert (await scene.teams.courier.deliver(activity)).accepted
    assert isinstance(submitted(scene), Submitted)


async def test_a_dialog_of_a_button_that_asks_no_more_is_a_press(scene: Scene) -> None:
    shown = await shown_case(scene)
    scene.forms.forms.clear()
    delivery = await scene.bob.presses(scene.desk, shown, "Assign…")
    assert delivery.answer["task"]["type"] == "message"
    (activity,) = await scene.heard()
    assert activity.content.action == "assign"  # type: ignore[union-attr]


async def test_rarer_buttons_stand_behind_the_dots(scene: Scene) -> None:
    buttons = (Button("Forget", "forget", more=True), *(Button(f"B{n}", "do", str(n)) for n in range(7)))
    shown = await shown_case(scene, Body("case", buttons=buttons))
    rows = [e["actions"] for e in shown.content["attachments"][0]["content"]["body"] if e["type"] == "ActionSet"]
    assert [[a["title"] for a in row] for row in rows] == [[f"B{n}" for n in range(5)], ["B5", "B6", "Forget"]]
    assert rows[1][2]["mode"] == "secondary"
