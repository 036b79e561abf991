"""How keys are named. Everything about a conversation lives under one of N hash tags, `{s17}`.

The tag is the unit of atomicity and of placement on a Cluster. Never talks to a server.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final


@dataclass(frozen=True, slots=True)
class Keys:
    """The names of keys for one installation. `prefix` lets several share a server."""

    prefix: str = "warmline"
    shards: int = 64

    def shard_of(self, name: str) -> int:
        """The shard of a conversation or thread. Stable for ever: a change would lose everything stored."""
        return zlib.crc32(name.encode()) % self.shards

    def base(self, shard: int) -> str:
        """What every key of a shard begins with."""
        return f"{self.prefix}:{{s{shard}}}:"

    def home(self, name: str) -> str:
        """The base of the shard that a conversation or thread lives in."""
        return self.base(self.shard_of(name))

    def bucket(self, name: str) -> str:
        """A token bucket; each is its own tag."""
        return f"{self.prefix}:bucket:{{{short(name)}}}"

    @property
    def probe(self) -> str:
        """What is written to see whether anything can be."""
        return f"{self.prefix}:{{workers}}:probe"

    @property
    def made_with(self) -> str:
        """How many shards there are, since the first start."""
        return f"{self.prefix}:{{workers}}:shards"

    @property
    def living(self) -> str:
        """The workers that live, by the time until which they do."""
        return f"{self.prefix}:{{workers}}:living"

    @property
    def numbers(self) -> str:
        """Case number → conversation."""
        return f"{self.prefix}:{{cases}}:numbers"

    @property
    def open_cases(self) -> str:
        """Case number → row."""
        return f"{self.prefix}:{{cases}}:open"

    @property
    def opening(self) -> str:
        """Number, time until which that is so, and row of cases that are about to open, by number."""
        return f"{self.prefix}:{{cases}}:opening"

    @property
    def case_index(self) -> list[str]:
        """What changes with a case: its number's row, its row among the open ones, that it changed and has opened.

        The last one has the numbers of those that were forgotten within the last hour, by when.
        """
        return [self.numbers, *self.open_index, f"{self.prefix}:{{cases}}:forgotten"]

    @property
    def open_index(self) -> list[str]:
        """The open cases; case number by the version in which it changed last; the version; those about to open."""
        index = f"{self.prefix}:{{cases}}:"
        return [self.open_cases, f"{index}changed", f"{index}version", self.opening]

    @property
    def last_case(self) -> str:
        """The highest case number that was given out."""
        return f"{self.prefix}:{{cases}}:last"

    def announced(self, token: str) -> str:
        """The case number that was given for a token, while it may be asked for once more."""
        return f"{self.prefix}:{{cases}}:announced:{short(token)}"

    @property
    def duty(self) -> str:
        """Agent → what they last said of their duty."""
        return f"{self.prefix}:{{duty}}:rows"

    @property
    def giving(self) -> str:
        """Whoever gives cases to agents just now."""
        return f"{self.prefix}:{{duty}}:giving"

    @property
    def touched(self) -> str:
        """Agent → when a case last came to them or left them."""
        return f"{self.prefix}:{{duty}}:touched"

    def counted_hour(self, hour: int) -> str:
        """What was counted in all shards in one hour since 1970 that is over."""
        return f"{self.prefix}:{{counted}}:hour:{hour}"

    def counted_day(self, day: int) -> str:
        """What was counted in all shards in one day since 1970 (UTC) that is over."""
        return f"{self.prefix}:{{counted}}:day:{day}"

    def solved(self, name: str) -> str:
        """What is remembered of solved cases; all under one tag."""
        return f"{self.prefix}:{{solved}}:{name}"

    def solved_until(self, conversation: str) -> str:
        """The sequence of a conversation until which no solved case of it is remembered any more."""
        return self.solved(f"until:{short(conversation)}")

    def counted_by_hour(self, day: int) -> str:
        """How often facts of each kind were counted in each hour of a day that is over."""
        return f"{self.prefix}:{{counted}}:hours:{day}"

    def errand(self, name: str) -> str:
        """Something that is done once; each is its own tag."""
        return f"{self.prefix}:errand:{{{short(name)}}}"

    def strays(self, channel: str) -> str:
        """Root cards of one channel that were lost on the way; each channel is its own tag."""
        return f"{self.prefix}:strays:{{{short(channel)}}}"

    @property
    def songs(self) -> str:
        """What was sung last on each platform, and what came back."""
        return f"{self.prefix}:{{canary}}:songs"

    def tide(self, watcher: str) -> str:
        """A watcher's number that only grows; of `at`, when any did last."""
        return f"{self.prefix}:{{tide}}:{watcher}"

    @property
    def owed(self) -> str:
        """The times since which something may be missing that platforms still have."""
        return f"{self.prefix}:{{recalling}}:owed"

    @property
    def doubt(self) -> str:
        """The time since which what was done may be forgotten, while that is new."""
        return f"{self.prefix}:{{recalling}}:doubt"

    @property
    def born(self) -> str:
        """When the store was new."""
        return f"{self.prefix}:{{recalling}}:born"

    @property
    def emptied(self) -> str:
        """When it lost all that it had."""
        return f"{self.prefix}:{{recalling}}:emptied"

    @property
    def recalling(self) -> str:
        """Whoever asks platforms for what is missing just now."""
        return f"{self.prefix}:{{recalling}}:lock"

    @property
    def wishes(self) -> str:
        """Wishes to be forgotten that are not done yet."""
        return f"{self.prefix}:{{forgetting}}:wishes"

    @property
    def tallies(self) -> str:
        """What all processes have counted of their own doings."""
        return f"{self.prefix}:{{tallies}}:counts"

    @property
    def audit(self) -> str:
        """What operators did that must be known later, by its time."""
        return f"{self.prefix}:{{audit}}:lines"

    @property
    def macros(self) -> str:
        """Macro's name → the newest row, with how many versions there are."""
        return f"{self.prefix}:{{macros}}:newest"

    def macro_versions(self, name: str) -> str:
        """Every row that a macro ever had."""
        return f"{self.prefix}:{{macros}}:versions:{name}"

    def doubts(self, name: str) -> str:
        """Messages that the bot was not sure of; all under one tag."""
        return f"{self.prefix}:{{doubts}}:{name}"

    def doubts_until(self, conversation: str) -> str:
        """The sequence of a conversation until which no message of it is kept any more."""
        return self.doubts(f"until:{short(conversation)}")

    def lessons(self, name: str) -> str:
        """What the bot is taught; all under one tag."""
        return f"{self.prefix}:{{lessons}}:{name}"

    @property
    def wake(self) -> str:
        """The channel on which scripts say that something is ready."""
        return f"{self.prefix}:wake"

    @property
    def journal(self) -> str:
        """The channel on which committed journal lines are shown."""
        return f"{self.prefix}:journal"


LATE_SECONDS: Final = 3600
"""How long it is known that something was forgotten: whoever was about to write it may stand still meanwhile."""


def short(name: str) -> str:
    """A name of any length as 16 characters, for ledgers in which it is only compared."""
    return blake2b(name.encode(), digest_size=8).hexdigest()
