"""How long a test waits for what must come.

It ends what hangs, and says nothing of how fast anything is: a machine that does much else may take its time, and what
is there sooner is not waited for. How long things take is measured in `benchmarks/`.
"""

from __future__ import annotations

PATIENCE = 60.0
"""Seconds; less than the limit of a test (`timeout` in pyproject.toml), so that what did not come is named."""

ENOUGH = 1.0
"""Seconds after which a call is given up that is never answered: what matters is that it has arrived by then."""
