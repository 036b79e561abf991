"""What every payload of Teams' says: where, when, by whom, and whether it was said to us. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.teams.moments import as_moment
from adapters.teams.places import PLATFORM, Kind, kind_of, place_of
from bot.core.activity import Person, Place
from bot.core.platforms.json_values import NOTHING, Json, as_object, as_objects, as_text


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is needed to understand a payload: our account, where un-mentioned words are heard, and the time.

    `channels` are ids of channels and group chats, `teams` ids of teams, `tenant` is the one that we belong to.
    `now` is in seconds since 1970.
    """

    bot: str
    now: float
    channels: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a payload comes from, who did it and when."""

    place: Place
    kind: Kind
    author: Person
    account: str
    at: float
    team: str
    bots: frozenset[str]
    raw: Json = field(repr=False)

    @property
    def message(self) -> str:
        """The id of the payload itself, which for messages is the message's."""
        return as_text(self.raw.get("id"))

    @property
    def direct(self) -> bool:
        """A personal chat, or a group chat: neither has threads."""
        return self.kind is not Kind.CHANNEL


def tenant_of(payload: Json, otherwise: str) -> str:
    """The tenant that a payload comes from; some clients do not say, and there is one that we belong to."""
    told = as_object(as_object(payload.get("channelData")).get("tenant")).get("id")
    return as_text(told) or as_text(as_object(payload.get("conversation")).get("tenantId")) or otherwise


def scene_of(payload: Json, hearing: Hearing) -> Scene | None:
    """Read the parts that all payloads share; None when it was not done by a person in a conversation."""
    conversation = as_object(payload.get("conversation"))
    data = as_object(payload.get("channelData"))
    tenant = tenant_of(payload, hearing.tenant)
    account = as_object(payload.get("from"))
    who, whole = as_text(account.get("id")), as_text(conversation.get("id"))
    bots = frozenset({hearing.bot, as_text(as_object(payload.get("recipient")).get("id"))}) - {""}
    if not who or not whole or who in bots or who.startswith("28:") or account.get("role") == "bot":
        return None
    place = place_of(tenant, whole, as_text(payload.get("id")))
    said_kind = as_text(conversation.get("conversationType"))
    client = next((e for e in as_objects(payload.get("entities")) if e.get("type") == "clientInfo"), NOTHING)
    author = Person(
        PLATFORM,
        tenant,
        as_text(account.get("aadObjectId")) or who,
        as_text(account.get("name")),
        locale=as_text(payload.get("locale")) or as_text(client.get("locale")),
        timezone=as_text(payload.get("localTimezone")) or as_text(client.get("timezone")),
    )
    at = as_moment(payload.get("timestamp")) or hearing.now
    team = as_text(as_object(data.get("team")).get("id"))
    return Scene(place, kind_of(place.channel, said_kind), author, who, at, team, bots, payload)


def is_heard(scene: Scene, hearing: Hearing) -> bool:
    """Whether words there are for us: said to us, or in a place that was configured. All else is overheard."""
    if scene.kind is Kind.PERSONAL or is_addressed(scene):
        return True
    return scene.place.channel in hearing.channels or bool(scene.team and scene.team in hearing.teams)


def is_addressed(scene: Scene) -> bool:
    """Whether the app was mentioned."""
    return any(is_us(entity, scene) for entity in mentions_in(scene))


def mentions_in(scene: Scene) -> list[Json]:
    """The mentions in a message."""
    return [e for e in as_objects(scene.raw.get("entities")) if e.get("type") == "mention"]


def is_us(entity: Json, scene: Scene) -> bool:
    """Whether a mention is of the app."""
    return as_text(as_object(entity.get("mentioned")).get("id")) in scene.bots
