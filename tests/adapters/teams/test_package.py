"""The app package that is uploaded to Teams."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from pathlib import Path

import jsonschema
import pytest

from adapters.teams.package import ICONS, TEMPLATE, main, manifest_of, problems_of
from bot.core.typed.verbs import VERBS
from bot.services.home import SHORTCUTS

ID = "22222222-2222-4222-8222-222222222222"


def _object(**properties: object) -> dict[str, object]:
    """A JSON schema of an object in which everything is required and nothing else is allowed."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _text(limit: int) -> dict[str, object]:
    return {"type": "string", "minLength": 1, "maxLength": limit}


def _list_of(items: object, most: int) -> dict[str, object]:
    return {"type": "array", "items": items, "maxItems": most}


_GUID = {"type": "string", "pattern": "^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"}
_ADDRESS = {"type": "string", "pattern": "^https://", "maxLength": 2048}
_SCOPES = {"type": "array", "items": {"enum": ["team", "personal", "groupChat", "copilot"]}, "maxItems": 3}

PUBLISHED = _object(
    **{
        "$schema": {"const": "https://developer.microsoft.com/json-schemas/teams/v1.19/MicrosoftTeams.schema.json"},
        "manifestVersion": {"const": "1.19"},
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$", "maxLength": 256},
        "id": _GUID,
        "developer": _object(name=_text(32), websiteUrl=_ADDRESS, privacyUrl=_ADDRESS, termsOfUseUrl=_ADDRESS),
        "name": _object(short=_text(30), full=_text(100)),
        "description": _object(short=_text(80), full=_text(4000)),
        "icons": _object(color={"const": "color.png"}, outline={"const": "outline.png"}),
        "accentColor": {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
        "bots": _list_of(
            _object(
                botId=_GUID,
                scopes=_SCOPES,
                supportsFiles={"type": "boolean"},
                isNotificationOnly={"type": "boolean"},
                commandLists=_list_of(
                    _object(
                        scopes=_SCOPES,
                        commands=_list_of(_object(title=_text(32), description=_text(128)), 10),
                    ),
                    3,
                ),
            ),
            1,
        ),
        "composeExtensions": _list_of(
            _object(
                botId=_GUID,
                commands=_list_of(
                    _object(
                        id=_text(64),
                        type={"const": "action"},
                        title=_text(32),
                        description=_text(128),
                        context={"const": ["message"]},
                        fetchTask={"const": True},
                    ),
                    10,
                ),
            ),
            1,
        ),
        "permissions": _list_of({"enum": ["identity", "messageTeamMembers"]}, 2),
        "validDomains": _list_of(_text(2048), 16),
        "webApplicationInfo": _object(id=_GUID, resource=_text(2048)),
        "authorization": _object(
            permissions=_object(
                resourceSpecific=_list_of(_object(name=_text(128), type={"enum": ["Application", "Delegated"]}), 16)
            )
        ),
    }
)
"""What is used here of the published schema, after its documentation; stricter: nothing else is allowed."""


def test_a_package_holds_a_manifest_that_teams_takes_and_its_icons(tmp_path: Path) -> None:
    out = tmp_path / "warmline.zip"
    assert main([str(out), "--app-id", ID, "--version", "1.2.0", "--name", "Acme Help"]) == 0
    with zipfile.ZipFile(out) as package:
        assert sorted(package.namelist()) == ["color.png", "manifest.json", "outline.png"]
        manifest = json.loads(package.read("manifest.json"))
    jsonschema.validate(manifest, PUBLISHED)
    assert (manifest["id"], manifest["version"], manifest["name"]["short"]) == (ID, "1.2.0", "Acme Help")
    assert "${" not in json.dumps(manifest)


def test_the_same_manifest_gives_the_same_bytes(tmp_path: Path) -> None:
    both = [tmp_path / "a.zip", tmp_path / "b.zip"]
    for out in both:
        main([str(out), "--app-id", ID])
    assert both[0].read_bytes() == both[1].read_bytes()


def test_teams_offers_the_commands_that_there_are() -> None:
    offered = {
        tuple(c["scopes"]): [x["title"] for x in c["commands"]] for c in manifest_of(ID)["bots"][0]["commandLists"]
    }
    assert offered["team",] == list(VERBS)[:10]
    assert offered["personal",] == ["/support help"]


def test_hearing_whole_channels_is_asked_for_and_can_be_left_out() -> None:
    def asked(*, listens: bool) -> set[str]:
        permissions = manifest_of(ID, listens=listens)["authorization"]["permissions"]["resourceSpecific"]
        return {permission["name"] for permission in permissions}

    assert asked(listens=True) - asked(listens=False) == {"ChannelMessage.Read.Group", "ChatMessage.Read.Chat"}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--app-id", "warmline"], "--app-id"),
        (["--app-id", ID, "--version", "1"], "--version"),
        (["--app-id", ID, "--website", "http://example.com"], "developer.websiteUrl"),
        (["--app-id", ID, "--developer", "x" * 33], "developer.name"),
    ],
)
def test_what_teams_would_refuse_is_said_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "x.zip"), *arguments]) == 2
    assert problem in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()
    assert list(problems_of(manifest_of(ID))) == []


@pytest.mark.parametrize(("name", "size"), ICONS.items())
def test_an_icon_is_a_whole_png_of_its_size(name: str, size: int) -> None:
    raw = (TEMPLATE / name).read_bytes()
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    at, pixels = 8, b""
    while at < len(raw):
        (length,) = struct.unpack(">I", raw[at : at + 4])
        kind, data = raw[at + 4 : at + 8], raw[at + 8 : at + 8 + length]
        assert struct.unpack(">I", raw[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + data)
        pixels += data if kind == b"IDAT" else b""
        at += 12 + length
    assert len(zlib.decompress(pixels)) == size * (size * 4 + 1)


def test_what_can_be_chosen_in_a_messages_menu_is_what_the_app_knows() -> None:
    (extension,) = manifest_of(ID)["composeExtensions"]
    assert {command["id"] for command in extension["commands"]} == set(SHORTCUTS)
