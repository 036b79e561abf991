"""Parses texts by a model of Rasa's, in Rasa's own environment, and tells what each answer cost; for `nlu.py`.

    PYTHON benchmarks/rasa_parse.py MODEL.tar.gz < texts.json

Answers leave one JSON object a line, as from `python -m nlu measure`, so that both are judged by the same figures.
"""

import asyncio
import importlib
import json
import sys
import time
from pathlib import Path

WARM_UP = 20


async def main() -> None:
    """Answer the texts on stdin."""
    agent = importlib.import_module("rasa.core.agent").Agent.load(sys.argv[1])
    texts = json.loads(sys.stdin.read())
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    for text in texts:
        wall, cpu = time.perf_counter(), time.process_time()
        result = await agent.parse_message(text)
        spent, used = time.perf_counter() - wall, time.process_time() - cpu
        answer = {key: result[key] for key in ("text", "intent", "intent_ranking", "entities")}
        sys.stdout.write(json.dumps({"result": answer, "ms": spent * 1e3, "cpu_ms": used * 1e3}, default=str) + "\n")


asyncio.run(main())
status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
sys.stdout.write(json.dumps({"peak_rss_mb": peak}) + "\n")
