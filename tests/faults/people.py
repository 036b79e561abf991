"""The people of an experiment: what they say and change, what they decide when they are asked, and what they see."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from random import Random  # noqa: TID251 - everything is drawn from the seed that is printed

from tests.faults.checker import Expected, Verdict, Word, judge, words_in
from tests.faults.plan import Plan
from tests.faults.sites import Platform


class People:
    """Customers and their agents on the platforms. `counts` is told what they changed."""

    def __init__(self, plan: Plan, outside: Platform, inside: Platform, drawn: Random, counts: Counter[str]) -> None:
        self.plan = plan
        self._outside, self._inside = outside, inside
        self._counts = counts
        self._secrets = [f"secret{drawn.randrange(16**8):08x}" for _ in range(plan.conversations)]
        self._roots: dict[int, str] = {}
        self._spoken: dict[int, tuple[list[Word], list[Word]]] = {n: ([], []) for n in range(plan.conversations)}
        self._acknowledged: set[Word] = set()
        self._written: dict[Word, str] = {}
        self._last: dict[Word, str] = {}
        self._changed = 0
        self._speaking: list[asyncio.Task[bool]] = []
        self._spoken_at: dict[Word, float] = {}
        self._answered: set[str] = set()
        self._resent: set[Word] = set()
        self._seen_there: set[Word] = set()
        """What arrived and only people know where: no app can change it any more."""
        self._asked_under: set[str] = set()
        self.decided: Counter[str] = Counter()
        self.said = self.given_up = 0

    @property
    def acknowledged(self) -> int:
        """How many of their messages the platforms were told that we have."""
        return len(self._acknowledged)

    @property
    def second_cards(self) -> int:
        """How many root cards stood twice."""
        return len(self._asked_under)

    async def live(self) -> None:
        """All of them, from the call for help to the last word; who spoke without waiting is waited for."""
        await asyncio.gather(*(self._live(n) for n in range(self.plan.conversations)))

    async def spoken(self) -> None:
        """Return when the platforms know of each word whether we have it."""
        await asyncio.gather(*self._speaking)

    async def _live(self, customer: int) -> None:
        """One customer and their agent, from the call for help on."""
        random = Random(f"{self.plan.seed}/{customer}")
        pause = self.plan.conversations / self.plan.per_second
        await asyncio.sleep(random.uniform(0, pause))
        secret = self._secrets[customer]
        numbers = {"c": 0, "a": 0, "n": 0}
        while not await self._say(Word("c", customer, numbers["c"], secret), "", "help me with {}"):
            numbers["c"] += 1
        root = await self._root(customer)
        for _ in range(self.plan.events // self.plan.conversations - 1):
            await asyncio.sleep(random.uniform(0.2, 1.8) * pause)
            who = random.choices("can", (10, 9, 1))[0]
            # A note is no claim: the first word of the agent takes the case.
            if who == "n" and not numbers["a"]:
                who = "a"
            numbers[who] += 1
            text = {"c": "I say {}", "a": "answer {}", "n": "// between us {}"}[who]
            word = Word(who, customer, numbers[who], secret)
            if self.plan.overtaking:
                self._speaking.append(asyncio.create_task(self._say(word, root, text)))
            else:
                await self._say(word, root, text)
            if random.random() < self.plan.changes:
                await self._change(customer, random)

    async def _say(self, word: Word, thread: str, text: str) -> bool:
        """Say it, and be sure that the platform has brought it before the next word on this side is said."""
        said = text.format(word)
        platform = self._outside if word.who == "c" else self._inside
        message = platform.customer_says(word.customer, said) if word.who == "c" else platform.agent_says(thread, said)
        self.said += 1
        self._written[word] = message
        if word.who != "n":
            self._spoken[word.customer][word.who == "a"].append(word)
        self._spoken_at[word] = time.time()  # noqa: TID251 - as the platforms' clocks
        while (accepted := platform.outcome(message)) is None:
            await moment()
        if not accepted:
            self.given_up += 1
        elif word.who != "n":
            self._acknowledged.add(word)
        return accepted

    async def _change(self, customer: int, random: Random) -> None:
        """Somebody edits or deletes something that they said; what the case came for stays."""
        said = [word for words in self._spoken[customer] for word in words if word.number]
        there = [word for word in said if word in self._acknowledged and self._last.get(word) != ""]
        if not there:
            return
        word = random.choice(there)
        platform = self._outside if word.who == "c" else self._inside
        self._changed += 1
        text = f"{word} in version {self._changed}" if random.random() < 0.7 else ""
        self._last.pop(word, None)
        name = platform.author_changes(self._written[word], text)
        while (accepted := platform.outcome(name)) is None:
            await moment()
        if accepted:
            self._last[word] = text
            self._counts["deleted" if not text else "edited"] += 1
        else:
            # the app never heard of it, and the next event of the same message need not say it
            self._acknowledged.discard(word)

    async def _root(self, customer: int) -> str:
        """The thread of a customer's case, once what they said stands in it."""
        while customer not in self._roots:
            for message in self._inside.desk():
                for word in words_in(message.text) if message.thread else ():
                    self._roots.setdefault(word.customer, message.thread)
            if customer not in self._roots:
                await moment()
        return self._roots[customer]

    async def decide(self) -> None:
        """An agent who is asked what became of a message: looks whether it is there, and says so."""
        while True:
            await asyncio.sleep(0.5)
            for message in self._inside.desk():
                if message.id in self._answered or not {"Resend", "Retry"} & set(message.buttons):
                    continue
                about = next(iter(words_in(message.text)), None)
                is_there = about is not None and self._is_there(about)
                label = "Retry" if "Retry" in message.buttons else "It arrived" if is_there else "Resend"
                if about is not None:
                    # a press whose answer was cut off may have been taken all the same
                    (self._seen_there if label == "It arrived" else self._resent).add(about)
                if await self._inside.agent_presses(message.id, label):
                    self._answered.add(message.id)
                    self.decided[label] += 1

    def _is_there(self, word: Word) -> bool:
        place = self._outside.chat(word.customer) if word.who == "a" else self._inside.desk()
        return any(word in words_in(message.text) and not message.buttons for message in place)

    async def ask_under_second_cards(self) -> None:
        """An agent writes under each card that is not its case's own, and has to be told."""
        own = set(self._roots.values())
        for card in [m for m in self._inside.desk() if not m.thread and m.id not in own]:
            self._asked_under.add(card.id)
            accepted: bool | None = False
            while not accepted:
                message = self._inside.agent_says(card.id, "is anybody here?")
                while (accepted := self._inside.outcome(message)) is None:
                    await moment()

    def judged(self, node_kills: int) -> Verdict:
        """What a person sees, held against what was said. Each process that was killed may have cut a card off."""

        def has(word: Word) -> bool:
            return word in self._acknowledged and self._last.get(word) != ""

        expected = {n: Expected(tuple(filter(has, a)), tuple(filter(has, b))) for n, (a, b) in self._spoken.items()}
        chats = {n: self._outside.chat(n) for n in range(self.plan.conversations)}
        # Teams cannot be asked whether a card that was cut off stands there: then there may be a second one.
        cut = sum(n for kind, n in self._inside.calls().items() if kind.endswith(("done", "body")))
        twins = cut + node_kills if self._inside.name == "teams" else 0
        return judge(
            expected,
            chats,
            self._inside.desk(),
            self._roots,
            resent=self._resent,
            twins=twins,
            asked_under=self._asked_under,
            last={word: text for word, text in self._last.items() if word not in self._seen_there},
        )

    def standing(self, customer: int) -> list[str]:
        """What stands on the platforms of this customer's case, and where the agent writes."""
        name, account = self._outside.names(customer)
        roots = {m.id for m in self._inside.desk() if not m.thread and (name in m.text or account in m.text)}
        roots.add(self._roots.get(customer, ""))
        places = (("desk", self._inside.desk()), ("chat", self._outside.chat(customer)))
        return [
            f"agent writes under {self._roots.get(customer)}",
            *(
                f"{place} {m.thread or 'root'} {m.id} at {m.at:.3f} {m.buttons}: {m.text[:200]!r}"
                for place, seen in places
                for m in seen
                if place == "chat" or (m.thread or m.id) in roots
            ),
        ]

    def delays(self) -> list[float]:
        """Seconds from each message to its copy."""
        places = [self._outside.chat(n) for n in range(self.plan.conversations)]
        places.append([message for message in self._inside.desk() if message.thread and not message.buttons])
        return [
            message.at - self._spoken_at[word]
            for place in places
            for message in place
            for word in words_in(message.text)
            if word in self._spoken_at and word.who != "n" and word.number
        ]


async def moment() -> None:
    """Two hundred people looking at one workspace: looking now and then is cheaper than telling each of them."""
    await asyncio.sleep(0.03)
