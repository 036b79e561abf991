"""Shows what is masked in a case to somebody who may see it, once it is written down that they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.agents.revealing import VERB, originals
from bot.core.policy import Policy
from bot.ports import Answer, Records
from bot.services.requests import Answering, Request, saying


@dataclass(frozen=True, slots=True)
class Revealing:
    """The answer to `reveal N`. Whether the asker may is asked before."""

    records: Records
    policy: Policy

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what."""
        return {VERB: self.reveal}

    async def reveal(self, request: Request) -> Answer:
        """The originals of what is masked, for the asker alone, whatever they typed behind it."""
        number = request.command.case or 0
        found = await self.records.conversation_of(number)
        conversation = await self.records.conversation(found) if found else None
        if conversation is None:
            return saying(f"There is no case #{number}. `queue` lists the open ones.")
        shown = originals(conversation, self.policy, request.asker.timezone)
        if not shown:
            return saying(f"Nothing is masked in #{number}.")
        # Written down before it is shown: a look that nobody noted must not exist.
        await self.records.tell(conversation.id, VERB, str(number), request.asker)
        lead = f"**What is masked in #{number}**, for you alone. It is written down that you looked."
        return replace(saying(f"{lead}\n{shown}"), private=True)
