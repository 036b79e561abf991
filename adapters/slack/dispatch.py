"""What happens to each verified payload: stored, or a command answered. The app's only Bolt middleware.

Bolt's listeners are not used: each costs time per event, and an event without one is answered 404,
which Slack counts as a failure. Everything known is acknowledged after it was stored, everything unknown at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, cast

import structlog
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.answers import Answers
from adapters.slack.canary import word_in
from adapters.slack.home import opened_by, pressed_at_home
from adapters.slack.home_pages import HomePages
from adapters.slack.http import Reply
from adapters.slack.inbound import EPHEMERAL, activity_of, mentioned_in, pressed_of
from adapters.slack.outbound import message
from adapters.slack.reach import Reach
from adapters.slack.shortcuts import Chosen, chosen_of
from adapters.slack.views import Shown, errors_of, shown_of, submitted_of, view_of
from adapters.slack.views import chosen_of as in_modal
from adapters.turns import Turns
from bot.core.activity import Activity, Pressed, Submitted
from bot.core.forms import NOT_OPENED, NOT_STORED
from bot.core.platforms.json_values import as_text
from bot.errors import DeliveryError, StoreUnavailable
from bot.under_way import UnderWay

if TYPE_CHECKING:
    from bot.ports import Commands, Forms, Intake

_log = structlog.get_logger("slack")


class Dispatch(AsyncMiddleware):
    """Takes every payload, over HTTP and over Socket Mode alike."""

    def __init__(
        self,
        intake: Intake,
        commands: Commands,
        forms: Forms,
        reach: Reach,
        homes: HomePages,
        *,
        store_seconds: float,
        answer_seconds: float,
    ) -> None:
        self._intake = intake
        self._commands = commands
        self._forms = forms
        self._reach = reach
        self._homes = homes
        self._store_seconds = store_seconds
        self._turns = Turns()
        self._under_way = UnderWay()
        self._answers = Answers(commands, reach, self._under_way, answer_seconds=answer_seconds)

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002  # Bolt's signature
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: ARG002  # Bolt's signature
    ) -> BoltResponse:
        reply = await self.receive(cast("dict[str, object]", req.body))
        return BoltResponse(status=reply.status, body=dict(reply.body) if reply.body else "")

    async def finish(self) -> None:
        """Wait for the answers that are under way."""
        await self._under_way.finish()

    async def receive(self, payload: Mapping[str, object]) -> Reply:
        """What Slack is answered; once it is 200, what happened is stored."""
        if as_text(payload.get("command")):
            return await self._answers.command(payload)
        hearing = self._reach.hearing()
        kind = payload.get("type")
        if kind == "view_submission":
            return await self._submitted(submitted_of(payload, hearing), shown_of(payload))
        if kind == "message_action":
            return self._shortcut(payload)
        if kind == "block_actions":
            if at_home := pressed_at_home(payload):
                self._under_way.start(self._homes.press(*at_home))
                return Reply()
            if (chosen := in_modal(payload, hearing)) is not None:
                self._under_way.start(self._fill(shown_of(payload), chosen))
                return Reply()
            activity = pressed_of(payload, hearing)
            if activity is not None and (answered := await self._asked_first(payload, activity)):
                return answered
        elif kind == "event_callback":
            if (answered := await self._aside(payload)) is not None:
                return answered
            await self._reach.meet(as_text(payload.get("team_id")), mentioned_in(payload))
            activity = activity_of(payload, hearing)
        else:
            _log.info("unknown request", kind=as_text(kind)[:60])
            return Reply()
        if activity is None:
            return Reply()
        reply = await self._store(activity)
        if reply.status == 200 and isinstance(activity.content, Pressed):
            self._clear_whisper(_whisper_of(payload, activity.content))
        return reply

    async def _store(self, activity: Activity) -> Reply:
        try:
            async with asyncio.timeout(self._store_seconds):
                placed = await self._reach.placed(activity)
                async with self._turns.turn(placed.place.key):
                    await self._intake.take(placed)
        except (StoreUnavailable, TimeoutError) as error:
            _log.warning("not stored", activity=activity.id, why=type(error).__name__)
            return Reply(503)
        return Reply()

    async def _aside(self, payload: Mapping[str, object]) -> Reply | None:
        """The answer to an event that is nothing that people did in a conversation; None for all others."""
        if opened := opened_by(payload):
            self._under_way.start(self._homes.open(*opened))
            return Reply()
        word = word_in(payload, self._reach.canary_channel)
        if not word:
            return None
        try:
            async with asyncio.timeout(self._store_seconds):
                await self._reach.heard(word)
        except (StoreUnavailable, TimeoutError) as error:
            _log.warning("song not stored", why=type(error).__name__)
            return Reply(503)
        return Reply()

    def _clear_whisper(self, url: str) -> None:
        """What one person alone was shown goes away once they chose: only an answer to their press can do that."""
        if url:
            self._under_way.start(self._answers.later(url, {"delete_original": True}))

    # forms -----------------------------------------------------------------------------------

    async def _asked_first(self, payload: Mapping[str, object], activity: Activity) -> Reply | None:
        """Open the form that a button asks for; None when it asks for nothing, and the press is to be stored."""
        pressed = activity.content
        if not isinstance(pressed, Pressed):
            return None
        try:
            async with asyncio.timeout(self._store_seconds):
                form = await self._forms.form(
                    activity.author, activity.place, pressed.ref, pressed.action, pressed.value
                )
        except (StoreUnavailable, TimeoutError) as error:
            _log.warning("form not found", activity=activity.id, why=type(error).__name__)
            return Reply(503)
        if form is None:
            return None
        view = view_of(form, pressed.ref, response_url=_whisper_of(payload, pressed))
        if view is None:
            _log.error("form does not fit", action=form.action)
            return Reply()
        # Slack lets a trigger be used for 3 seconds: the call goes out at once, beside the acknowledgement.
        self._under_way.start(self._open(payload, view))
        return Reply()

    async def _open(self, payload: Mapping[str, object], view: Mapping[str, object]) -> None:
        """Open a form for whoever pressed or chose something; when Slack does not, they are told."""
        try:
            await self._reach.open_view(as_text(payload.get("trigger_id")), view)
        except DeliveryError as error:
            _log.warning("form not opened", why=error.why)
            told = {"response_type": "ephemeral", "replace_original": False, "text": NOT_OPENED}
            await self._answers.later(as_text(payload.get("response_url")), told)

    async def _fill(self, shown: Shown, activity: Activity) -> None:
        """Show a form anew, with what somebody's choice in it changes."""
        content = activity.content
        if not isinstance(content, Submitted):
            return
        try:
            async with asyncio.timeout(self._store_seconds):
                form = await self._forms.filled(activity.author, activity.place, content)
            view = view_of(form, content.ref, shown.turn + 1, shown.response_url) if form is not None else None
            if view is not None:
                await self._reach.update_view(shown.id, shown.hash, view)
        except (StoreUnavailable, TimeoutError, DeliveryError) as error:
            _log.warning("form not filled in", why=getattr(error, "why", type(error).__name__))

    async def _submitted(self, activity: Activity | None, shown: Shown) -> Reply:
        """Store a filled-in form, or say in its window what is wrong with it."""
        if activity is None or not isinstance(activity.content, Submitted):
            _log.info("unknown view")
            return Reply()
        filled = activity.content
        first = filled.fields[0][0] if filled.fields else ""
        try:
            async with asyncio.timeout(self._store_seconds):
                faults = await self._forms.faults(activity.author, activity.place, filled)
        except (StoreUnavailable, TimeoutError):
            return Reply(200, errors_of([(first, NOT_STORED)], shown.turn))
        if faults:
            return Reply(200, errors_of(faults, shown.turn))
        reply = await self._store(activity)
        if reply.status == 200:
            self._clear_whisper(shown.response_url)
            return reply
        return Reply(200, errors_of([(first, NOT_STORED)], shown.turn))

    # shortcuts -------------------------------------------------------------------------------

    def _shortcut(self, payload: Mapping[str, object]) -> Reply:
        chosen = chosen_of(payload)
        if chosen is not None:
            self._under_way.start(self._do_chosen(chosen, payload))
        return Reply()

    async def _do_chosen(self, chosen: Chosen, payload: Mapping[str, object]) -> None:
        """Open the form that a shortcut asks for, or do what it says and tell whoever chose it."""
        asker = await self._reach.asker(chosen.team, chosen.user)
        try:
            async with asyncio.timeout(self._store_seconds):
                form = await self._forms.form(asker, chosen.ref.place, chosen.ref, chosen.name, "")
        except (StoreUnavailable, TimeoutError):
            form = None  # the shortcut itself says that the store is away
        view = view_of(form, chosen.ref) if form is not None else None
        if view is not None:
            await self._open(payload, view)
            return
        answer = await self._commands.shortcut(asker, chosen.ref, chosen.name)
        await self._answers.later(chosen.response_url, {"response_type": "ephemeral", **message(answer.body)})


def _whisper_of(payload: Mapping[str, object], pressed: Pressed) -> str:
    """The address through which the pressed message can be taken away; "" when it is not one person's alone."""
    return as_text(payload.get("response_url")) if pressed.ref.id.startswith(EPHEMERAL) else ""
