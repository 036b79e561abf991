"""Reads a file of texts whole: plain or gzipped, with or without a byte order mark, whatever ends its lines.

A leaf module below those that know what the text means. It guesses no encoding: UTF-8, or UTF-16 where its mark
says so.
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Final

from nlu.sources.yaml_source import MAX_BYTES, Problem, SourceError

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def refused(path: Path, line: int, message: str) -> SourceError:
    """The error that says one thing about one place; line 0 is the file as a whole."""
    return SourceError((Problem(path, line, message),))


def ending(path: Path) -> str:
    """What the file is by its name, in small letters: `.csv` of `rows.CSV` and of `rows.csv.gz`."""
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return name.suffix.lower()


def readable(text: str) -> str:
    """Return the text with each half of a character (a lone surrogate, as escapes may leave) replaced by U+FFFD.

    No such text can be encoded. It is as long as before, so that offsets stay true.
    """
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_text(path: Path) -> str:
    """Return the text, its lines ended by line feeds alone. Raises SourceError with what is wrong and what to do."""
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opened(path, "rb") as file:
            raw: bytes = file.read(MAX_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise refused(path, 0, f"is not a whole gzip file ({error}); fetch it again, or unpack it") from error
    except OSError as error:
        raise refused(path, 0, f"cannot be read: {error.strerror or error}") from error
    if len(raw) > MAX_BYTES:
        raise refused(path, 0, f"is larger than {MAX_BYTES // 2**20} MB; split it")
    try:
        text = raw.decode("utf-16" if raw.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        wrong = f"is not UTF-8 ({error.reason} 0x{raw[error.start]:02x}); save it as UTF-8"
        remedy = "a file of Windows or Latin-1: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW"
        raise refused(path, line, f"{wrong} ({remedy})") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
