"""Which tier a customer is of, by what the company wrote down: accounts, e-mail addresses, domains. Pure look-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.core.activity import Person


@dataclass(frozen=True, slots=True)
class Tiers:
    """Accounts, addresses (`ada@example.com`) and domains (`@example.com`), lower case, to the name of a tier."""

    by_name: Mapping[str, str] = field(default_factory=dict[str, str])

    def of(self, person: Person) -> str:
        """The tier of somebody, "" when nobody said anything of them.

        What the platform tells comes first. The address of somebody of another organisation proves nothing: they
        may have typed any into their profile.
        """
        if person.tier:
            return person.tier
        address = "" if person.is_outsider else person.email.lower()
        host = f"@{address.rpartition('@')[2]}" if "@" in address else ""
        return next((self.by_name[name] for name in (person.id.lower(), address, host) if name in self.by_name), "")


NOBODY_SAID: Final = Tiers()
"""Before the company wrote anything down."""


def tiers_of(written: Mapping[str, Sequence[str]]) -> Tiers:
    """Tiers as the configuration has them: the name of a tier to who is of it. Who is in two is of the first."""
    by_name: dict[str, str] = {}
    for tier, names in written.items():
        for name in names:
            by_name.setdefault(name.strip().lower(), tier)
    return Tiers(by_name)
