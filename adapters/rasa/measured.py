"""What is measured in a trial and would be the same in the next one: cross-validation, kept beside the models."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, cast

from adapters.rasa.candidate import Ground
from adapters.rasa.putting import put
from adapters.rasa.task import CANDIDATES, MEASURED
from nlu.measuring.gain import FOLDS, left_out
from nlu.places import code_files
from nlu.training_data import Example, TrainingData

_KEPT: Final = 8
_AN_INTENT: Final = 6


class Measured:
    """Cross-validation of a project's examples with lessons' examples beside them."""

    def __init__(self, ground: Ground, say: Callable[[str], None]) -> None:
        self._ground = ground
        self._say = say
        self._folder = ground.store / CANDIDATES / MEASURED
        code = sha256(b"".join(path.read_bytes() for path in code_files())).hexdigest()
        self._basis = (
            f"{code} {ground.data.fingerprint()} {json.dumps(ground.config.to_json(), sort_keys=True)} {FOLDS}"
        )

    def left_out(self, added: Sequence[Example]) -> tuple[str, ...]:
        """What each of the project's examples is taken for when it was left out of the training."""
        extra = TrainingData(tuple(added)).fingerprint()
        path = self._folder / f"{sha256(f'{self._basis} {extra}'.encode()).hexdigest()[:24]}.json"
        with suppress(OSError, ValueError):
            kept = cast("list[str]", json.loads(path.read_text("utf-8")))
            if len(kept) == len(self._ground.data.examples):
                path.touch()
                return tuple(kept)
        found = left_out(self._ground.config, self._ground.data, added, notify=self._say)
        self._write(path, found)
        return found

    def _write(self, path: Path, found: Sequence[str]) -> None:
        put(path, json.dumps(found))
        by_age = sorted(self._folder.glob("*.json"), key=lambda p: p.stat().st_mtime)
        for old in by_age[:-_KEPT]:
            old.unlink(missing_ok=True)


def sample(examples: Sequence[Example]) -> list[Example]:
    """A few examples of each intent, always the same ones."""
    found: dict[str, list[Example]] = {}
    for example in sorted(examples, key=lambda e: sha256(e.text.encode("utf-8", "replace")).digest()):
        few = found.setdefault(example.intent, [])
        if len(few) < _AN_INTENT:
            few.append(example)
    return [example for name in sorted(found) for example in found[name]]
