"""Which wording of a response is said, and with what filled in.

The choice is deterministic for a seed, so that a turn that is decided twice says the same twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2s
from typing import Final

from bot.dialogue.domain import Domain, ResponseButton, SlotType, Variation, is_true
from bot.dialogue.events import BotUttered
from bot.dialogue.json_value import Json, list_of, object_of, text_of

_FIELD: Final = re.compile(r"\{\{(?P<kept>[^\n{}]*?)\}\}|\{(?P<name>[^\n{}]+?)\}")


def utter(
    domain: Domain,
    name: str,
    slots: Mapping[str, Json],
    given: Mapping[str, Json] | None = None,
    *,
    channel: str,
    seed: str,
    at: float,
    language: str = "",
) -> BotUttered | None:
    """Say the response `name` with slots, and what an action has `given`, filled in; None if there is none.

    Which wording it is depends on the slots alone, as in Rasa.
    """
    variation = choose(domain, name, slots, channel=channel, seed=seed, language=language)
    if variation is None:
        return None
    values = {**slots, **(given or {})}
    data: dict[str, Json] = {}
    if variation.buttons:
        data["buttons"] = [_button(b, values) for b in variation.buttons]
    if variation.image:
        data["image"] = fill(variation.image, values)
    if variation.attachment:
        data["attachment"] = fill(variation.attachment, values)
    if variation.custom is not None:
        data["custom"] = fill_all(variation.custom, values)
    return BotUttered(fill(variation.text, values), data, name, at)


def choose(
    domain: Domain, name: str, values: Mapping[str, Json], *, channel: str, seed: str, language: str = ""
) -> Variation | None:
    """Pick a variation as Rasa ranks them: for this channel before any, conditional before plain.

    Only of those in the customer's `language`, where there are any, and else of those that have none.
    """
    holding = [v for v in domain.responses.get(name, ()) if _holds(domain, v, values)]
    fitting = [v for v in holding if v.language and v.language == language] or [v for v in holding if not v.language]
    here = [v for v in fitting if v.channel and v.channel == channel]
    anywhere = [v for v in fitting if not v.channel]
    for group in (
        [v for v in here if v.conditions],
        here,
        [v for v in anywhere if v.conditions],
        anywhere,
    ):
        if group:
            return group[pick(len(group), f"{seed}/{name}")]
    return None


def foreign(domain: Domain, name: str, language: str) -> tuple[str, ...]:
    """The languages that a response has, where none of its wordings is for customers who write `language`."""
    found = {v.language for v in domain.responses.get(name, ())}
    return () if found & {"", language} else tuple(sorted(found))


def pick(count: int, seed: str) -> int:
    """Return a number below `count` that depends on the seed alone."""
    digest = blake2s(seed.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % count


def _holds(domain: Domain, variation: Variation, values: Mapping[str, Json]) -> bool:
    return all(_equal(domain, slot, wanted, values.get(slot)) for slot, wanted in variation.conditions)


def _equal(domain: Domain, slot: str, wanted: Json, value: Json) -> bool:
    known = domain.slots.get(slot)
    if known and known.type is SlotType.BOOL and value is not None and wanted is not None:
        return is_true(wanted) == is_true(value)
    if isinstance(wanted, str) and isinstance(value, str):
        return wanted.casefold() == value.casefold()
    return wanted == value


def _button(button: ResponseButton, values: Mapping[str, Json]) -> Json:
    filled: dict[str, Json] = {"title": fill(button.title, values), "payload": fill(button.payload, values)}
    return filled | {"url": fill(button.url, values)} if button.url else filled


def fill(text: str, values: Mapping[str, Json]) -> str:
    """Put values in for `{name}`. A name that is not known stays as written; a slot without value is empty.

    Double braces stand for single ones, as in Rasa: `/inform{{"city": "Rome"}}`.
    """

    def value_of(found: re.Match[str]) -> str:
        if found["kept"] is not None:
            return "{" + found["kept"] + "}"
        path = found["name"]
        if path in values:
            return shown(values[path])
        value: Json = None
        parts = re.findall(r"[^.\[\]]+", path)
        if not parts or parts[0] not in values:
            return found.group(0)
        value = values[parts[0]]
        for part in parts[1:]:
            value = object_of(value).get(part) if isinstance(value, dict) else _item(value, part)
        return shown(value)

    if "{" not in text:
        return text
    filled = _FIELD.sub(value_of, text)
    return filled.replace("{{", "{").replace("}}", "}") if "{{" in filled and "}}" in filled else filled


def _item(value: Json, index: str) -> Json:
    items = list_of(value)
    return items[int(index)] if index.isdecimal() and int(index) < len(items) else None


def fill_all(value: Json, values: Mapping[str, Json]) -> Json:
    """Fill every text inside a JSON value."""
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, list):
        return [fill_all(v, values) for v in value]
    if isinstance(value, dict):
        return {k: fill_all(v, values) for k, v in value.items()}
    return value


def shown(value: Json) -> str:
    """A slot's value in a sentence."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(shown(v) for v in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def words_of_custom(custom: Json) -> str:
    """The words in a payload made for one platform (Slack blocks, a card), for those that cannot show it."""
    found: list[str] = []
    _collect(custom, found)
    return "\n".join(found)


def _collect(value: Json, found: list[str]) -> None:
    if isinstance(value, dict):
        for key in ("title", "header", "text", "subtitle", "fallback", "message"):
            inner = value.get(key)
            if isinstance(inner, str) and inner.strip() and inner not in found:
                found.append(inner)
            elif isinstance(inner, dict | list):
                _collect(inner, found)
        for key in ("blocks", "attachments", "body", "payload", "elements", "fields", "items", "content"):
            _collect(value.get(key), found)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found)


def buttons_of(data: Mapping[str, Json]) -> Sequence[ResponseButton]:
    """The buttons of a bot message, quick replies and buttons of carousel elements included."""
    found: list[ResponseButton] = []
    for key in ("buttons", "quick_replies"):
        found.extend(_buttons_in(data.get(key)))
    for element in list_of(data.get("elements")):
        found.extend(_buttons_in(object_of(element).get("buttons")))
    return found


def _buttons_in(value: Json) -> list[ResponseButton]:
    found: list[ResponseButton] = []
    for item in list_of(value):
        button = object_of(item)
        title = text_of(button.get("title")) or text_of(button.get("text"))
        url = text_of(button.get("url"))
        if title:
            found.append(ResponseButton(title, text_of(button.get("payload")) or ("" if url else title), url))
    return found
