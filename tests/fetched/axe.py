"""axe, which finds what keeps people with assistive technology out of a page. Tests put it there; we do not ship it."""

from __future__ import annotations

from functools import partial

from tests.fetched.pinned import Pinned, from_npm

AXE = Pinned(
    "axe-4.14.1.min.js",
    "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    partial(from_npm, "axe-core@4.14.1", "axe.min.js"),
)
