"""Pressed buttons and filled-in forms, with the answers that Teams wants in the same breath.

A press is answered with the card as it reads by then. A button that asks first is answered with its form: as a dialog
where the card announced one, in place of the card where it did not, and in the private chat to a client that can show
neither. Nothing is decided here; whatever was done is stored before it is acknowledged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from adapters.teams.forms import closing, dialog_of, form_card, is_cancelled, is_filling, is_sealed
from adapters.teams.framework import Reply
from adapters.teams.inbound import data_of
from adapters.teams.reach import Reach
from adapters.teams.settings import TeamsSettings
from adapters.teams.shortcuts import SUBMITTED, Chosen
from adapters.teams.text.rich_text import Element
from adapters.teams.whispers import moved
from bot.core.activity import Activity, Pressed, Ref, Submitted
from bot.core.forms import FieldKind
from bot.core.platforms.json_values import Json, as_object, as_text
from bot.errors import DeliveryError, StoreUnavailable
from bot.ports import Forms

_CARD: Final = "application/vnd.microsoft.card.adaptive"
_MESSAGE: Final = "application/vnd.microsoft.activity.message"
_ERROR: Final = "application/vnd.microsoft.error"
_ACTION: Final = "adaptiveCard/action"
_DIALOGS: Final = frozenset({"task/fetch", "task/submit", SUBMITTED})
_BAD: Final = {"statusCode": 400, "type": _ERROR, "value": {"code": "BadRequest", "message": "not of this app"}}
_AWAY: Final = Reply(503)

_log = structlog.get_logger("teams")

Faults = Sequence[tuple[str, str]]


class Presses:
    """`store` keeps an activity and gives the reply to it."""

    def __init__(
        self,
        store: Callable[[Activity], Awaitable[Reply]],
        forms: Forms,
        reach: Reach,
        settings: TeamsSettings,
        mark_secret: str,
    ) -> None:
        self._store = store
        self._forms = forms
        self._reach = reach
        self._settings = settings
        self._mark_secret = mark_secret

    async def invoked(self, payload: Json, activities: Sequence[Activity]) -> Reply:
        """Answer a press or a form as the client wants it answered: with a card, a dialog, or a word."""
        name = as_text(payload.get("name"))
        is_dialog = name in _DIALOGS
        if name != _ACTION and not is_dialog:
            _log.info("unknown invoke", name=name[:60])
            return Reply()
        activity = await self._ours(payload, activities[0]) if activities else None
        if activity is None:
            return Reply(200, closing(self._settings.words.gone) if is_dialog else _BAD)
        if isinstance(activity.content, Submitted):
            return await self._sent(payload, activity, activity.content, is_dialog=is_dialog)
        try:
            card = await self._asked(activity, is_dialog=is_dialog)
        except (StoreUnavailable, TimeoutError):
            return _AWAY
        if card is not None:
            return Reply(200, card if is_dialog else _with(card))
        changed = self._reach.watch(activity.content.ref)
        reply = await self._store(activity)
        if reply.status != 200 or is_dialog:
            changed.cancel()
            return reply if reply.status != 200 else Reply(200, closing(self._settings.words.received))
        return Reply(200, await self._refreshed(changed))

    async def chosen(self, payload: Json, chosen: Chosen) -> Element | None:
        """The dialog with the form that a shortcut asks for; None when it asks for nothing.

        Raises StoreUnavailable and TimeoutError.
        """
        pressed = Pressed(chosen.ref, chosen.name)
        as_pressed = Activity(as_text(payload.get("id")), 0.0, chosen.ref.place, chosen.asker, pressed)
        return await self._asked(as_pressed, is_dialog=True)

    async def told(self, payload: Json, activity: Activity) -> Reply:
        """The same from a client that sends a message instead: it is answered in the private chat."""
        found = await self._ours(payload, activity)
        if found is None:
            return Reply()
        try:
            if isinstance(found.content, Submitted):
                if is_cancelled(data_of(payload)):
                    return Reply()
                filling = is_filling(data_of(payload))
                faults = () if filling else await self._faults(found, found.content)
                if not filling and not faults:
                    return await self._store(found)
                card = await self._asked(found, faults, is_dialog=False, filling=filling)
            else:
                card = await self._asked(found, is_dialog=False)
        except (StoreUnavailable, TimeoutError):
            return _AWAY
        if card is None:
            return Reply() if is_filling(data_of(payload)) else await self._store(found)
        try:
            await self._reach.hand(found.place, found.author, card)
        except DeliveryError as error:
            _log.warning("form not shown", why=error.why)
        return Reply()

    async def _ours(self, payload: Json, activity: Activity) -> Activity | None:
        """The activity in the place that it is about; None when its mark or seal is not ours, or serves no more."""
        data, content = data_of(payload), activity.content
        if isinstance(content, Submitted):
            found = activity if is_sealed(data, content, activity.author, self._mark_secret) else None
        else:
            found = moved(activity, data, self._mark_secret)
        if found is None:
            _log.warning("a button's mark is not ours", person=activity.author.id)
            return None
        pressed_in = as_text(as_object(payload.get("conversation")).get("id")).partition(";")[0]
        if found.place.channel != pressed_in and not await self._reach.may_act(found.place, found.author):
            _log.warning("a button of a desk that somebody has left", person=activity.author.id)
            return None
        return found

    # forms -----------------------------------------------------------------------------------

    async def _asked(
        self, activity: Activity, faults: Faults = (), *, is_dialog: bool, filling: bool = False
    ) -> Element | None:
        """The card, or the dialog, of the form that a press opens, or that a choice is `filling` in; None for no form.

        Raises StoreUnavailable and TimeoutError.
        """
        content = activity.content
        if not isinstance(content, Pressed | Submitted):
            return None
        async with asyncio.timeout(self._settings.store_seconds):
            if filling and isinstance(content, Submitted):
                form = await self._forms.filled(activity.author, activity.place, content)
            else:
                form = await self._forms.form(
                    activity.author, activity.place, content.ref, content.action, content.value
                )
            if form is None:
                return None
            asks_whom = any(field.kind is FieldKind.PERSON for field in form.fields)
            people = await self._reach.colleagues(activity.place) if asks_whom else ()
        card = form_card(
            form,
            content.ref,
            activity.author,
            secret=self._mark_secret,
            opened=activity.id,
            people=people,
            filled=dict(content.fields) if isinstance(content, Submitted) and not filling else None,
            faults=faults,
            dialog=is_dialog,
        )
        return dialog_of(form, card) if is_dialog else card

    async def _faults(self, activity: Activity, submitted: Submitted) -> Faults:
        async with asyncio.timeout(self._settings.store_seconds):
            return await self._forms.faults(activity.author, activity.place, submitted)

    async def _sent(self, payload: Json, activity: Activity, submitted: Submitted, *, is_dialog: bool) -> Reply:
        if is_cancelled(data_of(payload)):
            return Reply(200, self._as_it_was(submitted.ref))
        try:
            filling = is_filling(data_of(payload))
            faults = () if filling else await self._faults(activity, submitted)
            if faults or filling:
                card = await self._asked(activity, faults, is_dialog=is_dialog, filling=filling)
                if card is not None:
                    return Reply(200, card if is_dialog else _with(card))
                why = faults[0][1] if faults else self._settings.words.gone
                return Reply(200, closing(why) if is_dialog else _saying(why))
        except (StoreUnavailable, TimeoutError):
            return _AWAY
        changed = self._reach.watch(submitted.ref)
        reply = await self._store(activity)
        if reply.status != 200 or is_dialog:
            changed.cancel()
            return reply
        return Reply(200, await self._refreshed(changed, submitted.ref))

    # answers ---------------------------------------------------------------------------------

    async def _refreshed(self, changed: asyncio.Future[Element | None], ref: Ref | None = None) -> Element:
        """The card as it reads by now; without news in time, as it was where a form had taken its place."""
        await asyncio.wait({changed}, timeout=self._settings.refresh_seconds)
        card = changed.result() if changed.done() and not changed.cancelled() else None
        changed.cancel()
        if card is not None:
            return _with(card)
        return self._as_it_was(ref) if ref is not None else _saying(self._settings.words.received)

    def _as_it_was(self, ref: Ref) -> Element:
        card = self._reach.shown(ref)
        return _saying(self._settings.words.received) if card is None else _with(card)


def _with(card: Element) -> Element:
    return {"statusCode": 200, "type": _CARD, "value": card}


def _saying(words: str) -> Element:
    return {"statusCode": 200, "type": _MESSAGE, "value": words}
