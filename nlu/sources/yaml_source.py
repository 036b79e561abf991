"""Reads YAML so that every value knows the file and the line it stands on.

A leaf module: whoever reads a Rasa project (training data here, domain and stories elsewhere) gets
immutable nodes and can name the place of any mistake. It refuses what should never reach a reader:
files that are too large, that are not UTF-8, that repeat a key, that hide a bomb of aliases, or that
carry tags of a programming language. It never constructs objects, and no exception of the YAML library leaves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

MAX_BYTES: Final = 20 * 1024 * 1024
"""Default limit of one file, in bytes."""

MAX_ALIAS_GROWTH: Final = 10
"""A document may grow to this multiple of its written nodes when aliases are followed."""

MAX_DEPTH: Final = 60
"""Levels of lists and mappings within each other; a Rasa project needs about eight, a card for a platform twenty."""

_FREE_GROWTH: Final = 20_000  # nodes; below that nothing is a bomb
_TAG: Final = "tag:yaml.org,2002:"
_MERGE: Final = _TAG + "merge"
_COLLECTIONS: Final = frozenset({_TAG + "seq", _TAG + "map", _TAG + "omap", _TAG + "set", "!", "None", ""})
_TEXT_TAGS: Final = frozenset({_TAG + "str", _TAG + "timestamp", _TAG + "value", _TAG + "binary", "!"})
_NULL_BYTES: Final = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
"""What a document is without its places."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake at one place. `line` counts from 1; 0 means the file as a whole."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.message}"


class SourceError(Exception):
    """A source could not be read; `problems` says what is wrong and where, all of it at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class YamlScalar:
    """A single value. `raw` is as it was written (`0o17`, `~`), `value` what it means.

    `line` is where the value begins; for a block scalar (`|` or `>`) the text itself begins at
    `text_line`, one below.
    """

    value: str | int | float | bool | None
    raw: str
    file: Path
    line: int
    text_line: int
    is_block: bool = False

    def plain(self) -> Plain:
        """Return the value without its place."""
        return self.value

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the text's lines with their line numbers in the file."""
        for offset, text in enumerate(self.raw.split("\n")):
            yield self.text_line + offset, text


@dataclass(frozen=True, slots=True)
class YamlSequence:
    """A list of nodes."""

    items: tuple[YamlNode, ...]
    file: Path
    line: int

    def plain(self) -> Plain:
        """Return the list without places."""
        return [item.plain() for item in self.items]

    def __iter__(self) -> Iterator[YamlNode]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """Keys, each with its own place, and their nodes, in the order of the file."""

    entries: tuple[tuple[YamlScalar, YamlNode], ...]
    file: Path
    line: int

    def plain(self) -> Plain:
        """Return the mapping without places; keys are as they were written."""
        return {key.raw: value.plain() for key, value in self.entries}

    def get(self, key: str) -> YamlNode | None:
        """Return the node under `key`, or None."""
        for name, value in self.entries:
            if name.raw == key:
                return value
        return None

    def keys(self) -> tuple[str, ...]:
        """Return the keys as written."""
        return tuple(key.raw for key, _ in self.entries)

    def __contains__(self, key: str) -> bool:
        return any(name.raw == key for name, _ in self.entries)

    def __iter__(self) -> Iterator[tuple[YamlScalar, YamlNode]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


YamlNode: TypeAlias = YamlScalar | YamlSequence | YamlMapping


def load_yaml(path: Path, *, max_bytes: int = MAX_BYTES) -> YamlNode:
    """Read one file with one YAML 1.2 document. An empty file is a null scalar.

    Raises SourceError when the file cannot be read, is larger than `max_bytes`, is not UTF-8, is
    not YAML, repeats a key, refers to itself, or grows without measure through aliases.
    """
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise SourceError((Problem(path, 0, f"cannot be read: {error.strerror or error}"),)) from error
    if len(data) > max_bytes:
        raise SourceError(
            (Problem(path, 0, f"is larger than {max_bytes:,} bytes; split it or raise the limit on purpose"),)
        )
    return parse_yaml(_decode(data, path), path)


def parse_yaml(text: str, path: Path) -> YamlNode:
    """Read a document that is already text; `path` is only named in places. Raises SourceError."""
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # a later anchor of the same name wins, as YAML says
    yaml.max_depth = MAX_DEPTH  # refused while it is read: thousands of brackets would take seconds
    try:
        root: Any = yaml.compose(text)  # pyright: ignore[reportUnknownMemberType]  # ruamel leaves it untyped
    except MaxDepthExceededError as error:
        fault: Any = error
        line = int(fault.problem_mark.line) + 1
        raise SourceError(
            (Problem(path, line, f"is nested too deeply; at most {MAX_DEPTH} levels are read"),)
        ) from error
    except MarkedYAMLError as error:
        fault = error
        mark = fault.problem_mark or fault.context_mark
        line = int(mark.line) + 1 if mark is not None else 0
        parts = [str(p) for p in (fault.context, fault.problem) if p]
        raise SourceError((Problem(path, line, "not valid YAML: " + ", ".join(parts)),)) from error
    except ReaderError as error:
        fault = error
        line = text.count("\n", 0, int(fault.position)) + 1
        raise SourceError(
            (Problem(path, line, f"contains a character that YAML forbids: {fault.character!r}"),)
        ) from error
    except RecursionError as error:
        raise SourceError((Problem(path, 0, "is nested too deeply"),)) from error
    except (YAMLError, ValueError, NotImplementedError) as error:
        raise SourceError((Problem(path, 0, f"not valid YAML: {error}"),)) from error
    if root is None:
        return YamlScalar(None, "", path, 1, 1)
    builder = _Builder(path)
    try:
        node = builder.build(root)
    except RecursionError as error:
        raise SourceError((Problem(path, 0, "is nested too deeply"),)) from error
    if builder.problems:
        raise SourceError(tuple(sorted(builder.problems, key=lambda p: p.line)))
    line = builder.grown_at(MAX_ALIAS_GROWTH * len(builder.sizes) + _FREE_GROWTH)
    if line:
        raise SourceError((Problem(path, line, "grows without measure when its aliases are followed"),))
    return node


def _decode(data: bytes, path: Path) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    encoding = _NULL_BYTES.get(data[:2]) or ("UTF-16 or binary" if b"\x00" in data[:4096] else None)
    if encoding is not None:
        raise SourceError((Problem(path, 1, f"is {encoding}; save it as UTF-8"),))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise SourceError(
            (Problem(path, line, f"is not UTF-8 (byte 0x{byte:02x}); save the file as UTF-8"),)
        ) from error


class _Builder:
    """Turns the library's nodes into ours, each once, however many aliases point at it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problems: list[Problem] = []
        self.sizes: dict[int, int] = {}  # nodes below and including this one, aliases followed
        self._done: dict[int, YamlNode] = {}
        self._open: set[int] = set()

    def grown_at(self, limit: int) -> int:
        """The line of the smallest part with more than `limit` nodes, aliases followed; 0 where there is none."""
        too_large = [(size, self._done[key].line) for key, size in self.sizes.items() if size > limit]
        return min(too_large, default=(0, 0))[1]

    def build(self, node: Any) -> YamlNode:
        key = id(node)
        if key in self._done:
            return self._done[key]
        line = int(node.start_mark.line) + 1
        if key in self._open:
            self._problem(line, "refers to itself through an alias")
            return YamlScalar(None, "", self._path, line, line)
        self._open.add(key)
        if node.id != "scalar" and str(node.tag) not in _COLLECTIONS:
            self._problem(line, f"the tag {str(node.tag)!r} is not allowed")
        built: YamlNode
        if node.id == "mapping":
            built = self._mapping(node, line)
        elif node.id == "sequence":
            items = tuple(self.build(child) for child in node.value)
            self.sizes[key] = 1 + sum(self.sizes.get(id(child), 1) for child in node.value)
            built = YamlSequence(items, self._path, line)
        else:
            self.sizes[key] = 1
            built = self._scalar(node, line)
        self._open.discard(key)
        self._done[key] = built
        return built

    def _mapping(self, node: Any, line: int) -> YamlMapping:
        own: dict[str, tuple[YamlScalar, YamlNode]] = {}
        merged: dict[str, tuple[YamlScalar, YamlNode]] = {}
        size = 1
        for key_node, value_node in node.value:
            key_line = int(key_node.start_mark.line) + 1
            value = self.build(value_node)
            size += 1 + self.sizes.get(id(value_node), 1)
            if key_node.id != "scalar":
                self._problem(key_line, "a key must be a single value")
                continue
            if str(key_node.tag) == _MERGE:
                self._merge(value, merged, key_line)
                continue
            key = self._scalar(key_node, key_line)
            if key.raw in own:
                self._problem(key_line, f"the key {key.raw!r} is already given in line {own[key.raw][0].line}")
                continue
            own[key.raw] = (key, value)
        self.sizes[id(node)] = size
        inherited = tuple(pair for name, pair in merged.items() if name not in own)
        return YamlMapping(inherited + tuple(own.values()), self._path, line)

    def _merge(self, value: YamlNode, merged: dict[str, tuple[YamlScalar, YamlNode]], line: int) -> None:
        sources = value.items if isinstance(value, YamlSequence) else (value,)
        for source in sources:
            if not isinstance(source, YamlMapping):
                self._problem(line, "'<<' must name a mapping")
                continue
            for key, child in source.entries:
                merged.setdefault(key.raw, (key, child))

    def _scalar(self, node: Any, line: int) -> YamlScalar:
        raw = str(node.value)
        block = node.style in ("|", ">")
        return YamlScalar(self._value(node, raw, line), raw, self._path, line, line + block, block)

    def _value(self, node: Any, raw: str, line: int) -> str | int | float | bool | None:
        tag = str(node.tag)
        if tag in _TEXT_TAGS:
            return raw
        try:
            match tag.removeprefix(_TAG):
                case "null":
                    return None
                case "bool":
                    return raw.lower() == "true"
                case "int":
                    return _integer(raw)
                case "float":
                    return _float(raw)
                case _:
                    self._problem(line, f"the tag {tag!r} is not allowed")
        except ValueError:
            self._problem(line, f"{raw!r} is not a {tag.removeprefix(_TAG)}")
        return None

    def _problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(self._path, line, message))


def _integer(raw: str) -> int:
    digits = raw.replace("_", "")
    if re.fullmatch(r"[-+]?0[0-9]+", digits):  # 007 is seven, not octal, in YAML 1.2
        return int(digits, 10)
    return int(digits, 0)


def _float(raw: str) -> float:
    lowered = raw.replace("_", "").lower()
    if lowered.endswith(".inf"):
        return float("-inf") if lowered.startswith("-") else float("inf")
    return float("nan") if lowered == ".nan" else float(lowered)
