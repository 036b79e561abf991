"""What the encoders understand of an assistant that is spoken to in several languages.

    python -m benchmarks.tongues assistants/ecommerce

prints, by folds of the assistant's own examples, how many are taken for their intent by a model of the others: English
ones and those in other languages, without an encoder, with static embeddings, with the English encoder, with the
multilingual one and with both.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from nlu.components.language import LanguageIdentifier, shipped_tables, shipped_words
from nlu.config import ENGLISH_ENCODER, MULTILINGUAL_ENCODER, STATIC_ENCODER, PipelineConfig, Step
from nlu.measuring.gain import left_out
from nlu.training_data import TrainingData, read_training_data

PIPELINES = {
    "no encoder": (),
    "static": (Step(STATIC_ENCODER),),
    "English": (Step(ENGLISH_ENCODER, {"multilingual": False}),),
    "multilingual": (Step(MULTILINGUAL_ENCODER),),
    "both": (Step(ENGLISH_ENCODER, {"multilingual": False}), Step(MULTILINGUAL_ENCODER)),
}


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="an assistant")
    parser.add_argument("--folds", type=int, default=3)
    options = parser.parse_args()
    data = read_training_data(options.folder / "data")
    data = data.with_examples(replace(example, intent=example.base_intent) for example in data.examples)
    identifier = LanguageIdentifier("en", shipped_tables(), shipped_words())
    english = [identifier.identify(example.text) in {"en", "und"} for example in data.examples]
    print(f"{options.folder}: {sum(english)} examples in English, {len(english) - sum(english)} in other languages")
    for name, encoders in PIPELINES.items():
        right = _right(encoders, data, options.folds)
        shares = [_share([r for r, e in zip(right, english, strict=True) if e is own]) for own in (True, False)]
        print(f"{name:14} English {shares[0]:.1%}  others {shares[1]:.1%}", flush=True)


def _right(encoders: tuple[Step, ...], data: TrainingData, folds: int) -> list[bool]:
    steps = [step for step in PipelineConfig.light().steps if step.name in {"Tokenizer", "NgramFeaturizer"}]
    config = PipelineConfig((*steps, *encoders, Step("IntentClassifier")))
    found = left_out(config, data, count=folds)
    return [name == example.intent for name, example in zip(found, data.examples, strict=True)]


def _share(values: list[bool]) -> float:
    return sum(values) / max(1, len(values))


if __name__ == "__main__":
    main()
