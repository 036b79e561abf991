"""What one experiment does to whom."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to whom. Rates are shares of calls; times are in seconds.

    `customers` and `desk` name platforms. Kinds of fault are the values of the local platforms' `Fault`, and those that
    one does not know are left out there.
    `patience` is how long nothing may move before what is missing counts as lost. `trouble` is one of `TROUBLES`,
    besides the kills. `repeat` is the share of the store's commands that run twice. With `overtaking` nobody waits for
    the platform before they speak again, and an event sets out up to so much later than it happened. With
    `brief_tokens` what a platform gives us to call it with ends after a minute, and takes a second to get.
    With `waits` the processes' commands to the store leave late and are answered late, some of them long.
    With `deaths` a process dies right before or after it tells the store of a step, at such a share of all steps.
    With `changes` people edit or delete something earlier of theirs after so many of their messages.
    With `replicas` the store is a primary with one replica, and so many have to have what is acknowledged.
    The first `spared` processes are not killed, and watched instead.
    """

    seed: int
    conversations: int = 200
    events: int = 10_000
    nodes: int = 3
    duplicates: float = 0.10
    kill_every: float = 2.0
    redis_kills: int = 2
    customers: str = "slack"
    desk: str = "slack"
    rates: dict[str, float] = field(default_factory=lambda: {"429": 0.025, "500": 0.025, "reset done": 0.01})
    per_second: float = 40.0
    looks: tuple[float, ...] = (2.0, 5.0, 15.0)
    sweep: float = 20.0
    patience: float = 60.0
    trouble: str = ""
    repeat: float = 0.0
    waits: bool = False
    deaths: float = 0.0
    changes: float = 0.0
    overtaking: float = 0.0
    brief_tokens: bool = False
    spared: int = 0
    replicas: int | None = None
