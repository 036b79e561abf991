"""Who is in the playground's room and where it is served. Values only; checked when they are built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.core.activity import Person, Place
from bot.core.platforms.addresses import is_loopback
from bot.errors import ConfigError

PLATFORM: Final = "web"
TENANT: Final = "playground"
APP_ID: Final = "warmline"
"""The app's own account in the room. Nobody else can have it."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who can be picked on the page. `about` is one line that tells a newcomer who that is.

    `tries` are first messages to offer where nothing was said yet: what it is, and the words.
    """

    id: str
    name: str
    about: str = ""
    locale: str = "en"
    timezone: str = "Etc/UTC"
    tier: str = ""
    is_guest: bool = False
    tries: tuple[tuple[str, str], ...] = ()

    @property
    def person(self) -> Person:
        """The account as the rest of the app sees it."""
        return Person(
            platform=PLATFORM,
            tenant=TENANT,
            id=self.id,
            name=self.name,
            locale=self.locale,
            timezone=self.timezone,
            tier=self.tier,
            is_guest=self.is_guest,
        )


_VAGUE: Final = ("Be vague", "hmm, the thing from last time")
_ANNOYED: Final = ("Be annoyed", "this is the THIRD time I ask, unbelievable!!")
_PERSON: Final = ("Ask for a person", "can I talk to a person")

SAMPLE_CUSTOMERS: Final = (
    Member(
        "ada",
        "Ada Nwosu",
        "London, writes English",
        "en-GB",
        "Europe/London",
        tries=(("Ask for an order", "where is my order HP-10432?"), _VAGUE, _ANNOYED, _PERSON),
    ),
    Member(
        "ben",
        "Ben Ortiz",
        "Chicago, short on time",
        "en-US",
        "America/Chicago",
        tries=(
            ("Ask for an order", "wheres my order hp 10429"),
            ("Ask for advice", "I need a tent for two under 250 euros"),
            ("Complain", "I was charged twice!"),
            _PERSON,
        ),
    ),
    Member(
        "chloe",
        "Chloé Marchand",
        "Paris, writes French",
        "fr",
        "Europe/Paris",
        tries=(
            ("Demander une commande", "où est ma commande HP-10433 ?"),
            ("Demander un conseiller", "je voudrais parler à quelqu'un"),
            _ANNOYED,
        ),
    ),
    Member(
        "dmitri",
        "Dmitri Hahn",
        "Berlin, writes German",
        "de",
        "Europe/Berlin",
        tries=(
            ("Nach einer Bestellung fragen", "wo bleibt meine Bestellung HP-10434?"),
            ("Nach einem Menschen fragen", "ich möchte mit einem Menschen sprechen"),
            _ANNOYED,
        ),
    ),
    Member(
        "emi",
        "Emi Sato",
        "Tokyo, VIP",
        "en",
        "Asia/Tokyo",
        tier="vip",
        tries=(
            ("Ask for an order", "is HP-10435 coming today?"),
            ("Compare", "compare the fell 55 with the fell 70"),
            _VAGUE,
            _PERSON,
        ),
    ),
)
SAMPLE_AGENTS: Final = (
    Member("nora", "Nora Lindqvist", "Agent", "en", "Europe/Stockholm"),
    Member("sam", "Sam Okafor", "Agent, and operator: reviews lessons, chooses models", "en-GB", "Europe/London"),
    Member("lea", "Lea Fontaine", "Agent", "fr", "Europe/Paris"),
    Member("gus", "Gus Peralta", "Guest: reads along, may not answer customers", "en", "Etc/UTC", is_guest=True),
)


def _default_desks() -> Mapping[str, str]:
    return {"support": "desk"}


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the playground is served and who is in it. `desks` maps a desk's name to its channel.

    `max_file` is how many bytes a file that somebody sends may have. Without `claim_on_reply` the page says that a
    reply in a case that nobody has waits for the claim.

    Raises ConfigError when the address is not on this machine, or two people share an account.
    """

    data_folder: Path
    host: str = "127.0.0.1"
    port: int = 8080
    customers: tuple[Member, ...] = SAMPLE_CUSTOMERS
    agents: tuple[Member, ...] = SAMPLE_AGENTS
    desks: Mapping[str, str] = field(default_factory=_default_desks)
    max_file: int = 100_000_000
    claim_on_reply: bool = True

    def __post_init__(self) -> None:
        problems: list[str] = []
        if not is_loopback(self.host):
            problems.append(
                f"playground host {self.host!r}: the playground has no passwords and is served on this machine only; "
                "use 127.0.0.1, ::1 or localhost"
            )
        if not 0 <= self.port <= 65535:
            problems.append(f"playground port {self.port}: a port is a number from 0 to 65535")
        seen = {APP_ID}
        for member in (*self.customers, *self.agents):
            if member.id in seen or not member.id.isidentifier():
                problems.append(f"playground person {member.id!r}: an id is one word, and each is used once")
            seen.add(member.id)
        channels = list(self.desks.values())
        problems += [
            f"playground desk {channel!r}: a channel serves one desk, and is no customer's"
            for channel in channels
            if channels.count(channel) > 1 or channel.startswith("customer-")
        ]
        if problems:
            raise ConfigError(problems)

    def customer(self, id: str) -> Member | None:
        """The customer with that id, if there is one."""
        return next((m for m in self.customers if m.id == id), None)

    def agent(self, id: str) -> Member | None:
        """The agent or guest with that id, if there is one."""
        return next((m for m in self.agents if m.id == id), None)

    def person(self, id: str) -> Person:
        """The account with that id; one that nobody knows has nothing but its id."""
        if id == APP_ID:
            return Person(PLATFORM, TENANT, APP_ID, name="Warmline", is_bot=True)
        member = self.customer(id) or self.agent(id)
        return member.person if member else Person(PLATFORM, TENANT, id, is_unknown=True)


def place(channel: str, thread: str = "") -> Place:
    """A place in the room."""
    return Place(PLATFORM, TENANT, channel, thread)


def first_chat(customer: str) -> str:
    """The channel of a customer's first chat; later ones are numbered from 2."""
    return f"customer-{customer}"
