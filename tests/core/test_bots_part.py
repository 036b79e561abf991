"""The bot's part of a conversation, decided by the core alone: what it answers, and what brings a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.activity import File, Ref
from bot.core.conversation import HandOver, Reason, Status
from bot.core.effects import Button, Post, Record, Side
from bot.core.events import BotReply, TimerFired
from bot.core.machine import wants_assistant, wants_turn
from bot.core.wording.words import TEXTS, say
from nlu.types import NLU_FALLBACK, Emotion, EmotionLabel, Entity, Intent, RetrievedResponse, Safety
from tests.core.people import ADA, POLICY, THREAD, choose, conversation, customer, meaning, turn
from tests.core.stories import Story


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


def test_where_the_answer_to_a_question_is_uncertain_the_likeliest_questions_are_offered() -> None:
    answers = (Intent("faq/engraving", 0.4), Intent("faq/exchange", 0.3), Intent("faq/care", 0.01))
    lost = replace(
        meaning(NLU_FALLBACK),
        ranking=(Intent("faq", 0.9), Intent("track_order", 0.05)),
        responses=(RetrievedResponse("faq", "faq/engraving", 0.4, answers),),
    )
    story = Story().play(customer("can that still be changed", parse=lost, turn=turn("")))
    post = next(e for e in story.last if isinstance(e, Post))
    assert [b.label for b in post.body.buttons] == ["Engraving", "Exchange", "Track my order", "None of these"]
    german = replace(POLICY, labels_in={"de": {"faq": "Eine Frage zum Laden"}})
    story = Story(german).play(customer("geht das noch", parse=replace(lost, language="de"), turn=turn("")))
    post = next(e for e in story.last if isinstance(e, Post))
    shown = [(b.label, b.value) for b in post.body.buttons if b.label.startswith("Eine Frage")]
    assert shown == [("Eine Frage zum Laden", "/faq/engraving")], "two of the same name are no choice"


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


def test_a_form_that_asks_again_keeps_its_choices_with_guesses_beside_them() -> None:
    ages = tuple(Button(f"Age {n}", "say", f'/inform{{"age": "{n}"}}') for n in range(4))
    guesses = tuple(Intent(name, 0.4) for name in ("refund_status", "track_order"))
    lost = replace(meaning(NLU_FALLBACK), ranking=guesses)
    asking = replace(turn("How old?", refused_slots=1), replies=(BotReply("How old?", ages),))
    story = Story().play(customer("hm", 1.0, parse=lost, turn=asking))
    post = next(e for e in story.last if isinstance(e, Post))
    assert [button.label for button in post.body.buttons[:4]] == [button.label for button in ages]
    assert [button.value for button in post.body.buttons[4:]][:1] == ["/refund_status"]
    assert len(post.body.buttons) == 6, "one guess, and none of these"
    assert story.state.offer is not None
    assert ages[2].value in dict(story.state.offer.guesses)


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


def test_who_was_not_understood_is_asked_to_choose_and_without_guesses_for_other_words() -> None:
    guessed = Story().play(customer("blorp", parse=meaning(NLU_FALLBACK), turn=turn("")))
    assert guessed.to_customer == [say("unsure", "en", POLICY)]
    none = replace(meaning(NLU_FALLBACK), ranking=())
    assert Story().play(customer("blorp", parse=none, turn=turn(""))).to_customer == [say("rephrase", "en", POLICY)]


def test_a_file_without_a_word_is_not_a_message_that_was_not_understood() -> None:
    photo = replace(customer("", parse=meaning("nlu_fallback"), turn=turn("Pardon?")), files=(File("f1", "tent.jpg"),))
    again = (replace(photo, at=at, ref=Ref(THREAD, f"c{at}")) for at in (2.0, 3.0))
    story = Story().play(photo, *again)
    assert story.state.status is Status.BOT, "three pictures in a row are not the same need three times"
    assert story.to_customer == [say("file_alone", "en", POLICY)]
    assert story.state.tracker == ""
    (post,) = (e for e in story.last if isinstance(e, Post))
    assert [button.action for button in post.body.buttons] == ["person"]
    asked = replace(photo, at=4.0, turn=turn("A picture of what?", refused_slots=1))
    assert story.play(asked).to_customer == ["A picture of what?"], "a form asks on"
    story.play(customer("a person", 5.0, parse=meaning("human_handoff")))
    card = next(e.body.card for e in story.last if isinstance(e, Post) and e.body.card)
    assert any("the last to a file" in field.text for field in card.fields)


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


def buttons_to_customer(story: Story) -> list[str]:
    return [b.label for e in story.last if isinstance(e, Post) and e.side is Side.CUSTOMER for b in e.body.buttons]


def test_an_answer_that_is_due_again_keeps_its_choices() -> None:
    asking = BotReply("Which one?", (Button("The tent", "say", "/tent"),))
    question = replace(turn(), replies=(asking,))
    story = Story().play(
        customer("cancel it", 1.0, parse=meaning(), turn=question),
        customer("cancel my order", 2.0, parse=meaning(), turn=question),
    )
    assert story.to_customer == [say("same_answer", "en", POLICY)]
    assert buttons_to_customer(story) == ["The tent", say("person", "en", POLICY)]
    assert story.state.offer is not None
    assert story.state.offer.guesses == (("/tent", "The tent"),)


def test_a_form_that_was_not_answered_asks_again_and_offers_a_person() -> None:
    asking = BotReply("Yes or no?", (Button("Yes", "say", "/affirm"),))
    story = Story().play(
        customer("hm", 1.0, parse=meaning(), turn=replace(turn(), replies=(asking,), refused_slots=1)),
        customer("hm", 2.0, parse=meaning(), turn=replace(turn(), replies=(asking,), refused_slots=2)),
    )
    assert story.to_customer == ["Yes or no?"]
    assert buttons_to_customer(story) == ["Yes", say("person", "en", POLICY)]


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
