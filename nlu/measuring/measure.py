"""A child process that parses as the product does, and tells what each answer cost.

Texts come as a JSON list on stdin; answers leave one JSON object a line, the last one with the peak memory.
Measuring in a process of its own keeps the memory and the warm caches of training out of the figures.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.artifacts import ModelError
from nlu.model import load, spare_what_lives
from nlu.store import resolve, verify
from nlu.types import ParseResult

_WARM_UP = 20
_ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers in the order of the texts, the milliseconds of each, and the process' peak memory in MiB."""

    results: tuple[ParseResult, ...]
    wall_ms: tuple[float, ...]
    cpu_ms: tuple[float, ...]
    peak_rss_mb: float


def measure(model_dir: Path, texts: Sequence[str]) -> Measured:
    """Parse texts in a fresh process. Raises ModelError when that process cannot load the model."""
    verify(resolve(model_dir))  # said here once and clearly, before another process stumbles
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "nlu.measuring.measure", str(model_dir)],
        input=json.dumps(list(texts)),
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode != 0:
        raise ModelError(f"{model_dir} cannot be measured: its process ended with code {done.returncode}")
    *answers, last = [json.loads(line) for line in done.stdout.splitlines()]
    return Measured(
        tuple(ParseResult.from_json(a["result"]) for a in answers),
        tuple(float(a["ms"]) for a in answers),
        tuple(float(a["cpu_ms"]) for a in answers),
        float(last["peak_rss_mb"]),
    )


def main() -> None:
    """Answer the texts on stdin."""
    model = load(Path(sys.argv[1]))
    spare_what_lives()
    texts: list[str] = json.loads(sys.stdin.read())
    for text in texts[:_WARM_UP]:
        model.parse(text)
    for text in texts:
        wall, cpu = time.perf_counter(), time.thread_time()
        result = model.parse(text)
        spent, used = time.perf_counter() - wall, time.thread_time() - cpu
        sys.stdout.write(json.dumps({"result": result.to_json(), "ms": spent * 1e3, "cpu_ms": used * 1e3}) + "\n")
    sys.stdout.write(json.dumps({"peak_rss_mb": peak_memory_mb()}) + "\n")


def peak_memory_mb() -> float:
    """Return this program's own peak memory in MiB.

    Linux counts into `ru_maxrss` what the process was before it became this program, so that the peak of a
    training parent would be ours; `VmHWM` begins anew.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


if __name__ == "__main__":
    main()
