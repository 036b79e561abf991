"""What people do on Slack arrives as activities, and what we post is what they see."""

import pytest

from adapters.slack.calls.people import REST_SECONDS
from bot.core.activity import Deleted, Edited, Mention, Person, Place, Pressed, Reacted, Said
from bot.core.effects import Body, Button, Voice
from tests.adapters.slack.scene import MakeScene, Scene
from tests.fakes.slack import FakeSlack, Fault
from tests.support.patience import PATIENCE


async def test_a_direct_message_arrives(scene: Scene) -> None:
    chat = scene.ann.chat_with(scene.app)
    said = scene.ann.says(chat, "Where is *my* order?")
    (activity,) = await scene.heard()
    assert activity.direct
    assert activity.place == scene.place(chat)
    assert activity.author.id == scene.ann.id
    assert activity.content == Said(activity.content.ref, "Where is **my** order?")
    assert activity.content.ref.id == said.ts
    assert activity.at == float(said.ts)


async def test_a_mention_arrives_once_although_slack_reports_it_twice(scene: Scene) -> None:
    scene.ann.says(scene.support, f"<@{scene.app.bot_user}> help me")
    (activity,) = await scene.heard()
    assert len(scene.slack.courier.deliveries) == 2
    assert activity.addressed
    assert isinstance(activity.content, Said)
    assert activity.content.text == "help me"


async def test_whoever_is_mentioned_is_called_by_name_from_the_first_time_on(scene: Scene) -> None:
    chat = scene.ann.chat_with(scene.app)
    said = scene.ann.says(chat, f"did <@{scene.bob.id}> or <@{scene.bob.id}> see it?")
    (activity,) = await scene.heard()
    assert isinstance(activity.content, Said)
    assert activity.content.text == "did @Bob or @Bob see it?"
    cleo = scene.slack.workspace.add_user("Cleo")
    scene.ann.edits(said, f"did <@{cleo.id}> see it?")
    edited = (await scene.heard(2))[-1].content
    assert isinstance(edited, Edited)
    assert edited.text == "did @Cleo see it?"


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.ERROR, Fault.THROTTLED])
async def test_a_name_that_slack_does_not_tell_in_time_keeps_nothing_waiting(scene: Scene, fault: Fault) -> None:
    scene.slack.faults.next_calls("users.info", fault)
    scene.slack.faults.hang_seconds = PATIENCE
    chat = scene.ann.chat_with(scene.app)
    scene.ann.says(chat, f"did <@{scene.bob.id}> see it?")
    (activity,) = await scene.heard()
    assert isinstance(activity.content, Said)
    assert activity.content.text == f"did @{scene.bob.id} see it?"


async def test_while_slack_tells_no_names_one_message_in_a_minute_waits_for_them(scene: Scene) -> None:
    scene.slack.faults.next_calls("users.info", Fault.HANG)
    scene.slack.faults.hang_seconds = PATIENCE
    chat = scene.ann.chat_with(scene.app)
    for count in (1, 2):
        scene.ann.says(chat, f"did <@{scene.bob.id}> see it?")
        await scene.heard(count)
    assert [call.method for call in scene.slack.calls].count("users.info") == 1
    scene.clock.ahead += REST_SECONDS
    scene.ann.says(chat, f"did <@{scene.bob.id}> see it?")
    heard = await scene.heard(3)
    assert [said.content.text for said in heard if isinstance(said.content, Said)][1:] == [
        f"did @{scene.bob.id} see it?",
        "did @Bob see it?",
    ]


async def test_a_reply_an_edit_a_reaction_and_a_deletion_know_their_thread(scene: Scene) -> None:
    root = scene.ann.says(scene.support, "first")
    await scene.slack.courier.settled()
    reply = scene.ann.says(scene.support, "second", thread=root.ts)
    await scene.slack.courier.settled()
    scene.ann.edits(reply, "second, better")
    await scene.slack.courier.settled()
    scene.bob.reacts(reply, "+1")
    await scene.slack.courier.settled()
    scene.ann.deletes(reply)
    activities = await scene.heard(5)
    assert [a.place.thread for a in activities] == ["", root.ts, root.ts, root.ts, root.ts]
    contents = [a.content for a in activities]
    assert [type(c) for c in contents] == [Said, Said, Edited, Reacted, Deleted]
    assert {c.ref.id for c in contents[1:]} == {reply.ts}
    assert activities[3].author.id == scene.bob.id
    assert isinstance(contents[3], Reacted)
    assert contents[3].emoji == "👍"


async def test_our_own_doings_are_not_reported(scene: Scene) -> None:
    posted = await scene.adapter.post(scene.place(scene.support), Body("hello"), key="k1")
    await scene.adapter.edit(posted.ref, Body("hello again"))
    await scene.adapter.react(posted.ref, "👀", added=True)
    await scene.adapter.delete(posted.ref)
    await scene.heard(0)


async def test_a_reply_of_ours_lands_in_the_thread_as_people_see_it(scene: Scene) -> None:
    root = scene.ann.says(scene.support, "hello?")
    place = scene.place(scene.support, root.ts)
    posted = await scene.adapter.post(place, Body("Here **we** are.\n\n- one\n- two", Voice("Bob")), key="k2")
    assert scene.ann.reads(scene.support, root.ts) == ["hello?", "Bob\nHere we are.\n• one\n• two"]
    assert posted.ref.place == place
    assert posted.thread == place
    found = await scene.adapter.find(place, "k2", since=scene.slack.now())
    assert [p.ref for p in found] == [posted.ref]


async def test_a_pressed_button_comes_back_as_it_was_made(scene: Scene) -> None:
    body = Body("Shall I?", buttons=(Button("Yes", "take_over", "x|1"), Button("No", "keep", "y")))
    posted = await scene.adapter.post(scene.place(scene.desk), body, key="k3")
    (shown,) = scene.bob.sees(scene.desk)
    delivery = await scene.bob.presses(shown, "Yes")
    assert delivery.accepted
    (activity,) = await scene.heard()
    assert activity.content == Pressed(posted.ref, "take_over", "x|1")
    assert activity.author.id == scene.bob.id


async def test_a_whisper_is_seen_by_one_person_and_goes_when_they_chose(scene: Scene) -> None:
    root = scene.bob.says(scene.desk, "case")
    await scene.heard()
    place = scene.place(scene.desk, root.ts)
    person = await scene.adapter.person(place.tenant, scene.bob.id)
    await scene.adapter.whisper(place, person, Body("Only you", buttons=(Button("Send once", "send_once"),)))
    eve = scene.slack.workspace.add_user("Eve")
    scene.desk.members.add(eve.id)
    shown = scene.bob.sees(scene.desk, root.ts)[-1]
    assert "Only you" in shown.seen_text
    assert len(scene.slack.workspace.seen_by(eve.id, scene.desk.id)) == 1
    await scene.bob.presses(shown, "Send once")
    await scene.slack.until(lambda: shown.deleted)
    pressed = scene.intake.taken[-1].content
    assert isinstance(pressed, Pressed)
    await scene.adapter.edit(pressed.ref, Body("chosen"))


async def test_a_command_is_answered_to_its_asker_alone(scene: Scene) -> None:
    await scene.bob.commands(scene.desk, "/support", "stats 7d", app=scene.app)
    assert scene.bob.reads(scene.desk) == ["You asked: stats 7d"]
    asker, place, words = scene.commands.asked[0]
    assert (asker.name, words) == ("Bob", "stats 7d")
    assert place == Place("slack", scene.slack.workspace.team, scene.desk.id)
    await scene.heard(0)


async def test_a_reaction_on_a_message_that_this_process_never_saw_finds_its_thread(
    make_scene: MakeScene, slack: FakeSlack
) -> None:
    before = await make_scene()
    root = before.ann.says(before.support, "root")
    reply = before.ann.says(before.support, "reply", thread=root.ts)
    await before.heard(2)
    after = await make_scene(app=before.app)
    before.bob.reacts(reply, "eyes")
    before.bob.reacts(root, "eyes")
    activities = await after.heard(2)
    assert sorted((a.content.ref.id, a.place.thread) for a in activities) == [(root.ts, ""), (reply.ts, root.ts)]
    before.bob.takes_back(reply, "eyes")
    assert (await after.heard(3))[2].place.thread == root.ts
    assert [c.method for c in slack.calls].count("conversations.replies") == 2


async def test_a_reaction_is_stored_although_its_thread_cannot_be_asked_for(
    make_scene: MakeScene, slack: FakeSlack
) -> None:
    scene = await make_scene(start=False)
    await scene.adapter.start(scene.intake, scene.commands, scene.forms)
    url, scene.app.events_url = scene.app.events_url, ""
    root = scene.ann.says(scene.support, "root")
    await slack.courier.settled()
    scene.app.events_url = url
    slack.faults.next_calls("conversations.replies", Fault.HANG)
    slack.faults.hang_seconds = PATIENCE
    scene.bob.reacts(root, "eyes")
    (activity,) = await scene.heard()
    assert activity.content.ref.id == root.ts
    assert [a.status for a in slack.courier.deliveries[-1].attempts] == [200]


async def test_whom_a_message_calls_is_told_but_for_the_app(scene: Scene) -> None:
    us, bob = scene.app.bot_user, scene.bob.id
    scene.ann.says(scene.support, f"<@{us}> ask <@{bob}> or <!subteam^S0123|@shipping>, <!here> &lt;@U0FAKE&gt;")
    (activity,) = await scene.heard()
    assert isinstance(activity.content, Said)
    key = Person("slack", scene.slack.workspace.team, bob).key
    assert activity.content.mentions == (Mention(key, "Bob"), Mention("", "shipping"), Mention("", "here"))
