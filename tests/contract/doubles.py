"""What an adapter is started with, for tests: an intake in memory, commands that answer, forms that open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from bot.core.activity import Activity, Person, Place, Ref, Submitted
from bot.core.effects import Body, Button
from bot.core.forms import FieldKind, Form
from bot.core.typed.commands import COMMAND
from bot.errors import StoreUnavailable
from bot.ports import Answer, Attachment


@dataclass
class ListIntake:
    """Keeps activities in a list, each once by its id and twins. Can be away, or hold until let go.

    `offered` has every call, repeated ones too.
    """

    taken: list[Activity] = field(default_factory=list)
    offered: list[Activity] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    away: bool = False
    hold: asyncio.Event | None = None

    async def take(self, activity: Activity) -> bool:
        if self.hold is not None:
            await self.hold.wait()
        if self.away:
            raise StoreUnavailable("the test's store is away")
        self.offered.append(activity)
        names = {activity.id, *activity.twins}
        if names & self.names:
            return False
        self.names |= names
        self.taken.append(activity)
        return True


@dataclass
class EchoCommands:
    """Answers a command with its own words, to all when they end in `share`.

    Waits for `gate`, raises `failure`, when they are set. When `slow` it says first that it takes a while.
    """

    asked: list[tuple[Person, Place, str]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    failure: Exception | None = None
    slow: bool = False
    attachments: tuple[Attachment, ...] = ()
    state: str = "all quiet"
    chosen: list[tuple[Person, Ref, str]] = field(default_factory=list)
    customers: frozenset[str] = frozenset()
    """Who has no commands, by name."""

    async def serves(self, asker: Person, place: Place) -> bool:  # noqa: ARG002  # the same everywhere
        return asker.name not in self.customers

    async def run(self, asker: Person, place: Place, words: str) -> Answer:
        self.asked.append((asker, place, words))
        if self.slow:
            return Answer(Body("That takes a while."), later=self._echo(words))
        return await self._echo(words)

    async def _echo(self, words: str) -> Answer:
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return Answer(Body(f"You asked: {words}"), shared=words.endswith("share"), attachments=self.attachments)

    async def home(self, asker: Person) -> tuple[Body, ...]:
        if self.failure is not None:
            raise self.failure
        return (Body(f"**Home of {asker.label}**\n{self.state}", buttons=(Button("Go on duty", COMMAND, "on"),)),)

    async def run_at_home(self, asker: Person, words: str) -> Answer:
        return await self.run(asker, Place(asker.platform, asker.tenant, "home"), words)

    async def shortcut(self, asker: Person, ref: Ref, name: str) -> Answer:
        self.chosen.append((asker, ref, name))
        return Answer(Body(f"You chose: {name}"))


@dataclass
class ScriptedForms:
    """Opens the forms it was given, by action; finds `wrong` in what was sent; raises `failure`, when they are set."""

    forms: dict[str, Form] = field(default_factory=dict)
    wrong: tuple[tuple[str, str], ...] = ()
    failure: Exception | None = None
    checked: list[Submitted] = field(default_factory=list)

    async def form(self, asker: Person, place: Place, ref: Ref | None, action: str, value: str) -> Form | None:  # noqa: ARG002
        if self.failure is not None:
            raise self.failure
        form = self.forms.get(action)
        return None if form is None else replace(form, value=value)

    async def filled(self, asker: Person, place: Place, submitted: Submitted) -> Form | None:
        """The form with every long text saying what was chosen."""
        form = await self.form(asker, place, submitted.ref, submitted.action, submitted.value)
        if form is None:
            return None
        given = dict(submitted.fields)
        said = " ".join(given.get(f.name, "") for f in form.fields if f.fills)
        fields = (
            replace(f, value=said if f.kind is FieldKind.LONG_TEXT else given.get(f.name, "")) for f in form.fields
        )
        return replace(form, fields=tuple(fields))

    async def faults(self, asker: Person, place: Place, submitted: Submitted) -> tuple[tuple[str, str], ...]:  # noqa: ARG002
        if self.failure is not None:
            raise self.failure
        self.checked.append(submitted)
        return self.wrong


def picture(raw: bytes = b"\x89PNG ...", url: str = "") -> Attachment:
    """A picture that comes with an answer."""

    async def pieces() -> AsyncIterator[bytes]:
        yield raw[:4]
        yield raw[4:]

    return Attachment("chart.png", "image/png", "Cases a day", pieces, url, instead="The chart is not shown here.")
