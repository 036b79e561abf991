"""Which call goes wrong and how: by rates and a seed, or scripted call by call. Repeatable by its seed."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random  # noqa: TID251  # faults are drawn from a seed
from typing import Generic, TypeVar

F = TypeVar("F", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Said:
    """What a call is answered, whatever it asks; with `done` it takes effect all the same."""

    body: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False


@dataclass(slots=True)
class Draws(Generic[F]):
    """Rates per kind (their sum at most 1) for all calls, or those of `methods`; scripted faults go first.

    `lasting` is what each call of a method is answered for as long as it stands there, whatever else is planned;
    `*` is any.
    """

    seed: int = 0
    rates: Mapping[F, float] = field(default_factory=dict)
    methods: frozenset[str] = frozenset()
    retry_after: int = 1
    slow_seconds: float = 0.2
    hang_seconds: float = 30.0
    late_seconds: float = 0.5
    lasting: dict[str, Said] = field(default_factory=dict)
    _script: dict[str, deque[F]] = field(default_factory=lambda: defaultdict(deque))
    _random: Random | None = None

    def next_calls(self, method: str, *faults: F) -> None:
        """Script what happens to the next calls of one method; `*` is any."""
        self._script[method].extend(faults)

    def said(self, method: str) -> Said | None:
        """What every call of that method is answered, None when it is not said."""
        return self.lasting.get(method) or self.lasting.get("*")

    def drawn(self, method: str) -> F | None:
        """What happens to this call, None when nothing does."""
        for name in (method, "*"):
            if self._script[name]:
                return self._script[name].popleft()
        if not self.rates or (self.methods and method not in self.methods):
            return None
        if self._random is None:
            self._random = Random(self.seed)
        draw = self._random.random()
        for fault, rate in self.rates.items():
            if draw < rate:
                return fault
            draw -= rate
        return None
