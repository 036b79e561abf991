"""The life of a case while it is open: it is handed over, claimed, put back, put on hold. Its ends: `closing`.

Each step tells the customer once, redraws the root card and leaves one line in the case's thread.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.activity import Person, Side
from bot.core.cases import staffing
from bot.core.cases.cards import duration, redraw, root_card, time_from
from bot.core.conversation import Case, Conversation, HandOver, Line, Reason, Speaker, Status, case_of
from bot.core.decision import Decision, line_to_agents, words_to_customer
from bot.core.effects import Body, CancelTimer, Post, Priority, SetTimer, Voice, Whisper
from bot.core.learning import teaching
from bot.core.policy import Policy
from bot.core.wording.words import language_of, say, typeset
from nlu.types import EmotionLabel

WAITING: Final = "waiting"
WAKE: Final = "wake"

_REMINDERS: Final = 4
"""After so many notices of a long wait the customer is left in peace; the desk is reminded elsewhere."""
_NOTICES: Final = 8
"""After so many in all; what is left of them is said at closing time."""

_SORROWS: Final = frozenset({EmotionLabel.DISTRESSED.value, EmotionLabel.ANXIOUS.value})
"""Moods of which nobody says that they come from being annoyed."""

_MIRRORED_LINES_KEPT: Final = 40
_LINES_KEPT: Final = 400
_THREADS_KEPT: Final = 50


def language(conversation: Conversation, policy: Policy) -> str:
    """The language in which this customer is spoken to."""
    return language_of(conversation.language, conversation.customer.locale, policy)


def tell(conversation: Conversation, policy: Policy, name: str, **fields: object) -> Post:
    """A fixed text to the customer, in their language."""
    speaking = language(conversation, policy)
    return words_to_customer(say(name, speaking, policy, team=team_name(speaking, policy), **fields))


def tell_waiting(queued: Conversation, at: float, policy: Policy, name: str) -> Post:
    """A fixed text to a customer who waits from now on; at night with when somebody is there again."""
    speaking = language(queued, policy)
    team, number = team_name(speaking, policy), case_of(queued).number
    when = staffing.back_at(queued, at, speaking, policy)
    closed = say("closed_now", speaking, policy, team=team, number=number, when=when) if when is not None else ""
    return words_to_customer(f"{say(name, speaking, policy, team=team)} {closed}".strip())


def hand_over(conversation: Conversation, why: HandOver, at: float, policy: Policy, number: int) -> Decision:
    """Open a case: the customer hears what happens next, the desk gets the card and the transcript."""
    speaking = language(conversation, policy)
    desk = staffing.desk_for(policy, policy.desk_by_intent.get(conversation.need.intent, ""), at)
    case = Case(
        number, desk.name, why, at, need=conversation.need, moods=conversation.moods, similar=policy.live.similar
    )
    opening = opening_words(conversation, why, speaking, policy)
    queued = replace(
        conversation,
        status=Status.QUEUED,
        case=case,
        word="",
        doubts=0,
        last_answer="",
        same_answers=0,
        last_texts=(),
        offer=None,
        question=None,
        transcript=tuple(replace(line, mirrored=True) for line in conversation.transcript),
        by_lesson=False,
    )
    promise, button = staffing.promise(queued, at, speaking, team_name(speaking, policy), policy)
    told = Body(f"{opening} {promise}".strip(), buttons=(button,) if button else ())
    backlog = tuple(mirror_line(line) for line in conversation.transcript if not line.mirrored)
    return (
        teaching.left(Decision(trimmed(queued)), conversation)
        .then(Post(Side.CUSTOMER, told, priority=Priority.BOT_WORDS), root_card(queued, policy), *backlog)
        .then(remind(queued, at, policy.reminder_seconds, policy))
        .noting(
            "handed_over",
            f"Handed over to people as #{number}, because {why.reason.value}: {why.sentence}"
            + (f" Evidence: {', '.join(why.evidence)}" if why.evidence else ""),
            reason=why.reason.value,
            intent=conversation.need.intent or "none",
            platform=conversation.place.platform,
        )
    )


def claim(
    conversation: Conversation, by: Person, at: float, policy: Policy, *, giver: Person | None = None
) -> Decision:
    """Make `by` the owner of the case, whoever had it before. A `giver` assigned it to them."""
    case = case_of(conversation)
    before = case.assignee
    first = case.claimed_at is None
    claimed = replace(case, assignee=by, claimed_at=case.claimed_at or at, wakes_at=None)
    taken = replace(conversation, status=Status.ASSIGNED, case=claimed, word=by.key)
    over = f" from {before.label}" if before and before.key != by.key else ""
    decision = Decision(taken).then(CancelTimer(WAITING), CancelTimer(WAKE))
    if before is None or before.key != by.key:
        decision = decision.then(tell(taken, policy, "claimed", agent=name_of(by, policy)))
    if giver is not None and giver.key != by.key:
        whose = over if before is None or before.key != giver.key else ""
        nudge = Body(f"👉 {giver.label} gave this case to {by.label}{whose}.", mention=by, quiet=True)
        line, noted = Post(Side.AGENTS, nudge, priority=Priority.STATUS), f"was given to {by.label} by {giver.label}"
    else:
        line, noted = line_to_agents(f"🙋 {by.label} claimed this case{over}."), f"was claimed by {by.label}{over}"
    return decision.then(line, redraw(taken, policy)).noting(
        "claimed" if first else "taken_over",
        f"#{case.number} {noted}.",
        seconds=at - case.opened_at if first else None,
        agent=by.label,
    )


def assign(conversation: Conversation, to: Person, at: float, policy: Policy) -> Decision:
    """Give a queued case to somebody who did not ask for it; they are mentioned."""
    case = case_of(conversation)
    assigned = replace(case, assignee=to, claimed_at=case.claimed_at or at, wakes_at=None)
    given = replace(conversation, status=Status.ASSIGNED, case=assigned, word=to.key)
    line = Body(f"🎯 {to.label} has this case now: fewest open cases of those on duty.", mention=to, quiet=True)
    return (
        Decision(given)
        .then(CancelTimer(WAITING), CancelTimer(WAKE))
        .then(tell(given, policy, "assigned", agent=name_of(to, policy)))
        .then(Post(Side.AGENTS, line, priority=Priority.STATUS), redraw(given, policy))
        .noting(
            "claimed" if case.claimed_at is None else "taken_over",
            f"#{case.number} was given to {to.label}, who had the fewest open cases of those on duty.",
            seconds=at - case.opened_at if case.claimed_at is None else None,
            agent=to.label,
        )
    )


def release(conversation: Conversation, by: Person, at: float, policy: Policy) -> Decision:
    """Put the case back into the queue."""
    line = f"↩️ {by.label} put this back into the queue."
    case = case_of(conversation)
    had = case.assignee.key if case.assignee else ""
    given_back = replace(conversation, case=replace(case, clock=replace(case.clock, gave_back=had)))
    return _release(given_back, line, f"({by.label})", at, policy)


def release_for(conversation: Conversation, why: str, at: float, policy: Policy) -> Decision:
    """Put the case back into the queue, because of something that nobody did."""
    return _release(conversation, f"↩️ This is back in the queue: {why}.", f"({why})", at, policy)


def _release(conversation: Conversation, line: str, who: str, at: float, policy: Policy) -> Decision:
    case = replace(case_of(conversation), assignee=None, wakes_at=None)
    queued = replace(conversation, status=Status.QUEUED, case=case, word="")
    return (
        Decision(queued)
        .then(CancelTimer(WAKE), remind(queued, at, policy.reminder_seconds, policy))
        .then(tell_waiting(queued, at, policy, "released"), line_to_agents(line))
        .then(redraw(queued, policy))
        .noting("released", f"#{case.number} went back into the queue {who}.")
    )


def hold(conversation: Conversation, by: Person, at: float, until: float | None, policy: Policy) -> Decision:
    """Put the case on hold until a time, and at most until the customer writes; None: until then."""
    case = replace(case_of(conversation), wakes_at=until)
    paused = replace(conversation, status=Status.ON_HOLD, case=case)
    zone = policy.desk(case.desk).hours.zone
    ends = "the customer writes" if until is None else f"{time_from(at, until, zone)} ({duration(until - at)})"
    told = (
        ()
        if conversation.status is Status.ON_HOLD
        else (tell(paused, policy, "snoozed", agent=owner_name(paused, policy)),)
    )
    return (
        Decision(paused)
        .then(CancelTimer(WAITING), CancelTimer(WAKE) if until is None else SetTimer(WAKE, until))
        .then(*told, line_to_agents(f"💤 {by.label} put this on hold until {ends}."), redraw(paused, policy))
        .noting("held", f"#{case.number} is on hold until {ends} ({by.label}).")
    )


def wake(conversation: Conversation, at: float, why: str, policy: Policy, *, pinged: bool = False) -> Decision:
    """End the hold: back to the assignee, or to the queue when there is none.

    With `pinged` the assignee is mentioned by what woke it already, and once is enough.
    """
    case = replace(case_of(conversation), wakes_at=None)
    status = Status.ASSIGNED if case.assignee else Status.QUEUED
    awake = replace(conversation, status=status, case=case)
    waits = () if case.assignee else (remind(awake, at, policy.reminder_seconds, policy),)
    timers = (CancelTimer(WAKE), *waits)
    mention = None if pinged else case.assignee
    nudge = Post(Side.AGENTS, Body(f"⏰ {why}", mention=mention, quiet=True), priority=Priority.STATUS)
    return (
        Decision(awake)
        .then(*timers)
        .then(nudge, redraw(awake, policy))
        .noting("woken", f"#{case.number} woke up: {why}")
    )


def still_waiting(conversation: Conversation, at: float, policy: Policy) -> Decision:
    """Tell a queued customer that nothing is lost, ever more rarely, or when people are back; and nudge the desk."""
    case = case_of(conversation)
    speaking = language(conversation, policy)
    closing = staffing.closing_words(conversation, at, speaking, team_name(speaking, policy), policy)
    if case.reminded >= _REMINDERS and closing is None:
        closes = policy.desk(case.desk).hours.next_closing(at)
        later = () if closes is None or case.reminded >= _NOTICES else (SetTimer(WAITING, closes),)
        return Decision(conversation).then(*later)
    waiting = replace(conversation, case=replace(case, reminded=case.reminded + 1))
    waited = duration(at - case.opened_at)
    if closing is not None:
        told = Post(Side.CUSTOMER, closing, priority=Priority.BOT_WORDS)
        line = "🌙 Nobody took this before closing. The customer was told when you are back."
    else:
        told = tell(waiting, policy, "still_waiting", number=case.number)
        line = f"⏳ The customer has been waiting for {waited}."
    return (
        Decision(waiting)
        .then(told, line_to_agents(line))
        .then(remind(waiting, at, policy.reminder_seconds * 2.0 ** (case.reminded + 1), policy))
        .noting("waited", f"#{case.number} is still unclaimed after {waited}.")
    )


def refuse(conversation: Conversation, to: Person, why: str) -> Decision:
    """Tell one person in the desk, and nobody else, why something was not done."""
    return Decision(conversation).then(Whisper(Side.AGENTS, to, Body(why)))


def team_name(speaking: str, policy: Policy) -> str:
    """What customers call the people at the desk: the company's own name for them, or ours in their language."""
    return policy.team or say("team", speaking, policy)


def name_of(agent: Person, policy: Policy) -> str:
    """The name under which customers see an agent."""
    return policy.persona or agent.label


def trimmed(conversation: Conversation) -> Conversation:
    """The conversation with its transcript within bounds: what the desk has not seen is kept longest."""
    lines = conversation.transcript
    if len(lines) <= _MIRRORED_LINES_KEPT:
        return conversation
    old, recent = lines[:-_MIRRORED_LINES_KEPT], lines[-_MIRRORED_LINES_KEPT:]
    kept = (*(line for line in old if not line.mirrored), *recent)
    return replace(conversation, transcript=kept[-_LINES_KEPT:])


def left_with(conversation: Conversation) -> tuple[str, ...]:
    """The threads that are left behind, with the one in which the case is now."""
    thread = conversation.case.thread if conversation.case else ""
    if not thread or thread in conversation.left:
        return conversation.left
    return (*conversation.left, thread)[-_THREADS_KEPT:]


def owner_name(conversation: Conversation, policy: Policy) -> str:
    """Who has the case, as the customer calls them: a person, or the team."""
    case = case_of(conversation)
    return name_of(case.assignee, policy) if case.assignee else team_name(language(conversation, policy), policy)


def opening_words(conversation: Conversation, why: HandOver, speaking: str, policy: Policy) -> str:
    """What is said before the promise: the author's words for the matter, else, to who is upset, that this was seen."""
    if why.reason is Reason.SAFETY:
        return typeset(policy.emergency.get(speaking, ""), speaking) or say("emergency", speaking, policy)
    if why.reason is Reason.FAILED:
        return say("failed", speaking, policy)
    own = _first_words(conversation, why, speaking, policy)
    return typeset(own, speaking) or _sympathy(conversation, why, speaking, policy)


def _sympathy(conversation: Conversation, why: HandOver, speaking: str, policy: Policy) -> str:
    mood = conversation.moods[-1] if conversation.moods else None
    if why.reason is not Reason.UPSET and (mood is None or mood.upset < policy.thresholds.upset):
        return ""
    return say("distressed" if mood and mood.label in _SORROWS else "upset", speaking, policy)


def _first_words(conversation: Conversation, why: HandOver, speaking: str, policy: Policy) -> str:
    """What the assistant's author wants said at once where an intent is never left to a machine."""
    if why.reason is not Reason.POLICY:
        return ""
    wordings = policy.first_words.get(conversation.need.intent, {})
    return wordings.get(speaking) or wordings.get(policy.default_language, "")


def remind(conversation: Conversation, at: float, seconds: float, policy: Policy) -> SetTimer:
    """When a queued customer is told next that nothing is lost."""
    return SetTimer(WAITING, staffing.reminder_at(conversation, at, seconds, policy))


def mirror_line(line: Line) -> Post:
    """A line of the transcript, as the desk reads it."""
    name = line.name if line.speaker is Speaker.CUSTOMER else f"{line.name} (bot)"
    quiet = line.speaker is not Speaker.CUSTOMER
    body = Body(line.text, voice=Voice(name), quiet=quiet, files=line.files)
    return Post(Side.AGENTS, body, source=line.ref, priority=Priority.MIRRORED)
