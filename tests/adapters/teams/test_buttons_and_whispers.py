"""Buttons, what is said to one person alone, commands, and the first hello."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.activity import Pressed, Said
from bot.core.effects import Body, Button, CardField, CaseCard
from bot.errors import Refused
from tests.adapters.teams.scene import MakeScene, Scene
from tests.fakes.teams import Fault
from tests.fakes.teams.visible import buttons_of
from tests.support.patience import PATIENCE, until

CHOICE = Body("Only Eve's replies reach the customer.", buttons=(Button("Send once", "send_once", "ref|1"),))


def root_card(status: str, *buttons: Button) -> Body:
    card = CaseCard(1042, "#1042 · Ann", status, "waiting", "asked", (), (CardField("Status", status),), buttons)
    return Body(f"**#1042** {status}", card=card, buttons=buttons)


async def test_a_press_is_answered_with_the_card_as_it_reads_by_then(make_scene: MakeScene) -> None:
    scene = await make_scene(refresh_seconds=PATIENCE)
    posted = await scene.adapter.post(scene.place(scene.desk), root_card("queued", Button("Claim", "claim")), key="k")
    (shown,) = scene.bob.sees(scene.desk)
    pressing = asyncio.create_task(scene.bob.presses(scene.desk, shown, "Claim"))
    await scene.teams.until(lambda: scene.teams.courier.deliveries)
    await until(lambda: scene.intake.taken)
    await scene.adapter.edit(posted.ref, root_card("assigned", Button("Resolve", "resolve")))
    answer = (await pressing).answer
    assert answer["statusCode"] == 200
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    assert [b["title"] for b in buttons_of(shown.content)] == ["Resolve"]


async def test_a_press_that_changes_nothing_at_once_is_answered_all_the_same(scene: Scene) -> None:
    await scene.adapter.post(scene.place(scene.desk), root_card("queued", Button("Claim", "claim")), key="k")
    (shown,) = scene.bob.sees(scene.desk)
    answer = (await scene.bob.presses(scene.desk, shown, "Claim")).answer
    assert answer == {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "✓"}


async def test_a_press_that_could_not_be_stored_is_not_acknowledged(scene: Scene) -> None:
    await scene.adapter.post(scene.place(scene.desk), root_card("queued", Button("Claim", "claim")), key="k")
    (shown,) = scene.bob.sees(scene.desk)
    scene.intake.away = True
    delivery = await scene.bob.presses(scene.desk, shown, "Claim")
    assert [a.status for a in delivery.attempts] == [503]


async def test_a_client_without_universal_actions_presses_too(scene: Scene) -> None:
    posted = await scene.adapter.post(scene.place(scene.desk), root_card("queued", Button("Claim", "claim")), key="k")
    (shown,) = scene.bob.sees(scene.desk)
    await scene.bob.presses(scene.desk, shown, "Claim", old_client=True)
    (activity,) = await scene.heard()
    assert activity.content == Pressed(posted.ref, "claim", "")


async def test_a_press_in_a_thread_names_the_message_and_its_thread(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k1")
    posted = await scene.adapter.post(root.thread, Body("Retry?", buttons=(Button("Retry", "retry", "e1"),)), key="k2")
    shown = scene.bob.sees(scene.desk, root.ref.id)[-1]
    await scene.bob.presses(scene.desk, shown, "Retry")
    (activity,) = await scene.heard()
    assert activity.content == Pressed(posted.ref, "retry", "e1")
    assert activity.place == root.thread


async def test_a_button_of_another_app_is_refused_in_words(scene: Scene) -> None:
    await scene.adapter.post(scene.place(scene.desk), root_card("queued", Button("Claim", "claim")), key="k")
    (shown,) = scene.bob.sees(scene.desk)
    activity = scene.bob.press_activity(scene.desk, shown, "Claim")
    activity["value"]["action"]["data"] = {"other": 1}
    delivery = await scene.teams.courier.deliver(activity)
    assert delivery.answer["statusCode"] == 400
    await scene.heard(0)


async def test_a_whisper_goes_to_the_private_chat_and_the_thread_hears_nothing_of_it(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    await scene.adapter.whisper(root.thread, scene.person(scene.bob), CHOICE)
    assert scene.bob.reads(scene.bob.chat()) == ["Only Eve's replies reach the customer."]
    said = scene.bob.reads(scene.desk, root.ref.id)
    assert said == ["case", "Bob Agent, I have written to you in our private chat."]


async def test_a_whispers_button_acts_in_the_thread_that_it_is_about(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    await scene.adapter.whisper(root.thread, scene.person(scene.bob), CHOICE)
    chat = scene.bob.chat()
    await scene.bob.presses(chat, scene.bob.sees(chat)[0], "Send once")
    (activity,) = await scene.heard()
    assert activity.place == root.thread
    assert not activity.direct
    assert isinstance(activity.content, Pressed)
    assert (activity.content.action, activity.content.value) == ("send_once", "ref|1")
    await scene.adapter.edit(activity.content.ref, Body("Sent."))
    assert scene.bob.reads(chat) == ["Sent."]
    await scene.adapter.delete(activity.content.ref)
    assert scene.bob.reads(chat) == []


async def test_a_whispers_button_serves_nobody_else_and_no_other_place(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    await scene.adapter.whisper(root.thread, scene.person(scene.bob), CHOICE)
    chat = scene.bob.chat()
    stolen = scene.bob.press_activity(chat, scene.bob.sees(chat)[0], "Send once")
    data = stolen["value"]["action"]["data"]
    for activity in (
        stolen | {"from": scene.teams.activity("invoke", scene.ann.account, chat, "")["from"]},
        stolen | {"value": {"action": {"data": data | {"about": data["about"] | {"thread": "17"}}}}},
        stolen | {"value": {"action": {"data": data | {"about": data["about"] | {"mac": "é"}}}}},
    ):
        await scene.teams.courier.deliver(activity)
    await scene.heard(0)


async def test_a_whispers_button_serves_nobody_who_has_left_the_desk(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    await scene.adapter.whisper(root.thread, scene.person(scene.bob), CHOICE)
    chat = scene.bob.chat()
    shown = scene.bob.sees(chat)[0]
    scene.desk.members.remove(scene.bob.account.id)
    delivery = await scene.bob.presses(chat, shown, "Send once")
    assert delivery.accepted
    await scene.heard(0)


async def test_a_whispers_button_serves_a_known_agent_while_the_roster_is_silent(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    assert not (await scene.adapter.person(scene.teams.tenant.id, scene.bob.id)).is_unknown
    await scene.adapter.whisper(root.thread, scene.person(scene.bob), CHOICE)
    scene.teams.faults.next_calls("member", *[Fault.ERROR] * 5)
    chat = scene.bob.chat()
    await scene.bob.presses(chat, scene.bob.sees(chat)[0], "Send once")
    await scene.heard(1)


async def test_somebody_who_cannot_be_written_to_is_told_in_the_thread(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    scene.bob.account.has_app = False
    with pytest.raises(Refused, match="BotNotInConversationRoster"):
        await scene.adapter.whisper(root.thread, scene.person(scene.bob), CHOICE)
    assert "can't write to you privately" in scene.bob.reads(scene.desk, root.ref.id)[-1]


async def test_a_whisper_in_a_private_chat_is_a_message_there(scene: Scene) -> None:
    scene.ann.says(scene.ann.chat(), "hello")
    await scene.heard()
    await scene.adapter.whisper(scene.place(scene.ann.chat()), scene.person(scene.ann), CHOICE)
    shown = scene.ann.sees(scene.ann.chat())[-1]
    await scene.ann.presses(scene.ann.chat(), shown, "Send once")
    assert (await scene.heard(2))[-1].place == scene.place(scene.ann.chat())


@pytest.mark.parametrize(
    "said", ["stats 7d", "/support stats 7d", "STATS 7d", "queue", "why 1042", "/support nonsense"]
)
async def test_a_command_in_a_private_chat_is_answered_there(scene: Scene, said: str) -> None:
    scene.bob.says(scene.bob.chat(), said)
    await scene.heard(0)
    await scene.adapter.stop()
    words = said.removeprefix("/support ")
    assert scene.bob.reads(scene.bob.chat()) == [said, f"You asked: {words}"]


@pytest.mark.parametrize(
    "said", ["help", "where is my order?", "why was I charged 20 euros?", "case closed, thanks", "/supporters", "stats"]
)
async def test_what_customers_say_is_no_command(scene: Scene, said: str) -> None:
    scene.ann.says(scene.support, said)
    (activity,) = await scene.heard()
    assert isinstance(activity.content, Said)
    assert scene.commands.asked == []


async def test_in_a_cases_thread_words_to_the_app_are_words_for_the_customer_unless_they_are_a_command(
    scene: Scene,
) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    us = (scene.teams.bot,)
    scene.bob.says(scene.desk, "help is on the way", thread=root.ref.id, mentions=us)
    await scene.teams.courier.settled()
    scene.bob.says(scene.desk, "case 1042", thread=root.ref.id, mentions=us)
    (activity,) = await scene.heard()
    assert isinstance(activity.content, Said)
    assert activity.content.text == "help is on the way"
    await scene.adapter.stop()
    assert [words for _, _, words in scene.commands.asked] == ["case 1042"]


async def test_what_is_said_to_the_app_outside_the_threads_of_a_desk_is_a_command(scene: Scene) -> None:
    scene.bob.says(scene.desk, "statz", mentions=(scene.teams.bot,))
    scene.bob.says(scene.desk, "lunch?")
    await scene.teams.courier.settled()
    await scene.adapter.stop()
    assert [words for _, _, words in scene.commands.asked] == ["statz"]


async def test_the_first_hello_is_said_once(scene: Scene) -> None:
    scene.ann.installs()
    await scene.teams.courier.settled()
    for delivery in list(scene.teams.courier.deliveries):
        scene.teams.courier.dispatch(scene.teams.courier.again(delivery.activity, new_id=True))
    await scene.teams.courier.settled()
    await scene.adapter.stop()
    assert len(scene.ann.reads(scene.ann.chat())) == 1
    assert "Hello" in scene.ann.reads(scene.ann.chat())[0]


async def test_no_hello_is_said_in_a_channel(scene: Scene) -> None:
    added = scene.teams.activity(
        "conversationUpdate", scene.ann.account, scene.support, "", membersAdded=[{"id": scene.teams.bot.id}]
    )
    scene.teams.hears(added)
    await scene.teams.courier.settled()
    await scene.adapter.stop()
    assert scene.ann.reads(scene.support) == []
