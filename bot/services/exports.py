"""Answers `export`: the cases of a window as a file, a few at a time, newest first. Never anybody's words."""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.core.cases.chapters import COLUMNS, Chapter, chapter_of
from bot.core.effects import Body
from bot.core.wording.moments import zone_among
from bot.ports import Answer, Attachment, Clock, Records
from bot.services import workbook
from bot.services.requests import Answering, Request
from bot.services.windows import Window, spoken, window_of

_AT_ONCE: Final = 200
_TIMES: Final = frozenset(name for name in COLUMNS if name.endswith("_at"))
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute: https://owasp.org/www-community/attacks/CSV_Injection"""
_INSTEAD: Final = "*The file could not be put here. Ask again in your private chat with the app, or in the playground.*"


@dataclass(frozen=True, slots=True)
class Exporting:
    """The export. `timezone` is the company's, for askers whose own is not known."""

    records: Records
    clock: Clock
    timezone: str = "Etc/UTC"

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what."""
        return {"export": self.export}

    async def export(self, request: Request) -> Answer:
        """The cases that were opened in a window, as a file."""
        name, *form = request.command.argument.split()
        window = window_of(name, self.clock.now(), zone_among(request.asker.timezone, self.timezone))
        kind = form[0] if form else "csv"
        media, pieces = {
            "csv": ("text/csv", self.csv),
            "xlsx": (workbook.MEDIA_TYPE, self.xlsx),
            "json": ("application/json", self.json),
        }[kind]
        day = f"{datetime.fromtimestamp(window.until, window.zone):%Y-%m-%d}"
        file = Attachment(f"cases-{name}-{day}.{kind}", media, "", lambda: pieces(window), instead=_INSTEAD)
        text = f"Cases of {spoken(window)}, one a row, times in UTC, without anybody's words."
        return Answer(Body(text), attachments=(file,))

    async def csv(self, window: Window) -> AsyncIterator[bytes]:
        """The rows as CSV (RFC 4180, UTF-8), with a line of headings.

        A byte order mark is in front: without one Excel takes the bytes for those of an old code page.
        """
        yield BOM_UTF8 + _line(list(COLUMNS))
        async for chapters in self._chapters(window):
            yield b"".join(_line([defused(value) for value in plain(chapter).values()]) for chapter in chapters)

    async def xlsx(self, window: Window) -> AsyncIterator[bytes]:
        """The rows as a spreadsheet, with moments in UTC."""
        rows = ([cells(chapter) for chapter in chapters] async for chapters in self._chapters(window))
        async for piece in workbook.sheet(COLUMNS, rows):
            yield piece

    async def json(self, window: Window) -> AsyncIterator[bytes]:
        """The rows as one JSON array of objects."""
        lead = "[\n"
        async for chapters in self._chapters(window):
            if chapters:
                yield (lead + ",\n".join(json.dumps(plain(c), ensure_ascii=False) for c in chapters)).encode()
                lead = ",\n"
        yield (lead if lead == "[\n" else "\n").encode() + b"]\n"

    async def _chapters(self, window: Window) -> AsyncIterator[list[Chapter]]:
        """Case numbers rise with time: from the newest down, until a whole batch is older than the window."""
        last = await self.records.last_case()
        while last is not None and last > 0:
            first = max(last - _AT_ONCE + 1, 1)
            stories = await self.records.stories(first, last)
            found = [chapter_of(number, lines) for number, lines in stories]
            known = [chapter for chapter in found if chapter is not None]
            inside = [c for c in known if window.since <= c.opened_at <= window.until]
            yield sorted(inside, key=lambda chapter: -chapter.case)
            if known and max(c.opened_at for c in known) < window.since:
                return
            last = first - 1


def plain(chapter: Chapter) -> dict[str, Any]:
    """A row as JSON has it: times in UTC (ISO 8601, to the second), what did not happen is None."""
    row = asdict(chapter)
    for name in _TIMES:
        at = row[name]
        row[name] = None if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return row


def cells(chapter: Chapter) -> list[workbook.Cell]:
    """A row as a spreadsheet has it: moments are moments, and what did not happen is empty."""
    row = asdict(chapter)
    return [datetime.fromtimestamp(at, UTC) if name in _TIMES and (at := row[name]) else row[name] for name in COLUMNS]


def defused(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _line(cells: list[str]) -> bytes:
    held = io.StringIO()
    csv.writer(held, lineterminator="\r\n").writerow(cells)
    return held.getvalue().encode()
