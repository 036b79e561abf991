"""Cuts py3langid's tables down to the languages that matter to an assistant."""

from __future__ import annotations

import array
from typing import Any, Final

import numpy as np
import py3langid.langid

from nlu.components.language import LANGUAGES, LanguageIdentifier

_langid: Final[Any] = py3langid.langid  # untyped upstream


def learn_languages(home: str) -> LanguageIdentifier:
    """Return the identifier for an assistant that speaks `home`."""
    whole: Any = _langid.LanguageIdentifier.from_model_file(_langid.MODEL_FILE)
    wanted = sorted({*LANGUAGES, home} & set(whole.nb_classes))
    columns = [list(whole.nb_classes).index(name) for name in wanted]
    return LanguageIdentifier(
        tuple(wanted),
        home,
        np.ascontiguousarray(whole.nb_ptc[:, columns], np.float32),
        np.ascontiguousarray(whole.nb_pc[columns], np.float32),
        array.array("i", np.asarray(whole.tk_nextmove, np.int32).tobytes()),
        array.array("i", np.asarray(whole.tk_row, np.int32).tobytes()),
        array.array("i", np.asarray(whole.tk_output, np.int32).tobytes()),
    )
