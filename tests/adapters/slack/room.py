"""The contract suite's room, on the local Slack."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import SlackSettings
from adapters.slack.text.emoji import name_of, symbol_of
from bot.core.activity import File, Person, Place, Ref
from bot.ports import ChatAdapter
from tests.adapters.slack.scene import Scene
from tests.contract.adapter_contract import Seen, Trouble
from tests.contract.doubles import ListIntake, ScriptedForms
from tests.contract.file_contract import SeenFile
from tests.fakes.slack import Fault, Human, Message
from tests.fakes.slack.blocks import buttons_of
from tests.support.patience import ENOUGH

_FAULTS = {
    Trouble.THROTTLED: Fault.THROTTLED,
    Trouble.NO_ANSWER: Fault.HANG_DONE,
    Trouble.CUT: Fault.RESET_DONE,
    Trouble.SERVER_ERROR: Fault.ERROR,
}


@dataclass
class SlackRoom:
    scene: Scene
    adapter: ChatAdapter = field(init=False)
    intake: ListIntake = field(init=False)
    channel: Place = field(init=False)
    chat: Place = field(init=False)
    _made: list[SlackAdapter] = field(default_factory=list[SlackAdapter])

    def __post_init__(self) -> None:
        scene = self.scene
        self.adapter, self.intake = scene.adapter, scene.intake
        self.channel = scene.place(scene.support)
        self.chat = scene.place(scene.ann.chat_with(scene.app))
        scene.slack.faults.retry_after = 7

    def _human(self, who: str) -> Human:
        return {"ann": self.scene.ann, "bob": self.scene.bob}[who]

    def _message(self, ref: Ref) -> Message:
        return self.scene.slack.workspace.message(ref.place.channel, ref.id)

    def person(self, who: str) -> Person:
        return Person("slack", self.scene.slack.workspace.team, self._human(who).id)

    async def says(self, who: str, place: Place, text: str) -> Ref:
        channel = self.scene.slack.workspace.channels[place.channel]
        message = self._human(who).says(channel, text, thread=place.thread)
        await self.settled()
        return Ref(place, message.ts)

    async def sends(self, who: str, place: Place, text: str, name: str, content: bytes) -> Ref:
        human = self._human(who)
        stored = self.scene.slack.files.put(name, content, human.id, "application/pdf")
        channel = self.scene.slack.workspace.channels[place.channel]
        message = human.sends(channel, text, stored, thread=place.thread)
        await self.settled()
        return Ref(place, message.ts)

    async def files(self, who: str, place: Place) -> list[SeenFile]:
        channel = self.scene.slack.workspace.channels[place.channel]
        stored = self.scene.slack.files.files
        return [
            SeenFile(m.ts, stored[shown["id"]].title, stored[shown["id"]].path.read_bytes())
            for m in self._human(who).sees(channel, place.thread)
            for shown in m.files
            if not stored[shown["id"]].deleted
        ]

    async def accepts(self) -> None:
        """Slack shows a file at once."""

    async def lose(self, file: File) -> None:
        self.scene.slack.files.files[file.id].deleted = True

    async def edits(self, ref: Ref, text: str) -> None:
        message = self._message(ref)
        self.scene.slack.change(message, text=text, by=message.user)
        await self.settled()

    async def deletes(self, ref: Ref) -> None:
        self.scene.slack.remove(self._message(ref))
        await self.settled()

    async def reacts(self, who: str, ref: Ref, emoji: str, *, added: bool = True) -> None:
        name = name_of(emoji)
        assert name
        self.scene.slack.react(self._message(ref), name, by=self._human(who).id, added=added)
        await self.settled()

    async def presses(self, who: str, ref: Ref, label: str) -> None:
        delivery = await self._human(who).presses(self._message(ref), label)
        assert delivery.accepted

    @property
    def forms(self) -> ScriptedForms:
        return self.scene.forms

    async def fills_in(self, who: str, ref: Ref, fields: dict[str, str]) -> dict[str, str]:  # noqa: ARG002
        human = self._human(who)
        await self.scene.slack.until(lambda: bool(self.scene.slack.modals.get(human.id)))
        delivery = await human.fills_in(self.scene.app, fields)
        found = json.loads(delivery.answer)["errors"] if delivery.answer else {}
        return {block.partition("~")[0]: why for block, why in found.items()}

    async def chooses(self, who: str, ref: Ref, field: str, value: str) -> dict[str, str]:  # noqa: ARG002
        human = self._human(who)
        await self.scene.slack.until(lambda: bool(self.scene.slack.modals.get(human.id)))
        before = self.scene.slack.modals[human.id][-1]["hash"]
        assert (await human.chooses_in_modal(self.scene.app, field, value)).accepted
        await self.scene.slack.until(lambda: self.scene.slack.modals[human.id][-1]["hash"] != before)
        return human.stands_in_modal()

    async def delivers_again(self) -> None:
        courier = self.scene.slack.courier
        for delivery in list(courier.deliveries):
            courier.dispatch(delivery.app, delivery.body)
        await self.settled()

    async def settled(self) -> None:
        await self.scene.slack.courier.settled()

    def sees(self, who: str, place: Place) -> list[Seen]:
        channel = self.scene.slack.workspace.channels[place.channel]
        return [
            Seen(
                m.ts,
                m.seen_text,
                tuple(b["text"]["text"] for b in buttons_of(m.blocks)),
                tuple(symbol_of(name) for name in m.reactions),
            )
            for m in self._human(who).sees(channel, place.thread)
        ]

    def calls(self) -> int:
        return len(self.scene.slack.calls)

    def now(self) -> float:
        return self.scene.slack.now()

    def trouble(self, trouble: Trouble) -> None:
        slack = self.scene.slack
        if trouble is Trouble.FORBIDDEN:
            self.scene.support.members.discard(self.scene.app.bot_user)
        elif trouble is Trouble.NO_CONNECTION:
            self._use(SlackSettings("xoxb-1", ("s",), base_url="http://127.0.0.1:9/api/"))
        else:
            self.scene.support.members.add(self.scene.app.bot_user)
            slack.faults.next_calls("chat.postMessage", _FAULTS[trouble])
            self.adapter = self.scene.adapter
            if trouble is Trouble.NO_ANSWER:
                self._use(replace(self.scene.adapter._settings, call_seconds=ENOUGH))

    def _use(self, settings: SlackSettings) -> None:
        self.adapter = SlackAdapter(settings, self)
        self._made.append(self.adapter)

    async def close(self) -> None:
        for adapter in self._made:
            await adapter.stop()

    async def gone(self) -> Place:
        root = await self.says("ann", self.channel, "soon gone")
        await self.deletes(root)
        return self.scene.place(self.scene.support, root.id)
