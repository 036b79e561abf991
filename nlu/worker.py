"""The child process that understands: requests on stdin, answers on stdout, one model in memory.

It is started by `nlu.process` and by nobody else. A frame is four bytes of length (big endian) and that many bytes of
JSON. Requests have an `id`, and `text`, `encode` or `swap` (a folder); answers the `id`, and `result`, `encoded`,
`swapped` or `error`. It ends when stdin ends, which is what happens when its parent dies.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

from nlu.artifacts import ModelError
from nlu.components.encoding import Encodes
from nlu.draft import MAX_CHARACTERS
from nlu.model import Model, load, spare_what_lives


def serve(source: BinaryIO, sink: BinaryIO, folder: Path) -> None:
    """Answer frames in their order until the source ends. A swap takes place between two texts."""
    model = load(folder)
    spare_what_lives()
    _write(sink, {"ready": model.version})
    while (request := _read(source)) is not None:
        answer, model = answered(request, model)
        if "swapped" in answer:
            spare_what_lives()
        _write(sink, answer)


def answered(request: dict[str, Any], model: Model) -> tuple[dict[str, Any], Model]:
    """The answer to one request, and the model that takes the next one."""
    number = request["id"]
    if "swap" in request:
        try:
            model = load(Path(str(request["swap"])))
        except (ModelError, OSError) as error:
            return {"id": number, "error": str(error)}, model
        return {"id": number, "swapped": model.version}, model
    if "encode" in request:
        return {"id": number, "encoded": _encoded(model, str(request["encode"]))}, model
    return {"id": number, "result": model.parse(str(request["text"])).to_json()}, model


def _encoded(model: Model, text: str) -> dict[str, Any] | None:
    """The first encoder's name and numbers, None for a model without one."""
    for component in model.components:
        if isinstance(component, Encodes) and text.strip():
            values = component.encoder.view(text[:MAX_CHARACTERS])[0]
            return {"encoder": component.encoder.key, "values": [round(float(value), 4) for value in values]}
    return None


def _read(source: BinaryIO) -> dict[str, Any] | None:
    head = source.read(4)
    if len(head) < 4:
        return None
    body = source.read(int(struct.unpack(">I", head)[0]))
    return dict(json.loads(body))


def _write(sink: BinaryIO, answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    sink.write(struct.pack(">I", len(body)) + body)
    sink.flush()


def main() -> int:
    """Serve on this process' stdin and stdout; whatever else prints goes to stderr."""
    # Ctrl+C reaches every process of a terminal; the parent finishes what is under way first, and then closes stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(sys.stdin.buffer, sink, Path(sys.argv[1]))
    except ModelError as error:
        _write(sink, {"failed": str(error)})
        return 1
    except BrokenPipeError:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
