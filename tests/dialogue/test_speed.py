"""A turn with a thousand stories in the project stays below five milliseconds."""

from __future__ import annotations

import time

from bot.dialogue.domain import Domain, Form, IntentSettings, Slot, SlotType, Variation
from bot.dialogue.events import UserUttered
from bot.dialogue.memoization import memorise
from bot.dialogue.prediction import PolicySettings
from bot.dialogue.rule_training import examples_of, train_rules
from bot.dialogue.stories import ActionStep, LoopStep, SlotStep, Step, Story, UserStep, unfold
from bot.dialogue.tracker import Tracker
from bot.dialogue.tracker_json import dump_tracker, load_tracker
from bot.dialogue.turn import Dialogue

INTENTS = [f"intent_{i}" for i in range(60)]


def big_domain() -> Domain:
    return Domain(
        intents={name: IntentSettings() for name in INTENTS},
        slots={f"slot_{i}": Slot(f"slot_{i}", SlotType.TEXT) for i in range(10)},
        responses={f"utter_{name}": (Variation(f"About {name}."),) for name in INTENTS},
        forms={"form": Form("form", ("slot_0", "slot_1"))},
    )


def thousand_stories() -> list[Story]:
    stories: list[Story] = []
    for i in range(1000):
        steps: list[Step] = []
        for turn in range(4):
            intent = INTENTS[(i * 7 + turn * (i % 13 + 1)) % 60]
            steps += [UserStep(intent), ActionStep(f"utter_{intent}")]
            if turn == 1:
                steps.append(SlotStep(f"slot_{i % 10}", "x"))
        if i % 5 == 0:
            steps += [UserStep("intent_3"), ActionStep("form"), LoopStep("form"), LoopStep(None)]
        stories.append(Story(f"story {i}", tuple(steps)))
    stories += [
        Story(f"rule {name}", (UserStep(name), ActionStep(f"utter_{name}")), is_rule=True) for name in INTENTS[40:]
    ]
    return stories


def test_a_turn_stays_fast_with_a_thousand_stories() -> None:
    domain = big_domain()
    paths = unfold(thousand_stories()).paths
    settings = PolicySettings(check_contradictions=False)
    rules = train_rules(paths, domain, settings).policy
    memory = memorise((e for p in paths if not p.is_rule for e in examples_of(p, domain)), rules.hidden, 5)
    dialogue = Dialogue(domain, rules, memory, settings=settings)
    stored = dump_tracker(Tracker.new(domain, "u"))
    taken: list[float] = []
    for turn in range(120):
        begun = time.process_time()
        tracker = load_tracker(stored, domain, "u")
        answering = dialogue.answer(tracker, UserUttered("text", INTENTS[turn * 7 % 60], at=turn * 10.0 + 1.0))
        try:
            next(answering)
        except StopIteration as done:
            stored = dump_tracker(done.value.tracker)
        taken.append(time.process_time() - begun)
    taken.sort()
    assert len(stored) < 20_000
    assert taken[int(len(taken) * 0.99)] < 0.02, "5 ms on a quiet machine; this one may be busy"
    assert taken[len(taken) // 2] < 0.005
