"""The models of understanding that there are, which one answers, and how another one comes to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model, as its manifest describes it. `made_at` is in seconds since 1970; `is_current` is the one to be used.

    `metrics` are what was measured when it was made, by name; models that were never measured have none.
    """

    version: str
    made_at: float
    examples: int
    intents: int
    entities: int
    is_current: bool = False
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])


class Models(Protocol):
    """Models are immutable; which of them answers is not."""

    @property
    def answering(self) -> str:
        """The version that answers in this process; "" when none is loaded here."""
        ...

    async def rows(self) -> Sequence[ModelRow]:
        """All models, oldest first. One that is damaged has no numbers."""
        ...

    async def switch(self, version: str, *, among: Collection[str] | None = None) -> None:
        """Let another model answer, here at once and in other processes within seconds, for good.

        With `among` only in place of one of these models: raises ModelOvertaken when another is to answer by now.
        Raises UnderstandingUnavailable when it is damaged or cannot be loaded: then the old one goes on.
        """
        ...
