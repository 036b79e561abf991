"""Random lives of one conversation: whatever people do in whatever order, the promises hold.

The ground truth is kept beside the core, from what people did, never from the core's own state.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.core.activity import Person, Ref, Side
from bot.core.conversation import Status
from bot.core.effects import Amend, Mark, Post, Record, Whisper, Withdraw
from bot.core.events import (
    AgentCommanded,
    AgentDeleted,
    AgentEdited,
    AgentReacted,
    CustomerDeleted,
    CustomerEdited,
    CustomerReacted,
    Delivered,
    DeliveryFailed,
    Event,
    TimerFired,
)
from bot.core.machine import handle, wants_assistant, wants_turn
from nlu.types import NLU_FALLBACK, Safety
from tests.core.people import (
    ADA,
    GUS,
    NORA,
    OUTSIDER,
    POLICY,
    SAM,
    THREAD,
    agent,
    choose,
    conversation,
    customer,
    meaning,
    press,
    turn,
)

OWNED = {Status.QUEUED, Status.ASSIGNED, Status.ON_HOLD}
AGENTS = st.sampled_from([NORA, SAM, GUS, OUTSIDER])
MEANINGS = st.sampled_from(
    [
        meaning(),
        meaning("greet"),
        meaning(NLU_FALLBACK),
        meaning("complaint"),
        meaning("human_handoff"),
        meaning("that_did_not_help"),
        meaning(upset=0.9),
        meaning(upset=0.6),
        meaning(safety=Safety("threat", ("kill",))),
        None,
    ]
)
SECRET = "innersecret"
ENTITLED = (NORA, SAM)


class Life(RuleBasedStateMachine):
    """One conversation under random people."""

    def __init__(self) -> None:
        super().__init__()
        self.state = conversation()
        self.policy = POLICY
        self.at = 0.0
        self.number = 1000
        self.said: list[str] = []  # the customer's messages, in order
        self.mirrored: list[str] = []  # what of them the desk saw, in order
        self.wrote: dict[str, tuple[Ref, Person, bool]] = {}  # agents' messages: who, and whether a note
        self.chosen: set[str] = set()  # messages whose author chose to send them
        self.sent: list[str] = []
        self.public: set[str] = set()  # what the customer has now
        self.may_speak = True

    def play(self, event: Event) -> None:
        owned_before = self.state.status in OWNED
        first = handle(self.state, event, self.policy, number=self.number)
        again = handle(self.state, event, self.policy, number=self.number)
        assert first == again, "the same question has the same answer"
        owner_before = self.state.case.assignee if self.state.case else None
        self.state = first.conversation
        if self.state.case and self.state.case.number == self.number:
            self.number += 1
            told = [e.body.text for e in first.effects if isinstance(e, Post) and e.side is Side.CUSTOMER]
            assert any(f"#{self.number - 1}" in text for text in told), "who is handed over knows the case"
        for effect in first.effects:
            self.check(effect, owner_before)
        if isinstance(event, type(customer(""))):
            endangered = any(isinstance(e, Record) and e.kind == "endangered" for e in first.effects)
            self.check_customer_said(first, owned_before and not endangered)

    def check(self, effect: object, owner_before: Person | None) -> None:
        match effect:
            case Post(side=Side.CUSTOMER, body=body, source=None):
                assert body.voice is None
                assert SECRET not in body.text
            case Post(side=Side.CUSTOMER, body=body, source=Ref() as source):
                _, author, note = self.wrote[source.key]
                assert not note, "a note never reaches the customer"
                assert author in ENTITLED
                assert SECRET not in body.text
                owner = self.state.case.assignee if self.state.case else None
                assert author in {owner, owner_before} or source.key in self.chosen, "nobody unclaimed speaks"
                assert source.key not in self.sent, "nothing is sent twice"
                self.sent.append(source.key)
                self.public.add(source.key)
            case Post(side=Side.AGENTS, source=Ref() as source):
                self.mirrored.append(source.id)
            case Amend(side=Side.CUSTOMER, source=source, body=body):
                assert source.key in self.public, "only what the customer has is edited"
                assert SECRET not in body.text
            case Withdraw(side=Side.CUSTOMER, source=source):
                self.public.discard(source.key)
            case Mark(side=Side.CUSTOMER, source=source, on_original=False):
                assert source.key in self.public
            case Whisper(side=side):
                assert side is Side.AGENTS
            case _:
                pass

    def check_customer_said(self, decision, owned_before: bool) -> None:
        posts = [e for e in decision.effects if isinstance(e, Post) and e.side is Side.CUSTOMER]
        if owned_before:
            assert not posts, "the bot is silent while people own the thread"
        else:
            assert posts, "nobody is left without a word"

    def tick(self) -> float:
        self.at += 1.0
        return self.at

    # --- the customer

    @rule(parse=MEANINGS, reply=st.sampled_from(["One.", "Two.", ""]), failure=st.sampled_from([None, "boom"]))
    def customer_writes(self, parse, reply, failure) -> None:
        event = customer(f"m{self.at}", self.tick())
        if wants_turn(self.state, event, self.policy):
            event = replace(event, parse=parse)
            if wants_assistant(self.state, event, self.policy):
                event = replace(event, turn=turn(reply, failure=failure))
        self.said.append(event.ref.id)
        self.play(event)

    @rule(action=st.sampled_from(["say", "none", "person", "nonsense"]), parse=MEANINGS)
    def customer_presses(self, action, parse) -> None:
        event = choose(action, self.tick(), value="/track_order")
        if wants_turn(self.state, event, self.policy):
            event = replace(event, parse=parse)
            if wants_assistant(self.state, event, self.policy):
                event = replace(event, turn=turn())
        self.play(event)

    @rule(data=st.data(), what=st.sampled_from(["edit", "delete", "react"]))
    def customer_changes_mind(self, data, what) -> None:
        if not self.said:
            return
        ref = Ref(THREAD, data.draw(st.sampled_from(self.said)))
        at = self.tick()
        self.play(
            {
                "edit": CustomerEdited(at, ref, ADA, "new words"),
                "delete": CustomerDeleted(at, ref, ADA),
                "react": CustomerReacted(at, ref, ADA, "👍", added=True),
            }[what]
        )

    # --- the desk

    @rule(by=AGENTS, note=st.sampled_from(["", "// ", "note: ", "🔒 "]))
    def agent_writes(self, by, note) -> None:
        at = self.tick()
        text = f"{note}{SECRET}" if note else f"answer {at}"
        event = agent(text, at, by=by)
        self.wrote[event.ref.key] = (event.ref, by, bool(note))
        self.play(event)

    @rule(by=AGENTS, data=st.data(), choice=st.sampled_from(["send_once", "take_over_send", "keep_internal"]))
    def agent_chooses(self, by, data, choice) -> None:
        if not self.wrote:
            return
        key = data.draw(st.sampled_from(sorted(self.wrote)))
        if self.wrote[key][1] == by and choice != "keep_internal":
            self.chosen.add(key)
        if choice == "take_over_send":
            self.chosen |= {k for k, (_, who, _) in self.wrote.items() if who == by}
        self.play(press(choice, self.tick(), by=by, value=key))

    @rule(by=AGENTS, data=st.data(), how=st.sampled_from(["edit", "to note", "delete", "lock", "react"]))
    def agent_changes_mind(self, by, data, how) -> None:
        if not self.wrote:
            return
        key = data.draw(st.sampled_from(sorted(self.wrote)))
        ref, author, note = self.wrote[key]
        at = self.tick()
        if how == "edit":
            self.play(AgentEdited(at, ref, author, "note: still inside " + SECRET if note else "better words"))
        elif how == "to note":
            self.wrote[key] = (ref, author, True)
            self.play(AgentEdited(at, ref, author, f"// {SECRET}"))
            assert key not in self.public, "what became a note is taken back"
        elif how == "delete":
            self.play(AgentDeleted(at, ref, author))
            assert key not in self.public
        else:
            self.play(AgentReacted(at, ref, by, "🔒" if how == "lock" else "👀", added=True))

    @rule(
        by=AGENTS,
        action=st.sampled_from(["claim", "take_over", "resolve", "snooze", "wake", "release", "hand_back", "reopen"]),
        typed=st.booleans(),
    )
    def agent_acts(self, by, action, typed) -> None:
        at = self.tick()
        if action in {"claim", "take_over"}:
            self.chosen |= {k for k, (_, who, _) in self.wrote.items() if who == by}
        self.play(AgentCommanded(at, by, action) if typed else press(action, at, by=by))

    # --- the world

    @rule(data=st.data(), unknown=st.booleans(), works=st.booleans())
    def something_arrives_or_not(self, data, unknown, works) -> None:
        if not self.sent:
            return
        source = self.wrote[data.draw(st.sampled_from(self.sent))][0]
        at = self.tick()
        done = Delivered(at, "e", Side.CUSTOMER, source)
        self.play(done if works else DeliveryFailed(at, "e", Side.CUSTOMER, source, "no", unknown=unknown))

    @rule(name=st.sampled_from(["waiting", "wake", "retry:e", "remind:x", "unknown"]))
    def time_passes(self, name) -> None:
        event = TimerFired(self.tick(), name)
        if wants_turn(self.state, event, self.policy):
            event = replace(event, turn=turn("I was to remind you."))
        self.play(event)

    @rule()
    def a_weekend_passes(self) -> None:
        self.at += self.policy.reopen_seconds + 1

    @rule(on=st.booleans())
    def operator_changes_claim_on_reply(self, on) -> None:
        self.policy = replace(self.policy, claim_on_reply=on)

    @invariant()
    def every_message_is_mirrored_once_and_in_order(self) -> None:
        assert len(set(self.mirrored)) == len(self.mirrored)
        assert self.mirrored == [m for m in self.said if m in set(self.mirrored)]
        if self.state.status in OWNED:
            assert self.mirrored == self.said

    @invariant()
    def people_own_exactly_what_has_an_open_case(self) -> None:
        assert (self.state.case is None) == (self.state.status is Status.BOT)
        if self.state.status is Status.ASSIGNED:
            assert self.state.case is not None
            assert self.state.case.assignee is not None
            assert self.state.case.assignee in ENTITLED


Life.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
