"""What people live through, decided by the core alone: each test is a promise of the product."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.activity import Person, Ref, Side
from bot.core.agents.holding import LEAVE
from bot.core.conversation import Conversation, HandOver, Reason, Status
from bot.core.effects import (
    Abandon,
    Amend,
    Body,
    Button,
    ClearButtons,
    Effect,
    Erase,
    Mark,
    Post,
    Record,
    Redraw,
    Resend,
    SetTimer,
    Whisper,
    Withdraw,
)
from bot.core.events import (
    AgentCommanded,
    AgentDeleted,
    AgentEdited,
    AgentReacted,
    BotReply,
    CustomerDeleted,
    CustomerEdited,
    CustomerForgotten,
    CustomerReacted,
    Delivered,
    DeliveryFailed,
    Event,
    TimerFired,
)
from bot.core.learning.solved import solved_by
from bot.core.machine import TABLE, handle, wants_assistant, wants_turn
from bot.core.policy import Policy
from bot.core.wording.words import TEXTS, say
from nlu.types import NLU_FALLBACK, Emotion, EmotionLabel, Entity, Intent, RetrievedResponse, Safety
from tests.core.people import (
    ADA,
    DESK,
    GUS,
    NORA,
    OUTSIDER,
    POLICY,
    SAM,
    THREAD,
    UNKNOWN,
    agent,
    choose,
    conversation,
    customer,
    meaning,
    press,
    turn,
)


class Story:
    """One conversation, played event by event; remembers what each side was shown."""

    def __init__(self, policy: Policy = POLICY) -> None:
        self.policy = policy
        self.state: Conversation = conversation()
        self.last: tuple[Effect, ...] = ()
        self.number = 1000

    def play(self, *events: Event) -> Story:
        for event in events:
            self.number += 1
            decision = handle(self.state, event, self.policy, number=self.number)
            self.state, self.last = decision.conversation, decision.effects
        return self

    def texts(self, side: Side) -> list[str]:
        return [e.body.text for e in self.last if isinstance(e, Post) and e.side is side]

    @property
    def to_customer(self) -> list[str]:
        return self.texts(Side.CUSTOMER)

    @property
    def to_agents(self) -> list[str]:
        return self.texts(Side.AGENTS)

    @property
    def whispers(self) -> list[tuple[str, Body]]:
        return [(e.to.id, e.body) for e in self.last if isinstance(e, Whisper)]

    def kinds(self) -> list[str]:
        return [e.kind for e in self.last if isinstance(e, Record)]


def asked_for_person(policy: Policy = POLICY) -> Story:
    return Story(policy).play(customer("can i talk to someone", parse=meaning("human_handoff"), turn=None))


def claimed_by_nora(policy: Policy = POLICY) -> Story:
    return asked_for_person(policy).play(press("claim", 5.0))


def test_an_answer_that_comes_after_a_newer_one_says_so_to_the_customer() -> None:
    story = claimed_by_nora().play(agent("first the lid", 6.0), agent("// a note", 9.0), agent("then the screw", 8.0))
    assert story.to_customer == ["then the screw"]
    assert story.play(agent("before that, unplug it", 7.0)).to_customer == [
        "*(written earlier, delivered late)*\nbefore that, unplug it"
    ]
    assert story.play(agent("done", 10.0)).to_customer == ["done"]


@pytest.mark.parametrize("policy", [POLICY, replace(POLICY, hold_seconds=5.0)])
def test_an_answer_that_its_platform_brought_late_says_so_to_the_customer(policy: Policy) -> None:
    story = claimed_by_nora(policy).play(customer("shall i return it?", 400.0))
    story.play(replace(agent("yes, please", 6.0), late=True))
    if policy.hold_seconds:
        story.play(TimerFired(406.0, LEAVE))
    assert story.to_customer == ["*(written earlier, delivered late)*\nyes, please"]


def test_the_table_has_a_cell_for_every_status_and_event() -> None:
    events = set(TABLE[Status.BOT])
    assert set(TABLE) == set(Status)
    assert all(set(row) == events for row in TABLE.values())
    assert len(events) == len(Event.__args__)


def test_the_bot_answers_with_the_assistants_words() -> None:
    story = Story().play(customer("where is my parcel", parse=meaning(), turn=turn()))
    assert story.to_customer == ["It is on its way."]
    assert story.state.status is Status.BOT
    assert {"opened", "customer_said", "understood", "answered"} <= set(story.kinds())


def test_every_answer_names_the_model_that_gave_it() -> None:
    story = Story().play(customer("where is my parcel", parse=meaning(), turn=turn(model="v0007-0123456789ab")))
    facts = {e.kind: e.text for e in story.last if isinstance(e, Record)}
    assert facts["answered"] == "Answered by rule track order, of v0007-0123456789ab."


@pytest.mark.parametrize(
    ("parse", "reason"),
    [
        (meaning(safety=Safety("self_harm", ("end it all",)), upset=1.0), Reason.SAFETY),
        (meaning("complaint", asked=0.9), Reason.POLICY),
        (meaning("human_handoff", upset=0.9), Reason.ASKED),
        (meaning("track_order", asked=0.95), Reason.ASKED),
        (meaning("track_order", upset=0.9), Reason.UPSET),
    ],
)
def test_the_first_reason_that_applies_hands_over_before_the_assistant_speaks(parse, reason) -> None:
    event = customer("whatever was said", parse=parse)
    assert wants_turn(conversation(), event, POLICY)
    assert not wants_assistant(conversation(), event, POLICY)
    story = Story().play(event)
    assert story.state.status is Status.QUEUED
    assert story.state.case is not None
    assert story.state.case.why.reason is reason
    assert len(story.to_customer) == 1
    assert "#1001" in story.to_customer[0]


DANGERS = replace(
    POLICY,
    always_human={"chest_pain": "Chest pain is answered by people."},
    emergency_intents=frozenset({"chest_pain"}),
    emergency_entities=frozenset({"red_flag"}),
    emergency={"en": "Call 112 now."},
)


def test_an_assistants_own_intent_of_danger_is_answered_as_an_emergency() -> None:
    story = Story(DANGERS).play(customer("it hurts here", parse=meaning("chest_pain")))
    assert story.state.case is not None
    assert story.state.case.why == HandOver(
        Reason.SAFETY,
        "Chest pain is answered by people.",
        ("\N{LEFT DOUBLE QUOTATION MARK}it hurts here\N{RIGHT DOUBLE QUOTATION MARK}",),
    )
    assert story.to_customer[0].startswith("Call 112 now.")


def test_one_entity_of_danger_is_an_emergency_whatever_the_intent() -> None:
    words = "is my order there, my lips swell"
    found = replace(meaning(), entities=(Entity("order", "my order", 3, 11), Entity("red_flag", "allergy", 22, 32)))
    story = Story(DANGERS).play(customer(words, parse=found))
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.SAFETY
    assert story.state.case.why.evidence == ("lips swell",)
    assert Story(POLICY).play(customer(words, parse=found, turn=turn())).to_customer == ["It is on its way."]


def test_somebody_upset_hears_that_it_was_seen_whatever_the_reason() -> None:
    calm = Story().play(customer("i complain", parse=meaning("complaint")))
    angry = Story().play(customer("THIS IS IT", parse=meaning("complaint", upset=0.95)))
    assert angry.to_customer[0] == TEXTS["upset"]["en"] + " " + calm.to_customer[0]


def test_somebody_who_is_sad_is_not_called_frustrated() -> None:
    sad = replace(meaning("complaint"), emotion=Emotion(EmotionLabel.DISTRESSED, 0.9, 0.9, ()))
    told = Story().play(customer("i cannot go on with this", parse=sad)).to_customer[0]
    assert told.startswith(TEXTS["distressed"]["en"])


def test_being_unsure_once_offers_guesses_and_twice_brings_a_person() -> None:
    lost = meaning(NLU_FALLBACK)
    story = Story().play(customer("blorp", 1.0, parse=lost, turn=turn("")))
    post = next(e for e in story.last if isinstance(e, Post))
    assert [b.label for b in post.body.buttons] == ["Track my order", "Refund status", "None of these"]
    assert story.state.status is Status.BOT
    story.play(customer("blarp", 2.0, parse=lost, turn=turn("")))
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.UNSURE


def test_guesses_are_offered_in_the_customers_language_as_far_as_they_have_words_in_it() -> None:
    german = replace(POLICY, labels_in={"de": {"track_order": "Wo meine Bestellung ist"}, "fr": {"track_order": "Où"}})
    lost = meaning(NLU_FALLBACK, language="de")
    story = Story(german).play(customer("da ist irgendwas mit blorp", parse=lost, turn=turn("")))
    post = next(e for e in story.last if isinstance(e, Post))
    assert [b.label for b in post.body.buttons] == ["Wo meine Bestellung ist", "Refund status", "Nichts davon"]


def test_a_guess_at_a_question_without_a_label_says_in_the_customers_language_what_sort_it_is() -> None:
    sort = {"de": {"faq": "Eine Frage zum Laden"}, "en": {"faq": "A question about the shop"}}
    lost = replace(
        meaning(NLU_FALLBACK, language="de"),
        ranking=(Intent("faq", 0.4),),
        responses=(RetrievedResponse("faq", "faq/ask_gift_wrap", 0.8),),
    )

    def first_label(words: str) -> str:
        story = Story(replace(POLICY, labels_in=sort)).play(customer(words, parse=lost, turn=turn("")))
        return next(e for e in story.last if isinstance(e, Post)).body.buttons[0].label

    assert first_label("da ist irgendwas mit blorp") == "Eine Frage zum Laden"


def test_a_guess_at_a_question_is_the_question_itself() -> None:
    lost = replace(
        meaning(NLU_FALLBACK),
        ranking=(Intent("faq", 0.4), Intent("track_order", 0.3)),
        responses=(RetrievedResponse("faq", "faq/ask_gift_wrap", 0.8),),
    )
    story = Story().play(customer("wrap?", parse=lost, turn=turn("")))
    post = next(e for e in story.last if isinstance(e, Post))
    assert [(b.label, b.value) for b in post.body.buttons][:2] == [
        ("Gift wrap", "/faq/ask_gift_wrap"),
        ("Track my order", "/track_order"),
    ]


def test_being_sure_that_it_is_nothing_known_is_being_unsure_what_is_wanted() -> None:
    none = meaning("out_of_scope")
    story = Story().play(customer("do you sell elephants", 1.0, parse=none, turn=turn("That is beyond me.")))
    post = next(e for e in story.last if isinstance(e, Post))
    assert post.body.text == "That is beyond me."
    assert [b.label for b in post.body.buttons] == ["Track my order", "Refund status", "None of these"]
    story.play(customer("and giraffes", 2.0, parse=none, turn=turn("That is beyond me.")))
    assert story.state.case is not None


def test_what_the_assistant_says_itself_to_a_message_that_nobody_understood_wins_over_guesses() -> None:
    own = turn("That is beyond me.", answers_doubt=True)
    story = Story().play(customer("a pizza", 1.0, parse=meaning("out_of_scope"), turn=own))
    post = next(e for e in story.last if isinstance(e, Post))
    assert post.body.text == "That is beyond me."
    assert post.body.buttons == ()
    assert "unsure" in story.kinds()
    story.play(customer("and a beer", 2.0, parse=meaning("out_of_scope"), turn=turn("No.", answers_doubt=True)))
    assert story.state.case is not None, "twice in a row still brings a person"


def test_nobody_is_handed_over_while_the_assistant_itself_asks_what_was_meant() -> None:
    lost, asking = meaning(NLU_FALLBACK), {"answers_doubt": True, "asks_back": True}
    story = Story().play(customer("blorp", 1.0, parse=lost, turn=turn("Did you mean that?", **asking)))
    assert story.to_customer == ["Did you mean that?"]
    story.play(customer("no", 2.0, parse=meaning("out_of_scope"), turn=turn("Say it differently.", **asking)))
    assert story.to_customer == ["Say it differently."]
    assert story.state.status is Status.BOT
    story.play(customer("blarp", 3.0, parse=lost, turn=turn("I give up.")))
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.UNSURE


def test_a_form_that_took_the_words_is_not_unsure() -> None:
    story = Story()
    for n in range(4):
        story.play(customer(f"HP-{n}", n + 1.0, parse=meaning(NLU_FALLBACK), turn=turn(f"Got {n}", filled=True)))
    assert story.state.status is Status.BOT


def test_none_of_these_brings_a_person_and_says_which_guesses_were_wrong() -> None:
    story = Story().play(customer("blorp", parse=meaning(NLU_FALLBACK), turn=turn("")), choose("none"))
    assert story.state.case is not None
    assert story.state.case.why.evidence == ("Track my order", "Refund status")


def test_the_same_answer_is_not_given_twice_and_a_person_is_offered_instead() -> None:
    story = Story().play(
        customer("where is it", 1.0, parse=meaning(), turn=turn()),
        customer("and the other parcel", 2.0, parse=meaning(), turn=turn()),
    )
    assert story.state.status is Status.BOT
    assert story.to_customer == [say("same_answer", "en", POLICY)]
    assert [button.action for e in story.last if isinstance(e, Post) for button in e.body.buttons] == ["person"]
    assert "answered_again" in story.kinds()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("where is it", "Where is it?"),
        ("where is it", "no really, WHERE is it"),
        ("wo ist mein paket", "nochmal: wo ist mein Paket??"),
        ("où est mon colis", "mais encore une question, où est le colis svp ?"),
        ("dónde está mi pedido", "pero dónde está"),
        ("where is it", "???"),
    ],
)
def test_whoever_asks_the_same_again_is_stuck_at_once(first: str, second: str) -> None:
    story = Story().play(
        customer(first, 1.0, parse=meaning(), turn=turn()), customer(second, 2.0, parse=meaning(), turn=turn())
    )
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.STUCK
    assert "It is on its way." not in story.to_customer


def test_whoever_gets_the_same_answer_a_third_time_is_stuck() -> None:
    story = Story().play(
        customer("where is it", 1.0, parse=meaning(), turn=turn()),
        customer("any news of my parcel", 2.0, parse=meaning(), turn=turn()),
        customer("when will the tent come", 3.0, parse=meaning(), turn=turn()),
    )
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.STUCK
    assert "It is on its way." not in story.to_customer


def test_another_answer_in_between_makes_the_same_one_new() -> None:
    story = Story()
    for n, words in enumerate(("On its way.", "On its way.", "In May.", "On its way.", "On its way.")):
        story.play(customer(f"question {n}", n + 1.0, parse=meaning(), turn=turn(words)))
    assert story.state.status is Status.BOT


def test_one_repeated_answer_is_enough_where_the_company_says_so() -> None:
    strict = replace(POLICY, thresholds=replace(POLICY.thresholds, repeats=1))
    story = Story(strict).play(
        customer("where is it", 1.0, parse=meaning(), turn=turn()),
        customer("any news of my parcel", 2.0, parse=meaning(), turn=turn()),
    )
    assert story.state.case is not None


def test_a_question_that_is_asked_again_keeps_its_choices() -> None:
    asking = BotReply("Which one?", (Button("The tent", "say", "/tent"),))
    question = replace(turn(), replies=(asking,))
    story = Story().play(
        customer("cancel it", 1.0, parse=meaning(), turn=question),
        customer("cancel my order", 2.0, parse=meaning(), turn=question),
    )
    assert story.to_customer == ["Which one?", say("same_answer", "en", POLICY)]
    assert story.state.offer is not None
    assert story.state.offer.guesses == (("/tent", "The tent"),)


def test_small_talk_may_repeat() -> None:
    story = Story().play(
        customer("hi", 1.0, parse=meaning("greet"), turn=turn("Hello!")),
        customer("hello", 2.0, parse=meaning("greet"), turn=turn("Hello!")),
    )
    assert story.state.status is Status.BOT


def test_a_failed_action_is_an_apology_and_a_person_never_a_trace() -> None:
    broken = turn("half an answer", failure="action_track_order timed out after 5 s")
    story = Story().play(customer("where is it", parse=meaning(), turn=broken))
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.FAILED
    assert len(story.to_customer) == 1
    assert "timed out" not in story.to_customer[0]


def test_a_bot_that_cannot_understand_hands_over() -> None:
    story = Story().play(customer("hello?", parse=None))
    assert story.state.status is Status.QUEUED
    assert story.to_customer


def test_anger_that_builds_up_over_turns_hands_over() -> None:
    story = Story().play(
        customer("still nothing", 1.0, parse=meaning(upset=0.6), turn=turn("One.")),
        customer("and again", 2.0, parse=meaning(upset=0.65), turn=turn("Two.")),
    )
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.UPSET


def test_the_desk_gets_the_card_first_and_then_every_line_in_order() -> None:
    story = Story().play(
        customer("hi", 1.0, parse=meaning("greet"), turn=turn("Hello!")),
        customer("get me a human", 2.0, parse=meaning("human_handoff")),
    )
    agents = [e for e in story.last if isinstance(e, Post) and e.side is Side.AGENTS]
    assert agents[0].opens_thread
    assert agents[0].body.card is not None
    assert [(e.body.text, e.source.id if e.source else None) for e in agents[1:]] == [
        ("hi", "c1.0"),
        ("Hello!", None),
        ("get me a human", "c2.0"),
    ]


def test_while_people_own_the_thread_the_bot_is_silent_and_words_are_mirrored() -> None:
    story = claimed_by_nora()
    event = customer("are you there", 9.0, parse=meaning(), turn=turn("I am a bot"))
    assert not wants_turn(story.state, event, POLICY)
    story.play(event)
    assert story.to_customer == []
    assert story.to_agents == ["are you there"]
    assert next(e for e in story.last if isinstance(e, Post)).body.mention == NORA


def test_the_first_reply_of_an_entitled_agent_claims_and_is_sent() -> None:
    story = asked_for_person().play(agent("Hello Ada, I'm on it."))
    assert story.state.case is not None
    assert story.state.case.assignee == NORA
    assert story.to_customer[-1] == "Hello Ada, I'm on it."
    relayed = [e for e in story.last if isinstance(e, Post) and e.side is Side.CUSTOMER][-1]
    assert relayed.source == Ref(DESK, "a2.0")
    assert relayed.body.voice is not None
    assert relayed.body.voice.name == "Nora"


def test_with_claim_on_reply_off_a_reply_waits_for_the_claim() -> None:
    story = asked_for_person()
    story.policy = replace(POLICY, claim_on_reply=False)
    story.play(agent("Hello Ada"))
    assert story.to_customer == []
    story.play(press("claim", 3.0))
    assert "Hello Ada" in story.to_customer


@pytest.mark.parametrize(
    "text",
    [
        "// check the warehouse",
        "note: she is a VIP",
        "NOTE : hm",
        "secret 🔒",
        r"\_note: as it was typed",
        r"\// or so",
    ],
)
def test_a_note_stays_inside(text: str) -> None:
    story = claimed_by_nora().play(agent(text, 6.0))
    assert story.to_customer == []
    story.play(AgentEdited(7.0, Ref(DESK, "a6.0"), NORA, "now without a prefix"))
    assert not [e for e in story.last if isinstance(e, Post | Amend)]


@pytest.mark.parametrize("author", [GUS, OUTSIDER, UNKNOWN])
def test_who_is_not_entitled_answers_nobody_and_claims_nothing(author) -> None:
    story = asked_for_person().play(agent("hi there", by=author))
    assert story.to_customer == []
    assert story.state.status is Status.QUEUED
    assert [who for who, _ in story.whispers] == [author.id]
    story.play(press("claim", by=author))
    assert story.state.status is Status.QUEUED


def test_another_agents_words_are_held_and_three_choices_are_offered_to_them_alone() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM))
    assert story.to_customer == []
    ((who, body),) = story.whispers
    assert who == "sam"
    assert [b.label for b in body.buttons] == ["Send once", "Take over", "Keep internal"]


def test_send_once_sends_and_leaves_the_owner() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM))
    key = Ref(DESK, "a6.0").key
    story.play(press("send_once", 7.0, by=NORA, value=key))
    assert story.to_customer == []
    story.play(press("send_once", 8.0, by=SAM, value=key))
    assert story.to_customer == ["let me add"]
    assert story.state.case is not None
    assert story.state.case.assignee == NORA
    story.play(press("send_once", 9.0, by=SAM, value=key))
    assert story.to_customer == []


def test_take_over_sends_and_changes_the_owner() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM))
    story.play(press("take_over_send", 7.0, by=SAM, value=Ref(DESK, "a6.0").key))
    assert story.state.case is not None
    assert story.state.case.assignee == SAM
    assert story.to_customer[-1] == "let me add"


def test_keep_internal_keeps_it_internal() -> None:
    story = claimed_by_nora().play(agent("let me add", 6.0, by=SAM))
    story.play(press("keep_internal", 7.0, by=SAM, value=Ref(DESK, "a6.0").key))
    assert story.to_customer == []
    assert story.state.held == ()


def test_of_twenty_who_claim_one_wins_and_nineteen_are_told_who() -> None:
    story = asked_for_person()
    told = 0
    for n in range(20):
        story.play(press("claim", 5.0 + n, by=replace(SAM, id=f"agent{n}", name=f"Agent {n}")))
        told += sum("Agent 0 was faster" in body.text for _, body in story.whispers)
    assert story.state.case is not None
    assert story.state.case.assignee is not None
    assert story.state.case.assignee.id == "agent0"
    assert told == 19


def test_a_delivered_reply_gets_its_receipt() -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    story.play(Delivered(7.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0")))
    assert story.last == (Mark(Side.AGENTS, Ref(DESK, "a6.0"), "✅", on_original=True),)


def test_where_no_mark_can_be_put_the_card_says_which_answer_has_arrived() -> None:
    story = claimed_by_nora(replace(POLICY, markless=frozenset({"web"}))).play(agent("we are on it", 6.0))
    story.play(agent("and done", 6.5))
    story.play(Delivered(7.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0")))
    assert "has arrived: “we are on it”" in last_answer(story)
    story.play(Delivered(8.0, "e2", Side.CUSTOMER, Ref(DESK, "a6.5")))
    assert "has arrived: “and done”" in last_answer(story)
    story.play(press("resolve", 9.0))
    assert "has arrived: “and done”" in last_answer(story)


def last_answer(story: Story) -> str:
    """What the newest card says of it."""
    card = next(e.body.card for e in reversed(story.last) if isinstance(e, Redraw))
    assert card is not None
    return next((field.text for field in card.fields if field.label == "Last answer"), "")


def test_a_failed_reply_is_marked_and_can_be_sent_again() -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    story.play(DeliveryFailed(7.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0"), "the channel is archived"))
    assert Mark(Side.AGENTS, Ref(DESK, "a6.0"), "⚠️", on_original=True) in story.last
    assert any("archived" in text for text in story.to_agents)
    story.play(press("retry", 8.0, value="e1"))
    assert Resend("e1") in story.last
    story.play(Delivered(9.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0")))
    assert Mark(Side.AGENTS, Ref(DESK, "a6.0"), "⚠️", added=False, on_original=True) in story.last


def test_what_nobody_can_tell_is_decided_by_people() -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    story.play(DeliveryFailed(7.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0"), "no answer", unknown=True))
    post = next(e for e in story.last if isinstance(e, Post))
    assert [b.label for b in post.body.buttons] == ["Resend", "It arrived"]


@pytest.mark.parametrize("unknown", [True, False])
def test_what_was_taken_back_meanwhile_is_not_offered_to_be_sent_again(unknown: bool) -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    story.play(AgentDeleted(6.5, Ref(DESK, "a6.0"), NORA))
    story.play(DeliveryFailed(7.0, "e1", Side.CUSTOMER, Ref(DESK, "a6.0"), "no answer", unknown=unknown))
    assert Abandon("e1", arrived=False) in story.last
    said = [effect.body.text for effect in story.last if isinstance(effect, Post)]
    assert not any(effect.body.buttons for effect in story.last if isinstance(effect, Post))
    assert [text.endswith("If they did, it still stands there.") for text in said] == ([True] if unknown else [])


def test_whether_the_desk_has_a_message_is_asked_before_it_is_sent_twice() -> None:
    story = claimed_by_nora().play(customer("psst", 6.0))
    story.play(DeliveryFailed(7.0, "e1", Side.AGENTS, Ref(THREAD, "c6.0"), "no answer", unknown=True))
    post = next(e for e in story.last if isinstance(e, Post))
    assert post.side is Side.AGENTS
    assert [b.label for b in post.body.buttons] == ["Resend", "It arrived"]
    assert not any(isinstance(e, SetTimer) for e in story.last)


def test_a_message_that_does_not_reach_the_desk_is_told_once_and_tried_again() -> None:
    story = claimed_by_nora().play(customer("psst", 6.0))
    story.play(DeliveryFailed(7.0, "e1", Side.AGENTS, Ref(THREAD, "c6.0"), "archived"))
    assert len(story.to_customer) == 1
    assert any(isinstance(e, SetTimer) for e in story.last)
    story.play(TimerFired(40.0, "retry:e1"))
    assert Resend("e1") in story.last
    story.play(DeliveryFailed(41.0, "e1", Side.AGENTS, Ref(THREAD, "c6.0"), "archived"))
    assert story.to_customer == []


def test_edits_and_deletes_of_a_customer_reach_the_copies() -> None:
    story = asked_for_person().play(customer("I ment this", 2.0, id="m1"))
    story.play(CustomerEdited(3.0, Ref(THREAD, "m1"), ADA, "I meant this"))
    amend = next(e for e in story.last if isinstance(e, Amend))
    assert amend.side is Side.AGENTS
    assert "I meant this" in amend.body.text
    story.play(agent("understood", 4.0), CustomerEdited(5.0, Ref(THREAD, "m1"), ADA, "something else"))
    assert any("after you answered" in text for text in story.to_agents)
    story.play(CustomerDeleted(6.0, Ref(THREAD, "m1"), ADA))
    assert "deleted" in next(e for e in story.last if isinstance(e, Amend)).body.text


def test_edits_and_deletes_of_an_agent_reach_the_customer() -> None:
    story = claimed_by_nora().play(agent("helo", 6.0))
    ref = Ref(DESK, "a6.0")
    story.play(AgentEdited(7.0, ref, NORA, "hello"))
    assert next(e for e in story.last if isinstance(e, Amend)).body.text == "hello"
    story.play(AgentDeleted(8.0, ref, NORA))
    assert Withdraw(Side.CUSTOMER, ref) in story.last
    story.play(AgentEdited(9.0, ref, NORA, "again"))
    assert not [e for e in story.last if isinstance(e, Post | Amend)]


@pytest.mark.parametrize(
    "event",
    [
        AgentEdited(7.0, Ref(DESK, "a6.0"), NORA, "// oops"),
        AgentReacted(7.0, Ref(DESK, "a6.0"), NORA, "🔒", added=True),
        AgentDeleted(7.0, Ref(DESK, "a6.0"), NORA),
    ],
)
def test_a_reply_that_becomes_a_note_or_is_deleted_is_taken_back_and_told_to_nobody_as_said(event: Event) -> None:
    story = claimed_by_nora().play(agent("oops", 6.0), event)
    assert Withdraw(Side.CUSTOMER, Ref(DESK, "a6.0")) in story.last
    before = story.state
    story.play(AgentCommanded(8.0, NORA, "transfer", "legal"))
    assert story.state.case is not None
    assert story.state.case.desk == "legal"
    assert not [e for e in story.last if isinstance(e, Post) and "oops" in e.body.text]
    solved = handle(before, press("resolve", 9.0), story.policy, number=1).conversation
    assert solved_by(before, solved, story.policy) is None, "and is suggested to nobody as what solved it"


def test_reactions_cross_to_the_message_that_was_meant() -> None:
    story = claimed_by_nora().play(agent("hello", 6.0))
    story.play(AgentReacted(7.0, Ref(THREAD, "c1.0"), NORA, "👀", added=True))
    assert Mark(Side.CUSTOMER, Ref(THREAD, "c1.0"), "👀", on_original=True) in story.last
    story.play(AgentReacted(8.0, Ref(THREAD, "c1.0"), SAM, "👀", added=True))
    assert story.last == ()
    story.play(CustomerReacted(9.0, Ref(DESK, "a6.0"), ADA, "❤️", added=True))
    assert Mark(Side.AGENTS, Ref(DESK, "a6.0"), "❤️", on_original=True) in story.last


def test_resolved_and_written_to_again_reopens_to_the_same_agent() -> None:
    story = claimed_by_nora().play(press("resolve", 10.0))
    assert story.state.status is Status.RESOLVED
    assert any("solved" in text for text in story.to_customer)
    event = customer("not quite", 20.0, parse=None)
    assert not wants_assistant(story.state, event, POLICY)
    story.play(event)
    assert story.state.status is Status.ASSIGNED
    assert "not quite" in story.to_agents
    assert any("Nora" in text for text in story.to_customer)


def test_long_after_the_end_it_is_a_new_turn_with_the_bot() -> None:
    story = claimed_by_nora().play(press("resolve", 10.0))
    event = customer("new thing", 10.0 + POLICY.reopen_seconds + 1, parse=meaning(), turn=turn("Sure."))
    assert wants_turn(story.state, event, POLICY)
    story.play(event)
    assert story.state.status is Status.BOT
    assert story.to_customer == ["Sure."]
    assert [c.number for c in story.state.earlier] == [1001]


def test_where_there_is_one_desk_a_transfer_says_so() -> None:
    alone = replace(POLICY, desks=POLICY.desks[:1])
    story = Story(alone).play(customer("a person, please", parse=meaning(asked=1.0)))
    story.play(AgentCommanded(8.0, NORA, "transfer", "billing"))
    assert [body.text for _, body in story.whispers] == ["There is no other desk, so nothing was changed."]


def test_nobody_writes_to_a_customer_through_a_closed_case() -> None:
    story = claimed_by_nora().play(press("resolve", 10.0), agent("one more thing", 11.0))
    assert story.to_customer == []
    assert story.whispers


def test_a_hold_wakes_by_itself_and_when_the_customer_writes() -> None:
    story = claimed_by_nora().play(press("snooze", 10.0, value="2h"))
    assert story.state.status is Status.ON_HOLD
    assert SetTimer("wake", 10.0 + 7200) in story.last
    story.play(TimerFired(7210.0, "wake"))
    assert story.state.status is Status.ASSIGNED
    story.play(press("snooze", 7300.0), customer("hello?", 7301.0))
    assert story.state.status is Status.ASSIGNED
    assert "hello?" in story.to_agents


def test_a_waiting_customer_hears_that_nothing_is_lost_but_not_for_ever() -> None:
    story = asked_for_person()
    heard = 0
    for n in range(8):
        story.play(TimerFired(300.0 * (n + 1), "waiting"))
        heard += len(story.to_customer)
    assert heard == 4


def test_handed_back_the_bot_answers_again_and_the_assistant_is_told() -> None:
    story = claimed_by_nora().play(press("hand_back", 10.0))
    assert story.state.status is Status.BOT
    assert "#1001" in story.state.returned
    story.play(customer("where is it", 11.0, parse=meaning(), turn=turn("Here.")))
    assert story.to_customer == ["Here."]
    assert story.state.returned == ""


def test_an_agent_may_take_over_unasked() -> None:
    story = Story().play(customer("hi", parse=meaning("greet"), turn=turn("Hello!")))
    story.play(AgentCommanded(2.0, NORA, "claim"))
    assert story.state.status is Status.ASSIGNED
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.AGENT


def test_each_change_redraws_the_card() -> None:
    story = asked_for_person()
    for event in (
        press("claim", 5.0),
        press("snooze", 6.0),
        press("wake", 7.0),
        press("release", 8.0),
        press("resolve", 9.0),
    ):
        story.play(event)
        assert [e for e in story.last if isinstance(e, Redraw)], event


def test_the_customer_is_spoken_to_in_their_language() -> None:
    story = Story().play(customer("ich will einen menschen", parse=meaning("human_handoff", language="de")))
    assert "Ihr Fall" in story.to_customer[0]
    assert "unser Team" in story.to_customer[0]
    story = Story(replace(POLICY, team="the Harbour crew"))
    story.play(customer("ich will einen menschen", parse=meaning("human_handoff", language="de")))
    assert "the Harbour crew" in story.to_customer[0]


def test_what_is_said_on_the_way_is_no_guess() -> None:
    names = ("none_of_these", "stop", "human_handoff", "that_did_not_help", "inform", "greet", "track_order")
    lost = replace(meaning(NLU_FALLBACK), ranking=tuple(Intent(name, 0.2) for name in names))
    story = Story().play(customer("hm", parse=lost, turn=turn("")), choose("none"))
    assert story.state.case is not None
    assert story.state.case.why.evidence == ("Track my order",)
    assert "None of these" in story.to_agents


def test_what_the_assistant_itself_hands_over_is_said_first() -> None:
    story = Story().play(customer("hm", parse=meaning(), turn=turn("One moment.", hand_over="the form gave up")))
    assert story.to_customer[0] == "One moment."
    assert story.state.status is Status.QUEUED


@pytest.mark.parametrize("reason", ["The form gave up", "The form gave up."])
def test_the_assistants_reason_ends_with_one_full_stop(reason: str) -> None:
    story = Story().play(customer("hm", parse=meaning(), turn=turn("One moment.", hand_over=reason)))
    assert story.state.case is not None
    assert story.state.case.why.sentence == "The assistant handed over: The form gave up."


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("", Reason.ASKED),
        ("asked", Reason.ASKED),
        ("policy", Reason.POLICY),
        ("stuck", Reason.STUCK),
        ("agent", Reason.ASKED),
        ("nonsense", Reason.ASKED),
    ],
)
def test_an_assistant_that_hands_over_may_say_for_which_of_the_reasons(kind: str, reason: Reason) -> None:
    story = Story().play(
        customer("hm", parse=meaning(), turn=turn("I froze it.", hand_over="a card is lost", hand_over_kind=kind))
    )
    assert story.state.case is not None
    assert story.state.case.why.reason is reason
    assert story.to_customer[0] == "I froze it."


def test_an_emergency_that_the_assistant_finds_is_told_as_one_in_the_customers_language() -> None:
    policy = replace(POLICY, emergency={"en": "Call 112.", "de": "Rufen Sie die 112."})
    found = turn("This may be an emergency.", hand_over="chest pain", hand_over_kind="safety")
    story = Story(policy).play(customer("ja das auch leider", parse=meaning(language="de"), turn=found))
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.SAFETY
    assert story.state.case.why.sentence == "The assistant handed over: chest pain."
    assert story.to_customer[0].startswith("Rufen Sie die 112. ")
    assert len(story.to_customer) == 1, "the assistant's own words for it would say the same again, in one language"


def test_a_reminder_of_the_assistant_may_hand_over() -> None:
    story = Story().play(customer("lost my card", parse=meaning(), turn=turn("Shall I freeze it?")))
    gone = turn("I haven't heard from you.", hand_over="no answer", hand_over_kind="policy")
    story.play(TimerFired(400.0, "remind:freeze", turn=gone))
    assert story.state.status is Status.QUEUED
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.POLICY
    assert story.to_customer[0] == "I haven't heard from you."


def test_a_reminder_that_fails_goes_to_people_too() -> None:
    story = Story().play(customer("lost my card", parse=meaning(), turn=turn("Shall I freeze it?")))
    story.play(TimerFired(400.0, "remind:freeze", turn=turn("", failure="action_freeze raised")))
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.FAILED


def test_a_reminder_of_something_that_is_over_says_nothing() -> None:
    story = Story().play(customer("hi", parse=meaning("greet"), turn=turn("Hello.")))
    story.play(TimerFired(400.0, "remind:freeze", turn=turn("")))
    assert story.to_customer == []
    assert story.state.status is Status.BOT


def test_a_forgotten_customer_leaves_no_words_and_begins_anew() -> None:
    story = claimed_by_nora().play(agent("my answer", 6.0), customer("my secret is blue", 7.0))
    mirrored, card = Ref(DESK, "m1"), Ref(DESK, "root-1")
    wish = CustomerForgotten(8.0, SAM, "w1", messages=(mirrored,), cards=((1001, card),))
    story.play(wish)
    assert story.state == Conversation(
        story.state.id, THREAD, Person(ADA.platform, ADA.tenant, ADA.id), story.state.opened_at, forgotten="w1"
    )
    assert Erase(Side.AGENTS, mirrored) in story.last
    (tombstone,) = [e for e in story.last if isinstance(e, ClearButtons)]
    assert tombstone.ref == card
    assert "as Sam asked" in tombstone.text
    assert story.kinds() == ["forgotten"]

    story.play(CustomerForgotten(8.5, SAM, "w2"))
    assert story.last == (), "another wish would drop what this one takes back from the desk"
    assert story.state.forgotten == "w1"

    story.play(agent("are you there?", 9.0))
    assert "stayed inside" in story.whispers[0][1].text
    story.play(AgentCommanded(9.5, NORA, "claim"), press("claim", 9.6))
    assert story.state.status is Status.BOT
    assert story.to_customer == []

    story.play(customer("hello again", 10.0, parse=meaning(), turn=turn()))
    assert story.to_customer == ["It is on its way."]
    assert story.state.forgotten == ""
    assert story.state.customer == ADA
    story.play(replace(wish, round=2))
    assert story.state.forgotten == "", "a late round does not touch what began anew"
    assert story.last == ()


def test_the_assistant_may_find_out_a_customers_tier_and_the_company_knows_better() -> None:
    policy = replace(POLICY, tier_slot="customer_tier", vip_tiers=frozenset({"gold"}))
    slots = (("customer_tier", "gold"), ("order", "7"))
    story = Story(policy).play(customer("where is it", parse=meaning(), turn=turn(slots=slots)))
    assert story.state.case is not None
    assert story.state.case.why.reason is Reason.RULE
    assert story.state.customer.tier == "gold"

    story = Story(policy)
    said = customer("where is it", parse=meaning(), turn=turn(slots=slots))
    story.play(replace(said, author=replace(ADA, tier="basic")))
    assert story.state.customer.tier == "basic"
    assert story.state.case is None

    story = Story().play(said)
    assert story.state.customer.tier == "", "no slot was named"
