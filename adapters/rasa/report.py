"""Collects what is wrong (or merely worth knowing) about a project, each with its file and line.

Readers report and go on, so that a person sees all mistakes at once.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from bot.dialogue.stories import Place
from nlu.sources.yaml_source import Problem, SourceError, YamlMapping, YamlNode, YamlScalar, YamlSequence, load_yaml

_NEARLY = 0.65  # how alike a key must be to a right one to be a slip of the pen: `story` for `stories`


@dataclass(slots=True)
class Report:
    """Mistakes and notices of one project. Paths are shown relative to `folder`."""

    folder: Path
    problems: list[str] = field(default_factory=list["str"])
    notices: list[str] = field(default_factory=list["str"])
    declared: dict[tuple[str, str], Place] = field(default_factory=dict["tuple[str, str]", "Place"])
    """Where things of the domain are written: by kind (`intent`, `slot`, ...) and name."""
    unreadable: set[Path] = field(default_factory=set["Path"])
    """Files of which nothing could be read."""

    def declare(self, kind: str, name: str, node: YamlNode) -> None:
        """Remember where something of the domain is written; the first place counts."""
        self.declared.setdefault((kind, name), self.place(node))

    def place(self, node: YamlNode) -> Place:
        """Where a value stands."""
        return Place(self._relative(node.file), node.line)

    def wrong(self, node: YamlNode, message: str) -> None:
        """Note a mistake at a value."""
        self.problems.append(f"{self.place(node)}: {message}")

    def note(self, node: YamlNode, message: str) -> None:
        """Note something worth knowing at a value."""
        self.notices.append(f"{self.place(node)}: {message}")

    def take(self, problems: tuple[Problem, ...]) -> None:
        """Take over what the YAML reader found."""
        for p in problems:
            path = self._relative(p.path)
            self.problems.append(f"{path}:{p.line}: {p.message}" if p.line else f"{path}: {p.message}")

    def load(self, path: Path) -> YamlNode | None:
        """Read a YAML file; None, with the mistakes noted, when it cannot be."""
        try:
            return load_yaml(path)
        except SourceError as error:
            self.take(error.problems)
            self.unreadable.add(path)
            return None

    def unknown(self, key: YamlScalar, allowed: tuple[str, ...], what: str) -> None:
        """Note a key that nobody reads, with the likeliest right one."""
        near = get_close_matches(key.raw, allowed, 1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; allowed are {', '.join(allowed)}"
        self.wrong(key, f"'{key.raw}' is not a key of {what}{hint}")

    def unread(self, key: YamlScalar, allowed: tuple[str, ...], what: str) -> None:
        """Note a key that Rasa passes over, too; one that is nearly a right one is a mistake all the same."""
        if get_close_matches(key.raw, allowed, 1, _NEARLY):
            self.unknown(key, allowed, what)
        else:
            self.note(key, f"'{key.raw}' is not a key of {what} that is read; it changes nothing")

    def _relative(self, path: Path) -> str:
        try:
            return path.relative_to(self.folder).as_posix()
        except ValueError:
            return path.as_posix()


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'this'?` where something known is called nearly so; else nothing."""
    near = get_close_matches(name, known, 1, _NEARLY)
    return f"; did you mean '{near[0]}'?" if near else ""


def is_null(node: YamlNode | None) -> bool:
    """Whether nothing is given."""
    return node is None or (isinstance(node, YamlScalar) and node.value is None)


def entries(node: YamlNode | None, report: Report, what: str) -> tuple[tuple[YamlScalar, YamlNode], ...]:
    """The entries of what must be a mapping; nothing given is an empty one."""
    if node is None or is_null(node):
        return ()
    if isinstance(node, YamlMapping):
        return node.entries
    report.wrong(node, f"{what} must be a mapping (key: value), not {kind_of(node)}")
    return ()


def items(node: YamlNode | None, report: Report, what: str) -> tuple[YamlNode, ...]:
    """The items of what must be a list; nothing given is an empty one."""
    if node is None or is_null(node):
        return ()
    if isinstance(node, YamlSequence):
        return node.items
    report.wrong(node, f"{what} must be a list (- item), not {kind_of(node)}")
    return ()


def text(node: YamlNode | None, report: Report, what: str) -> str:
    """What must be a single value, as written; empty, with the mistake noted, when it is not."""
    if node is None:
        return ""
    if isinstance(node, YamlScalar) and node.value is not None:
        return node.raw.strip() if not node.is_block else node.raw
    if isinstance(node, YamlScalar):
        report.wrong(node, f"{what} is empty")
    else:
        report.wrong(node, f"{what} must be a single value, not {kind_of(node)}")
    return ""


def texts(node: YamlNode | None, report: Report, what: str) -> tuple[str, ...]:
    """What must be one text or a list of texts."""
    if node is None or is_null(node):
        return ()
    if isinstance(node, YamlScalar):
        return (node.raw.strip(),)
    return tuple(t for t in (text(i, report, f"an item of {what}") for i in items(node, report, what)) if t)


def flag(node: YamlNode | None, report: Report, what: str, *, default: bool) -> bool:
    """What must be true or false."""
    if node is None or is_null(node):
        return default
    if isinstance(node, YamlScalar):
        if isinstance(node.value, bool):
            return node.value
        lowered = node.raw.strip().lower()
        if lowered in {"yes", "on", "true"}:
            return True
        if lowered in {"no", "off", "false"}:
            return False
    report.wrong(node, f"{what} must be true or false")
    return default


def number(node: YamlNode | None, report: Report, what: str, *, default: float) -> float:
    """What must be a number."""
    if node is None or is_null(node):
        return default
    if isinstance(node, YamlScalar) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        with contextlib.suppress(OverflowError):  # an integer beyond every float
            if math.isfinite(found := float(node.value)):
                return found
    report.wrong(node, f"{what} must be a number")
    return default


def kind_of(node: YamlNode) -> str:
    """What a value is, in words."""
    if isinstance(node, YamlMapping):
        return "a mapping"
    if isinstance(node, YamlSequence):
        return "a list"
    return f"'{node.raw}'" if node.value is not None else "nothing"


def language_of(tag: str) -> str:
    """`de` of `de`, `DE` and `de-AT`: languages are told apart, regions are not."""
    return tag.strip().lower().replace("_", "-").partition("-")[0]
