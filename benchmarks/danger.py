"""What the detector of danger hears by the words alone, and what with the multilingual encoder beside them.

    python -m benchmarks.danger [--folds]

prints misses and false alarms on the messages that only measure (`nlu/data/safety_*.yml`), by language, and how many of
the sample assistants' own examples are taken for danger, those of emergencies and of complaints of the body apart.
`--folds` also divides the training examples into five parts, what says the same in one (some minutes): misses, false
alarms, and the sigmoid that would make true probabilities of the scores.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from nlu import safety
from nlu.components.language import LanguageIdentifier, shipped_tables, shipped_words
from nlu.components.multilingual import Multilingual, multilingual_folder
from nlu.emotion.calibration import platt
from nlu.emotion.data import DATA
from nlu.emotion.lexicon import Lexicon, shipped_lexicon
from nlu.emotion.likeness_training import folds_of_alike
from nlu.labelled import read_labelled
from nlu.learning.gist import danger_examples, danger_gist, learn_gist
from nlu.training_data import read_training_data
from nlu.wording import WordingModel

Labelled: TypeAlias = tuple[str, str, str]
Found: TypeAlias = Sequence[bool]
Hear: TypeAlias = Callable[[Sequence[str]], tuple[Found, Found]]
"""Which of some texts are found: by the words alone, and with the encoder."""

MEDICINE: Final = DATA / "safety_medicine.yml"
"""What patients write of their medicine, calmly and in danger: one part was looked at for mistakes, the other never."""

ASSISTANTS: Final = ("ecommerce", "banking", "healthcare")
EMERGENCIES: Final = frozenset({"medical_emergency", "mental_health_crisis"})
COMPLAINTS: Final = frozenset({"symptom_check", "pregnancy_concern"})
_FOLDS: Final = 5


class Ears:
    """Both ways to hear danger."""

    def __init__(self) -> None:
        self.words = safety.model()
        self.encoder = Multilingual.open(multilingual_folder())
        self.gist = danger_gist(self.encoder)

    def both(self, texts: Sequence[str]) -> tuple[Found, Found]:
        """Whether danger is found in each text: by the words alone, and with the encoder."""
        numbers = self.encoder.embed(texts)
        alone = [safety.find(text, self.words) is not None for text in texts]
        return alone, [
            safety.find(text, self.words, self.gist, each) is not None
            for text, each in zip(texts, numbers, strict=True)
        ]


def show_measured(hear: Hear, key: str, none: str, held_back: Path, halved: Sequence[Path]) -> None:
    """Print what is wrong in the messages that only measure: those held back, and each half of the other files."""
    sets: list[tuple[Path, str | None]] = [(held_back, None)]
    sets += [(path, half) for path in halved for half in ("seen", "unseen")]
    for path, half in sets:
        show(f"{path.stem}{f', {half} half' if half else ''}", read_labelled(path, key, half), hear, none)
    loud = [(text.upper(), label, language) for text, label, language in read_labelled(held_back, key)]
    show(f"{held_back.stem}, all in capitals", loud, hear, none)


def show(title: str, rows: Sequence[Labelled], hear: Hear, none: str) -> None:
    """Print what is wrong in some messages."""
    print(f"\n{title}")
    for name, found in zip(("words", "both"), hear([text for text, _, _ in rows]), strict=True):
        print(f"  {name:6} {mistakes(rows, found, none)}")


def mistakes(rows: Sequence[Labelled], found: Found, none: str) -> str:
    """How many rows are missed and how many found falsely, of how many, by language; `none` labels what is none."""
    wrong = {True: Counter[str](), False: Counter[str]()}
    count = Counter[bool]()
    for (_, label, language), is_found in zip(rows, found, strict=True):
        is_one = label != none
        count[is_one] += 1
        wrong[is_one][language] += is_found != is_one
    parts: list[str] = []
    for is_one, name in ((True, "missed"), (False, "false")):
        where = ", ".join(f"{language} {number}" for language, number in sorted(wrong[is_one].items()) if number)
        parts.append(f"{name} {wrong[is_one].total()} of {count[is_one]}" + (f" ({where})" if where else ""))
    return ";  ".join(parts)


def show_assistants(ears: Ears) -> None:
    """Print what is taken for danger of the sample assistants' own examples."""
    identifier = LanguageIdentifier("en", shipped_tables(), shipped_words())
    intents: dict[tuple[str, str], str] = {}
    for name in ASSISTANTS:
        for example in read_training_data(Path("assistants") / name / "data").examples:
            intents.setdefault((name, example.text), example.intent)
    texts = [text for _, text in intents]
    spoken = ["English" if identifier.identify(text) in {"en", "und"} else "other languages" for text in texts]
    print(f"\nexamples of the sample assistants: {len(texts)}")
    for name, found in zip(("words", "both"), ears.both(texts), strict=True):
        counts = Counter[str]()
        of = Counter[str]()
        for intent, language, is_found in zip(intents.values(), spoken, found, strict=True):
            kind = "emergencies" if intent in EMERGENCIES else "complaints" if intent in COMPLAINTS else language
            of[kind] += 1
            counts[kind] += is_found
        print(f"  {name:6} " + ", ".join(f"{kind} {counts[kind]} of {of[kind]}" for kind in sorted(of)))


def show_folds(ears: Ears) -> None:
    """Print what models make of training examples that they do not know, nor any that is alike."""
    examples = danger_examples()
    texts, kinds = examples.texts, examples.kinds
    numbers = ears.encoder.embed(texts)
    known = {text for text, _, _ in read_labelled(safety.TRAINING, "kind")}
    folds = folds_of_alike(numbers, _FOLDS)
    lexicon = Lexicon.load(safety.LEXICON, tolerant=True, like=shipped_lexicon())
    gist, words = np.zeros(len(texts)), np.zeros(len(texts))
    for fold in range(_FOLDS):
        rest, held = np.flatnonzero(folds != fold).tolist(), np.flatnonzero(folds == fold).tolist()
        learnt = learn_gist(numbers[rest], [kinds[i] for i in rest])
        labelled = [(texts[i], kinds[i] or safety.NONE) for i in rest if texts[i] in known]
        everyday = [(texts[i], safety.NONE) for i in rest if texts[i] not in known and kinds[i] is None]
        model = WordingModel.fit(labelled, lexicon, safety.PATTERNS, everyday=everyday, cue_weight=safety.CUE_WEIGHT)
        for i in held:
            gist[i] = learnt.score(numbers[i])
            words[i] = 1.0 - model.read(texts[i]).probabilities[safety.NONE]
    scores = np.array([safety.BALANCE.joined(g, w) for g, w in zip(gist, words, strict=True)])
    truth = np.array([kind is not None for kind in kinds])
    print(f"\nfive folds of the {len(texts)} training messages, {truth.sum()} of danger")
    for name, found in (
        ("words", words >= safety.DEFAULT_THRESHOLD),
        ("gist", gist >= 0),
        ("both", scores >= safety.BALANCE.least),
    ):
        print(f"  {name:6} missed {(~found[truth]).mean():.1%}, false {found[~truth].mean():.1%}")
    slope, offset = platt(scores, truth)
    print(f"  true probabilities: slope {slope:.2f}, offset {offset:.2f}")


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", action="store_true", help="five folds of the training examples, too")
    options = parser.parse_args()
    ears = Ears()
    measures = (*safety.PHRASINGS, safety.PARAPHRASES, MEDICINE)
    show_measured(ears.both, "kind", safety.NONE, safety.HELD_BACK, measures)
    show_assistants(ears)
    if options.folds:
        show_folds(ears)


if __name__ == "__main__":
    main()
