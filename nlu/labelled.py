"""The hand-written messages that ship with their labels and languages: how a file of them is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

CUSTOMERS: Final = tuple(Path(__file__).parent / "data" / f"{about}.yml" for about in ("emotion", "asked", "safety"))
"""What customers write, by language: what the shipped detectors are trained on."""


def read_labelled(path: Path, key: str, half: str | None = None) -> tuple[tuple[str, str, str], ...]:
    """Read (text, label, language) from a file of groups with `language`, `key` and `examples`.

    With `half` only the groups that name it.

    Raises OSError, or ValueError with the group that has a wrong shape.
    """
    reader: Any = YAML(typ="safe", pure=True)
    groups: list[Any] = reader.load(path.read_text(encoding="utf-8"))
    read: list[tuple[str, str, str]] = []
    for group in groups:
        if half is not None and group.get("half") != half:
            continue
        try:
            label, language, lines = str(group[key]), str(group["language"]), str(group["examples"]).splitlines()
        except (TypeError, KeyError) as wrong:
            raise ValueError(f"cannot read examples {path}: {group!r} needs language, {key} and examples") from wrong
        read.extend((line.strip().removeprefix("-").strip(), label, language) for line in lines if line.strip("- "))
    return tuple(read)
