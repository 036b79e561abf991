"""Imports a project's action code and finds its actions; names what cannot run here, with file and line.

Projects all call their package `actions`: each is imported anew from its own folder, so that two assistants in
one process do not mix. Code that cannot be imported takes only its own actions with it.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import logging
import os
import sys
import warnings
from collections.abc import Generator, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import rasa_sdk

from adapters.actions.absent import actions_in, imported_at, needing, standing_in
from adapters.actions.compatibility import restore
from adapters.actions.connections import keeps_connection
from adapters.actions.home import HomeThread
from adapters.actions.in_process import InProcessActions
from bot.dialogue.acting import TIME_LIMIT
from bot.errors import AssistantError

_PACKAGE = "actions"


def load_actions(folder: Path, *, seconds: float = TIME_LIMIT) -> InProcessActions:
    """Import `actions` (a package or a module) from a project's folder and find its actions.

    Packages that are not installed are stood in for: actions that use them fail when they run. A module that
    raises takes its own actions with it. Raises AssistantError when code is no Python.
    """
    folder = folder.resolve()
    home = HomeThread(folder)
    actions = home.start(lambda: _load(folder, home, seconds))
    if not home.at_home:
        actions.elsewhere = (
            f"actions: threads cannot have a folder of their own here, so relative paths in actions are looked up in "
            f"{Path.cwd()}; start Warmline in {folder}, or allow the system call 'unshare'"
        )
    return actions


def _load(folder: Path, home: HomeThread, seconds: float) -> InProcessActions:
    restore()
    _hush()
    before = set(_all_action_classes())
    broken: list[str] = []
    found: dict[str, Any] = {}
    unavailable: dict[str, str] = {}
    with _at_home_in(folder):
        packages, failed = _import_all(folder)
        refused = [
            f"{_where(error, folder)}: the actions cannot be imported: SyntaxError: {error}"
            for error in failed.values()
            if isinstance(error, SyntaxError)
        ]
        if refused:
            raise AssistantError(dict.fromkeys(refused))
        for path, error in failed.items():
            said = f"{_where(error, folder)}: the actions cannot be imported: {type(error).__name__}: {error}"
            lost = actions_in(path)
            unavailable |= dict.fromkeys(lost, said)
            broken.append(f"{said}; not to be had: {', '.join(lost) or 'nothing'}")
        for kind in _all_action_classes():
            if kind in before or inspect.isabstract(kind) or _is_left_over(kind):
                continue
            try:
                action: Any = kind()
                found[str(action.name())] = action
            except NotImplementedError:
                continue  # a base class of the project's own
            except Exception as error:  # noqa: BLE001 - a project's own code may raise anything
                where = _where(error, folder, _line_of(kind, folder))
                said = f"{where}: {kind.__name__} cannot be made: {type(error).__name__}: {error}"
                unavailable |= dict.fromkeys(_names_of(kind, folder), said)
                broken.append(said)
        modules = [module for module in list(sys.modules.values()) if _is_inside(module, folder)]
        one_thread = keeps_connection(modules, found.values())
    return InProcessActions(
        found,
        home=home,
        folder=folder,
        seconds=seconds,
        one_thread=one_thread,
        unavailable={name: why for name, why in unavailable.items() if name not in found},
        absent=tuple(_absences(folder, packages)),
        broken=tuple(dict.fromkeys(broken)),
    )


def _hush() -> None:
    """Keep rasa-sdk from telling operators with every message what only concerns who writes actions."""
    logging.getLogger("rasa_sdk.forms").setLevel(logging.ERROR)  # no validate_… for a slot: that is fine
    warnings.filterwarnings("ignore", message="Please pass the parameter `response`", category=FutureWarning)


def _names_of(kind: Any, folder: Path) -> list[str]:
    """What the actions of the file are called that a class is from: the one that cannot be made is among them."""
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return actions_in(Path(file)) if isinstance(file, str) and Path(file).is_relative_to(folder) else []


def _files(folder: Path) -> list[tuple[str, Path]]:
    """The modules of the action code, the package itself first."""
    package = folder / _PACKAGE
    if not package.is_dir():
        return [(_PACKAGE, folder / f"{_PACKAGE}.py")]
    found = [(_PACKAGE, package / "__init__.py")]
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[-1] != "__init__" and all(p.isidentifier() for p in parts) and "tests" not in parts:
            found.append((".".join(parts), path))
    return found


def _import_all(folder: Path) -> tuple[frozenset[str], dict[Path, BaseException]]:
    """Import every module; return the packages that are not installed, and what went wrong in which file."""
    packages = frozenset[str]()
    waiting = _files(folder)
    while True:
        failed: dict[Path, BaseException] = {}
        again: list[tuple[str, Path]] = []
        with standing_in(packages):
            for name, path in waiting:
                try:
                    _import(name, folder)
                except (Exception, SystemExit) as error:  # noqa: BLE001 - a project's own code may raise anything
                    failed[path] = error
                    again.append((name, path))
        gone = {g for error in failed.values() if (g := _not_installed(error, folder)) and g not in packages}
        if not gone:
            return packages, failed
        packages |= gone
        waiting = again


def _import(name: str, folder: Path) -> None:
    module = importlib.import_module(name)
    if not _is_inside(module, folder) and getattr(module, "__file__", None):
        raise ImportError(f"'{name}' was found outside the project, in {module.__file__}")


def _not_installed(error: BaseException, folder: Path) -> str | None:
    """The package that an import missed; None when something else went wrong, or the project's own file is missing."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    top = error.name.partition(".")[0]
    if (folder / top).exists() or (folder / f"{top}.py").exists():
        return None
    with contextlib.suppress(ImportError, ValueError):
        if importlib.util.find_spec(top) is not None:
            return error.name
    return top


def _absences(folder: Path, packages: frozenset[str]) -> Iterable[str]:
    """One notice for each package and file: which actions cannot run without it."""
    for _, path in _files(folder) if packages else ():
        if not path.is_file():
            continue
        needy = needing(path, packages)
        for package, line in imported_at(path, packages).items():
            actions = ", ".join(n.action for n in needy if n.package == package)
            yield (
                f"{_relative(path, folder)}:{line}: '{package}' is not installed; "
                f"{f'what needs it hands over: {actions}' if actions else 'what needs it hands over'}. "
                f"{_advice(package)}, or run an action server and use that"
            )


def _advice(package: str) -> str:
    if package == "rasa":
        return "Rasa itself does not run beside Warmline: take it from 'rasa_sdk'"
    return f"Install '{package}' (the project's own requirements)"


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


def _is_left_over(kind: Any) -> bool:
    """Whether a class is of a module whose import was broken off; what came of the next attempt counts."""
    module = sys.modules.get(kind.__module__)
    if module is None:
        return True
    known: Any = getattr(module, kind.__qualname__, kind)
    return isinstance(known, type) and known is not kind and known.__module__ == kind.__module__


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


def _line_of(kind: type, folder: Path) -> str:
    """Where a class is written, as far as its source can be found; else the actions folder."""
    with contextlib.suppress(OSError, TypeError):
        return f"{_relative(Path(inspect.getfile(kind)), folder)}:{inspect.getsourcelines(kind)[1]}"
    return _PACKAGE


def _where(error: BaseException, folder: Path, where: str = _PACKAGE) -> str:
    """The line of the project in which an exception came up, else `where`."""
    trace = error.__traceback__
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
