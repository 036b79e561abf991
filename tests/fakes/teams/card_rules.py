"""What Adaptive Cards 1.5 and Teams allow, as far as apps here use it: a card that breaks it is shown as an empty box.

Written after https://adaptivecards.io/explorer (version 1.5) and Teams' own limits. Every element, property and value
that is not named here is a problem.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

Check = Callable[[Any], bool]


def _one_of(*values: str) -> Check:
    return lambda value: value in values


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _address(value: Any) -> bool:
    return (
        isinstance(value, str) and value.startswith(("https://", "http://", "mailto:")) and not set(value) & set(' "<>')
    )


def _picture(value: Any) -> bool:
    """An address, or since 1.2 a data URI: https://adaptivecards.io/explorer/Image.html"""
    return _address(value) or (isinstance(value, str) and value.startswith("data:image/"))


def _object(value: Any) -> bool:
    return isinstance(value, dict)


_SPACING = _one_of("None", "Small", "Default", "Medium", "Large", "ExtraLarge", "Padding")
_SIZE = _one_of("Small", "Default", "Medium", "Large", "ExtraLarge")
_WEIGHT = _one_of("Lighter", "Default", "Bolder")
_COLOR = _one_of("Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention")
_COMMON: dict[str, Check] = {"spacing": _SPACING, "separator": _flag, "id": _text, "isVisible": _flag}
_LOOKS: dict[str, Check] = {"size": _SIZE, "weight": _WEIGHT, "color": _COLOR, "isSubtle": _flag}
_FONT = _one_of("Default", "Monospace")
_ACTION: dict[str, Check] = {
    "title": lambda value: _text(value) and len(value) <= 200,
    "style": _one_of("default", "positive", "destructive"),
    "mode": _one_of("primary", "secondary"),
    "id": _text,
    "iconUrl": _address,
    "associatedInputs": _one_of("auto", "none"),
}
_INPUT: dict[str, Check] = _COMMON | {"label": _text, "isRequired": _flag, "errorMessage": _text}


def _count(value: Any) -> bool:
    return isinstance(value, int) and value > 0


def _choices(value: Any) -> bool:
    return isinstance(value, list) and all(
        set(choice) == {"title", "value"} and _text(choice["title"]) and _text(choice["value"]) for choice in value
    )


def _action_set(value: Any) -> bool:
    """Six at most are shown; those behind the ⋯ do not count."""
    return isinstance(value, list) and bool(value) and sum(a.get("mode") != "secondary" for a in value) <= 6


ELEMENTS: dict[str, tuple[dict[str, Check], frozenset[str]]] = {
    "TextBlock": (_COMMON | _LOOKS | {"text": _text, "wrap": _flag, "fontType": _FONT}, frozenset({"text"})),
    "RichTextBlock": (_COMMON | {"inlines": lambda v: isinstance(v, list) and bool(v)}, frozenset({"inlines"})),
    "TextRun": (
        _LOOKS
        | {
            "text": _text,
            "italic": _flag,
            "strikethrough": _flag,
            "underline": _flag,
            "highlight": _flag,
            "fontType": _FONT,
            "selectAction": _object,
        },
        frozenset({"text"}),
    ),
    "Container": (
        _COMMON
        | {
            "items": lambda v: isinstance(v, list) and bool(v),
            "style": _one_of("default", "emphasis", "good", "attention", "warning", "accent"),
            "bleed": _flag,
        },
        frozenset({"items"}),
    ),
    "Image": (_COMMON | {"url": _picture, "altText": _text}, frozenset({"url"})),
    "ActionSet": (_COMMON | {"actions": _action_set}, frozenset({"actions"})),
    "Input.Text": (_INPUT | {"isMultiline": _flag, "maxLength": _count, "value": _text}, frozenset({"id", "label"})),
    "Input.ChoiceSet": (
        _INPUT | {"style": _one_of("compact", "expanded", "filtered"), "choices": _choices, "value": _text},
        frozenset({"id", "label", "choices"}),
    ),
    "Action.Execute": (
        _ACTION | {"verb": _text, "data": _object, "fallback": _object},
        frozenset({"title", "verb", "data", "fallback"}),
    ),
    "Action.Submit": (_ACTION | {"data": _object}, frozenset({"title", "data"})),
    "Action.OpenUrl": (_ACTION | {"url": _address}, frozenset({"url"})),
}
_PARENTS = {
    "body": ("TextBlock", "RichTextBlock", "Container", "Image", "ActionSet", "Input.Text", "Input.ChoiceSet"),
    "items": ("TextBlock", "RichTextBlock", "Container", "Image", "ActionSet"),
    "inlines": ("TextRun",),
    "actions": ("Action.Execute", "Action.Submit", "Action.OpenUrl"),
    "fallback": ("Action.Submit",),
    "selectAction": ("Action.OpenUrl",),
}
_CARD = {"$schema", "type", "version", "fallbackText", "body", "msteams"}


def problems_of(card: dict[str, Any]) -> list[str]:
    """All that is wrong with a card, each with its path."""
    return list(_card_problems(card))


def _card_problems(card: dict[str, Any]) -> Iterator[str]:
    if card.get("type") != "AdaptiveCard" or card.get("version") != "1.5":
        yield "not an AdaptiveCard of version 1.5"
    yield from (f"unknown property {name}" for name in card.keys() - _CARD)
    if not _text(card.get("fallbackText")):
        yield "no fallbackText"
    if not card.get("body"):
        yield "an empty body"
    yield from _children("body", card.get("body"), "card")
    yield from _teams_problems(card)
    if len(json.dumps(card, ensure_ascii=False).encode()) > 80_000:
        yield "too large"


def _teams_problems(card: dict[str, Any]) -> Iterator[str]:
    teams = card.get("msteams", {})
    yield from (f"unknown property msteams.{name}" for name in teams.keys() - {"width", "entities"})
    for entity in teams.get("entities", []):
        if entity.get("type") != "mention" or not _text(entity.get("mentioned", {}).get("id")):
            yield "an entity that is no mention"
        if entity.get("text") not in json.dumps(card["body"], ensure_ascii=False):
            yield "a mention that is nowhere in the text"


def _children(name: str, value: Any, path: str) -> Iterator[str]:
    for number, child in enumerate(value if isinstance(value, list) else [value]):
        yield from _element(child, f"{path}.{name}[{number}]", _PARENTS[name])


def _element(element: Any, path: str, allowed: tuple[str, ...]) -> Iterator[str]:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        yield f"{path}: {kind!r} is not allowed here"
        return
    properties, required = ELEMENTS[kind]
    yield from (f"{path}: {name} is missing" for name in required - element.keys())
    for name, value in element.items():
        if name == "type":
            continue
        if name not in properties:
            yield f"{path}: no property {name}"
        elif not properties[name](value):
            yield f"{path}.{name}: {value!r:.60}"
        elif name in _PARENTS:
            yield from _children(name, value, path)
