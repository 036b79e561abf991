"""Our own token: fetched once, off everybody's way, in every way an app can prove who it is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from bot.core.effects import Body
from bot.errors import ConfigError, NotDone, Refused, ShutOut
from tests.adapters.teams.scene import MakeScene, Scene
from tests.fakes.teams import FakeTeams
from tests.fakes.teams.issuer import private_key
from tests.support.patience import PATIENCE


async def test_the_token_is_fetched_once_and_not_on_every_turn(scene: Scene) -> None:
    for n in range(20):
        scene.ann.says(scene.ann.chat(), f"message {n}")
        await scene.adapter.post(scene.place(scene.ann.chat()), Body(f"answer {n}"), key=f"k{n}")
    await scene.heard(20)
    assert len(scene.teams.issuer.token_requests) == 1


async def test_many_who_wait_for_the_first_token_wait_for_one_request(make_scene: MakeScene) -> None:
    scene = await make_scene(start_seconds=0.01)
    place = scene.place(scene.ann.chat())
    await asyncio.gather(*(scene.adapter.post(place, Body(f"{n}"), key=f"k{n}") for n in range(10)))
    assert len(scene.teams.issuer.token_requests) == 1


async def test_a_token_is_replaced_before_it_ends_and_used_meanwhile(scene: Scene) -> None:
    place = scene.place(scene.ann.chat())
    await scene.adapter.post(place, Body("one"), key="k1")
    scene.clock.ahead = 3599 - 200
    scene.teams.issuer.open.clear()
    await scene.adapter.post(place, Body("two"), key="k2")
    await scene.teams.until(lambda: len(scene.teams.issuer.token_requests) == 2)
    await scene.adapter.post(place, Body("three"), key="k3")
    scene.teams.issuer.open.set()


async def test_a_token_that_does_not_come_delays_no_acknowledgement(make_scene: MakeScene) -> None:
    scene = await make_scene(start=False, start_seconds=0.01, lookup_seconds=PATIENCE)
    scene.teams.issuer.open.clear()
    await scene.adapter.start(scene.intake, scene.commands, scene.forms)
    waiting = asyncio.create_task(scene.adapter.post(scene.place(scene.ann.chat()), Body("late"), key="k"))
    for n in range(20):
        scene.ann.says(scene.ann.chat(), f"message {n}")
        await scene.heard(n + 1)
    assert {a.status for d in scene.teams.courier.deliveries for a in d.attempts} == {200}
    assert not waiting.done(), "there was no token all the while"
    scene.teams.issuer.open.set()
    await waiting
    assert len(scene.teams.issuer.token_requests) == 1


async def test_without_a_token_nothing_was_done(make_scene: MakeScene) -> None:
    scene = await make_scene(start=False)
    scene.teams.issuer.down = True
    await scene.adapter.start(scene.intake, scene.commands, scene.forms)
    with pytest.raises(NotDone):
        await scene.adapter.post(scene.place(scene.ann.chat()), Body("words"), key="k")
    scene.teams.issuer.down = False
    await scene.adapter.post(scene.place(scene.ann.chat()), Body("words"), key="k")
    assert scene.ann.reads(scene.ann.chat()) == ["words"]


async def test_a_wrong_secret_is_found_at_the_start(make_scene: MakeScene) -> None:
    with pytest.raises(ConfigError, match="invalid_client"):
        await make_scene(secret="wrong")


async def test_a_token_that_is_not_believed_any_more_is_replaced_once(scene: Scene) -> None:
    place = scene.place(scene.ann.chat())
    await scene.adapter.post(place, Body("one"), key="k1")
    scene.teams.issuer.revoked.add(scene.teams.calls[-1].authorization.removeprefix("Bearer "))
    with pytest.raises(NotDone):
        await scene.adapter.post(place, Body("two"), key="k2")
    await scene.adapter.post(place, Body("two"), key="k2")
    assert scene.ann.reads(scene.ann.chat()) == ["one", "two"]
    scene.teams.issuer.bots.clear()
    with pytest.raises(NotDone):
        await scene.adapter.post(place, Body("three"), key="k3")
    with pytest.raises(ShutOut, match="no token"):
        await scene.adapter.post(place, Body("three"), key="k3")


async def test_a_secret_that_ran_out_meanwhile_shuts_the_app_out(scene: Scene) -> None:
    scene.clock.ahead = 3600
    scene.teams.bot.secret = "renewed"
    with pytest.raises(ShutOut, match="invalid_client"):
        await scene.adapter.post(scene.place(scene.ann.chat()), Body("words"), key="k")


async def test_calls_that_were_under_way_with_a_token_that_is_revoked_are_all_made_again(scene: Scene) -> None:
    place = scene.place(scene.ann.chat())
    await scene.adapter.post(place, Body("one"), key="k")
    scene.teams.issuer.revoked.add(scene.teams.calls[-1].authorization.removeprefix("Bearer "))

    async def tried(n: int) -> type[Exception] | None:
        try:
            await scene.adapter.post(place, Body(f"{n}"), key=f"k{n}")
        except (NotDone, Refused) as error:
            return type(error)
        return None

    assert await asyncio.gather(*map(tried, range(6))) == [NotDone] * 6
    assert await asyncio.gather(*map(tried, range(6))) == [None] * 6
    assert len(scene.teams.issuer.token_requests) == 2


async def test_in_the_second_of_expiry_each_process_asks_once_and_no_call_fails(make_scene: MakeScene) -> None:
    """A token is each process's own: four of them make four requests, whatever waits for it there."""
    scenes = [await make_scene() for _ in range(4)]
    teams, before = scenes[0].teams, 4
    assert len(teams.issuer.token_requests) == before
    # the service is slow, and what we have ends within the same second everywhere
    teams.issuer.delay = 0.3
    for n, scene in enumerate(scenes):
        scene.clock.ahead = 3599 - 30 - 0.1 * n
    posts = [
        scene.adapter.post(scene.place(scene.ann.chat()), Body(f"{n}/{i}"), key=f"k{n}/{i}")
        for n, scene in enumerate(scenes)
        for i in range(8)
    ]
    await asyncio.gather(*posts)
    assert len(teams.issuer.token_requests) == before + 4
    assert {call.status for call in teams.calls if call.method == "post"} == {201}


@pytest.mark.parametrize(
    ("app_type", "tenant"),
    [("single_tenant", "11111111-1111-4111-8111-111111111111"), ("multi_tenant", "botframework.com")],
)
async def test_the_app_type_decides_where_to_sign_in(make_scene: MakeScene, app_type: str, tenant: str) -> None:
    scene = await make_scene(app_type=app_type)
    assert [asked["tenant"] for asked in scene.teams.issuer.token_requests] == [tenant]


async def test_a_managed_identity_proves_itself_by_the_machine(make_scene: MakeScene, teams: FakeTeams) -> None:
    url = f"{teams.url}/identity/token"
    for header in ("", "identity-header"):
        scene = await make_scene(app_type="managed_identity", secret="", identity_url=url, identity_header=header)
        await scene.adapter.post(scene.place(scene.ann.chat()), Body("hello"), key="k")
        assert scene.ann.reads(scene.ann.chat()) == ["hello"]
    assert {asked["resource"] for asked in teams.issuer.token_requests} == {"https://api.botframework.com"}


async def test_a_certificate_proves_who_we_are(make_scene: MakeScene) -> None:
    key = private_key("certificate")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "warmline")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=3650))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    scene = await make_scene(start=False, secret="", certificate=(pem + certificate).decode())
    scene.teams.issuer.certificate = certificate.decode()
    await scene.adapter.start(scene.intake, scene.commands, scene.forms)
    await scene.adapter.post(scene.place(scene.ann.chat()), Body("hello"), key="k")
    assert scene.ann.reads(scene.ann.chat()) == ["hello"]
    assert "client_secret" not in scene.teams.issuer.token_requests[0]


async def test_a_certificate_that_is_none_is_found_at_the_start(make_scene: MakeScene) -> None:
    with pytest.raises(ConfigError, match="certificate"):
        await make_scene(secret="", certificate="not a PEM")


async def test_our_token_goes_to_microsofts_hosts_only(scene: Scene) -> None:
    with pytest.raises(Refused, match="address"):
        await scene.adapter._connector.create_activity("https://evil.trafficmanager.net/", "a:1", {})
    assert scene.teams.calls == []
