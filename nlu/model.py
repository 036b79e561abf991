"""A trained model: text in, ParseResult out. Immutable; any number of threads may parse with one at once."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from nlu.artifacts import ModelError
from nlu.draft import MAX_CHARACTERS, Component, Draft
from nlu.registry import KINDS
from nlu.sources.text_files import readable
from nlu.store import resolve, verify
from nlu.types import ParseResult


@dataclass(frozen=True, slots=True)
class Model:
    """Components in their order, and the version whose name every answer carries."""

    version: str
    components: Sequence[Component]
    manifest: Mapping[str, Any]

    def parse(self, text: str) -> ParseResult:
        """Understand one text; only its first 2,000 code points are looked at. Never raises for any text."""
        draft = Draft(readable(text[:MAX_CHARACTERS]))
        for component in self.components:
            component.process(draft)
        return draft.finish(text, self.version)


def parse_on_one_thread() -> None:
    """Keep this process' linear algebra to one thread.

    One text is too little to share out: with two threads a parse takes no less time and four times the CPU, in which
    the second one waits; and sums in another order are other numbers in their last digits.
    """
    threadpool_limits(1, user_api="blas")


def spare_what_lives() -> None:
    """Leave what is in memory now out of garbage collections; for a process that does nothing but parse.

    A full collection looks at every list of a model, which takes several times as long as the parse it falls into.
    What was spared before and is garbage by now is freed first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def load(path: Path) -> Model:
    """Load the model at `path`, or the current one of the store at `path`, after checking every hash.

    From then on this process' linear algebra runs on one thread. Raises ModelError when it is missing, damaged,
    foreign or of another format.
    """
    folder = resolve(path)
    manifest = verify(folder)
    components: list[Component] = []
    for entry in manifest["components"]:
        kind = KINDS.get(entry["name"])
        if kind is None:
            raise ModelError(f"{folder} needs the component {entry['name']!r}, unknown here; train it again")
        try:
            components.append(kind.load(folder / entry["folder"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{folder / entry['folder']} cannot be read: {error!r}; train it again") from error
    parse_on_one_thread()
    return Model(folder.name, tuple(components), manifest)
