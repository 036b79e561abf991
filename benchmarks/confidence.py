"""Prints how far confidences can be believed, over many draws of a few examples from one file of training data.

    python benchmarks/confidence.py DATA [--shots N] [--draws N] [--texts N]

DATA is Rasa YAML. Each draw learns from N texts of each intent and is asked some of the others: so constants can be
judged on many more texts than a test part has, and without it. The columns: share of right answers, calibration error
(15 bins), what chance alone would make of it with as many texts, were the confidences true, mean negative logarithm of
the right intent's confidence, and mean confidence less share of right answers, with its deviation between draws.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
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
from nlu.training_data import TrainingData, read_training_data  # noqa: E402 - see above

PIPELINES = {
    "semantic": PipelineConfig((Step("NgramFeaturizer"), Step("SentenceEncoder"), Step("IntentClassifier"))),
    "light": PipelineConfig((Step("NgramFeaturizer"), Step("StaticEncoder"), Step("IntentClassifier"))),
    "n-grams alone": PipelineConfig((Step("NgramFeaturizer"), Step("IntentClassifier"))),
}
FIGURES = ("accuracy", "calibration error", "of it chance", "log loss", "gap")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--shots", type=int, default=10, help="examples of each intent")
    parser.add_argument("--draws", type=int, default=8)
    parser.add_argument("--texts", type=int, default=3_080, help="asked in each draw")
    options = parser.parse_args()
    data = read_training_data(options.data)
    print("| pipeline | " + " | ".join(FIGURES) + " |")
    print("|---" * (len(FIGURES) + 1) + "|")
    for name, config in PIPELINES.items():
        draws = [draw(data, config, options.shots, options.texts, seed) for seed in range(options.draws)]
        means = [mean(column) for column in zip(*draws, strict=True)]
        spread = pstdev([gap for *_, gap in draws])
        print(f"| {name} | " + " | ".join(f"{m:.4f}" for m in means) + f" ± {spread:.4f} |", flush=True)


def draw(data: TrainingData, config: PipelineConfig, shots: int, texts: int, seed: int) -> tuple[float, ...]:
    """Return the figures of one draw."""
    known = sample_shots(data, shots, seed)
    taken = {id(example) for example in known.examples}
    others = [example for example in data.examples if id(example) not in taken]
    dice = np.random.default_rng(seed)
    asked = [others[int(i)] for i in dice.permutation(len(others))[:texts]]
    model = fit(known, settled(usable(config, known, print), known, seed=seed, notify=print), seed=seed)
    outcomes = [Outcome(example, model.parse(example.text)) for example in asked]
    right = accuracy(outcomes)
    loss = mean(-math.log(max(_of_the_right(o), 1e-12)) for o in outcomes)
    gap = mean(o.confidence for o in outcomes) - right
    return right, calibration_error(outcomes), chance(outcomes, dice), loss, gap


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
