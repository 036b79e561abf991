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
_PART_COLUMNS: Final = ("partition", "split", "set", "subset")
_ANNOTATED_COLUMNS: Final = ("annot_utt", "answer_annotation")
_PARTS_OF_A_WHOLE: Final = frozenset({"train", "training", "dev", "val", "valid", "validation", "test", "eval"})
"""Values that tell a column of parts from any other of that name."""
_ROWS_LOOKED_AT: Final = 2000

_HEADING: Final = re.compile(r"##\s*(intent|synonym|regex|lookup)\s*:\s*(.+?)\s*$")
_ITEM: Final = re.compile(r"[-*+]\s+(.*\S)")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)

_SLOT: Final = re.compile(r"\[\s*([^\[\]:]+?)\s*:\s*([^\[\]]*?)\s*\]")


@dataclass(frozen=True, slots=True)
class Row:
    """A text and its intent, and of which part of its file it is; "" where the file tells none."""

    line: int
    text: str
    intent: str
    part: str = ""
    annotations: tuple[Annotation, ...] = ()


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


def read_sections(path: Path, parts: Sequence[str] = ()) -> tuple[Section, ...]:
    """Read one file by its ending, or these parts of it. Raises SourceError with what is wrong and what to do."""
    text = _text_of(path)
    match path.suffix.lower():
        case ".md":
            if parts:
                raise _refused(path, 0, f"is Markdown, which has no parts; name it without #{','.join(parts)}")
            return tuple(_markdown(text))
        case ".json":
            return _json(path, text, parts)
        case ".jsonl":
            rows = [row for line, written in enumerate(text.splitlines(), 1) for row in _object(path, line, written)]
            return _by_intent(path, _of_parts(path, rows, parts))
        case _:
            return _by_intent(path, _of_parts(path, _table(path, text), parts))


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


def _json(path: Path, text: str, parts: Sequence[str]) -> tuple[Section, ...]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(path, getattr(error, "lineno", 0), f"is not valid JSON: {error}") from error
    if isinstance(data, list):
        items = cast("Sequence[Any]", data)
        rows = [_pair(path, number, item) for number, item in enumerate(items, 1)]
        return _by_intent(path, _of_parts(path, rows, parts))
    whole = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    if isinstance(known := whole.get("rasa_nlu_data"), dict):
        if parts:
            raise _refused(path, 0, f"is JSON of Rasa 1, which has no parts; name it without #{','.join(parts)}")
        try:
            return tuple(_rasa_json(cast("dict[str, Any]", known)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _refused(path, 0, f"is not as Rasa 1 wrote JSON: {type(error).__name__} {error}") from error
    lists = {name: cast("Sequence[Any]", items) for name, items in whole.items() if isinstance(items, list)}
    if lists:
        rows = [
            _pair(path, number, item, part) for part, items in lists.items() for number, item in enumerate(items, 1)
        ]
        return _by_intent(path, _of_parts(path, rows, parts, of_several=True))
    held = ", ".join(sorted(whole)[:6]) or "no object and no list"
    expected = 'write "rasa_nlu_data" as Rasa 1 did, a list of {"text", "intent"}, or such lists by the name of a part'
    raise _refused(path, 0, f"holds {held}, which is not training data; {expected}")


def _of_parts(path: Path, rows: Sequence[Row], wanted: Sequence[str], *, of_several: bool = False) -> Sequence[Row]:
    """The rows of these parts. Training and test examples of one file are never read together unasked."""
    there = tuple(dict.fromkeys(row.part for row in rows if row.part))
    listed = ", ".join(there)
    if not wanted:
        if of_several or not _PARTS_OF_A_WHOLE.isdisjoint(part.lower() for part in there):
            raise _refused(
                path, 0, f"holds the parts {listed}; say which to read: {path.name}#{there[0] if there else 'train'}"
            )
        return rows
    missing = [part for part in wanted if part.lower() not in {name.lower() for name in there}]
    if missing:
        has = f"it has {listed}" if there else "it has none: name the file alone"
        raise _refused(path, 0, f"has no part {', '.join(missing)}; {has}")
    meant = {part.lower() for part in wanted}
    return [row for row in rows if row.part.lower() in meant]


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


def _pair(path: Path, line: int, item: Any, part: str = "") -> Row:
    """A text and its intent, as an object with names that are customary, or as a list of the two."""
    if isinstance(item, dict):
        given = cast("Mapping[Any, Any]", item)
        row = {str(key).lower(): value for key, value in given.items()}
        text, intent, group, of_part, annotated = (
            next((row[name] for name in names if row.get(name) is not None), None)
            for names in (TEXT_COLUMNS, INTENT_COLUMNS, _GROUP_COLUMNS, _PART_COLUMNS, _ANNOTATED_COLUMNS)
        )
        if text is not None and intent is not None:
            named = _joined(str(group or ""), str(intent))
            return _row(line, str(text), named, part or str(of_part or ""), str(annotated or ""))
    elif isinstance(item, list) and len(both := cast("Sequence[Any]", item)) == 2 and None not in both:
        return Row(line, str(both[0]), str(both[1]), part)
    of_part = f"of the part {part} " if part else ""
    raise _refused(path, line, f"an example {of_part}must be {{'text', 'intent'}} or [text, intent]")


def _row(line: int, text: str, intent: str, part: str, annotated: str) -> Row:
    """A row of named columns; what is annotated has the last word on the text."""
    if not annotated.strip():
        return Row(line, text, intent, part)
    plain, marked, end = "", list[Annotation](), 0
    for slot in _SLOT.finditer(annotated):
        plain += annotated[end : slot.start()]
        if slot[2]:
            marked.append(Annotation(len(plain), len(plain) + len(slot[2]), slot[1], slot[2]))
        plain, end = plain + slot[2], slot.end()
    return Row(line, plain + annotated[end:], intent, part, tuple(marked))


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
        group, part, annotated = (
            next((at for wanted in wanted_ones for at, name in enumerate(names) if name == wanted), None)
            for wanted_ones in (_GROUP_COLUMNS, _PART_COLUMNS, _ANNOTATED_COLUMNS)
        )
        return [
            _row(
                line,
                row[texts[0]],
                _joined(_cell(row, group), row[intents[0]]),
                _cell(row, part),
                _cell(row, annotated),
            )
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
    return [Row(line, b, a) if turned else Row(line, a, b) for line, a, b in pairs]


def _cell(row: Sequence[str], at: int | None) -> str:
    return row[at] if at is not None and at < len(row) else ""


def _joined(group: str, intent: str) -> str:
    """`alarm_set` of the scenario *alarm* and the intent *set*; an intent that begins with its scenario stays."""
    return f"{group}_{intent}" if group and intent and not intent.startswith(group) else intent


def _by_intent(path: Path, rows: Iterable[Row]) -> tuple[Section, ...]:
    kept: dict[str, list[Entry]] = {}
    for row in rows:
        if not row.intent:
            raise _refused(path, row.line, f"{row.text!r} has no intent")
        if row.text:
            kept.setdefault(row.intent, []).append(Entry(row.line, row.text, row.annotations))
    return tuple(Section("intent", intent, tuple(entries), entries[0].line) for intent, entries in kept.items())
