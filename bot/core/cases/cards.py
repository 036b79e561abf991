"""What the root card of a case says: the hand-over pack as values. How it looks is each adapter's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.core.activity import Side
from bot.core.cases import pack, sla
from bot.core.conversation import Case, Conversation, Status, case_of
from bot.core.effects import Body, Button, ButtonStyle, CardField, CaseCard, Post, Priority, Redraw
from bot.core.learning import teaching
from bot.core.policy import Policy
from bot.core.typed.commands import COMMAND
from bot.core.wording.moments import zone_of
from bot.core.wording.shortening import on_one_line

_TONES: Final = {
    Status.BOT: "done",
    Status.QUEUED: "waiting",
    Status.ASSIGNED: "active",
    Status.ON_HOLD: "paused",
    Status.RESOLVED: "done",
}
_DUE: Final = " due"

_A_WEEK: Final = 6 * 86400.0
_SHOWN: Final = 60
"""Characters of words that wait: enough to know them again."""

FACES: Final = ("😠", "🙁", "😐", "🙂", "😀")
"""How satisfied somebody is, from 1 to 5."""
CLAIM: Final = Button("Claim", "claim", style=ButtonStyle.PRIMARY)
RESOLVE: Final = Button("Resolve", "resolve", style=ButtonStyle.PRIMARY, asks=True)
ASSIGN: Final = Button("Assign", "assign", asks=True)
REPLY_WITH: Final = Button("Reply with…", "reply_with", asks=True)
SNOOZE: Final = Button("Snooze", "snooze", asks=True)
WAKE: Final = Button("Wake", "wake", style=ButtonStyle.PRIMARY)
TAKE_OVER: Final = Button("Take over", "take_over")
REOPEN: Final = Button("Reopen", "reopen")
TRANSFER: Final = Button("Transfer to another desk", "transfer", more=True, asks=True)
HAND_BACK: Final = Button("Hand back to the bot", "hand_back", more=True)
NOT_A_REQUEST: Final = Button("Not a request", "dismiss", more=True)
TEACH: Final = Button("Teach the bot", teaching.TEACH, asks=True)
REVEAL: Final = Button("Reveal what is masked", COMMAND, "reveal", more=True)
FORGET: Final = Button("Forget this customer", COMMAND, "forget", more=True)


def root_card(conversation: Conversation, policy: Policy) -> Post:
    """The message that opens a case's thread in its desk."""
    return Post(Side.AGENTS, _body(conversation, policy), priority=Priority.MIRRORED, opens_thread=True)


def redraw(conversation: Conversation, policy: Policy, *, buttons: bool = True) -> Redraw:
    """The root card as it must read now."""
    body = _body(conversation, policy)
    return Redraw(body if buttons else _without_buttons(body))


def moved_card(conversation: Conversation, where: str, policy: Policy) -> Redraw:
    """The card of the desk that a case leaves: it says where it went, and nothing can be pressed."""
    body = _without_buttons(_body(conversation, policy))
    assert body.card is not None, "a root card is a card"
    # when it is due, and what else changes, stands on the card of the desk that has the case
    facts = tuple(x for x in body.card.fields if not x.label.endswith(_DUE))
    card = replace(body.card, status="moved", state=f"passed on to {where}", tone="done", fields=facts)
    head = f"**#{card.number} · {card.title}** — {card.state}"
    return Redraw(replace(body, text=head, card=card), former=True)


def second_card_in(thread: str) -> str:
    """Names the errand of finding out whether a card stands above a desk's thread (the place's key) a second time."""
    return f"stray|{thread}"


def twice(number: int) -> Body:
    """What a root card says that was put into the desk a second time, without anybody having known."""
    return Body(
        f"**#{number}** · This card came twice, and this one is connected to nobody: what is written under it stays "
        f"here. The case goes on under the other card of #{number} in this channel.",
    )


def forgotten_thread(thread: str) -> str:
    """Names the errand of saying once in a desk's thread (the place's key) that nothing is known of it any more."""
    return f"forgotten|{thread}"


def forgotten() -> Body:
    """What is said in a desk's thread from before the store was emptied."""
    return Body(
        "⚠️ Warmline does not know this thread any more: its store was emptied after the thread was opened. "
        "**What is written here reaches no customer**, and the buttons above do nothing. Answer them yourself where "
        "they wrote; when they write again, a new case comes."
    )


def local_time(at: float, timezone: str) -> str:
    """A time of these days as people in that IANA zone read it; UTC where the zone is unknown: `Mon 19:44 Lisbon`."""
    return _clock(at, timezone, lambda moment: f"{moment:%a}")


def dated_time(at: float, timezone: str) -> str:
    """The same of a time that may be weeks away: `Mon 30 Nov 19:44 Lisbon`."""
    return _clock(at, timezone, lambda moment: f"{moment:%a} {moment.day} {moment:%b}")


def time_from(now: float, at: float, timezone: str) -> str:
    """The same, with its date only where the day of the week might be that of another week."""
    return (local_time if abs(at - now) < _A_WEEK else dated_time)(at, timezone)


def _clock(at: float, timezone: str, day: Callable[[datetime], str]) -> str:
    zone = zone_of(timezone)
    moment = datetime.fromtimestamp(at, zone or UTC)
    return f"{day(moment)} {moment:%H:%M} {timezone.rpartition('/')[2].replace('_', ' ') if zone else 'UTC'}"


def duration(seconds: float) -> str:
    """A duration as people say it: `45 s`, `12 min`, `2 h`, `3.5 h`, `2 days`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.1f}".removesuffix(".0") + " h"
    return f"{seconds / 86400:.0f} days"


def _without_buttons(body: Body) -> Body:
    card = replace(body.card, buttons=()) if body.card else None
    return replace(body, buttons=(), card=card)


def _buttons(conversation: Conversation, case: Case, policy: Policy) -> tuple[Button, ...]:
    """What can be done to a case, each with its number: so a card that was left behind is known by it.

    At most five stand behind ⋯: that is all that Slack's menu takes, and everywhere is the same. A double is merged
    where it is resolved as one.
    """
    transfer = (TRANSFER,) if len(policy.desks) > 1 else ()
    rare = (*transfer, HAND_BACK, NOT_A_REQUEST, REVEAL, FORGET)
    match conversation.status:
        case Status.QUEUED:
            shown = (CLAIM, ASSIGN, REPLY_WITH, SNOOZE, replace(RESOLVE, style=ButtonStyle.PLAIN), *rare)
        case Status.ASSIGNED:
            shown = (RESOLVE, REPLY_WITH, ASSIGN, SNOOZE, TAKE_OVER, *rare)
        case Status.ON_HOLD:
            shown = (WAKE, REPLY_WITH, ASSIGN, TAKE_OVER, replace(RESOLVE, style=ButtonStyle.PLAIN), *rare)
        case Status.RESOLVED:
            shown = (REOPEN, TEACH, REVEAL, FORGET)
        case Status.BOT:
            shown = ()
    return tuple(replace(button, value=_value(button, case.number)) for button in shown)


def _value(button: Button, number: int) -> str:
    """What a button carries: a command says what it is about."""
    return f"{button.value} {number}" if button.action == COMMAND else str(number)


def _body(conversation: Conversation, policy: Policy) -> Body:
    case = case_of(conversation)
    name = pack.name(conversation)
    state = _state(conversation, case, policy)
    card = CaseCard(
        number=case.number,
        title=name,
        status=conversation.status.value,
        tone=_TONES[conversation.status],
        why=case.why.sentence,
        evidence=pack.evidence(case),
        fields=tuple(CardField(label, text) for label, text in _facts(conversation, case, policy) if text),
        buttons=_buttons(conversation, case, policy),
        state=state,
    )
    return Body(
        f"**#{case.number} · {name}** — {state}\n\n{case.why.sentence}",
        card=card,
        buttons=card.buttons,
    )


def _state(conversation: Conversation, case: Case, policy: Policy) -> str:
    who = case.assignee.label if case.assignee else ""
    match conversation.status:
        case Status.QUEUED:
            return "waiting for somebody to claim it"
        case Status.ASSIGNED:
            return f"with {who}"
        case Status.ON_HOLD:
            zone = policy.desk(case.desk).hours.zone
            until = dated_time(case.wakes_at, zone) if case.wakes_at else "the customer writes"
            return f"on hold until {until}" + (f", with {who}" if who else "")
        case Status.RESOLVED:
            said = f" ({case.resolution.replace('_', ' ')})" if case.resolution else ""
            return (f"resolved by {case.resolved_by}" if case.resolved_by else "resolved") + said
        case Status.BOT:
            return "back with the bot"


def _facts(conversation: Conversation, case: Case, policy: Policy) -> tuple[tuple[str, str], ...]:
    """What else is known, in the order in which agents need it: what is late, what is wanted, of whom."""
    came = local_time(case.opened_at, conversation.customer.timezone)
    return (
        (f"{case.clock.due.replace('_', ' ').capitalize()}{_DUE}", _due(case, policy)),
        ("Last answer", _answers(conversation, case, policy)),
        ("Wants", pack.wants(case, policy)),
        ("Details", pack.details(case)),
        ("Mood", pack.mood(case.moods)),
        ("Customer", pack.who(conversation)),
        ("Their time", f"{came}, {pack.tongue(conversation)}"),
        ("Bot tried", pack.tried(conversation, case)),
        ("Earlier cases", pack.earlier(conversation)),
        ("Satisfaction", _rating(case)),
        ("Similar cases", pack.similar(case)),
        ("Suggested reply", pack.suggested_reply(case, conversation.language)),
    )


def _rating(case: Case) -> str:
    """What the customer said of how it went, "" when nothing."""
    if not case.rating:
        return ""
    return f"{FACES[case.rating - 1]} {case.rating} of 5" + (f": {case.rating_comment}" if case.rating_comment else "")


def _answers(conversation: Conversation, case: Case, policy: Policy) -> str:
    """Which answer the customer had last, and what leaves next, by the desk's clock: where no mark can say so."""
    desk = policy.desk(case.desk)
    shown: list[str] = []
    if case.arrived:
        shown.append(f"✅ {local_time(case.arrived_at, desk.hours.zone)}, has arrived: {case.arrived}")
    waiting = sorted(conversation.waiting, key=lambda one: one.due)
    if waiting and desk.place.platform in policy.markless:
        words = on_one_line(waiting[0].held.text, _SHOWN) or "a file"
        more = f", and {len(waiting) - 1} more behind it" if len(waiting) > 1 else ""
        shown.append(f"⏳ leaves at {local_time(waiting[0].due, desk.hours.zone)}: “{words}”{more}")
    return "\n".join(shown)


def _due(case: Case, policy: Policy) -> str:
    """The next target, by the desk's clock; true until the moment passes, when the card is drawn again."""
    clock = case.clock
    if clock.due_at is None or case.resolved_at is not None:
        return ""
    zone, overdue = policy.desk(case.desk).hours.zone, sla.is_overdue(case)
    # answers are due soon, solutions perhaps in weeks
    is_far = overdue or clock.due == sla.Target.RESOLUTION
    when = (dated_time if is_far else local_time)(clock.due_at, zone)
    return f"⚠️ overdue since {when}" if overdue else when
