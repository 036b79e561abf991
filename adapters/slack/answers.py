"""What whoever gave a command or pressed something is answered: in the request itself, or later by `response_url`.

A `response_url` works for 30 minutes; what Slack refuses after that is logged, and nothing else is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING

import structlog

from adapters.slack.envelope import PLATFORM
from adapters.slack.http import Reply
from adapters.slack.outbound import message
from adapters.slack.reach import Reach
from adapters.slack.text.mrkdwn import to_plain
from bot.core.activity import Person, Place
from bot.core.effects import Body
from bot.core.platforms.json_values import as_text
from bot.errors import DeliveryError, StoreUnavailable
from bot.ports import Answer, Attachment, AttachmentSource, body_with, left_over
from bot.under_way import UnderWay

if TYPE_CHECKING:
    from bot.ports import Commands

_log = structlog.get_logger("slack")


class Answers:
    """Answers. `answer_seconds`: how long a command's request may wait for its answer (Slack allows 3 s)."""

    def __init__(self, commands: Commands, reach: Reach, under_way: UnderWay, *, answer_seconds: float) -> None:
        self._commands = commands
        self._reach = reach
        self._under_way = under_way
        self._answer_seconds = answer_seconds

    async def command(self, payload: Mapping[str, object]) -> Reply:
        """Answer a command, at once if that is there in time; with 503 when the store is away."""
        url = as_text(payload.get("response_url"))
        work = self._under_way.start(self._answer_to(payload))
        done, _ = await asyncio.wait({work}, timeout=self._answer_seconds)
        if done:
            try:
                return Reply(200, work.result())
            except StoreUnavailable:
                return Reply(503)
        self._under_way.start(self._answer_when_ready(work, url))
        return Reply()

    async def _answer_to(self, payload: Mapping[str, object]) -> Mapping[str, object]:
        tenant, user = as_text(payload.get("team_id")), as_text(payload.get("user_id"))
        place = Place(PLATFORM, tenant, as_text(payload.get("channel_id")))
        asker = await self._reach.asker(tenant, user)
        answer = await self._commands.run(asker, place, to_plain(as_text(payload.get("text"))))
        return await self._shown(answer, place, asker, as_text(payload.get("response_url")))

    async def _shown(self, answer: Answer, place: Place, asker: Person, url: str) -> Mapping[str, object]:
        """The answer as Slack shows it. What does not fit into a message, and what comes later, is begun to be sent."""
        files = left_over(answer)
        if files:
            self._under_way.start(self._hand_over(files, place if answer.shared else None, asker, url))
        if answer.later is not None:
            work = self._under_way.start(self._finished(answer.later, place, asker, url))
            self._under_way.start(self._answer_when_ready(work, url))
        seen_by = "in_channel" if answer.shared else "ephemeral"
        return {"response_type": seen_by, **message(await body_with(answer, files=True))}

    async def _finished(self, later: Awaitable[Answer], place: Place, asker: Person, url: str) -> Mapping[str, object]:
        return await self._shown(await later, place, asker, url)

    async def _hand_over(
        self, files: Sequence[Attachment], shared_in: Place | None, asker: Person, response_url: str
    ) -> None:
        """Send what came with an answer as files: into the channel when it is shared, else to the asker alone."""
        for one in files:
            try:
                await self._reach.hand_over(AttachmentSource(one), shared_in, asker)
            except (DeliveryError, StoreUnavailable) as error:
                _log.warning("file not delivered", why=getattr(error, "why", type(error).__name__))
                if one.instead:
                    await self.later(response_url, {"response_type": "ephemeral", **message(Body(one.instead))})

    async def _answer_when_ready(self, work: Awaitable[Mapping[str, object]], url: str) -> None:
        try:
            answer = await work
        except (StoreUnavailable, DeliveryError) as error:
            _log.warning("command not answered", why=getattr(error, "why", type(error).__name__))
            return
        await self.later(url, answer)

    async def later(self, url: str, arguments: Mapping[str, object]) -> None:
        """Say something through a `response_url`. What Slack refuses is logged."""
        try:
            await self._reach.answer_later(url, arguments)
        except DeliveryError as error:
            _log.warning("answer not delivered", why=error.why)
