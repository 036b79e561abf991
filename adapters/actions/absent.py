"""Stands in for packages that a project's actions import and that are not installed here.

Importing succeeds, so that actions that need nothing of them run; the first use while an action runs
raises ModuleNotFoundError. Only for names asked for by `standing_in`, and only while a project is loaded.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final


@dataclass(slots=True)
class Loading:
    """Whether the project is still being loaded: until then, calls of what is absent are passed over."""

    on: bool = True


class Absent:
    """Any attribute of a package that is not installed, and what calling it would have given."""

    def __init__(self, package: str, name: str, loading: Loading) -> None:
        self._absent = (package, name, loading)

    def __getattr__(self, name: str) -> Any:
        package, own, loading = self._absent
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(package, f"{own}.{name}", loading)

    def __call__(self, *_: Any, **__: Any) -> Any:
        package, name, loading = self._absent
        if loading.on:
            return Absent(package, f"{name}()", loading)
        raise _not_installed(package, name)

    def __getitem__(self, _: Any) -> Any:
        return self()

    def __setitem__(self, _: Any, __: Any) -> None:
        self()

    def __iter__(self) -> Iterator[Any]:
        raise _not_installed(*self._absent[:2])

    def __bool__(self) -> bool:
        package, name, loading = self._absent
        if loading.on:
            return True
        raise _not_installed(package, name)

    def __enter__(self) -> Any:
        return self()

    def __exit__(self, *_: object) -> None:
        return

    def __or__(self, _: Any) -> Any:
        return self

    __ror__ = __or__

    def __mro_entries__(self, _: tuple[Any, ...]) -> tuple[type, ...]:
        name = self._absent[1]
        parent: Any = _AbsentParentType(name.rpartition(".")[2], (_AbsentParent,), {"absent": self._absent})
        return (parent,)


_PYTHONS_OWN: Final = frozenset(
    {"__isabstractmethod__", "__abstractmethods__", "__annotations__", "__wrapped__", "__signature__", "__get__"}
    | {"__set_name__", "__orig_bases__", "__parameters__", "__text_signature__", "__file__", "__class_getitem__"}
)
"""What Python looks for on a class and does without; anything else is meant for the parent."""


class _AbsentParentType(type):
    """Lets classes be asked for what their absent parent would have given them (`Account.__table__`)."""

    absent: tuple[str, str, Loading]

    def __getattr__(cls, name: str) -> Any:
        if name in _PYTHONS_OWN:
            raise AttributeError(name)
        package, own, loading = cls.absent
        return Absent(package, f"{own}.{name}", loading)


class _AbsentParent(metaclass=_AbsentParentType):
    """What classes inherit from whose parent is not installed; an object of it cannot be made."""

    absent = ("", "", Loading())

    def __init__(self, *_: Any, **__: Any) -> None:
        raise _not_installed(*self.absent[:2])


def _not_installed(package: str, name: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"'{name}' is needed, and the package '{package}' is not installed", name=package)


class _AbsentModule(ModuleType):
    """A module, or any module inside a package, that is not there."""

    def __init__(self, name: str, package: str, loading: Loading) -> None:
        super().__init__(name)
        self.__path__ = list[str]()
        self._package = package
        self._loading = loading

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(self._package, f"{self.__name__}.{name}", self._loading)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the packages that are absent, whatever is asked for inside them. The methods' shapes are importlib's."""

    def __init__(self, packages: Collection[str]) -> None:
        self.packages = packages
        self.loading = Loading()

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        if _package_of(fullname, self.packages) is None:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        package = _package_of(spec.name, self.packages) or spec.name
        return _AbsentModule(spec.name, package, self.loading)

    def exec_module(self, module: ModuleType) -> None:  # noqa: ARG002
        return


def _package_of(module: str, packages: Collection[str]) -> str | None:
    return next((p for p in packages if module == p or module.startswith(f"{p}.")), None)


@contextlib.contextmanager
def standing_in(packages: Collection[str]) -> Generator[None]:
    """Let these packages be imported as if they were there. Afterwards nobody finds them any more."""
    finder = _Finder(packages)
    sys.meta_path.append(finder)
    try:
        yield
    finally:
        finder.loading.on = False
        sys.meta_path.remove(finder)
        for name in [n for n, module in sys.modules.items() if isinstance(module, _AbsentModule)]:
            del sys.modules[name]


_NAME: Final = "name"


@dataclass(frozen=True, slots=True)
class Needy:
    """An action whose code names a package. `action` is what it is called, the class's name where it is computed."""

    package: str
    action: str
    line: int


def needing(path: Path, packages: Collection[str]) -> list[Needy]:
    """The actions of a file that use one of these packages themselves or through functions of the same file."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return []
    bound = _bound(tree, packages)
    used: dict[str, set[str]] = {}
    for node in tree.body:
        for name in _defined_by(node):
            used.setdefault(name, set()).update(_names_in(node))
    found: list[Needy] = []
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        called = action_name(node)
        if called is None:
            continue
        reached = _reached(node.name, used)
        found.extend(Needy(package, called, line) for package, (line, names) in bound.items() if names & reached)
    return found


def imported_at(path: Path, packages: Collection[str]) -> dict[str, int]:
    """The lines at which a file imports each of these packages."""
    try:
        return {package: line for package, (line, _) in _bound(ast.parse(path.read_bytes()), packages).items()}
    except (SyntaxError, ValueError, RecursionError):
        return {}


def action_name(node: ast.ClassDef) -> str | None:
    """What a class's `name` method returns, where that is written out; None when it has none."""
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == _NAME:
            for statement in ast.walk(method):
                if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Constant):
                    return str(statement.value.value)
            return node.name
    return None


def actions_in(path: Path) -> list[str]:
    """The actions that a file defines, read without running it."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return []
    found = (action_name(node) for node in tree.body if isinstance(node, ast.ClassDef))
    return [name for name in found if name]


def _bound(tree: ast.Module, packages: Collection[str]) -> dict[str, tuple[int, set[str]]]:
    """For each package, the line of its first import and the names that it is known by in the file."""
    found: dict[str, tuple[int, set[str]]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            pairs = [(a.name, a.asname or a.name.partition(".")[0]) for a in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            pairs = [(node.module, a.asname or a.name) for a in node.names]
        else:
            continue
        for module, name in pairs:
            package = _package_of(module, packages)
            if package is not None:
                line, names = found.get(package, (node.lineno, set[str]()))
                found[package] = (line, {*names, name})
    return found


def _defined_by(node: ast.stmt) -> list[str]:
    """The names that a statement of a module gives a value."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [inner.id for target in targets for inner in ast.walk(target) if isinstance(inner, ast.Name)]


def _names_in(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _reached(name: str, used: dict[str, set[str]]) -> set[str]:
    """The names that a class uses, and those that what it uses in the same file uses."""
    reached = set(used[name])
    waiting = [n for n in reached if n in used]
    while waiting:
        more = used[waiting.pop()] - reached
        reached |= more
        waiting.extend(n for n in more if n in used)
    return reached
