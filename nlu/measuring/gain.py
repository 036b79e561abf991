"""Says what more examples do to a pipeline: what texts that were left out are taken for, with and without them.

Both ways the same texts are left out together, so that each can be compared with itself. Intents alone are learnt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nlu.components.encoding import Encodes
from nlu.components.selector import ResponseSelector
from nlu.config import ENCODERS, PipelineConfig
from nlu.draft import MAX_CHARACTERS, Draft
from nlu.fitting import embed, fit
from nlu.learning.corpus import folds
from nlu.learning.encoders import usable
from nlu.measuring.metrics import sign_test
from nlu.progress import silent
from nlu.second_encoder import settled
from nlu.training_data import Example, TrainingData
from nlu.types import meaning_in

FOLDS: Final = 5
SIGNIFICANT: Final = 0.05

_LEARNT: Final = ENCODERS | {"Tokenizer", "NgramFeaturizer", "IntentClassifier", "ResponseSelector"}


@dataclass(frozen=True, slots=True)
class Change:
    """How many texts of one kind became right and wrong, of so many."""

    gained: int
    lost: int
    total: int

    @property
    def p_value(self) -> float:
        """How probable so uneven a split is by chance (exact McNemar test)."""
        return sign_test(self.gained, self.lost)

    @property
    def is_worse(self) -> bool:
        """Whether more was lost than won, and chance explains it in fewer than 5 % of cases."""
        return self.lost > self.gained and self.p_value < SIGNIFICANT


def left_out(
    config: PipelineConfig,
    data: TrainingData,
    added: Sequence[Example] = (),
    *,
    count: int = FOLDS,
    seed: int = 0,
    notify: Callable[[str], None] = silent,
) -> tuple[str, ...]:
    """Return what each example of `data` is taken for by a model of the other folds and all of `added`.

    A name is `faq/ask_hours` where the example's is such a one, too, and there is a response selector.
    """
    config = settled(usable(config, data, notify), data, seed=seed, notify=notify)
    intents_only = PipelineConfig(tuple(s for s in config.steps if s.name in _LEARNT), config.language)
    assigned = folds([e.intent for e in data.examples], count, seed)
    found = [""] * len(data.examples)
    for fold in range(count):
        held = [i for i, f in enumerate(assigned) if f == fold]
        if not held or len(held) == len(found):
            continue
        known = [e for e, f in zip(data.examples, assigned, strict=True) if f != fold]
        model = fit(data.with_examples([*known, *added]), intents_only, seed=seed)
        drafts = {i: Draft(data.examples[i].text[:MAX_CHARACTERS]) for i in held}
        for component in model.components:
            if isinstance(component, Encodes):
                embed(component, list(drafts.values()))
                continue
            for i, draft in drafts.items():
                # choosing among answers costs more than all the rest, and is asked of few
                if not isinstance(component, ResponseSelector) or "/" in data.examples[i].intent:
                    component.process(draft)
        for i, draft in drafts.items():
            found[i] = _name(draft, data.examples[i].intent)
        notify(f"cross-validation: fold {fold + 1} of {count}")
    return tuple(found)


def _name(draft: Draft, wanted: str) -> str:
    base = draft.ranking[0].name if draft.ranking else ""
    return meaning_in(draft.responses, base) if "/" in wanted else base


def change(wanted: Sequence[str], before: Sequence[str], after: Sequence[str]) -> Change:
    """Compare two answers to the same texts with what they should be."""
    turns = Counter((b == w, a == w) for w, b, a in zip(wanted, before, after, strict=True))
    return Change(turns[False, True], turns[True, False], len(wanted))


def change_by_intent(wanted: Sequence[str], before: Sequence[str], after: Sequence[str]) -> Mapping[str, Change]:
    """The same for each intent that changed at all, by name."""
    found: dict[str, Change] = {}
    for name in sorted(set(wanted)):
        rows = [i for i, w in enumerate(wanted) if w == name]
        one = change([name] * len(rows), [before[i] for i in rows], [after[i] for i in rows])
        if one.gained or one.lost:
            found[name] = one
    return found
