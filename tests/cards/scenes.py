"""What is drawn: one of everything that agents and customers get to see as a card, made by the core itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.core import machine
from bot.core.activity import Person, Place, Ref, Side
from bot.core.conversation import Conversation, Similar
from bot.core.customers import satisfaction
from bot.core.effects import Body, Button, ButtonStyle, Post, Redraw, Whisper
from bot.core.events import (
    AgentPressed,
    AgentSaid,
    BotReply,
    CustomerPressed,
    CustomerSaid,
    CustomerSubmitted,
    Event,
    Turn,
)
from bot.core.forms import Form
from bot.core.learning import teaching
from bot.core.learning.lessons import Doubt, Lesson, LessonState
from bot.core.live import Macro
from bot.core.policy import Desk, Policy
from bot.ports import Teachable
from bot.services import lesson_form, reply_form
from bot.services.lesson_cards import Waiting, overview, shown_item
from nlu.types import NLU_FALLBACK, Emotion, EmotionLabel, Intent, ParseResult

_CHAT = Place("slack", "T1", "D1")
_DESK = Place("slack", "T1", "C1", "root-1")
_ADA = Person("slack", "T1", "U1", "Ada Nwosu", timezone="Europe/London", tier="gold")
_NORA = Person("slack", "T1", "U2", "Nora Lindqvist")
_SAM = Person("slack", "T1", "U3", "Sam Okafor")
_AT = 1_772_000_000.0
_SIMILAR = (
    Similar(
        "#1012",
        "Still no money back for the tent I returned in January",
        "I have started the refund again; it reaches your account within three working days. Sorry for the wait!",
        0.86,
        "en",
    ),
    Similar("#0987", "When do I get my refund for the stove?", "Your refund was sent on Monday.", 0.71, "en"),
)
_POLICY = Policy(
    desks=(Desk("support", _DESK.root), Desk("billing", Place("slack", "T1", "C2"))),
    intent_labels={"refund_status": "Where is my refund", "track_order": "Track my order"},
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: a message, a page, or a form."""

    name: str
    bodies: tuple[Body, ...] = ()
    page: bool = False
    form: Form | None = None


def _said(text: str, at: float, upset: float, label: EmotionLabel, *, evidence: tuple[str, ...] = ()) -> CustomerSaid:
    parse = ParseResult(
        text,
        Intent("refund_status", 0.91),
        ranking=(Intent("refund_status", 0.91), Intent("track_order", 0.2)),
        emotion=Emotion(label, upset, upset, evidence),
        language="en",
    )
    said = "Refunds take up to five working days after the parcel has reached us."
    answer = BotReply(said if at == 0.0 else "Your parcel reached us on Monday.")
    turn = Turn(replies=(answer,), tracker="t", decided_by="rule refund", intent="refund_status")
    return CustomerSaid(_AT + at, Ref(_CHAT, f"m{at}"), _ADA, text, parse=parse, turn=turn)


def _posts(
    events: list[Event], policy: Policy, of: Person = _ADA
) -> tuple[Conversation, list[Post | Redraw | Whisper]]:
    conversation = Conversation("c", _CHAT, of, _AT)
    shown: list[Post | Redraw | Whisper] = []
    for event in events:
        decision = machine.handle(conversation, event, policy, number=1042)
        conversation = decision.conversation
        shown = [e for e in decision.effects if isinstance(e, Post | Redraw | Whisper)]
    return conversation, shown


def _card(*events: Event, policy: Policy, of: Person = _ADA) -> Body:
    _, shown = _posts(list(events), policy, of)
    return next(e.body for e in shown if not isinstance(e, Whisper) and e.body.card is not None)


def scenes() -> Iterator[Scene]:
    """All of them, in the order of a case's life."""
    policy = replace(_POLICY, live=replace(_POLICY.live, similar=_SIMILAR))
    calm = _said("Hi, where is the refund for order HP-10432?", 0.0, 0.08, EmotionLabel.NEUTRAL)
    cross = _said("That is what you said last week already", 60.0, 0.48, EmotionLabel.FRUSTRATED)
    angry = _said(
        "This is the THIRD time I ask. Unbelievable! My card is 4242 4242 4242 4242, just pay me back",
        120.0,
        0.93,
        EmotionLabel.ANGRY,
        evidence=("THIRD time", "Unbelievable!", "4242 4242 4242 4242"),
    )
    opened = (calm, cross, angry)
    claim = AgentPressed(_AT + 240, Ref(_DESK, "root-1"), _NORA, "claim", "1042")
    answer = AgentSaid(_AT + 300, Ref(_DESK, "a1"), _NORA, "I am sorry, Ada. I am on it.")
    resolve = AgentPressed(_AT + 900, Ref(_DESK, "root-1"), _NORA, "resolve", "1042")
    yield Scene("case-queued", (_card(*opened, policy=policy),))
    yield Scene("case-assigned", (_card(*opened, claim, policy=policy),))
    hold = AgentPressed(_AT + 600, Ref(_DESK, "root-1"), _NORA, "snooze", "2h")
    yield Scene("case-on-hold", (_card(*opened, claim, answer, hold, policy=policy),))
    yield Scene("case-resolved", (_card(*opened, claim, answer, resolve, policy=policy),))
    chatter = AgentSaid(_AT + 320, Ref(_DESK, "a2"), _SAM, "I think the refund got stuck in January.")
    _, whispered = _posts([*opened, claim, chatter], policy)
    yield Scene("whisper-who-owns-it", tuple(e.body for e in whispered if isinstance(e, Whisper)))
    yield Scene("notices", tuple(_notices(opened, claim, resolve, policy)))
    yield Scene("guesses", (_guesses(),))
    yield Scene("home", _home(), page=True)
    yield from _replies(opened, policy)
    yield from _learning((*opened, claim, answer, resolve), policy)
    rated = CustomerPressed(_AT + 960, Ref(_CHAT, "q1"), _ADA, satisfaction.RATE, "1042:2")
    more = CustomerSubmitted(_AT + 990, Ref(_CHAT, "q1"), _ADA, satisfaction.COMMENT, "1042", (("comment", _COMMENT),))
    yield Scene("satisfaction", tuple(_asked((*opened, claim, answer, resolve), (rated, more), policy)))
    yield Scene("satisfaction-on-the-card", (_card(*opened, claim, answer, resolve, rated, more, policy=policy),))
    yield Scene("case-right-to-left", (_elsewhere(_RASHID, "ar", "أين طلبي؟ هذه هي المرة الثالثة HP-10432!", policy),))
    yield Scene("case-long-names", (_elsewhere(_LONG, "de", "Donaudampfschifffahrt " * 30, policy),))


_COMMENT = "Nora was kind, but three weeks for a refund are too long."
_RASHID = Person("slack", "T1", "U7", "راشد المنصوري", timezone="Asia/Dubai", tier="gold")
_LONG = Person(
    "slack", "T1", "U8", "Wolfeschlegelsteinhausenbergerdorff " * 6, timezone="America/Argentina/ComodRivadavia"
)
_MACROS = (
    Macro("hello", "Hello {customer.first_name}, {agent.name} here. I have read everything above."),
    Macro("refund", "Your refund for {order_id} is on its way."),
    Macro("late", "Sorry for the wait, {customer.first_name}: {carrier} says it arrives on {day}."),
)


def _replies(opened: tuple[Event, ...], policy: Policy) -> Iterator[Scene]:
    """*Reply with…* as it opens, with the suggestion, and after a macro was chosen that lacks something."""
    conversation, _ = _posts(list(opened), policy)
    known = replace(policy, live=replace(policy.live, macros=_MACROS))
    yield Scene("form-reply", form=reply_form.form(conversation, "1042", _NORA, known))
    yield Scene("form-reply-macro", form=reply_form.form(conversation, "1042", _NORA, known, start="macro:late"))


def _learning(solved: tuple[Event, ...], policy: Policy) -> Iterator[Scene]:
    """What whoever solved a case is asked, the form of a lesson, and what leads review."""
    conversation, shown = _posts(list(solved), policy)
    yield Scene("learning-question", tuple(e.body for e in shown if isinstance(e, Whisper)))
    draft = lesson_form.Draft(
        teaching.words_of(conversation, 1042),
        "refund_status",
        answer=teaching.answer_of(conversation, 1042),
        is_likely=False,
    )
    known = (
        Teachable("refund_status", "where is my refund", ""),
        Teachable("track_order", "where is my parcel", ""),
        Teachable("sharpening", "can I have my axe sharpened", "Bring it to any shop.", is_learned=True),
    )
    yield Scene("form-teach", form=lesson_form.form("teach", "1042", "Teach from #1042", draft, known, submit="Teach"))
    lesson = Lesson(
        7,
        ("do you sharpen old axes", "can I have my axe sharpened"),
        "sharpening",
        "Bring it to any of our shops: sharpening costs 6 euros and takes a day.",
        "en",
        1042,
        "Nora Lindqvist",
        _AT,
        news=1.0,
    )
    held = replace(lesson, number=5, state=LessonState.HELD, why="the story *returns a tent* fails with it.")
    doubt = Doubt(
        "m1", "and the money", "en", _AT, "c", "k", (("track_order", 0.41), ("refund_status", 0.39)), "refund_status"
    )
    waiting = Waiting((lesson, held), (doubt,))
    for name, item in (("review-lesson", lesson), ("review-held", held), ("review-doubt", doubt)):
        yield Scene(name, (shown_item(item, waiting, "Europe/Lisbon", overview(waiting)),))


def _asked(before: tuple[Event, ...], after: tuple[Event, ...], policy: Policy) -> Iterator[Body]:
    """What the customer is asked and told about how it went, and what the desk is told of it."""
    for n in range(len(after) + 1):
        _, shown = _posts([*before, *after[:n]], policy)
        yield from (
            e.body for e in shown if isinstance(e, Post) and (e.side is Side.CUSTOMER or n) and not e.opens_thread
        )


def _elsewhere(who: Person, language: str, text: str, policy: Policy) -> Body:
    """The card of somebody whose name or words are not what a card was drawn for at first."""
    upset = Emotion(EmotionLabel.ANGRY, 0.9, 0.9, (text[:300],))
    parse = ParseResult(text, Intent("refund_status", 0.9), emotion=upset, language=language)
    turn = Turn(replies=(BotReply(text),), tracker="t", decided_by="rule refund", intent="refund_status")
    return _card(CustomerSaid(_AT, Ref(_CHAT, "m1"), who, text, parse=parse, turn=turn), policy=policy, of=who)


def _notices(opened: tuple[Event, ...], claim: Event, resolve: Event, policy: Policy) -> Iterator[Body]:
    for events in ((*opened, claim), (*opened, claim, resolve)):
        _, shown = _posts(list(events), policy)
        yield from (e.body for e in shown if isinstance(e, Post) and e.side is Side.AGENTS and e.body.quiet)


def _guesses() -> Body:
    fallback = ParseResult(
        "the thing",
        Intent(NLU_FALLBACK, 0.2),
        ranking=(Intent("refund_status", 0.35), Intent("track_order", 0.3)),
        language="en",
    )
    unsure = CustomerSaid(_AT, Ref(_CHAT, "m1"), _ADA, "hmm the thing", parse=fallback, turn=Turn(tracker="t"))
    _, shown = _posts([unsure], _POLICY)
    return next(e.body for e in shown if e.body.buttons)


def _home() -> tuple[Body, ...]:
    def row(text: str, *buttons: Button) -> Body:
        return Body(text, buttons=buttons)

    claim = Button("Claim #1044", "command", "claim 1044", ButtonStyle.PRIMARY)
    return (
        row("**You are on duty** since Tue 09:02 Lisbon, with 2 open cases.", Button("Go off duty", "command", "off")),
        row("**Your cases** (2)"),
        row(
            "**#1042 Ada Nwosu** · upset: The customer sounds angry (93%).\n"
            "assigned · open for 14 min · next answer due in 6 min (Tue 10:22 Lisbon)"
        ),
        row(
            "**#1039 Ben Ortiz** · asked: The customer asked for a person.\n"
            "on hold · open for 2 h · ⚠️ resolution overdue for 12 min"
        ),
        row("**Waiting for somebody** (1)"),
        row("**#1044 Emi Sato** · stuck: The bot was about to give the same answer again.\nopen for 3 min", claim),
    )
