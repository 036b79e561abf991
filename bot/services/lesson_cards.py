"""How lessons and doubtful messages look to those who review them, with what can be done about them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.cases.cards import dated_time
from bot.core.effects import Body, Button, ButtonStyle
from bot.core.learning.lessons import Doubt, Lesson, LessonState
from bot.core.typed.commands import COMMAND
from bot.core.wording.escapes import escaped
from bot.core.wording.shortening import on_one_line, shortened
from bot.services.lesson_subjects import CHANGE, DOUBT

_MOST_TEXTS: Final = 8
_SHOWN: Final = 300
_SHOWN_OF_ANSWER: Final = 1500


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for review, in its order: lessons, then doubtful messages."""

    lessons: Sequence[Lesson]
    doubts: Sequence[Doubt]

    @property
    def items(self) -> Sequence[Lesson | Doubt]:
        """All of it."""
        return (*self.lessons, *self.doubts)

    def after(self, name: str) -> Lesson | Doubt | None:
        """What comes behind the one of that number or code; the first where it is not there, None behind the last."""
        names = [name_of(item) for item in self.items]
        place = names.index(name) + 1 if name in names else 0
        return self.items[place] if place < len(names) else None


def shown_item(item: Lesson | Doubt, waiting: Waiting, zone: str, *leads: str) -> Body:
    """One lesson or doubtful message below the leads, with what can be done about it."""
    if isinstance(item, Lesson):
        text, buttons = lesson_text(item, zone), _for_lesson(item)
    else:
        text, buttons = _doubt_text(item, zone), _for_doubt(item)
    if len(waiting.items) > 1:
        buttons = (*buttons, Button("Next", COMMAND, f"review next {name_of(item)}"))
    return Body("\n\n".join(part for part in (*leads, text) if part), buttons=buttons)


def overview(waiting: Waiting) -> str:
    """How much waits."""
    return f"**Review** · {_counted(waiting)}"


def lesson_text(lesson: Lesson, zone: str) -> str:
    """Everything about one lesson."""
    source = f"case #{lesson.case}" if lesson.case else "a message that the bot was not sure of"
    head = (
        f"**Lesson {lesson.number}** · {lesson.by}, {dated_time(lesson.at, zone)} · from {source} · {lesson.language}"
    )
    parts = [head, f"What customers write:\n{listed(lesson.texts)}"]
    if lesson.answer:
        parts.append(
            f"What they want: **`{lesson.intent}`**, a new one. The bot will answer:\n{_quoted(lesson.answer)}"
        )
    else:
        knows = f" Today the bot is {1 - lesson.news:.0%} sure of that." if lesson.waits else ""
        parts.append(f"What they want: **`{lesson.intent}`**.{knows}")
    if state := _state(lesson):
        parts.append(state)
    return "\n\n".join(parts)


def _state(lesson: Lesson) -> str:
    match lesson.state:
        case LessonState.HELD:
            return f"⚠️ **Held back:** {lesson.why} Change it, approve it again, or reject it."
        case LessonState.APPROVED:
            return f"✅ Approved by {lesson.reviewer}; it is tried soon."
        case LessonState.LIVE:
            return f"🎓 Live since model `{lesson.model}`, approved by {lesson.reviewer}."
        case LessonState.REJECTED:
            return f"🗑️ Rejected by {lesson.reviewer}" + (f": {lesson.why}." if lesson.why else ".")
        case LessonState.PROPOSED:
            return ""


def _doubt_text(doubt: Doubt, zone: str) -> str:
    head = f"**The bot was not sure** · {dated_time(doubt.at, zone)} · {doubt.language} · no person saw it"
    parts = [head, listed([doubt.text])]
    guesses = ", ".join(f"`{name}` {share:.0%}" for name, share in doubt.guesses)
    if doubt.meant:
        parts.append(f"The customer then pressed **`{doubt.meant}`**. The bot had guessed {guesses or 'nothing'}.")
    else:
        parts.append(f"It guessed {guesses}." if guesses else "It had no guess.")
    return "\n\n".join(parts)


def approval(lesson: Lesson) -> Button:
    """Approves a lesson as it is shown here, and not what it has been changed to since."""
    return Button("Approve", COMMAND, f"review approve {lesson.number} v{lesson.version}", ButtonStyle.PRIMARY)


def _for_lesson(lesson: Lesson) -> tuple[Button, ...]:
    number = str(lesson.number)
    approve = approval(lesson)
    edit = Button("Edit…", CHANGE, number, asks=True)
    reject = Button("Reject", COMMAND, f"review reject {number}", ButtonStyle.DANGER)
    match lesson.state:
        case LessonState.PROPOSED | LessonState.HELD:
            return (approve, edit, reject)
        case LessonState.APPROVED | LessonState.LIVE:
            return (edit, reject)
        case LessonState.REJECTED:
            return (approve, edit)


def _for_doubt(doubt: Doubt) -> tuple[Button, ...]:
    return (
        Button("Teach…", DOUBT, doubt.code, ButtonStyle.PRIMARY, asks=True),
        Button("Skip", COMMAND, f"review skip {doubt.code}"),
    )


def _counted(waiting: Waiting) -> str:
    found = [
        (len(waiting.lessons), "lesson", "lessons"),
        (len(waiting.doubts), "doubtful message", "doubtful messages"),
    ]
    said = [f"{n} {one if n == 1 else many}" for n, one, many in found if n]
    return f"{' and '.join(said)} wait{'s' if len(waiting.items) == 1 else ''}"


def name_of(item: Lesson | Doubt) -> str:
    """How people call it: a lesson's number, a doubtful message's code."""
    return str(item.number) if isinstance(item, Lesson) else item.code


def listed(texts: Sequence[str]) -> str:
    """A customer's messages, one a line, with no sign in them meaning anything."""
    lines = [f"- {words(text)}" for text in texts[:_MOST_TEXTS]]
    if len(texts) > _MOST_TEXTS:
        lines.append(f"- … and {len(texts) - _MOST_TEXTS} more")
    return "\n".join(lines)


def _quoted(answer: str) -> str:
    """An answer as it will be formatted."""
    return "\n".join(f"> {line}" for line in shortened(answer, _SHOWN_OF_ANSWER).splitlines())


def words(text: str, most: int = _SHOWN) -> str:
    """A customer's words on one line, with no sign in them meaning anything."""
    return escaped(on_one_line(text, most))


def first_words(lesson: Lesson, most: int = 60) -> str:
    """How a lesson begins, and how many messages more it has."""
    first, *others = lesson.texts or ("",)
    more = f" and {len(others)} more" if others else ""
    return f"“{words(first, most)}”{more}"
