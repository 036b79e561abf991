"""Finds out whether a project's code keeps a database connection, which only one thread may use.

`rasa run actions` imports and runs all code on one thread, so a session or connection that a module or an action opens
once and keeps is fine there. Used from several threads at once it fails, for good: a transaction is left half done.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any, Final

_DEEP: Final = 4  # module → helper → session is three
_MANY: Final = 10_000  # objects looked at; a table of goods may be long

_CONNECTION: Final = ("commit", "rollback")  # a connection of the DB-API, a session of an object mapper
_CURSOR: Final = ("execute", "fetchone")


def keeps_connection(modules: Iterable[ModuleType], actions: Iterable[object]) -> bool:
    """Whether something that modules or actions hold, at most four deep, is a connection, a session or a cursor.

    Told by what it can do, since there are many libraries. What makes one for each call (an engine, a pool) is none.
    """
    level: list[Any] = [value for module in modules for value in vars(module).values()]
    level += actions
    seen: set[int] = set()
    for _ in range(_DEEP):
        level = [value for value in level if id(value) not in seen and not issubclass(type(value), _PLAIN)]
        if any(_is_connection(value) for value in level):
            return True
        seen.update(map(id, level))
        if len(seen) > _MANY:
            return False
        level = [inner for value in level for inner in _inside(value)]
    return False


_CONTAINER: Final[tuple[Any, ...]] = (dict, list, tuple, set, frozenset)
_PLAIN: Final = (str, bytes, int, float, type(None), ModuleType, FunctionType)


def _is_connection(value: object) -> bool:
    kind = type(value)
    return any(all(callable(getattr(kind, name, None)) for name in names) for names in (_CONNECTION, _CURSOR))


def _inside(value: Any) -> list[Any]:
    """What a container or an object holds; nothing for stand-ins that raise when they are looked at outside a call."""
    with contextlib.suppress(Exception):
        kept: Any = value if issubclass(type(value), _CONTAINER) else getattr(value, "__dict__", ())
        return list(kept.values() if hasattr(kept, "values") else kept)
    return []
