"""What it means that a training ended without a result: whether trying again can help, and what people can do.

A lesson is held back only for what may be its own fault. What the machine lacks is nobody's lesson's, and passes.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence

import structlog

from adapters.rasa.task import Failure
from bot.errors import LearningFailed, LearningPostponed

_log = structlog.get_logger("learning")


def failure(answer: Failure | None, code: int | None, said: Sequence[str]) -> LearningFailed:
    """What a training that gave no result is told as: whether it can help to try again, and what people can do."""
    if answer is not None and answer.errno:
        return of_machine(answer.errno, answer.why)
    if answer is not None:
        return LearningFailed(f"the training failed: {answer.why}")
    if code is not None and code < 0:
        return LearningPostponed(
            f"the training was ended from outside (signal {-code}), most often because the machine had too little "
            "memory for it. Give it more, or see what ends its processes"
        )
    _log.error("training_ended", code=code, said=list(said))
    last = said[-1] if said else "it said nothing"
    return LearningFailed(f"the training met an error that it did not expect ({last}); the log has all of it")


def of_machine(code: int | None, words: str) -> LearningPostponed:
    """An error of the system's, with its `errno`. No lesson can be the reason of one."""
    if code in {errno.ENOSPC, errno.EDQUOT}:
        return LearningPostponed(f"there is no room left on the disk ({words}). Make room where the data folder is")
    return LearningPostponed(
        f"the machine could not do it ({words}). See whether the data folder can be written and memory is left"
    )
