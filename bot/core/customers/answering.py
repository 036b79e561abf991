"""What happens while the bot owns the thread: it answers, asks back, or hands over."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.core.activity import Person, Side
from bot.core.cases import casework
from bot.core.conversation import Conversation, HandOver, Line, Offer, Question, Reason, Speaker
from bot.core.customers import escalation, follow_ups, several
from bot.core.customers.hearing import (
    NONE_OF_THESE,
    PERSON,
    SAY,
    goes_to_people,
    heard,
    is_new_passage,
    label_of,
    requests_of,
    rewritten,
    spoken_text,
)
from bot.core.customers.passages import passage
from bot.core.decision import Decision, nothing
from bot.core.effects import Body, Button, Post, Priority, SetTimer
from bot.core.events import (
    BotReply,
    CustomerDeleted,
    CustomerEdited,
    CustomerPressed,
    CustomerReacted,
    CustomerSaid,
    TimerFired,
    Turn,
)
from bot.core.learning import teaching
from bot.core.policy import Policy
from bot.core.wording.shortening import on_one_line
from bot.core.wording.words import say
from nlu.types import ParseResult

REMINDER: Final = "remind:"
"""Prefix of the names of timers that belong to the assistant's own reminders."""

_SAYABLE: Final = {r.value: r for r in (Reason.SAFETY, Reason.POLICY, Reason.ASKED, Reason.STUCK)}
"""The reasons that an assistant may give for handing over; without one the customer agreed to a person."""

_TEXTS_KEPT: Final = 4
_QUOTED: Final = 80
_GUESSES: Final = 3
_CHOICES: Final = 5
"""As many as are shown at once, guesses and those of a question that is asked again together."""
_LISTED: Final = re.compile(r"^\s*(?:[•*-]|\d{1,2}[.)])\s", re.MULTILINE)
_LEAST_GUESS: Final = 0.1
"""A guess is offered when it is at least this likely in proportion to the best one."""


def answer(conversation: Conversation, event: CustomerSaid | CustomerPressed, policy: Policy, number: int) -> Decision:
    """Answer a customer who is with the bot, or hand over."""
    after = heard(conversation, event, policy)
    start = _opening(conversation, event)
    if isinstance(event, CustomerPressed) and event.action != SAY:
        return start.followed_by(_pressed(after, event, policy, number))
    parse, turn = event.parse, event.turn
    if parse is None:
        silent = HandOver(Reason.FAILED, "The bot cannot understand anything now.", ("understanding did not answer",))
        return start.followed_by(casework.hand_over(after, silent, event.at, policy, number))
    start = _noting_understood(start, event, parse)
    why = goes_to_people(after, event, policy)
    if why is None and turn is None:
        why = HandOver(Reason.FAILED, "The assistant gave no answer.", ())
    if why is not None:
        return start.followed_by(casework.hand_over(after, why, event.at, policy, number))
    assert turn is not None, "without a turn there is a reason by now"
    return start.followed_by(_after_turn(conversation, after, event, parse, turn, policy, number))


def remind(conversation: Conversation, event: TimerFired, policy: Policy, number: int) -> Decision:
    """Do what the assistant had planned for this time: it says something, or brings a person to who has gone silent."""
    turn = event.turn
    if turn is None:
        return nothing(conversation)
    if turn.hand_over is not None:
        return _handed_over(conversation, turn, turn.hand_over, event.at, policy, number)
    if (failed := escalation.failed(turn)) is not None:
        return casework.hand_over(conversation, failed, event.at, policy, number)
    if not turn.replies:
        return Decision(replace(conversation, tracker=turn.tracker or conversation.tracker))
    return _say(conversation, turn, event.at, policy)


def edited(conversation: Conversation, event: CustomerEdited) -> Decision:
    """Keep the transcript true; an answer that was given stays given."""
    return nothing(rewritten(conversation, event.ref, event.text, event.files))


def deleted(conversation: Conversation, event: CustomerDeleted) -> Decision:
    """Keep the transcript true: agents will see that something was taken back."""
    return nothing(rewritten(conversation, event.ref, "*(deleted by the customer)*", ()))


def reacted(conversation: Conversation, event: CustomerReacted) -> Decision:
    """Remember praise and blame for an answer."""
    if not event.added:
        return nothing(conversation)
    return nothing(conversation).noting("reacted", f"The customer reacted with {event.emoji}.", emoji=event.emoji)


def _after_turn(
    before: Conversation,
    after: Conversation,
    event: CustomerSaid | CustomerPressed,
    parse: ParseResult,
    turn: Turn,
    policy: Policy,
    number: int,
) -> Decision:
    text = spoken_text(event)
    parse = _taken(event, parse, turn)
    heard_texts = (*after.last_texts, escalation.normal(text))[-_TEXTS_KEPT:]
    filled = after.need if not turn.slots else replace(after.need, entities=turn.slots)
    after = replace(after, tracker=turn.tracker, returned="", need=filled)
    after = replace(after, customer=_of_tier(after.customer, event.author, turn, policy))
    if turn.hand_over is not None:
        return _handed_over(after, turn, turn.hand_over, event.at, policy, number)
    if _is_file_alone(event) and not turn.filled and not turn.refused_slots and turn.failure is None:
        return _cannot_open(replace(after, tracker=before.tracker), event.at, policy)
    known = replace(before, moods=after.moods, customer=after.customer)
    why_after = escalation.after_turn(known, text, parse, turn, policy)
    if why_after is not None:
        return casework.hand_over(after, why_after, event.at, policy, number)
    after = replace(after, last_texts=heard_texts, question=_question(before, event, parse, turn))
    if escalation.is_unsure(parse, turn):
        if turn.answers_doubt and turn.replies:  # the assistant's author knows better than we what to say to that
            doubting = replace(after, doubts=after.doubts + 1)
            return _say(doubting, turn, event.at, policy).noting("unsure", "Not sure what was meant.")
        return _offer_guesses(after, parse, turn, event.at, policy)
    if escalation.is_again(before, parse, turn):
        return _say_again(replace(after, doubts=0), event, turn, policy)
    return teaching.credited(_say(replace(after, doubts=0), turn, event.at, policy), parse, turn, policy)


def _is_file_alone(event: CustomerSaid | CustomerPressed) -> bool:
    return isinstance(event, CustomerSaid) and bool(event.files) and not event.text.strip()


def _cannot_open(conversation: Conversation, at: float, policy: Policy) -> Decision:
    """Say that people alone can look into what was sent without a word; the assistant has heard nothing."""
    text = say("file_alone", casework.language(conversation, policy), policy)
    button = _person(conversation, policy)
    told = replace(conversation, transcript=(*conversation.transcript, _bot_line(at, _listed(text, (button,)))))
    said = Decision(casework.trimmed(told)).then(_post(BotReply(text, (button,))))
    return said.noting("file_alone", "A file came without a word: words, or a person, were asked for.")


def _question(
    before: Conversation, event: CustomerSaid | CustomerPressed, parse: ParseResult, turn: Turn
) -> Question | None:
    """What the next message may lean on: of several things the last that was taken, of a button what it is called."""
    leaned = isinstance(event, CustomerSaid) and bool(event.leans_on)
    text = label_of(before, event) if isinstance(event, CustomerPressed) else event.text
    if turn.answered and not leaned:
        text = next((r.text for r in requests_of(event) if r.meaning_of(r.intent.name) == turn.answered[-1]), text)
    return follow_ups.remembered(before, text, parse, event.at, leaned=leaned, waits=turn.waits)


def _taken(event: CustomerSaid | CustomerPressed, parse: ParseResult, turn: Turn) -> ParseResult:
    """What a message was answered as: of several things the last that was taken, which may ask back."""
    taken = turn.answered[-1:]
    last = next((r for r in requests_of(event) if r.meaning_of(r.intent.name) in taken), None)
    return several.meaning(parse, last) if last else parse


def _handed_over(
    conversation: Conversation, turn: Turn, reason: str, at: float, policy: Policy, number: int
) -> Decision:
    """What the assistant itself hands over. In danger the words for it are said alone, in the customer's language."""
    desk = turn.desk or policy.desk_by_intent.get(conversation.need.intent, "")
    routed = replace(policy, desk_by_intent={conversation.need.intent: desk}) if desk else policy
    kind = _SAYABLE.get(turn.hand_over_kind, Reason.ASKED)
    sentence = f"The assistant handed over: {reason.rstrip('.') or 'the assistant asked for a person'}."
    why = HandOver(kind, sentence, (turn.decided_by,))
    said = _say(conversation, replace(turn, replies=()) if kind is Reason.SAFETY else turn, at, policy)
    return said.followed_by(casework.hand_over(said.conversation, why, at, routed, number))


def _say(conversation: Conversation, turn: Turn, at: float, policy: Policy) -> Decision:
    replies = (*_what_waits(conversation, turn, policy), *turn.replies)
    answered = replace(conversation, last_answer=escalation.answer_of(turn) or conversation.last_answer, same_answers=0)
    decision = _posted(answered, turn, replies, at)
    if not replies:
        if conversation.status.value == "bot" and turn.hand_over is None and not turn.reminders:
            text = say("rephrase", casework.language(conversation, policy), policy)
            return decision.then(_post(BotReply(text, (_person(conversation, policy),)))).noting(
                "answered_nothing", f"The assistant had nothing to say ({turn.decided_by or 'no rule or story'})."
            )
        return decision
    return decision.noting(
        "answered",
        f"Answered by {turn.decided_by or 'the assistant'}"
        + (f" with {', '.join(turn.actions)}" if turn.actions else "")
        + (f", of {turn.model}" if turn.model else "")
        + ".",
        intent=turn.intent or "none",
    )


def _say_again(
    conversation: Conversation, event: CustomerSaid | CustomerPressed, turn: Turn, policy: Policy
) -> Decision:
    """The answer that was given last is due again: say that, with its choices; a form asks again. Offer a person.

    What was asked further is answered with the part of it that is about that, where there is one.
    """
    person = _person(conversation, policy)
    speaking = casework.language(conversation, policy)
    part = ""
    if turn.refused_slots > 0:
        *first, last = turn.replies
        replies = (*first, replace(last, buttons=(*last.buttons, person)))
    else:
        if policy.follow_ups and isinstance(event, CustomerSaid):
            part = passage(escalation.answer_of(turn), event.text)
        choices = tuple(button for reply in turn.replies for button in reply.buttons)
        leaned = isinstance(event, CustomerSaid) and bool(event.leans_on)
        name = "said_of_that" if part else "said_above" if leaned else "same_answer"
        replies = (BotReply(say(name, speaking, policy, words=part), (*choices, person)),)
    again = replace(conversation, same_answers=conversation.same_answers + (not part))
    return _posted(again, turn, replies, event.at).noting(
        "answered_again",
        "The same answer was due again: " + ("a part of it was told." if part else "other words were asked for."),
        intent=turn.intent,
    )


def _posted(conversation: Conversation, turn: Turn, replies: tuple[BotReply, ...], at: float) -> Decision:
    """Send these words as the turn's, with what it planned for later."""
    lines = tuple(_bot_line(at, _as_text(reply)) for reply in replies)
    pairs = _said_by(tuple(button for reply in replies for button in reply.buttons))
    after = replace(
        conversation,
        transcript=(*conversation.transcript, *lines),
        offer=Offer("", pairs, _places(replies[-1])) if pairs else None,
        tracker=turn.tracker or conversation.tracker,
    )
    timers = tuple(SetTimer(REMINDER + name, due) for name, due in turn.reminders)
    return Decision(casework.trimmed(after)).then(*(_post(reply) for reply in replies), *timers)


def _said_by(buttons: tuple[Button, ...]) -> tuple[tuple[str, str], ...]:
    """What pressing says, and the label, of the buttons that say something."""
    return tuple((button.value, button.label) for button in buttons if button.action == SAY and not button.url)


def _places(last: BotReply) -> int:
    """How many choices may be counted: those of the last message, unless its words list other things."""
    choices, listed = len(_said_by(last.buttons)), len(_LISTED.findall(last.text))
    return choices if listed in (0, choices) else 0


def _what_waits(conversation: Conversation, turn: Turn, policy: Policy) -> tuple[BotReply, ...]:
    """What is said first where a message asked for more than can be taken at once: a button for the rest."""
    if not turn.left or turn.hand_over is not None:
        return ()
    speaking = casework.language(conversation, policy)
    buttons = tuple(Button(_label(meant, speaking, policy), SAY, words) for meant, words in turn.left)
    return (BotReply(say("one_at_a_time", speaking, policy), buttons),)


def _offer_guesses(conversation: Conversation, parse: ParseResult, turn: Turn, at: float, policy: Policy) -> Decision:
    speaking = casework.language(conversation, policy)
    own, choices = escalation.answer_of(turn), tuple(button for reply in turn.replies for button in reply.buttons)
    # a form that asks again keeps its choices, with as many guesses beside them as there is room for
    guesses = _guesses(parse, speaking, policy)[: max(0, _CHOICES - len(choices))]
    text = own or say("unsure" if guesses else "rephrase", speaking, policy)
    buttons = (*choices, *(Button(label, SAY, payload) for payload, label in guesses))
    last = Button(say("none_of_these", speaking, policy), NONE_OF_THESE) if guesses else _person(conversation, policy)
    after = replace(
        conversation,
        doubts=conversation.doubts + 1,
        offer=Offer(text, (*_said_by(choices), *guesses), len(choices) + len(guesses)),
        transcript=(*conversation.transcript, _bot_line(at, _listed(text, (*buttons, last)))),
    )
    shown = ", ".join(f"{i.name} {i.confidence:.0%}" for i in parse.ranking[:_GUESSES])
    return (
        Decision(casework.trimmed(after))
        .then(Post(Side.CUSTOMER, Body(text, buttons=(*buttons, last)), priority=Priority.BOT_WORDS))
        .noting("unsure", f"Not sure what was meant ({shown or 'no idea'}), so guesses were offered.")
    )


def _guesses(parse: ParseResult, speaking: str, policy: Policy) -> tuple[tuple[str, str], ...]:
    """The likeliest meanings, best first: what a button says when pressed, and what it is called."""
    possible = escalation.guessable(parse, policy)[:_GUESSES]
    payloads: dict[str, str] = {}
    for meaning in possible:
        if meaning.confidence >= _LEAST_GUESS * possible[0].confidence:
            # questions of one group that a language has no words for are called the same: the likeliest stands
            payloads.setdefault(_label(meaning.name, speaking, policy), f"/{meaning.name}")
    return tuple((payload, label) for label, payload in payloads.items())


def _pressed(after: Conversation, event: CustomerPressed, policy: Policy, number: int) -> Decision:
    if event.action == NONE_OF_THESE:
        offered = tuple(label for _, label in after.offer.guesses) if after.offer else ()
        why = HandOver(Reason.UNSURE, "None of the bot's guesses was right.", offered)
        return casework.hand_over(after, why, event.at, policy, number)
    if event.action == PERSON:
        why = HandOver(Reason.ASKED, "The customer pressed the button for a person.", ())
        return casework.hand_over(after, why, event.at, policy, number)
    return Decision(after).noting("ignored", f"A button that means nothing here was pressed: {event.action}.")


def _opening(conversation: Conversation, event: CustomerSaid | CustomerPressed) -> Decision:
    """Count the message, and the passage that it may open."""
    platform = conversation.place.platform
    start = Decision(conversation)
    if is_new_passage(conversation, event.at):
        start = start.noting("opened", f"{event.author.label} began on {platform}.", platform=platform)
    if isinstance(event, CustomerSaid):
        start = start.noting("customer_said", f"{event.author.label} wrote.", platform=platform)
    return start


def _noting_understood(start: Decision, event: CustomerSaid | CustomerPressed, parse: ParseResult) -> Decision:
    found = ", ".join(f"{e.entity}={e.shown}" for e in parse.entities)
    feeling = f"{parse.emotion.label.value}, upset {parse.emotion.upset:.0%}"
    by = f", by {parse.model}" if parse.model else ""
    requests = requests_of(event) or (parse,)
    meant = " and ".join(f"{each.intent.name} ({each.intent.confidence:.0%}{by})" for each in requests)
    leans_on = event.leans_on if isinstance(event, CustomerSaid) else ""
    after = f" after “{on_one_line(leans_on, _QUOTED)}”, alone as {_alone(parse)}" if leans_on else ""
    text = f"Understood as {meant}{after}; {feeling}" + (f"; {found}" if found else "")
    return start.noting("understood", text, intent=requests[0].intent.name, emotion=parse.emotion.label.value)


def _alone(parse: ParseResult) -> str:
    return f"{parse.meaning_of(parse.intent.name)} ({parse.intent.confidence:.0%})"


def _of_tier(known: Person, author: Person, turn: Turn, policy: Policy) -> Person:
    """The customer, of the tier that the assistant has found out, unless the company or the platform says another."""
    found = dict(turn.slots).get(policy.tier_slot, "") if policy.tier_slot else ""
    return replace(known, tier=found) if found and not author.tier else known


def _post(reply: BotReply) -> Post:
    body = Body(reply.text, buttons=reply.buttons, image=reply.image)
    return Post(Side.CUSTOMER, body, priority=Priority.BOT_WORDS)


def _person(conversation: Conversation, policy: Policy) -> Button:
    return Button(say("person", casework.language(conversation, policy), policy), PERSON)


def _bot_line(at: float, text: str) -> Line:
    return Line(at, Speaker.BOT, "Assistant", text)


def _as_text(reply: BotReply) -> str:
    return _listed(reply.text, reply.buttons)


def _listed(text: str, buttons: tuple[Button, ...]) -> str:
    return text + "".join(f"\n- [{button.label}]" for button in buttons)


def _label(intent: str, language: str, policy: Policy) -> str:
    """What a meaning is called: in the customer's language, even if that only says what sort of question it is."""
    worded, sort = policy.labels_in.get(language, {}), intent.partition("/")[0]
    own = policy.intent_labels.get(intent)
    return worded.get(intent) or own or (language != policy.default_language and worded.get(sort)) or _pretty(intent)


def _pretty(intent: str) -> str:
    words = intent.rpartition("/")[2].removeprefix("ask_").replace("_", " ")
    return words[:1].upper() + words[1:]
