"""The Lua scripts, as values: text, and the hash under which a server knows them once it has seen them.

Reads the files beside it once; never talks to a server.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "scripts"


@dataclass(frozen=True, slots=True)
class Script:
    """One script: `text` for a server that has not seen it, `sha` for one that has."""

    name: str
    text: str
    sha: str


def _read(name: str, *, within_shard: bool = True) -> Script:
    text = (_FOLDER / f"{name}.lua").read_text(encoding="utf-8")
    if within_shard:
        text = (_FOLDER / "prelude.lua").read_text(encoding="utf-8") + text
    # Redis names scripts by SHA-1; this is an identifier, not a safeguard.
    return Script(name, text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


TAKE: Final = _read("take")
LOCATE: Final = _read("locate")
BIND: Final = _read("bind")
UNPARK: Final = _read("unpark")
CLAIM: Final = _read("claim")
COMMIT: Final = _read("commit")
QUARANTINE: Final = _read("quarantine")
OPEN: Final = _read("open")
BEGIN: Final = _read("begin")
SETTLE: Final = _read("settle")
POSTPONE: Final = _read("postpone")
OVERDUE: Final = _read("overdue")
OWNED: Final = _read("owned")
SWEPT: Final = _read("swept")
RENEW: Final = _read("renew")
RELEASE: Final = _read("release")
TICK: Final = _read("tick")
FORGET: Final = _read("forget")
SUMS: Final = _read("sums")
BACKLOG: Final = _read("backlog")
REMAINS: Final = _read("remains")
UNBIND: Final = _read("unbind")
FIRE: Final = _read("fire")
INDEXED: Final = _read("indexed")
BEAT: Final = _read("beat", within_shard=False)
BURY: Final = _read("bury", within_shard=False)
BUCKET: Final = _read("bucket", within_shard=False)
SOLVED: Final = _read("solved", within_shard=False)
LOCK: Final = _read("lock", within_shard=False)
ANNOUNCE: Final = _read("announce", within_shard=False)
MACRO: Final = _read("macro", within_shard=False)
LESSON: Final = _read("lesson", within_shard=False)
DOUBT: Final = _read("doubt", within_shard=False)
UNTIL: Final = _read("until", within_shard=False)
TOUCH: Final = _read("touch", within_shard=False)
REGISTER: Final = _read("register", within_shard=False)
CHANGED: Final = _read("changed", within_shard=False)
UNREGISTER: Final = _read("unregister", within_shard=False)
WISH: Final = _read("wish", within_shard=False)
