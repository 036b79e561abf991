"""`python -m adapters.teams.package OUT.zip --app-id ID`: the app package that is uploaded to Teams.

Fills the template in `deploy/teams`, checks it, and packs it with the icons. The command lists are those of
`/support`, so that Teams offers what the app understands.
Source: https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema (1.19)
"""

from __future__ import annotations

import argparse
import json
import re
import struct
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bot.core.typed.verbs import VERBS, Role

TEMPLATE: Final = Path(__file__).resolve().parents[2] / "deploy" / "teams"
ICONS: Final = {"color.png": 192, "outline.png": 32}
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MAX_COMMANDS: Final = 10
_EPOCH: Final = (2026, 1, 1, 0, 0, 0)
_LENGTHS: Final = {
    ("name", "short"): 30,
    ("name", "full"): 100,
    ("description", "short"): 80,
    ("description", "full"): 4000,
    ("developer", "name"): 32,
}
_CONSENTS: Final = {"ChannelMessage.Read.Group", "ChatMessage.Read.Chat"}

Manifest = dict[str, Any]


def manifest_of(
    app_id: str,
    *,
    version: str = "1.0.0",
    name: str = "",
    developer: Mapping[str, str] | None = None,
    listens: bool = True,
) -> Manifest:
    """The manifest of one bot registration. Without `listens` the app hears only what mentions it."""
    text = (TEMPLATE / "manifest.json").read_text(encoding="utf-8").replace("${APP_ID}", app_id)
    manifest: Manifest = json.loads(text)
    manifest["version"] = version
    if name:
        manifest["name"] = {"short": name[:30], "full": f"{name} support"[:100]}
    manifest["developer"].update({key: value for key, value in (developer or {}).items() if value})
    manifest["bots"][0]["commandLists"] = [
        {"scopes": ["personal"], "commands": _commands(direct=True)},
        {"scopes": ["team"], "commands": _commands(direct=False)},
    ]
    if not listens:
        permissions = manifest["authorization"]["permissions"]
        permissions["resourceSpecific"] = [p for p in permissions["resourceSpecific"] if p["name"] not in _CONSENTS]
    return manifest


def _commands(*, direct: bool) -> list[dict[str, str]]:
    """What Teams offers while somebody types. In private chats, where customers write, no agents' commands."""
    verbs = [(word, verb) for word, verb in VERBS.items() if not direct or verb.role is Role.CUSTOMER]
    lead = "/support " if direct else ""
    return [{"title": f"{lead}{word}", "description": verb.help[:128]} for word, verb in verbs[:_MAX_COMMANDS]]


def problems_of(manifest: Manifest) -> Iterator[str]:
    """What Teams would refuse, each with its place."""
    yield from _identity_problems(manifest)
    yield from _text_problems(manifest)
    for icon, size in ICONS.items():
        if icon_size((TEMPLATE / icon).read_bytes()) != (size, size):
            yield f"{icon}: a PNG of {size} × {size} points"


def _identity_problems(manifest: Manifest) -> Iterator[str]:
    for place in (manifest["id"], manifest["bots"][0]["botId"], manifest["webApplicationInfo"]["id"]):
        if not _GUID.fullmatch(place):
            yield f"--app-id: {place!r} is no id such as 00000000-0000-0000-0000-000000000000"
            break
    if not re.fullmatch(r"\d{1,5}\.\d{1,5}\.\d{1,5}", manifest["version"]):
        yield f"--version: {manifest['version']!r} is no version such as 1.0.0"


def _text_problems(manifest: Manifest) -> Iterator[str]:
    for (part, key), limit in _LENGTHS.items():
        if not 0 < len(manifest[part][key]) <= limit:
            yield f"{part}.{key}: 1 to {limit} characters"
    for key in ("websiteUrl", "privacyUrl", "termsOfUseUrl"):
        if not re.match(r"https://[^\s/]+", manifest["developer"][key]):
            yield f"developer.{key}: begins with https://"
    for commands in manifest["bots"][0]["commandLists"]:
        for command in commands["commands"]:
            if not (0 < len(command["title"]) <= 32 and 0 < len(command["description"]) <= 128):
                yield f"command {command['title']!r}: a title of 32 and a description of 128 characters at most"


def icon_size(raw: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    width, height = struct.unpack(">II", raw[16:24])
    return width, height


def write(out: Path, manifest: Manifest) -> None:
    """Write the package; the same manifest gives the same bytes."""
    files = {"manifest.json": json.dumps(manifest, indent=2, ensure_ascii=False).encode()}
    files |= {icon: (TEMPLATE / icon).read_bytes() for icon in ICONS}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, raw in files.items():
            package.writestr(zipfile.ZipInfo(name, _EPOCH), raw, zipfile.ZIP_DEFLATED)


def main(arguments: list[str] | None = None) -> int:
    """Build a package; 2 and a line for each problem when Teams would refuse it."""
    parser = argparse.ArgumentParser(prog="python -m adapters.teams.package", description="Builds the app package.")
    parser.add_argument("out", type=Path, metavar="OUT.zip")
    parser.add_argument("--app-id", required=True, help="the bot's Microsoft App ID")
    parser.add_argument("--version", default="1.0.0", help="raise it with every upload")
    parser.add_argument("--name", default="", help="what the app is called in Teams")
    parser.add_argument("--developer", default="", help="who offers the app")
    parser.add_argument("--website", default="", help="https://… of who offers the app")
    parser.add_argument("--privacy", default="", help="https://… of the privacy statement")
    parser.add_argument("--terms", default="", help="https://… of the terms of use")
    parser.add_argument("--only-mentions", action="store_true", help="do not ask for consent to hear whole channels")
    given = parser.parse_args(arguments)
    developer = {
        "name": given.developer,
        "websiteUrl": given.website,
        "privacyUrl": given.privacy,
        "termsOfUseUrl": given.terms,
    }
    manifest = manifest_of(
        given.app_id, version=given.version, name=given.name, developer=developer, listens=not given.only_mentions
    )
    problems = list(problems_of(manifest))
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        return 2
    write(given.out, manifest)
    return 0


if __name__ == "__main__":
    sys.exit(main())
