"""Whatever addresses come in: nothing of ours reaches a place that is not Microsoft's, least of all the token."""

from __future__ import annotations

import asyncio
import json

import pytest

from adapters.teams.clouds import CLOUDS, CloudName
from bot.core.activity import File
from bot.core.effects import Body
from bot.errors import DeliveryError
from tests.adapters.teams.scene import MakeScene
from tests.contract.file_contract import read
from tests.fakes.teams import FakeTeams
from tests.support.eavesdropper import eavesdropper


async def test_no_address_of_a_file_leads_us_astray(make_scene: MakeScene) -> None:
    scene = await make_scene(service_url="")
    async with eavesdropper() as listener:
        for url in listener.tricks(scene.teams.file_host):
            with pytest.raises(DeliveryError):
                await read(scene.adapter, File("1", "a.txt", url=url))
        await asyncio.sleep(0.05)
        assert listener.heard == []


async def test_no_service_address_leads_us_astray(make_scene: MakeScene) -> None:
    """With a good token for that very address: whoever can register `*.trafficmanager.net` could send one."""
    scene = await make_scene(service_url="")
    async with eavesdropper() as listener:
        for url in listener.tricks("smba.trafficmanager.net"):
            chat = scene.ann.chat()
            message = scene.teams.tenant.add_message(chat, scene.ann.account.id, scene.ann.written("hello"), "")
            activity = scene.ann.message_activity("message", chat, message) | {"serviceUrl": url}
            token = scene.teams.issuer.sign(scene.teams.bot, url)
            headers = {"Authorization": f"Bearer {token}"}
            status, _ = await scene.teams.courier.send(json.dumps(activity).encode(), headers)
            assert status in {400, 401, 403}
            assert scene.adapter._addresses.of(scene.teams.tenant.id, chat.id) == CLOUDS["public"].service_url
            with pytest.raises(DeliveryError):
                await scene.adapter._connector.create_activity(url, chat.id, {"type": "message"})
        await asyncio.sleep(0.05)
        assert listener.heard == []
    await scene.heard(0)


async def test_the_one_who_listens_is_not_deaf(make_scene: MakeScene) -> None:
    """Where a test's own settings allow this machine, a picture is asked for there, token and all."""
    scene = await make_scene()
    async with eavesdropper() as listener:
        with pytest.raises(DeliveryError):
            await read(scene.adapter, File("1", "a.png", url=f"http://{listener.host}/v3/attachments/1/views/original"))
        assert b"Authorization: Bearer" in listener.heard[0]


@pytest.mark.parametrize("cloud", CLOUDS)
async def test_a_cloud_is_believed_and_asked_in_its_own_name(
    make_scene: MakeScene, teams: FakeTeams, cloud: CloudName
) -> None:
    teams.issuer.scope = CLOUDS[cloud].scope
    scene = await make_scene(cloud=cloud)
    for other in CLOUDS.values():
        chat = scene.ann.chat()
        message = scene.teams.tenant.add_message(chat, scene.ann.account.id, scene.ann.written("hello"), "")
        activity = scene.ann.message_activity("message", chat, message)
        token = scene.teams.issuer.sign(scene.teams.bot, scene.teams.service_url, iss=other.issuer)
        headers = {"Authorization": f"Bearer {token}"}
        status, _ = await scene.teams.courier.send(json.dumps(activity).encode(), headers)
        assert status == (200 if other.issuer == CLOUDS[cloud].issuer else 401)
    assert {asked["scope"] for asked in scene.teams.issuer.token_requests} == {f"{CLOUDS[cloud].scope}/.default"}
    await scene.adapter.post(scene.place(scene.ann.chat()), Body("hello"), key="k")


def test_no_two_clouds_that_trust_each_other_share_a_host() -> None:
    for name, cloud in CLOUDS.items():
        assert cloud.service_url.partition("://")[2].partition("/")[0] in cloud.service_hosts
        for other in CLOUDS.values():
            assert other.issuer == cloud.issuer or not cloud.service_hosts & other.service_hosts, name
