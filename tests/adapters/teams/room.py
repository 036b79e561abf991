"""The contract suite's room, on the local Teams."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from adapters.teams.adapter import TeamsAdapter
from adapters.teams.settings import TeamsSettings
from adapters.teams.text.emoji import name_of, symbol_of
from bot.core.activity import File, Person, Place, Ref
from bot.ports import ChatAdapter
from tests.adapters.teams.scene import Scene
from tests.contract.adapter_contract import Seen, Trouble
from tests.contract.doubles import ListIntake, ScriptedForms
from tests.contract.file_contract import SeenFile
from tests.fakes.teams import Conversation, Fault, Human, Message
from tests.fakes.teams.visible import buttons_of, faults_of, inputs_of
from tests.support.patience import ENOUGH

_FAULTS = {
    Trouble.THROTTLED: Fault.THROTTLED,
    Trouble.NO_ANSWER: Fault.HANG_DONE,
    Trouble.CUT: Fault.RESET_DONE,
    Trouble.SERVER_ERROR: Fault.ERROR,
    Trouble.FORBIDDEN: Fault.FORBIDDEN,
}


@dataclass
class TeamsRoom:
    """Teams has no message in a channel that one person alone sees: `sees` shows those of the private chat with it."""

    scene: Scene
    adapter: ChatAdapter = field(init=False)
    intake: ListIntake = field(init=False)
    channel: Place = field(init=False)
    chat: Place = field(init=False)
    _made: list[TeamsAdapter] = field(default_factory=list[TeamsAdapter])

    def __post_init__(self) -> None:
        scene = self.scene
        self.adapter, self.intake = scene.adapter, scene.intake
        self.channel = scene.place(scene.support)
        self.chat = scene.place(scene.ann.chat())
        scene.teams.faults.retry_after = 7

    def _human(self, who: str) -> Human:
        return {"ann": self.scene.ann, "bob": self.scene.bob}[who]

    def _conversation(self, place: Place) -> Conversation:
        return self.scene.teams.tenant.conversations[place.channel]

    def _message(self, ref: Ref) -> Message:
        return self.scene.teams.tenant.message(self._conversation(ref.place), ref.id)

    def _author(self, message: Message) -> Human:
        return next(h for h in (self.scene.ann, self.scene.bob) if h.account.id == message.author)

    def person(self, who: str) -> Person:
        return Person("teams", self.scene.teams.tenant.id, self._human(who).id)

    async def says(self, who: str, place: Place, text: str) -> Ref:
        message = self._human(who).says(self._conversation(place), text, thread=place.thread)
        await self.settled()
        return Ref(place, message.id)

    async def sends(self, who: str, place: Place, text: str, name: str, content: bytes) -> Ref:
        stored = self.scene.teams.files.put(name, content)
        message = self._human(who).sends(self._conversation(place), text, stored, thread=place.thread)
        await self.settled()
        return Ref(place, message.id)

    async def accepts(self) -> None:
        """Allow what is asked for in ann's private chat."""
        ann = self.scene.ann
        for message in ann.sees(ann.chat()):
            if any(a["contentType"].endswith("file.consent") for a in message.content.get("attachments", [])):
                await ann.answers(ann.chat(), message)
        await self.scene.teams.until(lambda: not any("file.consent" in str(m.content) for m in ann.sees(ann.chat())))

    async def files(self, who: str, place: Place) -> list[SeenFile]:
        return [
            SeenFile(m.id, shown["name"], self.scene.teams.files.files[shown["content"]["uniqueId"]].path.read_bytes())
            for m in self._human(who).sees(self._conversation(place), place.thread)
            for shown in m.content.get("attachments", [])
            if shown["contentType"].endswith("file.info")
        ]

    async def lose(self, file: File) -> None:
        self.scene.teams.files.files[file.id].gone = True

    async def edits(self, ref: Ref, text: str) -> None:
        message = self._message(ref)
        self._author(message).edits(self._conversation(ref.place), message, text)
        await self.settled()

    async def deletes(self, ref: Ref) -> None:
        message = self._message(ref)
        self._author(message).deletes(self._conversation(ref.place), message)
        await self.settled()

    async def reacts(self, who: str, ref: Ref, emoji: str, *, added: bool = True) -> None:
        name = name_of(emoji)
        assert name
        self._human(who).reacts(self._conversation(ref.place), self._message(ref), name, added=added)
        await self.settled()

    async def presses(self, who: str, ref: Ref, label: str) -> None:
        delivery = await self._human(who).presses(self._conversation(ref.place), self._message(ref), label)
        assert delivery.accepted

    @property
    def forms(self) -> ScriptedForms:
        return self.scene.forms

    async def fills_in(self, who: str, ref: Ref, fields: dict[str, str]) -> dict[str, str]:  # noqa: ARG002
        human = self._human(who)
        assert (await human.fills_in(fields)).accepted
        return faults_of(human.form.card) if human.form is not None else {}

    async def chooses(self, who: str, ref: Ref, field: str, value: str) -> dict[str, str]:  # noqa: ARG002
        human = self._human(who)
        assert (await human.fills_in({field: value}, "Use this")).accepted
        assert human.form is not None
        return {i["id"].removeprefix("in:"): i.get("value", "") for i in inputs_of(human.form.card)}

    async def delivers_again(self) -> None:
        courier = self.scene.teams.courier
        for number, delivery in enumerate(list(courier.deliveries)):
            is_edit = delivery.activity["type"] != "message"
            courier.dispatch(courier.again(delivery.activity, new_id=number % 2 == 1 and not is_edit))
        await self.settled()

    async def settled(self) -> None:
        await self.scene.teams.courier.settled()

    def sees(self, who: str, place: Place) -> list[Seen]:
        human = self._human(who)
        shown = human.sees(self._conversation(place), place.thread)
        if place.channel.startswith("19:"):
            shown = [*shown, *(m for m in human.sees(human.chat()) if m.author == self.scene.teams.bot.id)]
        return [
            Seen(
                m.id,
                m.seen_text,
                tuple(b["title"] for b in buttons_of(m.content)),
                tuple(symbol_of(name) for name in m.reactions),
            )
            for m in shown
        ]

    def calls(self) -> int:
        return len(self.scene.teams.calls)

    def now(self) -> float:
        return self.scene.teams.now()

    def trouble(self, trouble: Trouble) -> None:
        if trouble is Trouble.NO_CONNECTION:
            self._use(TeamsSettings(insecure_local=True, service_url="http://127.0.0.1:9/"))
        else:
            self.scene.teams.faults.next_calls("*", _FAULTS[trouble])
            self.adapter = self.scene.adapter
            if trouble is Trouble.NO_ANSWER:
                self._use(replace(self.scene.adapter._settings, call_seconds=ENOUGH))

    def _use(self, settings: TeamsSettings) -> None:
        self.adapter = TeamsAdapter(settings, self)
        self._made.append(self.adapter)

    async def close(self) -> None:
        for adapter in self._made:
            await adapter.stop()

    async def gone(self) -> Place:
        """A thread that a retention policy has removed: on Teams a thread outlives the message that opened it."""
        root = await self.says("ann", self.channel, "soon gone")
        await self.deletes(root)
        self.scene.support.purged.add(root.id)
        return self.scene.place(self.scene.support, root.id)
