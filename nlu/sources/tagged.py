"""Reads texts whose words carry tags: ATIS in three files side by side, in lines with a tab, or CoNLL's columns.

A leaf module: it turns text into rows. Words are joined by single spaces, unless the file says what the text was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from nlu.sources.markup import Annotation
from nlu.sources.rows import Row
from nlu.sources.text_files import read_text, refused

WORDS, TAGS, LABELS = "seq.in", "seq.out", "label"
"""Names of three files that belong together: words of a text a line, their tags, and the intent."""

TAGGED: Final = frozenset({".iob", ".bio", ".conll", ".conllu"})

_TAG: Final = re.compile(r"([BIESLU])-(.+)")
_BEGINS: Final = frozenset("BSU")
_COMMENT: Final = re.compile(r"#\s*([\w -]+?)\s*[:=]\s*(.*\S)\s*")
_INTENTS: Final = frozenset({"intent", "label"})


def has_three_files(folder: Path) -> bool:
    """Whether a folder holds words, tags and intents of the same texts."""
    return all((folder / name).is_file() for name in (WORDS, TAGS, LABELS))


def rows_of_three_files(words: Path) -> list[Row]:
    """The rows of `seq.in` and of its neighbours. Raises SourceError, also where they differ in length."""
    texts, tags, labels = (read_text(words.with_name(name)).rstrip("\n").split("\n") for name in (WORDS, TAGS, LABELS))
    if not len(texts) == len(tags) == len(labels):
        counted = f"{len(texts)}, {len(tags)} and {len(labels)} lines"
        raise refused(words, 0, f"{WORDS}, {TAGS} and {LABELS} must have a line for each text; they have {counted}")
    return [
        _row(words, line, text.split(), marks.split(), intent)
        for line, (text, marks, intent) in enumerate(zip(texts, tags, labels, strict=True), 1)
        if text.strip()
    ]


def rows_of_tagged(path: Path, text: str) -> list[Row]:
    """The rows of lines `BOS fly to rome EOS ⇥ O O O B-city atis_flight`, or of CoNLL's columns. Raises SourceError."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    words, tab, tags = first.partition("\t")
    if tab and "\t" not in tags and len(words.split()) == len(tags.split()) > 1:
        return [_line(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    return list(_columns(path, lines))


def _line(path: Path, number: int, line: str) -> Row:
    written, _, tagged = line.partition("\t")
    words, tags = written.split(), tagged.split()
    if len(words) != len(tags):
        raise refused(path, number, f"has {len(words)} words and {len(tags)} tags")
    return _row(path, number, words[1:-1], tags[1:-1], tags[-1])  # between BOS and EOS; the intent is the tag of EOS


def _columns(path: Path, lines: Sequence[str]) -> Iterable[Row]:
    told: dict[str, str] = {}
    words: list[str] = []
    tags: list[str] = []
    begun = 0
    for number, line in enumerate([*lines, ""], 1):
        comment = _COMMENT.fullmatch(line.strip())
        cells = line.split("\t") if "\t" in line else line.split()
        if not line.strip() or cells[0] == "-DOCSTART-":
            if words:
                intent = next((told[name] for name in told if name in _INTENTS), "")
                yield _row(path, begun, words, tags, intent, told.get("text", ""))
            told, words, tags = {}, [], []
        elif comment and not words:
            told[comment[1].lower()] = comment[2]
        elif len(cells) < 2:
            raise refused(path, number, f"must have a word and its tag; it has {line.strip()!r:.80}")
        else:
            begun = begun if words else number
            words.append(cells[1].strip() if cells[0].strip().isdigit() and len(cells) > 2 else cells[0].strip())
            tags.append(cells[-1].strip())


def _row(path: Path, line: int, words: Sequence[str], tags: Sequence[str], intent: str, text: str = "") -> Row:
    if len(words) != len(tags):
        raise refused(path, line, f"has {len(words)} words and {len(tags)} tags")
    text = text or " ".join(words)
    spans: list[tuple[int, int, str]] = []
    at, going = 0, ""
    for word, tag in zip(words, tags, strict=True):
        start = text.find(word, at)
        if start < 0:
            raise refused(path, line, f"the word {word!r} does not stand in the text {text!r}")
        at = start + len(word)
        mark = _TAG.fullmatch(tag)
        if mark is None:
            going = ""
        elif mark[1] in _BEGINS or mark[2] != going:
            going = mark[2]
            spans.append((start, at, going))
        else:
            spans[-1] = (spans[-1][0], at, going)
    marked = tuple(Annotation(start, end, kind, text[start:end]) for start, end, kind in spans)
    # a slash would make it a retrieval intent, and all of `alarm/…` one for the classifier
    return Row(line, text, intent.strip().replace("/", "_"), annotations=marked)
