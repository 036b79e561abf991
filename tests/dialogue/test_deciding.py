"""Rules before stories before what was learned; loops before rules; and what contradicts is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.dialogue import names
from bot.dialogue.domain import (
    Domain,
    Form,
    IntentSettings,
    MappingCondition,
    MappingKind,
    Slot,
    SlotMapping,
    SlotType,
    Variation,
)
from bot.dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    SessionStarted,
    SlotSet,
    TrackerEvent,
    UserUtteranceReverted,
    UserUttered,
)
from bot.dialogue.learned import Learned, features
from bot.dialogue.memoization import AUGMENTED, PLAIN, memorise
from bot.dialogue.policies import Policies
from bot.dialogue.prediction import PolicySettings
from bot.dialogue.rule_training import TrainedRules, examples_of, train_rules
from bot.dialogue.state import states_of
from bot.dialogue.stories import ActionStep, CheckpointStep, LoopStep, OrStep, SlotStep, Step, Story, UserStep, unfold
from bot.dialogue.tracker import Tracker, applied_events, effective_events
from bot.dialogue.tracker_json import dump_tracker, load_tracker
from bot.dialogue.turn import Dialogue
from nlu.types import NLU_FALLBACK, Entity

DOMAIN = Domain(
    intents={i: IntentSettings() for i in ("hi", "bye", "ask", "yes", "no", "fill", "stop")},
    entities=frozenset({"city"}),
    slots={
        "city": Slot("city", SlotType.TEXT),
        "vip": Slot("vip", SlotType.BOOL),
        "hidden": Slot("hidden", SlotType.TEXT, influences=False),
    },
    responses={f"utter_{n}": (Variation(n),) for n in ("hi", "bye", "ask", "yes", "no", "vip", "stop")},
    forms={"form": Form("form", ("city",))},
    actions=("action_a", "action_b"),
)
LISTEN = ActionExecuted(names.LISTEN)


def said(intent: str, *cities: str) -> UserUttered:
    return UserUttered(intent, intent, entities=tuple(Entity("city", c, 0, 1) for c in cities))


def story(name: str, *steps: Step) -> Story:
    return Story(name, steps)


def rule(name: str, *steps: Step, conditions: Sequence[SlotStep | LoopStep] = (), **settings: bool) -> Story:
    return Story(name, steps, is_rule=True, conditions=tuple(conditions), **settings)


def policies(*stories: Story, settings: PolicySettings | None = None) -> Policies:
    paths = unfold(stories, DOMAIN).paths
    settings = settings or PolicySettings(augmented=True)
    rules = train_rules(paths, DOMAIN, settings).policy
    examples = [e for p in paths if not p.is_rule for e in examples_of(p, DOMAIN)]
    memory = memorise(examples, rules.hidden, settings.max_history, augmented=settings.augmented)
    return Policies(rules, memory, settings=settings)


def trained(*stories: Story) -> TrainedRules:
    return train_rules(unfold(stories, DOMAIN).paths, DOMAIN, PolicySettings())


def after(*events: TrackerEvent) -> Tracker:
    return Tracker.new(DOMAIN, "u", [LISTEN, *events])


HI = rule("hi", UserStep("hi"), ActionStep("utter_hi"))


def test_a_rule_wins_over_a_story() -> None:
    decided = policies(HI, story("s", UserStep("bye"), ActionStep("utter_bye"))).predict(after(said("hi")))
    assert (decided.action, decided.policy, decided.source) == ("utter_hi", "RulePolicy", "hi")


def test_after_a_rules_last_action_the_assistant_listens() -> None:
    decided = policies(HI).predict(after(said("hi"), ActionExecuted("utter_hi")))
    assert decided.action == names.LISTEN


def test_a_rule_that_does_not_wait_says_nothing_of_what_follows() -> None:
    open_ended = rule("open", UserStep("hi"), ActionStep("utter_hi"), waits=False)
    tracker = after(said("hi"), ActionExecuted("utter_hi"))
    assert policies(open_ended).rules.find(tracker.now, lambda: states_of(tracker)).action is None


def test_the_most_specific_rule_wins() -> None:
    vip = rule("vip", UserStep("hi"), ActionStep("utter_vip"), conditions=[SlotStep("vip", True)])
    deciding = policies(HI, vip)
    assert deciding.predict(after(said("hi"))).action == "utter_hi"
    assert deciding.predict(after(SlotSet("vip", True), said("hi"))).action == "utter_vip"
    assert deciding.predict(after(SlotSet("vip", False), said("hi"))).action == "utter_hi"


def test_a_slot_that_must_not_be_set_bars_a_rule() -> None:
    unset = rule("only without a city", UserStep("ask"), ActionStep("utter_ask"), conditions=[SlotStep("city", None)])
    deciding = policies(unset)
    assert deciding.predict(after(said("ask"))).action == "utter_ask"
    assert deciding.predict(after(SlotSet("city", "Rome"), said("ask"))).action == names.DEFAULT_FALLBACK


def test_an_entity_in_a_rule_must_be_there() -> None:
    with_city = rule("city", UserStep("ask", entities=(Entity("city", "", 0, 0),)), ActionStep("utter_yes"))
    deciding = policies(with_city, rule("no city", UserStep("ask"), ActionStep("utter_no")))
    assert deciding.predict(after(said("ask", "Rome"))).action == "utter_yes"
    assert deciding.predict(after(said("ask"))).action == "utter_no"


def test_default_actions_come_before_loops_and_rules() -> None:
    in_form = after(said("fill"), ActionExecuted("form"), ActiveLoop("form"), LISTEN, said("restart"))
    assert policies(HI).predict(in_form).action == names.RESTART


def test_a_loop_comes_before_rules_until_it_refuses() -> None:
    deciding = policies(HI)
    tracker = after(said("fill"), ActionExecuted("form"), ActiveLoop("form"))
    assert deciding.predict(tracker).action == names.LISTEN
    tracker.extend([LISTEN, said("hi")])
    assert deciding.predict(tracker).action == "form"
    tracker.update(ActionExecutionRejected("form"))
    assert deciding.predict(tracker).action == "utter_hi"
    tracker.update(ActionExecuted("utter_hi"))
    assert deciding.predict(tracker).action == "form", "after an answered digression the loop goes on"


def test_a_story_inside_a_loop_keeps_the_loop_waiting() -> None:
    digression = story(
        "stop?",
        UserStep("fill"),
        ActionStep("form"),
        LoopStep("form"),
        UserStep("stop"),
        ActionStep("utter_ask"),
        UserStep("yes"),
        ActionStep("form"),
        LoopStep("form"),
    )
    deciding = policies(digression)
    tracker = after(said("fill"), ActionExecuted("form"), ActiveLoop("form"), LISTEN, said("stop"))
    tracker.update(ActionExecutionRejected("form"))
    assert deciding.predict(tracker).action == "utter_ask"
    tracker.update(ActionExecuted("utter_ask"))
    assert deciding.predict(tracker).action == names.LISTEN
    tracker.extend([LISTEN, said("yes")])
    decided = deciding.predict(tracker)
    assert (decided.action, decided.interrupted) == ("form", True)


def test_a_story_is_recalled_although_much_went_before() -> None:
    deciding = policies(
        story("a", UserStep("ask"), ActionStep("utter_ask"), UserStep("yes"), ActionStep("action_a")),
        story("b", UserStep("hi"), ActionStep("utter_hi")),
    )
    tracker = after(
        said("hi"), ActionExecuted("utter_hi"), LISTEN, said("hi"), ActionExecuted("utter_hi"), LISTEN, said("ask")
    )
    assert deciding.predict(tracker).action == "utter_ask"
    tracker.extend([ActionExecuted("utter_ask"), LISTEN, said("yes")])
    assert deciding.predict(tracker).action == "action_a"


def test_stories_that_disagree_after_the_same_history_say_nothing() -> None:
    deciding = policies(
        story("a", UserStep("ask"), ActionStep("action_a")), story("b", UserStep("ask"), ActionStep("action_b"))
    )
    assert deciding.predict(after(said("ask"))).action == names.DEFAULT_FALLBACK


def test_turns_that_only_rules_know_are_not_seen_by_stories() -> None:
    deciding = policies(
        HI, story("a", UserStep("ask"), ActionStep("utter_ask"), UserStep("yes"), ActionStep("action_a"))
    )
    tracker = after(said("ask"), ActionExecuted("utter_ask"), LISTEN, said("hi"))
    for _ in range(2):
        decided = deciding.predict(tracker)
        assert decided.hidden
        tracker.update(ActionExecuted(decided.action, hidden=True))
    tracker.update(said("yes"))
    assert deciding.predict(tracker).action == "action_a"


ASKED = story("a", UserStep("ask"), ActionStep("utter_ask"), UserStep("yes"), ActionStep("action_a"))


def greeted(deciding: Policies, tracker: Tracker) -> None:
    """A turn that a rule decides, recorded as it would be."""
    tracker.update(said("hi"))
    for _ in range(2):
        decided = deciding.predict(tracker)
        assert decided.hidden
        tracker.update(ActionExecuted(decided.action, hidden=True))


def test_plain_memory_knows_whole_conversations_only() -> None:
    asked = story("a", UserStep("ask"), ActionStep("utter_ask"))
    plain, augmented = policies(asked, settings=PolicySettings()), policies(asked)
    begun = after(said("ask"))
    assert [deciding.predict(begun).action for deciding in (plain, augmented)] == ["utter_ask"] * 2
    assert (plain.predict(begun).policy, augmented.predict(begun).policy) == (PLAIN, AUGMENTED)
    later = after(said("bye"), ActionExecuted("utter_bye"), LISTEN, said("ask"))
    assert plain.predict(later).action == names.DEFAULT_FALLBACK
    assert augmented.predict(later).action == "utter_ask"


def test_a_story_is_recalled_past_turns_of_rules_although_much_went_before() -> None:
    deciding = policies(HI, ASKED, story("b", UserStep("yes"), ActionStep("utter_yes")))
    tracker = after(
        said("no"), ActionExecuted(names.DEFAULT_FALLBACK), LISTEN, said("ask"), ActionExecuted("utter_ask"), LISTEN
    )
    greeted(deciding, tracker)
    greeted(deciding, tracker)
    tracker.update(said("yes"))
    assert deciding.predict(tracker).action == "action_a"


def test_a_history_is_shortened_to_the_beginning_of_a_turn() -> None:
    asked = story("a", UserStep("ask"), ActionStep("utter_ask"), UserStep("yes"), ActionStep("utter_yes"))
    deciding = policies(HI, asked, settings=PolicySettings(max_history=3, augmented=True))
    tracker = after(said("bye"), SlotSet("city", "Rome"), LISTEN, said("ask"), ActionExecuted("utter_ask"), LISTEN)
    greeted(deciding, tracker)
    tracker.update(said("yes"))
    assert deciding.predict(tracker).action == "utter_yes", "what was set before the turn is forgotten"


def test_a_story_is_recalled_when_the_turns_before_it_were_forgotten() -> None:
    deciding = policies(HI, ASKED, story("b", UserStep("yes"), ActionStep("utter_yes")))
    tracker = after()
    for _ in range(3):
        greeted(deciding, tracker)
    tracker.extend([said("ask"), ActionExecuted("utter_ask"), LISTEN])
    for _ in range(11):
        greeted(deciding, tracker)
    kept = load_tracker(dump_tracker(tracker), DOMAIN, "u")
    assert len(kept.events) < len(tracker.events), "the beginning is folded"
    kept.update(said("yes"))
    assert deciding.predict(kept).action == "action_a"


def test_a_story_is_recalled_past_a_turn_of_rules_and_a_message_that_nobody_understood() -> None:
    asked = story("a", UserStep("ask"), ActionStep("utter_ask"), UserStep("yes"), ActionStep("utter_yes"))
    dialogue = Dialogue(DOMAIN, policies(HI, asked, story("b", UserStep("yes"), ActionStep("utter_no"))))
    tracker, done = Tracker.new(DOMAIN, "u"), list[list[str]]()
    for number, intent in enumerate(("ask", "hi", "no", "yes")):
        with pytest.raises(StopIteration) as ended:
            next(dialogue.answer(tracker, replace(said(intent), at=float(number))))
        done.append(ended.value.value.actions)
    assert done == [["utter_ask"], ["utter_hi"], [names.DEFAULT_FALLBACK], ["utter_yes"]]


def test_what_went_before_a_message_that_was_made_clear_still_counts() -> None:
    unclear = rule(
        "unclear", UserStep(NLU_FALLBACK), ActionStep(names.TWO_STAGE_FALLBACK), LoopStep(names.TWO_STAGE_FALLBACK)
    )
    asked = story("a", UserStep("ask"), ActionStep("utter_ask"), UserStep("yes"), ActionStep("utter_yes"))
    dialogue = Dialogue(DOMAIN, policies(unclear, asked, story("b", UserStep("yes"), ActionStep("utter_no"))))
    tracker, done = Tracker.new(DOMAIN, "u"), list[list[str]]()
    for number, intent in enumerate(("ask", NLU_FALLBACK, "yes")):
        with pytest.raises(StopIteration) as ended:
            next(dialogue.answer(tracker, replace(said(intent), at=float(number))))
        done.append(ended.value.value.actions)
    assert done == [["utter_ask"], [names.TWO_STAGE_FALLBACK], [names.TWO_STAGE_FALLBACK, "utter_yes"]]


def test_a_story_may_go_on_from_what_a_rule_said() -> None:
    deciding = policies(
        HI,
        story("after the greeting", ActionStep("utter_hi"), UserStep("yes"), ActionStep("utter_yes")),
        story("after the question", ActionStep("utter_ask"), UserStep("yes"), ActionStep("action_a")),
    )
    tracker = after(said("hi"))
    for _ in range(2):
        tracker.update(ActionExecuted(deciding.predict(tracker).action, hidden=True))
    tracker.update(said("yes"))
    assert deciding.predict(tracker).action == "utter_yes"


def test_a_story_may_begin_with_an_action_that_is_then_not_predicted() -> None:
    deciding = policies(story("ok", ActionStep("utter_ask"), UserStep("yes"), ActionStep("utter_yes")), HI)
    tracker = after(said("ask"), ActionExecuted("utter_ask"), LISTEN, said("yes"))
    assert deciding.predict(tracker).action == "utter_yes"
    assert deciding.predict(after(said("ask"))).action == names.DEFAULT_FALLBACK


def test_what_an_entity_of_a_story_fills_need_not_be_said() -> None:
    by_city = SlotMapping(MappingKind.FROM_ENTITY, "city", intents=frozenset({"ask"}))
    in_form = replace(by_city, conditions=(MappingCondition("form"),))
    slots = {
        "city": Slot("city", SlotType.TEXT, (by_city,)),
        "cities": Slot("cities", SlotType.LIST, (by_city,)),
        "vip": Slot("vip", SlotType.BOOL, (in_form,)),
    }
    towns = tuple(Entity("city", name, 0, 0) for name in ("Rome", "Bari"))
    [path] = unfold([story("a", UserStep("hi", entities=towns))], replace(DOMAIN, slots=slots)).paths
    assert [e for e in path.events if isinstance(e, SlotSet)] == [
        SlotSet("city", "Bari"),
        SlotSet("cities", ["Rome", "Bari"]),
    ]


def test_or_and_checkpoints_multiply() -> None:
    paths = unfold(
        [
            story("a", OrStep((UserStep("hi"), UserStep("ask"))), ActionStep("utter_hi"), CheckpointStep("c")),
            story("b", CheckpointStep("c"), UserStep("yes"), ActionStep("utter_yes")),
            story("d", CheckpointStep("c"), UserStep("no"), ActionStep("utter_no")),
        ],
        DOMAIN,
    ).paths
    assert [p.name for p in paths] == ["a > b", "a > d", "a > b", "a > d"]


def test_a_checkpoint_that_is_only_reached_from_itself_is_an_error() -> None:
    done = unfold(
        [story("a", CheckpointStep("x"), UserStep("hi"), ActionStep("utter_hi"), CheckpointStep("x"))], DOMAIN
    )
    assert len(done.problems) == 1
    assert "only reached from itself" in done.problems[0]


def test_a_cycle_of_checkpoints_ends() -> None:
    done = unfold(
        [
            story("in", UserStep("hi"), ActionStep("utter_hi"), CheckpointStep("x")),
            story("round", CheckpointStep("x"), UserStep("ask"), ActionStep("utter_ask"), CheckpointStep("x")),
            story("out", CheckpointStep("x"), UserStep("bye"), ActionStep("utter_bye")),
        ],
        DOMAIN,
    )
    assert not done.problems
    assert 1 < len(done.paths) < 10


def test_too_many_alternatives_are_an_error() -> None:
    many = OrStep(tuple(UserStep(f"i{n}") for n in range(30)))
    done = unfold([story("a", many, ActionStep("utter_hi"), many, ActionStep("utter_hi"))], DOMAIN)
    assert "900 combinations" in done.problems[0]


@pytest.mark.parametrize(
    ("other", "said_of_it"),
    [
        (rule("hi again", UserStep("hi"), ActionStep("utter_ask")), "contradicts"),
        (story("other", UserStep("hi"), ActionStep("utter_ask")), "the story 'other' goes on with 'utter_ask'"),
        (
            rule("two", UserStep("hi"), ActionStep("utter_hi"), UserStep("ask"), ActionStep("utter_ask")),
            "more than one",
        ),
    ],
)
def test_what_contradicts_a_rule_is_found(other: Story, said_of_it: str) -> None:
    assert trained(HI).problems == []
    assert any(said_of_it in p for p in trained(HI, other).problems)


def test_a_rule_that_leaves_out_what_its_action_sets_elsewhere_is_found() -> None:
    problems = trained(
        rule("sets", UserStep("ask"), ActionStep("action_a"), SlotStep("city", "Rome"), ActionStep("utter_ask")),
        rule("forgets", UserStep("fill"), ActionStep("action_a"), ActionStep("utter_yes")),
    ).problems
    assert any("'action_a' does not set 'city'" in p for p in problems)


def test_what_a_message_sets_need_not_be_set_by_every_rule() -> None:
    problems = trained(
        rule("one", UserStep("ask"), SlotStep("city", "Rome"), ActionStep("utter_ask")),
        rule("two", UserStep("fill"), ActionStep("utter_yes")),
    ).problems
    assert problems == []


def test_the_asked_and_answered_turns_of_a_form_leave_no_trace() -> None:
    begin = [LISTEN, said("fill"), ActionExecuted("form"), ActiveLoop("form"), LISTEN]
    asked = [said("ask"), ActionExecuted("form"), SlotSet("city", "Rome")]
    assert applied_events([*begin, *asked]) == [*begin[:4], SlotSet("city", "Rome")]


def test_a_reverted_message_never_was() -> None:
    tracker = after(said("hi"), ActionExecuted("utter_hi"), LISTEN, said("ask"), SlotSet("city", "Rome"))
    tracker.update(UserUtteranceReverted())
    assert tracker.slot("city") is None
    assert tracker.now.message == said("hi")


def test_what_was_asked_and_answered_in_a_form_is_taken_back_with_what_began_it() -> None:
    tracker = after(said("fill"), ActionExecuted("form"), ActiveLoop("form"), LISTEN)
    tracker.extend([said("ask"), SlotSet("city", "Rome"), ActionExecuted("form"), UserUtteranceReverted()])
    assert (tracker.now.loop, tracker.slot("city"), tracker.now.message) == (None, None, None)


def test_nothing_of_an_earlier_session_is_taken_back() -> None:
    tracker = after(said("hi"), SlotSet("city", "Rome"), SessionStarted(), SlotSet("vip", value=True), LISTEN)
    tracker.extend([UserUtteranceReverted(), UserUtteranceReverted()])
    assert (tracker.slot("city"), tracker.slot("vip"), tracker.now.message) == (None, None, None)
    assert any(isinstance(e, SessionStarted) for e in effective_events(tracker.events))


def test_a_tracker_survives_being_stored_and_stays_small() -> None:
    tracker = after()
    for n in range(60):
        tracker.extend([said("hi", f"city {n}"), SlotSet("city", f"city {n}"), ActionExecuted("utter_hi"), LISTEN])
    stored = dump_tracker(tracker)
    again = load_tracker(stored, DOMAIN, "u")
    assert again.now.slots == tracker.now.slots
    assert again.now.message == tracker.now.message
    assert dump_tracker(again) == stored
    assert len(stored) < 8000


@pytest.mark.parametrize("text", ["", "{", "[]", '{"v":99}', '{"v":1,"events":[{"event":"?"}]}', "null", "[" * 5000])
def test_a_tracker_that_cannot_be_read_is_a_new_conversation(text: str) -> None:
    assert load_tracker(text, DOMAIN, "u").events == []


def test_the_learned_policy_says_the_likeliest_and_how_sure_it_is() -> None:
    seen = features(states_of(after(said("hi"))))
    learned = Learned(("utter_hi", "utter_bye"), dict.fromkeys(seen, (0.5, -0.5)), (0.0, 0.0))
    decided = Policies(learned=learned).predict(after(said("hi")))
    assert decided.action == "utter_hi"
    assert 0.9 < decided.confidence < 1.0


def test_a_guess_below_the_threshold_is_the_fallback() -> None:
    unsure = Learned(("utter_hi", "utter_bye", "utter_ask", "utter_yes"), {}, (0.0, 0.0, 0.0, 0.0))
    assert Policies(learned=unsure).predict(after(said("hi"))).action == names.DEFAULT_FALLBACK
    never = PolicySettings(fallback_enabled=False)
    assert Policies(learned=unsure, settings=never).predict(after(said("hi"))).action == "utter_hi"
