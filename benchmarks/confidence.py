"""Prints how far confidences can be believed, over many draws of a few examples from one file of training data.

    python benchmarks/confidence.py DATA [--shots N] [--uneven] [--draws N] [--texts N]

DATA is Rasa YAML. Each draw learns from N texts of each intent (`--uneven`: from a quarter of them to four times as
many) and is asked some of the others (then of each intent in proportion): so constants can be judged on many more texts
than a test part has, and without it. The columns: share of right answers, calibration error (15 bins), what chance
alone would make of it with as many texts, were the confidences true, mean negative logarithm of the right intent's
confidence, mean confidence less share of right answers among texts taken for an intent of at most half of N texts
(nought without `--uneven`), and among all, with its deviation between draws.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, pstdev

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nlu.config import PipelineConfig, Step  # noqa: E402 - run as a script, from anywhere
from nlu.fitting import fit  # noqa: E402 - see above
from nlu.learning.encoders import usable  # noqa: E402 - see above
from nlu.measuring.evaluation import sample_shots  # noqa: E402 - see above
from nlu.measuring.metrics import BINS, Outcome, accuracy, calibration_error  # noqa: E402 - see above
from nlu.second_encoder import settled  # noqa: E402 - see above
from nlu.training_data import Example, TrainingData, read_training_data  # noqa: E402 - see above

PIPELINES = {
    "semantic": PipelineConfig((Step("NgramFeaturizer"), Step("SentenceEncoder"), Step("IntentClassifier"))),
    "light": PipelineConfig((Step("NgramFeaturizer"), Step("StaticEncoder"), Step("IntentClassifier"))),
    "n-grams alone": PipelineConfig((Step("NgramFeaturizer"), Step("IntentClassifier"))),
}
FIGURES = ("accuracy", "calibration error", "of it chance", "log loss", "gap of the rare", "gap")
SPREAD = 4.0
"""Uneven intents have so many times fewer or more texts at most."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--shots", type=int, default=10, help="examples of each intent")
    parser.add_argument("--uneven", action="store_true", help="more examples of some intents than of others")
    parser.add_argument("--draws", type=int, default=8)
    parser.add_argument("--texts", type=int, default=3_080, help="asked in each draw")
    options = parser.parse_args()
    data = read_training_data(options.data)
    print("| pipeline | " + " | ".join(FIGURES) + " |")
    print("|---" * (len(FIGURES) + 1) + "|")
    for name, config in PIPELINES.items():
        known = [
            uneven(data, options.shots, seed) if options.uneven else sample_shots(data, options.shots, seed)
            for seed in range(options.draws)
        ]
        draws = [draw(data, config, some, options.shots, options.texts, seed) for seed, some in enumerate(known)]
        means = [mean(column) for column in zip(*draws, strict=True)]
        spread = pstdev([gap for *_, gap in draws])
        print(f"| {name} | " + " | ".join(f"{m:.4f}" for m in means) + f" ± {spread:.4f} |", flush=True)


def uneven(data: TrainingData, shots: int, seed: int) -> TrainingData:
    """Keep of each intent from `shots` / 4 to 4 · `shots` examples, evenly by the logarithm, four in five at most."""
    dice = np.random.default_rng([seed, shots])
    kept: list[Example] = []
    for intent in data.intents:
        own = [example for example in data.examples if example.base_intent == intent]
        count = max(2, round(shots * SPREAD ** dice.uniform(-1.0, 1.0)))
        kept += [own[int(i)] for i in dice.permutation(len(own))[: min(count, len(own) * 4 // 5)]]
    return data.with_examples(kept)


def draw(
    data: TrainingData, config: PipelineConfig, known: TrainingData, shots: int, texts: int, seed: int
) -> tuple[float, ...]:
    """Return the figures of one draw, which learns from `known`."""
    taken = {id(example) for example in known.examples}
    others = [example for example in data.examples if id(example) not in taken]
    dice = np.random.default_rng(seed)
    sizes = Counter(example.base_intent for example in known.examples)
    order = [others[int(i)] for i in dice.permutation(len(others))]
    if len(set(sizes.values())) > 1:  # whoever learnt from uneven intents is asked as unevenly
        order = proportional(order, sizes)
    asked = order[:texts]
    model = fit(known, settled(usable(config, known, print), known, seed=seed, notify=print), seed=seed)
    outcomes = [Outcome(example, model.parse(example.text)) for example in asked]
    right = accuracy(outcomes)
    loss = mean(-math.log(max(_of_the_right(o), 1e-12)) for o in outcomes)
    gap = mean(o.confidence for o in outcomes) - right
    rare = [o.confidence - o.correct for o in outcomes if sizes[o.predicted] <= shots / 2]
    return right, calibration_error(outcomes), chance(outcomes, dice), loss, mean(rare) if rare else 0.0, gap


def proportional(examples: Sequence[Example], sizes: Mapping[str, int]) -> list[Example]:
    """Keep of each intent the first examples, a quarter as many as its size."""
    met: Counter[str] = Counter()
    kept: list[Example] = []
    for example in examples:
        intent = example.base_intent
        if met[intent] * 4 < sizes[intent]:
            kept.append(example)
        met[intent] += 1
    return kept


def _of_the_right(outcome: Outcome) -> float:
    wanted = outcome.example.base_intent
    return next((one.confidence for one in outcome.result.ranking if one.name == wanted), 0.0)


def chance(outcomes: Sequence[Outcome], dice: np.random.Generator, repeats: int = 20) -> float:
    """Return the calibration error that these confidences would show on so many texts if each were true."""
    found: list[float] = []
    for _ in range(repeats):
        bins: dict[int, float] = {}
        for outcome in outcomes:
            sure = outcome.confidence
            place = min(int(sure * BINS), BINS - 1)
            bins[place] = bins.get(place, 0.0) + (dice.random() < sure) - sure
        found.append(sum(map(abs, bins.values())) / len(outcomes))
    return mean(found)


if __name__ == "__main__":
    main()
