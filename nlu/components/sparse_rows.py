"""Finds the entries of some rows of a sparse matrix whose rows are kept one behind another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlu.draft import Indices


def entries_of(rows: NDArray[np.integer], starts: Indices) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of all entries of `rows`, in the order of these, and how many entries each has.

    Row r has the entries from `starts[r]` to `starts[r + 1]`.
    """
    first = starts[rows]
    counts: NDArray[np.int64] = starts[rows + 1].astype(np.int64) - first
    behind = counts.cumsum() - counts
    places: NDArray[np.int64] = np.arange(int(counts.sum())) + (first - behind).repeat(counts)
    return places, counts
