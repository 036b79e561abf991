"""What crosses between the platforms, and how it arrives: the table in `docs/parity.md` is drawn from here.

`tests/app/test_parity.py` proves each cell on the fakes, in the direction from the customer to the desk. A cell
depends on where a thing arrives, and for files on where it comes from, too.
"""

from __future__ import annotations

from typing import Final

PAIRS: Final = (("slack", "slack"), ("slack", "teams"), ("teams", "slack"), ("teams", "teams"))
"""Where the customer is, and where the desk is."""

AS_IT_IS: Final = "✓"

_ALIKE: Final = (
    "bold",
    "italic",
    "struck through",
    "inline code",
    "code block",
    "quote",
    "link with a label",
    "long text",
    "edit",
    "deletion",
    "author's name",
    "team persona",
)
"""What arrives everywhere as it is."""

_BY_TARGET: Final[dict[str, dict[str, str]]] = {
    "file": {"slack": AS_IT_IS, "teams": "a link to a copy (`server.public_url`); else both sides are told"},
    "picture": {"slack": AS_IT_IS, "teams": "a link to a copy (`server.public_url`); else both sides are told"},
    "reaction": {"slack": AS_IT_IS, "teams": "only with `platforms.teams.reactions`"},
    "mention": {"slack": "as text, pings nobody", "teams": "as text, pings nobody"},
    "custom emoji": {"slack": "by its `:name:`", "teams": "by its `:name:`"},
    "link preview": {"slack": "none is added", "teams": "none is added"},
    "author's picture": {"slack": "the name alone, in a desk", "teams": "the name alone"},
}

_BY_ORIGIN: Final[dict[str, dict[str, str]]] = {
    "list": {"slack": "as its lines", "teams": AS_IT_IS},
}


def things() -> tuple[str, ...]:
    """The rows."""
    return (*_ALIKE, *_BY_ORIGIN, *_BY_TARGET)


def cell(thing: str, pair: tuple[str, str]) -> str:
    """How a thing arrives in the desk. Raises KeyError for a thing that is no row."""
    if thing in _ALIKE:
        return AS_IT_IS
    return _BY_ORIGIN[thing][pair[0]] if thing in _BY_ORIGIN else _BY_TARGET[thing][pair[1]]


def page() -> str:
    """The document `docs/parity.md`."""
    head = " | ".join(f"{customer} → {desk}" for customer, desk in PAIRS)
    rows = [f"| {thing} | " + " | ".join(cell(thing, pair) for pair in PAIRS) + " |" for thing in things()]
    return (
        "# What crosses, and how it arrives\n\n"
        "From the customer's platform to the desk's; ✓ is *as it is*. Drawn from `bot/core/parity.py` by\n"
        "`make docs`; each cell is a test in `tests/app/test_parity.py`.\n\n"
        f"| | {head} |\n{'|---' * (len(PAIRS) + 1)}|\n" + "\n".join(rows) + "\n\n"
        "What differs on the way back, to customers: a file for a Teams customer goes into their OneDrive, with\n"
        "their consent; of what agents attach in a Teams channel, apps get pictures only, and both sides are told\n"
        "of the rest. Slack shows agents' names and pictures as authors in `platforms.slack.username_channels`.\n"
    )
