"""The chats on which detectors are measured: what they are made of, and that nothing is learnt from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from nlu.emotion.chats import SEEN, UNSEEN, Chat, read_chats
from nlu.emotion.data import TRAINING, read_examples


@pytest.fixture(scope="module")
def chats() -> tuple[Chat, ...]:
    return read_chats()


def bare(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def test_there_are_as_many_as_the_figures_say(chats: tuple[Chat, ...]):
    turns = [turn for chat in chats for turn in chat.customer]
    assert len(chats) == 86
    assert len(turns) == 535
    assert 0.15 <= sum(turn.is_upset for turn in turns) / len(turns) <= 0.25
    assert {chat.language for chat in chats if chat.half == UNSEEN} == {"en", "de", "fr", "es", "pt", "it"}
    assert sum(chat.half == SEEN for chat in chats) == len(chats) / 2


def test_both_sides_speak_in_every_chat(chats: tuple[Chat, ...]):
    assert all(0 < len(chat.customer) < len(chat.turns) for chat in chats)


def test_no_message_of_a_customer_is_trained_on(chats: tuple[Chat, ...]):
    """Neither as it is nor, from ten letters on, nearly alike. Bare marks ("??") have no letters to compare."""
    trained = [bare(e.text) for e in read_examples(TRAINING)]
    said = [text for chat in chats for turn in chat.customer if len(text := bare(turn.text)) >= 10]
    alike = process.cdist(said, trained, scorer=fuzz.ratio, score_cutoff=90, dtype=np.uint8)
    assert int((alike > 0).sum()) == 0


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "- chat: a\n",
        "- {chat: a, language: en, about: shop, half: seen, turns: 'furious: grr'}",
        "- {chat: a, language: en, about: shop, half: left, turns: 'angry: grr'}",
        "- {chat: a, language: en, about: shop, half: seen, person_by: 2, turns: 'angry: grr'}",
    ],
    ids=["no list", "keys missing", "unknown label", "unknown half", "a turn that is not there"],
)
def test_a_file_of_another_shape_is_refused_by_name(tmp_path: Path, text: str):
    file = tmp_path / "chats.yml"
    file.write_text(text)
    with pytest.raises(ValueError, match="cannot read chats"):
        read_chats(file)
