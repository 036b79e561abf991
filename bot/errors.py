"""Every error that Warmline raises on purpose, as one tree.

WarmlineError
├── ConfigError            the configuration is wrong; carries every mistake
├── AssistantError         an assistant's files are wrong; carries every mistake
├── StoreUnavailable       Redis cannot be reached or refuses; platforms are answered 503
├── Fenced                 somebody else owns this conversation or lane by now; drop the work
├── UnderstandingUnavailable   NLU does not answer
├── ModelOvertaken         another model is to answer by now; nothing was changed
├── LearningFailed         a model that knows the lessons could not be trained or measured
└── DeliveryError          a call to a platform failed
├── Throttled          not done, come back after `retry_after` seconds
├── NotDone            certainly not done; safe to try again
│   └── ShutOut        the app itself is refused, wherever it calls, until somebody mends its token or installation
├── Uncertain          nobody knows whether it was done; look before trying again
└── Refused            not done, and will not be: park it and tell people
    └── TooLarge       a file is larger than this app takes on; `limit` is in bytes
"""

from __future__ import annotations

from collections.abc import Iterable


class WarmlineError(Exception):
    """The root of the tree. Its text says what was attempted, on what, and what to do next."""


class ConfigError(WarmlineError):
    """The configuration has mistakes; `problems` holds all of them, one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class AssistantError(WarmlineError):
    """An assistant's files have mistakes; `problems` holds all of them, `file:line: sentence` each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class StoreUnavailable(WarmlineError):
    """Redis cannot be reached, is loading, or refuses writes. Nothing was acknowledged."""


class Fenced(WarmlineError):
    """The claim is no longer ours: the epoch has moved on. Nothing was changed; drop the work."""


class UnderstandingUnavailable(WarmlineError):
    """NLU does not answer, or not in time. The customer is not left alone because of it."""


class ModelOvertaken(WarmlineError):
    """Another model became the one that is to answer, and stays it. Look again what is to be done."""


class LearningFailed(WarmlineError):
    """A candidate could not be trained, measured or put to work. The model that answers goes on."""


class LearningPostponed(LearningFailed):
    """Nothing was trained or put to work now, for a reason that is none of the lessons': they are to be tried again."""


class DeliveryError(WarmlineError):
    """A call to a platform failed. `call` names the method, never the text that was sent."""

    def __init__(self, call: str, why: str) -> None:
        self.call = call
        self.why = why
        super().__init__(f"{call}: {why}")


class Throttled(DeliveryError):
    """Refused for now. Certainly not done. `retry_after` is in seconds."""

    def __init__(self, call: str, why: str, *, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(call, why)


class NotDone(DeliveryError):
    """Certainly not done, and worth another try: the connection was never made, or the platform said so."""


class ShutOut(NotDone):
    """No call of the app's is taken, whatever it asks: its token or its installation has to be mended by somebody.

    What waits may go out after that, so nothing is given up because of it.
    """


class Uncertain(DeliveryError):
    """A time-out, a reset, a cut answer or a 5xx: it may have been done."""


class Refused(DeliveryError):
    """Certainly not done, and trying again will not help: no such channel, no permission, blocked."""


class TooLarge(Refused):
    """A file has more bytes than the configuration or the platform allows; `limit` is how many may be."""

    def __init__(self, call: str, *, limit: int) -> None:
        self.limit = limit
        super().__init__(call, f"the file is larger than {limit / 1_000_000:.0f} MB")
