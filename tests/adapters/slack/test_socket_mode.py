"""The same over Socket Mode: what arrives, what is acknowledged, and that connections come and go."""

import pytest

from bot.core.activity import Pressed, Said
from bot.core.effects import Body, Button
from bot.errors import ConfigError
from tests.adapters.slack.scene import MakeScene, Scene
from tests.fakes.slack import FakeSlack, Fault
from tests.support.patience import ENOUGH, PATIENCE, comes_to


async def connected(make_scene: MakeScene, slack: FakeSlack, *, ping_seconds: float) -> Scene:
    app = slack.install()
    scene = await make_scene(
        mode="socket", signing_secrets=(), app_token=app.app_token, ping_seconds=ping_seconds, app=app
    )
    await scene.slack.until(lambda: scene.slack.courier.sockets[scene.app.id])
    return scene


@pytest.fixture
async def scene(make_scene: MakeScene, slack: FakeSlack) -> Scene:
    """A connection that lasts: a ping that is not answered within half its interval would end it."""
    return await connected(make_scene, slack, ping_seconds=PATIENCE)


async def test_messages_presses_and_commands_arrive_over_the_socket(scene: Scene) -> None:
    scene.ann.says(scene.support, f"<@{scene.app.bot_user}> hello")
    (activity,) = await scene.heard()
    assert isinstance(activity.content, Said)
    posted = await scene.adapter.post(scene.place(scene.desk), Body("?", buttons=(Button("Yes", "go", "1"),)), key="k")
    await scene.bob.presses(scene.bob.sees(scene.desk)[0], "Yes")
    assert (await scene.heard(2))[1].content == Pressed(posted.ref, "go", "1")
    delivery = await scene.bob.commands(scene.desk, "/support", "queue", app=scene.app)
    assert delivery.accepted
    assert scene.bob.reads(scene.desk)[-1] == "You asked: queue"


async def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again(scene: Scene) -> None:
    scene.slack.courier.ack_seconds = ENOUGH
    scene.intake.away = True
    scene.ann.says(scene.support, "hello")
    await scene.slack.until(lambda: any(d.attempts for d in scene.slack.courier.deliveries))
    scene.slack.courier.ack_seconds = PATIENCE
    scene.intake.away = False
    await scene.heard()
    assert [a.status for a in scene.slack.courier.deliveries[0].attempts][-1] == 200
    assert scene.slack.courier.deliveries[0].attempts[0].status == 0


async def test_a_refreshed_connection_loses_nothing(scene: Scene) -> None:
    courier = scene.slack.courier
    (before,) = courier.sockets[scene.app.id]
    courier.comes_again.clear()
    await courier.refresh_sockets(scene.app)
    for number in range(5):
        scene.ann.says(scene.support, f"message {number}")
    await scene.slack.until(lambda: any(socket is not before for socket in courier.sockets[scene.app.id]))
    courier.comes_again.set()
    await scene.heard(5)


async def test_a_connection_that_slack_closes_is_made_again(scene: Scene) -> None:
    (socket,) = scene.slack.courier.sockets[scene.app.id]
    await socket.close()
    await scene.slack.until(lambda: any(not s.closed for s in scene.slack.courier.sockets[scene.app.id]))
    scene.ann.says(scene.support, "still there?")
    await scene.heard()


async def test_a_useless_app_token_is_a_mistake_in_the_configuration(make_scene: MakeScene, slack: FakeSlack) -> None:
    with pytest.raises(ConfigError, match=r"slack\.app_token: invalid_auth"):
        await make_scene(mode="socket", app_token="xapp-wrong", app=slack.install())


async def test_a_lost_connection_is_logged_in_one_line_without_its_address(
    make_scene: MakeScene, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    scene = await connected(make_scene, slack, ping_seconds=0.2)

    async def opened() -> int:
        return len([c for c in slack.calls if c.method == "apps.connections.open" and c.answer.get("ok")])

    slack.faults.next_calls("apps.connections.open", Fault.ERROR, Fault.RESET)
    before = await opened()
    for socket in list(slack.courier.sockets[scene.app.id]):
        await socket.close()
    await comes_to(opened, lambda count: count > before)
    assert "ticket" not in caplog.text
    assert "Traceback" not in caplog.text
    assert "Failed to retrieve WSS URL" in caplog.text
