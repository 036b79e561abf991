"""Whether a request comes from Slack: its v0 signature over the raw bytes, before anything is parsed.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

CLOCKS_DIFFER: Final = "timestamp out of the window, signature right: is a clock wrong?"
"""Why a request of Slack's own is refused: an old one that somebody sends again, or our clock or theirs is wrong."""

WINDOW_SECONDS: Final = 300
"""How old, and how far in the future, a signed request may be."""


def why_not_from_slack(raw: bytes, headers: Mapping[str, str], secrets: tuple[str, ...], now: float) -> str | None:
    """Why the request is not to be believed, in words for a log; None when it is Slack's. Compares in constant time."""
    stamp = headers.get("X-Slack-Request-Timestamp", "")
    claimed = headers.get("X-Slack-Signature", "").encode("utf-8", "surrogateescape")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        return "no timestamp"
    base = b"v0:" + stamp.encode() + b":" + raw
    good = False
    for secret in secrets:
        expected = b"v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest().encode()
        good |= hmac.compare_digest(expected, claimed)
    if abs(now - int(stamp)) > WINDOW_SECONDS:
        return CLOCKS_DIFFER if good else "timestamp out of the window"
    return None if good else "wrong signature"
