"""Sets up logging: structured lines, one a unit of work, and never a word of what people wrote.

A library may put what somebody wrote into an exception all the same, so personal data is masked on the way out.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Collection, Mapping, MutableMapping
from typing import Any, Final, cast

import structlog

from bot.core.personal_data.masking import Kind, mask

_IDENTIFIERS: Final = frozenset({"conversation", "entry", "lane", "level", "timestamp"})
"""What operators follow through the log: names that platforms made, which must stay whole."""

_OFTEN: Final = frozenset({"store_unavailable", "shut_out"})
_QUIET_SECONDS: Final = 30.0


def configure(level: str, *, as_json: bool, masked: Collection[Kind]) -> None:
    """Send every log line to stderr, as text or as JSON, from `level` upwards, personal data of those kinds masked."""
    number = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MaskedLines("%(name)s: %(message)s", masked))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler])
    renderer = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            Seldom(time.monotonic, _OFTEN, _QUIET_SECONDS),
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            Masking(masked),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


class Seldom:
    """A structlog processor that lets one line of a kind through in `seconds`, and says how many it kept back.

    For what many tasks meet again and again as long as it lasts: a store that is away, a platform that shuts us out.
    """

    def __init__(self, clock: Callable[[], float], events: Collection[str], seconds: float) -> None:
        self._clock = clock
        self._events = events
        self._seconds = seconds
        self._said: dict[tuple[str, object], tuple[float, int]] = {}

    def __call__(self, _logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event = str(line.get("event"))
        if event not in self._events:
            return line
        kind, now = (event, line.get("doing")), self._clock()
        last, kept_back = self._said.get(kind, (float("-inf"), 0))
        if now - last < self._seconds:
            self._said[kind] = last, kept_back + 1
            raise structlog.DropEvent
        self._said[kind] = now, 0
        return {**line, "repeated": kept_back} if kept_back else line


class Masking:
    """A structlog processor that masks the values of a line, wherever they are in it; identifiers stay whole."""

    def __init__(self, kinds: Collection[Kind]) -> None:
        self._kinds = kinds

    def __call__(self, _logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {name: value if name in _IDENTIFIERS else self._masked(value) for name, value in line.items()}

    def _masked(self, value: Any) -> Any:
        if isinstance(value, str):
            return mask(value, self._kinds)
        if isinstance(value, Mapping):
            return {name: self._masked(inner) for name, inner in cast("Mapping[str, Any]", value).items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._masked(inner) for inner in cast("Collection[Any]", value)]
        return mask(repr(value), self._kinds) if isinstance(value, Exception) else value


class _MaskedLines(logging.Formatter):
    """The lines of libraries that log by the standard library, tracebacks included."""

    def __init__(self, fmt: str, kinds: Collection[Kind]) -> None:
        super().__init__(fmt)
        self._kinds = kinds

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record), self._kinds)
