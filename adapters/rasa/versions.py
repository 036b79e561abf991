"""An assistant for each model that answers: the dialogue goes with the model that understood a message.

A model may carry lessons, and they are dialogue as well as words. While one model takes over from another, messages
that the old one understood are decided by the old dialogue and the new one's by the new. Trackers stay as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import nlu.store
from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.lessons import digest_of, layer_of
from bot.core.events import Turn
from bot.errors import AssistantError, UnderstandingUnavailable
from bot.ports import CustomerMessage
from nlu.artifacts import ModelError
from nlu.types import ParseResult

_KEPT: Final = 3
"""Dialogues that are kept: nothing that is still under way was understood by an older model."""


class VersionedAssistant:
    """The `Assistant` port over one project, and the `Companion` of its models (see `bot.training.models`)."""

    def __init__(self, project: RasaAssistant) -> None:
        """`project` is the assistant without any lesson."""
        self.project = project
        self._current = ""
        self._by_version: dict[str, RasaAssistant] = {}
        self._by_layer: dict[str, RasaAssistant] = {"": project}
        self._preparing = asyncio.Lock()

    @property
    def answering(self) -> RasaAssistant:
        """What decides where no model has understood anything: pressed buttons, reminders."""
        return self._by_version.get(self._current, self.project)

    async def prepare(self, model: Path) -> None:
        """Be ready for messages that a model has understood. Raises UnderstandingUnavailable when it does not fit."""
        async with self._preparing:
            opened, layer = await asyncio.to_thread(self._open, model)
            self._by_layer[layer] = opened
            self._by_version[model.name] = opened
            for version in [v for v in self._by_version if v not in {model.name, self._current}][: 1 - _KEPT]:
                del self._by_version[version]
            used = {id(assistant) for assistant in self._by_version.values()}
            self._by_layer = {k: a for k, a in self._by_layer.items() if not k or id(a) in used}

    def settle(self, version: str) -> None:
        """A model that was prepared for answers from now on."""
        self._current = version

    def _open(self, model: Path) -> tuple[RasaAssistant, str]:
        layer = layer_of(model)
        if layer is None:
            return self.project, ""
        try:
            nlu.store.verify(model)
            digest = digest_of(layer)
            return self._by_layer.get(digest) or self.project.taught(layer), digest
        except (ModelError, OSError) as error:
            raise UnderstandingUnavailable(f"the lessons of {model.name} cannot be read: {error}") from error
        except AssistantError as error:
            raise UnderstandingUnavailable(
                f"the lessons of {model.name} do not go with the assistant as it is now: {error}"
            ) from error

    def understood(self, payload: str) -> ParseResult | None:
        """What a payload means, by the dialogue that answers now."""
        parse = self.answering.understood(payload)
        return replace(parse, model=self._current) if parse else None

    async def turn(
        self, tracker: str, message: CustomerMessage, parse: ParseResult, requests: Sequence[ParseResult] = ()
    ) -> Turn:
        """Decide the answer with the dialogue of the model that understood."""
        opened = self._by_version.get(parse.model)
        if opened is None:
            return await self._said(self.answering.turn(tracker, message, parse, requests), self._current)
        return await self._said(opened.turn(tracker, message, parse, requests), parse.model)

    async def reminded(self, tracker: str, name: str, message: CustomerMessage) -> Turn:
        """Decide what to say when a reminder is due."""
        return await self._said(self.answering.reminded(tracker, name, message), self._current)

    async def resumed(self, tracker: str, summary: str) -> str:
        """The tracker after people gave the conversation back."""
        return await self.answering.resumed(tracker, summary)

    @staticmethod
    async def _said(deciding: Awaitable[Turn], model: str) -> Turn:
        return replace(await deciding, model=model)
