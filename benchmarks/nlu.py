"""Prints the table of understanding: our pipelines on public data, and Rasa's column where Rasa is installed.

    python benchmarks/nlu.py --data FOLDER [--only NAME …] [--pipeline NAME …] [--with-rasa PYTHON [--epochs N]]
        [--quick] [--threads]

FOLDER holds `banking77/` and `snips/` as Rasa YAML (train.yml, test.yml). Each figure comes from
`python -m nlu evaluate` in a process of its own. `--with-rasa` names the Python of an environment of its own in
which Rasa 3.6 is installed; its default pipeline is asked the same texts and judged by the same figures.
`--threads` prints one thing alone: how many texts four threads parse in a second with one model, and whether any
answer differs from those of one thread.
Methods and constants were chosen on train and valid parts; this reads test parts only to report.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nlu.config import PipelineConfig  # noqa: E402 - run as a script, from anywhere
from nlu.fitting import fit  # noqa: E402 - see above
from nlu.learning.encoders import usable  # noqa: E402 - see above
from nlu.measuring.evaluation import sample_shots  # noqa: E402 - see above
from nlu.measuring.metrics import Outcome, accuracy, calibration_error, entity_scores, percentile  # noqa: E402 - see above
from nlu.sources.markup import write_markup  # noqa: E402 - see above
from nlu.training_data import Example, read_training_data  # noqa: E402 - see above
from nlu.types import ParseResult  # noqa: E402 - see above

SEEDS = range(5)
UNSEEN = 17
THREAD_TEXTS = 1_000
RASA_PIPELINE = """recipe: default.v1
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: {epochs}
  constrain_similarities: true
- name: EntitySynonymMapper
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
"""
"""What Rasa suggests to a project that names no pipeline, but for its response selector, which has nothing to do."""
FIGURES = (
    "accuracy",
    "entity_f1",
    "ece",
    "oos_auroc",
    "oos_recall_at_95",
    "train_cpu_s",
    "parse_cpu_ms_p50",
    "parse_ms_p99",
    "peak_rss_mb",
    "model_mb",
)


@dataclass(frozen=True, slots=True)
class Run:
    """One row of the table: how often, and which arguments for a seed."""

    name: str
    seeds: int
    arguments: Callable[[int], list[str]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[], help="rows whose name contains one of these")
    parser.add_argument("--pipeline", nargs="*", choices=("semantic", "light"), default=("semantic", "light"))
    parser.add_argument("--with-rasa", type=Path, metavar="PYTHON")
    parser.add_argument("--epochs", type=int, default=100, help="of Rasa's classifier; 100 are its default, hours")
    parser.add_argument("--quick", action="store_true", help="one seed instead of five")
    parser.add_argument("--threads", action="store_true", help="only the throughput of four threads")
    options = parser.parse_args()
    if options.threads:
        for standard in (PipelineConfig.semantic(), PipelineConfig.light()):
            print(threads(options.data, standard))
        return
    with tempfile.TemporaryDirectory() as folder:
        print("| what | pipeline | " + " | ".join(FIGURES) + " |")
        print("|---" * (len(FIGURES) + 2) + "|")
        for pipeline in options.pipeline:
            config = Path(folder) / f"{pipeline}.yml"
            config.write_text(f"language: en\npipeline: {pipeline}\n", encoding="utf-8")
            for run in rows(options.data, Path(folder)):
                if not options.only or any(part in run.name for part in options.only):
                    show(
                        run.name,
                        pipeline,
                        [measure(config, run, seed) for seed in range(1 if options.quick else run.seeds)],
                    )
        if options.with_rasa:
            for name in ("banking77", "snips"):
                if not options.only or any(part in name for part in options.only):
                    place = options.data / name
                    show(name, "Rasa", [rasa(options.with_rasa, place, Path(folder), options.epochs)])


def threads(data: Path, pipeline: PipelineConfig) -> str:
    """Parse a part of BANKING77's training texts by one thread, then by four with the same model."""
    examples = read_training_data(data / "banking77" / "train.yml")
    model = fit(sample_shots(examples, 10, 0), usable(pipeline, examples, print))
    texts = [e.text for e in examples.examples[:: len(examples.examples) // THREAD_TEXTS]]
    spent: list[float] = []
    answers: list[list[ParseResult]] = []
    for count in (1, 4):
        with ThreadPoolExecutor(count) as pool:
            began = time.perf_counter()
            answers.append(list(pool.map(model.parse, texts)))
            spent.append(time.perf_counter() - began)
    wrong = sum(one != other for one, other in zip(*answers, strict=True))
    kind = "semantic" if any(step.name == "SentenceEncoder" for step in pipeline.steps) else "light"
    return (
        f"{kind}: {len(texts) / spent[0]:.0f} texts a second by one thread, {len(texts) / spent[1]:.0f} by four; "
        f"{wrong} of {len(texts)} answers differ"
    )


def rows(data: Path, folder: Path) -> Iterator[Run]:
    """Yield what is measured."""
    bank, snips = data / "banking77", data / "snips"

    def whole(place: Path) -> Callable[[int], list[str]]:
        return lambda seed: [
            "--train", str(place / "train.yml"), "--test", str(place / "test.yml"), "--seed", str(seed),
        ]  # fmt: skip

    yield Run("banking77", 1, whole(bank))
    yield Run("banking77, 10 per intent", len(SEEDS), lambda seed: [*whole(bank)(seed), "--shots", "10"])
    yield Run("banking77, 17 intents unseen", len(SEEDS), lambda seed: unseen(bank, folder, seed))
    yield Run("snips", 1, whole(snips))


def unseen(place: Path, folder: Path, seed: int) -> list[str]:
    """Leave 17 intents out of training, a different set for each seed; their test examples are out of scope."""
    train, test = read_training_data(place / "train.yml"), read_training_data(place / "test.yml")
    names = list(train.intents)
    hidden = {names[(seed * UNSEEN + i * 7) % len(names)] for i in range(UNSEEN)}
    parts: dict[str, list[Example]] = {
        "train": [e for e in train.examples if e.intent not in hidden],
        "test": [e for e in test.examples if e.intent not in hidden],
        "oos": [e for e in test.examples if e.intent in hidden],
    }
    paths = {name: folder / f"unseen-{seed}-{name}.yml" for name in parts}
    for name, examples in parts.items():
        write(paths[name], examples)
    return [
        "--train", str(paths["train"]), "--test", str(paths["test"]), "--oos", str(paths["oos"]), "--seed", str(seed),
    ]  # fmt: skip


def write(path: Path, examples: list[Example]) -> None:
    """Write examples as Rasa YAML."""
    lines = ['version: "3.1"', "nlu:"]
    for intent in sorted({e.intent for e in examples}):
        lines += [f"- intent: {intent}", "  examples: |"]
        lines += [f"    - {write_markup(e.text, e.annotations)}" for e in examples if e.intent == intent]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure(config: Path, run: Run, seed: int) -> dict[str, float | None]:
    """Return the figures of one evaluation."""
    command = [sys.executable, "-m", "nlu", "evaluate", "--config", str(config), *run.arguments(seed), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True, cwd=ROOT)
    figures: dict[str, float | None] = json.loads(done.stdout)
    return figures


def rasa(python: Path, place: Path, folder: Path, epochs: int) -> dict[str, float | None]:
    """Train and test Rasa's default pipeline in its own environment; judge it by our figures."""
    config, out = folder / "rasa.yml", folder / f"rasa-{place.name}"
    config.write_text(RASA_PIPELINE.format(epochs=epochs), encoding="utf-8")
    before = os.times()
    subprocess.run(
        [*(str(python), "-m", "rasa", "train", "nlu", "--config", str(config)),
         *("--nlu", str(place / "train.yml"), "--out", str(out))],
        check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    after = os.times()
    [model] = out.glob("*.tar.gz")
    examples = read_training_data(place / "test.yml").examples
    done = subprocess.run(
        [str(python), str(ROOT / "benchmarks" / "rasa_parse.py"), str(model)],
        input=json.dumps([e.text for e in examples]), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, check=True, cwd=folder,
    )  # fmt: skip
    *lines, last = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    outcomes = [Outcome(e, _without_fallback(line["result"])) for e, line in zip(examples, lines, strict=True)]
    return {
        "accuracy": accuracy(outcomes),
        "entity_f1": (entity_scores(outcomes) or (None,))[-1],
        "ece": calibration_error(outcomes),
        "train_cpu_s": sum(after[2:4]) - sum(before[2:4]),
        "parse_cpu_ms_p50": percentile([line["cpu_ms"] for line in lines], 0.5),
        "parse_ms_p99": percentile([line["ms"] for line in lines], 0.99),
        "peak_rss_mb": float(last["peak_rss_mb"]),
        "model_mb": model.stat().st_size / 2**20,
    }


def _without_fallback(answer: dict[str, Any]) -> ParseResult:
    """Rasa puts its fallback on top of the ranking; ours stands beside it."""
    ranking = [one for one in answer["intent_ranking"] if one["name"] != "nlu_fallback"]
    return ParseResult.from_json({**answer, "intent_ranking": ranking})


def show(name: str, pipeline: str, results: list[dict[str, float | None]]) -> None:
    """Print one row, means over the seeds; what was not measured stays empty."""
    measured = {f: [value for r in results if (value := r.get(f)) is not None] for f in FIGURES}
    cells = [f"{mean(values):.4g}" if len(values) == len(results) else "" for values in measured.values()]
    print(f"| {name} | {pipeline} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
