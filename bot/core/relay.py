"""What crosses between the two threads while people own the conversation, and what must not.

The reply rule: a message in the case's thread reaches the customer only when its author is entitled
and owns the case. Everything else stays inside, and its author alone is told why.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.core import casework, macros
from bot.core.activity import Person, Ref, Side
from bot.core.answering import heard, rewritten
from bot.core.conversation import Case, Conversation, Held, Line, Speaker, Status
from bot.core.decision import Decision, line_to_agents, nothing
from bot.core.effects import (
    Abandon,
    Amend,
    Body,
    Button,
    ButtonStyle,
    Mark,
    Post,
    Priority,
    Resend,
    SetTimer,
    Voice,
    Whisper,
    Withdraw,
)
from bot.core.events import (
    AgentDeleted,
    AgentEdited,
    AgentReacted,
    AgentSaid,
    CustomerDeleted,
    CustomerEdited,
    CustomerPressed,
    CustomerReacted,
    CustomerSaid,
    Delivered,
    DeliveryFailed,
)
from bot.core.file_trouble import file_failed
from bot.core.policy import Policy

ARRIVED: Final = "✅"
TROUBLE: Final = "⚠️"
LOCK: Final = "🔒"
RETRY: Final = "retry:"
"""Prefix of the names of timers that send a stuck outbox entry again."""

_KEYS_KEPT: Final = 300
_QUOTED: Final = 120
"""Characters of a message that a notice about it shows."""
_NOTE: Final = re.compile(r"^\s*(//|note\s*:)", re.IGNORECASE)


def is_note(text: str) -> bool:
    """Whether the author marked this as staying inside: `//`, `note:` in front, or 🔒 anywhere."""
    return bool(_NOTE.match(text)) or LOCK in text


def is_entitled(person: Person) -> bool:
    """Whether a member of the desk may speak for the company: neither a bot nor a guest, an outsider or unknown."""
    return not (person.is_bot or person.is_guest or person.is_outsider or person.is_unknown)


# --- from the customer to the desk


def mirror(conversation: Conversation, event: CustomerSaid, policy: Policy) -> Decision:
    """Show the customer's message in the case's thread, to the assignee in particular."""
    after = heard(conversation, event)
    *earlier, line = after.transcript
    after = casework.trimmed(replace(after, transcript=(*earlier, replace(line, mirrored=True))))
    late = "*(written earlier, delivered late)*\n" if event.late else ""
    body = Body(
        late + event.text,
        voice=Voice(event.author.label, event.author.picture),
        files=event.files,
        mention=_case(conversation).assignee,
    )
    decision = Decision(after).then(Post(Side.AGENTS, body, source=event.ref, priority=Priority.MIRRORED))
    decision = decision.noting("customer_said", f"{event.author.label} wrote.", platform=conversation.place.platform)
    if conversation.status is Status.ON_HOLD:
        woken = casework.wake(after, event.at, "The customer wrote, so the hold is over.", policy)
        return decision.followed_by(woken)
    return decision


def mirror_press(conversation: Conversation, event: CustomerPressed, policy: Policy) -> Decision:
    """A button of the bot's that is pressed late is news for the agents, and no command to the bot."""
    after = heard(conversation, event)
    *earlier, line = after.transcript
    after = casework.trimmed(replace(after, transcript=(*earlier, replace(line, mirrored=True))))
    decision = Decision(after).then(line_to_agents(f"👆 {event.author.label} pressed “{line.text}”."))
    if conversation.status is Status.ON_HOLD:
        return decision.followed_by(casework.wake(after, event.at, "The customer pressed a button.", policy))
    return decision


def mirror_edit(conversation: Conversation, event: CustomerEdited, _policy: Policy) -> Decision:
    """Change the copies in the desk, and say so when an agent has answered the old words."""
    answered = _answered_since(conversation, event.ref)
    body = Body(f"{event.text}\n*(edited)*", voice=Voice(event.author.label, event.author.picture))
    decision = Decision(rewritten(conversation, event.ref, event.text)).then(Amend(Side.AGENTS, event.ref, body))
    if answered:
        decision = decision.then(line_to_agents("✏️ The customer edited a message after you answered it."))
    return decision.noting("customer_edited", "The customer edited a message.")


def mirror_delete(conversation: Conversation, event: CustomerDeleted, _policy: Policy) -> Decision:
    """Put a tombstone where the customer took something back."""
    stone = "*(deleted by the customer)*"
    body = Body(stone, voice=Voice(event.author.label))
    return (
        Decision(rewritten(conversation, event.ref, stone))
        .then(Amend(Side.AGENTS, event.ref, body), Withdraw(Side.AGENTS, event.ref, files_only=True))
        .noting(
            "customer_deleted", f"{event.author.label} deleted their message {event.ref.id}; what it said is not kept."
        )
    )


def mirror_reaction(conversation: Conversation, event: CustomerReacted, _policy: Policy) -> Decision:
    """Show the customer's reaction where the agents see the same message."""
    own = event.ref.place.root != conversation.place.root
    return nothing(conversation).then(Mark(Side.AGENTS, event.ref, event.emoji, added=event.added, on_original=own))


# --- from the desk to the customer


def agent_said(conversation: Conversation, event: AgentSaid, policy: Policy) -> Decision:
    """Apply the reply rule to a message in the case's thread."""
    if is_note(event.text) or not (event.text.strip() or event.files):
        return _stays(conversation, event.ref, "A note was written.")
    if not is_entitled(event.author):
        why = "Only members of this desk can answer customers, so your message stayed inside."
        if event.author.is_unknown:
            why = (
                "It could not be found out just now whether you are a member of this desk, so your message stayed "
                "inside. Send it again in a moment."
            )
        return _stays(conversation, event.ref, "Somebody who may not answer wrote in the thread.").then(
            Whisper(Side.AGENTS, event.author, Body(why))
        )
    if (name := macros.called(event.text)) is not None:
        return _macro_called(conversation, event, name, policy)
    return _said_to_customer(conversation, event, policy)


def _said_to_customer(conversation: Conversation, event: AgentSaid, policy: Policy) -> Decision:
    """What somebody entitled wants to say: the owner's is relayed, others' is held."""
    case = _case(conversation)
    if case.assignee is None:
        if policy.claim_on_reply:
            claimed = casework.claim(conversation, event.author, event.at, policy)
            return claimed.followed_by(_relay(claimed.conversation, event.ref, event.author, event, policy))
        return _hold(conversation, event, "Nobody has claimed this case yet. Press **Claim** and your message is sent.")
    if case.assignee.key == event.author.key:
        return _relay(conversation, event.ref, event.author, event, policy)
    return _hold(
        conversation, event, f"Only @{case.assignee.label}'s replies reach the customer:", *_choices(event.ref)
    )


def _macro_called(conversation: Conversation, event: AgentSaid, name: str, policy: Policy) -> Decision:
    """The reply rule for what a macro says; when it cannot be said, its author alone hears why."""
    words = macros.filled(name, conversation, event.author, policy)
    if isinstance(words, macros.Problem):
        stays = _stays(conversation, event.ref, f"The macro ?{name} could not be sent.")
        return stays.then(Whisper(Side.AGENTS, event.author, Body(words.why)))
    shown = "\n".join(f"> {line}" for line in words.splitlines())
    told = line_to_agents(f"📋 `?{name}` says:\n{shown}")
    said = _said_to_customer(conversation, replace(event, text=words), policy)
    return said.then(told).noting("macro_used", f"{event.author.label} used the macro ?{name}.", macro=name)


def agent_said_when_closed(conversation: Conversation, event: AgentSaid, _policy: Policy) -> Decision:
    """Nobody owns the thread any more: what is written there stays there."""
    why = "This case is closed, so your message stayed inside. **Reopen** it to write to the customer."
    noted = _stays(conversation, event.ref, "Somebody wrote in the thread of a closed case.")
    return noted if is_note(event.text) else noted.then(Whisper(Side.AGENTS, event.author, Body(why)))


def send_held(conversation: Conversation, key: str, by: Person, at: float, policy: Policy) -> Decision:
    """Send a message that waited for its author's choice."""
    held = _held(conversation, key, by)
    if held is None:
        return casework.refuse(conversation, by, "That message is no longer waiting; nothing was sent.")
    kept = tuple(x for x in conversation.held if x is not held)
    said = AgentSaid(at, held.ref, held.author, held.text, held.files)
    sent = _relay(replace(conversation, held=kept), held.ref, held.author, said, policy)
    return sent.then(Whisper(Side.AGENTS, by, Body("Sent to the customer.")))


def keep_internal(conversation: Conversation, key: str, by: Person) -> Decision:
    """Let a message that waited stay inside."""
    held = _held(conversation, key, by)
    if held is None:
        return nothing(conversation)
    kept = tuple(x for x in conversation.held if x is not held)
    stays = _stays(replace(conversation, held=kept), held.ref, "A message stayed inside by its author's choice.")
    return stays.then(Whisper(Side.AGENTS, by, Body("Kept internal.")))


def send_all_held_by(conversation: Conversation, by: Person, at: float, policy: Policy) -> Decision:
    """Send everything that this author wrote while waiting for the claim."""
    decision = nothing(conversation)
    for held in conversation.held:
        if held.author.key == by.key:
            decision = decision.followed_by(send_held(decision.conversation, held.ref.key, by, at, policy))
    return decision


def agent_edited(conversation: Conversation, event: AgentEdited, policy: Policy) -> Decision:
    """Edit the customer's copy; a reply that becomes a note is taken back; a note never becomes a reply."""
    key = event.ref.key
    if key in conversation.relayed:
        if is_note(event.text):
            return _take_back(conversation, event.ref, "A reply was turned into a note.")
        if macros.called(event.text) is not None:
            why = "A macro is sent by a new message of its own; what the customer has was left as it is."
            return nothing(conversation).then(Whisper(Side.AGENTS, event.author, Body(why)))
        body = Body(event.text, voice=_voice(event.author, policy))
        return (
            Decision(rewritten(conversation, event.ref, event.text))
            .then(Amend(Side.CUSTOMER, event.ref, body))
            .noting("agent_edited", f"{event.author.label} edited a reply.")
        )
    if any(h.ref.key == key for h in conversation.held):
        if macros.called(event.text) is not None:
            return nothing(conversation)
        held = tuple(replace(h, text=event.text) if h.ref.key == key else h for h in conversation.held)
        return nothing(replace(conversation, held=held))
    if key in conversation.notes and not is_note(event.text):
        why = "Edited, and still internal: a note never becomes a reply. Write it anew to send it."
        return nothing(conversation).then(Whisper(Side.AGENTS, event.author, Body(why)))
    return nothing(conversation)


def agent_deleted(conversation: Conversation, event: AgentDeleted, _policy: Policy) -> Decision:
    """Take the customer's copy back, too."""
    if event.ref.key in conversation.relayed:
        return _take_back(
            conversation, event.ref, f"{event.author.label} deleted the reply {event.ref.id}; what it said is not kept."
        )
    held = tuple(h for h in conversation.held if h.ref.key != event.ref.key)
    return nothing(replace(conversation, held=held))


def agent_reacted(conversation: Conversation, event: AgentReacted, _policy: Policy) -> Decision:
    """Relay the owner's reactions; 🔒 on a message of one's own makes it a note."""
    if event.emoji == LOCK:
        if event.added and event.ref.key in conversation.relayed and is_entitled(event.author):
            return _take_back(conversation, event.ref, "A reply was turned into a note.")
        return nothing(conversation)
    case = conversation.case
    if case is None or case.assignee is None or case.assignee.key != event.author.key:
        return nothing(conversation)
    on_customers = event.ref.place.root == conversation.place.root
    if not on_customers and event.ref.key not in conversation.relayed:
        return nothing(conversation)
    return nothing(conversation).then(
        Mark(Side.CUSTOMER, event.ref, event.emoji, added=event.added, on_original=on_customers)
    )


# --- what became of it


def delivered(conversation: Conversation, event: Delivered, _policy: Policy) -> Decision:
    """Show the author that the customer has it."""
    if event.side is not Side.CUSTOMER or event.source is None or event.source.key not in conversation.relayed:
        return nothing(conversation)
    key = event.source.key
    decision = nothing(conversation)
    if key in conversation.troubled:
        decision = decision.now(troubled=tuple(k for k in conversation.troubled if k != key))
        decision = decision.then(Mark(Side.AGENTS, event.source, TROUBLE, added=False, on_original=True))
    return decision.then(Mark(Side.AGENTS, event.source, ARRIVED, on_original=True))


def delivery_failed(conversation: Conversation, event: DeliveryFailed, policy: Policy) -> Decision:
    """Say openly what did not arrive, and offer what can be done about it."""
    if event.file and not event.unknown and conversation.case is not None:
        return file_failed(conversation, event, policy)
    noted = nothing(conversation).noting(
        "undelivered", f"A message to the {event.side} side: {event.why}", side=event.side
    )
    if event.side is Side.AGENTS and not (event.unknown and event.source):
        # the desk cannot be told in the desk: try again later, and tell the customer the truth once
        noted = noted.then(SetTimer(RETRY + event.entry, event.at + policy.retry_seconds))
        if event.entry in conversation.troubled:
            return noted
        noted = noted.now(troubled=_with(conversation.troubled, event.entry))
        return noted.then(casework.tell(conversation, policy, "not_reached"))
    if conversation.case is None:
        return noted
    whom = "the customer got this" if event.side is Side.CUSTOMER else "a message of the customer's is shown here"
    if event.unknown:
        text = f"{TROUBLE} Nobody can tell whether {whom}: {event.why}"
        buttons: tuple[Button, ...] = (
            Button("Resend", "retry", event.entry),
            Button("It arrived", "arrived", event.entry),
        )
    else:
        text = f"{TROUBLE} The customer did not get this: {event.why}"
        buttons = (Button("Retry", "retry", event.entry, ButtonStyle.PRIMARY),)
    text += _quoted(conversation, event.source)
    noted = noted.then(Post(Side.AGENTS, Body(text, buttons=buttons), priority=Priority.STATUS))
    if event.source is None or event.side is Side.AGENTS:
        return noted
    marked = noted.now(troubled=_with(conversation.troubled, event.source.key))
    return marked.then(Mark(Side.AGENTS, event.source, TROUBLE, on_original=True))


def _quoted(conversation: Conversation, source: Ref | None) -> str:
    """The words that a notice is about, as a quotation: people cannot decide about what they are not shown."""
    line = next((line for line in reversed(conversation.transcript) if source and line.ref == source), None)
    words = " ".join(line.text.split()) if line else ""
    return f"\n\n> {words[:_QUOTED]}{'…' * (len(words) > _QUOTED)}" if words else ""


def retry(conversation: Conversation, entry: str) -> Decision:
    """Send a stuck outbox entry again."""
    return nothing(conversation).then(Resend(entry)).noting("resent", "A message is sent again.")


def arrived(conversation: Conversation, entry: str, by: Person) -> Decision:
    """Believe a person who saw that it arrived."""
    return nothing(conversation).then(Abandon(entry, arrived=True)).noting("confirmed", f"{by.label} saw it arrive.")


def _relay(conversation: Conversation, ref: Ref, author: Person, event: AgentSaid, policy: Policy) -> Decision:
    case = _case(conversation)
    first = case.first_answer_at is None
    answered = replace(case, first_answer_at=case.first_answer_at or event.at)
    line = Line(event.at, Speaker.AGENT, author.label, event.text, ref, mirrored=True, files=event.files)
    after = replace(
        conversation,
        case=answered,
        relayed=_with(conversation.relayed, ref.key),
        transcript=(*conversation.transcript, line),
    )
    body = Body(event.text, voice=_voice(author, policy), files=event.files)
    decision = Decision(casework.trimmed(after)).then(
        Post(Side.CUSTOMER, body, source=ref, priority=Priority.AGENT_WORDS)
    )
    if first:
        waited = event.at - case.opened_at
        decision = decision.noting("first_answered", f"First answer by {author.label}.", seconds=waited)
    return decision.noting("replied", f"{author.label} answered the customer.", agent=author.label)


def _hold(conversation: Conversation, event: AgentSaid, why: str, *buttons: Button) -> Decision:
    held = Held(event.ref, event.author, event.text, event.files)
    waiting = replace(conversation, held=(*conversation.held, held)[-20:])
    whisper = Whisper(Side.AGENTS, event.author, Body(why, buttons=buttons))
    return nothing(waiting).then(whisper).noting("not_sent", f"A message of {event.author.label} was not sent.")


def _choices(ref: Ref) -> tuple[Button, ...]:
    return (
        Button("Send once", "send_once", ref.key),
        Button("Take over", "take_over_send", ref.key),
        Button("Keep internal", "keep_internal", ref.key),
    )


def _held(conversation: Conversation, key: str, by: Person) -> Held | None:
    return next((h for h in conversation.held if h.ref.key == key and h.author.key == by.key), None)


def _stays(conversation: Conversation, ref: Ref, why: str) -> Decision:
    return nothing(replace(conversation, notes=_with(conversation.notes, ref.key))).noting("noted", why)


def _take_back(conversation: Conversation, ref: Ref, why: str) -> Decision:
    after = replace(
        conversation,
        relayed=tuple(k for k in conversation.relayed if k != ref.key),
        notes=_with(conversation.notes, ref.key),
    )
    gone = nothing(after).then(Withdraw(Side.CUSTOMER, ref))
    return gone.then(Mark(Side.AGENTS, ref, ARRIVED, added=False, on_original=True)).noting("taken_back", why)


def _voice(author: Person, policy: Policy) -> Voice:
    return Voice(policy.persona or author.label, "" if policy.persona else author.picture)


def _answered_since(conversation: Conversation, ref: Ref) -> bool:
    found = False
    for line in conversation.transcript:
        if found and line.speaker is Speaker.AGENT:
            return True
        found = found or (line.ref is not None and line.ref.key == ref.key)
    return False


def _with(keys: tuple[str, ...], key: str) -> tuple[str, ...]:
    return keys if key in keys else (*keys, key)[-_KEYS_KEPT:]


def _case(conversation: Conversation) -> Case:
    assert conversation.case is not None, f"{conversation.status} has a case"
    return conversation.case
