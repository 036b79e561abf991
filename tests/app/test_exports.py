"""`/support export`: cases as rows, complete, in order, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.activity import Person, Place
from bot.core.cases.chapters import COLUMNS
from bot.core.typed.commands import Command
from bot.core.typed.verbs import Role
from bot.ports import AttachmentSource, JournalLine, whole
from bot.services import workbook
from bot.services.exports import Exporting, defused
from bot.services.requests import Request

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp()
DAY = 86400.0


def line(case: int, kind: str, at: float, **labels: str) -> JournalLine:
    return JournalLine(at, f"c{case}", case, kind, "Somebody said something secret.", labels)


def story(case: int, opened: float) -> list[JournalLine]:
    return [
        line(case, "handed_over", opened, reason="upset", desk="support", platform="slack", intent="refund"),
        line(case, "claimed", opened + 60, agent="Nora"),
        line(case, "first_answered", opened + 90, agent="Nora"),
        line(case, "rated", opened + 700, score="2"),
        line(case, "rated", opened + 800, score="4"),
        line(case, "resolved", opened + 600, agent="Nora"),
    ]


@dataclass
class Archive:
    """Records of cases, one conversation each, a day apart, the newest now."""

    cases: dict[int, list[JournalLine]] = field(default_factory=dict)
    asked: int = 0

    async def last_case(self) -> int | None:
        return max(self.cases, default=None)

    async def stories(self, first: int, last: int) -> Sequence[tuple[int, Sequence[JournalLine]]]:
        self.asked += 1
        return [(n, self.cases[n]) for n in range(first, last + 1) if n in self.cases]


class Now:
    def now(self) -> float:
        return NOW


async def exported(archive: Any, argument: str) -> str:
    return (await file_of(archive, argument)).decode()


async def file_of(archive: Any, argument: str) -> bytes:
    request = Request(Command("export", argument=argument), Person("web", "t", "n"), Place("web", "t", "d"), Role.LEAD)
    (file,) = (await Exporting(archive, Now()).export(request)).attachments
    raw = await whole(file, 1 << 24)
    assert raw is not None
    async with AttachmentSource(file).open() as stream:
        assert stream.size == len(raw)
        assert b"".join([piece async for piece in stream.chunks]) == raw
    return raw


def rows_of(text: str) -> list[dict[str, str]]:
    """A CSV as a spreadsheet reads it, which knows by its first sign that it is UTF-8."""
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


async def test_a_case_is_one_row_with_times_and_without_words() -> None:
    text = await exported(Archive({1001: story(1001, NOW - 3600)}), "30d csv")
    (row,) = rows_of(text)
    assert row["opened_at"] == "2026-07-01T11:00:00Z"
    assert (row["claimed_at"], row["closed_at"]) == ("2026-07-01T11:01:00Z", "2026-07-01T11:10:00Z")
    assert (row["reason"], row["desk"], row["agent"], row["csat"], row["outcome"]) == (
        "upset",
        "support",
        "Nora",
        "4",
        "resolved",
    )
    assert "secret" not in text


async def test_names_with_umlauts_commas_quotes_and_lines_come_out_as_they_are() -> None:
    name = 'Jürgen "Jogi" Müller, Größe\n李伟 🙂'
    told = [*story(1001, NOW - 3600), line(1001, "taken_over", NOW - 60, agent=name)]
    (row,) = rows_of(await exported(Archive({1001: told}), "30d csv"))
    assert row["agent"] == name


SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet_of(raw: bytes) -> list[dict[str, str | float]]:
    """A spreadsheet's rows by cell: texts as they are, numbers and moments as numbers."""
    with ZipFile(io.BytesIO(raw)) as archive:
        assert archive.testzip() is None
        parts = {name: ET.fromstring(archive.read(name)) for name in archive.namelist()}
    assert {"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/styles.xml"} < set(parts)
    found: list[dict[str, str | float]] = []
    for row in parts["xl/worksheets/sheet1.xml"].iter(f"{SPREADSHEET}row"):
        cells: dict[str, str | float] = {}
        for cell in row:
            text = cell.findtext(f"{SPREADSHEET}is/{SPREADSHEET}t")
            cells[cell.attrib["r"]] = text if text is not None else float(cell.findtext(f"{SPREADSHEET}v") or "nan")
        found.append(cells)
    return found


async def test_a_spreadsheet_has_numbers_as_numbers_moments_as_moments_and_the_rest_as_text() -> None:
    told = [*story(1001, NOW - 3600), line(1001, "taken_over", NOW - 60, agent='=HYPERLINK("x") <Jürgen> & 李\x01\n🙂')]
    headings, row = sheet_of(await file_of(Archive({1001: told}), "30d xlsx"))
    by_name = {name: row.get(f"{cell[:-1]}2") for cell, name in headings.items()}
    assert list(by_name) == list(COLUMNS)
    assert (by_name["case"], by_name["csat"], by_name["sla_breaches"]) == (1001, 4, 0)
    opened = datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=float(by_name["opened_at"] or 0))
    assert abs(opened.timestamp() - (NOW - 3600)) < 0.01
    assert by_name["agent"] == '=HYPERLINK("x") <Jürgen> & 李\n🙂', "a text, which nothing computes"
    assert by_name["could_have"] is None


async def test_a_spreadsheet_without_cases_has_its_headings() -> None:
    (headings,) = sheet_of(await file_of(Archive(), "7d xlsx"))
    assert list(headings.values()) == list(COLUMNS)


@given(st.lists(st.lists(st.text(max_size=20) | st.integers() | st.none(), min_size=30, max_size=30), max_size=3))
async def test_any_words_make_a_spreadsheet_that_can_be_read(rows: list[list[workbook.Cell]]) -> None:
    async def batches() -> AsyncIterator[list[list[workbook.Cell]]]:
        yield rows

    _, *found = sheet_of(b"".join([piece async for piece in workbook.sheet(["x"] * 30, batches())]))
    assert [len(cells) for cells in found] == [sum(cell not in {None, ""} for cell in row) for row in rows]


async def test_json_says_the_same() -> None:
    (row,) = json.loads(await exported(Archive({1001: story(1001, NOW - 3600)}), "30d json"))
    assert (row["case"], row["csat"], row["sla_breaches"]) == (1001, 4, 0)
    assert json.loads(await exported(Archive(), "30d json")) == []


@pytest.mark.parametrize(("window", "rows"), [("7d", 7), ("30d", 30)])
async def test_only_the_window_is_read_and_exported(window: str, rows: int) -> None:
    archive = Archive({2000 - n: story(2000 - n, NOW - n * DAY - 60) for n in range(900)})
    found = rows_of(await exported(archive, f"{window} csv"))
    assert [int(row["case"]) for row in found] == [2000 - n for n in range(rows)]
    assert archive.asked <= 6, "twice over: the batch that reaches back far enough is the last"


async def test_a_case_that_was_reopened_is_open_until_it_ends_again() -> None:
    lines = [*story(1001, NOW - 3600), line(1001, "reopened", NOW - 60)]
    (row,) = json.loads(await exported(Archive({1001: lines}), "today json"))
    assert (row["closed_at"], row["outcome"], row["reopened"]) == (None, "", 1)


@given(st.text(max_size=30))
def test_no_cell_is_a_formula(text: str) -> None:
    assert not defused(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-1", "  =cmd|' /C calc'!A0", "\t=1"])
def test_what_a_spreadsheet_would_compute_is_text(text: str) -> None:
    assert defused(text) == f"'{text}"
