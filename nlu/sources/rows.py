"""Texts with their intents as sets are published: tables, lists, JSON lines; which column and which row is meant.

It turns text into rows and knows nothing of Rasa. What is recognised is told by the names of columns; what cannot be
told is refused rather than guessed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, cast

from nlu.sources.json_places import numbered
from nlu.sources.markup import Annotation
from nlu.sources.text_files import refused

TEXT_COLUMNS: Final = (
    *("text", "utterance", "utt", "query", "sentence", "example", "message", "tweet", "instruction", "phrase"),
    *("question", "answer"),
)
INTENT_COLUMNS: Final = (
    *("intent", "intent_name", "intent_label", "label_text", "label_name", "label", "category", "class"),
    *("emotion", "sentiment", "tag", "topic"),
)
_GROUP_COLUMNS: Final = ("scenario", "domain")
_PART_COLUMNS: Final = ("partition", "split", "set", "subset", "dataset")
_ANNOTATED_COLUMNS: Final = ("annot_utt", "answer_annotation", "sentence_annotation")
_ENTITY_COLUMNS: Final = ("entity",)  # `entities`, as every name, in the singular
_PARTS_OF_A_WHOLE: Final = frozenset({"train", "training", "dev", "val", "valid", "validation", "test", "eval"})
"""Values that tell a column of parts from any other of that name."""
_ROWS_LOOKED_AT: Final = 2000

_SLOT: Final = re.compile(r"\[\s*([^\[\]:]+?)\s*:\s*([^\[\]]*?)\s*\]")
_NOTHING: Final = frozenset({"", "null", "none", "nan"})
"""What stands in the column of annotations where there is none."""


@dataclass(frozen=True, slots=True)
class Row:
    """A text and its intent, and of which part of its file it is; "" where the file tells none."""

    line: int
    text: str
    intent: str
    part: str = ""
    annotations: tuple[Annotation, ...] = ()


def listed_rows(path: Path, items: Sequence[Any], lines: Sequence[int], part: str = "") -> list[Row]:
    """The rows of a list of JSON, whose items stand on these lines. Raises SourceError."""
    placed = zip(numbered(len(items), lines), items, strict=True)
    return [_pair(path, line, item, part) for line, item in placed]


def rows_of_lines(path: Path, text: str) -> list[Row]:
    """The rows of JSON lines. Only a line feed ends a line; JSON holds other marks as they are. Raises SourceError."""
    rows: list[Row] = []
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            item: Any = json.loads(written)
        except (ValueError, RecursionError) as error:
            raise refused(path, line, f"is not valid JSON: {error}") from error
        rows.append(_pair(path, line, item))
    return rows


def of_parts(path: Path, rows: Sequence[Row], wanted: Sequence[str], *, of_several: bool = False) -> Sequence[Row]:
    """The rows of these parts. Training and test examples of one file are never read together unasked."""
    there = tuple(dict.fromkeys(row.part for row in rows if row.part))
    listed = ", ".join(there)
    if not wanted:
        if of_several or not _PARTS_OF_A_WHOLE.isdisjoint(part.lower() for part in there):
            raise refused(
                path, 0, f"holds the parts {listed}; say which to read: {path.name}#{there[0] if there else 'train'}"
            )
        return rows
    missing = [part for part in wanted if part.lower() not in {name.lower() for name in there}]
    if missing:
        has = f"it has {listed}" if there else "it has none: name the file alone"
        raise refused(path, 0, f"has no part {', '.join(missing)}; {has}")
    meant = {part.lower() for part in wanted}
    return [row for row in rows if row.part.lower() in meant]


def _pair(path: Path, line: int, item: Any, part: str = "") -> Row:
    """A text and its intent, as an object with customary names or as a list of the two; a text alone has none."""
    if isinstance(item, str):
        return Row(line, item, "", part)
    if isinstance(item, list) and len(both := cast("Sequence[Any]", item)) == 2 and None not in both:
        return Row(line, str(both[0]), str(both[1]), part)
    if isinstance(item, dict):
        given = {_plain(str(key)): value for key, value in cast("Mapping[Any, Any]", item).items()}
        columns = _Columns.of(list(given))
        if columns.text is not None:
            values = list(given.values())
            row = _row(line, columns, ["" if v is None else str(v) for v in values])
            marked = row.annotations
            if not marked and columns.entities is not None:
                marked = _entities(path, line, row.text, values[columns.entities])
            return Row(line, row.text, row.intent, part or row.part, marked)
    of_part = f"of the part {part} " if part else ""
    raise refused(path, line, f"an example {of_part}must be {{'text', 'intent'}} or [text, intent]")


def _entities(path: Path, line: int, text: str, given: Any) -> tuple[Annotation, ...]:
    found: list[Annotation] = []
    for one in cast("Sequence[Any]", given) if isinstance(given, list) else ():
        try:
            start, end = int(one["start"]), int(one["end"])
            kind = str(one.get("entity") or one.get("type") or one["label"])
            found.append(
                Annotation(start, end, kind, str(one.get("value", text[start:end])), one.get("role"), one.get("group"))
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            expected = "{'start', 'end', 'entity'}, counted in characters"
            raise refused(path, line, f"an entity of {text!r} must be {expected}; it is {one!r:.80}") from error
        if not 0 <= start < end <= len(text):
            raise refused(path, line, f"an entity stands outside of {text!r}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where what stands; None for what is not there."""

    text: int | None = None
    intent: int | None = None
    group: int | None = None
    part: int | None = None
    annotated: int | None = None
    entities: int | None = None

    @classmethod
    def of(cls, names: Sequence[str]) -> _Columns:
        # where answers are annotated, people were asked what they would say: the answer is the text
        texts = ("answer", *TEXT_COLUMNS) if "answer_annotation" in names else TEXT_COLUMNS
        wanted = (texts, INTENT_COLUMNS, _GROUP_COLUMNS, _PART_COLUMNS, _ANNOTATED_COLUMNS, _ENTITY_COLUMNS)
        return cls(*(next((names.index(name) for name in some if name in names), None) for some in wanted))


@lru_cache(maxsize=256)  # every JSON object of a set has the same few
def _plain(name: str) -> str:
    """A column's name as it is compared: `Intent Names ` is `intent_name`."""
    words = re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")
    for many, one in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if words.endswith(many) and not words.endswith("ss"):
            return words.removesuffix(many) + one
    return words


def _row(line: int, columns: _Columns, cells: Sequence[str]) -> Row:
    def cell(at: int | None) -> str:
        return cells[at].strip() if at is not None and at < len(cells) else ""

    text, annotated = cell(columns.text), cell(columns.annotated)
    marked: tuple[Annotation, ...] = ()
    if annotated.lower() not in _NOTHING:
        text, marked = _unslotted(annotated, text)
    return Row(line, text, _joined(cell(columns.group), cell(columns.intent)), cell(columns.part), marked)


def _unslotted(annotated: str, text: str) -> tuple[str, tuple[Annotation, ...]]:
    """The text of `wake me at [time : nine am]` and its entities, and where these stand.

    What is annotated has the last word, but not on spaces: `[date : 这周] [time : 五点]` of 这周五点 is that text.
    """
    plain, spans, end = "", list[tuple[int, int, str]](), 0
    for slot in _SLOT.finditer(annotated):
        plain += annotated[end : slot.start()]
        if slot[2]:
            spans.append((len(plain), len(plain) + len(slot[2]), slot[1]))
        plain, end = plain + slot[2], slot.end()
    plain += annotated[end:]
    if plain != text and "".join(plain.split()) == "".join(text.split()):
        ink = [at for at, letter in enumerate(text) if not letter.isspace()]
        before = [0, *accumulate(not letter.isspace() for letter in plain)]
        spans = [(ink[before[start]], ink[before[stop] - 1] + 1, kind) for start, stop, kind in spans]
        plain = text
    return plain, tuple(Annotation(start, stop, kind, plain[start:stop]) for start, stop, kind in spans)


def _joined(group: str, intent: str) -> str:
    """`alarm_set` of the scenario *alarm* and the intent *set*; an intent that begins with its scenario stays."""
    return f"{group}_{intent}" if group and intent and not intent.startswith(group) else intent


def rows_of_table(path: Path, text: str, mark: str = "") -> list[Row]:
    """The rows of a table, its cells divided by `mark` or by what its first line has most. Raises SourceError."""
    mark = mark or max(",;\t|", key=text.split("\n", 1)[0].count)
    cells = _cells(path, text, mark)
    if not cells:
        return []
    names = [_plain(cell) for cell in cells[0][1]]
    columns = _Columns.of(names)
    if len(names) == 2 and (columns.text is None) != (columns.intent is None):  # the other one is known by this one
        known = columns.intent if columns.text is None else columns.text
        columns = _Columns(1, 0) if (known == 0) == (columns.text is None) else _Columns(0, 1)
    if columns.text is not None:
        return _of_texts(path, [_checked(path, columns, len(names), line, row) for line, row in cells[1:]])
    if len(names) == 1:
        return [Row(line, row[0], "") for line, row in cells]
    if len(names) != 2:
        wanted = f"a column of texts ({', '.join(TEXT_COLUMNS)}) and one of intents ({', '.join(INTENT_COLUMNS)})"
        raise refused(path, cells[0][0], f"has the columns {', '.join(cells[0][1])[:200]}; it needs {wanted}")
    rows = [_checked(path, _Columns(0, 1), 2, line, row) for line, row in cells]
    looked_at = rows[:_ROWS_LOOKED_AT]
    # without names of columns, the one with fewer different values is the intent
    turned = len({row.text for row in looked_at}) < len({row.intent for row in looked_at})
    if not any(" " in row.text for row in rows):
        _of_texts(path, [Row(row.line, row.intent, row.text) for row in rows])
    return _of_texts(path, [Row(row.line, row.intent, row.text) if turned else row for row in rows])


def _of_texts(path: Path, rows: list[Row]) -> list[Row]:
    """The rows, whose texts must not be 0, 1, 2 …, each with a name: so sets tell what their labels are called."""
    counted = [[str(number + first) for number in range(len(rows))] for first in (0, 1)]
    if len(rows) > 1 and [row.text for row in rows] in counted and len({row.intent for row in rows}) == len(rows):
        told = f"numbers the names of labels ({rows[0].text} {rows[0].intent}, {rows[1].text} {rows[1].intent} …)"
        raise refused(path, rows[0].line, f"{told} and holds no texts; name the table that does")
    return rows


def _checked(path: Path, columns: _Columns, width: int, line: int, row: Sequence[str]) -> Row:
    needed = max(columns.text or 0, columns.intent or 0) + 1
    if len(row) < needed or any(row[width:]):
        told = f"has {len(row)} cells where there are {width} columns: {' | '.join(row)[:120]}"
        raise refused(path, line, f"{told}; a text that holds the mark between cells stands in quotation marks")
    return _row(line, columns, row)


def _cells(path: Path, text: str, mark: str) -> list[tuple[int, list[str]]]:
    """The lines and cells of a table, without empty rows."""
    if mark == "\t":
        plain = _read(path, text, mark, csv.QUOTE_NONE)
        if len({len(row) for _, row in plain}) <= 1:
            # no cell holds a tab or the end of a line, so that a quotation mark is a letter (17 inch is 17" there),
            # other than around a whole cell
            return [(line, [_unquoted(cell) for cell in row]) for line, row in plain]
    return _read(path, text, mark, csv.QUOTE_MINIMAL)


def _unquoted(cell: str) -> str:
    inner = cell[1:-1]
    whole = len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner.replace('""', "")
    return inner.replace('""', '"') if whole else cell


def _read(path: Path, text: str, mark: str, quoting: Any) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=mark, quoting=quoting)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise refused(path, reader.line_num, f"is not a table: {error}") from error
    return rows
