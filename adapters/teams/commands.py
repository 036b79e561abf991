"""Which words on Teams are a `/support` command: Teams has no slash commands of apps, so plain words serve. Pure.

`/support stats 7d` is one everywhere. The words alone are one when they are a whole command and nothing else: to the
app in a personal chat, or with a mention of it. In a desk's channel, outside the cases' threads, everything
said to the app is one. `help`, `on` or `hours` alone is what customers say, too, and what they are answered: in a chat
it is no command, and in a case's thread whoever wrote it is asked. Customers have no commands but `/support`. Whom a
command mentions stands in it by account.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.teams.places import PERSON
from adapters.teams.words import shown_name
from bot.core.activity import Activity, Said
from bot.core.agents.mistaken import is_whole
from bot.core.platforms.json_values import Json, as_object, as_objects, as_text
from bot.core.typed.commands import behind_slash
from bot.core.wording.escapes import unescaped


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of a command. A `bare` one was said without `/support`, where customers write."""

    words: str
    bare: bool = False


def command_of(activity: Activity, desks: frozenset[str]) -> Heard | None:
    """The command that an activity is; None when it is none. `desks` are the desks' channels."""
    if not isinstance(activity.content, Said):
        return None
    words = unescaped(activity.content.text).strip()
    asked = behind_slash(words)
    if asked is not None:
        return Heard(asked)
    if not (activity.addressed or activity.direct):
        return None
    in_desk = activity.place.channel in desks
    if in_desk and not activity.place.thread:
        return Heard(words)
    # in a case's thread everyday words may be an answer to the customer: the core asks which of the two they are
    return Heard(words, bare=not in_desk) if is_whole(words, everyday_too=False) else None


def with_accounts(words: str, payload: Json) -> str:
    """The words of a command with `<@29:…>` for each person whom the message really mentions, `@name` else."""
    for entity in as_objects(payload.get("entities")):
        account = as_text(as_object(entity.get("mentioned")).get("id"))
        if entity.get("type") == "mention" and account.startswith(PERSON):
            words = words.replace(f"@{shown_name(entity)}", f"<@{account}>", 1)
    return words
