"""What a customer's message adds to a conversation, whoever answers it: words, mood, language, need, who they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.activity import Person, Ref, still_there
from bot.core.cases.staffing import GO_ON
from bot.core.conversation import Conversation, HandOver, Line, Mood, Need, Speaker
from bot.core.customers import danger, escalation, several
from bot.core.customers.customary import OUT_OF_SCOPE, SMALL_TALK
from bot.core.events import CustomerPressed, CustomerSaid
from bot.core.policy import Policy
from bot.core.wording.tongue import tongue_of
from nlu.types import ParseResult

SAY: Final = "say"
NONE_OF_THESE: Final = "none"
PERSON: Final = "person"
_SHOWN: Final = {NONE_OF_THESE: "None of these", PERSON: "Talk to a person", GO_ON: "Go on with the bot"}
"""How the desk reads our own buttons; agents are one team with one language."""

_NO_NEED: Final = SMALL_TALK | OUT_OF_SCOPE
_MOODS_KEPT: Final = 6
_NEW_PASSAGE_AFTER: Final = 24 * 3600.0


def heard(conversation: Conversation, event: CustomerSaid | CustomerPressed, policy: Policy) -> Conversation:
    """The conversation with this message taken in: transcript, mood, language, where to answer.

    Pure and repeatable: the engine asks it too, to know whether the assistant is needed.
    """
    spoken = event.text if isinstance(event, CustomerSaid) else label_of(conversation, event)
    source = event.ref if isinstance(event, CustomerSaid) else None
    files = event.files if isinstance(event, CustomerSaid) else ()
    line = Line(event.at, Speaker.CUSTOMER, event.author.label, spoken, source, files=files)
    # A chat is answered where the customer writes now; what another conversation passed on was written elsewhere.
    own = conversation.id in {event.ref.place.key, event.ref.place.root.key}
    place = event.ref.place if own else conversation.place
    after = replace(
        conversation,
        customer=_known(conversation.customer, event.author),
        place=place,
        transcript=(*conversation.transcript, line),
        last_customer_at=max(conversation.last_customer_at, event.at),
        by_lesson=conversation.by_lesson and not is_new_passage(conversation, event.at),
    )
    parse = event.parse
    if parse is None:
        return after
    mood = Mood(event.at, parse.emotion.upset, parse.emotion.label.value, parse.emotion.evidence)
    return replace(
        after,
        moods=(*conversation.moods, mood)[-_MOODS_KEPT:],
        language=tongue_of(conversation, spoken, parse, policy),
        need=_need(conversation.need, _told(event, parse, policy), policy),
    )


def taken_in(conversation: Conversation, event: CustomerSaid, policy: Policy) -> tuple[Conversation, HandOver | None]:
    """The conversation with this message taken in, and why it goes to people whatever the assistant would say."""
    after = heard(conversation, event, policy)
    return after, goes_to_people(after, event, policy)


def goes_to_people(after: Conversation, event: CustomerSaid | CustomerPressed, policy: Policy) -> HandOver | None:
    """Why a message goes to people whatever the assistant would say: as a whole, or for one of the things it asks for.

    `after` is the conversation with the message taken in.
    """
    whole, text = event.parse, spoken_text(event)
    if whole is None:
        return None
    meanings = (whole, *(several.meaning(whole, request) for request in requests_of(event)))
    reasons = (escalation.before_turn(after, text, meant, policy) for meant in meanings)
    return next((why for why in reasons if why), None)


def requests_of(event: CustomerSaid | CustomerPressed) -> tuple[ParseResult, ...]:
    """What a message asks for where that is several things; a button says one."""
    return event.requests if isinstance(event, CustomerSaid) else ()


def spoken_text(event: CustomerSaid | CustomerPressed) -> str:
    """What is to be understood of an event: the words, or a button's payload."""
    return event.text if isinstance(event, CustomerSaid) else event.value


def rewritten(conversation: Conversation, ref: Ref, text: str, files: tuple[str, ...] | None = None) -> Conversation:
    """The conversation with the transcript line of that message changed, if it is there.

    Of its files those stay whose ids are in `files`; all of them if that is None.
    """

    def changed(line: Line) -> Line:
        return replace(line, text=text, files=still_there(line.files, files))

    lines = tuple(changed(x) if x.ref and x.ref.key == ref.key else x for x in conversation.transcript)
    return replace(conversation, transcript=lines)


def is_new_passage(conversation: Conversation, at: float) -> bool:
    """Whether somebody who writes at that time begins anew, after a day of silence or for the first time."""
    return conversation.last_customer_at == 0.0 or at - conversation.last_customer_at > _NEW_PASSAGE_AFTER


def _told(event: CustomerSaid | CustomerPressed, parse: ParseResult, policy: Policy) -> ParseResult:
    """What a message means to people: of several things the one that is theirs, else the first."""
    requests = requests_of(event)
    if not requests:
        return parse
    theirs = policy.always_human.keys() | policy.handoff_intents | policy.emergency_intents
    first = next((request for request in requests if request.intent.name in theirs), requests[0])
    return several.meaning(parse, first)


def _need(earlier: Need, parse: ParseResult, policy: Policy) -> Need:
    feared = danger.feared(parse, policy)
    if feared is not None:
        return Need(feared.name, feared.confidence, tuple((e.entity, e.shown) for e in parse.entities))
    if parse.is_fallback or parse.intent.base in _NO_NEED:
        return earlier
    found = tuple((e.entity, e.shown) for e in parse.entities)
    return Need(parse.intent.name, parse.intent.confidence, found or earlier.entities)


def _known(before: Person, now: Person) -> Person:
    """Who the customer is: what was known stays known when a later message tells less."""
    if before.key != now.key:
        return before
    kept = {
        name: getattr(now, name) or getattr(before, name)
        for name in ("name", "locale", "timezone", "picture", "email", "tier")
    }
    return replace(now, **kept)


def label_of(conversation: Conversation, event: CustomerPressed) -> str:
    """What the customer read on the button that they pressed."""
    known = dict(conversation.offer.guesses) if conversation.offer else {}
    return known.get(event.value) or _SHOWN.get(event.action) or event.value.removeprefix("/") or event.action
