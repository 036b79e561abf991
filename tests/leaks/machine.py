"""Random people at a desk, and a customer: whatever they do in whatever order, nothing leaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.core.activity import Person, Place, Ref
from bot.core.conversation import Status
from bot.core.events import (
    AgentCommanded,
    AgentDeleted,
    AgentEdited,
    AgentPressed,
    AgentReacted,
    AgentSaid,
    AgentSubmitted,
    TimerFired,
)
from tests.core.people import DESK, GUS, NORA, OUTSIDER, POLICY, SAM, customer, meaning
from tests.leaks.world import World

BOT = Person("web", "t", "tool", "Tool", is_bot=True)
MIA = Person("web", "t", "mia", "Mia", is_unknown=True)
EVERYBODY = (NORA, SAM, GUS, OUTSIDER, BOT, MIA)
PEOPLE = st.sampled_from((NORA, SAM, NORA, NORA, NORA, SAM, *EVERYBODY))
HOW = st.sampled_from(["", "", "", "// ", "note: ", "Note : ", "🔒 ", "  // "])
ACTIONS = (
    *("claim",) * 5,
    *("take_over",) * 2,
    *("reopen",) * 3,
    "release",
    "resolve",
    "hand_back",
    "dismiss",
    "snooze",
    "wake",
    "transfer",
)
OPEN = {Status.QUEUED, Status.ASSIGNED, Status.ON_HOLD}


@dataclass
class Tally:
    """What all runs together came to."""

    steps: int = 0
    relayed: int = 0
    written: int = 0
    withheld: int = 0

    @property
    def kept(self) -> int:
        return self.written - self.relayed


TALLY = Tally()


class Desk(RuleBasedStateMachine):
    """Two who may answer, four who may not, one customer, two desks, a queue that is late."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(POLICY)
        self.judge = self.world.judge
        self.tokens = count(1)
        self.guests: set[str] = set()
        self.judge.barred = {p.id for p in (GUS, OUTSIDER, BOT, MIA)}

    def teardown(self) -> None:
        while self.world.lane:
            self.world.send_one()
        TALLY.steps += self.world.steps
        TALLY.written += len(self.judge.written)
        TALLY.relayed += sum(m.shown for m in self.judge.written.values())
        TALLY.withheld += self.world.withheld

    @initialize()
    def a_case_is_there(self) -> None:
        self.customer_writes_something(wants_person=True)

    # --- helpers of the rules

    def now(self) -> float:
        self.world.at += 1.0
        return self.world.at

    def as_known(self, who: Person) -> Person:
        return replace(who, is_guest=True) if who.id in self.guests else who

    def token(self) -> str:
        return f"‹{next(self.tokens)}›"

    def may(self, who: Person) -> bool:
        return self.judge.entitled(who.id)

    def drawn(self, data: st.DataObject) -> Ref | None:
        keys = sorted(self.refs)
        return self.refs[data.draw(st.sampled_from(keys))] if keys else None

    @property
    def refs(self) -> dict[str, Ref]:
        if not hasattr(self, "_refs"):
            self._refs: dict[str, Ref] = {}
        return self._refs

    # --- the customer

    @rule(wants_person=st.booleans())
    def customer_writes(self, wants_person: bool) -> None:
        self.customer_writes_something(wants_person=wants_person)

    def customer_writes_something(self, *, wants_person: bool) -> None:
        at = self.now()
        resolved, opened = self.judge.phase == "resolved", self.world.number
        parse = meaning("human_handoff") if wants_person else meaning("greet")
        event = self.world.understood(customer(f"c{at}", at), parse, f"reply {at}")
        if resolved:
            self.judge.reopened()
        self.world.play(event)
        if self.world.number > opened:
            self.judge.queued(opened=True)
        self.world.opens_threads()

    # --- the desk

    @rule(who=PEOPLE, how=HOW, early=st.booleans())
    def somebody_writes_in_the_case(self, who: Person, how: str, early: bool) -> None:
        self.writes(who, how, 1, early)

    @rule(how=st.sampled_from(["", "", "// "]))
    def owner_writes(self, how: str) -> None:
        owner = next((p for p in EVERYBODY if p.id == self.judge.owner), NORA)
        self.writes(owner, how, 1, early=False)

    @rule(who=PEOPLE, how=HOW)
    def somebody_writes_in_an_old_thread(self, who: Person, how: str) -> None:
        self.writes(who, how, 0, early=False)

    def writes(self, who: Person, how: str, old: int, early: bool) -> None:
        at = self.now()
        threads = self.world.threads
        if not threads:
            return
        place = threads[-1] if old else threads[len(threads) // 2]
        ref = Ref(place, f"a{at}")
        self.refs[ref.key] = ref
        token = self.token()
        self.judge.says(
            ref.key,
            who.id,
            token,
            note=bool(how),
            thread=place.key,
            claims=self.world.policy.claim_on_reply,
        )
        said_at = at - 3.0 if early else at
        self.world.play(AgentSaid(said_at, ref, self.as_known(who), f"{how}words {token}", late=early))

    @rule(data=st.data(), how=HOW)
    def author_edits(self, data: st.DataObject, how: str) -> None:
        ref = self.drawn(data)
        if ref is None:
            return
        token = self.token()
        author = next(p for p in EVERYBODY if p.id == self.judge.written[ref.key].author)
        self.judge.edits(ref.key, token, note=bool(how))
        self.world.play(AgentEdited(self.now(), ref, self.as_known(author), f"{how}other words {token}"))

    @rule(data=st.data(), who=PEOPLE, locks=st.booleans())
    def message_is_deleted_or_locked(self, data: st.DataObject, who: Person, locks: bool) -> None:
        ref = self.drawn(data)
        if ref is None:
            return
        if locks:
            if self.may(who):
                self.judge.becomes_note(ref.key)
            self.world.play(AgentReacted(self.now(), ref, self.as_known(who), "🔒", added=True))
        else:
            self.judge.becomes_note(ref.key)
            self.world.play(AgentDeleted(self.now(), ref, self.as_known(who)))

    @rule(data=st.data(), who=PEOPLE, choice=st.sampled_from(["send_once", "take_over_send", "keep_internal"]))
    def somebody_chooses(self, data: st.DataObject, who: Person, choice: str) -> None:
        ref = self.drawn(data)
        if ref is None:
            return
        self.judge.chooses(ref.key, who.id, choice)
        self.world.play(AgentPressed(self.now(), DESK_CARD, self.as_known(who), choice, ref.key))

    @rule(who=PEOPLE, verb=st.sampled_from(ACTIONS), typed=st.booleans(), stale=st.integers(0, 5))
    def somebody_acts(self, who: Person, verb: str, typed: bool, stale: int) -> None:
        at, case = self.now(), self.world.state.case
        number = case.number if case else self.world.number - 1
        if not stale and not typed:
            # the card of an earlier case, or of the desk that the case has left
            number -= 1
        card = Ref(self.card_place(), "card")
        counts = self.may(who) and (typed or (case is not None and number == case.number))
        if verb == "transfer":
            desk = "legal" if case is None or case.desk == "support" else "support"
            if typed:
                event = AgentCommanded(at, self.as_known(who), verb, f"{desk} {self.token()}")
            else:
                fields = (("desk", desk), ("note", self.token()))
                event = AgentSubmitted(at, card, self.as_known(who), verb, str(number), fields)
        elif typed:
            argument = f"solved {self.token()}" if verb == "resolve" else ""
            event = AgentCommanded(at, self.as_known(who), verb, argument)
        else:
            event = AgentPressed(at, card, self.as_known(who), verb, str(number))
        # Whoever takes a conversation from the bot opens a case, which the world tells the judge, and has it.
        self.world.play(event)
        if counts:
            self.decided(who.id, verb)
        self.world.opens_threads()

    def card_place(self) -> Place:
        case = self.world.state.case
        return self.world.policy.desk(case.desk if case else "").place

    def decided(self, who: str, verb: str) -> None:
        """What the judge makes of something that somebody did who may."""
        judge = self.judge
        match verb, judge.phase:
            case "claim", "open" if judge.owner and judge.owner != who:
                return
            case "claim" | "take_over", "open" | "resolved" | "bot":
                judge.takes(who)
            case "release", "open" if judge.owner:
                judge.queued()
            case "resolve", "open":
                judge.ended(who, "resolved")
            case (("hand_back" | "dismiss"), "open"):
                judge.ended(who, "bot")
            case "reopen", "resolved":
                judge.reopened()
            case "transfer", "open":
                judge.moved()
            case _:
                return

    @rule(who=PEOPLE, to=PEOPLE)
    def somebody_assigns(self, who: Person, to: Person) -> None:
        case = self.world.state.case
        number = case.number if case else 1
        if self.may(who) and self.may(to) and self.judge.phase == "open" and self.judge.owner != to.id:
            self.judge.owner = self.judge.word = to.id
        card = Ref(self.card_place(), "card")
        fields = (("person", to.id),)
        self.world.play(
            AgentSubmitted(
                self.now(), card, self.as_known(who), "assign", str(number), fields, subject=self.as_known(to)
            )
        )

    @rule(who=PEOPLE, how=HOW)
    def somebody_replies_with_a_form(self, who: Person, how: str) -> None:
        at, case, token = self.now(), self.world.state.case, self.token()
        number = case.number if case else 1
        self.judge.says(
            f"form{at}",
            who.id,
            token,
            note=bool(how),
            thread=self.judge.thread,
            claims=self.world.policy.claim_on_reply,
        )
        if self.judge.written[f"form{at}"].pending:
            self.judge.written[f"form{at}"].pending = False
        card = Ref(self.card_place(), f"card{at}")
        fields = (("text", f"{how}form words {token}"),)
        self.world.play(AgentSubmitted(at, card, self.as_known(who), "reply_with", str(number), fields))

    # --- the world

    @rule(n=st.integers(1, 4), fails=st.booleans())
    def some_is_sent(self, n: int, fails: bool) -> None:
        for _ in range(n):
            self.world.send_one(fails=fails)

    @rule(who=PEOPLE)
    def somebody_tries_again(self, who: Person) -> None:
        for entry in list(self.world.parked):
            self.world.play(AgentPressed(self.now(), DESK_CARD, self.as_known(who), "retry", entry))

    @rule(seconds=st.sampled_from([1.0, 5.0, 20.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.at += seconds
        for name, due in sorted(self.world.timers.items(), key=lambda pair: pair[1]):
            if name in {"leave", "wake"} and due <= self.world.at:
                self.world.timers.pop(name)
                self.world.play(TimerFired(self.world.at, name))

    @rule(claims=st.booleans(), hold=st.sampled_from([0.0, 0.0, 5.0]))
    def operator_changes_the_rules(self, claims: bool, hold: float) -> None:
        self.world.policy = replace(self.world.policy, claim_on_reply=claims, hold_seconds=hold)

    @rule(who=st.sampled_from([NORA, SAM]))
    def somebody_becomes_a_guest_or_a_member_again(self, who: Person) -> None:
        self.guests ^= {who.id}
        self.judge.barred ^= {who.id}


DESK_CARD = Ref(DESK.root, "card")
