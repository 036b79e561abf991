"""Reads and writes what components learnt: arrays as `.npy` without pickle, the rest as canonical JSON.

The same content gives the same bytes on every machine. Nothing here ever unpickles.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class ModelError(Exception):
    """A model cannot be used; the text says which, why, and what to do next."""


def write_json(path: Path, value: object) -> None:
    """Write JSON with sorted keys and one final newline."""
    path.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read JSON. Raises ModelError when the file is missing or is not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}); the model is damaged, train it again") from error


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write one array in C order, little endian."""
    contiguous = np.ascontiguousarray(array)
    # opened for reading, too: into such a file Python writes, not numpy, whose errors do not say that a disk is full
    with path.open("w+b") as file:
        np.save(file, contiguous.astype(contiguous.dtype.newbyteorder("<"), copy=False), allow_pickle=False)


def read_array(path: Path, dtype: str, dimensions: int, *, in_memory: bool = False) -> NDArray[Any]:
    """Map an array into memory, read only; `in_memory` reads it instead.

    Raises ModelError unless it has the given dtype (`float32`) and number of dimensions.
    """
    try:
        # a plain array over the mapping: `memmap` would look twice at every index
        array: NDArray[Any] = np.asarray(np.load(path, mmap_mode=None if in_memory else "r", allow_pickle=False))
    except (OSError, ValueError, EOFError) as error:
        raise ModelError(f"{path} cannot be read ({error}); the model is damaged, train it again") from error
    if array.dtype != np.dtype(dtype) or array.ndim != dimensions:
        raise ModelError(f"{path} is {array.dtype} with {array.ndim} dimensions, expected {dtype} with {dimensions}")
    return array


def write_lines(path: Path, lines: list[str]) -> None:
    """Write texts that hold no line break, one a line; their line number is their index."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def read_lines(path: Path) -> list[str]:
    """Read what `write_lines` wrote. Raises ModelError."""
    try:
        return path.read_bytes().decode("utf-8").split("\n")[:-1]
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} cannot be read ({error}); the model is damaged, train it again") from error
