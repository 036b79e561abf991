"""Effects become entries in lanes: which lane, waiting for what, under which name."""

from __future__ import annotations

from bot.core.activity import Place, Ref, Side
from bot.core.conversation import Case, Conversation, HandOver, Reason, Status
from bot.core.decision import Decision
from bot.core.effects import Body, CancelTimer, Mark, Post, Priority, Record, Redraw, SetTimer, Whisper
from bot.core.events import CustomerSaid
from bot.engine.codec import read
from bot.engine.entries import Entry
from bot.engine.expand import Expansion
from bot.ports import Capabilities, Changes, NewEntry
from tests.support.town import DESK, chat_with, person, policy

ANN = person("ann")
CHAT = chat_with(ANN)
SAID = CustomerSaid(5.0, Ref(CHAT, "1.0"), ANN, "hello")
CASE = Case(1001, "support", HandOver(Reason.ASKED, "They asked."), 5.0)


def talk(status: Status = Status.QUEUED, case: Case | None = CASE) -> Conversation:
    return Conversation(CHAT.key, CHAT, ANN, 1.0, status=status, case=case)


def changes(*effects: object, after: Conversation | None = None, before: Conversation | None = None) -> Changes:
    expansion = Expansion(policy(), lambda _: Capabilities(max_text=100))
    decision = Decision(after or talk(), effects)  # type: ignore[arg-type]
    return expansion.changes(before, decision, SAID, sequence=3, now=7200.0)


def sent(*effects: object, after: Conversation | None = None) -> list[NewEntry]:
    return list(changes(*effects, after=after).entries)


def test_the_same_decision_becomes_the_same_entries() -> None:
    effects = (Post(Side.CUSTOMER, Body("x" * 300)), Post(Side.AGENTS, Body("y")))
    assert sent(*effects) == sent(*effects)
    assert len({e.id for e in sent(*effects)}) == 5


def test_names_of_entries_say_nothing() -> None:
    assert all("ann" not in e.id for e in sent(Post(Side.CUSTOMER, Body("x"))))


def test_each_thread_has_its_lane_and_receipts_have_their_own() -> None:
    found = sent(
        Post(Side.CUSTOMER, Body("a")),
        Post(Side.AGENTS, Body("b")),
        Redraw(Body("c")),
        Mark(Side.AGENTS, SAID.ref, "✅", on_original=True),
        Mark(Side.AGENTS, SAID.ref, "✅"),
    )
    assert [e.lane for e in found] == ["c", "a1001@support", "k1001@support", "magents1001@support", "a1001@support"]
    assert [bool(e.case) for e in found] == [False, True, True, False, False]
    assert [bool(e.source) for e in found] == [False, False, False, False, True]


def test_only_the_bots_own_words_are_guarded_and_only_while_it_has_the_word() -> None:
    answer, relayed = Post(Side.CUSTOMER, Body("a")), Post(Side.CUSTOMER, Body("b"), SAID.ref, Priority.AGENT_WORDS)
    assert [e.guarded for e in sent(answer, relayed, after=talk(Status.BOT))] == [True, False]
    assert [e.guarded for e in sent(answer, relayed, after=talk(Status.QUEUED))] == [False, False]


def test_a_text_in_parts_is_announced_once_and_only_its_first_part_opens_a_thread() -> None:
    found = sent(Post(Side.AGENTS, Body("word " * 50), SAID.ref, opens_thread=True))
    entries = [read(e.body, Entry) for e in found]
    assert [e.announce for e in entries] == [True, False, True]
    assert [e.in_thread for e in entries] == [False, True, True]
    assert [e.opens_thread for e in found] == [True, False, False]
    assert entries[0].to == DESK


def test_without_a_case_nothing_is_said_in_the_desk_but_receipts_arrive() -> None:
    bot = talk(Status.BOT, None)
    there = Ref(Place("town", "T", "desk", "9.0"), "9.1")
    found = sent(
        Post(Side.AGENTS, Body("x")),
        Whisper(Side.AGENTS, ANN, Body("y")),
        Mark(Side.AGENTS, there, "✅", on_original=True),
        after=bot,
    )
    assert [read(e.body, Entry).to for e in found] == [there.place]


def test_the_last_word_on_a_timer_counts() -> None:
    found = changes(SetTimer("a", 1.0), CancelTimer("a"), CancelTimer("b"), SetTimer("b", 2.0))
    assert (found.timers, found.cancelled) == ((("b", 2.0),), ("a",))


def test_facts_are_journalled_and_counted_in_the_hour_of_the_commit() -> None:
    found = changes(Record("claimed", "It was claimed.", (("agent", "Bob"),), 30.0))
    assert found.hour == 2
    counts = dict(found.counts)
    assert {name: counts[name] for name in ("claimed", "claimed~14")} == {"claimed": 1, "claimed~14": 1}
    assert (counts["claimed/agent=Bob"], counts["claimed/agent=Bob+"], counts["claimed/desk=support"]) == (1, 30, 1)
    assert len(found.journal) == 1


def test_a_row_is_written_when_it_changes() -> None:
    assert [number for number, _ in changes(after=talk()).index] == [1001]
    assert changes(after=talk(), before=talk()).index == ()
    assert changes(after=talk(Status.RESOLVED), before=talk()).index == ((1001, ""),)
    assert changes(after=talk(Status.BOT, None), before=talk()).index == ((1001, ""),)
