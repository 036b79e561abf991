"""Reads training data that is not Rasa's YAML: Markdown and JSON of Rasa 1, tables of texts and intents, JSON lines.

A leaf module that turns a file into sections, as YAML has them; `training_data` makes examples of these. What is
recognised is told by the file's ending and by its contents, never guessed from a name.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

from nlu.markup import Annotation
from nlu.yaml_source import MAX_BYTES, Problem, SourceError

TABLES: Final = frozenset({".csv", ".tsv"})
SUFFIXES: Final = TABLES | {".md", ".json", ".jsonl"}
"""Endings of the files that are read here."""

TEXT_COLUMNS: Final = ("text", "utterance", "utt", "query", "sentence", "example", "message", "question", "answer")
INTENT_COLUMNS: Final = ("intent", "label", "category", "class")
_GROUP_COLUMNS: Final = ("scenario", "domain")
_ROWS_LOOKED_AT: Final = 2000

_HEADING: Final = re.compile(r"##\s*(intent|synonym|regex|lookup)\s*:\s*(.+?)\s*$")
_ITEM: Final = re.compile(r"[-*+]\s+(.*\S)")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)

Row = tuple[int, str, str]
"""Line, text, intent."""


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


def read_sections(path: Path) -> tuple[Section, ...]:
    """Read one file by its ending. Raises SourceError with what is wrong and what to do."""
    text = _text_of(path)
    match path.suffix.lower():
        case ".md":
            return tuple(_markdown(text))
        case ".json":
            return _json(path, text)
        case ".jsonl":
            rows = [row for line, written in enumerate(text.splitlines(), 1) for row in _object(path, line, written)]
            return _by_intent(path, rows)
        case _:
            return _by_intent(path, _table(path, text))


def _text_of(path: Path) -> str:
    raw = path.read_bytes()
    if len(raw) > MAX_BYTES:
        raise _refused(path, 0, f"is larger than {MAX_BYTES // 2**20} MB; split it")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise _refused(path, 0, f"is not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from error


def _refused(path: Path, line: int, message: str) -> SourceError:
    return SourceError((Problem(path, line, message),))


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


def _json(path: Path, text: str) -> tuple[Section, ...]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(path, getattr(error, "lineno", 0), f"is not valid JSON: {error}") from error
    if isinstance(data, dict) and isinstance(known := cast("dict[str, Any]", data).get("rasa_nlu_data"), dict):
        try:
            return tuple(_rasa_json(cast("dict[str, Any]", known)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _refused(path, 0, f"is not as Rasa 1 wrote JSON: {type(error).__name__} {error}") from error
    if isinstance(data, list):
        items = cast("Sequence[Any]", data)
        return _by_intent(path, [_pair(path, number, item) for number, item in enumerate(items, 1)])
    parts = ", ".join(sorted(cast("dict[str, Any]", data))[:6]) if isinstance(data, dict) else type(data).__name__
    expected = 'write "rasa_nlu_data" as Rasa 1 did, or a list of {"text", "intent"}, one part in a file'
    raise _refused(path, 0, f"holds {parts}, which is not training data; {expected}")


def _rasa_json(data: dict[str, Any]) -> Iterable[Section]:
    for example in data.get("common_examples") or ():
        text = str(example["text"])
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
            yield Section("intent", str(example["intent"]), (Entry(0, text, marked),))
    for synonym in data.get("entity_synonyms") or ():
        yield Section("synonym", str(synonym["value"]), tuple(Entry(0, str(word)) for word in synonym["synonyms"]))
    for feature in data.get("regex_features") or ():
        yield Section("regex", str(feature["name"]), (Entry(0, str(feature["pattern"])),))
    for table in data.get("lookup_tables") or ():
        elements = table["elements"]
        words = [elements] if isinstance(elements, str) else elements
        yield Section("lookup", str(table["name"]), tuple(Entry(0, str(word)) for word in words))


def _object(path: Path, line: int, written: str) -> Iterable[Row]:
    if not written.strip():
        return
    try:
        item: Any = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise _refused(path, line, f"is not valid JSON: {error}") from error
    yield _pair(path, line, item)


def _pair(path: Path, line: int, item: Any) -> Row:
    """A text and its intent, as an object with names that are customary, or as a list of the two."""
    if isinstance(item, dict):
        given = cast("Mapping[Any, Any]", item)
        row = {str(key).lower(): value for key, value in given.items()}
        found: list[Any] = [next((row[n] for n in names if n in row), None) for names in (TEXT_COLUMNS, INTENT_COLUMNS)]
    else:
        found = [*cast("Sequence[Any]", item)] if isinstance(item, list) else []
    if len(found) != 2 or any(value is None for value in found):
        raise _refused(path, line, "an example must be {'text', 'intent'} or [text, intent]")
    return line, str(found[0]), str(found[1])


def _table(path: Path, text: str) -> list[Row]:
    first = text.split("\n", 1)[0]
    mark = "\t" if path.suffix.lower() == ".tsv" else max(",;\t|", key=first.count)
    # a tab-separated file quotes nothing: "17 inch is 17\" there
    quoting: Literal[0, 3] = csv.QUOTE_NONE if mark == "\t" and '"\t' not in text else csv.QUOTE_MINIMAL
    reader = csv.reader(io.StringIO(text), delimiter=mark, quoting=quoting)
    try:
        rows = [
            (reader.line_num, [cell.strip() for cell in row]) for row in reader if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise _refused(path, reader.line_num, f"is not a table: {error}") from error
    if not rows:
        return []
    names = [cell.lower() for cell in rows[0][1]]
    texts = [at for wanted in TEXT_COLUMNS for at, name in enumerate(names) if name == wanted]
    intents = [at for wanted in INTENT_COLUMNS for at, name in enumerate(names) if name == wanted]
    if texts and intents:
        group = next((at for at, name in enumerate(names) if name in _GROUP_COLUMNS), None)
        return [
            (line, row[texts[0]], _joined(row, group, intents[0]))
            for line, row in rows[1:]
            if len(row) > max(texts[0], intents[0], group or 0)
        ]
    if len(names) != 2:
        wanted = f"a column of texts ({', '.join(TEXT_COLUMNS)}) and one of intents ({', '.join(INTENT_COLUMNS)})"
        raise _refused(path, rows[0][0], f"has the columns {', '.join(names)[:200]}; it needs {wanted}")
    pairs = [(line, row[0], row[1]) for line, row in rows if len(row) == 2]
    looked_at = pairs[:_ROWS_LOOKED_AT]
    # without names of columns, the one with fewer different values is the intent
    turned = len({text for _, text, _ in looked_at}) < len({intent for *_, intent in looked_at})
    return [(line, b, a) for line, a, b in pairs] if turned else pairs


def _joined(row: Sequence[str], group: int | None, intent: int) -> str:
    """`alarm_set` of the scenario *alarm* and the intent *set*; an intent that begins with its scenario stays."""
    if group is None or row[intent].startswith(row[group]):
        return row[intent]
    return f"{row[group]}_{row[intent]}"


def _by_intent(path: Path, rows: Iterable[Row]) -> tuple[Section, ...]:
    kept: dict[str, list[Entry]] = {}
    for line, text, intent in rows:
        if not intent:
            raise _refused(path, line, f"{text!r} has no intent")
        if text:
            kept.setdefault(intent, []).append(Entry(line, text))
    return tuple(Section("intent", intent, tuple(entries), entries[0].line) for intent, entries in kept.items())
