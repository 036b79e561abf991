"""What is asked of single cases: the queue, a case, why it came; and changes, which go to the case's own mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.activity import Person
from bot.core.agents import desk
from bot.core.cases.cards import dated_time, duration
from bot.core.conversation import Conversation, Status
from bot.core.policy import Policy
from bot.core.routing import subject_of
from bot.core.typed.case_numbers import case_number
from bot.core.typed.commands import MINE
from bot.core.typed.verbs import VERBS, Takes
from bot.ports import Answer, CaseRow, Clock, Records
from bot.services.requests import Answering, Request, saying
from bot.services.shifts import due_text
from bot.services.unlisted import unlisted

_MOST_LINES: Final = 40
_MOST_ROWS: Final = 30
_WITH_CASE: Final = (Takes.CASE, Takes.CASE_OR_WHOSE, Takes.CASE_AND_SPAN, Takes.CASE_AND_WORDS)


@dataclass(frozen=True, slots=True)
class CaseAnswers:
    """Answers about cases, out of the records."""

    records: Records
    clock: Clock
    policy: Policy

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what. Whatever the core's desk can do to a case is told to it."""
        changes = [verb for verb in desk.VERBS if verb in VERBS and VERBS[verb].takes in _WITH_CASE]
        return {
            **dict.fromkeys(changes, self.change),
            "release": self.release,
            "queue": self.queue,
            "case": self.case,
            "why": self.why,
        }

    async def queue(self, _request: Request) -> Answer:
        """The open cases, oldest first."""
        cases, missing = await self.records.open_cases(), unlisted(await self.records.unread_cases())
        if not cases:
            return saying(missing or "No open cases. Enjoy the quiet.")
        now = self.clock.now()
        lines = [f"**{len(cases)} open case{'s' if len(cases) > 1 else ''}**"]
        for row in cases[:_MOST_ROWS]:
            who, status = row.assignee or "nobody", row.status.replace("_", " ")
            waited = duration(now - row.opened_at)
            due = f" · {due_text(row, now)}" if row.due_at is not None else ""
            lines.append(f"- **#{row.number}** {row.customer} · {status} · {who} · {waited} · {row.reason}{due}")
        if len(cases) > _MOST_ROWS:
            lines.append(f"- … and {len(cases) - _MOST_ROWS} more")
        return saying("\n".join(lines) + (f"\n\n{missing}" if missing else ""))

    async def case(self, request: Request) -> Answer:
        """Where one case stands, and what was said last."""
        number = request.command.case or 0
        conversation = await self._conversation(number)
        if conversation is None:
            return saying(_unknown(number))
        case = conversation.case
        if case is None or case.number != number:
            closed = next((c for c in conversation.earlier if c.number == number), None)
            if closed is None:
                return saying(f"Case #{number} is older than what is kept here; `why {number}` still tells its story.")
            spent = duration(closed.resolved_at - closed.opened_at)
            return saying(f"**#{number}** is closed: {closed.reason.value}, open for {spent}.")
        said = "\n".join(f"> {line.name}: {' '.join(line.text.split())[:200]}" for line in conversation.transcript[-5:])
        who = case.assignee.label if case.assignee else "nobody yet"
        spent = duration((case.resolved_at or self.clock.now()) - case.opened_at)
        status, was = conversation.status.value.replace("_", " "), "" if case.resolved_at is None else "was "
        if conversation.status is Status.ON_HOLD and case.wakes_at is not None:
            status += f" until {dated_time(case.wakes_at, request.asker.timezone)}"
        return saying(
            f"**#{number}** {conversation.customer.label} on {conversation.place.platform}\n"
            f"- status: {status}, with {who}, {was}open for {spent}\n"
            f"- why: {case.why.sentence}\n\n{said}"
        )

    async def why(self, request: Request) -> Answer:
        """Every decision on the way of one case."""
        number = request.command.case or 0
        conversation = await self._conversation(number)
        if conversation is None:
            return saying(_unknown(number))
        journal = await self.records.journal(conversation.id)
        zone = request.asker.timezone
        lines = [f"- {dated_time(line.at, zone)} · {line.text}" for line in journal if line.case in {None, number}]
        return saying("\n".join([f"**Why #{number} came to people**", *lines[-_MOST_LINES:]]))

    async def release(self, request: Request) -> Answer:
        """Put one case back into the queue, or all that somebody has: each as if it had been named."""
        whose = request.command.argument
        if request.command.case is not None:
            return await self.change(request)
        rows = [row for row in await self.records.open_cases() if _is_of(row, whose, request.asker)]
        for row in rows:
            await self.records.tell(row.conversation, "release", "", request.asker, case=row.number)
        if not rows:
            return saying(f"No open case is {'yours' if whose.lower() == MINE else f'that of {whose[:60]}'}.")
        numbers = ", ".join(f"#{row.number}" for row in rows[:_MOST_ROWS])
        numbers += f" and {len(rows) - _MOST_ROWS} more" if len(rows) > _MOST_ROWS else ""
        return saying(f"On their way back into the queue: {numbers}. The cases' threads show what came of it.")

    async def change(self, request: Request) -> Answer:
        """Bring a change to the case's mailbox; the case's thread shows what came of it."""
        command = request.command
        number = command.case or 0
        conversation = await self._conversation(number)
        if conversation is None:
            return saying(_unknown(number))
        why = desk.past(conversation, number, command.verb)
        if why := why or desk.pointless(conversation, number, command.verb, command.argument, self.policy):
            return saying(why)
        other = case_number(command.argument) if command.verb == "merge" else None
        if other is not None and await self.records.conversation_of(other) is None:
            return saying(f"{_unknown(other)} Nothing was changed.")
        await self.records.tell(conversation.id, command.verb, command.argument, request.asker, case=number)
        return saying(f"On its way: {command.verb} #{number}. The case's thread shows what came of it.")

    async def _conversation(self, number: int) -> Conversation | None:
        found = await self.records.conversation_of(number)
        return await self.records.conversation(found) if found else None


def _is_of(row: CaseRow, whose: str, asker: Person) -> bool:
    """Whether somebody has a case: the asker, or who is named by a mention, an account or the name that is shown."""
    if whose.lower() == MINE:
        return row.assignee_key == asker.key
    named = subject_of(asker, "assign", whose)
    is_named = row.assignee.casefold() == whose.strip("@ ").casefold()
    return bool(row.assignee_key) and (is_named or (named is not None and named.key == row.assignee_key))


def _unknown(number: int) -> str:
    return f"There is no case #{number}. `queue` lists the open ones."
