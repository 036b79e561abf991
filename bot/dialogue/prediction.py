"""What a policy proposes as the next action. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prediction:
    """The next action according to one policy.

    `source` names the rule or story that decided, for people. `hidden` turns are not seen by story
    policies. `interrupted` tells the active loop that the last message was no answer to its question.
    """

    action: str
    confidence: float
    policy: str
    source: str = ""
    hidden: bool = False
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """The thresholds and switches of `config.yml` that keep their meaning here."""

    fallback_action: str = "action_default_fallback"
    fallback_threshold: float = 0.3
    fallback_enabled: bool = True
    memoization: bool = True
    augmented: bool = False
    learned: bool = True
    max_history: int | None = None
    check_contradictions: bool = True
    restrict_rules: bool = True
