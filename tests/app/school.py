"""A desk that teaches, for tests: a case, a learner that learns what it is told to, and lessons in a real store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.redis.store import RedisStore
from bot.core.activity import Activity, Person, Place, Pressed, Ref, Submitted
from bot.core.conversation import ClosedCase, Conversation, Line, Reason, Speaker, Status
from bot.core.effects import Body, Button
from bot.core.forms import Form
from bot.core.learning.lessons import Doubt, Lesson
from bot.core.live import Live
from bot.core.policy import Policy
from bot.core.typed.commands import Command, Misunderstood, read
from bot.core.typed.verbs import Role, refusal
from bot.engine.books.doubts import StoredDoubts
from bot.engine.books.lessons import StoredLessons
from bot.errors import LearningFailed
from bot.ports import Answer, Capabilities, Posted, Teachable, Trial
from bot.services.forms import CaseForms
from bot.services.lesson_intake import LessonForms, LessonIntake
from bot.services.lesson_subjects import Subjects
from bot.services.repertoire import Repertoire
from bot.services.requests import Request
from bot.services.review import ReviewAnswers
from bot.services.teaching import Teaching
from bot.services.training import Training
from bot.services.whispers import Whispers
from nlu.types import Emotion, EmotionLabel, Intent, ParseResult
from tests.contract.doubles import ListIntake
from tests.core.people import POLICY
from tests.support.patience import PATIENCE

DESK = Place("web", "t", "desk")
THREAD = Place("web", "t", "customer-ada")
ADA = Person("web", "t", "ada", "Ada King")
NORA = Person("web", "t", "nora", "Nora")
LEA = Person("web", "t", "lea", "Lea")
MAX = Person("web", "t", "max", "Max")
GUS = Person("web", "t", "gus", "Gus", is_guest=True)
PEOPLE = {one.id: one for one in (ADA, NORA, LEA, MAX, GUS)}
ROLES = {"nora": Role.AGENT, "lea": Role.LEAD, "max": Role.LEAD}
SHOP = (
    Teachable("faq/opening_hours", "when are you open", "From nine to five."),
    Teachable("refund_status", "where is my refund", ""),
    Teachable("track_order", "where is my parcel", ""),
)
SAID = ("where can I park my car", "order 4711-0815 by the way", "let me talk to somebody")


class Noon:
    """A clock that stands until somebody moves it."""

    def __init__(self, at: float = 1_800_000_000.0) -> None:
        self.at = at

    def now(self) -> float:
        return self.at


@dataclass
class Learnt:
    """A learner: what is tried passes, unless it was told what to say of it. `tried` has the numbers of each trial."""

    knows: frozenset[int] = frozenset()
    teaches: Sequence[Teachable] = SHOP
    verdicts: list[Trial | LearningFailed | OSError] = field(default_factory=list)
    tried: list[tuple[int, ...]] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    is_known: bool = True
    language: str = "en"

    async def teachable(self) -> Sequence[Teachable]:
        return self.teaches

    async def known(self) -> frozenset[int]:
        if not self.is_known:
            raise LearningFailed("there is no model")
        return self.knows

    async def try_out(self, lessons: Sequence[Lesson], *, keep: Collection[int] = ()) -> Trial:
        self.tried.append(tuple(sorted({lesson.number for lesson in lessons} | self.knows.intersection(keep))))
        verdict = self.verdicts.pop(0) if self.verdicts else Trial(f"m{len(self.tried)}", True, ("- all as before",))
        if isinstance(verdict, LearningFailed | OSError):
            raise verdict
        return verdict

    async def go_live(self, trial: Trial) -> None:
        self.live.append(trial.model)
        self.knows = frozenset(self.tried[-1]) - set(trial.refused)


@dataclass
class Town:
    """The platform: what it showed to one person alone, and what everybody in the desk reads."""

    capabilities: Capabilities = field(default_factory=Capabilities)
    whispers: list[tuple[str, Body]] = field(default_factory=list)
    posts: list[Body] = field(default_factory=list)
    edits: list[tuple[str, Body]] = field(default_factory=list)

    async def person(self, tenant: str, id: str) -> Person:  # noqa: ARG002  # there is one tenant
        return PEOPLE[id]

    async def is_member(self, channel: Place, person: Person) -> bool:  # noqa: ARG002  # there is one desk
        return person.id in ROLES

    async def whisper(self, place: Place, to: Person, body: Body) -> None:  # noqa: ARG002  # it is theirs alone
        self.whispers.append((to.id, body))

    async def edit(self, ref: Ref, body: Body) -> None:
        self.edits.append((ref.id, body))

    async def post(self, to: Place, body: Body, *, key: str) -> Posted:  # noqa: ARG002  # each is another
        self.posts.append(body)
        return Posted(Ref(to, f"m{len(self.posts)}"), to)


@dataclass
class Understood:
    """What the bot understands: the intents of each text with their probabilities; of others nothing."""

    of: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)

    async def parse(self, text: str) -> ParseResult:
        ranking = tuple(Intent(name, share) for name, share in self.of.get(text, (("nlu_fallback", 0.3),)))
        return ParseResult(
            text,
            ranking[0],
            ranking=ranking,
            emotion=Emotion(EmotionLabel.NEUTRAL, 0.0, 0.0, ()),
            asked_for_person=0.0,
            language="en",
        )


class School:
    """All of it. `conversation` is Ada's, whose case 1001 Nora has solved."""

    def __init__(self, store: RedisStore, policy: Policy = POLICY) -> None:
        self.clock, self.town, self.learner = Noon(), Town(), Learnt()
        self.understood = Understood(
            {
                SAID[0]: (("refund_status", 0.4), ("track_order", 0.2)),
                SAID[2]: (("human_handoff", 0.9), ("track_order", 0.1)),
            }
        )
        self.told: list[tuple[str, str, str]] = []
        self.inner = ListIntake()
        self.store = store
        self.policy = policy
        self.book = StoredLessons(store.lessons)
        self.doubts = StoredDoubts(store.doubts, policy)
        adapters: Any = {"web": self.town}
        self.adapters = adapters
        self.teaching = Teaching(
            subjects=Subjects(self, self.book, self.doubts, self.understood, policy),  # type: ignore[arg-type]  # as below
            records=self,  # type: ignore[arg-type]  # as much of it as teaching asks for
            book=self.book,
            doubts=self.doubts,
            repertoire=Repertoire(self.learner, seconds=PATIENCE),
            adapters=adapters,
            role_of=self.role_of,
            may={},
            language=self.learner.language,
            clock=self.clock,
        )
        cases = CaseForms(self, policy, self.live, within=PATIENCE)  # type: ignore[arg-type]  # as above
        self.forms = LessonForms(cases, self.teaching, within=PATIENCE)
        self.intake = LessonIntake(self.inner, self.teaching, Whispers(adapters))
        self.review = ReviewAnswers(self.book, self.doubts, self.learner, self, self.clock)  # type: ignore[arg-type]  # as above
        self.conversation_now = self._solved()
        self._presses = 0

    # what it stands for ----------------------------------------------------------------------

    async def live(self) -> Live:
        return Live()

    async def role_of(self, asker: Person, place: Place) -> Role:  # noqa: ARG002  # they are the same everywhere
        return ROLES.get(asker.id, Role.CUSTOMER)

    async def conversation_of(self, case: int) -> str | None:
        return "c" if case == 1001 else None

    async def conversation_at(self, thread: Place) -> str | None:
        return "c" if thread in (THREAD, replace(DESK, thread="root")) else None

    async def conversation(self, id: str) -> Conversation | None:
        return self.conversation_now if id == "c" else None

    async def tell(self, conversation: str, verb: str, argument: str, author: Person, *, case: int = 0) -> None:  # noqa: ARG002
        self.told.append((conversation, f"{verb} {argument}", author.id))

    def _solved(self) -> Conversation:
        answer = Ref(DESK, "a1")
        lines = [Line(float(n), Speaker.CUSTOMER, "Ada", text, Ref(THREAD, f"c{n}")) for n, text in enumerate(SAID, 1)]
        lines.append(Line(9.0, Speaker.AGENT, "Nora", "Hello Ada, behind the house.", answer))
        return Conversation(
            "c",
            THREAD,
            ADA,
            0.0,
            Status.BOT,
            earlier=(ClosedCase(1001, Reason.ASKED, 5.0, 10.0),),
            transcript=tuple(lines),
            relayed=(answer.key,),
        )

    # what people do --------------------------------------------------------------------------

    async def opens(self, action: str, value: str, *, by: Person = NORA, at: Place = DESK) -> Form | None:
        return await self.forms.form(by, at, None, action, value)

    async def sends(self, form: Form, *, by: Person = NORA, at: Place = DESK, **fields: str) -> dict[str, str]:
        """What is wrong with the form; when nothing is, it was taken, and whoever sent it has read the answer."""
        given = tuple((f.name, fields.get(f.name, f.value)) for f in form.fields)
        submitted = Submitted(Ref(at, "m1"), form.action, form.value, given)
        if wrong := await self.forms.faults(by, at, submitted):
            return dict(wrong)
        await self.takes(submitted, by=by, at=at)
        return {}

    async def presses(self, action: str, value: str, *, by: Person = NORA) -> None:
        await self.takes(Pressed(Ref(DESK, "m1"), action, value), by=by, at=DESK)

    async def takes(self, content: Pressed | Submitted, *, by: Person, at: Place, id: str = "") -> None:
        self._presses += 1
        await self.intake.take(Activity(id or f"i{self._presses}", self.clock.at, at, by, content))
        await self.intake.finish()

    async def asks(self, words: str, *, by: Person = LEA, at: Place = DESK) -> Answer:
        """Give a command, as whoever may."""
        command = read(words)
        assert isinstance(command, Command), command
        assert not isinstance(command, Misunderstood)
        role = ROLES.get(by.id, Role.CUSTOMER)
        if why := refusal(command.verb, role):
            return Answer(Body(why))
        return await self.review.answers()[command.verb](Request(command, by, at, role))

    async def reads(self, words: str, **more: Any) -> str:
        return (await self.asks(words, **more)).body.text

    def heard(self, who: Person = NORA) -> str:
        """What somebody was shown last, alone."""
        return [body.text for to, body in self.town.whispers if to == who.id][-1]

    def buttons(self, who: Person = NORA) -> list[Button]:
        return list([body for to, body in self.town.whispers if to == who.id][-1].buttons)

    # what there is ---------------------------------------------------------------------------

    async def lesson(self, number: int = 1) -> Lesson:
        return next(lesson for lesson in await self.book.all() if lesson.number == number)

    async def proposed(self, *texts: str, intent: str = "track_order", answer: str = "", **more: Any) -> Lesson:
        given = Lesson(
            0,
            texts or ("is my box there",),
            intent,
            answer,
            "en",
            1001,
            "Nora",
            self.clock.at,
            **({"news": 0.5} | more),
        )
        kept = await self.book.add(given, customer=ADA.key, forgettings=await self.book.forgettings())
        assert kept is not None, "nobody is forgotten meanwhile"
        return kept

    async def doubted(self, text: str, *, meant: str = "", sure: float = 0.4, at: float = 1.0) -> Doubt:
        ref = Ref(THREAD, text)
        guesses = (("track_order", sure), ("refund_status", 0.3))
        found = Doubt(ref.key, text, "en", self.clock.at + at, "c", ADA.key, guesses, meant)
        await self.doubts._note(found, self.conversation_now, 1)  # as the worker does, once it has found it
        return found

    def training(self, owner: str = "one", quiet: float = 60.0) -> Training:
        return Training(
            book=self.book,
            doubts=self.doubts,
            learner=self.learner,
            policy=self.policy,
            adapters=self.adapters,
            errands=self.store.errands,
            clock=self.clock,
            owner=owner,
            quiet_seconds=quiet,
        )


def value(form: Form | None, name: str) -> str:
    """What stands in a field."""
    assert form is not None
    return next(field.value for field in form.fields if field.name == name)
