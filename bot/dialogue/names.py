"""Names that Rasa fixes: default actions, intents and slots."""

from __future__ import annotations

from typing import Final

LISTEN: Final = "action_listen"
RESTART: Final = "action_restart"
SESSION_START: Final = "action_session_start"
DEFAULT_FALLBACK: Final = "action_default_fallback"
DEACTIVATE_LOOP: Final = "action_deactivate_loop"
REVERT_FALLBACK: Final = "action_revert_fallback_events"
ASK_AFFIRMATION: Final = "action_default_ask_affirmation"
ASK_REPHRASE: Final = "action_default_ask_rephrase"
TWO_STAGE_FALLBACK: Final = "action_two_stage_fallback"
UNLIKELY_INTENT: Final = "action_unlikely_intent"
BACK: Final = "action_back"
EXTRACT_SLOTS: Final = "action_extract_slots"
VALIDATE_SLOT_MAPPINGS: Final = "action_validate_slot_mappings"
SEND_TEXT: Final = "action_send_text"
HUMAN_HANDOFF: Final = "action_human_handoff"
"""Warmline's own: asks for a person. Slots `handoff_reason`, `handoff_kind`, `handoff_desk` are read if they exist."""

DEFAULT_ACTIONS: Final = (
    LISTEN,
    RESTART,
    SESSION_START,
    DEFAULT_FALLBACK,
    DEACTIVATE_LOOP,
    REVERT_FALLBACK,
    ASK_AFFIRMATION,
    ASK_REPHRASE,
    TWO_STAGE_FALLBACK,
    UNLIKELY_INTENT,
    BACK,
    EXTRACT_SLOTS,
    SEND_TEXT,
    HUMAN_HANDOFF,
)

SNIPPET: Final = "..."
"""Stands in a rule for *anything may have happened before* (and, at its end, *anything may follow*)."""

RESTART_INTENT: Final = "restart"
BACK_INTENT: Final = "back"
SESSION_START_INTENT: Final = "session_start"
EXTERNAL: Final = "EXTERNAL_"
"""How intents begin that nobody says, brought by reminders, in Rasa's own examples and by its readers' habit."""

OUT_OF_SCOPE_INTENT: Final = "out_of_scope"
DEFAULT_INTENTS: Final = (RESTART_INTENT, BACK_INTENT, OUT_OF_SCOPE_INTENT, SESSION_START_INTENT, "nlu_fallback")
ACTION_OF_INTENT: Final = {
    RESTART_INTENT: RESTART,
    BACK_INTENT: BACK,
    SESSION_START_INTENT: SESSION_START,
}

REQUESTED_SLOT: Final = "requested_slot"
REASON_SLOT: Final = "handoff_reason"
"""Why the assistant asks for a person; spent when people give the conversation back."""

KIND_SLOT: Final = "handoff_kind"
"""Which of the product's reasons that is: `safety, policy, asked, stuck`; spent likewise."""

DESK_SLOT: Final = "handoff_desk"
"""Which desk is to have it; spent likewise."""

LAST_CASE_SLOT: Final = "last_case"
"""Filled with a sentence about the case when people give the conversation back."""

UNSET: Final = "should_not_be_set"
"""In a rule: the slot or loop must not be set."""
