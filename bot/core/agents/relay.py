"""What crosses from the case's thread to the customer, and what must not.

The reply rule: a message in the case's thread reaches the customer only when its author is entitled
and owns the case. Everything else stays inside, and its author alone is told why.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Final

from bot.core.activity import Person, Ref, Side
from bot.core.agents import holding, macros, marks, mistaken, places
from bot.core.agents.quoting import beginning
from bot.core.cases import casework
from bot.core.conversation import Conversation, Held, Line, Speaker, Status, Waiting, case_of
from bot.core.decision import Decision, line_to_agents, nothing
from bot.core.effects import Body, Button, ButtonStyle, Post, Priority, Voice, Whisper
from bot.core.events import AgentSaid, AgentSubmitted
from bot.core.policy import Policy
from bot.core.typed.commands import COMMAND
from bot.core.wording.words import say

LOCK: Final = "🔒"

_NOTE: Final = re.compile(r"[\s*_~]*(//|note[\s*_~]*:)", re.IGNORECASE)
_BEGINNING: Final = 200


def is_note(text: str) -> bool:
    """Whether the author marked this as staying inside: `//`, `note:` in front, or 🔒 anywhere.

    Also when it was pasted with something unseen before it, set in bold, or typed in full width.
    """
    seen = "".join(c for c in text[:_BEGINNING] if c != "\\" and unicodedata.category(c) != "Cf")
    return bool(_NOTE.match(unicodedata.normalize("NFKC", seen))) or LOCK in text


def is_entitled(person: Person) -> bool:
    """Whether a member of the desk may speak for the company: neither a bot nor a guest, an outsider or unknown."""
    return not (person.is_bot or person.is_guest or person.is_outsider or person.is_unknown)


def agent_said(conversation: Conversation, event: AgentSaid, policy: Policy) -> Decision:
    """Apply the reply rule to a message in the case's thread."""
    if places.is_left(conversation, event.ref):
        return _said_elsewhere(conversation, event)
    if is_note(event.text) or not (event.text.strip() or event.files):
        return marks.stays(conversation, event.ref, "A note was written.")
    if not is_entitled(event.author):
        why = "Only members of this desk can answer customers, so your message stayed inside."
        if event.author.is_unknown:
            why = (
                "It could not be found out just now whether you are a member of this desk, so your message stayed "
                "inside. Send it again in a moment."
            )
        return marks.stays(conversation, event.ref, "Somebody who may not answer wrote in the thread.").then(
            Whisper(Side.AGENTS, event.author, Body(why))
        )
    if (name := macros.called(event.text)) is not None:
        return _macro_called(conversation, event, name, policy)
    if not event.files and (words := mistaken.command_in(event.text)) is not None:
        why = f"`{words}` looks like a command, so the customer did not get it. Did you mean the command?"
        buttons = (Button("Send it", "send_it", event.ref.key), Button("Run it", COMMAND, words))
        return _hold(conversation, event, why, *buttons, unclear=True)
    if names := _colleagues_in(conversation, event):
        why = f"You called {names}. Is this for the customer? Not sent: {beginning(_held_of(event))}"
        return _asked(conversation, event, why)
    if event.borrowed:
        why = "Another message is forwarded or quoted here. Is all of it for the customer? Not sent: "
        return _asked(conversation, event, f"{why}{beginning(_held_of(event))}")
    return _said_to_customer(conversation, event, policy)


def _asked(conversation: Conversation, event: AgentSaid, why: str) -> Decision:
    """Hold what may not be meant for the customer until its author says so."""
    return _hold(conversation, event, why, Button("Send it", "send_it", event.ref.key), keep(event.ref), unclear=True)


def _colleagues_in(conversation: Conversation, event: AgentSaid) -> str:
    """Whom, and which channels, a message names besides its author and the customer, as people read it; "" for none."""
    known = {event.author.key, conversation.customer.key}
    called = dict.fromkeys(one.shown for one in event.mentions if one.account not in known)
    return " and ".join(called)


def send_it(conversation: Conversation, key: str, by: Person, at: float, policy: Policy) -> Decision:
    """Apply the reply rule to a message that looked like a command or called a colleague, and is for the customer."""
    held = held_under(conversation, key, by)
    if held is None or not held.unclear:
        return casework.refuse(conversation, by, "That message is no longer waiting; nothing was sent.")
    kept = tuple(x for x in conversation.held if x is not held)
    said = AgentSaid(at, held.ref, held.author, held.text, held.files, late=held.late)
    return _said_to_customer(replace(conversation, held=kept), said, policy)


def _said_to_customer(conversation: Conversation, event: AgentSaid, policy: Policy) -> Decision:
    """What somebody entitled wants to say: the owner's is relayed, others' is held."""
    case = case_of(conversation)
    if case.assignee is None:
        if policy.claim_on_reply:
            claimed = casework.claim(conversation, event.author, event.at, policy)
            return claimed.followed_by(_relay(claimed.conversation, _held_of(event), event.at, policy))
        claim = Button("Claim", "claim", str(case.number), ButtonStyle.PRIMARY)
        words = beginning(_held_of(event))
        why = f"Nobody has claimed this case yet. Press **Claim** and your message is sent: {words}"
        return _hold(conversation, event, why, claim, keep(event.ref), unclaimed=True)
    if case.assignee.key == event.author.key:
        return _relay(conversation, _held_of(event), event.at, policy)
    why = f"Only @{case.assignee.label}'s replies reach the customer. Not sent: {beginning(_held_of(event))}"
    return _hold(conversation, event, why, *choices(event.ref))


def _macro_called(conversation: Conversation, event: AgentSaid, name: str, policy: Policy) -> Decision:
    """The reply rule for what a macro says; when it cannot be said, its author alone hears why."""
    words = macros.filled(name, conversation, event.author, policy)
    if isinstance(words, macros.Problem):
        stays = marks.stays(conversation, event.ref, f"The macro ?{name} could not be sent.")
        return stays.then(Whisper(Side.AGENTS, event.author, Body(words.why)))
    shown = "\n".join(f"> {line}" for line in words.splitlines())
    told = line_to_agents(f"📋 `?{name}` says:\n{shown}")
    said = _said_to_customer(conversation, replace(event, text=words), policy)
    return _used(said.then(told), event.author, name)


def _used(said: Decision, by: Person, name: str) -> Decision:
    return said.noting("macro_used", f"{by.label} used the macro ?{name}.", macro=name)


def agent_said_when_closed(conversation: Conversation, event: AgentSaid, _policy: Policy) -> Decision:
    """Nobody owns the thread any more: what is written there stays there."""
    why = "This case is closed, so your message stayed inside. **Reopen** it to write to the customer."
    if conversation.status is Status.BOT:
        last = conversation.earlier[-1].number if conversation.earlier else 1042
        why = f"The bot has this customer again, so your message stayed inside. `claim {last}` takes them over anew."
    noted = marks.stays(conversation, event.ref, "Somebody wrote in the thread of a closed case.")
    return noted if is_note(event.text) else noted.then(Whisper(Side.AGENTS, event.author, Body(why), event.ref))


def _said_elsewhere(conversation: Conversation, event: AgentSaid) -> Decision:
    """What is written in a thread that was left behind stays there, and its author is told where to write."""
    case = conversation.case
    now = f"Write in the thread of #{case.number}." if case else "Nobody at the desk has this conversation now."
    why = f"This thread is not connected to the customer any more, so your message stayed inside. {now}"
    noted = marks.stays(conversation, event.ref, "Somebody wrote in a thread that was left behind.")
    return noted if is_note(event.text) else noted.then(Whisper(Side.AGENTS, event.author, Body(why), event.ref))


def reply_with(conversation: Conversation, event: AgentSubmitted, text: str, policy: Policy) -> Decision:
    """Send what somebody wrote in a form, under the reply rule; the desk sees it as a message of theirs."""
    by = event.author
    if why := bars_reply(conversation, by, text, policy):
        return casework.refuse(conversation, by, why)
    start = nothing(conversation)
    if case_of(conversation).assignee is None:
        start = casework.claim(conversation, by, event.at, policy)
    ref = Ref(event.ref.place, f"{marks.FORM}{event.ref.id}:{event.at:.6f}")
    shown = Post(Side.AGENTS, Body(text, voice=Voice(by.label, by.picture)), source=ref, priority=Priority.MIRRORED)
    sent = _send(start.conversation, Held(ref, by, text), event.at, policy)
    if (name := macros.chosen(dict(event.fields).get(macros.START, ""), conversation, by, policy)) is not None:
        sent = _used(sent, by, name)
    return start.then(shown).followed_by(sent)


def bars_reply(conversation: Conversation, by: Person, text: str, policy: Policy) -> str:
    """Why what somebody wrote in a form does not go to the customer, "" when it does."""
    case = conversation.case
    if not conversation.status.is_open or case is None:
        return "The case is closed by now, so nothing was sent."
    if not text.strip() or is_note(text):
        return "That is a note, or nothing at all, so nothing was sent."
    if case.assignee is None:
        unclaimed = "Nobody has claimed this case yet, so nothing was sent. **Claim** it first."
        return "" if policy.claim_on_reply else unclaimed
    if case.assignee.key != by.key:
        return f"Only @{case.assignee.label}'s replies reach the customer, so nothing was sent. **Take over** first."
    return ""


def send_held(
    conversation: Conversation, key: str, by: Person, at: float, policy: Policy, *, chosen: bool = False
) -> Decision:
    """Send a message that waited for its author's choice, `chosen` for this one alone, or with a claim."""
    held = held_under(conversation, key, by)
    if held is None or held.unclear:
        return casework.refuse(conversation, by, "That message is no longer waiting; nothing was sent.")
    if case_of(conversation).assignee is None:
        return casework.refuse(conversation, by, "Nobody has claimed this case yet, so nothing was sent. **Claim** it.")
    kept = tuple(x for x in conversation.held if x is not held)
    sent = _relay(replace(conversation, held=kept), held, at, policy)
    soon = "Leaves for the customer in a moment: until then it can still be changed or deleted."
    told = soon if policy.hold_seconds > 0 else "Sent to the customer."
    return sent.then(Whisper(Side.AGENTS, by, Body(told), confirms=chosen))


def keep_internal(conversation: Conversation, key: str, by: Person) -> Decision:
    """Let a message that waited stay inside."""
    held = held_under(conversation, key, by)
    if held is None:
        return nothing(conversation)
    kept = tuple(x for x in conversation.held if x is not held)
    stays = marks.stays(replace(conversation, held=kept), held.ref, "A message stayed inside by its author's choice.")
    return stays.then(Whisper(Side.AGENTS, by, Body("Kept internal."), confirms=True))


def send_all_held_by(
    conversation: Conversation, by: Person, at: float, policy: Policy, *, unclaimed_only: bool = False, chosen: str = ""
) -> Decision:
    """Send everything that this author wrote and that waits; only what waited for the claim, if so.

    `chosen` is the key of the message under which they chose it, "" where they chose it elsewhere.
    """
    decision = nothing(conversation)
    for held in conversation.held:
        if held.author.key == by.key and not held.unclear and (held.unclaimed or not unclaimed_only):
            key = held.ref.key
            sent = send_held(decision.conversation, key, by, at, policy, chosen=key == chosen)
            decision = decision.followed_by(sent)
    return decision


def leave(conversation: Conversation, at: float, policy: Policy) -> Decision:
    """Send what has waited long enough, if the word is still whose it was; its author is told otherwise."""
    decision = nothing(conversation)
    for one in sorted(conversation.waiting, key=lambda w: w.due):
        if one.due <= at:
            decision = decision.followed_by(_leaves(decision.conversation, one, at, policy))
    return decision


def send_all_waiting_of(conversation: Conversation, by: Person, at: float, policy: Policy) -> Decision:
    """Send at once what this author said and what waits: they end the case, and it was said before."""
    decision = nothing(conversation)
    for one in conversation.waiting:
        if one.held.author.key == by.key:
            decision = decision.followed_by(_leaves(decision.conversation, one, at, policy))
    return decision


def _held_of(event: AgentSaid) -> Held:
    return Held(event.ref, event.author, event.text, event.files, late=event.late)


def _relay(conversation: Conversation, said: Held, at: float, policy: Policy) -> Decision:
    """Let a message go to the customer: at once, or after the hold."""
    if policy.hold_seconds <= 0:
        return _send(conversation, said, at, policy)
    waits = holding.put(replace(conversation, word=_word(conversation, said)), said, at + policy.hold_seconds)
    return waits.then(marks.mark(said.ref, marks.LATER))


def _word(conversation: Conversation, said: Held) -> str:
    """Who has the word while this is on its way: whoever has the case."""
    owner = case_of(conversation).assignee
    return owner.key if owner else said.author.key


def _leaves(conversation: Conversation, one: Waiting, at: float, policy: Policy) -> Decision:
    left = holding.without(conversation, one).then(marks.mark(one.held.ref, marks.LATER, added=False))
    if holding.may_leave(conversation, one):
        return left.followed_by(_send(left.conversation, one.held, at, policy))
    who = one.held.author.label
    stays = marks.stays(
        left.conversation, one.held.ref, f"A message of {who} was not sent: the case was not theirs any more."
    )
    text = f"{marks.TROUBLE} {who}'s message was not sent: by then the case was not theirs any more."
    return left.followed_by(stays.then(line_to_agents(text), marks.mark(one.held.ref, marks.TROUBLE)))


def _send(conversation: Conversation, said: Held, at: float, policy: Policy) -> Decision:
    case, ref, author = case_of(conversation), said.ref, said.author
    first = case.first_answer_at is None
    answered = replace(case, first_answer_at=case.first_answer_at or at)
    line = Line(at, Speaker.AGENT, author.label, said.text, ref, mirrored=True, files=said.files)
    after = replace(
        conversation,
        case=answered,
        word=_word(conversation, said),
        relayed=marks.with_key(conversation.relayed, ref.key),
        transcript=(*conversation.transcript, line),
    )
    earlier = f"*({say('written_earlier', casework.language(after, policy), policy)})*\n"
    is_late = said.late or any(x.speaker is Speaker.AGENT and x.at > at for x in conversation.transcript)
    text = earlier + said.text if is_late and said.text else said.text
    body = Body(text, voice=voice_of(author, policy), files=said.files)
    decision = Decision(casework.trimmed(after)).then(
        Post(Side.CUSTOMER, body, source=ref, priority=Priority.AGENT_WORDS)
    )
    if first:
        waited = at - case.opened_at
        decision = decision.noting("first_answered", f"First answer by {author.label}.", seconds=waited)
    return decision.noting("replied", f"{author.label} answered the customer.", agent=author.label)


def _hold(
    conversation: Conversation,
    event: AgentSaid,
    why: str,
    *buttons: Button,
    unclear: bool = False,
    unclaimed: bool = False,
) -> Decision:
    held = replace(_held_of(event), unclear=unclear, unclaimed=unclaimed)
    waiting = replace(conversation, held=(*conversation.held, held)[-20:])
    whisper = Whisper(Side.AGENTS, event.author, Body(why, buttons=buttons))
    return nothing(waiting).then(whisper).noting("not_sent", f"A message of {event.author.label} was not sent.")


def choices(ref: Ref) -> tuple[Button, ...]:
    """What the author of a message may do with it while somebody else has the case."""
    return (Button("Send once", "send_once", ref.key), Button("Take over", "take_over_send", ref.key), keep(ref))


def keep(ref: Ref) -> Button:
    """The button with which a message that waits becomes a note."""
    return Button("Keep internal", "keep_internal", ref.key)


def held_under(conversation: Conversation, key: str, by: Person) -> Held | None:
    """What somebody wrote under that key and has not decided about yet."""
    return next((h for h in conversation.held if h.ref.key == key and h.author.key == by.key), None)


def voice_of(author: Person, policy: Policy) -> Voice:
    """In whose name a customer reads somebody's words."""
    return Voice(policy.persona or author.label, "" if policy.persona else author.picture)
