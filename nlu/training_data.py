"""Training data as values: intents, entities, synonyms, patterns. Read from Rasa's YAML (format 2.0 to 3.1).

Markdown and JSON of Rasa 1, tables and JSON lines come through `other_sources`.

Every example knows its file and line, so that whoever finds fault with it can say where it stands. It
reads the `nlu` part only; domain and stories in the same folder are somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Final

from nlu.sources.markup import Annotation, MarkupError, parse_markup, write_markup
from nlu.sources.other_formats import SUFFIXES, Entry, Section, holds_training_data, read_sections, split_source
from nlu.sources.tagged import WORDS, has_three_files
from nlu.sources.text_files import ending, read_text, readable
from nlu.sources.yaml_source import Problem, SourceError, YamlMapping, YamlNode, YamlScalar, YamlSequence, load_yaml

_OPEN: Final = re.compile(r"\[[^\[\]]+\](?:\(\w|\{\")|\[[^\[\]()]*\(\w+\)(?!\])")  # [12](room or [12 (room)
_SECTIONS: Final = ("intent", "synonym", "regex", "lookup")
_YAML: Final = frozenset({".yml", ".yaml"})
_PROJECT_DEPTH: Final = 4
"""A table's file may be named from any of so many folders above: Rasa 1 named it from the project's."""
_VERSION: Final = re.compile(r"[23]\.\d+")


@dataclass(frozen=True, slots=True)
class Example:
    """One text somebody might write, what it means, and where it was found.

    `intent` is as written, `faq/ask_hours` for a retrieval intent. `metadata` is what the author
    attached; it never influences training.
    """

    text: str
    intent: str
    annotations: tuple[Annotation, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict[str, object])
    path: Path = Path()
    line: int = 0

    @property
    def base_intent(self) -> str:
        """The intent that the classifier learns: `faq` of `faq/ask_hours`."""
        return self.intent.partition("/")[0]

    @property
    def place(self) -> str:
        """Where the example stands: `data/nlu.yml:12`."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression under a name; the name is an entity when an extractor uses it."""

    name: str
    expression: str
    path: Path = Path()
    line: int = 0


@dataclass(frozen=True, slots=True)
class LookupTable:
    """Known values of an entity."""

    name: str
    elements: tuple[str, ...]
    path: Path = Path()
    line: int = 0


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Everything that a pipeline learns from. `synonyms` maps a lower-cased variant to its value.

    `notices` are doubts that did not stop the reading, for a person to look at.
    """

    examples: tuple[Example, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict[str, str])
    patterns: tuple[Pattern, ...] = ()
    lookups: tuple[LookupTable, ...] = ()
    notices: tuple[Problem, ...] = ()

    @property
    def intents(self) -> tuple[str, ...]:
        """The names that the classifier tells apart, sorted."""
        return tuple(sorted({e.base_intent for e in self.examples}))

    @property
    def entities(self) -> tuple[str, ...]:
        """The annotated entity types, sorted."""
        return tuple(sorted({a.entity for e in self.examples for a in e.annotations}))

    def with_examples(self, examples: Iterable[Example]) -> TrainingData:
        """Return the same data with other examples: a fold, a sample."""
        return TrainingData(tuple(examples), self.synonyms, self.patterns, self.lookups)

    def fingerprint(self) -> str:
        """Return the SHA-256 of all that matters to training, whatever file it stands in."""
        digest = sha256()
        for e in self.examples:
            digest.update(f"e\0{e.intent}\0{write_markup(e.text, e.annotations)}\n".encode())
        for variant, value in sorted(self.synonyms.items()):
            digest.update(f"s\0{variant}\0{value}\n".encode())
        for p in self.patterns:
            digest.update(f"p\0{p.name}\0{p.expression}\n".encode())
        for table in self.lookups:
            digest.update(f"l\0{table.name}\0{table.elements!r}\n".encode())
        return digest.hexdigest()


def read_training_data(*sources: Path, unlabelled: bool = False) -> TrainingData:
    """Read files and folders (recursively, in order of their names: YAML, and Markdown and JSON of Rasa 1).

    Files without an `nlu` part are passed over; tables and JSON lines are read where they are named themselves, of
    `FILE#part` that part alone. `unlabelled` allows them texts without an intent, whose `intent` is then empty.
    Raises SourceError with every mistake of every file.
    """
    reader = _Reader(unlabelled=unlabelled)
    for source in sources:
        named, parts = split_source(source)
        if parts and ending(named) not in SUFFIXES:
            message = f"has no parts, as only tables and JSON have; name it without #{','.join(parts)}"
            reader.problems.append(Problem(named, 0, message))
            continue
        for path in _files(named, reader.problems):
            reader.read(path, parts)
    if not reader.problems and not reader.examples:
        where = ", ".join(str(s) for s in sources)
        message = f"no training examples found in {where}{_to_be_named(sources)}"
        reader.problems.append(Problem(sources[0] if sources else Path(), 0, message))
    if reader.problems:
        raise SourceError(tuple(reader.problems))
    return TrainingData(
        tuple(reader.examples),
        reader.synonyms,
        tuple(reader.patterns),
        tuple(reader.lookups),
        tuple(reader.notices),
    )


def _to_be_named(sources: Iterable[Path]) -> str:
    """What to name instead of folders that hold only what is read where it is named; empty where there is none."""
    found = [p for s in sources if s.is_dir() for p in sorted(s.rglob("*")) if p.is_file() and ending(p) in SUFFIXES]
    shown = [str(p.parent if p.name == WORDS else p) for p in found if not holds_training_data(p)]
    return f"; such files are read where they are named: {', '.join(shown[:4])}" if shown else ""


def _files(source: Path, problems: list[Problem]) -> list[Path]:
    if source.is_dir() and has_three_files(source):
        return [source / WORDS]
    if source.is_dir():
        files = (p for p in source.rglob("*") if p.is_file())
        return sorted(p for p in files if p.suffix in _YAML or holds_training_data(p))
    if not source.exists():
        problems.append(Problem(source, 0, "does not exist; give a file or a folder of training data"))
        return []
    return [source]


class _Reader:
    """Collects from file after file, mistakes included."""

    def __init__(self, *, unlabelled: bool = False) -> None:
        self._unlabelled = unlabelled
        self.examples: list[Example] = []
        self.synonyms: dict[str, str] = {}
        self.patterns: list[Pattern] = []
        self.lookups: list[LookupTable] = []
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []

    def read(self, path: Path, parts: Sequence[str] = ()) -> None:
        try:
            if ending(path) in SUFFIXES:
                for other in read_sections(path, parts, unlabelled=self._unlabelled):
                    self._other(other, path)
                return
            if path.suffix not in _YAML:
                read = ", ".join(sorted({*_YAML, *SUFFIXES} - {Path(WORDS).suffix}))
                self.problems.append(Problem(path, 0, f"is of no kind that is read; those end in {read}"))
                return
            root = load_yaml(path)
        except SourceError as error:
            self.problems += error.problems
            return
        if not isinstance(root, YamlMapping):
            return
        sections = root.get("nlu")
        if sections is None:
            return
        version = root.get("version")
        if version is not None and not (isinstance(version, YamlScalar) and _VERSION.match(version.raw)):
            self._problem(version, "training data must be of version 2.x or 3.x")
        if isinstance(sections, YamlScalar) and sections.value is None:  # `nlu:` with nothing below it
            return
        if not isinstance(sections, YamlSequence):
            self._problem(sections, "'nlu' must be a list of intents, synonyms, regexes and lookups")
            return
        for section in sections:
            self._section(section)

    def _other(self, section: Section, path: Path) -> None:
        if section.kind == "intent":
            self._tell_blank(section, path)
            for entry in section.entries:
                if entry.text.strip():
                    self._entry(section.name, entry, path)
        else:
            told = [(entry.line, entry.text) for entry in section.entries]
            self._table_of(section.kind, section.name, told, path, section.line)

    def _tell_blank(self, section: Section, path: Path) -> None:
        blank = [entry.line for entry in section.entries if not entry.text.strip()]
        if blank:
            named = f" of {section.name!r}" if section.name else ""
            some = f"an example{named} has" if len(blank) == 1 else f"{len(blank)} examples{named} have"
            self.notices.append(Problem(path, blank[0], f"{some} no text: left out"))

    def _entry(self, intent: str, entry: Entry, path: Path) -> None:
        if entry.annotations is None:
            self._example(intent, entry.text, path, entry.line, {})
        else:
            self._keep(Example(entry.text, intent, entry.annotations, {}, path, entry.line))

    def _section(self, section: YamlNode) -> None:
        kind = next((k for k in _SECTIONS if isinstance(section, YamlMapping) and k in section), None)
        if kind is None or not isinstance(section, YamlMapping):
            self._problem(section, f"an entry of 'nlu' must have one of the keys {', '.join(_SECTIONS)}")
            return
        name_node = section.get(kind)
        name = name_node.raw.strip() if isinstance(name_node, YamlScalar) else ""
        if name_node is None or not name:
            self._problem(section, f"'{kind}' must be a name")
            return
        for key, _ in section:
            if key.raw not in {kind, "examples", "metadata", "file", "elements"}:
                self.notices.append(Problem(key.file, key.line, f"the key {key.raw!r} is not known here and ignored"))
        body = section.get("examples") or section.get("elements") or section.get("file")
        if body is None:
            near = [key.raw for key, _ in section if get_close_matches(key.raw, ("examples",), 1)]
            hint = f"; '{near[0]}' is not read, did you mean 'examples'?" if near else ""
            self._problem(section, f"{kind} {name!r} has no examples{hint}")
            return
        common = _metadata(section.get("metadata"))
        self._contents(kind, name, body, common)

    def _contents(self, kind: str, name: str, body: YamlNode, common: Mapping[str, object]) -> None:
        entries = list(self._entries(body))
        if kind == "intent":
            for line, text, metadata in entries:
                self._example(name, text, body.file, line, {**common, **metadata})
        else:
            self._table_of(kind, name, [(line, text) for line, text, _ in entries], body.file, body.line)

    def _table_of(self, kind: str, name: str, written: list[tuple[int, str]], path: Path, line: int) -> None:
        entries = [(at, readable(text)) for at, text in written]
        if kind == "synonym":
            self.synonyms.update({text.lower(): name for _, text in entries})
        elif kind == "regex":
            self._patterns(name, entries, path)
        else:
            self._lookup(name, [text for _, text in entries], path, line)

    def _entries(self, body: YamlNode) -> Iterable[tuple[int, str, Mapping[str, object]]]:
        if isinstance(body, YamlSequence):
            for item in body:
                yield from self._item(item)
        elif isinstance(body, YamlScalar):
            yield from self._block(body)
        else:
            self._problem(body, "examples must be a block of lines that begin with '- ', or a list")

    def _item(self, item: YamlNode) -> Iterable[tuple[int, str, Mapping[str, object]]]:
        text = item.get("text") if isinstance(item, YamlMapping) else item
        if not isinstance(text, YamlScalar) or not text.raw.strip():
            self._problem(item, "an example must be a text, or have the key 'text'")
            return
        metadata = _metadata(item.get("metadata")) if isinstance(item, YamlMapping) else {}
        yield text.text_line, text.raw.strip().removeprefix("- "), metadata

    def _block(self, body: YamlScalar) -> Iterable[tuple[int, str, Mapping[str, object]]]:
        for number, line in body.lines():
            stripped = line.strip()
            if stripped.startswith("-"):
                text = stripped[1:].strip()
                if text:
                    yield number, text, {}
            elif stripped and not stripped.startswith("#"):
                if body.is_block:
                    self.notices.append(Problem(body.file, number, f"ignored, does not begin with '- ': {stripped!r}"))
                else:
                    yield number, stripped, {}

    def _example(self, intent: str, marked: str, path: Path, line: int, metadata: Mapping[str, object]) -> None:
        try:
            text, annotations = parse_markup(marked)
        except MarkupError as error:
            self.problems.append(Problem(path, line, str(error)))
            return
        if open_one := _OPEN.search(text):
            self.notices.append(
                Problem(path, line, f"{open_one[0]!r} looks like an annotation, and a bracket is missing")
            )
        self._keep(Example(text, intent, annotations, metadata, path, line))

    def _keep(self, written: Example) -> None:
        values = tuple(replace(a, value=readable(a.value)) for a in written.annotations)
        example = replace(written, text=readable(written.text), intent=readable(written.intent), annotations=values)
        for a in example.annotations:
            said = example.text[a.start : a.end]
            if a.value != said:
                self.synonyms.setdefault(said.lower(), a.value)
        self.examples.append(example)

    def _patterns(self, name: str, entries: Iterable[tuple[int, str]], path: Path) -> None:
        for line, expression in entries:
            try:
                re.compile(expression)
            except (re.error, OverflowError, RecursionError) as error:
                self.problems.append(Problem(path, line, f"regex {name!r} is not a regular expression: {error}"))
            else:
                self.patterns.append(Pattern(name, expression, path, line))

    def _lookup(self, name: str, elements: list[str], path: Path, line: int) -> None:
        if len(elements) == 1 and elements[0].endswith(".txt"):
            near = [folder / elements[0] for folder in path.parents[:_PROJECT_DEPTH]]
            file = next((one for one in near if one.is_file()), near[0])
            try:
                lines = read_text(file).split("\n")
            except SourceError as error:
                named = f"lookup {name!r} names the file {file}, which cannot be read"
                self.problems += [Problem(path, line, named), *error.problems]
                return
            elements = [text for text in (one.strip().removeprefix("- ") for one in lines) if text]
        self.lookups.append(LookupTable(name, tuple(elements), path, line))

    def _problem(self, node: YamlNode, message: str) -> None:
        self.problems.append(Problem(node.file, node.line, message))


def _metadata(node: YamlNode | None) -> dict[str, object]:
    if isinstance(node, YamlMapping):
        return {key.raw: value.plain() for key, value in node}
    return {} if node is None else {"value": node.plain()}
