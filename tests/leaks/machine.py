"""Random people at a desk, and several customers: whatever they do in whatever order, nothing leaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.core.activity import Mention, Person, Place, Ref
from bot.core.conversation import Status
from bot.core.events import (
    AgentCommanded,
    AgentDeleted,
    AgentEdited,
    AgentPressed,
    AgentReacted,
    AgentSaid,
    AgentSubmitted,
    CustomerDeleted,
    CustomerEdited,
    CustomerSaid,
    TimerFired,
)
from bot.engine.codec import Forward, read_event
from tests.core.people import ADA, DESK, GUS, NORA, OUTSIDER, POLICY, SAM, THREAD, meaning
from tests.leaks.judge import Judge
from tests.leaks.world import Shared, World

BOT = Person("web", "t", "tool", "Tool", is_bot=True)
MIA = Person("web", "t", "mia", "Mia", is_unknown=True)
BEN = Person("web", "t", "ben", "Ben")
CHATS = (
    (ADA, THREAD),
    (ADA, replace(THREAD, channel="customer-ada-2")),
    (BEN, replace(THREAD, channel="customer-ben")),
)
"""Ada asks in two threads, so that one can be a double of the other; Ben's is nobody else's."""
EVERYBODY = (NORA, SAM, GUS, OUTSIDER, BOT, MIA)
PEOPLE = st.sampled_from((NORA, SAM, NORA, NORA, NORA, SAM, *EVERYBODY))
HOW = st.sampled_from(["", "", "", "// ", "note: ", "Note : ", "🔒 ", "  // "])
COMMAND = "/support "
CALL = "@Sue "
TYPED = st.sampled_from(["", "", "", "", "// ", "note: ", "Note : ", "🔒 ", "  // ", COMMAND, CALL])
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
    merged: int = 0

    @property
    def kept(self) -> int:
        return self.written - self.relayed


TALLY = Tally()


class Desk(RuleBasedStateMachine):
    """Two who may answer, four who may not, two customers in three threads, two desks, queues that are late."""

    def __init__(self) -> None:
        super().__init__()
        self.shared = Shared(POLICY)
        self.worlds = [World(self.shared, place, who, Judge(who.id)) for who, place in CHATS]
        self.here = 0
        self.several = False
        """Otherwise people stay in one conversation, and come further in it."""
        self.tokens = count(1)
        self.guests: set[str] = set()
        self.all_refs: list[dict[str, Ref]] = [{} for _ in self.worlds]
        self.said: list[list[Ref]] = [[] for _ in self.worlds]
        for world in self.worlds:
            world.judge.barred = {p.id for p in (GUS, OUTSIDER, BOT, MIA)}

    @property
    def world(self) -> World:
        """The conversation in which people are just now."""
        return self.worlds[self.here]

    @property
    def judge(self) -> Judge:
        return self.world.judge

    def teardown(self) -> None:
        self.what_cases_tell_each_other_arrives()
        for world in self.worlds:
            while world.lane:
                world.send_one()
            TALLY.steps += world.steps
            TALLY.written += len(world.judge.written)
            TALLY.relayed += sum(m.shown for m in world.judge.written.values())
            TALLY.withheld += world.withheld
            TALLY.merged += world.judge.merged

    @precondition(lambda self: self.several)
    @rule(where=st.integers(0, len(CHATS) - 1))
    def people_turn_to_another_conversation(self, where: int) -> None:
        self.here = where

    @initialize(several=st.booleans(), hold=st.sampled_from([0.0, 5.0]))
    def cases_are_there(self, several: bool, hold: float) -> None:
        self.several = several
        self.shared.policy = replace(self.shared.policy, hold_seconds=hold)
        for n in range(len(CHATS) if several else 1):
            self.here = n
            self.customer_writes_something(wants_person=True)
        self.here = 0

    # --- helpers of the rules

    def now(self) -> float:
        self.shared.at += 1.0
        return self.shared.at

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
        """Messages of people inside, in this conversation's threads."""
        return self.all_refs[self.here]

    # --- the customer

    @rule(wants_person=st.booleans())
    def customer_writes(self, wants_person: bool) -> None:
        self.customer_writes_something(wants_person=wants_person)

    def customer_writes_something(self, *, wants_person: bool) -> None:
        at, world = self.now(), self.world
        ref = Ref(world.place, f"c{at}")
        self.said[self.here].append(ref)
        said = CustomerSaid(at, ref, world.customer, f"c{at} {self.secret()}")
        self.hears(world, said, wants_person=wants_person)

    def hears(self, world: World, said: CustomerSaid, *, wants_person: bool) -> None:
        """A conversation gets its customer's words, in its own thread or passed on from a double."""
        opened, judge = self.shared.number, world.judge
        own = said.ref.place == world.place
        parse = meaning("human_handoff") if wants_person else meaning("greet")
        event = world.understood(said, parse, f"reply to {said.text}")
        if judge.phase == "resolved" and not (judge.merged and own):
            judge.reopened()
        world.play(event)
        if self.shared.number > opened:
            judge.queued(opened=True)
        world.opens_threads()

    def secret(self) -> str:
        return f"«{self.world.customer.id}{next(self.tokens)}»"

    @rule(data=st.data(), deletes=st.booleans())
    def customer_changes_their_words(self, data: st.DataObject, deletes: bool) -> None:
        refs = self.said[self.here]
        if not refs:
            return
        ref, at = data.draw(st.sampled_from(refs)), self.now()
        if deletes:
            self.world.play(CustomerDeleted(at, ref, self.world.customer))
        else:
            self.world.play(CustomerEdited(at, ref, self.world.customer, f"changed {self.secret()}"))

    # --- doubles

    @precondition(lambda self: self.several and self.world.state.case is not None)
    @rule(data=st.data(), who=PEOPLE, typed=st.booleans())
    def somebody_merges(self, data: st.DataObject, who: Person, typed: bool) -> None:
        case = self.world.state.case
        others = [w.state.case for w in self.worlds if w is not self.world and w.state.case is not None]
        if case is None or not others:
            return
        other = data.draw(st.sampled_from(others))
        at = self.now()
        if typed:
            event = AgentCommanded(at, self.as_known(who), "merge", str(other.number))
        else:
            fields = (("into", str(other.number)),)
            card = Ref(self.card_place(), "card")
            event = AgentSubmitted(at, card, self.as_known(who), "merge", str(case.number), fields)
        self.world.play(event)

    @precondition(lambda self: any(world.forwards for world in self.worlds))
    @rule()
    def what_cases_tell_each_other_arrives(self) -> None:
        for _ in range(20):
            told = [(world, world.forwards.pop(0)) for world in self.worlds if world.forwards]
            if not told:
                return
            for _, forward in told:
                self.arrives(forward)

    def arrives(self, forward: Forward) -> None:
        world = next((w for w in self.worlds if forward.case in w.own_numbers), None)
        if world is None:
            return
        event = read_event(forward.event)
        if isinstance(event, CustomerSaid):
            self.hears(world, event, wants_person=False)
            return
        if isinstance(event, AgentCommanded) and self.judge_of_merge(world.judge, event):
            world.play(event)
            world.judge.goes_on_elsewhere()
            return
        world.play(event)

    @staticmethod
    def judge_of_merge(judge: Judge, event: AgentCommanded) -> bool:
        """Whether a double is closed by what another case tells it."""
        number = int(event.argument.partition(" ")[0])
        if event.verb == "absorb" and judge.phase == "open" and event.argument.endswith(f"|{judge.customer}"):
            judge.absorbed.add(number)
        return event.verb == "merged" and judge.phase == "open" and number not in judge.absorbed

    # --- the desk

    @rule(who=PEOPLE, how=TYPED, early=st.booleans())
    def somebody_writes_in_the_case(self, who: Person, how: str, early: bool) -> None:
        self.writes(who, how, 1, early)

    @rule(how=st.sampled_from(["", "", "// "]))
    def owner_writes(self, how: str) -> None:
        owner = next((p for p in EVERYBODY if p.id == self.judge.owner), NORA)
        self.writes(owner, how, 1, early=False)

    @precondition(lambda self: self.shared.policy.hold_seconds > 0)
    @rule(who=PEOPLE)
    def owner_loses_the_case_while_words_wait(self, who: Person) -> None:
        """Rare by chance, and what the hold is about."""
        self.owner_writes("")
        self.somebody_acts(who, "take_over", typed=True, stale=1)
        self.time_passes(5.0)

    @precondition(lambda self: len(self.world.threads) > 1)
    @rule(who=PEOPLE, how=HOW, by_owner=st.booleans())
    def somebody_writes_in_an_old_thread(self, who: Person, how: str, by_owner: bool) -> None:
        owner = next((p for p in EVERYBODY if by_owner and p.id == self.judge.owner), who)
        self.writes(owner, how, 0, early=False)

    def writes(self, who: Person, how: str, old: int, early: bool) -> None:
        at = self.now()
        threads = self.world.threads
        if not threads:
            return
        place = threads[-1] if old else threads[(len(threads) - 1) // 2]
        ref = Ref(place, f"a{at}")
        self.refs[ref.key] = ref
        token = self.token()
        self.judge.says(
            ref.key,
            who.id,
            token,
            note=bool(how) and how not in {COMMAND, CALL},
            thread=place.key,
            claims=self.world.policy.claim_on_reply,
            asked=how in {COMMAND, CALL},
        )
        said_at = at - 3.0 if early else at
        called = (Mention("", "Sue"),) if how == CALL else ()
        self.world.play(AgentSaid(said_at, ref, self.as_known(who), f"{how}words {token}", late=early, mentions=called))

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

    @rule(data=st.data(), who=PEOPLE)
    def somebody_says_that_it_is_for_the_customer(self, data: st.DataObject, who: Person) -> None:
        ref = self.drawn(data)
        if ref is None:
            return
        self.judge.is_meant(ref.key, who.id, claims=self.world.policy.claim_on_reply)
        self.world.play(AgentPressed(self.now(), DESK_CARD, self.as_known(who), "send_it", ref.key))

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

    @precondition(lambda self: self.world.state.status is Status.RESOLVED)
    @rule(who=PEOPLE, answer=st.sampled_from(["yes", "changes", "person"]))
    def somebody_says_what_a_case_teaches(self, who: Person, answer: str) -> None:
        """Nothing of it is for a customer, whoever says it."""
        at, case = self.now(), self.world.state.case
        number = case.number if case else self.world.number
        if answer == "yes":
            event = AgentCommanded(at, self.as_known(who), "taught", f"3 {self.token()} new {number}")
        else:
            event = AgentPressed(
                at, Ref(self.card_place(), "card"), self.as_known(who), "could_have", f"{number}:{answer}"
            )
        self.world.play(event)

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
        self.shared.at += seconds
        for world in self.worlds:
            for name, due in sorted(world.timers.items(), key=lambda pair: pair[1]):
                if name in {"leave", "wake"} and due <= self.shared.at:
                    world.timers.pop(name)
                    world.play(TimerFired(self.shared.at, name))

    @rule(claims=st.booleans(), hold=st.sampled_from([0.0, 0.0, 5.0]))
    def operator_changes_the_rules(self, claims: bool, hold: float) -> None:
        self.shared.policy = replace(self.shared.policy, claim_on_reply=claims, hold_seconds=hold)

    @rule(who=st.sampled_from([NORA, SAM]))
    def somebody_becomes_a_guest_or_a_member_again(self, who: Person) -> None:
        self.guests ^= {who.id}
        for world in self.worlds:
            world.judge.barred ^= {who.id}


DESK_CARD = Ref(DESK.root, "card")
