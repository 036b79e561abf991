"""Encoded rows of which every version is numbered, as lessons and macros are."""

from __future__ import annotations

from typing import NamedTuple


class VersionedRow(NamedTuple):
    """The newest row of something, encoded, and how many versions it has had."""

    version: int
    row: str
