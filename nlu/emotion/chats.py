"""Reads the support chats on which detectors are measured: whole conversations, each customer's turn with its mood.

Nothing here is ever trained on. `seen` chats may be looked at for causes of mistakes, `unseen` ones only count.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from nlu.emotion.data import DATA
from nlu.types import UPSET_LABELS, EmotionLabel

CHATS: Final = DATA / "emotion_chats.yml"
AGENT: Final = "agent"
SEEN: Final = "seen"
UNSEEN: Final = "unseen"


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """What one side wrote; `label` says how a customer feels, and is None where the agent writes."""

    text: str
    label: EmotionLabel | None = None

    @property
    def is_upset(self) -> bool:
        """Whether a customer wrote it who is frustrated, angry or distressed."""
        return self.label in UPSET_LABELS


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation. `person_by` is the customer's turn (first: 1) by which a person should have taken over."""

    name: str
    language: str
    about: str
    half: str
    person_by: int | None
    turns: tuple[ChatTurn, ...]

    @property
    def customer(self) -> tuple[ChatTurn, ...]:
        """The customer's turns, in order."""
        return tuple(turn for turn in self.turns if turn.label is not None)


def read_chats(path: Path = CHATS) -> tuple[Chat, ...]:
    """Read a file of chats. Raises OSError, or ValueError with the chat that has a wrong shape."""
    reader: Any = YAML(typ="safe", pure=True)
    found: Any = reader.load(path.read_text(encoding="utf-8"))
    if not isinstance(found, list):
        raise ValueError(  # noqa: TRY004  # a wrong file, not a wrong argument
            f"cannot read chats {path}: it must be a list of chats"
        )
    return tuple(_chat(path, one) for one in found)  # pyright: ignore[reportUnknownVariableType]


def _chat(path: Path, found: Any) -> Chat:
    try:
        turns = tuple(_turn(line) for line in str(found["turns"]).splitlines() if line.strip())
        by = found.get("person_by")
        chat = Chat(
            str(found["chat"]),
            str(found["language"]),
            str(found["about"]),
            str(found["half"]),
            None if by is None else int(by),
            turns,
        )
    except (AttributeError, TypeError, KeyError, ValueError) as wrong:
        raise ValueError(
            f"cannot read chats {path}: {found!r} needs chat, language, about, half and turns ({wrong})"
        ) from wrong
    if chat.half not in (SEEN, UNSEEN) or not 1 <= (chat.person_by or 1) <= len(chat.customer):
        raise ValueError(
            f"cannot read chats {path}: {chat.name} needs a half that is {SEEN} or {UNSEEN}, "
            "and a person_by that is one of the customer's turns"
        )
    return chat


def _turn(line: str) -> ChatTurn:
    who, _, text = line.partition(":")
    return ChatTurn(text.strip(), None if who.strip() == AGENT else EmotionLabel(who.strip()))
