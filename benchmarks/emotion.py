"""What the emotion model, `asked` and `safety` are worth: on held-back messages, and on GoEmotions where it is at hand.

    python benchmarks/emotion.py [--light | --english] [--messages heldout|dev] [--cross-validate]
                                   [--goemotions FOLDER] [--split dev|test] [--train]

The model hears what the encoders of this machine hear; `--english` leaves the multilingual one out, as in an assistant
that is spoken to in English alone. `--messages dev` takes the messages on which settings were chosen; only the
held-back ones measure.
The shipped model is never trained on GoEmotions (Demszky et al. 2020); the figures of its dev split chose between
settings, its test split chose nothing. `--train` also measures the same code trained on the train split. A comment is
*negative* when one of its labels is anger, annoyance, disappointment, disapproval, disgust, embarrassment, fear,
grief, nervousness, remorse or sadness; every other comment is *not*. The figure is the AUROC of `upset` for that
question.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nlu import asked, safety
from nlu.emotion import DEFAULT_THRESHOLD, EmotionModel
from nlu.emotion.data import COMPLAINTS, DEVELOPMENT, HELD_BACK, TRAINING, EmotionExample, read_examples
from nlu.emotion.encoder import installed_encoder, installed_multilingual
from nlu.emotion.likeness_training import folds_of_alike
from nlu.emotion.model import Encoder
from nlu.emotion.training import shipped, train
from nlu.labelled import read_labelled
from nlu.places import cache_folder
from nlu.types import UPSET_LABELS, Emotion, EmotionLabel

EVERYDAY_TALK: Final = "chatter"
NEGATIVE: Final = frozenset(
    {
        "anger",
        "annoyance",
        "disappointment",
        "disapproval",
        "disgust",
        "embarrassment",
        "fear",
        "grief",
        "nervousness",
        "remorse",
        "sadness",
    }
)


_SHORTEST: Final = 3
"""A calm sentence of a long message has more words than these."""

_OF_WHICH_ONE: Final = 4
"""Of so many long messages one has an upset sentence."""


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Area under the ROC curve."""
    metrics: Any = importlib.import_module("sklearn.metrics")
    return float(metrics.roc_auc_score(list(positive), list(scores)))


def calibration_error(scores: Sequence[float], positive: Sequence[bool], bins: int = 15) -> float:
    """Expected calibration error with equal-width bins (Guo et al. 2017)."""
    values, truth = np.array(scores), np.array(positive, dtype=float)
    index = np.minimum((values * bins).astype(int), bins - 1)
    gaps = [
        (index == b).mean() * abs(values[index == b].mean() - truth[index == b].mean()) for b in set(index.tolist())
    ]
    return float(sum(gaps))


def sampling_error(scores: Sequence[float], draws: int = 200) -> float:
    """The calibration error that these very scores would show on average if they were exactly true.

    So few messages scatter in their bins: this much is chance and no fault of the model.
    """
    random = np.random.default_rng(0)
    values = np.array(scores)
    return float(
        np.mean([calibration_error(scores, (random.random(len(values)) < values).tolist()) for _ in range(draws)])
    )


def show_emotion(model: EmotionModel, examples: Sequence[EmotionExample], title: str) -> None:
    """Print the figures of the emotion model on labelled messages."""
    started = time.process_time()
    emotions = [judged(model, e) for e in examples]
    show_judged(emotions, examples, title, started)
    show_by_language(emotions, examples)


def long_messages(examples: Sequence[EmotionExample]) -> tuple[EmotionExample, ...]:
    """Three to five sentences each, made of customers' examples: an upset one among calm ones, or calm ones only."""
    random = np.random.default_rng(1)
    made: list[EmotionExample] = []
    for language in sorted({e.language for e in examples}):
        own = [e for e in examples if e.language == language and e.about != EVERYDAY_TALK]
        calm = [e for e in own if e.label is EmotionLabel.NEUTRAL and len(e.text.split()) > _SHORTEST]
        for upset in (e for e in own if e.is_upset):
            for turn in range(_OF_WHICH_ONE):
                size = int(random.integers(3, 6))
                lines = [calm[int(i)].text for i in random.choice(len(calm), size, replace=False)]
                if turn == 0:
                    lines[int(random.integers(size))] = upset.text
                text = " ".join(line if line[-1] in ".?!…" else f"{line}." for line in lines)
                made.append(replace(upset if turn == 0 else calm[0], text=text))
    return tuple(made)


def show_cross_validated(encoder: Encoder | None, multilingual: Encoder | None, folds: int = 5) -> None:
    """Print the figures on the training messages, each judged by a model that was trained on other messages.

    Where the multilingual encoder is built, a message and what says the same in another language are left out together.
    """
    examples = read_examples(TRAINING)
    alike = installed_multilingual()
    if alike is not None:
        fold = folds_of_alike(alike.embed([e.text for e in examples]), folds)
    else:
        fold = np.random.default_rng(1).permutation(len(examples)) % folds
    emotions = [Emotion()] * len(examples)
    started = time.process_time()
    for held in range(folds):
        known = [e for e, f in zip(examples, fold, strict=True) if f != held]
        model = train(known, encoder=encoder, multilingual=multilingual)
        for i in np.flatnonzero(fold == held).tolist():
            emotions[i] = judged(model, examples[i])
    show_judged(emotions, examples, f"emotion, training messages, {folds} folds", started)
    show_by_language(emotions, examples)


def judged(model: EmotionModel, example: EmotionExample) -> Emotion:
    """What the model says of a message, which is a customer's unless it is everyday talk."""
    return model.score(example.text, to_service=example.about != EVERYDAY_TALK)


def show_judged(emotions: Sequence[Emotion], examples: Sequence[EmotionExample], title: str, started: float) -> None:
    """Print how judgements agree with labels; `started` is the process time at which judging began."""
    milliseconds = (time.process_time() - started) / max(len(examples), 1) * 1000
    scores, truth = [e.upset for e in emotions], [e.is_upset for e in examples]
    upset, calm = sum(truth), len(truth) - sum(truth)
    misses = sum(t and s < DEFAULT_THRESHOLD for s, t in zip(scores, truth, strict=True))
    alarms = sum(not t and s >= DEFAULT_THRESHOLD for s, t in zip(scores, truth, strict=True))
    right = sum(e.label is x.label for e, x in zip(emotions, examples, strict=True))
    print(f"\n{title}: {len(examples)} messages, {milliseconds:.2f} ms of CPU each")
    print(f"  AUROC of upset        {auroc(scores, truth):.3f}")
    by_chance = f"(chance alone: {sampling_error(scores):.3f})"
    print(f"  ECE of upset          {calibration_error(scores, truth):.3f}  {by_chance}")
    print(f"  mean of upset         {np.mean(scores):.3f}  ({upset / len(truth):.3f} are)")
    print(f"  false alarms at {DEFAULT_THRESHOLD:.2f}  {alarms / calm:.3f}  ({alarms} of {calm})")
    print(f"  misses at {DEFAULT_THRESHOLD:.2f}        {misses / upset:.3f}  ({misses} of {upset})")
    print(f"  label right           {right / len(examples):.3f}")


def show_by_language(emotions: Sequence[Emotion], examples: Sequence[EmotionExample]) -> None:
    """Print AUROC, and misses and false alarms at the default threshold, by language; then without English."""
    languages = sorted({e.language for e in examples})
    for name, chosen in [*((one, {one}) for one in languages), ("other than en", set(languages) - {"en"})]:
        some = [(x.upset, e.is_upset) for x, e in zip(emotions, examples, strict=True) if e.language in chosen]
        upset, calm = [s for s, t in some if t], [s for s, t in some if not t]
        misses, alarms = sum(s < DEFAULT_THRESHOLD for s in upset), sum(s >= DEFAULT_THRESHOLD for s in calm)
        scores, truth = [s for s, _ in some], [t for _, t in some]
        error = f"ECE {calibration_error(scores, truth):.3f} (chance alone: {sampling_error(scores):.3f})"
        wrong = f"misses {misses} of {len(upset)}, false alarms {alarms} of {len(calm)}"
        print(f"  {name}: AUROC {auroc(scores, truth):.3f} of {len(some)}, {wrong}, {error}")


def show_asked(path: Path = asked.HELD_BACK, half: str | None = None) -> None:
    """Print precision and recall of `asked`."""
    examples = read_labelled(path, "asks", half)
    found = [asked.score(text) >= asked.DEFAULT_THRESHOLD for text, _, _ in examples]
    _show_found(f"asked for a person, {path.stem}", found, [label == "yes" for _, label, _ in examples], half)


def show_safety(path: Path = safety.HELD_BACK, half: str | None = None) -> None:
    """Print precision and recall of `safety`."""
    examples = read_labelled(path, "kind", half)
    findings = [safety.find(text) for text, _, _ in examples]
    truth = [label != safety.NONE for _, label, _ in examples]
    _show_found(f"safety, {path.stem}", [f is not None for f in findings], truth, half)
    kinds = [
        f.kind.value == label
        for f, (_, label, _), t in zip(findings, examples, truth, strict=True)
        if f is not None and t
    ]
    print(f"  kind right            {sum(kinds) / max(len(kinds), 1):.3f}")


def show_complaints(model: EmotionModel, half: str) -> None:
    """Print whether people who describe a pain are told from those whom it upsets."""
    examples = read_labelled(COMPLAINTS, "label", half)
    truth = [EmotionLabel(label) in UPSET_LABELS for _, label, _ in examples]
    for to_service, how in ((True, "as the bot judges"), (False, "as texts of which nothing is known")):
        scores = [model.score(text, to_service=to_service).upset for text, _, _ in examples]
        found = [score >= DEFAULT_THRESHOLD for score in scores]
        _show_found(f"complaints of the body, {how}", found, truth, half)
        print(f"  AUROC of upset        {auroc(scores, truth):.3f}")
        calm = [score for score, upset in zip(scores, truth, strict=True) if not upset]
        print(f"  told calmly           mean {np.mean(calm):.2f}, highest {max(calm):.2f}")


def _show_found(title: str, found: Sequence[bool], truth: Sequence[bool], half: str | None) -> None:
    hits = sum(f and t for f, t in zip(found, truth, strict=True))
    wanted, other = sum(truth), len(truth) - sum(truth)
    print(f"\n{title}{f', {half} half' if half else ''}: {len(truth)} messages")
    print(f"  precision             {hits / max(sum(found), 1):.3f}")
    print(f"  recall                {hits / max(wanted, 1):.3f}")
    print(f"  misses, false alarms  {wanted - hits} of {wanted}, {sum(found) - hits} of {other}")


def read_goemotions(folder: Path, split: str) -> tuple[EmotionExample, ...]:
    """Read a split: a negative comment counts as upset, every other one as calm."""
    labels = (folder / "labels.txt").read_text(encoding="utf-8").split()
    rows = [r.split("\t") for r in (folder / f"{split}.tsv").read_text(encoding="utf-8").splitlines()]
    return tuple(
        EmotionExample(row[0], EmotionLabel.FRUSTRATED, 0.5, "en", EVERYDAY_TALK)
        if any(labels[int(i)] in NEGATIVE for i in row[1].split(","))
        else EmotionExample(row[0], EmotionLabel.NEUTRAL, 0.1, "en", EVERYDAY_TALK)
        for row in rows
    )


def show_goemotions(model: EmotionModel, examples: Sequence[EmotionExample], title: str) -> None:
    """Print the AUROC of `upset` for negative against not."""
    negative = [e.is_upset for e in examples]
    scores = [model.score(e.text).upset for e in examples]
    print(f"\n{title}: {len(examples)} comments, {sum(negative) / len(examples):.3f} negative")
    print(f"  AUROC, negative against not  {auroc(scores, negative):.4f}")
    print(f"  ECE of upset                 {calibration_error(scores, negative):.4f}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--light", action="store_true", help="leave the encoders out")
    parser.add_argument("--english", action="store_true", help="leave the multilingual encoder out")
    parser.add_argument("--messages", choices=("heldout", "dev"), default="heldout", help="which of our own messages")
    parser.add_argument("--cross-validate", action="store_true", help="also on the training messages, by other models")
    parser.add_argument("--goemotions", type=Path, help="folder with labels.txt, dev.tsv and test.tsv")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--train", action="store_true", help="also train on GoEmotions' train split (minutes)")
    wanted = parser.parse_args()
    encoder = None if wanted.light else installed_encoder()
    multilingual = None if wanted.light or wanted.english else installed_multilingual()
    model = shipped(cache_folder(), encoder, multilingual)
    heard = [name for name, each in (("English", encoder), ("multilingual", multilingual)) if each is not None]
    print("encoders:", " and ".join(heard) or "none", "; upset means", ", ".join(sorted(UPSET_LABELS)))
    examples = read_examples(HELD_BACK if wanted.messages == "heldout" else DEVELOPMENT)
    show_emotion(model, examples, f"emotion, {wanted.messages}")
    loud = [replace(e, text=e.text.upper()) for e in examples]
    show_emotion(model, loud, f"emotion, {wanted.messages}, all in capitals")
    show_emotion(
        model, long_messages(examples), f"emotion, long messages of {wanted.messages} sentences, one in four upset"
    )
    if wanted.cross_validate:
        show_cross_validated(encoder, multilingual)
    show_asked()
    show_safety()
    for half in ("seen", "unseen"):
        for path in asked.PHRASINGS:
            show_asked(path, half)
        for path in safety.PHRASINGS:
            show_safety(path, half)
        show_complaints(model, half)
    if wanted.goemotions:
        comments = read_goemotions(wanted.goemotions, wanted.split)
        show_goemotions(model, comments, f"GoEmotions {wanted.split}, shipped model")
        if wanted.train:
            trained = train(read_goemotions(wanted.goemotions, "train"), encoder=encoder)
            show_goemotions(trained, comments, f"GoEmotions {wanted.split}, trained on its train split")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
