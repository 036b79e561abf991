"""What the documents take from the code is what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from bot.core.diagram import page
from bot.core.typed.verbs import VERBS

ROOT = Path(__file__).resolve().parents[2]


def test_the_drawn_table_is_up_to_date() -> None:
    drawn = ROOT / "docs" / "states.md"
    assert drawn.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_the_manual_names_every_command() -> None:
    pages = (ROOT / "docs" / name for name in ("operating.md", "hours-and-sla.md", "learning.md"))
    rows = "".join(line for page in pages for line in page.read_text(encoding="utf-8").splitlines() if line[:1] == "|")
    assert [verb for verb in VERBS if not re.search(rf"`{verb}\b", rows)] == []
