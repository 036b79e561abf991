"""What crosses from the customer's thread into the case's thread while people own the conversation."""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Ref, Side
from bot.core.cases import casework
from bot.core.cases.cards import redraw
from bot.core.conversation import Conversation, Speaker, Status, case_of
from bot.core.customers import alarm
from bot.core.customers.hearing import heard, rewritten
from bot.core.decision import Decision, line_to_agents, nothing
from bot.core.effects import Amend, Body, Mark, Post, Priority, Voice, Withdraw
from bot.core.events import CustomerDeleted, CustomerEdited, CustomerPressed, CustomerReacted, CustomerSaid
from bot.core.policy import Policy


def mirror(conversation: Conversation, event: CustomerSaid, policy: Policy) -> Decision:
    """Show the customer's message in the case's thread, to the assignee in particular.

    Of its meaning the language counts, and danger: the need and the mood are those with which the case came.
    """
    after = replace(heard(conversation, event, policy), need=conversation.need, moods=conversation.moods)
    *earlier, line = after.transcript
    after = casework.trimmed(replace(after, transcript=(*earlier, replace(line, mirrored=True))))
    late = "*(written earlier, delivered late)*\n" if event.late else ""
    body = Body(
        late + event.text,
        voice=Voice(event.author.label, event.author.picture),
        files=event.files,
        mention=case_of(conversation).assignee,
    )
    decision = Decision(after).then(Post(Side.AGENTS, body, source=event.ref, priority=Priority.MIRRORED))
    decision = decision.noting("customer_said", f"{event.author.label} wrote.", platform=conversation.place.platform)
    if conversation.status is Status.ON_HOLD:
        why = "The customer wrote, so the hold is over."
        decision = decision.followed_by(casework.wake(after, event.at, why, policy, pinged=True))
    return decision if conversation.is_bots else alarm.raised(decision, event, policy)


def mirror_press(conversation: Conversation, event: CustomerPressed, policy: Policy) -> Decision:
    """A button of the bot's that is pressed late is news for the agents, and no command to the bot."""
    after = heard(conversation, event, policy)
    *earlier, line = after.transcript
    after = casework.trimmed(replace(after, transcript=(*earlier, replace(line, mirrored=True))))
    decision = Decision(after).then(line_to_agents(f"👆 {event.author.label} pressed “{line.text}”."))
    if conversation.status is Status.ON_HOLD:
        return decision.followed_by(casework.wake(after, event.at, "The customer pressed a button.", policy))
    return decision


def mirror_edit(conversation: Conversation, event: CustomerEdited, _policy: Policy) -> Decision:
    """Change the copies in the desk, and say so when an agent has answered the old words."""
    line = conversation.line_of(event.ref)
    answered = _answered_since(conversation, event.ref)
    decision = Decision(rewritten(conversation, event.ref, event.text, event.files))
    if gone := line.files_missing_in(event.files) if line else ():
        named = " and ".join(f"“{file.name}”" for file in gone)
        decision = decision.then(
            *(Withdraw(Side.AGENTS, event.ref, files_only=True, file=file.id) for file in gone),
            line_to_agents(f"🗑️ The customer removed {named}."),
        ).noting("file_removed", "The customer removed a file.")
    if line is not None and line.text == event.text:
        return decision
    body = Body(f"{event.text}\n*(edited)*", voice=Voice(event.author.label, event.author.picture))
    decision = decision.then(Amend(Side.AGENTS, event.ref, body))
    if answered:
        decision = decision.then(line_to_agents("✏️ The customer edited a message after you answered it."))
    return decision.noting("customer_edited", "The customer edited a message.")


def mirror_delete(conversation: Conversation, event: CustomerDeleted, policy: Policy) -> Decision:
    """Put a tombstone where the customer took something back; the card quotes it no more."""
    stone = "*(deleted by the customer)*"
    body = Body(stone, voice=Voice(event.author.label))
    without = _unquoted(conversation, event.ref)
    return (
        Decision(rewritten(without, event.ref, stone, ()))
        .then(*(() if without is conversation else (redraw(without, policy),)))
        .then(Amend(Side.AGENTS, event.ref, body), Withdraw(Side.AGENTS, event.ref, files_only=True))
        .noting(
            "customer_deleted", f"{event.author.label} deleted their message {event.ref.id}; what it said is not kept."
        )
    )


def _unquoted(conversation: Conversation, ref: Ref) -> Conversation:
    """The conversation without what its case quotes of a message."""
    line, case = conversation.line_of(ref), conversation.case
    if line is None or case is None:
        return conversation
    kept = tuple(words for words in case.why.evidence if words.strip("“”") not in line.text)
    if kept == case.why.evidence:
        return conversation
    return replace(conversation, case=replace(case, why=replace(case.why, evidence=kept)))


def mirror_reaction(conversation: Conversation, event: CustomerReacted, _policy: Policy) -> Decision:
    """Show the customer's reaction where the agents see the same message."""
    own = event.ref.place.root != conversation.place.root
    return nothing(conversation).then(Mark(Side.AGENTS, event.ref, event.emoji, added=event.added, on_original=own))


def _answered_since(conversation: Conversation, ref: Ref) -> bool:
    found = False
    for line in conversation.transcript:
        if found and line.speaker is Speaker.AGENT:
            return True
        found = found or (line.ref is not None and line.ref.key == ref.key)
    return False
