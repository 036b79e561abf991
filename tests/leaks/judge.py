"""Who may be heard by the customer: a small model of the reply rule, made from what people did and nothing else.

It knows neither the core's state nor its code. Every text that somebody inside writes carries a token of its
own, so that what a customer sees is traced to who wrote it, as what, and by whose leave.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r"‹\d+›")
SECRET = re.compile(r"«([a-z]+)\d+»")
"""What a customer's own words carry: their name, and a number."""


@dataclass
class Written:
    """A message of somebody inside. `leave` is who had the case when it was allowed to be said, "" when it was not."""

    author: str
    token: str
    note: bool = False
    pending: bool = False
    asked: bool = False
    leave: str = ""
    shown: bool = False
    allowed: set[str] = field(default_factory=set)


class Leak(AssertionError):
    """Something reached the customer that must not."""


class Judge:
    """Follows one conversation. `owner` has the case; `word` is whose words may go out; "" is nobody.

    `customer` is whose conversation it is: the secrets of others have no place in it, on neither side.
    """

    def __init__(self, customer: str = "") -> None:
        self.customer = customer
        self.merged = False
        self.absorbed: set[int] = set()
        self.phase = "bot"
        self.owner = ""
        self.word = ""
        self.thread = ""
        self.barred: set[str] = set()
        self.written: dict[str, Written] = {}
        self.seen = 0

    def entitled(self, who: str) -> bool:
        return who not in self.barred

    # --- what people did

    def says(
        self, key: str, who: str, token: str, *, note: bool, thread: str, claims: bool, asked: bool = False
    ) -> None:
        m = self.written[key] = Written(who, token, note)
        if note or not self.entitled(who) or self.phase != "open" or thread != self.thread:
            return
        if asked:
            m.asked = True
            return
        self._said(m, who, claims=claims)

    def is_meant(self, key: str, who: str, *, claims: bool) -> None:
        """Somebody says of their own message, which looked like a command or called a colleague, that it is meant."""
        m = self.written.get(key)
        if m is None or m.author != who or not m.asked or not self.entitled(who) or self.phase != "open":
            return
        m.asked = False
        self._said(m, who, claims=claims)

    def _said(self, m: Written, who: str, *, claims: bool) -> None:
        if not self.owner and claims:
            self.takes(who)
        if self.owner == who:
            self._allow(m, who)
        else:
            m.pending = True

    def edits(self, key: str, token: str, *, note: bool) -> None:
        m = self.written[key]
        m.token = token
        if note:
            m.note, m.pending, m.asked, m.leave = True, False, False, ""
        elif m.note:
            return
        elif not self.entitled(m.author):
            m.pending = m.asked = False
        elif m.leave and (not m.shown or self.word == m.author):
            # the words go out in place of the old ones, by the same leave, or by the owner's own
            m.allowed.add(token)
            m.leave = m.leave if not m.shown else m.author

    def becomes_note(self, key: str) -> None:
        m = self.written[key]
        m.note, m.pending, m.asked, m.leave = True, False, False, ""

    def chooses(self, key: str, who: str, choice: str) -> None:
        m = self.written.get(key)
        if m is not None and m.author == who and self.entitled(who) and choice == "keep_internal":
            m.asked = False
        if m is None or m.author != who or not m.pending or not self.entitled(who) or self.phase != "open":
            return
        if choice == "take_over_send":
            self.takes(who)
        elif choice == "send_once" and self.owner:
            self._allow(m, self.owner)
        elif choice == "keep_internal":
            m.pending = False

    def takes(self, who: str) -> None:
        """Somebody has the case now; what they wanted to say before may be said."""
        self.phase, self.owner, self.word = "open", who, who
        for m in self.written.values():
            if m.pending and m.author == who:
                self._allow(m, who)

    def queued(self, *, opened: bool = False) -> None:
        """Nobody has the case."""
        self.phase, self.owner, self.word = "open", "", ""
        if opened:
            self._forget_pending()

    def ended(self, by: str, phase: str) -> None:
        """Whoever had the case has had the last word, unless somebody else ended it."""
        self.phase = phase
        self.word = self.word if self.word == by else ""
        if phase == "bot":
            self.owner = ""
        self._forget_pending()

    def reopened(self) -> None:
        self.phase, self.word = "open", self.owner

    def goes_on_elsewhere(self) -> None:
        """The case is a double: what its customer writes belongs to another case from now on."""
        self.phase, self.word, self.merged = "resolved", "", True
        self._forget_pending()

    def moved(self) -> None:
        self.queued(opened=True)
        self.thread = ""

    def _allow(self, m: Written, leave: str) -> None:
        m.pending, m.leave = False, leave
        m.allowed.add(m.token)

    def _forget_pending(self) -> None:
        for m in self.written.values():
            m.pending = m.asked = False

    # --- what the customer sees

    def sees_secrets(self, body: str) -> None:
        """Judge all of a call that is addressed to the customer. Raises Leak."""
        others = set(SECRET.findall(body)) - {self.customer}
        if others:
            raise Leak(f"words of {sorted(others)} in a call to {self.customer}: {body[:300]}")

    def sees_at_desk(self, body: str) -> None:
        """Judge all of a call that is addressed to this case's thread. Raises Leak."""
        others = set(SECRET.findall(body)) - {self.customer}
        if others:
            raise Leak(f"words of {sorted(others)} in the thread of {self.customer}'s case: {body[:300]}")

    def sees(self, text: str, *, as_agent: bool) -> None:
        """Judge one text that reaches the customer. Raises Leak."""
        tokens = TOKEN.findall(text)
        if not as_agent:
            if tokens:
                raise Leak(f"words from inside in a text of the bot's: {text!r}")
            return
        self.seen += 1
        for token in tokens:
            m = next((w for w in self.written.values() if token == w.token or token in w.allowed), None)
            if m is None:
                raise Leak(f"nobody wrote {text!r}")
            if m.note:
                raise Leak(f"a note: {text!r}")
            if token not in m.allowed:
                raise Leak(f"nobody allowed {text!r} of {m.author}")
            if m.leave != self.word:
                raise Leak(f"{text!r} by leave of {m.leave or 'nobody'}, while {self.word or 'nobody'} has the word")
            m.shown = True
