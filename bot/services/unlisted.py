"""What lists of cases say of those that they cannot show: nobody may take a shorter list for an emptier queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_MOST_NAMED: Final = 12


def unlisted(numbers: Sequence[int]) -> str:
    """One line about open cases that cannot be read, and what to do next; "" when there are none."""
    if not numbers:
        return ""
    named = ", ".join(f"#{number}" for number in numbers[:_MOST_NAMED])
    if len(numbers) > _MOST_NAMED:
        named += f" and {len(numbers) - _MOST_NAMED} more"
    head, goes_on, shown = (
        ("1 open case is", "The case itself goes", "it")
        if len(numbers) == 1
        else (f"{len(numbers)} open cases are", "The cases themselves go", "one")
    )
    return (
        f"⚠️ **{head} missing here:** {named} cannot be read. {goes_on} on: `case {numbers[0]}` shows {shown}, and "
        "whatever is done in a case next, a note in its thread for instance, puts it back."
    )
