"""The command `python -m nlu emotion`: texts on stdin, one JSON object a line on stdout.

Keys, for scripts: `label`, `intensity`, `upset`, `evidence`. What it has to say besides goes to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from nlu.artifacts import ModelError
from nlu.emotion.encoder import installed_encoder, installed_multilingual
from nlu.emotion.model import EmotionModel
from nlu.emotion.training import shipped
from nlu.places import cache_folder
from nlu.types import Emotion

_DIGITS: Final = 4


def to_json(emotion: Emotion) -> str:
    """One line of output."""
    shape = {
        "label": emotion.label.value,
        "intensity": round(emotion.intensity, _DIGITS),
        "upset": round(emotion.upset, _DIGITS),
        "evidence": list(emotion.evidence),
    }
    return json.dumps(shape, ensure_ascii=False)


def main(argv: Sequence[str]) -> int:
    """Run the command with its own arguments. Returns the exit code: 0, or 2 when a model cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m nlu emotion", description="How do the writers of these texts feel?"
    )
    parser.add_argument("--light", action="store_true", help="use no encoder even if one is there")
    parser.add_argument(
        "--model", type=Path, help="a folder that `EmotionModel.save` wrote, instead of the shipped model"
    )
    parser.add_argument(
        "--cache", type=Path, default=cache_folder(), help="where the shipped model is kept once it is trained"
    )
    parser.add_argument("--customers", action="store_true", help="the texts were written to a service, not to anyone")
    asked = parser.parse_args(argv)
    encoders = (None, None) if asked.light else (installed_encoder(), installed_multilingual())
    try:
        model = EmotionModel.load(asked.model, *encoders) if asked.model else shipped(asked.cache, *encoders)
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a text stream in every shell
    for line in sys.stdin:
        sys.stdout.write(to_json(model.score(line.rstrip("\r\n"), to_service=asked.customers)) + "\n")
        sys.stdout.flush()
    return 0
