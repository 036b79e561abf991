"""What the detector of the wish for a person hears by the words alone, and with the multilingual encoder beside them.

    python -m benchmarks.wish

prints misses and false alarms on the messages that only measure (`nlu/data/asked_*.yml`), by language, and how many of
the sample assistants' own examples are taken for the wish, those that mean it apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.danger import ASSISTANTS, Found, show, show_measured
from nlu import asked
from nlu.components.multilingual import Multilingual, multilingual_folder
from nlu.learning.gist import asked_gist
from nlu.training_data import read_training_data

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
    measures = (*asked.PHRASINGS, asked.PARAPHRASES, asked.OF_PEOPLE, asked.UNUSUAL)
    show_measured(ears.both, "asks", asked.NO, asked.HELD_BACK, measures)
    examples = {
        example.text: example.intent
        for name in ASSISTANTS
        for example in read_training_data(Path("assistants") / name / "data").examples
    }
    labelled = [(text, asked.YES if intent == WISH else asked.NO, "") for text, intent in examples.items()]
    show(f"examples of the sample assistants: {len(examples)}", labelled, ears.both, asked.NO)


if __name__ == "__main__":
    main()
