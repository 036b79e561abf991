"""What comes next: the follow-up, then rules, stories, what was learned from them, and the fallback. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.dialogue import names
from bot.dialogue.events import ActionExecuted, ActionExecutionRejected, UserUttered
from bot.dialogue.learned import Learned
from bot.dialogue.memoization import Memory
from bot.dialogue.prediction import PolicySettings, Prediction
from bot.dialogue.rules import POLICY, RulePolicy
from bot.dialogue.state import states_of
from bot.dialogue.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Policies:
    """All that decides, in its order."""

    rules: RulePolicy = field(default_factory=RulePolicy)
    memory: Memory = field(default_factory=Memory)
    whole_memory: Memory = field(default_factory=Memory)
    """Remembers whole conversations, where a learned policy stands for one that would (Rasa's TED)."""
    learned: Learned = field(default_factory=Learned)
    settings: PolicySettings = field(default_factory=PolicySettings)

    def predict(self, tracker: Tracker) -> Prediction:
        """The next action, after all that the tracker holds."""
        now = tracker.now
        if now.followup:
            return Prediction(now.followup, 1.0, "FollowupAction", "an action asked for it")
        rejected = _just_rejected(tracker)
        found = self.rules.find(now, lambda: states_of(tracker))
        interrupted = found.interrupted
        if found.action is not None and found.action != rejected:
            hidden = found.source in self.rules.not_in_stories
            return Prediction(found.action, 1.0, POLICY, found.name, hidden=hidden, interrupted=interrupted)
        by_stories = self._by_stories(tracker, rejected) or self._nothing_fits(tracker)
        return replace(by_stories, interrupted=interrupted)

    def _by_stories(self, tracker: Tracker, rejected: str | None) -> Prediction | None:
        """What stories say comes next.

        They are asked without the turns that only rules decided, as in Rasa, and where they have no answer to
        that, with them: a story may begin with what a rule said (`utter_help`, then `affirm`).
        """
        with_rules = any(isinstance(e, ActionExecuted) and e.hidden for e in tracker.events)
        for rule_turns in (False, True) if with_rules else (False,):
            found = self._recalled(tracker, rejected, rule_turns=rule_turns)
            if found is not None:
                return found
        for rule_turns in (False, True) if with_rules else (False,):
            found = self._guessed(tracker, rejected, rule_turns=rule_turns)
            if found is not None:
                return found
        return None

    def _recalled(self, tracker: Tracker, rejected: str | None, *, rule_turns: bool) -> Prediction | None:
        hidden, found = self.rules.hidden, None
        if self.settings.memoization:
            found = self.memory.predict(tracker, hidden, rule_turns=rule_turns)
        if found is None and self.settings.learned:
            found = self.whole_memory.predict(tracker, hidden, rule_turns=rule_turns)
        return None if found is None or found.action == rejected else found

    def _guessed(self, tracker: Tracker, rejected: str | None, *, rule_turns: bool) -> Prediction | None:
        if not self.settings.learned:
            return None
        found = self.learned.predict(tracker, self.rules.hidden, rule_turns=rule_turns)
        if found is None or found.action == rejected or found.confidence < self._fallback_bar():
            return None
        return found

    def _fallback_bar(self) -> float:
        return self.settings.fallback_threshold if self.settings.fallback_enabled else 0.0

    def _nothing_fits(self, tracker: Tracker) -> Prediction:
        if tracker.now.action != names.LISTEN or not self.settings.fallback_enabled:
            return Prediction(names.LISTEN, 0.0, POLICY, "nothing continues this")
        return Prediction(
            self.settings.fallback_action, self.settings.fallback_threshold, POLICY, "no rule or story fits"
        )


def _just_rejected(tracker: Tracker) -> str | None:
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecutionRejected):
            return event.name
        if isinstance(event, ActionExecuted | UserUttered):
            return None
    return None
