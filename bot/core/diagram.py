"""Draws the transition table: the pictures in the documents are generated, so they cannot lie."""

from __future__ import annotations

from bot.core.conversation import Status
from bot.core.machine import TABLE


def state_diagram() -> str:
    """The transitions that change the status, as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> BOT"]
    for status, row in TABLE.items():
        for target in Status:
            if target is status:
                continue
            events = [event.__name__ for event, cell in row.items() if target in cell.to]
            if events:
                lines.append(f"    {status.name} --> {target.name}: {', '.join(events)}")
    return "\n".join(lines)


def table() -> str:
    """The whole table in Markdown: a row an event, a column a status, and where the move may lead."""
    statuses = list(TABLE)
    events = list(TABLE[statuses[0]])
    lines = [
        "| event | " + " | ".join(s.name for s in statuses) + " |",
        "|---" * (len(statuses) + 1) + "|",
    ]
    for event in events:
        cells: list[str] = []
        for status in statuses:
            cell = TABLE[status][event]
            away = [s.name for s in Status if s in cell.to and s is not status]
            cells.append(cell.says + (f" → {', '.join(away)}" if away else ""))
        lines.append(f"| {event.__name__} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def page() -> str:
    """The document `docs/states.md`."""
    return (
        "# Who owns the next word\n\n"
        "Drawn from `bot/core/machine.py` by `make docs`; `make check` fails when it is out of date.\n\n"
        f"```mermaid\n{state_diagram()}\n```\n\n{table()}\n"
    )
