"""Sparse rows: the entries of some of a matrix whose rows are kept one behind another, and how to count columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlu.draft import Indices


def entries_of(rows: NDArray[np.integer], starts: Indices) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of all entries of `rows`, in the order of these, and how many entries each has.

    Row r has the entries from `starts[r]` to `starts[r + 1]`.
    """
    first = starts.take(rows)
    counts: NDArray[np.int64] = starts.take(rows + 1).astype(np.int64) - first
    behind = counts.cumsum() - counts
    places: NDArray[np.int64] = np.arange(int(counts.sum())) + (first - behind).repeat(counts)
    return places, counts


def counted(columns: Indices) -> tuple[Indices, NDArray[np.int64]]:
    """Return the different columns of some, one at least, in ascending order, and how often each is there.

    It is `np.unique` in a third of its time for so few.
    """
    ordered = np.sort(columns)
    is_first = np.empty(len(ordered) + 1, np.bool_)
    is_first[0] = is_first[-1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:-1])
    edges = is_first.nonzero()[0]
    return ordered[edges[:-1]], edges[1:] - edges[:-1]
