"""Who is believed: every bad token is 401, none runs the bot, and keys come and go without a restart."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable

import jwt
import pytest

from tests.adapters.teams.scene import MakeScene, Scene
from tests.fakes.teams.issuer import private_key, public_jwk

Forge = Callable[[Scene, str], str]
"""An Authorization header, from the scene and the service address of the activity."""


def _signed(**claims: object) -> Forge:
    return lambda scene, url: f"Bearer {scene.teams.issuer.sign(scene.teams.bot, url, **claims)}"  # type: ignore[arg-type]


def _unsigned(scene: Scene, url: str) -> str:
    claims = {"aud": scene.teams.bot.app_id, "iss": "https://api.botframework.com", "serviceurl": url, "exp": 9e9}
    return f"Bearer {jwt.encode(claims, None, algorithm='none', headers={'kid': 'key-1'})}"


def _hmac(scene: Scene, url: str) -> str:
    """Signed with the public key as a shared secret: the classic confusion."""
    claims = {"aud": scene.teams.bot.app_id, "iss": "https://api.botframework.com", "serviceurl": url, "exp": 9e9}
    public = scene.teams.issuer.published["key-1"]["n"]
    return f"Bearer {jwt.encode(claims, public, algorithm='HS256', headers={'kid': 'key-1'})}"


def _tampered(scene: Scene, url: str) -> str:
    head, body, signature = scene.teams.issuer.sign(scene.teams.bot, url).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps(claims | {"extra": 1}).encode()).decode().rstrip("=")
    return f"Bearer {head}.{changed}.{signature}"


def _unknown_channel(scene: Scene, url: str) -> str:
    """A key that the service publishes for another channel than Teams."""
    scene.teams.issuer.published["skype"] = public_jwk(private_key("skype"), "skype", endorsements=("skype",))
    return f"Bearer {scene.teams.issuer.sign(scene.teams.bot, url, kid='skype')}"


BAD: dict[str, Forge] = {
    "none": lambda _scene, _url: "",
    "no scheme": lambda scene, url: scene.teams.issuer.sign(scene.teams.bot, url),
    "another scheme": lambda _scene, _url: "Basic dXNlcjpwYXNz",
    "empty": lambda _scene, _url: "Bearer ",
    "garbage": lambda _scene, _url: "Bearer garbage",
    "garbage with dots": lambda _scene, _url: "Bearer a.b.c",
    "not ASCII": lambda _scene, _url: "Bearer é.ü.ñ",
    "very long": lambda _scene, _url: "Bearer " + "a" * 7_000,
    "JSON that is no header": lambda _scene, _url: "Bearer " + base64.urlsafe_b64encode(b"[1]").decode() + ".e30.e30",
    "alg none": _unsigned,
    "signed with the public key": _hmac,
    "bad signature": _tampered,
    "another key under a known name": _signed(key="mallory", kid="key-1"),
    "unknown key": _signed(kid="unknown"),
    "expired": _signed(exp=1_600_000_000),
    "not valid yet": _signed(nbf=4_000_000_000, exp=4_000_003_600),
    "without an end": _signed(exp=None),
    "an end that is none": _signed(exp="soon"),
    "wrong audience": _signed(aud="99999999-9999-4999-8999-999999999999"),
    "audience of several": _signed(aud=["22222222-2222-4222-8222-222222222222", "other"]),
    "without an audience": _signed(aud=None),
    "wrong issuer": _signed(iss="https://sts.windows.net/evil/"),
    "without an issuer": _signed(iss=None),
    "missing endorsement": _unknown_channel,
    "another service address": _signed(serviceurl="https://smba.trafficmanager.net/apac/"),
    "without a service address": _signed(serviceurl=None),
}


async def deliver(scene: Scene, authorization: str, **changes: object) -> int:
    """The status of one delivery with that header."""
    chat = scene.ann.chat()
    message = scene.teams.tenant.add_message(chat, scene.ann.account.id, scene.ann.written("hello"), "")
    activity = scene.ann.message_activity("message", chat, message) | changes
    headers = {"Authorization": authorization} if authorization else {}
    status, _ = await scene.teams.courier.send(json.dumps(activity).encode(), headers)
    return status


@pytest.mark.parametrize("forge", BAD.values(), ids=BAD)
async def test_a_bad_token_is_401_and_runs_nothing(scene: Scene, forge: Forge) -> None:
    assert await deliver(scene, forge(scene, scene.teams.service_url)) == 401
    assert scene.intake.offered == []


async def test_a_good_token_is_taken_however_its_scheme_is_written(scene: Scene) -> None:
    token = scene.teams.issuer.sign(scene.teams.bot, scene.teams.service_url)
    # with words of its own each: the same words in one millisecond are one message
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert await deliver(scene, f"{scheme} {token}", text=scheme) == 200
    assert len(scene.intake.taken) == 3


async def test_five_minutes_of_skew_are_allowed_and_no_more(scene: Scene) -> None:
    now = int(scene.teams.now())
    assert await deliver(scene, _signed(exp=now - 200)(scene, scene.teams.service_url)) == 200
    assert await deliver(scene, _signed(exp=now - 400)(scene, scene.teams.service_url)) == 401


async def test_a_token_that_was_good_is_refused_once_it_has_expired(scene: Scene) -> None:
    token = scene.teams.issuer.sign(scene.teams.bot, scene.teams.service_url)
    assert await deliver(scene, f"Bearer {token}") == 200
    scene.clock.ahead = 3600 + 400
    assert await deliver(scene, f"Bearer {token}") == 401


async def test_a_token_is_for_one_channel_and_one_address(scene: Scene) -> None:
    token = f"Bearer {scene.teams.issuer.sign(scene.teams.bot, scene.teams.service_url)}"
    assert await deliver(scene, token, channelId="webchat") == 401
    assert await deliver(scene, token, serviceUrl="https://smba.trafficmanager.net/emea/") == 401
    assert await deliver(scene, token) == 200


async def test_an_address_that_is_not_microsofts_is_refused_even_with_a_good_token(scene: Scene) -> None:
    for url in (
        "https://evil.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net.evil.example/",
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://smba.trafficmanager.net:8443/",
        "ftp://smba.trafficmanager.net/",
    ):
        token = scene.teams.issuer.sign(scene.teams.bot, url)
        assert await deliver(scene, f"Bearer {token}", serviceUrl=url) == 403, url
    assert scene.intake.offered == []


async def test_a_rotated_key_is_fetched_when_it_is_met(scene: Scene) -> None:
    assert await deliver(scene, _signed()(scene, scene.teams.service_url)) == 200
    scene.teams.issuer.rotate("key-2")
    assert await deliver(scene, _signed()(scene, scene.teams.service_url)) == 401
    scene.clock.ahead = 20
    assert await deliver(scene, _signed()(scene, scene.teams.service_url)) == 200
    assert scene.teams.issuer.key_requests == 2


async def test_unknown_keys_make_us_ask_once_a_cool_down_however_many_come(scene: Scene) -> None:
    forged = [_signed(kid=f"unknown-{n}", key="mallory")(scene, scene.teams.service_url) for n in range(10)]
    assert set(await asyncio.gather(*(deliver(scene, header) for header in forged))) == {401}
    assert scene.teams.issuer.key_requests == 1


async def test_keys_serve_for_a_day_when_their_address_is_down(scene: Scene) -> None:
    header = _signed(exp=int(scene.teams.now()) + 30 * 3600)
    assert await deliver(scene, header(scene, scene.teams.service_url)) == 200
    scene.teams.issuer.keys_down = True
    scene.clock.ahead = 23 * 3600
    assert await deliver(scene, header(scene, scene.teams.service_url)) == 200
    scene.clock.ahead = 25 * 3600
    assert await deliver(scene, header(scene, scene.teams.service_url)) == 503


async def test_without_any_key_teams_is_told_to_come_again_and_garbage_is_401_all_the_same(scene: Scene) -> None:
    scene.teams.issuer.keys_down = True
    assert await deliver(scene, _signed()(scene, scene.teams.service_url)) == 503
    assert await deliver(scene, "Bearer garbage") == 401
    scene.teams.issuer.keys_down = False
    scene.clock.ahead = 20
    assert await deliver(scene, _signed()(scene, scene.teams.service_url)) == 200


async def test_before_the_start_and_after_the_stop_teams_is_told_to_come_again(make_scene: MakeScene) -> None:
    scene = await make_scene(start=False)
    header = _signed()(scene, scene.teams.service_url)
    assert await deliver(scene, header) == 503
    await scene.adapter.start(scene.intake, scene.commands, scene.forms)
    assert await deliver(scene, header) == 200
    await scene.adapter.stop()
    assert await deliver(scene, header) == 503


async def test_a_token_that_was_good_is_refused_once_its_key_is_withdrawn(scene: Scene) -> None:
    header = _signed(exp=int(scene.teams.now()) + 5 * 3600)(scene, scene.teams.service_url)
    assert await deliver(scene, header) == 200
    scene.teams.issuer.rotate("key-2")
    scene.clock.ahead = 3700
    assert await deliver(scene, _signed(exp=int(scene.teams.now()) + 7200)(scene, scene.teams.service_url)) == 200
    assert await deliver(scene, header) == 401
