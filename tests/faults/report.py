"""What came of an experiment, and how it is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.faults.checker import KINDS, Verdict


@dataclass(slots=True)
class Report:
    """What came of it."""

    verdict: Verdict
    said: int
    acknowledged: int
    given_up: int
    node_kills: int
    redis_kills: int
    seconds: float
    calls: dict[str, int]
    delays: list[float]
    residue: list[str]
    evidence: dict[int, list[str]]
    decided: Counter[str]
    second_cards: int
    counts: Counter[str]
    complaints: list[str]
    acks: list[float]
    growth: list[str]

    def lines(self) -> list[str]:
        """For people."""
        delays, acks = sorted(self.delays) or [0.0], sorted(self.acks) or [0.0]
        v = self.verdict
        return [
            f"said {self.said}, acknowledged {self.acknowledged}, given up by the platform {self.given_up}",
            f"kill -9: {self.node_kills} of processes, {self.redis_kills} of Redis; {self.seconds:.0f} s",
            "calls " + ", ".join(f"{name} {n}" for name, n in sorted(self.calls.items())),
            "besides: " + (", ".join(f"{what} {n}" for what, n in sorted(self.counts.items())) or "nothing"),
            "acknowledged after " + ", ".join(f"p{share} {_at(acks, share / 100):.3f} s" for share in (50, 99, 100)),
            "message → copy: " + ", ".join(f"p{share} {_at(delays, share / 100):.3f} s" for share in (50, 90, 99, 100)),
            ", ".join(f"{len(getattr(v, name))} {name}" for name in KINDS),
            "people decided: " + (", ".join(f"{what} {n}" for what, n in sorted(self.decided.items())) or "nothing"),
            f"{len(v.late)} labelled late, {len(self.residue)} keys left in Redis",
            f"{self.second_cards} root cards stood twice",
            *self.growth,
        ]


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
