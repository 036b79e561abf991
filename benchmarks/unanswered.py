"""What becomes of questions that an assistant has no answer for, and of those that it has.

    python -m benchmarks.unanswered assistants/ecommerce [more assistants] [--draws N]

takes a third of the answers of `faq` out of an assistant's data, with all their examples, and of the other answers one
example in five; trains with the rest, and asks what was taken out. Prints how many are answered rightly and wrongly
and how many are asked back, by `response_threshold` of the FallbackClassifier.
"""

from __future__ import annotations

import argparse
import random  # noqa: TID251  # examples are drawn from a seed
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from nlu.config import PipelineConfig, Step, read_config
from nlu.fitting import fit
from nlu.learning.encoders import usable
from nlu.second_encoder import settled
from nlu.training_data import Example, read_training_data
from nlu.types import NLU_FALLBACK, ParseResult

_GROUP: Final = "faq"
_GONE: Final = 1 / 3
_HELD: Final = 1 / 5
_THRESHOLDS: Final = (0.0, 0.3, 0.4, 0.5)


def main() -> None:
    """Read the arguments and print two lines for each assistant and threshold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="ASSISTANT")
    parser.add_argument("--draws", type=int, default=3)
    arguments = parser.parse_args()
    for folder in arguments.folders:
        told: dict[tuple[float, str], Counter[str]] = {
            (threshold, which): Counter() for threshold in _THRESHOLDS for which in ("with an answer", "without")
        }
        for draw in range(arguments.draws):
            for which, example, parse in _asked(folder, draw):
                for threshold in _THRESHOLDS:
                    told[threshold, which][_outcome(parse, example, threshold)] += 1
        for (threshold, which), counts in told.items():
            shown = ", ".join(f"{counts[each]} {each}" for each in ("right", "wrong", "asked back"))
            print(f"{folder.name}, threshold {threshold}: questions {which}: {shown}", flush=True)


def _asked(folder: Path, draw: int) -> Iterator[tuple[str, Example, ParseResult]]:
    data, chance = read_training_data(folder / "data"), random.Random(draw)
    keys = sorted({example.intent for example in data.examples if example.base_intent == _GROUP})
    gone = frozenset(chance.sample(keys, round(len(keys) * _GONE)))
    asked: list[Example] = []
    learnt: list[Example] = []
    for example in data.examples:
        is_held = example.base_intent == _GROUP and (example.intent in gone or chance.random() < _HELD)
        (asked if is_held else learnt).append(example)
    known = data.with_examples(learnt)
    config = _without_threshold(read_config(folder / "config.yml"))
    model = fit(known, settled(usable(config, known, _unsaid), known))
    for example in asked:
        yield "without" if example.intent in gone else "with an answer", example, model.parse(example.text)


def _without_threshold(config: PipelineConfig) -> PipelineConfig:
    return replace(config, steps=tuple(_open(step) for step in config.steps))


def _open(step: Step) -> Step:
    if step.name != "FallbackClassifier":
        return step
    return Step(step.name, {**step.options, "response_threshold": 0.0})


def _outcome(parse: ParseResult, example: Example, threshold: float) -> str:
    answer = next((found for found in parse.responses if found.intent == parse.intent.name), None)
    if parse.intent.name == NLU_FALLBACK or (answer is not None and answer.confidence < threshold):
        return "asked back"
    return "right" if parse.meaning_of(parse.intent.name) == example.intent else "wrong"


def _unsaid(_notice: str) -> None:
    pass


if __name__ == "__main__":
    main()
