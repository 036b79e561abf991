"""Intents that Rasa's projects share by name, and that are no requests."""

from __future__ import annotations

from typing import Final

SMALL_TALK: Final = frozenset({"greet", "goodbye", "thank", "thanks", "affirm", "deny", "bot_challenge", "chitchat"})
"""Intents whose answer may repeat without anybody being stuck."""

ON_THE_WAY: Final = frozenset({"inform", "stop", "none_of_these", "what_can_you_do", "help"})
"""Intents that answer a question or steer the talk."""

OUT_OF_SCOPE: Final = frozenset({"out_of_scope"})
"""Intents that say *none of this*: certain of it, and still not understood."""
