"""Files for people: with their consent into a private chat, as a link to our copy anywhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from adapters.teams.calls.addresses import Addresses
from adapters.teams.calls.connector import Connector
from adapters.teams.calls.files import Files, consent_message, consent_of, info_message, link_body
from adapters.teams.calls.kinds import Kinds
from adapters.teams.places import Kind
from adapters.teams.text.rich_text import Element
from bot.core.activity import Place, Ref
from bot.core.effects import Body
from bot.core.platforms.json_values import Json, as_object, as_text
from bot.errors import DeliveryError, NotDone, Refused, Throttled
from bot.ports import FileSource, Posted, Shelf

_log = structlog.get_logger("teams")


class HandingOver:
    """Puts files where people get them. `put` posts an activity, `shown` makes one of a body, mention included."""

    def __init__(
        self,
        shelf: Shelf | None,
        files: Files,
        connector: Connector,
        addresses: Addresses,
        kinds: Kinds,
        *,
        put: Callable[[Place, Element], Awaitable[Posted]],
        shown: Callable[[Place, Body], Awaitable[Element]],
    ) -> None:
        self._shelf = shelf
        self._files = files
        self._connector = connector
        self._addresses = addresses
        self._kinds = kinds
        self._put = put
        self._shown = shown

    async def post(self, to: Place, body: Body, source: FileSource) -> Posted:
        """See `bot.ports.FileCarrier.post_file`."""
        shelf, is_personal = self._shelf, self._kinds.of(to.channel) is Kind.PERSONAL
        if shelf is None or not (is_personal or shelf.has_links):
            why = "Teams lets apps put no files into channels; with server.public_url set, a link is shown instead"
            raise Refused("send file", why)
        async with source.open() as stream:
            file = replace(source.file, size=stream.size)
            kept = await shelf.keep(file, stream)
        try:
            if is_personal:
                posted = await self._put(to, consent_message(body, file, kept.token))
            else:
                posted = await self._put(to, await self._shown(to, link_body(body, file, kept)))
        except (Throttled, NotDone, Refused):
            await shelf.drop(token=kept.token)
            raise
        await shelf.attach(kept.token, posted.ref.key)
        return posted

    async def forget(self, ref: Ref) -> None:
        """Drop our copy of what that message shows."""
        if self._shelf is not None:
            await self._shelf.drop(message=ref.key)

    async def consented(self, payload: Json, tenant: str) -> None:
        """Upload what a person wants to have, show it in place of the question, and forget our copy.

        When it fails the question stays, to be answered again.
        """
        answer = consent_of(payload)
        if answer is None or self._shelf is None:
            return
        token, agreed, upload = answer
        chat = as_text(as_object(payload.get("conversation")).get("id"))
        service_url = self._addresses.of(tenant, chat)
        try:
            if agreed:
                async with self._shelf.open(token) as (_, stream):
                    await self._files.upload(as_text(upload.get("uploadUrl")), stream)
                await self._connector.create_activity(service_url, chat, info_message(payload))
            await self._shelf.drop(token=token)
            await self._connector.delete_activity(service_url, chat, as_text(payload.get("replyToId")))
        except DeliveryError as error:
            _log.warning("a file was not handed over", why=error.why)
