"""Everything that goes to the desk or into the journal, with personal data masked (`bot.core.personal_data`).

One place, behind every move: what is relayed, edited, drawn on a card, whispered or recorded passes through
here, so that no new move can forget it. What goes to the customer is never touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.core.activity import Side
from bot.core.decision import Decision
from bot.core.effects import (
    Abandon,
    Amend,
    Body,
    CancelTimer,
    CaseCard,
    ClearButtons,
    Effect,
    Erase,
    Mark,
    PassOn,
    Post,
    Record,
    Redraw,
    Resend,
    Scrub,
    SetTimer,
    Tell,
    Whisper,
    Withdraw,
)
from bot.core.personal_data.masking import mask
from bot.core.policy import Policy


def veiled(decision: Decision, policy: Policy) -> Decision:
    """The decision with its effects veiled; its conversation keeps the originals."""
    if not policy.masked:
        return decision
    return Decision(decision.conversation, tuple(_effect(effect, policy) for effect in decision.effects))


def veiled_text(text: str, policy: Policy) -> str:
    """A text as the desk may see it."""
    return mask(text, policy.masked) if policy.masked else text


def veiled_body(body: Body, policy: Policy) -> Body:
    """A whole message as the desk may see it."""
    return _body(body, policy) if policy.masked else body


def _effect(effect: Effect, policy: Policy) -> Effect:
    match effect:
        case Post(side=Side.AGENTS) | Amend(side=Side.AGENTS) | Whisper(side=Side.AGENTS) | Redraw():
            return replace(effect, body=_body(effect.body, policy))
        case ClearButtons(side=Side.AGENTS) | Record():
            return replace(effect, text=veiled_text(effect.text, policy))
        case Post() | Amend() | Whisper() | ClearButtons():
            return effect
        case (
            Withdraw()
            | Erase()
            | Scrub()
            | Mark()
            | SetTimer()
            | CancelTimer()
            | Resend()
            | Abandon()
            | Tell()
            | PassOn()
        ):
            return effect
        case _:
            assert_never(effect)


def _body(body: Body, policy: Policy) -> Body:
    voice = replace(body.voice, name=veiled_text(body.voice.name, policy)) if body.voice else None
    card = _card(body.card, policy) if body.card else None
    # The values of buttons are identifiers and never shown.
    buttons = tuple(replace(button, label=veiled_text(button.label, policy)) for button in body.buttons)
    return replace(body, text=veiled_text(body.text, policy), voice=voice, card=card, buttons=buttons)


def _card(card: CaseCard, policy: Policy) -> CaseCard:
    return replace(
        card,
        title=veiled_text(card.title, policy),
        why=veiled_text(card.why, policy),
        state=veiled_text(card.state, policy),
        evidence=tuple(veiled_text(words, policy) for words in card.evidence),
        fields=tuple(replace(field, text=veiled_text(field.text, policy)) for field in card.fields),
    )
