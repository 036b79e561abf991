"""Trains the learned policy from a project's stories, in a process of its own, and keeps what was learned.

scikit-learn is imported where the training runs, never beside the event loop. What is learned is stored
as plain numbers in JSON, under a hash of what it was learned from.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from adapters.rasa.compiling import Compiled
from adapters.rasa.putting import put
from bot.dialogue import names
from bot.dialogue.learned import Learned, features
from bot.dialogue.state import State
from bot.errors import AssistantError

_FORMAT: Final = 2
_STRENGTH: Final = 20.0  # inverse of the regularisation; stories are few and mean what they say
_FOLDS: Final = 10
_SMALLEST: Final = 5e-4  # weights below say nothing


@dataclass(frozen=True, slots=True)
class Row:
    """One decision to learn from; `story` tells which one it is from."""

    features: Mapping[str, float]
    action: str
    story: str


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """How well actions are predicted in stories that were left out of the training.

    With more than a few stories, a tenth of them is left out at a time.
    """

    stories: int
    stories_right: int
    actions: int
    actions_right: int

    @property
    def accuracy(self) -> float:
        """The share of actions that were right, 0 to 1."""
        return self.actions_right / self.actions if self.actions else math.nan


def learn(compiled: Compiled, cache: Path | None) -> Learned | None:
    """Return what the stories teach; None when there are none, or only one action to learn.

    Raises AssistantError when the training process ends badly.
    """
    rows = rows_of(compiled)
    if len({r.action for r in rows}) < 2:
        return None
    task = json.dumps({"format": _FORMAT, "rows": [[r.features, r.action] for r in rows]}, sort_keys=True)
    path = cache / f"dialogue-{sha256(task.encode()).hexdigest()[:20]}.json" if cache else None
    if path is not None and path.is_file():
        known = _read(path.read_text("utf-8"))
        if known is not None:
            return known
    done = subprocess.run(
        [sys.executable, "-m", "adapters.rasa.learning"],
        input=task,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if done.returncode != 0:
        raise AssistantError([f"data: learning from the stories failed: {done.stderr.strip()[-500:]}"])
    if path is not None:
        put(path, done.stdout)
    return _read(done.stdout)


def rows_of(compiled: Compiled) -> list[Row]:
    """Every decision of the stories, each once with all that went before and once with the last turn alone."""
    hidden = compiled.hidden
    rows: list[Row] = []
    for example in compiled.examples:
        if example.action == names.UNLIKELY_INTENT or not example.states[-1].previous:
            continue
        states = [s.forgetting(hidden.slots, hidden.loops) for s in example.states]
        story = f"{example.path.place} {example.path.name}"
        rows.append(Row(features(states), example.action, story))
        short = _last_turn(states)
        if len(short) < len(states):
            rows.append(Row(features(short), example.action, story))
    return rows


def _last_turn(states: Sequence[State]) -> Sequence[State]:
    for index in range(len(states) - 1, -1, -1):
        if states[index].previous == names.LISTEN:
            return states[index:]
    return states


def leave_out(compiled: Compiled) -> LeaveOut:
    """Measure the learned policy on stories that it has not seen. Imports scikit-learn."""
    rows = rows_of(compiled)
    stories = sorted({r.story for r in rows})
    folds = len(stories) if len(stories) <= _FOLDS * 3 else _FOLDS
    actions = right = stories_right = 0
    for fold in range(folds if len(stories) > 1 else 0):
        left_out = set(stories[fold::folds])
        kept = [r for r in rows if r.story not in left_out]
        if len({r.action for r in kept}) < 2:
            continue
        model = train(kept)
        wrong: set[str] = set()
        for example in compiled.examples:
            story = f"{example.path.place} {example.path.name}"
            if story not in left_out or not example.states[-1].previous:
                continue
            seen = [s.forgetting(compiled.hidden.slots, compiled.hidden.loops) for s in example.states]
            correct = model.likeliest(seen)[0] == example.action
            actions += 1
            right += correct
            if not correct:
                wrong.add(story)
        stories_right += len(left_out) - len(wrong)
    return LeaveOut(len(stories), stories_right, actions, right)


def train(rows: Iterable[Row]) -> Learned:
    """Fit one logistic regression an action (liblinear: milliseconds each). Deterministic. Imports scikit-learn."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - a second, and only where training runs
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - likewise

    counted = Counter((tuple(sorted(r.features.items())), r.action) for r in rows)
    vocabulary = {name: i for i, name in enumerate(sorted({n for seen, _ in counted for n, _ in seen}))}
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for seen, _ in counted:
        data.extend(value for _, value in seen)
        columns.extend(vocabulary[name] for name, _ in seen)
        ends.append(len(columns))
    matrix: Any = csr_matrix((data, columns, ends), shape=(len(counted), len(vocabulary)))
    labels = [action for _, action in counted]
    if len(set(labels)) < 2:
        return Learned()
    weights = [1.0 + math.log(n) for n in counted.values()]
    actions = sorted(set(labels))
    coefficients: list[Any] = []
    bias: list[float] = []
    for action in actions:
        model: Any = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=0)
        model.fit(matrix, [label == action for label in labels], sample_weight=weights)
        coefficients.append(model.coef_[0].tolist())
        bias.append(round(float(model.intercept_[0]), 4))
    kept = {
        name: tuple(round(row[i], 4) for row in coefficients)
        for name, i in vocabulary.items()
        if max(abs(row[i]) for row in coefficients) >= _SMALLEST
    }
    return Learned(tuple(actions), kept, tuple(bias))


def _dump(learned: Learned) -> str:
    return json.dumps(
        {
            "format": _FORMAT,
            "actions": learned.actions,
            "bias": learned.bias,
            "weights": {k: list(v) for k, v in learned.weights.items()},
        }
    )


def _read(text: str) -> Learned | None:
    try:
        document = cast("dict[str, Any]", json.loads(text))
        if document["format"] != _FORMAT:
            return None
        weights = {str(k): tuple(float(x) for x in v) for k, v in document["weights"].items()}
        return Learned(tuple(document["actions"]), weights, tuple(float(b) for b in document["bias"]))
    except (ValueError, KeyError, TypeError):
        return None


def main() -> None:
    """Read rows from standard input, train, write what was learned to standard output."""
    task = json.load(sys.stdin)
    sys.stdout.write(_dump(train(Row(seen, action, "") for seen, action in task["rows"])))


if __name__ == "__main__":
    main()
