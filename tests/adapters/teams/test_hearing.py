"""What is heard, once, and what is not: redeliveries, chatter, other bots, group chats, who somebody is."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.core.activity import OPENED, Edited, Place, Said
from bot.core.effects import Body, CaseCard
from bot.core.routing import subject_of
from bot.errors import ConfigError, NotDone, Refused
from tests.adapters.teams.scene import MakeScene, Scene
from tests.fakes.teams import Account, Fault
from tests.support.patience import PATIENCE


@pytest.mark.parametrize("new_ids", [False, True])
async def test_what_is_delivered_again_after_fifteen_seconds_is_taken_once(scene: Scene, *, new_ids: bool) -> None:
    scene.teams.courier.new_ids = new_ids
    scene.teams.courier.ack_seconds = 0.05
    scene.intake.hold = asyncio.Event()
    scene.ann.says(scene.ann.chat(), "slow")
    await scene.teams.until(lambda: scene.teams.courier.deliveries and scene.teams.courier.deliveries[0].attempts)
    scene.intake.hold.set()
    await scene.teams.courier.settled()
    scene.teams.courier.ack_seconds = PATIENCE
    for delivery in scene.teams.courier.deliveries[:1] * 2:
        scene.teams.courier.dispatch(scene.teams.courier.again(delivery.activity, new_id=new_ids))
    await scene.heard(1)
    assert len(scene.intake.offered) >= 2


async def test_the_same_words_twice_are_two_messages(scene: Scene) -> None:
    for _ in range(2):
        scene.ann.says(scene.ann.chat(), "hello?")
        await scene.teams.courier.settled()
    await scene.heard(2)


async def test_a_command_that_is_delivered_again_is_answered_once(scene: Scene) -> None:
    scene.bob.says(scene.bob.chat(), "stats 7d")
    await scene.teams.courier.settled()
    for new_id in (False, True):
        again = scene.teams.courier.again(scene.teams.courier.deliveries[0].activity, new_id=new_id)
        scene.teams.courier.dispatch(again)
    await scene.teams.courier.settled()
    await scene.adapter.stop()
    assert scene.bob.reads(scene.bob.chat()) == ["stats 7d", "You asked: stats 7d"]


async def test_whom_a_command_mentions_stands_in_it_by_account_and_is_known_as_in_the_directory(scene: Scene) -> None:
    sue = scene.teams.tenant.add_person("Sue Ahn")
    scene.desk.members.add(sue.id)
    html = '<p><at id="0">Warmline</at> assign 1001 <at id="1">Sue Ahn</at></p>'
    rich = {"contentType": "text/html", "content": html}
    scene.bob.says(scene.desk, "", mentions=(scene.teams.bot, sue), attachments=[rich])
    await scene.teams.until(lambda: scene.commands.asked)
    ((_, _, words),) = scene.commands.asked
    assert words == f"assign 1001 <@{sue.id}>"
    named = subject_of(scene.person(scene.bob), "assign", words.removeprefix("assign 1001 "))
    assert named is not None
    known = await scene.adapter.person(named.tenant, named.id)
    assert (known.id, known.name, known.is_unknown) == (sue.object_id, "Sue Ahn", False)


async def test_a_reply_in_a_channel_says_when_its_thread_was_opened(scene: Scene) -> None:
    root = scene.bob.says(scene.desk, "a new thread")
    scene.bob.says(scene.desk, "in it", thread=root.id)
    scene.ann.says(scene.ann.chat(), "elsewhere")
    told = {a.content.text: a.metadata for a in await scene.heard(3) if isinstance(a.content, Said)}
    ((name, at),) = told["in it"]
    assert name == OPENED
    assert float(at) == int(root.id) / 1000
    assert told["elsewhere"] == told["a new thread"] == ()


async def test_chatter_in_channels_that_are_not_ours_is_not_heard(scene: Scene) -> None:
    other = scene.teams.channel("lunch", scene.ann.account, scene.bob.account)
    root = scene.ann.says(other, "pizza?")
    reply = scene.bob.says(other, "yes", thread=root.id)
    scene.bob.edits(other, reply, "no")
    await scene.heard(0)
    scene.ann.says(other, "my parcel is lost", mentions=(scene.teams.bot,))
    (activity,) = await scene.heard()
    assert activity.addressed


async def test_all_channels_of_a_configured_team_are_heard(make_scene: MakeScene) -> None:
    scene = await make_scene(teams=frozenset({"19:shop@thread.tacv2"}))
    ours = scene.teams.channel("orders", scene.ann.account, team="19:shop@thread.tacv2")
    other = scene.teams.channel("orders", scene.ann.account, team="19:other@thread.tacv2")
    scene.ann.says(ours, "heard")
    scene.ann.says(other, "not heard")
    (activity,) = await scene.heard()
    assert activity.place.channel == ours.id


async def test_without_consent_only_what_mentions_the_app_arrives_and_is_told_apart(scene: Scene) -> None:
    scene.desk.consent = False
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    scene.bob.says(scene.desk, "internal chatter", thread=root.ref.id)
    scene.bob.says(scene.desk, "Your parcel is on its way.", thread=root.ref.id, mentions=(scene.teams.bot,))
    (activity,) = await scene.heard()
    assert isinstance(activity.content, Said)
    assert activity.content.text == "Your parcel is on its way."
    assert activity.place == root.thread


async def test_where_nothing_was_heard_without_a_mention_the_card_says_how_to_answer(scene: Scene) -> None:
    """Without the consent Teams brings agents' replies only with a mention: silence would be all that they see."""
    card = CaseCard(1042, "Ann", "queued", "waiting", "why", (), (), ())
    body = Body("#1042", card=card)
    scene.desk.consent = False
    posted = await scene.adapter.post(scene.place(scene.desk), body, key="k")
    root = scene.desk.by_id[posted.ref.id]
    assert "Mention the app when you answer" in root.seen_text
    scene.bob.says(scene.desk, "not heard", thread=root.id)
    scene.bob.says(scene.desk, "heard", thread=root.id, mentions=(scene.teams.bot,))
    await scene.heard(1)
    await scene.adapter.edit(posted.ref, body)
    assert "Mention the app when you answer" in root.seen_text
    scene.desk.consent = True
    scene.bob.says(scene.desk, "heard at last", thread=root.id)
    await scene.heard(2)
    await scene.adapter.edit(posted.ref, body)
    assert "Mention the app" not in root.seen_text


async def test_only_cards_of_a_desk_say_how_to_answer(scene: Scene) -> None:
    for place in (scene.place(scene.support), scene.place(scene.desk), scene.place(scene.ann.chat())):
        await scene.adapter.post(place, Body("words alone"), key="k")
    card = CaseCard(1042, "Ann", "queued", "waiting", "why", (), (), ())
    await scene.adapter.post(scene.place(scene.support), Body("#1042", card=card), key="k")
    said = [m.seen_text for c in scene.teams.tenant.conversations.values() for m in c.messages]
    assert said
    assert not any("Mention the app" in text for text in said)


async def test_a_group_chat_is_one_conversation_and_only_what_is_said_to_us_is_heard(scene: Scene) -> None:
    group = scene.teams.group(scene.ann.account, scene.bob.account, consent=True)
    scene.bob.says(group, "what do we do?")
    await scene.heard(0)
    scene.ann.says(group, "where is it?", mentions=(scene.teams.bot,))
    (activity,) = await scene.heard()
    assert activity.direct
    assert activity.place == scene.place(group)
    posted = await scene.adapter.post(activity.place, Body("On its way."), key="k")
    assert scene.bob.reads(group)[-1] == "On its way."
    assert posted.thread == activity.place


async def test_a_bot_is_not_heard(scene: Scene) -> None:
    bot = Account("28:another", "", "Another bot", scene.teams.tenant.id)
    message = scene.teams.tenant.add_message(scene.support, bot.id, {"text": "beep"}, "")
    scene.teams.hears(scene.teams.activity("message", bot, scene.support, "", id=message.id, text="beep"))
    await scene.heard(0)


async def test_an_undeleted_message_says_what_it_says(scene: Scene) -> None:
    chat = scene.ann.chat()
    message = scene.ann.says(chat, "order 4711")
    await scene.teams.courier.settled()
    scene.ann.deletes(chat, message)
    await scene.teams.courier.settled()
    scene.ann.undeletes(chat, message)
    content = (await scene.heard(3))[-1].content
    assert content == Edited(content.ref, "order 4711")


async def test_a_guest_of_the_desk_is_known_as_one(scene: Scene) -> None:
    guest = scene.teams.tenant.add_person("Gus Guest", role="guest")
    outsider = scene.teams.tenant.add_person("Otto", tenant="99999999-9999-4999-8999-999999999999")
    scene.desk.members |= {guest.id, outsider.id}
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    for account in (guest, outsider, scene.bob.account):
        type(scene.bob)(scene.teams, account).says(scene.desk, "hello", thread=root.ref.id)
        await scene.teams.courier.settled()
    authors = [activity.author for activity in await scene.heard(3)]
    people = [await scene.adapter.person(author.tenant, author.id) for author in authors]
    assert [(p.is_guest, p.is_outsider) for p in people] == [(True, False), (False, True), (False, False)]
    assert [p.email for p in people] == ["gus.guest@example.com", "", "bob.agent@example.com"]


async def test_a_guest_who_wrote_privately_first_is_still_a_guest_of_the_desk(scene: Scene) -> None:
    guest = scene.teams.tenant.add_person("Gus Guest", role="guest")
    scene.desk.members.add(guest.id)
    human = type(scene.bob)(scene.teams, guest)
    human.says(human.chat(), "hello")
    (said,) = await scene.heard(1)
    assert (await scene.adapter.person(said.author.tenant, said.author.id)).is_guest


async def test_who_is_taken_out_of_the_desk_is_no_member_from_then_on(scene: Scene) -> None:
    bob, desk = scene.person(scene.bob), scene.place(scene.desk)
    assert await scene.adapter.is_member(desk, bob)
    scene.desk.members.remove(scene.bob.account.id)
    assert await scene.adapter.is_member(desk, bob), "what was known is believed for a minute"
    left = {"id": scene.bob.account.id, "aadObjectId": scene.bob.id}
    scene.teams.hears(
        scene.teams.activity("conversationUpdate", scene.ann.account, scene.desk, "", membersRemoved=[left])
    )
    await scene.teams.courier.settled()
    assert not await scene.adapter.is_member(desk, bob)


async def test_who_has_just_joined_the_desk_need_not_wait(scene: Scene) -> None:
    ann, desk = scene.person(scene.ann), scene.place(scene.desk)
    assert not await scene.adapter.is_member(desk, ann)
    scene.desk.members.add(scene.ann.account.id)
    joined = {"id": scene.ann.account.id}
    scene.teams.hears(
        scene.teams.activity("conversationUpdate", scene.bob.account, scene.desk, "", membersAdded=[joined])
    )
    await scene.teams.courier.settled()
    assert await scene.adapter.is_member(desk, ann)


async def test_the_roster_is_asked_once_in_ten_minutes_and_never_before_a_message_is_stored(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case"), key="k")
    for n in range(3):
        scene.bob.says(scene.desk, f"message {n}", thread=root.ref.id)
    author = (await scene.heard(3))[0].author
    assert "member" not in [call.method for call in scene.teams.calls]
    for later in (0, 300, 599, 601):
        scene.clock.ahead = later
        assert not (await scene.adapter.person(author.tenant, author.id)).is_unknown
    assert [call.method for call in scene.teams.calls].count("member") == 2


async def test_who_is_in_no_roster_is_unknown_and_a_silent_roster_tells_nothing(scene: Scene) -> None:
    stranger = scene.teams.tenant.add_person("Sid")
    assert (await scene.adapter.person(scene.teams.tenant.id, stranger.object_id)).is_unknown
    scene.teams.faults.next_calls("member", Fault.ERROR)
    with pytest.raises(NotDone):
        await scene.adapter.person(scene.teams.tenant.id, scene.bob.id)
    assert not (await scene.adapter.person(scene.teams.tenant.id, scene.bob.id)).is_unknown


async def test_a_command_while_the_roster_is_silent_is_a_strangers_unless_it_told_before(scene: Scene) -> None:
    for number, later, is_silent in ((1, 0, True), (2, 700, False), (3, 1400, True)):
        scene.clock.ahead = later
        scene.teams.faults.rates = {Fault.ERROR: 1.0} if is_silent else {}
        scene.teams.faults.methods = frozenset({"member"})
        scene.bob.says(scene.desk, "stats 7d", mentions=(scene.teams.bot,))
        await scene.teams.until(lambda number=number: len(scene.commands.asked) == number)
    assert [asker.is_unknown for asker, _, _ in scene.commands.asked] == [True, False, False]


async def test_a_command_of_somebody_who_cannot_be_looked_up_is_answered_so(scene: Scene) -> None:
    scene.commands.failure = NotDone("get member", "HTTP 500")
    scene.bob.says(scene.bob.chat(), "stats 7d")
    await scene.teams.until(lambda: "could not find out" in "".join(scene.bob.reads(scene.bob.chat())))


async def test_what_a_customer_says_is_no_command_whatever_it_looks_like(scene: Scene) -> None:
    scene.commands.customers = frozenset({scene.ann.account.name})
    for number, words in enumerate(("case 1001", "reopen #1001", "queue"), 1):
        scene.ann.says(scene.ann.chat(), words)
        await scene.heard(number)
    assert [a.content.text for a in scene.intake.taken if isinstance(a.content, Said)] == [
        "case 1001",
        "reopen #1001",
        "queue",
    ]
    scene.ann.says(scene.ann.chat(), "/support queue")
    await scene.teams.until(lambda: [words for _, _, words in scene.commands.asked] == ["queue"])


async def test_what_could_not_be_stored_comes_again(scene: Scene) -> None:
    scene.intake.away = True
    scene.ann.says(scene.ann.chat(), "hello")
    await scene.teams.until(lambda: scene.teams.courier.deliveries and scene.teams.courier.deliveries[0].attempts)
    scene.intake.away = False
    await scene.heard()
    assert [a.status for a in scene.teams.courier.deliveries[0].attempts] == [503, 200]


async def test_it_refuses_to_start_without_an_app_id_unless_it_is_local_and_says_so(make_scene: MakeScene) -> None:
    with pytest.raises(ConfigError, match="app_id"):
        await make_scene(app_id="")
    with pytest.raises(ConfigError, match="loopback"):
        await make_scene(app_id="", secret="", insecure_local=True, host="0.0.0.0")
    with pytest.raises(ConfigError, match="loopback"):
        await make_scene(insecure_local=True, host="0.0.0.0")
    with pytest.raises(ConfigError, match="secret"):
        await make_scene(secret="")
    with pytest.raises(ConfigError, match="https"):
        await make_scene(login="http://login.example.com/")


async def test_a_local_client_needs_no_token(make_scene: MakeScene) -> None:
    scene = await make_scene(app_id="", secret="", tenant="", insecure_local=True)
    chat = scene.ann.chat()
    message = scene.teams.tenant.add_message(chat, scene.ann.account.id, scene.ann.written("hello"), "")
    activity = scene.ann.message_activity("message", chat, message, channelId="emulator")
    as_json = {"Content-Type": "application/json"}
    status, _ = await scene.teams.courier.send(json.dumps(activity).encode(), as_json)
    assert status == 200
    (heard,) = scene.intake.taken
    assert heard.place == Place("teams", scene.teams.tenant.id, chat.id)
    outside = activity | {"serviceUrl": "http://192.0.2.1/"}
    assert (await scene.teams.courier.send(json.dumps(outside).encode(), as_json))[0] == 403
    from_a_web_page = {"Content-Type": "text/plain"}
    assert (await scene.teams.courier.send(json.dumps(activity).encode(), from_a_web_page))[0] == 415


@pytest.mark.parametrize(("tenants", "count"), [((), 1), (("99999999-9999-4999-8999-999999999999",), 1), (("x",), 0)])
async def test_only_the_tenants_that_were_named_reach_a_multi_tenant_app(
    make_scene: MakeScene, tenants: tuple[str, ...], count: int
) -> None:
    scene = await make_scene(app_type="multi_tenant", tenants=frozenset(tenants))
    chat = scene.ann.chat()
    message = scene.teams.tenant.add_message(chat, scene.ann.account.id, scene.ann.written("hello"), "")
    activity = scene.ann.message_activity("message", chat, message)
    other = {"tenant": {"id": "99999999-9999-4999-8999-999999999999"}}
    scene.teams.hears(activity | {"channelData": other})
    await scene.heard(count)


async def test_an_activity_that_names_no_tenant_comes_from_ours(scene: Scene) -> None:
    chat = scene.ann.chat()
    message = scene.teams.tenant.add_message(chat, scene.ann.account.id, scene.ann.written("hello"), "")
    activity = scene.ann.message_activity("message", chat, message)
    del activity["channelData"], activity["conversation"]["tenantId"]
    scene.teams.hears(activity)
    (heard,) = await scene.heard()
    assert heard.place == scene.place(chat)


async def test_whom_a_message_calls_is_told_but_for_the_app(scene: Scene) -> None:
    sue = scene.teams.tenant.add_person("Sue Ahn")
    scene.desk.members.add(sue.id)
    root = scene.bob.says(scene.desk, "a new thread")
    scene.bob.says(scene.desk, "is it there?", thread=root.id, mentions=(scene.teams.bot, sue))
    activity = (await scene.heard(2))[-1]
    assert isinstance(activity.content, Said)
    (called,) = activity.content.mentions
    assert called.name == "Sue Ahn"
    assert sue.id in called.account


async def test_whether_a_channel_can_be_written_in_is_asked_without_writing(scene: Scene) -> None:
    await scene.adapter.probe(scene.place(scene.desk))
    assert scene.bob.reads(scene.desk) == []
    scene.desk.installed = False
    with pytest.raises(Refused, match="BotNotInConversationRoster"):
        await scene.adapter.probe(scene.place(scene.desk))


@pytest.mark.parametrize(
    ("mark", "borrowed"),
    [
        (' itemscope="" itemtype="http://schema.skype.com/Reply" itemid="17"', True),
        (' itemscope="" itemtype="http://schema.skype.com/Forward"', True),
        ("", False),
    ],
)
async def test_what_teams_quotes_or_forwards_is_told_apart_from_a_quotation_that_was_typed(
    scene: Scene, mark: str, *, borrowed: bool
) -> None:
    scene.bob.says(scene.desk, "", rich=f"<blockquote{mark}><p>he complains</p></blockquote><p>we look into it</p>")
    (activity,) = await scene.heard()
    assert isinstance(activity.content, Said)
    assert activity.content.text == "> he complains\n\nwe look into it"
    assert activity.content.borrowed is borrowed
