"""Two requests in one message: how often both are heard, and how often one is taken for two.

    python -m benchmarks.several [--pairs N] [--seed N] ASSISTANT|FOLDER …

ASSISTANT is the folder of an assistant; its own pipeline is trained on its `data`, and asked its messages held out.
FOLDER holds `train.yml` and `test.yml`, asked with the standard pipeline. Two messages of different intents and one
language, each understood by itself, are joined by words and marks as customers use them. Printed are the pairs of which
both were heard, of which something else was heard, and the single messages that were taken for several, each of one
intent by its label.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from bot.core.customers.several import divisions, heard_apart
from nlu.config import PipelineConfig, read_config
from nlu.fitting import fit
from nlu.training_data import Example, read_training_data
from nlu.types import ParseResult

_JOINTS: Final = (" and ", ". ", "? ", ", also ", " and also ", "\n", ", and ")

Parse = Callable[[str], ParseResult]


def main() -> None:
    """Read the arguments and print a line for each folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="ASSISTANT|FOLDER")
    parser.add_argument("--pairs", type=int, default=150, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    given = parser.parse_args()
    for folder in given.folders:
        parse, asked = opened(folder)
        print(f"{folder}: {told(parse, asked, given.pairs, np.random.default_rng(given.seed))}", flush=True)


def opened(folder: Path) -> tuple[Parse, Sequence[Example]]:
    """Train on a folder; return how it understands, and the messages that it has not seen."""
    config = folder / "config.yml"
    if config.is_file():
        data, pipeline = read_training_data(folder / "data"), read_config(config)
        held = sorted((folder / "tests").glob("messages_held_out*.yml"))
    else:
        data, pipeline = read_training_data(folder / "train.yml"), PipelineConfig.semantic()
        held = [folder / "test.yml"]
    return cache(fit(data, pipeline).parse), read_training_data(*held).examples


def told(parse: Parse, asked: Sequence[Example], pairs: int, draw: np.random.Generator) -> str:
    """Ask every message alone and some in pairs, and return what was heard."""
    cut = [example for example in asked if divisions(parse(example.text))]
    doubled = sum(bool(heard_apart(parse(example.text), parse)) for example in cut)
    both = other = 0
    for text, intents in joined(parse, asked, pairs, draw):
        found = sorted(request.intent.name for request in heard_apart(parse(text), parse))
        both += found == intents
        other += bool(found) and found != intents
    single = f"{doubled} of {len(asked)} single messages ({len(cut)} that can be cut) taken for several"
    return f"of {pairs} pairs both heard {both}, something else {other}; {single}"


def joined(
    parse: Parse, asked: Sequence[Example], pairs: int, draw: np.random.Generator
) -> Sequence[tuple[str, Sequence[str]]]:
    """Join messages of two intents and one language; each text with the two intents, sorted."""
    known = [example for example in asked if not parse(example.text).is_fallback]
    made: list[tuple[str, Sequence[str]]] = []
    while len(made) < pairs:
        first, second = map(int, draw.choice(len(known), 2, replace=False))
        one, two = known[first], known[second]
        same = parse(one.text).language == parse(two.text).language
        if same and one.base_intent != two.base_intent:
            text = one.text.rstrip(".!?") + _JOINTS[draw.integers(len(_JOINTS))] + two.text
            made.append((text, sorted((one.base_intent, two.base_intent))))
    return made


if __name__ == "__main__":
    main()
