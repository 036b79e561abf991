"""Runs a project's rasa-sdk actions inside this process, each call within its time limit.

A synchronous `run()` gets a thread; one that hangs is left behind, and counted. `loading` finds the actions.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import rasa_sdk
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from adapters.actions.opening import TIME_LIMIT
from adapters.actions.replies import result_of
from bot.dialogue.acting import ActionCall, ActionFailed, ActionRejected, ActionResult

_THREADS: Final = 64
"""Synchronous actions at the same time; one that hangs keeps its thread until it ends."""


class InProcessActions:
    """The actions of one project. `notices` say what cannot run here, `broken` what the code does wrong."""

    def __init__(
        self,
        actions: dict[str, Any],
        *,
        seconds: float = TIME_LIMIT,
        unavailable: Mapping[str, str] | None = None,
        absent: tuple[str, ...] = (),
        broken: tuple[str, ...] = (),
    ) -> None:
        self._actions = actions
        self._seconds = seconds
        self._unavailable = unavailable or {}
        self._absent = absent
        self.broken = broken
        self._at_home: set[str] = set()
        self._busy = 0

    @property
    def notices(self) -> tuple[str, ...]:
        return (*self._absent, *self.broken)

    @property
    def names(self) -> frozenset[str]:
        """The actions that the code has, those that cannot run included."""
        return frozenset({*self._actions, *self._unavailable})

    async def run(self, call: ActionCall) -> ActionResult:
        action = self._actions.get(call.name)
        if action is None and call.name in self._unavailable:
            raise ActionFailed(call.name, self._unavailable[call.name])
        if action is None:
            known = ", ".join(sorted(self._actions)) or "none"
            raise ActionFailed(call.name, f"the project's actions package has no action of this name (it has: {known})")
        tracker = rasa_sdk.Tracker.from_dict(cast("Any", call.payload["tracker"]))
        dispatcher: Any = CollectingDispatcher()
        domain = call.payload["domain"]
        try:
            async with asyncio.timeout(self._seconds):
                events = await self._call(call.name, action.run, dispatcher, tracker, domain)
                if dispatcher.is_streaming_active:
                    await dispatcher.stream_end()
        except TimeoutError as error:
            raise ActionFailed(call.name, f"took longer than {self._seconds:g} s") from error
        except ActionExecutionRejection as error:
            raise ActionRejected(call.name) from error
        except asyncio.CancelledError:
            raise
        except Exception as error:  # a project's own code may raise anything
            raise ActionFailed(call.name, f"raised {type(error).__name__}: {error}") from error
        given: list[Any] = list(events or [])
        kept: list[Any] = [e for e in given if isinstance(e, dict) and "event" in e]  # as rasa-sdk's server does
        return result_of(call.name, {"events": kept, "responses": dispatcher.messages})

    async def _call(self, name: str, run: Any, *arguments: Any) -> Any:
        if inspect.iscoroutinefunction(run):
            return await run(*arguments)
        if name in self._at_home:
            return run(*arguments)
        try:
            result = await self._in_thread(lambda: run(*arguments))
        except Exception as error:
            if "same thread" not in str(error):
                raise
            self._at_home.add(name)  # a SQLite connection that was opened at import: only usable where it was opened
            return run(*arguments)
        return await result if inspect.isawaitable(result) else result

    async def _in_thread(self, function: Callable[[], Any]) -> Any:
        """Run in a thread of its own: one that hangs holds up nobody, not even the end of the process."""
        if self._busy >= _THREADS:
            raise RuntimeError(f"{_THREADS} actions are running or hang; give them time limits of their own")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Any] = loop.create_future()
        context = contextvars.copy_context()

        def settle(result: Any, error: BaseException | None) -> None:
            self._busy -= 1
            if done.done():
                return
            if error is None:
                done.set_result(result)
            else:
                done.set_exception(error)

        def work() -> None:
            result: Any = None
            failure: BaseException | None = None
            try:
                result = context.run(function)
            except StopIteration as error:  # a future cannot carry it
                failure = RuntimeError(str(error))
            except BaseException as error:  # noqa: BLE001 - carried to whoever waits
                failure = error
            with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
                loop.call_soon_threadsafe(settle, result, failure)

        self._busy += 1
        threading.Thread(target=work, name="action", daemon=True).start()
        return await done

    async def close(self) -> None:
        return
