"""Runs a project's rasa-sdk actions inside this process, each call within its time limit.

Projects all call their package `actions`: each is imported anew from its own folder, so that two
assistants in one process do not mix. A synchronous `run()` gets a thread; one that hangs is left behind, and counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import importlib
import inspect
import os
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast

import rasa_sdk
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from adapters.actions.compatibility import restore
from adapters.actions.opening import TIME_LIMIT
from adapters.actions.replies import result_of
from bot.dialogue.acting import ActionCall, ActionFailed, ActionRejected, ActionResult
from bot.errors import AssistantError

_THREADS: Final = 64
"""Synchronous actions at the same time; one that hangs keeps its thread until it ends."""


class InProcessActions:
    """The actions of one project."""

    def __init__(self, actions: dict[str, Any], *, seconds: float = TIME_LIMIT) -> None:
        self._actions = actions
        self._seconds = seconds
        self._at_home: set[str] = set()
        self._busy = 0

    @property
    def names(self) -> frozenset[str]:
        """The actions that can be run."""
        return frozenset(self._actions)

    async def run(self, call: ActionCall) -> ActionResult:
        action = self._actions.get(call.name)
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


def load_actions(folder: Path, *, seconds: float = TIME_LIMIT) -> InProcessActions:
    """Import `actions` (a package or a module) from a project's folder and find its actions.

    Raises AssistantError when the code cannot be imported, or an action cannot be made.
    """
    folder = folder.resolve()
    restore()
    before = set(_all_action_classes())
    found: dict[str, Any] = {}
    problems: list[str] = []
    with _at_home_in(folder):
        try:
            _import_all("actions", folder)
        except ModuleNotFoundError as error:
            advice = f"install '{error.name}' (the project's own requirements), or run an action server and use that"
            raise AssistantError(
                [f"{_where(error, folder)}: the actions cannot be imported: {error}; {advice}"]
            ) from error
        except Exception as error:  # a project's own code may raise anything
            where = _where(error, folder)
            raise AssistantError(
                [f"{where}: the actions cannot be imported: {type(error).__name__}: {error}"]
            ) from error
        for kind in _all_action_classes():
            if kind in before or inspect.isabstract(kind):
                continue
            try:
                action: Any = kind()
                found[str(action.name())] = action
            except NotImplementedError:
                continue  # a base class of the project's own
            except Exception as error:  # noqa: BLE001 - as above
                problems.append(
                    f"{_where(error, folder)}: {kind.__name__} cannot be made: {type(error).__name__}: {error}"
                )
    if problems:
        raise AssistantError(problems)
    return InProcessActions(found, seconds=seconds)


def _all_action_classes() -> list[Any]:
    seen: dict[Any, None] = {}
    waiting: list[Any] = [rasa_sdk.Action]
    while waiting:
        kind = waiting.pop()
        for child in kind.__subclasses__():
            if child not in seen:
                seen[child] = None
                waiting.append(child)
    return [k for k in seen if not str(k.__module__).startswith("rasa_sdk.")]


_claimed: dict[str, Path] = {}
"""Names of modules that belong to the project that was loaded last, and its folder: at most one at a time.

Classes of earlier projects keep their own modules; only looking up by name finds the latest.
"""


@contextlib.contextmanager
def _at_home_in(folder: Path) -> Generator[None]:
    """Let imports and relative paths find the project's own files, and hide modules of other projects."""
    for name, home in _claimed.items():
        sys.modules.pop(name, None)
        if str(home) in sys.path:
            sys.path.remove(str(home))
    _claimed.clear()
    path = folder.resolve()
    known = set(sys.modules)
    back = Path.cwd()
    sys.path.insert(0, str(path))
    importlib.invalidate_caches()
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(back)
        sys.path.remove(str(path))
        sys.path.append(str(path))  # for imports inside functions; last, so that ours come first
        for name, module in list(sys.modules.items()):
            if name not in known and _is_inside(module, path):
                _claimed[name] = path


def _is_inside(module: ModuleType, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        return Path(file).resolve().is_relative_to(folder)
    parts = [str(p) for p in getattr(module, "__path__", ())]  # a package without __init__.py
    return any(Path(p).resolve().is_relative_to(folder) for p in parts)


def _import_all(name: str, folder: Path) -> None:
    module = importlib.import_module(name)
    if not _is_inside(module, folder) and getattr(module, "__file__", None):
        raise ImportError(f"'{name}' was found outside the project, in {module.__file__}")
    package = folder / name
    if not package.is_dir():
        return
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[-1] == "__init__" or not all(p.isidentifier() for p in parts) or "tests" in parts:
            continue
        importlib.import_module(".".join(parts))


def _where(error: BaseException, folder: Path) -> str:
    """The line of the project in which an exception came up, else its actions folder."""
    trace = error.__traceback__
    where = "actions"
    if isinstance(error, SyntaxError) and error.filename:
        file = Path(error.filename)
        return f"{_relative(file, folder)}:{error.lineno}"
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_absolute() and file.resolve().is_relative_to(folder.resolve()):
            where = f"{_relative(file, folder)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return where


def _relative(file: Path, folder: Path) -> str:
    try:
        return file.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return str(file)
