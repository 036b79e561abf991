"""How well small bots are understood that were written before anyone looked at how they are learnt.

    python -m benchmarks.blind_bots [--without] [--mistakes] [--with-rasa PYTHON [--only BOT …] [--epochs N]]

trains on each bot in `benchmarks/blind` (60 to 82 examples of 11 to 14 intents, 2 to 18 annotations of a type; three
are German, French and Spanish) and asks it 40 messages that are worded otherwise and 20 that mean none of its
intents. Prints, for each bot and over all, the share of right intents, the precision, recall and F1 of exact span
and type, the calibration error, how well foreign texts are told apart, the F1 that asks for the role as well, and
the mean confidence.
`--without` does not vary texts of which few are annotated, `--mistakes` prints what was understood wrongly.
Nothing may be chosen by these figures.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Final

from benchmarks.nlu import rasa
from nlu.config import PipelineConfig
from nlu.fitting import fit
from nlu.learning import crf, variations
from nlu.learning.encoders import usable
from nlu.measuring.evaluation import figures_of
from nlu.measuring.metrics import Outcome
from nlu.model import Model
from nlu.training_data import Example, read_training_data

_BOTS: Final = Path(__file__).parent / "blind"
_FIGURES: Final = ("accuracy", "entity_precision", "entity_recall", "entity_f1", "ece", "oos_auroc")
_LANGUAGES: Final = frozenset({"de", "es", "fr"})


def main() -> None:
    """Read the arguments and print a line for each bot and pipeline, and one for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", action="store_true")
    parser.add_argument("--mistakes", action="store_true")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--with-rasa", type=Path, metavar="PYTHON")
    parser.add_argument("--epochs", type=int, default=100)
    options = parser.parse_args()
    if options.without:
        for module in (crf, variations):
            vars(module)["FEW"] = 0
    places = [place for place in sorted(_BOTS.iterdir()) if not options.only or place.name in options.only]
    for name in ("semantic", "light"):
        everything: list[Outcome] = []
        told_apart: list[float] = []
        for place in places:
            own, foreign = asked(place, name)
            figures = figures_of(own, foreign)
            print(row(f"{place.name}, {name}", own, figures), flush=True)
            everything += own
            told_apart.append(figures["oos_auroc"] or 0.0)
            if options.mistakes:
                print("\n".join(mistakes(own)))
        print(row(f"all, {name}", everything, {**figures_of(everything), "oos_auroc": mean(told_apart)}), flush=True)
    if options.with_rasa:
        for place in places:
            with tempfile.TemporaryDirectory() as folder:
                print(f"{place.name}, Rasa: {rasa(options.with_rasa, place, Path(folder), options.epochs)}", flush=True)


def asked(place: Path, pipeline: str) -> tuple[list[Outcome], list[Outcome]]:
    """Return what was understood of a bot's test messages and of its foreign texts."""
    language = place.name.rpartition("_")[2]
    standard = PipelineConfig.semantic() if pipeline == "semantic" else PipelineConfig.light()
    config = PipelineConfig(standard.steps, language if language in _LANGUAGES else "en")
    data = read_training_data(place / "train.yml")
    model = fit(data, usable(config, data, lambda _: None))
    own = [understood(model, example) for example in read_training_data(place / "test.yml").examples]
    texts = (place / "foreign.txt").read_text(encoding="utf-8").splitlines()
    return own, [understood(model, Example(text, "")) for text in texts]


def understood(model: Model, example: Example) -> Outcome:
    """Ask a model an example."""
    return Outcome(example, model.parse(example.text))


def row(name: str, outcomes: Sequence[Outcome], figures: dict[str, float | None]) -> str:
    """Return a line of figures, shares in percent."""
    shown = [
        *(100 * (figures[f] or 0.0) for f in _FIGURES),
        role_f1(outcomes),
        100 * mean(o.confidence for o in outcomes),
    ]
    return f"| {name} | {' | '.join(f'{figure:.1f}' for figure in shown)} |"


def role_f1(outcomes: Sequence[Outcome]) -> float:
    """Return the F1, 0 to 100, of exact span, type and role."""
    gold = [(o.example.text, a.start, a.end, a.entity, a.role) for o in outcomes for a in o.example.annotations]
    found = [(o.example.text, e.start, e.end, e.entity, e.role) for o in outcomes for e in o.result.entities]
    return 200 * len(set(gold) & set(found)) / max(1, len(gold) + len(found))


def mistakes(outcomes: Sequence[Outcome]) -> list[str]:
    """Return a line for each message of which intent or entities were wrong."""
    lines: list[str] = []
    for o in outcomes:
        gold = sorted((a.entity, a.role or "", o.example.text[a.start : a.end]) for a in o.example.annotations)
        found = sorted((e.entity, e.role or "", o.example.text[e.start : e.end]) for e in o.result.entities)
        if not o.correct or gold != found:
            lines.append(f"  {o.example.text!r}: {o.example.intent} > {o.predicted}; {gold} > {found}")
    return lines


if __name__ == "__main__":
    main()
