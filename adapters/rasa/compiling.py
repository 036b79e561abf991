"""From a project's stories and rules to a `Dialogue` that can answer. Seconds at most, usually far less."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.rasa.project import Project
from bot.dialogue import names
from bot.dialogue.learned import Learned
from bot.dialogue.memoization import Memory, memorise
from bot.dialogue.policies import Policies
from bot.dialogue.rule_training import Example, examples_of, train_rules
from bot.dialogue.state import Hidden
from bot.dialogue.stories import Path, unfold
from bot.dialogue.turn import Dialogue

HANDOFF_ACTIONS = frozenset(
    {names.HUMAN_HANDOFF, "action_handoff", "human_handoff", "action_handover", "action_human_handover"}
)
"""Names of actions that ask for a person in projects we know; `escalation.yml` may name more."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A dialogue, what its learned policy may learn from, and what is wrong with the stories."""

    dialogue: Dialogue
    examples: tuple[Example, ...]
    hidden: Hidden
    paths: tuple[Path, ...]
    problems: tuple[str, ...]
    contradictions: tuple[str, ...]
    notices: tuple[str, ...]


def compile_project(project: Project) -> Compiled:
    """Unfold stories, learn rules and memory. Never raises: problems come back in the result."""
    unfolded = unfold(project.stories, project.domain)
    settings = project.config.policies
    trained = train_rules(unfolded.paths, project.domain, settings)
    examples = tuple(e for p in unfolded.paths if not p.is_rule for e in examples_of(p, project.domain))
    hidden, memory, whole = trained.policy.hidden, Memory(), Memory()
    if settings.memoization:
        memory = memorise(examples, hidden, settings.max_history, augmented=settings.augmented)
    if settings.learned:
        whole = memorise(examples, hidden, None, augmented=True)
    dialogue = Dialogue(
        project.domain,
        Policies(trained.policy, memory, whole, Learned(), settings),
        HANDOFF_ACTIONS | project.escalation.handoff_actions,
        project.escalation.intent_labels,
        project.escalation.labels_in,
        project.escalation.texts,
    )
    return Compiled(
        dialogue,
        examples,
        hidden,
        tuple(unfolded.paths),
        tuple(unfolded.problems),
        tuple(trained.problems),
        tuple(unfolded.notices),
    )


def with_learned(compiled: Compiled, learned: Learned | None) -> Compiled:
    """The same with a learned policy; None leaves it without one."""
    if learned is None:
        return compiled
    policies = replace(compiled.dialogue.policies, learned=learned)
    return replace(compiled, dialogue=replace(compiled.dialogue, policies=policies))
