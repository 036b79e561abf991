"""Prints what deciding costs: training a project, and a turn with a thousand stories.

    python -m benchmarks.dialogue [PROJECT …] [--stories 1000] [--turns 2000]

For each project: CPU seconds of `python -m bot train` from nothing and again when its texts are known (a process of its
own each, children included). Then a turn without understanding and actions, in a project that is made up of as many
stories as asked for: loading the stored tracker, deciding, and storing it again. The clock is that of the CPU.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.dialogue.domain import Domain, Form, IntentSettings, Slot, SlotType, Variation
from bot.dialogue.events import UserUttered
from bot.dialogue.memoization import memorise
from bot.dialogue.policies import Policies
from bot.dialogue.prediction import PolicySettings
from bot.dialogue.rule_training import examples_of, train_rules
from bot.dialogue.stories import ActionStep, LoopStep, SlotStep, Step, Story, UserStep, unfold
from bot.dialogue.tracker import Tracker
from bot.dialogue.tracker_json import dump_tracker, load_tracker
from bot.dialogue.turn import Dialogue

INTENTS = [f"intent_{i}" for i in range(60)]
WARM_UP = 50  # turns that are not counted


def big_domain() -> Domain:
    return Domain(
        intents={name: IntentSettings() for name in INTENTS},
        slots={f"slot_{i}": Slot(f"slot_{i}", SlotType.TEXT) for i in range(10)},
        responses={f"utter_{name}": (Variation(f"About {name}."),) for name in INTENTS},
        forms={"form": Form("form", ("slot_0", "slot_1"))},
    )


def many_stories(count: int) -> list[Story]:
    """Conversations of four turns, a fifth of them with a form, and twenty rules."""
    stories: list[Story] = []
    for i in range(count):
        steps: list[Step] = []
        for turn in range(4):
            intent = INTENTS[(i * 7 + turn * (i % 13 + 1)) % len(INTENTS)]
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


def big_dialogue(stories: int) -> Dialogue:
    domain = big_domain()
    paths = unfold(many_stories(stories), domain).paths
    settings = PolicySettings(check_contradictions=False)
    rules = train_rules(paths, domain, settings).policy
    examples = (e for p in paths if not p.is_rule for e in examples_of(p, domain))
    memory = memorise(examples, rules.hidden, 5, augmented=True)
    return Dialogue(domain, Policies(rules, memory, settings=settings))


def turn_times(dialogue: Dialogue, turns: int) -> list[float]:
    """CPU seconds of each turn, sorted."""
    stored = dump_tracker(Tracker.new(dialogue.domain, "u"))
    taken: list[float] = []
    for turn in range(turns + WARM_UP):
        begun = time.process_time()
        tracker = load_tracker(stored, dialogue.domain, "u")
        answering = dialogue.answer(tracker, UserUttered("text", INTENTS[turn * 7 % 60], at=turn * 10.0 + 1.0))
        try:
            next(answering)
        except StopIteration as done:
            stored = dump_tracker(done.value.tracker)
        taken.append(time.process_time() - begun)
    return sorted(taken[WARM_UP:])


def training_cpu(project: Path, models: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "bot", "train", str(project), "--models", str(models)]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", type=Path)
    parser.add_argument("--stories", type=int, default=1000)
    parser.add_argument("--turns", type=int, default=2000)
    given = parser.parse_args()
    for project in given.projects:
        with tempfile.TemporaryDirectory() as models:
            first, again = training_cpu(project, Path(models)), training_cpu(project, Path(models))
        print(f"{project.name}: trained in {first:.1f} s of CPU from nothing, {again:.1f} s when its texts are encoded")
    begun = time.process_time()
    dialogue = big_dialogue(given.stories)
    print(f"{given.stories} stories: {time.process_time() - begun:.1f} s of CPU to learn rules and memory")
    taken = turn_times(dialogue, given.turns)
    p50, p99 = taken[len(taken) // 2] * 1000, taken[int(len(taken) * 0.99)] * 1000
    print(f"a turn: p50 {p50:.2f} ms, p99 {p99:.2f} ms, longest {taken[-1] * 1000:.2f} ms")


if __name__ == "__main__":
    main()
