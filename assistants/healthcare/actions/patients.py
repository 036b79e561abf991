"""Who is writing, as far as the platform vouches for it. Says nothing to anybody.

Only the metadata keys `customer_id` and `customer_email` count, which the channel sets and the patient cannot; never
the sender's id, and never a name or a date of birth that somebody types.
"""

from __future__ import annotations

from typing import Any, cast

from .practice import Identity, Patient, PatientId, VerifiedEmail
from .sdk import Tracker
from .wiring import current_practice


async def patient_of(tracker: Tracker) -> Patient | None:
    """The registered patient behind the latest message, or None for a visitor."""
    metadata: Any = tracker.latest_message.get("metadata")
    vouched = cast("dict[str, Any]", metadata) if isinstance(metadata, dict) else {}
    candidates: list[Identity] = []
    for key, kind in (("customer_email", VerifiedEmail), ("customer_id", PatientId)):
        value = vouched.get(key)
        if isinstance(value, str) and value:
            candidates.append(kind(value))
    for identity in candidates:
        if patient := await current_practice().patient(identity):
            return patient
    return None
