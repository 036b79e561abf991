"""A spreadsheet file of one sheet (Office Open XML, `.xlsx`), written row by row and never held whole. Knows no cases.

A CSV is read by the habits of the reader's country: where lists are separated by semicolons the columns are not found,
and 4.5 becomes the fourth of May. Here numbers are numbers, moments are moments, and a text is never computed.
Source: ECMA-376, Part 1, chapter 18 (SpreadsheetML), of which this is the least that spreadsheets open without a word.
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Cell = str | float | datetime | None
"""What a cell holds: a text, a number, a moment (shown as the clock that it is in shows it), or nothing."""

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - the sheet's own beginning, in no time zone
_DAY: Final = timedelta(days=1)
_LONGEST: Final = 32_767
"""Characters that a cell takes."""
_UNSAID: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML may contain."""
_WIDTHS: Final = {True: 20, False: 14}
_HEADING, _MOMENT = 1, 2

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NS: Final = "http://schemas.openxmlformats.org"
_MAIN: Final = f'xmlns="{_NS}/spreadsheetml/2006/main"'
_OFFICE: Final = f"{_NS}/officeDocument/2006/relationships"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET: Final = "xl/worksheets/sheet1.xml"
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_NS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/{_SHEET}" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_NS}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Cases" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_NS}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet {_MAIN}><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


async def sheet(columns: Sequence[str], batches: AsyncIterable[Iterable[Sequence[Cell]]]) -> AsyncIterator[bytes]:
    """The pieces of the file: a frozen line of headings with filters, and a line for each row.

    Columns whose name ends in `_at` are made wide enough for a moment. The same rows give the same bytes.
    """
    held, number = _Held(), 1
    archive = ZipFile(held, "w", ZIP_DEFLATED)
    for name, text in _PARTS.items():
        archive.writestr(_entry(name), _XML + text)
    with archive.open(_entry(_SHEET), "w") as written:
        written.write((_XML + _head(columns)).encode())
        async for rows in batches:
            for row in rows:
                number += 1
                written.write(_line(number, row).encode())
            yield held.taken()
        last = f"{_letters(len(columns))}{number}"
        written.write(f'</sheetData><autoFilter ref="A1:{last}"/></worksheet>'.encode())
    archive.close()
    yield held.taken()


class _Held:
    """What was written since somebody took it. It cannot tell where it is, so that nobody goes back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Everything is written at once."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # with its beginning of time, so that it is the same at any time
    entry.compress_type = ZIP_DEFLATED
    return entry


def _head(columns: Sequence[str]) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{_WIDTHS[name.endswith("_at")]}" customWidth="1"/>'
        for n, name in enumerate(columns, start=1)
    )
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{_line(1, columns, style=_HEADING)}"
    )


def _line(number: int, cells: Sequence[Cell], *, style: int = 0) -> str:
    held = "".join(_cell(f"{_letters(n)}{number}", cell, style) for n, cell in enumerate(cells, start=1))
    return f'<row r="{number}">{held}</row>'


def _cell(name: str, cell: Cell, style: int) -> str:
    match cell:
        case None | "":
            return ""
        case str():
            text = html.escape(_UNSAID.sub("", cell)[:_LONGEST], quote=False)
            return f'<c r="{name}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        case datetime():
            days = (cell.replace(tzinfo=None, microsecond=0) - _EPOCH) / _DAY
            return f'<c r="{name}" s="{_MOMENT}"><v>{days:.10f}</v></c>'
        case _:
            return f'<c r="{name}"><v>{cell}</v></c>'


def _letters(column: int) -> str:
    """The name of a column, the first is 1: A, …, Z, AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
