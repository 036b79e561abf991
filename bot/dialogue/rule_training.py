"""Learns the rule policy's tables from training conversations, and finds rules and stories that contradict.

As Rasa does it: every rule and story is replayed; where the rules say something other than what is
written, that is a contradiction. Nothing is read and nobody is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.dialogue import names
from bot.dialogue.domain import Domain
from bot.dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    SlotSet,
    UserUttered,
)
from bot.dialogue.prediction import PolicySettings
from bot.dialogue.rules import Found, Key, Rule, RulePolicy, Unhappy, feature_key, specificity
from bot.dialogue.state import Hidden, State, state_of, states_of_events
from bot.dialogue.stories import Path
from bot.dialogue.tracker import Moment, advance, applied_events, start_of


@dataclass(slots=True)
class TrainedRules:
    """The policy, and every contradiction as `file:line: sentence`."""

    policy: RulePolicy
    problems: list[str] = field(default_factory=list["str"])


@dataclass(frozen=True, slots=True)
class Example:
    """One decision in a training conversation."""

    states: tuple[State, ...]
    action: str
    path: Path


def train_rules(paths: Sequence[Path], domain: Domain, settings: PolicySettings) -> TrainedRules:
    """Learn from rules (and, for loops that are left, from stories)."""
    rules = [e for p in paths if p.is_rule for e in examples_of(p, domain)]
    stories = [e for p in paths if not p.is_rule for e in examples_of(p, domain)]
    problems: list[str] = []
    if settings.restrict_rules:
        problems.extend(_too_long(paths))
    table = _lookup(rules)
    policy = RulePolicy(
        _by_last_action(table),
        _unhappy_paths([*rules, *stories]),
        _only_in_rules(rules, stories) if settings.check_contradictions else Hidden(),
        texts=any(state.text for rule in table for state in rule.key),
    )
    if not settings.check_contradictions:
        return TrainedRules(policy, problems)
    problems.extend(_incomplete(paths, domain))
    return _checked(policy, paths, domain, problems)


def examples_of(path: Path, domain: Domain) -> list[Example]:
    """Every decision of a training conversation, with the states before it."""
    applied = applied_events(path.events)
    states = states_of_events(applied, domain, only_touched=path.is_rule)
    found: list[Example] = []
    index = 0
    for event in applied:
        if isinstance(event, ActionExecuted):
            index += 1
            if not event.unpredictable:
                found.append(Example(tuple(states[:index]), event.name, path))
    return found


def _lookup(examples: Iterable[Example]) -> list[Rule]:
    known: dict[Key, tuple[str, str]] = {}
    ambiguous: set[Key] = set()
    for example in examples:
        key = feature_key(example.states)
        if key is None or key in ambiguous:
            continue
        if key in known and known[key][0] != example.action:
            ambiguous.add(key)
            del known[key]
        else:
            known.setdefault(key, (example.action, example.path.name))
    return [Rule(k, a, n, specificity(k)) for k, (a, n) in known.items() if a != names.SNIPPET]


def _by_last_action(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    grouped: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        grouped[rule.key[-1].previous].append(rule)
    return {k: tuple(sorted(v, key=lambda r: -r.length)) for k, v in grouped.items()}


def _unhappy_paths(examples: Iterable[Example]) -> dict[str, tuple[tuple[Key, Unhappy], ...]]:
    known: dict[Key, Unhappy] = {}
    for example in examples:
        last = example.states[-1]
        if last.loop in ("", names.UNSET):
            continue
        before = example.states[-2].previous if len(example.states) > 1 else ""
        key = feature_key([State(before), last] if before else [last])
        if key is None:
            continue
        after_listen = last.previous == names.LISTEN
        if after_listen and example.action == last.loop:
            known[key] = Unhappy.INTERRUPTED
        elif not after_listen and example.action != last.loop:
            known[key] = Unhappy.NOT_THE_LOOP
    grouped: dict[str, list[tuple[Key, Unhappy]]] = defaultdict(list)
    for key, kind in known.items():
        grouped[key[-1].previous].append((key, kind))
    return {k: tuple(v) for k, v in grouped.items()}


def _only_in_rules(rules: Iterable[Example], stories: Iterable[Example]) -> Hidden:
    rule_slots, rule_loops = _slots_and_loops(rules)
    story_slots, story_loops = _slots_and_loops(stories)
    return Hidden(frozenset(rule_slots - story_slots), frozenset(rule_loops - story_loops - {names.UNSET}))


def _slots_and_loops(examples: Iterable[Example]) -> tuple[set[str], set[str]]:
    slots: set[str] = set()
    loops: set[str] = set()
    for example in examples:
        for state in example.states:
            slots.update(name for name, _ in state.slots)
            if state.loop:
                loops.add(state.loop)
    return slots, loops


def _too_long(paths: Iterable[Path]) -> list[str]:
    return [
        f"{p.place}: the rule '{p.name}' has more than one message of the customer; write it as a story"
        for p in paths
        if p.is_rule and sum(isinstance(e, UserUttered) for e in p.events) > 1
    ]


def _incomplete(paths: Sequence[Path], domain: Domain) -> list[str]:
    """Rules in which an action does not set what the same action sets in other rules."""
    rules = [p for p in paths if p.is_rule]
    slots: dict[str, set[str]] = defaultdict(set)
    loops: dict[str, set[str]] = defaultdict(set)
    for path in rules:
        action = ""
        for event in path.events:
            match event:
                case ActionExecuted():
                    action = event.name
                case UserUttered():  # what a message sets is not what listening sets
                    action = ""
                case SlotSet() if action and event.name in domain.slots and domain.slots[event.name].influences:
                    slots[action].add(event.name)
                case ActiveLoop() if action:
                    loops[action].add(event.name or names.UNSET)
                case _:
                    pass
    problems: list[str] = []
    for path in rules:
        states = states_of_events(applied_events(path.events), domain)
        following = [s.previous for s in states[1:]] + [names.LISTEN]
        for state, action in zip(states, following, strict=True):
            previous = state.previous
            if not previous or names.SNIPPET in (previous, action):
                continue
            missing = slots.get(previous, set()) - {name for name, _ in state.slots}
            if missing:
                problems.append(
                    f"{path.place}: in the rule '{path.name}' the action '{previous}' does not set "
                    f"{_listed(missing)}, as it does in other rules; add slot_was_set (null if it is not set), "
                    "or 'wait_for_user_input: false' if the action is the rule's last"
                )
            expected = loops.get(previous, set())
            if expected and state.loop not in expected:
                problems.append(
                    f"{path.place}: in the rule '{path.name}' the loop after '{previous}' is not given, as it is "
                    "in other rules; add active_loop (null if none is active), or 'wait_for_user_input: false'"
                )
    return problems


def _listed(slots: Iterable[str]) -> str:
    return ", ".join(f"'{s}'" for s in sorted(slots))


def _checked(policy: RulePolicy, paths: Sequence[Path], domain: Domain, problems: list[str]) -> TrainedRules:
    sources: dict[object, list[tuple[str, str]]] = defaultdict(list)
    for path in (p for p in paths if p.is_rule):
        for found, gold in _replay(policy, path, domain):
            if found.source is None:
                continue
            name, said = (path.name, gold) if found.key is not None else (found.name, found.action or "")
            sources[found.source].append((name, said))
    used: set[object] = set()
    dropped: set[object] = set()
    all_rules = [r for group in policy.rules.values() for r in group]
    for path in paths:
        for found, gold in _replay(policy, path, domain):
            predicted = found.action
            if predicted == gold:
                if not path.is_rule:
                    used.add(found.source)
                continue
            if found.source in dropped or (predicted is None and not path.is_rule):
                continue
            if predicted == names.LISTEN and not path.is_rule and _more_follows(found, all_rules):
                dropped.add(found.source)
                continue
            against = sorted({name for name, says in sources.get(found.source, []) if says != gold})
            if against:
                kind = "rule" if path.is_rule else "story"
                other = f" which says '{predicted}'" if predicted else ""
                problems.append(
                    f"{path.place}: the {kind} '{path.name}' goes on with '{gold}', which contradicts "
                    f"the rule {', '.join(repr(n) for n in against)}{other}"
                )
    kept = [r for r in all_rules if r.key not in dropped]
    loops = [("loop", f) for f in domain.forms] + [("loop", f, names.LISTEN) for f in domain.forms]
    defaults = [("default", i) for i in names.ACTION_OF_INTENT]
    hidden = frozenset((set(sources) | set(loops) | set(defaults)) - used)
    return TrainedRules(
        replace(policy, rules=_by_last_action(kept), not_in_stories=hidden), list(dict.fromkeys(problems))
    )


def _more_follows(found: Found, rules: Sequence[Rule]) -> bool:
    """Whether another rule goes on where this one listens: then the story may go on as well.

    Only for rules that say nothing but *after this action, listen*.
    """
    states = found.key
    if states is None or sum(1 for s in states if s.previous) > 1:
        return False
    return any(len(r.key) >= len(states) and r.key != states and r.key[: len(states)] == states for r in rules)


def _replay(policy: RulePolicy, path: Path, domain: Domain) -> list[tuple[Found, str]]:
    """What the rules say before each action of a training conversation, and the action that is written."""
    moment: Moment = start_of(domain)
    states: list[State] = []
    results: list[tuple[Found, str]] = []
    skip_next = True
    for event in applied_events(path.events):
        if isinstance(event, ActionExecuted):
            states.append(state_of(moment, domain))
            if event.name == names.SNIPPET:
                skip_next = True
            elif skip_next or event.unpredictable:
                skip_next = False
            else:
                results.append((_find(policy, moment, states, event.name, domain), event.name))
        advance(moment, event, domain)
    return results


def _find(policy: RulePolicy, moment: Moment, states: list[State], gold: str, domain: Domain) -> Found:
    found = policy.find(moment, lambda: states)
    if moment.loop and found.action != gold and found.action == moment.loop:
        advance(moment, ActionExecutionRejected(moment.loop), domain)
        found = policy.find(moment, lambda: states)
    return found
