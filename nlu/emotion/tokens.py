"""Cuts a customer's message into tokens that keep how they were typed beside what they stand for.

Made for messages as people type them: `soooo`, `DONT`, `f*ck`, `>:(`, `!!!`, 😡. Of languages it knows the words that
lean on the next one (`l'`, `qu'`, `dell'`) and no others. It never fails: every text has tokens, if only none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

HEAD_TOKENS: Final = 240
TAIL_TOKENS: Final = 120
"""Of a longer message the first `HEAD_TOKENS` and the last `TAIL_TOKENS` are read: people open with what
happened and close with what they want, and a pasted log between the two says nothing of their mood."""

_HEAD_CHARS: Final = 4000
_TAIL_CHARS: Final = 2000
_LONGEST_WORD: Final = 40

_TOKEN: Final = re.compile(
    r"""
      (?P<face> >?[:;=][-'^]?[()\[\]DPpOo/\\|*3cC<>](?![A-Za-z0-9]) | <3 | </3 | [xX][D](?![A-Za-z]) | \^\^
            | -[_.]+- | [Tt][_.][Tt](?!\w) | [oO][_.][oO](?!\w) )
    | (?P<elided> (?<![^\W_])
            (?i: [cdjlmnstv] | (?:jus|lors|puis|quoi|quel)?qu | un | nessun | qualcun | [dnc]?all | [dn]ell | [ds]ull
               | quest | quell | dov | com | cos | (?:ne)?anch | mezz | tutt | quand | quant | sant | bell )
            ['\u2019`] (?= (?i: [haeiouyàâáäèéêëìíîïòóôöùúûüœæ]) ) )
    | (?P<word> [^\W_]+ (?: ['\u2019`*@$][^\W_]+ | \*{1,6}[^\W_]* )* )
    | (?P<mark> [!?¡¿]+ | \.{2,} | … )
    | (?P<stop> [.,;:] )
    | (?P<sign> [^\w\s] )
    """,
    re.VERBOSE,
)
_JOINT: Final = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011](?=[^\W\d_])")
"""A hyphen within a word parts it: `rendez-moi` is found where `rendez moi` is."""

_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff\u00ad]")
_REPEATED: Final = re.compile(r"([^\W\d_])\1{2,}")
_EMERGENCY_NUMBERS: Final = frozenset({"112", "911", "999"})
_DIGITS: Final = re.compile(r"\d{2,}")
_QUOTES: Final = re.compile(r"['\u2019`]")


LONG: Final = 12
"""In more words than these one sentence drowns among the rest: detectors read each sentence alone, too."""

_LAST_SENTENCES: Final = 8
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])\s+|\n+")
TEXTS_REMEMBERED: Final = 2 * (_LAST_SENTENCES + 1)
"""So many texts' tokens are kept: three detectors ask one after the other, for a message and for its sentences."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One message, cut: tuples of equal length.

    `kind` is one of `word, mark, stop, face, sign`; `start` counts code points of `text`.
    """

    typed: tuple[str, ...]
    norm: tuple[str, ...]
    kind: tuple[str, ...]
    start: tuple[int, ...]
    text: str

    def slice(self, first: int, last: int) -> str:
        """The text from token `first` to token `last`, both included, as it was typed."""
        return self.text[self.start[first] : self.start[last] + len(self.typed[last])]


@lru_cache(maxsize=20_000)
def normal_form(word: str) -> str:
    """`word` as the features know it: lower case, no accents, no apostrophes, no stretched letters, digits masked."""
    if word.isascii() and word.isalpha():
        return _REPEATED.sub(r"\1", word.lower())[:_LONGEST_WORD]
    word = _QUOTES.sub("", word.lower())
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word).casefold()
        word = "".join(c for c in decomposed if not unicodedata.combining(c))
    word = _REPEATED.sub(r"\1", word)
    word = re.sub(r"\*+", "*", word)
    return word if word in _EMERGENCY_NUMBERS else _DIGITS.sub("#", word)[:_LONGEST_WORD]


@lru_cache(maxsize=2_000)
def _mark_form(mark: str) -> str:
    """Runs of marks by what they say: `!`, `!!`, `?`, `??`, `?!`, `..`."""
    if mark[0] in ".…":
        return ".."
    asks, shouts = mark.count("?"), mark.count("!")
    if asks and shouts:
        return "?!"
    sign, count = ("?", asks) if asks else ("!", shouts)
    return sign * min(count, 3) if count else "?"


def sentences(text: str) -> list[str]:
    """The last sentences of a text, eight at most, in their order."""
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()][-_LAST_SENTENCES:]


@lru_cache(maxsize=TEXTS_REMEMBERED)
def cut(text: str) -> Tokens:
    """Tokens of `text`. Takes time proportional to the part that is read, at most 6,000 characters."""
    if len(text) > _HEAD_CHARS + _TAIL_CHARS:
        text = text[:_HEAD_CHARS] + "\n" + text[-_TAIL_CHARS:]
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    typed: list[str] = []
    norm: list[str] = []
    kind: list[str] = []
    start: list[int] = []
    for match in _TOKEN.finditer(_JOINT.sub(" ", text)):
        what = match.lastgroup or "sign"
        token = match.group()
        what = "word" if what == "elided" else what
        typed.append(token)
        kind.append(what)
        start.append(match.start())
        if what == "word":
            norm.append(normal_form(token))
        elif what == "mark":
            norm.append(_mark_form(token))
        elif what == "sign":
            norm.append(normal_form(token) or token)
        else:
            norm.append(token)
    if len(typed) > HEAD_TOKENS + TAIL_TOKENS:
        for column in (typed, norm, kind, start):
            del column[HEAD_TOKENS:-TAIL_TOKENS]
    return Tokens(tuple(typed), tuple(norm), tuple(kind), tuple(start), text)
