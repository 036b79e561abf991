"""What the multilingual encoder brings an assistant that is spoken to in English alone.

    python -m benchmarks.second_encoder assistants/banking [more assistants]

trains on an assistant's English examples, with the English encoder and with both, and prints how many of the messages
in its `tests/messages_held_out*.yml` have the right intent first, and how many are answered rightly, answered wrongly
and asked back; before that, what each example tells when it is left out.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from nlu.components.language import LanguageIdentifier, shipped_tables, shipped_words
from nlu.config import ENGLISH_ENCODER, MULTILINGUAL_ENCODER, PipelineConfig, Step
from nlu.fitting import fit
from nlu.second_encoder import WEIGHT, settled
from nlu.training_data import Example, TrainingData, read_training_data

_STEPS: Final = ("Tokenizer", "NgramFeaturizer", ENGLISH_ENCODER, "IntentClassifier", "OutOfScopeScorer")


def main() -> None:
    """Read the arguments and print a few lines for each assistant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="ASSISTANT")
    for folder in parser.parse_args().folders:
        data = english(read_training_data(folder / "data"))
        names = {example.base_intent for example in data.examples}
        held = [
            example
            for file in sorted((folder / "tests").glob("messages_held_out*.yml"))
            if file.stem.removeprefix("messages_held_out") in {"", "_2"}
            for example in read_training_data(file).examples
            if example.base_intent in names
        ]
        print(f"{folder}: {len(data.examples)} examples, {len(held)} messages held back", flush=True)
        settled(pipeline(), data, notify=lambda line: None if line.startswith("encoding") else print(f"  {line}"))
        for name, config in (("English encoder", pipeline()), ("both", pipeline(WEIGHT))):
            print(f"  {name:16}{told(data, config, held)}", flush=True)


def english(data: TrainingData) -> TrainingData:
    """Return the examples that are in English."""
    identifier = LanguageIdentifier("en", shipped_tables(), shipped_words())
    return data.with_examples(example for example in data.examples if identifier.identify(example.text) == "en")


def pipeline(weight: float | None = None) -> PipelineConfig:
    """Return a pipeline that names intents, the multilingual encoder having this weight."""
    steps = [Step(name) for name in _STEPS]
    if weight is not None:
        steps.insert(_STEPS.index(ENGLISH_ENCODER) + 1, Step(MULTILINGUAL_ENCODER, {"weight": weight}))
    return PipelineConfig((*steps, Step("FallbackClassifier", {"out_of_scope_threshold": 0.5})))


def told(data: TrainingData, config: PipelineConfig, held: list[Example]) -> str:
    """Train, and return what became of the messages held back."""
    model = fit(data, config)
    results = [(model.parse(example.text), example.base_intent) for example in held]
    first = sum(result.ranking[0].name == wanted for result, wanted in results)
    asked = sum(result.is_fallback for result, _ in results)
    right = sum(not result.is_fallback and result.ranking[0].name == wanted for result, wanted in results)
    return f"{first} right first; {right} answered rightly, {len(results) - asked - right} wrongly, {asked} asked back"


if __name__ == "__main__":
    main()
