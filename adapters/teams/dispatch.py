"""What happens to each payload that may be believed: stored, answered as a command, or greeted.

Everything known is acknowledged after it was stored, everything unknown at once. Buttons and forms: see `presses`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable
from typing import Final

import structlog

from adapters.teams import shortcuts
from adapters.teams.calls.files import consent_of
from adapters.teams.commands import command_of, with_accounts
from adapters.teams.forms import closing
from adapters.teams.framework import Reply
from adapters.teams.inbound import activities_of
from adapters.teams.places import Kind, kind_of
from adapters.teams.presses import Presses
from adapters.teams.reach import Reach
from adapters.teams.scene import tenant_of
from adapters.teams.settings import TeamsSettings
from adapters.teams.text.rich_text import plain_of
from adapters.turns import Turns
from bot.core.activity import Activity, Place, Pressed, Submitted
from bot.core.effects import Body
from bot.core.platforms.json_values import Json, as_object, as_objects, as_text
from bot.core.routing import thread_of
from bot.errors import DeliveryError, Refused, StoreUnavailable
from bot.ports import Answer, Attachment, AttachmentSource, Commands, Forms, Intake, body_with, left_over
from bot.under_way import UnderWay

_REMEMBERED: Final = 10_000
_INLINE_BYTES: Final = 40_000
"""The largest picture that is put into a card; with the words it stays below the 80 KB of a message."""

_log = structlog.get_logger("teams")


class Dispatch:
    """Takes every payload that may be believed."""

    def __init__(
        self,
        intake: Intake,
        commands: Commands,
        forms: Forms,
        reach: Reach,
        settings: TeamsSettings,
        mark_secret: str,
    ) -> None:
        self._intake = intake
        self._commands = commands
        self._reach = reach
        self._settings = settings
        self._presses = Presses(self._store, forms, reach, settings, mark_secret)
        self._turns = Turns()
        self._under_way = UnderWay()
        self._remembered: OrderedDict[str, None] = OrderedDict()

    async def finish(self) -> None:
        """Wait for the answers that are under way."""
        await self._under_way.finish()

    async def receive(self, payload: Json) -> Reply:
        """What Teams is answered; once it is 200, what happened is stored."""
        kind = as_text(payload.get("type"))
        hearing = self._reach.hearing()
        if not self._is_ours(payload):
            _log.info("another tenant's", kind=kind[:60])
            return Reply()
        activities = activities_of(payload, hearing)
        self._reach.noticed(payload, activities[0] if activities else None)
        if consent_of(payload) is not None:
            self._under_way.start(self._reach.consented(payload))
            return Reply()
        if kind == "invoke" and as_text(payload.get("name")) in shortcuts.INVOKES:
            return await self._chosen(payload)
        if kind == "invoke":
            return await self._presses.invoked(payload, activities)
        if kind in {"installationUpdate", "conversationUpdate"}:
            self._reach.roster_changed(payload)
            self._greet(payload, hearing.bot)
            return Reply()
        for activity in activities:
            reply = await self._taken(payload, activity)
            if reply.status != 200:
                return reply
        return Reply()

    def _is_ours(self, payload: Json) -> bool:
        """Whether a payload's tenant may reach the app."""
        tenants = self._settings.tenants
        return not tenants or tenant_of(payload, self._settings.tenant) in tenants | {self._settings.tenant}

    async def _taken(self, payload: Json, activity: Activity) -> Reply:
        heard = command_of(activity, self._settings.desks)
        if heard is None and isinstance(activity.content, Pressed | Submitted):
            return await self._presses.told(payload, activity)
        if heard is None:
            return await self._store(activity)
        words = with_accounts(heard.words, payload)
        if heard.bare:
            return await self._store(activity, words)
        return self._command(activity, words)

    async def _store(self, activity: Activity, words: str = "") -> Reply:
        """Store what somebody said; `words` are the command that it is, unless a customer said it."""
        try:
            async with asyncio.timeout(self._settings.store_seconds), self._turns.turn(activity.place.key):
                if words and await self._serves(activity):
                    return self._command(activity, words)
                await self._intake.take(activity)
        except (StoreUnavailable, TimeoutError) as error:
            _log.warning("not stored", activity=activity.id, why=type(error).__name__)
            return Reply(503)
        return Reply()

    async def _serves(self, activity: Activity) -> bool:
        """Whether whoever said it has commands there; whom the platform does not tell of is answered so."""
        try:
            return await self._commands.serves((await self._reach.checked(activity)).author, activity.place)
        except DeliveryError:
            return True

    def _command(self, activity: Activity, words: str) -> Reply:
        if self._is_new(activity.id, *activity.twins):
            self._under_way.start(self._answer(activity, words))
        return Reply()

    # commands --------------------------------------------------------------------------------

    async def _answer(self, activity: Activity, words: str) -> None:
        activity = await self._reach.checked(activity)
        try:
            answer = await self._answer_of(self._commands.run(activity.author, activity.place, words))
            await self._show(activity, answer)
            if answer.later is not None:
                await self._show(activity, await self._answer_of(answer.later))
        except (DeliveryError, StoreUnavailable) as error:
            _log.warning("command not answered", why=getattr(error, "why", type(error).__name__))

    async def _show(self, activity: Activity, answer: Answer) -> None:
        body = await body_with(answer, inline=_INLINE_BYTES, files=True)
        if answer.shared:
            await self._reach.say(thread_to_answer(activity), body)
        else:
            await self._reach.confide(activity, body)
        for one in left_over(answer, inline=_INLINE_BYTES):
            await self._hand_over(activity, one, shared=answer.shared)

    async def _hand_over(self, activity: Activity, one: Attachment, *, shared: bool) -> None:
        try:
            await self._reach.hand_over(activity, AttachmentSource(one), shared=shared)
        except Refused:
            if one.instead:
                await self._reach.confide(activity, Body(one.instead))

    async def _answer_of(self, asked: Awaitable[Answer]) -> Answer:
        try:
            return await asked
        except DeliveryError:
            return Answer(Body(self._settings.words.not_known))

    async def _chosen(self, payload: Json) -> Reply:
        """Do what was chosen in the menu of a message: the dialog that opens says so, or asks first."""
        chosen = shortcuts.chosen_of(payload, self._reach.hearing())
        if chosen is None:
            return Reply(200, closing(self._settings.words.gone))
        try:
            if (dialog := await self._presses.chosen(payload, chosen)) is not None:
                return Reply(200, dialog)
            async with asyncio.timeout(self._settings.store_seconds):
                answer = await self._commands.shortcut(chosen.asker, chosen.ref, chosen.name)
        except DeliveryError:
            return Reply(200, closing(self._settings.words.not_known))
        except (StoreUnavailable, TimeoutError):
            return Reply(503)
        return Reply(200, closing(plain_of(answer.body.text, 900)))

    # installation ----------------------------------------------------------------------------

    def _greet(self, payload: Json, bot: str) -> None:
        """Say hello once where the app was added to a chat. Teams reports that up to twice, and again after removal."""
        conversation = as_object(payload.get("conversation"))
        channel = as_text(conversation.get("id")).partition(";")[0]
        tenant = tenant_of(payload, self._settings.tenant)
        us = {bot, as_text(as_object(payload.get("recipient")).get("id"))} - {""}
        if payload.get("type") == "installationUpdate":
            was_added, was_removed = (as_text(payload.get("action")).startswith(x) for x in ("add", "remove"))
        else:
            was_added = any(as_text(m.get("id")) in us for m in as_objects(payload.get("membersAdded")))
            was_removed = any(as_text(m.get("id")) in us for m in as_objects(payload.get("membersRemoved")))
        name = f"greeted|{tenant}|{channel}"
        if was_removed:
            self._remembered.pop(name, None)
        if not was_added or not self._settings.words.welcome:
            return
        if kind_of(channel, as_text(conversation.get("conversationType"))) is Kind.CHANNEL or not self._is_new(name):
            return
        self._under_way.start(self._hello(Place("teams", tenant, channel)))

    async def _hello(self, place: Place) -> None:
        try:
            await self._reach.say(place, Body(self._settings.words.welcome))
        except DeliveryError as error:
            _log.warning("not greeted", why=error.why)

    def _is_new(self, *names: str) -> bool:
        """Whether none of these names was remembered before; they are from now on."""
        seen = any(name in self._remembered for name in names)
        for name in names:
            self._remembered[name] = None
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return not seen


def thread_to_answer(activity: Activity) -> Place:
    """Where to answer an activity for all to see: in its thread, or in the one that it opens."""
    return activity.place if activity.direct else thread_of(activity)
