"""What crosses between the platforms, and how it arrives: the table in `docs/parity.md` is drawn from here.

`tests/app/test_parity.py` proves each cell on the fakes, in the direction from the customer to the desk. A cell
depends on where a thing arrives, and for files on where it comes from, too.
"""

from __future__ import annotations

from typing import Final

PAIRS: Final = (("slack", "slack"), ("slack", "teams"), ("teams", "slack"), ("teams", "teams"))
"""Where the customer is, and where the desk is."""

WITH_PLAYGROUND: Final = (("web", "web"), ("web", "slack"), ("web", "teams"), ("slack", "web"), ("teams", "web"))
"""The same, with the playground on a side."""

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
    "author's name",
    "team persona",
)
"""What arrives everywhere as it is."""

_COPY: Final = "a link to a copy (`server.public_url`); else both sides are told"
_BY_TARGET: Final[dict[str, dict[str, str]]] = {
    "file": {"slack": AS_IT_IS, "teams": _COPY, "web": AS_IT_IS},
    "picture": {"slack": AS_IT_IS, "teams": _COPY, "web": AS_IT_IS},
    "reaction": {"slack": AS_IT_IS, "teams": "only with `platforms.teams.reactions`", "web": AS_IT_IS},
    "author's picture": {"slack": "the name alone, in a desk", "teams": "the name alone", "web": "the name alone"},
}

_EVERYWHERE: Final = {
    "deletion": "a line says that it was deleted",
    "edit after an answer": "changed, and a line says so",
    "mention": "as text, pings nobody",
    "custom emoji": "by its `:name:`",
    "link preview": "none is added",
}
"""What is the same wherever it comes from and arrives."""

_BY_ORIGIN: Final[dict[str, dict[str, str]]] = {
    "list": {"slack": "as its lines", "teams": AS_IT_IS, "web": AS_IT_IS},
}


def things() -> tuple[str, ...]:
    """The rows."""
    return (*_ALIKE, *_BY_ORIGIN, *_BY_TARGET, *_EVERYWHERE)


def cell(thing: str, pair: tuple[str, str]) -> str:
    """How a thing arrives in the desk. Raises KeyError for a thing that is no row."""
    if thing in _ALIKE:
        return AS_IT_IS
    if thing in _EVERYWHERE:
        return _EVERYWHERE[thing]
    return _BY_ORIGIN[thing][pair[0]] if thing in _BY_ORIGIN else _BY_TARGET[thing][pair[1]]


def page() -> str:
    """The document `docs/parity.md`."""
    return (
        "# What crosses, and how it arrives\n\n"
        "From the customer's platform to the desk's; ✓ is *as it is*. Drawn from `bot/core/platforms/parity.py` by\n"
        "`make docs`; each cell is a test in `tests/app/test_parity.py`.\n\n"
        f"{_table(PAIRS)}\n\n"
        "With the playground (`web`) on a side:\n\n"
        f"{_table(WITH_PLAYGROUND)}\n\n"
        "What differs on the way back, to customers: a file for a Teams customer goes into their OneDrive, with\n"
        "their consent; of what agents attach in a Teams channel, apps get pictures only, and both sides are told\n"
        "of the rest. Slack shows agents' names and pictures as authors in `platforms.slack.username_channels`.\n"
    )


def _table(pairs: tuple[tuple[str, str], ...]) -> str:
    head = " | ".join(f"{customer} → {desk}" for customer, desk in pairs)
    rows = [f"| {thing} | " + " | ".join(cell(thing, pair) for pair in pairs) + " |" for thing in things()]
    return f"| | {head} |\n{'|---' * (len(pairs) + 1)}|\n" + "\n".join(rows)
