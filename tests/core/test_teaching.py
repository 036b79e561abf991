"""Could the bot have answered this? Asked once of whoever solved a case; and what a case gives for a lesson."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.activity import Side
from bot.core.cases import closing
from bot.core.conversation import Conversation
from bot.core.decision import Decision
from bot.core.effects import Button, ClearButtons, Post, Record, Whisper
from bot.core.events import AgentCommanded, Event, TimerFired
from bot.core.learning import teaching
from bot.core.learning.teaching import LEFT_OUT, answer_of, fit_answer, fit_words, words_of
from bot.core.live import Live
from bot.core.machine import handle
from bot.core.personal_data.masking import holds
from bot.core.policy import Policy
from nlu.types import NLU_FALLBACK
from tests.core.people import ADA, NORA, POLICY, SAM, agent, conversation, customer, meaning, press, turn

PERSON = meaning("human_handoff")


class Talk:
    """One conversation, with what its last event brought."""

    def __init__(self, policy: Policy = POLICY) -> None:
        self.policy = policy
        self.now: Conversation = replace(conversation(), customer=replace(ADA, name="Ada King"))
        self.facts: list[Record] = []
        self.last: Decision = Decision(self.now)
        self.number = 1000

    def play(self, *events: Event) -> None:
        for event in events:
            self.number += 1
            self.last = handle(self.now, event, self.policy, number=self.number)
            self.now = self.last.conversation
            self.facts += [effect for effect in self.last.effects if isinstance(effect, Record)]

    def to_nora(self, words: str = "where can I park my car") -> None:
        self.play(customer(words, 1.0, parse=meaning(NLU_FALLBACK), turn=turn("")))
        self.play(customer("let me talk to somebody please", 2.0, parse=PERSON), press("claim", 5.0))

    def buttons(self) -> list[Button]:
        shown = [e for e in self.last.effects if isinstance(e, Whisper) and e.to.key == NORA.key]
        return [button for whisper in shown for button in whisper.body.buttons]

    def counted(self, kind: str) -> list[str]:
        return [dict(f.labels).get("answer", "") for f in self.facts if f.kind == kind]


@pytest.fixture
def talk() -> Talk:
    found = Talk()
    found.to_nora()
    return found


def test_whoever_solves_a_case_is_asked_alone_and_once(talk: Talk) -> None:
    talk.play(agent("Behind the house.", 6.0), press("resolve", 7.0))
    assert [(b.label, b.action, b.value) for b in talk.buttons()] == [
        ("Yes, teach it", "teach", "1002:asked"),
        ("Answer changes often", "could_have", "1002:changes"),
        ("No, needs a person", "could_have", "1002:person"),
    ]
    talk.play(press("reopen", 8.0), press("resolve", 9.0))
    assert talk.buttons() == []


def test_nothing_is_asked_where_a_case_gives_no_lesson(talk: Talk) -> None:
    for end in ("dismiss", "hand_back"):
        other = Talk()
        other.to_nora()
        other.play(press(end, 7.0))
        assert other.buttons() == []
    talk.play(AgentCommanded(7.0, NORA, "resolve", "duplicate"))
    assert talk.buttons() == []


def test_nothing_is_asked_of_a_case_without_a_word_of_the_customer() -> None:
    talk = Talk()
    talk.play(AgentCommanded(1.0, NORA, "claim"), press("resolve", 7.0))
    assert talk.now.case is not None
    assert talk.buttons() == []


def test_nothing_is_asked_where_the_company_does_not_want_it() -> None:
    talk = Talk(replace(POLICY, ask_to_teach=False))
    talk.to_nora()
    talk.play(press("resolve", 7.0))
    assert talk.buttons() == []


def test_a_case_that_closes_by_itself_asks_nobody(talk: Talk) -> None:
    closed = closing.close_unanswered(talk.now, "nobody answers", 9.0, POLICY)
    asked = teaching.asked_after(talk.now, closed, TimerFired(9.0, "close"), POLICY)
    assert asked is closed


@pytest.mark.parametrize("answer", ["changes", "person"])
def test_an_answer_is_kept_and_counted_and_its_buttons_go(talk: Talk, answer: str) -> None:
    talk.play(press("resolve", 7.0), press("could_have", 8.0, value=f"1002:{answer}"))
    assert talk.counted("could_have") == [answer]
    assert [e.ref.id for e in talk.last.effects if isinstance(e, ClearButtons)] == ["root-1"]
    talk.play(press("could_have", 8.0, value=f"1002:{answer}"))
    assert talk.counted("could_have") == [answer]


def test_an_answer_that_is_changed_counts_as_it_was_left(talk: Talk) -> None:
    talk.play(press("resolve", 7.0), press("could_have", 8.0, value="1002:changes"))
    talk.play(press("could_have", 9.0, value="1002:person", by=SAM))
    assert talk.counted("could_have") == ["changes", "person"]
    assert talk.counted("not_could_have") == ["changes"]


def test_an_answer_about_a_case_that_is_over_changes_nothing(talk: Talk) -> None:
    talk.play(press("resolve", 7.0), press("could_have", 8.0, value="1:changes"), press("could_have", 8.0, value="x"))
    assert talk.counted("could_have") == []


def test_a_lesson_answers_the_question_and_the_thread_shows_it(talk: Talk) -> None:
    talk.play(press("resolve", 7.0), AgentCommanded(8.0, NORA, "taught", "3 parking new 1002"))
    assert talk.counted("could_have") == ["yes"]
    told = [e.body.text for e in talk.last.effects if isinstance(e, Post) and e.side is Side.AGENTS]
    assert told == ["🎓 Nora made lesson 3 of this: a new intent, `parking`."]
    assert not [e for e in talk.last.effects if isinstance(e, Post) and e.side is Side.CUSTOMER]
    talk.play(AgentCommanded(9.0, NORA, "taught", "4 parking more 1002"))
    assert talk.counted("could_have") == ["yes"]
    assert [dict(f.labels) for f in talk.facts if f.kind == "taught"] == [
        {"intent": "parking", "as_new": "yes"},
        {"intent": "parking", "as_new": "no"},
    ]


def test_words_are_the_customers_own_of_that_case_alone(talk: Talk) -> None:
    talk.play(agent("Behind the house, Ada.", 6.0), press("resolve", 7.0))
    assert words_of(talk.now, 1002) == ("where can I park my car", "let me talk to somebody please")
    later = 7.0 + POLICY.reopen_seconds + 1
    talk.play(customer("is the shop open on sundays", later, parse=meaning(), turn=turn("Yes.")))
    assert talk.now.case is None
    assert words_of(talk.now) == ("is the shop open on sundays",)
    assert words_of(talk.now, 1002) == ("where can I park my car", "let me talk to somebody please")
    assert words_of(talk.now, 7) == ()
    assert answer_of(talk.now, 7) == ""


def test_words_are_as_they_were_typed_without_the_backslashes_of_the_transcript(talk: Talk) -> None:
    talk.play(customer(r"where is the field order\_number hidden", 6.0))
    assert words_of(talk.now, 1002)[-1] == "where is the field order_number hidden"


def test_the_answer_is_what_the_customer_was_told_last_and_never_a_note(talk: Talk) -> None:
    talk.play(agent("Behind the house, dear Ada.", 6.0), agent("// she is a difficult one", 6.5), press("resolve", 7.0))
    assert answer_of(talk.now, 1002) == f"Behind the house, dear {LEFT_OUT}."


def test_words_that_were_taken_back_are_not_taught(talk: Talk) -> None:
    lines = tuple(replace(x, text="*(deleted by the customer)*") if x.at == 1.0 else x for x in talk.now.transcript)
    assert words_of(replace(talk.now, transcript=lines), 1002) == ("let me talk to somebody please",)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("hi I am ada king, my parcel is late", "hi I am …, my parcel is late"),
        ("order 4711-0815 is  late\nreally", "order … is late really"),
        ("write to ada.king@example.com", "write to …"),
        ("my card 4242 4242 4242 4242 was charged twice", "my card … was charged twice"),
        ("call +44 20 7946 0958", "call …"),
        ("I have 2 parcels", "I have 2 parcels"),
        ("are you open on 24 december 2024", "are you open on 24 december 2024"),
        ("the heating in room 1203 is broken", "the heating in room 1203 is broken"),
        ("I was charged 12.50 instead of 9.99", "I was charged 12.50 instead of 9.99"),
        ("das Zelt für 1.299,00 € ist kaputt", "das Zelt für 1.299,00 € ist kaputt"),
        ("I paid $12500.00 for it", "I paid $12500.00 for it"),
        ("my pin is 1234, it fails", "my pin is …, it fails"),
        ("the card ending in 4242 is blocked", "the card ending in … is blocked"),
        ("meine Bestellnummer 4711 fehlt", "meine Bestellnummer … fehlt"),
        ("Karte endet auf 4242", "Karte endet auf …"),
        ("je suis né en 1985", "je suis né en …"),
        ("mi pedido n.º 4711 no llega", "mi pedido n.º … no llega"),
        ("o código é 5678", "o código é …"),
        ("ordine 4711 in ritardo", "ordine … in ritardo"),
        ("case #4711", "case #…"),
        ("order 12345678 1203", "order …"),
        ("HP-10432 is late", "… is late"),
        ("born 24.12.1985", "born …"),
        ("reach me on 1203 4567 then", "reach me on … then"),
        (r"it shows C:\\_temp, then stops", r"it shows C:\\_temp, then stops"),
    ],
)
def test_nothing_of_the_customers_own_is_left_in_words(said: str, kept: str) -> None:
    assert fit_words(said, "Ada King") == kept


@given(st.text(max_size=60), st.text(max_size=20))
def test_what_was_made_fit_is_fit(said: str, name: str) -> None:
    kept = fit_words(said, name)
    assert fit_words(kept, name) == kept
    assert "\n" not in kept
    assert not holds(kept)
    assert not holds(fit_answer(said, name))


def test_an_answer_keeps_its_lines_and_shows_where_something_is_missing() -> None:
    answer = fit_answer("Hello Ada,\n\nwrite to ada@example.com, see [hours](https://example.com/hours).", "Ada King")
    assert answer == f"Hello {LEFT_OUT},\n\nwrite to {LEFT_OUT} see [hours](https://example.com/hours)."


TAUGHT = replace(POLICY, live=Live(learned=frozenset({"parking"})))


def asks(talk: Talk, at: float, intent: str = "parking") -> None:
    talk.play(
        customer(f"where can I park at {at}", at, parse=meaning(intent), turn=turn(f"Behind {at}.", intent=intent))
    )


def kinds(talk: Talk) -> list[tuple[str, str]]:
    found = ("answered_by_lesson", "lesson_not_enough")
    return [(f.kind, dict(f.labels).get("first", "")) for f in talk.facts if f.kind in found]


def test_what_was_learned_is_counted_once_a_passage_as_help() -> None:
    talk = Talk(TAUGHT)
    asks(talk, 1.0)
    asks(talk, 2.0, "track_order")
    talk.play(customer("and for a van", 3.0, parse=meaning("parking"), turn=turn("Too.", intent="parking")))
    assert kinds(talk) == [("answered_by_lesson", "yes"), ("answered_by_lesson", "no")]
    asks(talk, 3.0 + 25 * 3600)
    assert kinds(talk)[-1] == ("answered_by_lesson", "yes")


def test_what_people_had_to_take_over_was_not_spared() -> None:
    talk = Talk(TAUGHT)
    asks(talk, 1.0)
    talk.play(customer("a person please", 2.0, parse=PERSON))
    assert kinds(talk) == [("answered_by_lesson", "yes"), ("lesson_not_enough", "")]
    talk.play(press("claim", 3.0), press("hand_back", 4.0))
    talk.play(customer("a person please", 5.0, parse=PERSON))
    assert kinds(talk)[2:] == []
