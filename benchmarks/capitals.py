"""What an assistant understands of customers who type everything in capitals.

    python -m benchmarks.capitals assistants/ecommerce

learns four of five of the assistant's own examples and prints how many of the others are taken for their intent, and
how many surely enough to be answered: as they were typed, in small letters, and in capitals.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from nlu.config import PipelineConfig
from nlu.fitting import fit
from nlu.learning.encoders import usable
from nlu.training_data import read_training_data
from nlu.types import NLU_FALLBACK, ParseResult

EVERY = 5
WAYS: dict[str, Callable[[str], str]] = {"as typed": str, "in small letters": str.lower, "in capitals": str.upper}


def main() -> None:
    """Read the arguments and print a line for each way to type."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="an assistant")
    parser.add_argument("--pipeline", choices=("semantic", "light"), default="semantic")
    options = parser.parse_args()
    data = read_training_data(options.folder / "data")
    learnt = data.with_examples(e for i, e in enumerate(data.examples) if i % EVERY)
    asked = data.examples[::EVERY]
    standard = PipelineConfig.semantic() if options.pipeline == "semantic" else PipelineConfig.light()
    model = fit(learnt, usable(standard, learnt, print))
    print(f"{options.folder}: {len(learnt.examples)} examples learnt, {len(asked)} asked")
    for way, typed in WAYS.items():
        read = [model.parse(typed(example.text)) for example in asked]
        wanted = [example.base_intent for example in asked]
        best = sum(_best(each) == name for each, name in zip(read, wanted, strict=True))
        sure = sum(each.intent.name == name for each, name in zip(read, wanted, strict=True))
        print(f"{way:17} {best / len(asked):.1%}  answered {sure / len(asked):.1%}", flush=True)


def _best(read: ParseResult) -> str:
    """The best intent, before the fallback."""
    return next((each.name for each in read.ranking if each.name != NLU_FALLBACK), "")


if __name__ == "__main__":
    main()
