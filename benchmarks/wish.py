"""What the detector of the wish for a person hears by the words alone, and with the multilingual encoder beside them.

    python -m benchmarks.wish

prints misses and false alarms on the messages that only measure (`nlu/data/asked_*.yml`), by language, and how many of
the sample assistants' own examples are taken for the wish, those that mean it apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.danger import ASSISTANTS, Found, mistakes
from nlu import asked
from nlu.components.multilingual import Multilingual, multilingual_folder
from nlu.learning.gist import asked_gist
from nlu.training_data import read_training_data
from nlu.wording import read_labelled

WISH: Final = "human_handoff"
"""The intent that the sample assistants have for it."""


class Ears:
    """Both ways to hear the wish."""

    def __init__(self) -> None:
        self.words = asked.model()
        self.encoder = Multilingual.open(multilingual_folder())
        self.gist = asked_gist(self.encoder)

    def both(self, texts: Sequence[str]) -> tuple[Found, Found]:
        """Whether the wish is found in each text: by the words alone, and with the encoder."""
        alone = [asked.score(text, self.words) for text in texts]
        numbers = self.encoder.embed(texts)
        joined = [asked.score(text, self.words, self.gist, each) for text, each in zip(texts, numbers, strict=True)]
        return [s >= asked.DEFAULT_THRESHOLD for s in alone], [s >= asked.DEFAULT_THRESHOLD for s in joined]


def main() -> None:
    """Print the figures."""
    ears = Ears()
    sets: list[tuple[Path, str | None]] = [(asked.HELD_BACK, None)]
    sets += [
        (path, half) for path in (*asked.PHRASINGS, asked.PARAPHRASES, asked.OF_PEOPLE) for half in ("seen", "unseen")
    ]
    for path, half in sets:
        rows = read_labelled(path, "asks", half)
        print(f"\n{path.stem}{f', {half} half' if half else ''}")
        for name, found in zip(("words", "both"), ears.both([text for text, _, _ in rows]), strict=True):
            print(f"  {name:6} {mistakes(rows, found, asked.NO)}")
    examples = {
        example.text: example.intent
        for name in ASSISTANTS
        for example in read_training_data(Path("assistants") / name / "data").examples
    }
    labelled = [(text, asked.YES if intent == WISH else asked.NO, "") for text, intent in examples.items()]
    print(f"\nexamples of the sample assistants: {len(examples)}")
    for name, found in zip(("words", "both"), ears.both(list(examples)), strict=True):
        print(f"  {name:6} {mistakes(labelled, found, asked.NO)}")


if __name__ == "__main__":
    main()
