"""Answers `forget`: what is kept of a customer, what is deleted and what cannot be; does it when it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.activity import Person
from bot.core.cases.cards import dated_time
from bot.core.cases.forgetting import STAYS
from bot.core.effects import Body, Button, ButtonStyle
from bot.core.typed.case_numbers import case_number
from bot.core.typed.commands import COMMAND
from bot.ports import Answer, AuditBook, Forgetter, Holdings, Records
from bot.services.requests import Answering, Request, saying

CONFIRM: Final = "confirm"
LIST: Final = "list"
FORGOTTEN: Final = "forgotten"
"""The kind of the audit's lines about it."""

_MOST_LISTED: Final = 20
_MOST_CASES: Final = 12
_HOW: Final = (
    "Say whom: `forget #1042` is the customer of a case, `forget @ada` somebody on this platform, and "
    "`forget teams:29:1abc` an account on another one."
)
_BY_ACCOUNT: Final = "Names are not looked for, which several people may have; accounts are."


@dataclass(frozen=True, slots=True)
class Forgetting:
    """The answers. Whether the asker may is asked before."""

    records: Records
    forgetter: Forgetter
    audit: AuditBook

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what."""
        return {"forget": self.forget}

    async def forget(self, request: Request) -> Answer:
        """Show what there is, and wait for the word; with it, delete. Twice is once."""
        whom, *rest = request.command.argument.split()
        if whom.lower() == LIST and not rest:
            return await self._listed(request.asker)
        if rest and rest != [CONFIRM]:
            return saying(f"“{' '.join(rest)[:40]}” says nothing here. {_HOW}")
        found = await self._meant(whom, request.asker)
        if not found:
            unknown = f"Nothing is kept of {_shown(whom)}, or it is being deleted already."
            return saying(f"{unknown} {_HOW if case_number(whom) else f'{_BY_ACCOUNT} {_HOW}'}")
        if rest:
            await self.forgetter.forget(found, request.asker)
            return saying(
                f"**Being deleted:** {_holdings(found)}.\n\n{_STAYS}\n\nIt happens within about a minute, also when "
                f"this is restarted meanwhile; `forget {LIST}` shows when it is done."
            )
        names = ", ".join(sorted({one.name for one in found if one.name})) or _shown(whom)
        text = (
            f"**This deletes for ever everything that is kept of {names}:** {_holdings(found)}.\n\n{_STAYS}\n\n"
            f"Nothing was deleted yet. To do it: `forget {whom} {CONFIRM}`"
        )
        button = Button("Delete for ever", COMMAND, f"forget {whom} {CONFIRM}", ButtonStyle.DANGER)
        return Answer(Body(text, buttons=(button,)))

    async def _meant(self, whom: str, asker: Person) -> Sequence[Holdings]:
        number = case_number(whom)
        if number is not None:
            conversation = await self.records.conversation_of(number)
            return await self.forgetter.of_conversation(conversation) if conversation else ()
        platform, colon, account = whom.partition(":")
        if not colon or "@" in platform or "<" in platform:
            platform, account = asker.platform, whom.strip("<>@").partition("|")[0]
        tail = account.casefold()

        def is_meant(key: str) -> bool:
            there, _, rest = key.partition("|")
            return there == platform and rest.partition("|")[2].casefold() == tail

        return await self.forgetter.of_customers(is_meant)

    async def _listed(self, asker: Person) -> Answer:
        lines = await self.audit.lines(FORGOTTEN)
        if not lines:
            return saying("Nobody was forgotten so far.")
        shown = [f"- {dated_time(line.at, asker.timezone)} · {line.by} · {line.text}" for line in lines[-_MOST_LISTED:]]
        return saying("\n".join(["**Who asked for what to be forgotten**", *shown]))


_STAYS: Final = (
    f"**What stays:** {STAYS} Counts without names stay in `stats`, and what an action of the assistant wrote into "
    "systems of your own is not touched."
)


def _holdings(found: Sequence[Holdings]) -> str:
    cases = sorted({number for one in found for number in one.cases})
    parts = [_count(sum(bool(one.conversation) for one in found), "conversation")]
    if cases:
        shown = ", ".join(f"#{number}" for number in cases[:_MOST_CASES])
        more = f" and {len(cases) - _MOST_CASES} more" if len(cases) > _MOST_CASES else ""
        parts.append(f"{_count(len(cases), 'case')} ({shown}{more})")
    parts.append(f"{_count(sum(one.facts for one in found), 'line')} of the journal")
    parts.append(f"{_count(sum(one.copies for one in found), 'message')} about them at the desk, with files")
    return (
        ", ".join(parts)
        + ", their slots, what was remembered of solved cases, lessons with their words, and what waits to be sent"
    )


def _count(n: int, what: str) -> str:
    return f"**{n}** {what}{'' if n == 1 else 's'}"


def _shown(whom: str) -> str:
    return f"“{whom[:60]}”"
