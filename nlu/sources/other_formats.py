"""Reads training data that is not Rasa's YAML: Markdown and JSON of Rasa 1, and what sets are published in.

Through `rows` and `tagged` it turns a file into sections, as YAML has them; `training_data` makes examples of these.
What is recognised is told by the file's ending and by its contents, never guessed from a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from nlu.sources.json_places import Places, numbered, places
from nlu.sources.markup import Annotation
from nlu.sources.rows import INTENT_COLUMNS, Row, listed_rows, of_parts, rows_of_lines, rows_of_table
from nlu.sources.tagged import TAGGED, WORDS, rows_of_tagged, rows_of_three_files
from nlu.sources.text_files import ending, read_text, refused
from nlu.sources.yaml_source import MAX_BYTES

_TABLES: Final = {".csv": "", ".tsv": "\t"}
_THREE_FILES: Final = Path(WORDS).suffix
SUFFIXES: Final = frozenset({".md", ".json", ".jsonl", _THREE_FILES, *_TABLES, *TAGGED})
"""Endings of the files that are read here, as `text_files.ending` tells them."""

_HEADING: Final = re.compile(r"##\s*(intent|synonym|regex|lookup)\s*:\s*(.+?)\s*$")
_ITEM: Final = re.compile(r"[-*+](?:\s+|(?=[^\s*+-]))(.*\S)")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a section. `annotations` is None where the text may hold Rasa's markup."""

    line: int
    text: str
    annotations: tuple[Annotation, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Section:
    """What YAML writes under `intent`, `synonym`, `regex` or `lookup`."""

    kind: str
    name: str
    entries: tuple[Entry, ...]
    line: int = 0


def holds_training_data(path: Path) -> bool:
    """Whether a Markdown or JSON file in a folder is of Rasa 1; tables are read only where they are named."""
    if path.suffix.lower() not in {".md", ".json"} or path.stat().st_size > MAX_BYTES:
        return False
    text = path.read_bytes().decode("utf-8", "replace")
    if path.suffix.lower() == ".json":
        return '"rasa_nlu_data"' in text
    return any(_HEADING.fullmatch(line.strip()) for line in text.splitlines())


def split_source(source: Path) -> tuple[Path, tuple[str, ...]]:
    """`data.json#train,val` → the file, and which parts of it are meant; none where the whole file is."""
    name, mark, parts = source.name.partition("#")
    if not mark or not name or source.exists():
        return source, ()
    return source.with_name(name), tuple(part.strip() for part in parts.split(",") if part.strip())


def read_sections(path: Path, parts: Sequence[str] = (), *, unlabelled: bool = False) -> tuple[Section, ...]:
    """Read one file by its ending, or these parts of it; `unlabelled` allows texts without an intent.

    Raises SourceError with what is wrong and what to do.
    """
    kind, text = ending(path), read_text(path)
    match kind:
        case ".md":
            if parts:
                raise refused(path, 0, f"is Markdown, which has no parts; name it without #{','.join(parts)}")
            return tuple(_markdown(text))
        case ".json":
            return _json(path, text, parts, unlabelled=unlabelled)
        case ".jsonl":
            rows = rows_of_lines(path, text)
        case _ if kind == _THREE_FILES:
            rows = rows_of_three_files(path)
        case _ if kind in TAGGED:
            rows = rows_of_tagged(path, text)
        case _:
            rows = rows_of_table(path, text, _TABLES.get(kind, ""))
    return _by_intent(path, of_parts(path, rows, parts), unlabelled=unlabelled)


def _markdown(text: str) -> Iterable[Section]:
    """Rasa 1's Markdown: `## intent:greet`, then an example a line; headings of other things end a section."""
    shown = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    kind, name, begun = "", "", 0
    entries: list[Entry] = []
    for line, written in enumerate([*shown.split("\n"), "##"], 1):
        if not written.startswith("#"):
            item = _ITEM.fullmatch(written.strip())
            if item or (kind == "lookup" and written.strip()):  # a lookup table may be a file's name alone
                entries.append(Entry(line, item[1] if item else written.strip(), None))
            continue
        if kind and entries:
            yield Section(kind, name, tuple(entries), begun)
        heading = _HEADING.fullmatch(written.strip())
        kind, name, begun, entries = (heading[1], heading[2], line, []) if heading else ("", "", line, [])


def _json(path: Path, text: str, parts: Sequence[str], *, unlabelled: bool) -> tuple[Section, ...]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refused(path, getattr(error, "lineno", 0), f"is not valid JSON: {error}") from error
    if isinstance(data, list):
        rows = listed_rows(path, cast("Sequence[Any]", data), places(text).get((), ()))
        return _by_intent(path, of_parts(path, rows, parts), unlabelled=unlabelled)
    whole = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    if isinstance(known := whole.get("rasa_nlu_data"), dict):
        if parts:
            raise refused(path, 0, f"is JSON of Rasa 1, which has no parts; name it without #{','.join(parts)}")
        try:
            return tuple(_rasa_json(cast("dict[str, Any]", known), places(text)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise refused(path, 0, f"is not as Rasa 1 wrote JSON: {type(error).__name__} {error}") from error
    lists = {name: cast("Sequence[Any]", items) for name, items in whole.items() if isinstance(items, list)}
    if lists:
        meant = {part.lower() for part in parts}
        if meant <= {name.lower() for name in lists}:  # what is not meant may be anything
            lists = {name: items for name, items in lists.items() if not meant or name.lower() in meant}
        lines = places(text)
        rows = [row for part, items in lists.items() for row in listed_rows(path, items, lines.get((part,), ()), part)]
        return _by_intent(path, of_parts(path, rows, parts, of_several=True), unlabelled=unlabelled)
    held = ", ".join(sorted(whole)[:6]) or "no object and no list"
    expected = 'write "rasa_nlu_data" as Rasa 1 did, a list of {"text", "intent"}, or such lists by the name of a part'
    raise refused(path, 0, f"holds {held}, which is not training data; {expected}")


def _rasa_json(data: dict[str, Any], lines: Places) -> Iterable[Section]:
    examples: Sequence[Any] = data.get("common_examples") or ()
    where = numbered(len(examples), lines.get(("rasa_nlu_data", "common_examples"), ()))
    for line, example in zip(where, examples, strict=True):
        text = "" if example["text"] is None else str(example["text"])
        marked = tuple(
            Annotation(
                start=int(e["start"]),
                end=int(e["end"]),
                entity=str(e["entity"]),
                value=str(e.get("value", text[int(e["start"]) : int(e["end"])])),
                role=e.get("role"),
                group=e.get("group"),
            )
            for e in example.get("entities") or ()
        )
        if any(not 0 <= one.start < one.end <= len(text) for one in marked):
            raise ValueError(f"an entity stands outside of {text!r}")
        if example.get("intent"):
            yield Section("intent", str(example["intent"]), (Entry(line, text, marked),), line)
    for synonym in data.get("entity_synonyms") or ():
        yield Section("synonym", str(synonym["value"]), tuple(Entry(0, str(word)) for word in synonym["synonyms"]))
    for feature in data.get("regex_features") or ():
        yield Section("regex", str(feature["name"]), (Entry(0, str(feature["pattern"])),))
    for table in data.get("lookup_tables") or ():
        elements = table["elements"]
        words = [elements] if isinstance(elements, str) else elements
        yield Section("lookup", str(table["name"]), tuple(Entry(0, str(word)) for word in words))


def _by_intent(path: Path, rows: Sequence[Row], *, unlabelled: bool) -> tuple[Section, ...]:
    kept: dict[str, list[Entry]] = {}
    for row in rows:
        if not row.intent and not unlabelled:
            called = "" if any(one.intent for one in rows) else f"; intents stand under {', '.join(INTENT_COLUMNS)}"
            raise refused(path, row.line, f"{row.text!r} has no intent{called}")
        kept.setdefault(row.intent, []).append(Entry(row.line, row.text, row.annotations))
    return tuple(Section("intent", intent, tuple(entries), entries[0].line) for intent, entries in kept.items())
