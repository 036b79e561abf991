"""The App Home and message shortcuts, against the fake Slack."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.home import home_view
from bot.core.activity import Person, Place, Submitted
from bot.core.effects import Body, Button
from bot.core.forms import FieldKind, Form, FormField
from bot.errors import Refused, StoreUnavailable
from tests.adapters.slack.scene import MakeScene, Scene
from tests.fakes.slack.blocks import home_is_fine


def _page(scene: Scene) -> str:
    return json.dumps(scene.slack.homes.get(scene.bob.id, {}), ensure_ascii=False)


async def _opened(scene: Scene) -> None:
    assert (await scene.bob.opens_home(scene.app)).accepted
    await scene.slack.until(lambda: scene.bob.id in scene.slack.homes)


async def test_whoever_opens_the_home_finds_their_page(scene: Scene) -> None:
    await _opened(scene)
    assert "Home of Bob" in _page(scene)
    assert "all quiet" in _page(scene)


async def test_what_is_pressed_there_is_a_command_and_its_answer_stands_on_top(scene: Scene) -> None:
    await _opened(scene)
    assert (await scene.bob.presses_at_home("Go on duty", scene.app)).accepted
    await scene.slack.until(lambda: "You asked: on" in _page(scene))
    assert [words for _, _, words in scene.commands.asked] == ["on"]
    assert scene.slack.homes[scene.bob.id]["blocks"][0] != {}
    assert await scene.heard(0) == []


async def test_an_answer_that_takes_a_while_stands_there_when_it_is_ready(scene: Scene) -> None:
    await _opened(scene)
    scene.commands.slow, scene.commands.gate = True, asyncio.Event()
    assert (await scene.bob.presses_at_home("Go on duty", scene.app)).accepted
    await scene.slack.until(lambda: "That takes a while." in _page(scene))
    scene.commands.gate.set()
    await scene.slack.until(lambda: "You asked: on" in _page(scene))


async def test_a_page_that_somebody_looks_at_stays_true_and_is_published_only_when_it_changed(
    make_scene: MakeScene,
) -> None:
    scene = await make_scene(home_seconds=0.01)
    await _opened(scene)
    scene.commands.state = "one case waits"
    await scene.slack.until(lambda: "one case waits" in _page(scene))
    published = [call for call in scene.slack.calls if call.method == "views.publish"]
    assert len(published) == 2


async def test_a_store_that_is_away_is_said_on_the_page(scene: Scene) -> None:
    scene.commands.failure = StoreUnavailable("away")
    await _opened(scene)
    assert "cannot be reached" in _page(scene)


async def test_a_shortcut_is_done_in_the_messages_thread_and_answered_to_whoever_chose_it(scene: Scene) -> None:
    parent = scene.ann.says(scene.support, "hello")
    reply = scene.ann.says(scene.support, "anybody?", thread=parent.ts)
    assert (await scene.bob.chooses(reply, "take_over", scene.app)).accepted
    await scene.slack.until(lambda: "You chose: take_over" in scene.bob.reads(scene.support, parent.ts))
    ((asker, ref, name),) = scene.commands.chosen
    assert (asker.id, ref.id, ref.place.thread, name) == (scene.bob.id, reply.ts, parent.ts, "take_over")
    assert "You chose: take_over" not in scene.ann.reads(scene.support, parent.ts)


LESSON = Form("teach", "1001", "Teach", "Teach", (FormField("texts", "What customers write", FieldKind.LONG_TEXT),))


async def test_a_shortcut_that_asks_opens_its_form_and_is_sent_from_there(scene: Scene) -> None:
    said = scene.ann.says(scene.support, "where can I park")
    await scene.heard(1)
    scene.forms.forms["teach"] = LESSON
    assert (await scene.bob.chooses(said, "teach", scene.app)).accepted
    await scene.slack.until(lambda: scene.slack.modals.get(scene.bob.id))
    assert (await scene.bob.fills_in(scene.app, {"texts": "where can I park"})).accepted
    *_, taken = await scene.heard(2)
    assert isinstance(taken.content, Submitted)
    assert (taken.content.action, taken.content.ref.id) == ("teach", said.ts)
    assert taken.content.fields == (("texts", "where can I park"),)
    assert scene.commands.chosen == []


async def test_a_shortcut_whose_form_the_store_keeps_back_says_what_the_command_says(scene: Scene) -> None:
    said = scene.ann.says(scene.support, "hello")
    scene.forms.failure = StoreUnavailable("away")
    await scene.bob.chooses(said, "teach", scene.app)
    await scene.slack.until(lambda: "You chose: teach" in scene.bob.reads(scene.support))


async def test_members_are_who_is_in_the_channel(scene: Scene) -> None:
    place = Place("slack", scene.slack.workspace.team, scene.desk.id)

    def who(id: str) -> Person:
        return Person("slack", place.tenant, id)

    assert await scene.adapter.is_member(place, who(scene.bob.id))
    assert not await scene.adapter.is_member(place, who(scene.ann.id))
    assert not await scene.adapter.is_member(Place("slack", place.tenant, "C0NOTOURS"), who(scene.bob.id))


_TEXT = st.text(max_size=12)
_BUTTONS = st.lists(st.builds(Button, label=_TEXT, action=_TEXT, value=_TEXT), max_size=2).map(tuple)


@settings(max_examples=25, deadline=None)
@given(
    bodies=st.lists(st.builds(Body, text=_TEXT, buttons=_BUTTONS, quiet=st.booleans()), min_size=1, max_size=3),
    longer=st.sampled_from([1, 40, 600]),
    more=st.sampled_from([1, 9]),
)
def test_any_page_is_within_slacks_limits(bodies: list[Body], longer: int, more: int) -> None:
    grown = [
        replace(
            body,
            text=body.text * longer,
            buttons=tuple(
                Button(b.label * longer, b.action * min(longer, 40), b.value * longer) for b in body.buttons * more
            ),
        )
        for body in bodies * more
    ]
    assert home_is_fine(home_view(grown))


async def test_whether_a_channel_can_be_written_in_is_asked_without_writing(scene: Scene) -> None:
    place = Place("slack", scene.slack.workspace.team, scene.desk.id)
    await scene.adapter.probe(place)
    assert scene.bob.reads(scene.desk) == []
    scene.desk.archived = True
    with pytest.raises(Refused, match="the channel was archived"):
        await scene.adapter.probe(place)
    with pytest.raises(Refused, match="not invited"):
        await scene.adapter.probe(Place("slack", place.tenant, "C0NOTOURS"))
    left = scene.slack.channel("left", scene.bob.user)
    with pytest.raises(Refused, match="not in the channel"):
        await scene.adapter.probe(Place("slack", place.tenant, left.id))
