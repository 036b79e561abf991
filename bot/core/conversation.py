"""A conversation and where it stands: the whole state that the core decides from.

One conversation is one customer thread or direct chat. Values only; `machine` moves them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.activity import File, Person, Place, Ref, still_there


class Status(StrEnum):
    """Who owns the next word."""

    BOT = "bot"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"

    @property
    def is_open(self) -> bool:
        """Whether people have a case here that is not closed."""
        return self in {Status.QUEUED, Status.ASSIGNED, Status.ON_HOLD}


class Reason(StrEnum):
    """Why a case came to people, in the order in which they win."""

    SAFETY = "safety"
    POLICY = "policy"
    ASKED = "asked"
    UPSET = "upset"
    STUCK = "stuck"
    UNSURE = "unsure"
    FAILED = "failed"
    RULE = "rule"
    AGENT = "agent"


class Resolution(StrEnum):
    """How a case ended, as whoever closed it says."""

    SOLVED = "solved"
    NO_ANSWER_NEEDED = "no_answer_needed"
    DUPLICATE = "duplicate"
    NOT_A_REQUEST = "not_a_request"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class HandOver:
    """The reason of a case: which, a sentence for people, and the words or figures behind it."""

    reason: Reason
    sentence: str
    evidence: tuple[str, ...] = ()


class Speaker(StrEnum):
    """Who said a line of the transcript."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what was said so far. `ref` is the customer's or agent's original, None for the bot's.

    `had` are the words that the customer has while a change of them is on its way, None when none is.
    """

    at: float
    speaker: Speaker
    name: str
    text: str
    ref: Ref | None = None
    mirrored: bool = False
    files: tuple[File, ...] = ()
    had: str | None = None

    def files_missing_in(self, ids: tuple[str, ...] | None) -> tuple[File, ...]:
        """Those of its files that are not named; none where nobody said (None)."""
        kept = still_there(self.files, ids)
        return tuple(file for file in self.files if file not in kept)


@dataclass(frozen=True, slots=True)
class Mood:
    """How one customer turn read: the calibrated upset score, the label, and the words behind it."""

    at: float
    upset: float
    label: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """What the customer wants, as far as understood: the last certain intent and what filled it."""

    intent: str = ""
    confidence: float = 0.0
    entities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """How the time of a case is counted. Times are seconds since 1970, None: not so.

    `began_at` is when it was opened, or opened again. Since `asked_at` the customer waits for an answer; since
    `answered_at` they have been silent about one, and at `warned_at` they were told that the case will be closed.
    `held_at` is when a hold began; holds that are over took `held` seconds of working time. `due_at` is the next target
    and `due` its name. `done` names what was done about targets, `timers` those that are set. With `aside` the bot goes
    on helping while the case waits. At `moved_at` the desk got the case from another one, at `had_at` its assignee.
    `gave_back` is the key of the agent who put it back into the queue, until somebody else has it.
    """

    began_at: float = 0.0
    asked_at: float | None = None
    answered_at: float | None = None
    warned_at: float | None = None
    held_at: float | None = None
    held: float = 0.0
    looked_at: float = 0.0
    due_at: float | None = None
    due: str = ""
    done: tuple[str, ...] = ()
    timers: tuple[tuple[str, float], ...] = ()
    aside: bool = False
    moved_at: float = 0.0
    had_at: float = 0.0
    gave_back: str = ""


@dataclass(frozen=True, slots=True)
class Similar:
    """Something that was answered before and is like this case, masked: `source` is `#1012`, or a macro's name.

    `likeness` is 0 to 1.
    """

    source: str
    question: str
    answer: str
    likeness: float
    language: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One passage of a conversation to people. Times are seconds since 1970, None until it happened.

    `thread` is the key of the place under its root card, "" until that is there. `moves` counts transfers: each
    has a root card of its own. `remark` is what was said of its end,
    `merged_into` the case in which it goes on, 0 for none. `arrived` is how the last answer that the customer has
    begins, where no mark on it can say so. `could_have` is what was said of whether the bot could
    have answered it, "" before anybody was asked.
    """

    number: int
    desk: str
    why: HandOver
    opened_at: float
    need: Need = Need()
    moods: tuple[Mood, ...] = ()
    similar: tuple[Similar, ...] = ()
    assignee: Person | None = None
    claimed_at: float | None = None
    first_answer_at: float | None = None
    resolved_at: float | None = None
    resolved_by: str = ""
    wakes_at: float | None = None
    reopened: int = 0
    reminded: int = 0
    clock: Clock = Clock()
    thread: str = ""
    moves: int = 0
    resolution: str = ""
    remark: str = ""
    rating: int = 0
    rating_comment: str = ""
    merged_into: int = 0
    arrived: str = ""
    arrived_at: float = 0.0
    could_have: str = ""

    @property
    def key(self) -> str:
        """The name of the case in the desk where it is: a transferred case has a root card, and lanes, in each."""
        return f"{self.number}@{self.desk}" + (f"+{self.moves}" if self.moves else "")


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """What is remembered of an earlier case."""

    number: int
    reason: Reason
    opened_at: float
    resolved_at: float


@dataclass(frozen=True, slots=True)
class Held:
    """An agent's message that waits for its author's choice (Send once, Take over, Keep internal).

    With `unclear` it looks like a command, or calls a colleague, and leaves only when its author says that it is for
    the customer. With `unclaimed` it was written while nobody had the case, and leaves when its author claims it. One
    that was `late` when it reached us says so to the customer, who may have written since.
    """

    ref: Ref
    author: Person
    text: str
    files: tuple[File, ...] = ()
    unclear: bool = False
    late: bool = False
    unclaimed: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """An agent's message that leaves at `due` (seconds since 1970) unless its author takes it back before.

    It leaves if the word is still whose it was: `word` is the conversation's at the time, `case` the case's number.
    """

    held: Held
    due: float
    word: str
    case: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What was shown as buttons, to be understood when one is pressed or typed. Pairs of what it says and its label.

    The last `places` of them were shown together, so that *the second* is one of these; 0 where the words beside them
    list something else.
    """

    text: str
    guesses: tuple[tuple[str, str], ...]
    places: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """What the customer asked and was answered last, and as what: the next message may lean on it (`follow_ups`)."""

    text: str
    meaning: str
    at: float


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer thread and where it stands.

    `tracker` is the assistant's own state, opaque here; `returned` says what people did with the last
    case, until the assistant has been told. `doubts` counts unsure turns in a row, `same_answers` how often in a row
    the last answer was due again. The last tuples hold keys of agents' messages, newest last: `relayed` went to the
    customer, `notes` stayed, `troubled` went and were reported as failed. `delayed` names the sides whose messages wait
    for long, `told_late` when that was said last of each. `word` is the key of the person whose words may go out now,
    "" when nobody's may: what waits in the outbox is held against it again before it is sent. `waiting` is what leaves
    a little later; `left` holds keys of threads in the desks in which this is not spoken any more; `absorbed` has the
    numbers of doubles that go on here. `forgotten` names the wish by which all of it was deleted. With `by_lesson` the
    bot has answered in this passage with what it was taught.
    """

    id: str
    place: Place
    customer: Person
    opened_at: float
    status: Status = Status.BOT
    case: Case | None = None
    earlier: tuple[ClosedCase, ...] = ()
    transcript: tuple[Line, ...] = ()
    moods: tuple[Mood, ...] = ()
    need: Need = Need()
    doubts: int = 0
    last_answer: str = ""
    same_answers: int = 0
    last_texts: tuple[str, ...] = ()
    offer: Offer | None = None
    held: tuple[Held, ...] = ()
    relayed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    troubled: tuple[str, ...] = ()
    delayed: tuple[str, ...] = ()
    told_late: tuple[tuple[str, float], ...] = ()
    word: str = ""
    waiting: tuple[Waiting, ...] = ()
    left: tuple[str, ...] = ()
    absorbed: tuple[int, ...] = ()
    tracker: str = ""
    returned: str = ""
    language: str = ""
    last_customer_at: float = 0.0
    forgotten: str = ""
    by_lesson: bool = False
    question: Question | None = None

    @property
    def is_bots(self) -> bool:
        """Whether the bot has the next word: nobody else, or a case that waits while its customer goes on with it."""
        aside = self.status is Status.QUEUED and self.case is not None and self.case.clock.aside
        return self.status is Status.BOT or aside

    def line_of(self, ref: Ref) -> Line | None:
        """The line of the transcript that this message is, None when it is not known any more."""
        return next((line for line in self.transcript if line.ref and line.ref.key == ref.key), None)


def case_of(conversation: Conversation) -> Case:
    """The case of a conversation that has one."""
    assert conversation.case is not None, f"{conversation.status} has a case"
    return conversation.case
