"""The bot goes on helping while a case waits: offered to customers who come when nobody is there.

The case stays in the queue, and the desk sees what is said, the bot's words too. It ends as soon as anybody takes the
case: from then on the bot is silent. Never opens a second case, and never closes the one that waits.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Side
from bot.core.cases import casework, staffing
from bot.core.conversation import Case, Conversation, Reason, Status, case_of
from bot.core.customers import alarm, answering, mirroring
from bot.core.decision import Decision, line_to_agents, words_to_customer
from bot.core.effects import Body, Effect, Post, Priority, Record, Voice
from bot.core.events import CustomerPressed, CustomerSaid
from bot.core.policy import Policy
from bot.core.wording.words import say


def said(conversation: Conversation, event: CustomerSaid, policy: Policy, number: int) -> Decision:
    """Show a waiting customer's words to the desk, and let the bot answer if the customer goes on with it."""
    mirrored = mirroring.mirror(conversation, event, policy)
    if not conversation.is_bots:
        return mirrored
    return _answered(conversation, mirrored, event, policy, number)


def pressed(conversation: Conversation, event: CustomerPressed, policy: Policy, number: int) -> Decision:
    """Begin to go on with the bot, or let the bot answer a button; any other press is news for the desk."""
    mirrored = mirroring.mirror_press(conversation, event, policy)
    if event.action == staffing.GO_ON:
        return mirrored if conversation.is_bots else _begun(mirrored, policy)
    if not conversation.is_bots:
        return mirrored
    return _answered(conversation, mirrored, event, policy, number)


def _begun(mirrored: Decision, policy: Policy) -> Decision:
    here = mirrored.conversation
    case = case_of(here)
    aside = replace(here, case=replace(case, clock=replace(case.clock, aside=True)), doubts=0, offer=None)
    line = "🤖 The bot goes on helping the customer until somebody takes this case; every word is shown here."
    return (
        Decision(aside, mirrored.effects)
        .then(casework.tell(aside, policy, "aside", number=case.number), line_to_agents(line))
        .noting("went_on", f"#{case.number}: the customer goes on with the bot while the case waits.")
    )


def _answered(
    conversation: Conversation,
    mirrored: Decision,
    event: CustomerSaid | CustomerPressed,
    policy: Policy,
    number: int,
) -> Decision:
    """What the bot says as if nobody else were there; where it would hand over, the case that waits is pointed to."""
    # a case waits already: whatever the bot answers now, by a lesson or not, has spared nobody the work
    alone = replace(conversation, status=Status.BOT, case=None, by_lesson=True)
    answer = answering.answer(alone, event, policy, number)
    case = case_of(conversation)
    if answer.conversation.status is not Status.BOT:
        return _pointed_to(case, answer.conversation, mirrored, policy)
    lines = tuple(replace(line, mirrored=True) for line in answer.conversation.transcript)
    after = casework.trimmed(replace(answer.conversation, status=Status.QUEUED, case=case, transcript=lines))
    ours = tuple(effect for effect in answer.effects if not _is_count_of_message(effect))
    shown = tuple(_shown(effect) for effect in ours if isinstance(effect, Post))
    return Decision(after, (*mirrored.effects, *ours, *shown))


def _pointed_to(case: Case, handed: Conversation, mirrored: Decision, policy: Policy) -> Decision:
    """The bot would hand over (`handed` says why): the case that waits is told of it, and the customer of the case."""
    here, why = mirrored.conversation, case_of(handed).why
    if why.reason is Reason.SAFETY and not alarm.is_known(here):
        return alarm.sounded(mirrored, why, policy)
    speaking = casework.language(here, policy)
    team = casework.team_name(speaking, policy)
    opening = casework.opening_words(here, why, speaking, policy)
    told = f"{opening} {say('in_the_queue', speaking, policy, team=team, number=case.number)}".strip()
    line = f"🤖 The bot left this to people: {why.sentence}"
    return mirrored.then(words_to_customer(told), line_to_agents(line)).noting(
        "left_to_people", f"#{case.number}: {why.sentence}", reason=why.reason.value
    )


def _shown(post: Post) -> Post:
    body = Body(post.body.text, voice=Voice("Assistant (bot)"), quiet=True)
    return Post(Side.AGENTS, body, priority=Priority.MIRRORED)


def _is_count_of_message(effect: Effect) -> bool:
    """The customer's message was counted when it was mirrored, and the passage began long ago."""
    return isinstance(effect, Record) and effect.kind in {"customer_said", "opened"}
