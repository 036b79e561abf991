"""`python -m tests.fetched`: fetch everything before the tests, and say which tests are left out when that fails."""

from __future__ import annotations

import sys

from tests.fetched.axe import AXE
from tests.fetched.pinned import Pinned, Unavailable, fetch
from tests.fetched.schemas import CARDS, MANIFEST


def main() -> None:
    _try("NO SCHEMAS: the tests against Microsoft's schemas are left out", CARDS, MANIFEST)
    _try("NO AXE: the playground's tests of accessibility with axe are left out", AXE)


def _try(otherwise: str, *wanted: Pinned) -> None:
    try:
        for each in wanted:
            fetch(each)
    except Unavailable as error:
        sys.stderr.write(f"{otherwise} ({error}).\n")


if __name__ == "__main__":
    main()
