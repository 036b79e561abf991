"""Says how far a long step has come: a bar for whoever sits at a terminal, a line now and then for everybody else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

_WIDTH: Final = 32
_LINE_EVERY: Final = 1024


def silent(_line: str) -> None:
    """Tell nobody."""


def progress(what: str, total: int, notify: Callable[[str], None]) -> Callable[[int], None]:
    """Return a function that takes how many of `total` are done. The bar goes to stderr, lines go to `notify`."""
    return _bar(what, total) if sys.stderr.isatty() else _lines(what, total, notify)


def _lines(what: str, total: int, notify: Callable[[str], None]) -> Callable[[int], None]:
    def done(count: int) -> None:
        if count % _LINE_EVERY == 0 or count == total > _LINE_EVERY:
            notify(f"{what}: {count} of {total}")

    return done


def _bar(what: str, total: int) -> Callable[[int], None]:
    def done(count: int) -> None:
        filled = _WIDTH * count // max(1, total)
        bar = "█" * filled + "░" * (_WIDTH - filled)
        sys.stderr.write(f"\r{what} {bar} {count} of {total}" + ("\n" if count >= total else ""))
        sys.stderr.flush()

    return done
