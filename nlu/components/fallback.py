"""Decides whether the best intent is certain enough; if not, the intent is `nlu_fallback`.

Thresholds mean what they mean in Rasa's FallbackClassifier: below `threshold`, or closer to the second
than `ambiguity_threshold`, is not certain. In addition a text whose out-of-scope score reaches
`out_of_scope_threshold` is not taken for any intent; 1 or more switches that off. Of a retrieval intent no
answer is certain whose confidence among the others is below `response_threshold`; 0 switches that off.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nlu.artifacts import read_json, write_json
from nlu.draft import Draft
from nlu.types import NLU_FALLBACK, Intent


@dataclass(frozen=True, slots=True)
class FallbackClassifier:
    """Fills `draft.decision`."""

    threshold: float = 0.3
    ambiguity_threshold: float = 0.1
    out_of_scope_threshold: float = 1.0
    response_threshold: float = 0.0

    def process(self, draft: Draft) -> None:
        if not draft.ranking:
            draft.decision = Intent(NLU_FALLBACK, 1.0)
            return
        best = draft.ranking[0]
        ambiguous = len(draft.ranking) > 1 and best.confidence - draft.ranking[1].confidence < self.ambiguity_threshold
        foreign = self.out_of_scope_threshold < 1.0 and draft.out_of_scope >= self.out_of_scope_threshold
        answer = next((found.confidence for found in draft.responses if found.intent == best.name), 1.0)
        unanswered = answer < self.response_threshold
        if best.confidence < self.threshold or ambiguous or foreign or unanswered:
            doubts = (1.0 - best.confidence, draft.out_of_scope * foreign, (1.0 - answer) * unanswered)
            draft.decision = Intent(NLU_FALLBACK, max(doubts))
        else:
            draft.decision = best

    def save(self, folder: Path) -> None:
        write_json(
            folder / "fallback.json",
            {
                "threshold": self.threshold,
                "ambiguity_threshold": self.ambiguity_threshold,
                "out_of_scope_threshold": self.out_of_scope_threshold,
                "response_threshold": self.response_threshold,
            },
        )

    @classmethod
    def load(cls, folder: Path) -> FallbackClassifier:
        """Read what `save` wrote. Raises ModelError."""
        about = read_json(folder / "fallback.json")
        return cls(
            float(about["threshold"]),
            float(about["ambiguity_threshold"]),
            float(about["out_of_scope_threshold"]),
            float(about["response_threshold"]),
        )
