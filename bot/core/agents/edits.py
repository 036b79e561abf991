"""What the customer has of a reply that is being edited: the transcript must say that in the end, whatever arrives.

An edit waits in the outbox like everything else, may be outdated by a newer one, and is withheld when the word
goes to somebody else. So the line keeps the words that the customer is known to have until all is settled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.core.activity import Ref, still_there
from bot.core.conversation import Conversation, Line


def begun(conversation: Conversation, ref: Ref, text: str) -> Conversation:
    """An edit of a reply is on its way to the customer."""
    return _with_line(
        conversation, ref, lambda line: replace(line, text=text, had=line.text if line.had is None else line.had)
    )


def with_files(conversation: Conversation, ref: Ref, files: tuple[str, ...] | None) -> Conversation:
    """A reply has these files alone; see `still_there`."""
    return _with_line(conversation, ref, lambda line: replace(line, files=still_there(line.files, files)))


def made(conversation: Conversation, ref: Ref, words: str) -> Conversation:
    """The customer has these words; if they are the newest, nothing is on its way any more."""

    def there(line: Line) -> Line:
        return line if line.had is None else replace(line, had=None if words == line.text else words)

    return _with_line(conversation, ref, there)


def undone(conversation: Conversation, ref: Ref, words: str) -> Conversation:
    """These words never reached the customer. If there are newer ones, what becomes of those is still to be seen."""

    def back(line: Line) -> Line:
        return line if line.had is None or line.text != words else replace(line, text=line.had, had=None)

    return _with_line(conversation, ref, back)


def _with_line(conversation: Conversation, ref: Ref, change: Callable[[Line], Line]) -> Conversation:
    lines = tuple(change(x) if x.ref and x.ref.key == ref.key else x for x in conversation.transcript)
    return replace(conversation, transcript=lines)
