"""Answers `macro …`: what ready-made replies there are, and changes to them, which the whole desk gets to see.

Every version is kept with who made it. What a macro becomes in a case is `bot.core.agents.macros`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.activity import Person
from bot.core.agents import macros
from bot.core.agents.macros import MAX_MACROS, MAX_TEXT
from bot.core.cases.cards import dated_time
from bot.core.effects import Body
from bot.core.wording.shortening import on_one_line
from bot.ports import Answer, Clock, MacroBook, MacroRow
from bot.services.requests import Answering, Request, saying

_HOW: Final = (
    "`macro list` · `macro NAME` · `macro add NAME text` · `macro edit NAME text` · `macro remove NAME` · "
    "`macro history NAME`. In a case's thread `?NAME` sends one."
)
_SHOWN: Final = 100
_VERBS: Final = ("list", "add", "edit", "remove", "history")


@dataclass(frozen=True, slots=True)
class MacroAnswers:
    """The ready-made replies, for those who keep them."""

    book: MacroBook
    clock: Clock

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what."""
        return {"macro": self.macro}

    async def macro(self, request: Request) -> Answer:
        """Whatever follows the word `macro`."""
        words = request.command.argument.split(maxsplit=1)
        first, rest = (words[0].lower() if words else "list"), (words[1] if len(words) > 1 else "")
        name, _, text = rest.partition(" ") if " " in rest.split("\n", 1)[0] else rest.partition("\n")
        name, text = name.lower().lstrip("?"), text.strip()
        match first:
            case "list":
                return await self._list()
            case "add" | "edit":
                return await self._write(first, name, text, request.asker)
            case "remove":
                return await self._remove(name, request.asker)
            case "history":
                return await self._history(name, request.asker)
            case one:
                return await self._one(one.lstrip("?"), request.asker)

    async def _list(self) -> Answer:
        rows = await self._standing()
        if not rows:
            return saying(f"There are no macros yet. {_HOW}")
        lines = [f"- `?{row.name}`: {_short(row.text)}" for row in sorted(rows.values(), key=lambda row: row.name)]
        return saying("\n".join([f"**{len(rows)} macro{'s' if len(rows) > 1 else ''}**", *lines, _HOW]))

    async def _one(self, name: str, asker: Person) -> Answer:
        row = (await self._standing()).get(name)
        if row is None:
            return saying(f"There is no macro `{name}`. {_HOW}")
        when = dated_time(row.at, asker.timezone)
        return saying(f"**?{name}** ({row.by}, {when})\n\n{row.text}\n\n{_uses(row.text)}".strip())

    async def _history(self, name: str, asker: Person) -> Answer:
        versions = await self.book.versions(name)
        if not versions:
            return saying(f"There never was a macro `{name}`. `macro list` has them all.")
        lines = [
            f"- {row.version}. {row.by}, {dated_time(row.at, asker.timezone)}: {_short(row.text) or '*removed*'}"
            for row in versions
        ]
        return saying("\n".join([f"**?{name}**", *lines[-20:]]))

    async def _write(self, verb: str, name: str, text: str, asker: Person) -> Answer:
        if not name:
            return saying(f"`macro {verb}` needs a name and the text. {_HOW}")
        if not macros.is_name(name) or name in _VERBS:
            return saying(
                f"“{name[:40]}” cannot be a macro's name: small letters, digits, - and _, beginning with a letter; "
                "`.de` at the end makes it the German one. For example `macro add refund Your refund is on its way.`"
            )
        if not text:
            return saying(f"`macro {verb} {name}` needs the text behind the name.")
        if len(text) > MAX_TEXT:
            return saying(f"A macro has at most {MAX_TEXT} characters, this one has {len(text)}. Nothing was changed.")
        newest = await self.book.newest()
        standing = sum(bool(row.text) for row in newest.values())
        before = newest.get(name)
        exists = before is not None and bool(before.text)
        if verb == "add" and before is not None and exists:
            return saying(f"`?{name}` is there already: {_short(before.text)} `macro edit {name} …` changes it.")
        if verb == "edit" and not exists:
            return saying(f"There is no macro `{name}`; `macro add {name} …` makes one.")
        if not exists and standing >= MAX_MACROS:
            return saying(f"There are {MAX_MACROS} macros already. Edit one of them; nothing was changed.")
        row = MacroRow(name, text, asker.label, self.clock.now(), before.version if before else 0)
        return await self._put(row, "changed" if exists else "added", _uses(text))

    async def _remove(self, name: str, asker: Person) -> Answer:
        before = (await self._standing()).get(name)
        if before is None:
            return saying(f"There is no macro `{name}`. `macro list` has them all.")
        return await self._put(MacroRow(name, "", asker.label, self.clock.now(), before.version), "removed", "")

    async def _put(self, row: MacroRow, done: str, more: str) -> Answer:
        if not await self.book.put(row):
            return saying(f"Somebody changed `?{row.name}` at the same moment. Look at `macro {row.name}`, then again.")
        quoted = "".join(f"\n> {line}" for line in row.text.splitlines())
        return Answer(Body(f"{row.by} {done} the macro `?{row.name}`.{quoted}\n\n{more}".strip()), shared=True)

    async def _standing(self) -> Mapping[str, MacroRow]:
        return {name: row for name, row in (await self.book.newest()).items() if row.text}


def _uses(text: str) -> str:
    slots = macros.slots_of(text)
    if not slots:
        return ""
    return f"*It is sent only where these slots are filled: {', '.join(f'`{slot}`' for slot in slots)}.*"


def _short(text: str) -> str:
    return on_one_line(text, _SHOWN)
