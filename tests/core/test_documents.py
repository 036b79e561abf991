"""What the documents take from the code is what the code says."""

from __future__ import annotations

from pathlib import Path

from bot.core.diagram import page


def test_the_drawn_table_is_up_to_date() -> None:
    drawn = Path(__file__).resolve().parents[2] / "docs" / "states.md"
    assert drawn.read_text(encoding="utf-8") == page(), "run `make docs`"
