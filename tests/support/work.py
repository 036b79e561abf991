"""How much work something is, whatever else the machine does."""

from __future__ import annotations

import math
import time
from collections.abc import Callable


def work_of(call: Callable[[], object], *, enough: float, tries: int = 5) -> float:
    """The least CPU seconds of this thread that the call took in some tries; the first one below `enough` ends them.

    Garbage of others that is collected, or a cold cache, may come into any of them and says nothing of the call.
    """
    least = math.inf
    for _ in range(tries):
        began = time.thread_time()
        call()
        least = min(least, time.thread_time() - began)
        if least < enough:
            break
    return least
