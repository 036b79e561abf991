"""Reads responses: variations with buttons, images, attachments, custom payloads, channels and conditions."""

from __future__ import annotations

from typing import Final

from adapters.rasa.report import Report, entries, is_null, items, text
from bot.dialogue.domain import ResponseButton, Variation
from bot.dialogue.json_value import Json, text_of
from nlu.yaml_source import YamlMapping, YamlNode, YamlScalar

VARIATION_KEYS: Final = (
    "text",
    "buttons",
    "image",
    "attachment",
    "custom",
    "channel",
    "condition",
    "metadata",
    "id",
    "elements",
    "quick_replies",
    "button_type",
    "ssml",
)
_BUTTON_KEYS: Final = ("title", "payload", "url", "type", "content_type", "image_url", "value", "text")
_CONDITION_KEYS: Final = ("type", "name", "value")


def read_variations(name: str, node: YamlNode, report: Report) -> tuple[Variation, ...]:
    """Read all wordings of one response."""
    found: list[Variation] = []
    for item in items(node, report, f"the response '{name}'"):
        if isinstance(item, YamlScalar):
            found.append(Variation(text(item, report, f"a wording of '{name}'")))
        elif isinstance(item, YamlMapping):
            found.append(_variation(name, item, report))
        else:
            report.wrong(item, f"a wording of '{name}' must be a mapping with 'text', or a text")
    if not found and not is_null(node):
        report.wrong(node, f"the response '{name}' has no wording")
    return tuple(found)


def _variation(name: str, node: YamlMapping, report: Report) -> Variation:
    for key, _ in node:
        if key.raw not in VARIATION_KEYS:
            report.unknown(key, VARIATION_KEYS, f"the response '{name}'")
    shown = any(k in node for k in ("text", "custom", "image", "attachment", "buttons", "elements", "quick_replies"))
    if not shown:
        report.wrong(node, f"a wording of '{name}' says nothing: it has no text, image, attachment, buttons or custom")
    attachment = node.get("attachment")
    custom = node.get("custom")
    elements = node.get("elements")
    payload: Json = custom.plain() if custom is not None else None
    if elements is not None and payload is None:
        payload = {"elements": elements.plain()}
    return Variation(
        _optional(node.get("text"), report, "text"),
        tuple(
            button
            for key in ("buttons", "quick_replies")
            for item in items(node.get(key), report, key)
            if (button := _button(item, report)) is not None
        ),
        _optional(node.get("image"), report, "image"),
        _attachment(attachment),
        payload,
        _optional(node.get("channel"), report, "channel"),
        tuple(_condition(c, report) for c in items(node.get("condition"), report, "condition")),
        _optional(node.get("id"), report, "id"),
        _language(node.get("metadata")),
    )


def _language(metadata: YamlNode | None) -> str:
    """`de` of `metadata: {language: de}`; Rasa passes what else is there on to nobody."""
    found = metadata.get("language") if isinstance(metadata, YamlMapping) else None
    return found.raw.strip().lower() if isinstance(found, YamlScalar) else ""


def _optional(node: YamlNode | None, report: Report, what: str) -> str:
    return "" if node is None or is_null(node) else text(node, report, what)


def _attachment(node: YamlNode | None) -> str:
    """An address, wherever in the payload it stands."""
    if node is None or is_null(node):
        return ""
    if isinstance(node, YamlScalar):
        return node.raw
    return _first_address(node.plain())


def _first_address(value: Json) -> str:
    if isinstance(value, dict):
        for key in ("url", "src", "href", "link"):
            if text_of(value.get(key)):
                return text_of(value[key])
        return next((a for v in value.values() if (a := _first_address(v))), "")
    if isinstance(value, list):
        return next((a for v in value if (a := _first_address(v))), "")
    return ""


def _button(node: YamlNode, report: Report) -> ResponseButton | None:
    for key, _ in entries(node, report, "a button"):
        if key.raw not in _BUTTON_KEYS:
            report.note(key, f"the button's key '{key.raw}' is not used")
    if not isinstance(node, YamlMapping):
        return None
    title = _optional(node.get("title"), report, "a button's title") or _optional(node.get("text"), report, "text")
    payload = _optional(node.get("payload"), report, "a button's payload")
    url = _optional(node.get("url"), report, "a button's url")
    if not title and not payload and not url:
        report.wrong(node, "a button needs a title")
        return None
    if not title:
        report.note(node, f"the button has no title; its {'payload' if payload else 'address'} is shown")
        title = payload or url
    return ResponseButton(title, payload or ("" if url else title), url)


def _condition(node: YamlNode, report: Report) -> tuple[str, Json]:
    for key, _ in entries(node, report, "a condition"):
        if key.raw not in _CONDITION_KEYS:
            report.unknown(key, _CONDITION_KEYS, "a response's condition")
    if not isinstance(node, YamlMapping):
        return "", None
    kind = _optional(node.get("type"), report, "a condition's type")
    name = _optional(node.get("name"), report, "a condition's name")
    if kind != "slot":
        report.wrong(node, f"a response's condition must be of type 'slot', not '{kind}'")
    if not name:
        report.wrong(node, "a response's condition needs the name of a slot")
    value = node.get("value")
    return name, value.plain() if value is not None else None
