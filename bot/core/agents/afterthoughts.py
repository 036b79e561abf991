"""What an agent makes of a message afterwards: an edit, a deletion, a reaction, a lock.

The reply rule holds here as well, and a note never becomes a reply.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Person, Ref, Side, still_there
from bot.core.agents import edits, holding, macros, marks, relay
from bot.core.conversation import Conversation, Held
from bot.core.decision import Decision, nothing
from bot.core.effects import Amend, Body, Mark, Whisper, Withdraw
from bot.core.events import AgentDeleted, AgentEdited, AgentReacted
from bot.core.policy import Policy


def agent_edited(conversation: Conversation, event: AgentEdited, policy: Policy) -> Decision:
    """Edit the customer's copy; a reply that becomes a note is taken back; a note never becomes a reply."""
    key = event.ref.key
    if relay.is_note(event.text) and _waits(conversation, key):
        return _stays(conversation, event.ref, "A message that waited was turned into a note.")
    if _waits(conversation, key) and not relay.is_entitled(event.author):
        return _stays(conversation, event.ref, "Somebody who may not answer changed what waited.")
    if key in conversation.relayed:
        if relay.is_note(event.text):
            return _take_back(conversation, event.ref, "A reply was turned into a note.")
        taken = _files_taken_back(conversation, event)
        line = taken.conversation.line_of(event.ref)
        if taken.effects and line is not None and line.text == event.text:
            return taken
        if why := _may_not_correct(conversation, event.author):
            return taken.then(Whisper(Side.AGENTS, event.author, Body(why), event.ref))
        if macros.called(event.text) is not None:
            why = "A macro is sent by a new message of its own; what the customer has was left as it is."
            return taken.then(Whisper(Side.AGENTS, event.author, Body(why)))
        body = Body(event.text, voice=relay.voice_of(event.author, policy))
        begun = Decision(edits.begun(taken.conversation, event.ref, event.text)).then(
            Amend(Side.CUSTOMER, event.ref, body)
        )
        return taken.followed_by(begun).noting("agent_edited", f"{event.author.label} edited a reply.")
    if macros.called(event.text) is not None and _waits(conversation, key):
        return nothing(conversation)
    if any(h.ref.key == key for h in conversation.held):
        held = tuple(_changed(h, event) if h.ref.key == key else h for h in conversation.held)
        return nothing(replace(conversation, held=held))
    if (one := holding.find(conversation, key)) is not None:
        return nothing(holding.rewritten(conversation, one, _changed(one.held, event)))
    if key in conversation.notes and not relay.is_note(event.text):
        why = "Edited, and still internal: a note never becomes a reply. Write it anew to send it."
        return nothing(conversation).then(Whisper(Side.AGENTS, event.author, Body(why), event.ref))
    return nothing(conversation)


def _files_taken_back(conversation: Conversation, event: AgentEdited) -> Decision:
    """Take back what the message does not have any more; whoever may delete it may take out a part."""
    line = conversation.line_of(event.ref)
    gone = line.files_missing_in(event.files) if line else ()
    if not gone:
        return nothing(conversation)
    return (
        Decision(edits.with_files(conversation, event.ref, event.files))
        .then(*(Withdraw(Side.CUSTOMER, event.ref, files_only=True, file=file.id) for file in gone))
        .noting("taken_back", f"{event.author.label} took a file back; what was in it is not kept.")
    )


def _changed(held: Held, event: AgentEdited) -> Held:
    """What waits, as its author has changed it."""
    return replace(held, text=event.text, files=still_there(held.files, event.files))


def agent_deleted(conversation: Conversation, event: AgentDeleted, _policy: Policy) -> Decision:
    """Take the customer's copy back, too."""
    if event.ref.key in conversation.relayed:
        return _taken_back(
            conversation, event.ref, f"{event.author.label} deleted the reply {event.ref.id}; what it said is not kept."
        )
    return nothing(_kept_back(conversation, event.ref.key))


def agent_reacted(conversation: Conversation, event: AgentReacted, _policy: Policy) -> Decision:
    """Relay the owner's reactions; 🔒 by anybody entitled makes a note of a message, also of somebody else's."""
    if event.emoji == relay.LOCK:
        return made_internal(conversation, event.ref, event.author) if event.added else nothing(conversation)
    case = conversation.case
    if case is None or case.assignee is None or case.assignee.key != event.author.key:
        return nothing(conversation)
    if not relay.is_entitled(event.author):
        return nothing(conversation)
    on_customers = event.ref.place.root == conversation.place.root
    if not on_customers and event.ref.key not in conversation.relayed:
        return nothing(conversation)
    return nothing(conversation).then(
        Mark(Side.CUSTOMER, event.ref, event.emoji, added=event.added, on_original=on_customers)
    )


def made_internal(conversation: Conversation, ref: Ref, by: Person) -> Decision:
    """Make a note of a message: it is taken back if the customer has it, and does not leave if it waits."""
    if not relay.is_entitled(by):
        return nothing(conversation)
    if _waits(conversation, ref.key):
        return _stays(conversation, ref, "A message that waited was turned into a note.")
    if ref.key in conversation.relayed:
        return _take_back(conversation, ref, "A reply was turned into a note.")
    return nothing(conversation)


def _may_not_correct(conversation: Conversation, author: Person) -> str:
    """Why an edit does not reach the customer, "" when it does: what may be said anew may be said otherwise."""
    still = "The customer still has your old words; delete the message to take it back."
    if not relay.is_entitled(author):
        return f"Only members of this desk can answer customers, so your edit stayed inside. {still}"
    if conversation.word != author.key:
        return f"You do not have this case any more, so your edit stayed inside. {still}"
    return ""


def _waits(conversation: Conversation, key: str) -> bool:
    return any(h.ref.key == key for h in conversation.held) or holding.find(conversation, key) is not None


def _stays(conversation: Conversation, ref: Ref, why: str) -> Decision:
    """A message that waited does not leave any more, and no mark says that it will."""
    stays = marks.stays(_kept_back(conversation, ref.key), ref, why)
    leaves = holding.find(conversation, ref.key) is not None
    return stays.then(marks.mark(ref, marks.LATER, added=False)) if leaves else stays


def _kept_back(conversation: Conversation, key: str) -> Conversation:
    """The conversation without a message that waited for its author's choice, or for its time."""
    held = tuple(h for h in conversation.held if h.ref.key != key)
    waiting = tuple(w for w in conversation.waiting if w.held.ref.key != key)
    return replace(conversation, held=held, waiting=waiting)


def _take_back(conversation: Conversation, ref: Ref, why: str) -> Decision:
    """Take a message back that goes on standing in the desk, where no mark says any more that it has arrived."""
    return _taken_back(conversation, ref, why).then(marks.mark(ref, marks.ARRIVED, added=False))


def _taken_back(conversation: Conversation, ref: Ref, why: str) -> Decision:
    # what was taken back was not said: not to the next desk, and nothing that solved the case
    after = replace(
        conversation,
        transcript=tuple(line for line in conversation.transcript if not (line.ref and line.ref.key == ref.key)),
        relayed=tuple(k for k in conversation.relayed if k != ref.key),
        notes=marks.with_key(conversation.notes, ref.key),
    )
    return nothing(after).then(Withdraw(Side.CUSTOMER, ref)).noting("taken_back", why)
