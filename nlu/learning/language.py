"""Cuts py3langid's tables down to the languages that customers are likely to write."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import py3langid.langid

from nlu.components.language_tables import LANGUAGES, LanguageTables

_langid: Final[Any] = py3langid.langid  # untyped upstream


def cut_tables() -> LanguageTables:
    """Return the tables of the languages in `LANGUAGES`."""
    whole: Any = _langid.LanguageIdentifier.from_model_file(_langid.MODEL_FILE)
    names: list[str] = list(whole.nb_classes)
    columns = [i for i, name in enumerate(names) if name in LANGUAGES and name not in names[:i]]
    moves, rows, outputs = (
        np.asarray(table, np.int32).data for table in (whole.tk_nextmove, whole.tk_row, whole.tk_output)
    )
    return LanguageTables(
        tuple(names[i] for i in columns),
        np.ascontiguousarray(whole.nb_ptc[:, columns], np.float32),
        np.ascontiguousarray(whole.nb_pc[columns], np.float32),
        moves,
        rows,
        outputs,
    )
