"""What people do on Teams arrives as activities, and what we post is what they see."""

import asyncio

from bot.core.activity import Deleted, Edited, Place, Pressed, Reacted, Said
from bot.core.effects import Body, Button, Voice
from tests.adapters.teams.scene import Scene
from tests.contract.doubles import picture


async def test_a_personal_message_arrives(scene: Scene) -> None:
    chat = scene.ann.chat()
    said = scene.ann.says(chat, "Where is my order?", rich="Where is <b>my</b> order?")
    (activity,) = await scene.heard()
    assert activity.direct
    assert activity.place == scene.place(chat)
    assert activity.author.id == scene.ann.id
    assert (activity.author.name, activity.author.timezone, activity.author.locale) == (
        "Ann Customer",
        "Europe/Berlin",
        "en-GB",
    )
    assert activity.content == Said(activity.content.ref, "Where is **my** order?")
    assert activity.content.ref.id == said.id


async def test_a_mention_of_the_app_is_taken_out_and_others_stay(scene: Scene) -> None:
    scene.ann.says(scene.support, "help me", mentions=(scene.teams.bot, scene.bob.account))
    (activity,) = await scene.heard()
    assert activity.addressed
    assert isinstance(activity.content, Said)
    assert activity.content.text == "@Bob Agent help me"


async def test_a_reply_an_edit_a_reaction_and_a_deletion_know_their_thread(scene: Scene) -> None:
    root = scene.ann.says(scene.support, "first")
    await scene.teams.courier.settled()
    reply = scene.ann.says(scene.support, "second", thread=root.id)
    await scene.teams.courier.settled()
    scene.ann.edits(scene.support, reply, "second, better")
    await scene.teams.courier.settled()
    scene.bob.reacts(scene.support, reply, "like")
    await scene.teams.courier.settled()
    scene.ann.deletes(scene.support, reply)
    await scene.teams.courier.settled()
    scene.ann.undeletes(scene.support, reply)
    activities = await scene.heard(6)
    assert [a.place.thread for a in activities] == ["", *[root.id] * 5]
    contents = [a.content for a in activities]
    assert [type(c) for c in contents] == [Said, Said, Edited, Reacted, Deleted, Edited]
    assert {c.ref.id for c in contents[1:]} == {reply.id}
    assert activities[3].author.id == scene.bob.id
    assert isinstance(contents[3], Reacted)
    assert contents[3].emoji == "👍"


async def test_our_own_doings_are_not_reported(scene: Scene) -> None:
    posted = await scene.adapter.post(scene.place(scene.support), Body("hello"), key="k1")
    await scene.adapter.edit(posted.ref, Body("hello again"))
    await scene.adapter.delete(posted.ref)
    await scene.heard(0)


async def test_a_reply_of_ours_lands_in_the_thread_as_people_see_it(scene: Scene) -> None:
    root = scene.ann.says(scene.support, "hello?")
    place = scene.place(scene.support, root.id)
    posted = await scene.adapter.post(place, Body("Here **we** are.\n\n- one\n- two", Voice("Bob")), key="k2")
    assert scene.ann.reads(scene.support, root.id) == ["hello?", "Bob\nHere we are.\n• one\n• two"]
    assert posted.ref.place == place
    assert posted.thread == place


async def test_a_post_at_the_root_opens_a_thread(scene: Scene) -> None:
    posted = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    assert posted.ref.place == scene.place(scene.desk)
    assert posted.thread == scene.place(scene.desk, posted.ref.id)
    said = scene.bob.says(scene.desk, "mine", thread=posted.ref.id)
    (activity,) = await scene.heard()
    assert activity.place == posted.thread
    assert activity.content.ref.id == said.id


async def test_a_pressed_button_comes_back_as_it_was_made(scene: Scene) -> None:
    body = Body("Shall I?", buttons=(Button("Yes", "take_over", "x|1"), Button("No", "keep", "y")))
    posted = await scene.adapter.post(scene.place(scene.desk), body, key="k3")
    (shown,) = scene.bob.sees(scene.desk)
    delivery = await scene.bob.presses(scene.desk, shown, "Yes")
    assert delivery.accepted
    (activity,) = await scene.heard()
    assert activity.content == Pressed(posted.ref, "take_over", "x|1")
    assert activity.author.id == scene.bob.id


async def test_a_command_in_the_desk_is_answered_in_the_askers_private_chat(scene: Scene) -> None:
    asked = scene.bob.says(scene.desk, "stats 7d", mentions=(scene.teams.bot,))
    await scene.heard(0)
    await scene.teams.until(lambda: len(scene.bob.reads(scene.desk, asked.id)) == 2)
    assert scene.bob.reads(scene.bob.chat()) == ["You asked: stats 7d"]
    assert "You asked" not in "".join(scene.bob.reads(scene.desk))
    asker, place, words = scene.commands.asked[0]
    assert (asker.name, words) == ("Bob Agent", "stats 7d")
    assert place.root == Place("teams", scene.teams.tenant.id, scene.desk.id)


async def test_a_shared_answer_stands_in_the_thread_for_all(scene: Scene) -> None:
    asked = scene.bob.says(scene.desk, "stats share", mentions=(scene.teams.bot,))
    await scene.heard(0)
    await scene.teams.until(lambda: len(scene.bob.reads(scene.desk, asked.id)) == 2)
    assert scene.bob.reads(scene.desk, asked.id)[-1] == "You asked: stats share"
    assert scene.bob.reads(scene.bob.chat()) == []


async def test_a_command_that_takes_a_while_is_said_to_and_its_answer_follows(scene: Scene) -> None:
    scene.commands.slow, scene.commands.gate = True, asyncio.Event()
    scene.bob.says(scene.desk, "stats 30d", mentions=(scene.teams.bot,))
    await scene.heard(0)
    await scene.teams.until(lambda: scene.bob.reads(scene.bob.chat()))
    assert scene.bob.reads(scene.bob.chat()) == ["That takes a while."]
    scene.commands.gate.set()
    await scene.teams.until(lambda: len(scene.bob.reads(scene.bob.chat())) == 2)
    assert scene.bob.reads(scene.bob.chat())[1] == "You asked: stats 30d"


async def test_a_small_picture_is_in_the_card_itself(scene: Scene) -> None:
    scene.commands.attachments = (picture(b"small"),)
    scene.bob.says(scene.bob.chat(), "/support stats")
    await scene.heard(0)
    await scene.teams.until(lambda: len(scene.bob.reads(scene.bob.chat())) == 2)
    card = str(scene.bob.sees(scene.bob.chat())[-1].content)
    assert "data:image/png;base64,c21hbGw=" in card
    assert "Cases a day" in card


async def test_a_picture_too_large_for_a_card_is_put_into_words(scene: Scene) -> None:
    scene.commands.attachments = (picture(bytes(50_000)),)
    scene.bob.says(scene.bob.chat(), "/support stats")
    await scene.heard(0)
    await scene.teams.until(lambda: "not shown here" in scene.bob.reads(scene.bob.chat())[-1])
