"""How well entities are found that few examples annotate.

    python -m benchmarks.few_entities [--data FOLDER] [--draws N]

trains on each small bot in `benchmarks/few` (10 to 25 annotations), and on N draws of 70 % of its examples, and asks it
messages that customers might type; prints the F1 of exact span, type and role. With FOLDER, that of public data
(`snips/train.yml`), some examples of one intent are drawn until they have 8, 15, 30 and 60 annotations of three types,
beside twice as many of other intents without any, and others of the same file are asked.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, pstdev
from typing import Final

import numpy as np

from nlu.config import STATIC_ENCODER, PipelineConfig, Step
from nlu.fitting import fit
from nlu.training_data import Example, TrainingData, read_training_data

_BOTS: Final = Path(__file__).parent / "few"
_STEPS: Final = (
    "Tokenizer", "RegexFeaturizer", "NgramFeaturizer", STATIC_ENCODER, "IntentClassifier", "CRFEntityExtractor"
)  # fmt: skip
_SHARE: Final = 0.7
_SIZES: Final = (8, 15, 30, 60)
_TYPES: Final = 3
_ASKED: Final = 150


def main() -> None:
    """Read the arguments and print a line for each bot and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--draws", type=int, default=4)
    arguments = parser.parse_args()
    whole: list[float] = []
    parts: list[float] = []
    for folder in sorted(_BOTS.iterdir()):
        data, asked = read_training_data(folder / "train.yml"), read_training_data(folder / "test.yml").examples
        language = "de" if folder.name.endswith("_de") else "en"
        whole.append(f1(data, asked, language))
        drawn = [f1(thinned(data, seed), asked, language) for seed in range(arguments.draws)]
        parts += drawn
        print(f"{folder.name:12} {whole[-1]:5.1f}, of 70 % {spread(drawn)}", flush=True)
    print(f"all bots     {spread(whole)}, of 70 % {spread(parts)}", flush=True)
    if arguments.data:
        examples = read_training_data(arguments.data / "snips" / "train.yml").examples
        for size in _SIZES:
            found = [f1(*draw) for seed in range(arguments.draws) for draw in draws(examples, size, seed)]
            print(f"snips {size:3}    {spread(found)}", flush=True)


def spread(figures: Sequence[float]) -> str:
    """Return the mean and the standard deviation of figures."""
    return f"{mean(figures):5.1f} ± {pstdev(figures):4.1f}" if figures else "-"


def thinned(data: TrainingData, seed: int) -> TrainingData:
    """Return a share of the examples, in their order."""
    order = shuffled(np.random.default_rng(seed), len(data.examples))
    return data.with_examples(data.examples[i] for i in sorted(order[: int(len(order) * _SHARE)]))


def shuffled(rng: np.random.Generator, count: int) -> list[int]:
    """Return the numbers from 0 on, so many, in a random order."""
    order: list[int] = rng.permutation(count).tolist()
    return order


def draws(examples: Sequence[Example], size: int, seed: int) -> Iterator[tuple[TrainingData, list[Example]]]:
    """Yield, for each intent, examples with so many annotations and others to be asked."""
    for number, intent in enumerate(sorted({e.intent for e in examples})):
        rng = np.random.default_rng([seed, number, size])
        own = [e for e in examples if e.intent == intent]
        others = [replace(e, annotations=()) for e in examples if e.intent != intent]
        common = Counter(a.entity for e in own for a in e.annotations).most_common(5)
        types = {common[i][0] for i in shuffled(rng, len(common))[:_TYPES]}
        own = [replace(e, annotations=tuple(a for a in e.annotations if a.entity in types)) for e in own]
        own = [own[i] for i in shuffled(rng, len(own))]
        others = [others[i] for i in shuffled(rng, len(others))]
        known: list[Example] = []
        while sum(len(e.annotations) for e in known) < size:
            known.append(own.pop())
        asked = own[:_ASKED] + others[-_ASKED // 2 :]
        yield TrainingData((*known, *others[: 2 * len(known)])), asked


def f1(data: TrainingData, asked: Sequence[Example], language: str = "en") -> float:
    """Return the F1, 0 to 100, of exact span, type and role."""
    steps = tuple(Step(name) for name in _STEPS if language == "en" or name != STATIC_ENCODER)
    model = fit(data, PipelineConfig(steps, language))
    right = said = given = 0
    for example in asked:
        gold = {(a.start, a.end, a.entity, a.role) for a in example.annotations}
        found = {(e.start, e.end, e.entity, e.role) for e in model.parse(example.text).entities}
        right += len(gold & found)
        said += len(found)
        given += len(gold)
    return 200 * right / (said + given) if said + given else 0.0


if __name__ == "__main__":
    main()
