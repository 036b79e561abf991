"""`python -m tests.schemas`: fetch the schemas before the tests, and say which tests are left out when that fails."""

from __future__ import annotations

import sys

from tests.schemas.fetch import Unavailable, fetch_all


def main() -> None:
    try:
        fetch_all()
    except Unavailable as error:
        sys.stderr.write(f"NO SCHEMAS: the tests against Microsoft's schemas are left out ({error}).\n")


if __name__ == "__main__":
    main()
