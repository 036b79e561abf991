"""Runs a project's rasa-sdk actions inside this process, each call within its time limit, never on our event loop.

A synchronous `run()` gets a thread of its own; one that hangs is left behind, and counted. Coroutines share the
loop of the thread in which the code was imported, so that what they keep between calls stays usable; while one
blocks it (`async def run` around a database is common), others get another. Code that keeps a database connection
runs on that thread alone. `loading` finds the actions.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import threading
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

import rasa_sdk
from rasa_sdk import FormValidationAction, ValidationAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from adapters.actions.home import HomeThread, move_in
from adapters.actions.replies import result_of
from bot.dialogue.acting import TIME_LIMIT, ActionCall, ActionFailed, ActionRejected, ActionResult

_THREADS: Final = 64
"""Synchronous actions at the same time; one that hangs keeps its thread until it ends."""

_LOOPS: Final = 16
"""Event loops for coroutines; a further one is made only while all others are blocked."""

_PATIENCE: Final = 0.2  # seconds after which a loop that does not answer counts as blocked


class InProcessActions:
    """The actions of one project. `notices` say what cannot run here, `broken` what the code does wrong."""

    def __init__(
        self,
        actions: dict[str, Any],
        *,
        home: HomeThread | None = None,
        folder: Path | None = None,
        seconds: float = TIME_LIMIT,
        one_thread: bool = False,
        unavailable: Mapping[str, str] | None = None,
        absent: tuple[str, ...] = (),
        broken: tuple[str, ...] = (),
    ) -> None:
        self._actions = actions
        self._folder = folder or Path.cwd()
        self._threads = [home] if home else []
        self._seconds = seconds
        self._one_thread = one_thread
        self._hangs = False  # the first loop, as far as is known
        self._unavailable = unavailable or {}
        self._absent = absent
        self.broken = broken
        self.elsewhere = ""
        """Why relative paths are not looked up in the project's folder; "" when they are."""
        self._at_home: set[str] = set()
        self._busy = 0

    @property
    def notices(self) -> tuple[str, ...]:
        return (*self._absent, *self.broken, *filter(None, (self.elsewhere,)))

    @property
    def names(self) -> frozenset[str]:
        """The actions that the code has, those that cannot run included."""
        return frozenset({*self._actions, *self._unavailable})

    @property
    def unrunnable(self) -> Mapping[str, str]:
        """Actions without a `run()`, and the names of their classes: they fail whenever they are called."""
        kinds: dict[str, Any] = {name: type(action) for name, action in self._actions.items()}
        return {name: kind.__name__ for name, kind in kinds.items() if kind.run is rasa_sdk.Action.run}

    @property
    def validated(self) -> Mapping[str, frozenset[str]]:
        """What each validator has a method of its own for (`validate_city`), by the action's name."""
        return {
            name: frozenset(
                method.removeprefix("validate_") for method in dir(action) if method.startswith("validate_")
            )
            for name, action in self._actions.items()
            if isinstance(action, ValidationAction)
        }

    @property
    def choosing(self) -> frozenset[str]:
        """Validators that say themselves what is asked for: they have a `required_slots()` of their own."""
        usual = ValidationAction.required_slots, FormValidationAction.required_slots
        kinds: dict[str, Any] = {name: type(self._actions[name]) for name in self.validated}
        return frozenset(name for name, kind in kinds.items() if kind.required_slots not in usual)

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
            async with asyncio.timeout(self._seconds) as limit:
                events = await self._call(limit, call.name, action.run, dispatcher, tracker, domain)
                if dispatcher.is_streaming_active:
                    await self._on_a_loop(dispatcher.stream_end)
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

    async def _call(self, limit: asyncio.Timeout, name: str, run: Any, *arguments: Any) -> Any:
        if self._one_thread or name in self._at_home:
            return await self._at_first(limit, lambda: _as_coroutine(run, *arguments))
        if inspect.iscoroutinefunction(run):
            return await self._on_a_loop(lambda: run(*arguments))
        try:
            result = await self._in_thread(lambda: run(*arguments))
        except Exception as error:
            if "same thread" not in str(error):
                raise
            self._at_home.add(name)  # a SQLite connection that was opened at import: only usable where it was opened
            return await self._at_first(limit, lambda: _as_coroutine(run, *arguments))
        return await self._on_a_loop(lambda: _awaited(result)) if inspect.isawaitable(result) else result

    async def _at_first(self, limit: asyncio.Timeout, make: Callable[[], Awaitable[Any]]) -> Any:
        """Run on the thread that imported the code; on another only while a call that was given up blocks it.

        The limit counts from when the call begins; it waits as long for its turn.
        """
        patience = _PATIENCE if self._hangs else self._seconds
        running = await self._threads[0].take(make, patience) if self._threads else None
        if running is None:
            return await self._on_a_loop(make)
        limit.reschedule(asyncio.get_running_loop().time() + self._seconds)
        try:
            return await running
        finally:
            self._hangs = limit.expired()

    async def _on_a_loop(self, make: Callable[[], Awaitable[Any]]) -> Any:
        """Run a coroutine on the first of the project's own loops that is not blocked."""
        for thread in tuple(self._threads):
            running = await thread.take(make, _PATIENCE)
            if running is not None:
                return await running
        if len(self._threads) >= _LOOPS:
            raise RuntimeError(f"{_LOOPS} coroutines block their event loops; give them time limits of their own")
        another = HomeThread(self._folder)
        another.start(lambda: None)
        self._threads.append(another)
        running = await another.take(make, self._seconds)
        return await running if running is not None else None

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
            move_in(self._folder)
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
        for thread in self._threads:
            thread.close()
        self._threads.clear()


async def _as_coroutine(run: Any, *arguments: Any) -> Any:
    result = run(*arguments)
    return await result if inspect.isawaitable(result) else result


async def _awaited(result: Awaitable[Any]) -> Any:
    return await result
