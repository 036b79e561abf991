"""What agents wrote and did not say: asked about again when the case comes into other hands.

Nothing is sent here. Whoever was told to claim the case hears that somebody else has it now; whoever gets a case
while a message of theirs still waits is asked what shall become of it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import Person, Side
from bot.core.agents import relay
from bot.core.agents.quoting import beginning
from bot.core.conversation import Conversation, Held
from bot.core.decision import Decision
from bot.core.effects import Body, Button, Whisper


def asked_about(before: Conversation, decision: Decision) -> Decision:
    """The decision, with a word to each whose message waits, if it gave the case to somebody else."""
    after = decision.conversation
    owner = after.case.assignee if after.case else None
    had = before.case.assignee if before.case else None
    if owner is None or not after.held or (had is not None and had.key == owner.key):
        return decision
    asked = tuple(
        whisper
        for held in after.held
        if held in before.held and not held.unclear and (whisper := _question(held, owner)) is not None
    )
    held = tuple(replace(each, unclaimed=False) for each in after.held)
    return Decision(replace(after, held=held), decision.effects).then(*asked)


def _question(held: Held, owner: Person) -> Whisper | None:
    """What the author of a message is asked now; None when what they were asked before still holds."""
    words = beginning(held)
    if held.author.key == owner.key:
        why = f"This case is yours now, and a message of yours still waits: {words}"
        buttons: tuple[Button, ...] = (Button("Send once", "send_once", held.ref.key), relay.keep(held.ref))
    elif held.unclaimed:
        why = f"@{owner.label} has this case now, and your message was not sent: {words}"
        buttons = relay.choices(held.ref)
    else:
        return None
    return Whisper(Side.AGENTS, held.author, Body(why, buttons=buttons))
