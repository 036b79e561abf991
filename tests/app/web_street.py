"""The playground as a street: its people act and look over the HTTP API that the page uses, and nothing else."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.support.patience import until


@dataclass
class OnWeb:
    """Ada is the customer, Nora and Sam are the agents. `async with` closes what was opened."""

    address: str = ""
    seen: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """By person: their messages by id, as the page would show them."""
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _said: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.close()

    def settings(self) -> str:
        return "  web: {enabled: true, port: 0}\n"

    def environment(self) -> dict[str, str]:
        return {}

    def open_to(self, address: str) -> None:
        self.address = address
        for who in ("ada", "nora", "sam"):
            self.seen[who] = {}
            self._start(self._look(who))

    async def _look(self, who: str) -> None:
        async with self._http.ws_connect(f"{self.address}/ws?as={who}") as ws:
            async for frame in ws:
                told = json.loads(frame.data)
                for message in told.get("messages", [told["message"]] if "message" in told else []):
                    self.seen[who][message["id"]] = message

    def _start(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        return task

    async def _act(self, who: str, **what: Any) -> dict[str, Any]:
        # one person's words in the order in which they were typed
        async with self._said, self._http.post(f"{self.address}/api/acts", json={"as": who, **what}) as response:
            answer = await response.json()
            assert response.status == 200, answer
            return answer

    def desk(self) -> str:
        return "platform: web, channel: desk"

    def customer_says(self, text: str) -> Any:
        return self._start(self._act("ada", do="say", channel="customer-ada", text=text))

    def customer_edits(self, said: Any, text: str) -> None:
        async def edit() -> None:
            message = (await said)["message"]
            await self._act("ada", do="edit", message=message["id"], text=text)

        self._start(edit())

    def customer_reads(self) -> list[str]:
        return [_text(m) for m in self.seen["ada"].values() if not m["deleted"]]

    def thread(self, words: str) -> str:
        roots = (m for m in self.seen["nora"].values() if m["channel"] == "desk" and not m["thread"])
        return next((m["id"] for m in roots if words in json.dumps(m, ensure_ascii=False)), "")

    def agent_says(self, thread: str, text: str, *, second: bool = False) -> Any:
        return self._start(self._act("sam" if second else "nora", do="say", channel="desk", thread=thread, text=text))

    def agent_calls_the_second(self, thread: str, text: str) -> Any:
        return self.agent_says(thread, f"@Sam {text}")

    def agent_reads(self, thread: str, *, second: bool = False) -> list[str]:
        found = self.seen["sam" if second else "nora"].values()
        return [_text(m) for m in found if thread in (m["thread"], m["id"]) and not m["deleted"]]

    def agent_reads_anywhere(self) -> list[str]:
        return [_text(m) for m in self.seen["nora"].values() if not m["deleted"]]

    async def agent_presses(self, words: str, label: str, *, second: bool = False) -> None:
        who = "sam" if second else "nora"

        def button() -> tuple[str, dict[str, Any]] | None:
            for message in list(self.seen[who].values()):
                body = message["body"]
                if words in json.dumps(message, ensure_ascii=False):
                    for one in [*body.get("buttons", []), *body.get("card", {}).get("buttons", [])]:
                        if one["label"] == label:
                            return message["id"], one
            return None

        found = await until(button)
        assert found is not None
        message, pressed = found
        pressed = {"message": message, "action": pressed["action"], "value": pressed["value"]}
        self.asked = (await self._act(who, do="press", **pressed)).get("form"), pressed

    async def agent_fills_in(self, **fields: str) -> None:
        form, pressed = self.asked
        assert form is not None
        filled = {field["name"]: fields.get(field["name"], field["value"]) for field in form["fields"]}
        answer = await self._act("nora", do="submit", fields=filled, **pressed)
        assert answer["ok"], answer

    async def agent_resolves(self, words: str, *, second: bool = False) -> None:
        await self.agent_presses(words, "Resolve", second=second)
        form, pressed = self.asked
        assert form is not None
        fields = {field["name"]: field["value"] for field in form["fields"]}
        await self._act("sam" if second else "nora", do="submit", fields=fields, **pressed)


def _text(message: dict[str, Any]) -> str:
    return message["body"]["text"]
