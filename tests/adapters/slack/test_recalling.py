"""What Slack still has is what it would have brought, under the same names."""

from __future__ import annotations

import pytest

from bot.core.activity import Said
from bot.core.effects import Body
from bot.errors import ShutOut
from bot.ports import Recaller
from tests.adapters.slack.scene import MakeScene, Scene


async def recalled(scene: Scene, channel, since: float = 0.0, thread: str = "") -> list[str]:
    """What is new of what was written there."""
    found = await scene.adapter.recall(scene.place(channel, thread), since)
    texts = []
    for activity in found:
        assert isinstance(activity.content, Said)
        if await scene.intake.take(activity):
            texts.append(activity.content.text)
    return texts


async def test_what_was_brought_is_known_and_what_was_not_is_new(scene: Scene) -> None:
    assert isinstance(scene.adapter, Recaller)
    scene.ann.says(scene.support, "brought")
    await scene.heard(1)
    scene.app.events_url = ""
    scene.ann.says(scene.support, "lost one")
    scene.ann.says(scene.support, f"lost two <@{scene.app.bot_user}>")
    await scene.slack.courier.settled()
    assert await recalled(scene, scene.support) == ["lost one", "lost two"]
    assert await recalled(scene, scene.support) == []
    assert scene.intake.taken[-1].addressed


async def test_what_is_recalled_first_is_known_when_slack_brings_it_after_all(scene: Scene) -> None:
    url, scene.app.events_url = scene.app.events_url, ""
    scene.ann.says(scene.support, f"hello <@{scene.app.bot_user}>")
    await scene.slack.courier.settled()
    assert await recalled(scene, scene.support) == ["hello"]
    scene.app.events_url = url
    for delivery in scene.slack.courier.deliveries:
        scene.slack.courier.dispatch(scene.app, delivery.body)
    await scene.heard(1)


async def test_threads_in_which_somebody_wrote_since_are_asked_for_and_nothing_older(scene: Scene) -> None:
    scene.app.events_url = ""
    root = scene.ann.says(scene.support, "an old question")
    reply = scene.bob.says(scene.support, "an old answer", thread=root.ts)
    scene.ann.says(scene.support, "a new word", thread=root.ts)
    since = float(reply.ts) + 1e-6
    assert await recalled(scene, scene.support, since, root.ts) == ["a new word"]
    again = scene.ann.says(scene.support, "a new question")
    scene.bob.says(scene.support, "a new answer", thread=again.ts)
    assert await recalled(scene, scene.support, since) == ["a new question", "a new answer"]


async def test_our_own_words_are_not_recalled(scene: Scene) -> None:
    await scene.adapter.post(scene.place(scene.support), Body("I am the bot"), key="k1")
    assert await scene.adapter.recall(scene.place(scene.support), 0.0) == []


async def test_the_rooms_are_those_that_the_app_is_in(scene: Scene) -> None:
    chat = scene.ann.chat_with(scene.app)
    scene.slack.channel("not ours", scene.bob.user)
    found = {place.channel for place in await scene.adapter.rooms()}
    assert found == {scene.support.id, scene.desk.id, chat.id}
    assert {place.tenant for place in await scene.adapter.rooms()} == {scene.slack.workspace.team}


@pytest.mark.parametrize("pages", [1, 2])
async def test_page_after_page(scene: Scene, pages: int) -> None:
    scene.slack.max_page = pages
    scene.app.events_url = ""
    for n in range(5):
        scene.ann.says(scene.support, f"word {n}")
    assert await recalled(scene, scene.support) == [f"word {n}" for n in range(5)]
    assert len(await scene.adapter.rooms()) == 2


async def test_a_process_that_takes_nothing_in_can_ask(make_scene: MakeScene) -> None:
    scene = await make_scene(start=False)
    scene.app.events_url = ""
    scene.ann.says(scene.support, "hello")
    assert [a.content.text for a in await scene.adapter.recall(scene.place(scene.support), 0.0)] == ["hello"]


async def test_a_copy_is_found_by_the_end_of_its_key_and_by_our_mark_alone(scene: Scene) -> None:
    place = scene.place(scene.support)
    ours = await scene.adapter.post(place, Body("a copy"), key="0123trace")
    await scene.adapter.post(place, Body("another"), key="0123other")
    scene.ann.says(scene.support, "trace")
    assert [found.ref for found in await scene.adapter.copies(place, "trace", since=0.0)] == [ours.ref]
    scene.support.messages[0].metadata["event_payload"]["mac"] = "forged"
    assert await scene.adapter.copies(place, "trace", since=0.0) == []


async def test_a_token_that_slack_refuses_is_a_call_that_failed_and_no_surprise(make_scene: MakeScene) -> None:
    """Whoever asks goes on with other platforms after that; a mistake of the configuration they do not expect."""
    scene = await make_scene(start=False)
    scene.app.revoked = True
    with pytest.raises(ShutOut, match="token_revoked"):
        await scene.adapter.recall(scene.place(scene.support), 0.0)
    with pytest.raises(ShutOut, match="token_revoked"):
        await scene.adapter.rooms()
