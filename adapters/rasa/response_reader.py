"""Reads responses: variations with buttons, images, attachments, custom payloads, channels and conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adapters.rasa.report import Report, entries, is_null, items, language_of, text
from bot.dialogue.domain import ResponseButton, Variation
from bot.dialogue.json_value import Json, text_of
from nlu.sources.yaml_source import YamlMapping, YamlNode, YamlScalar

VARIATION_KEYS: Final = (
    "text",
    "buttons",
    "image",
    "attachment",
    "custom",
    "channel",
    "condition",
    "translation",
    "metadata",
    "id",
    "elements",
    "quick_replies",
    "button_type",
    "ssml",
)
_BUTTON_KEYS: Final = ("title", "payload", "url", "type", "content_type", "image_url", "value", "text", "translation")
_CONDITION_KEYS: Final = ("type", "name", "value")


def read_variations(name: str, node: YamlNode, report: Report) -> tuple[Variation, ...]:
    """Read all wordings of one response."""
    found: list[Variation] = []
    for item in items(node, report, f"the response '{name}'"):
        if isinstance(item, YamlScalar):
            found.append(Variation(text(item, report, f"a wording of '{name}'")))
        elif isinstance(item, YamlMapping):
            buttons = _buttons(item, report)
            found.extend(_with_translations(_variation(name, item, buttons, report), item, buttons, report))
        else:
            report.wrong(item, f"a wording of '{name}' must be a mapping with 'text', or a text")
    if not found and not is_null(node):
        report.wrong(node, f"the response '{name}' has no wording")
    return tuple(found)


def _with_translations(
    said: Variation, node: YamlMapping, buttons: Sequence[YamlMapping], report: Report
) -> list[Variation]:
    """The wording, and one for each language that it is translated into.

    `translation` is Rasa Pro's (https://rasa.com/docs/pro/build/translating-your-assistant). Rasa Open Source refuses
    it beside a text and lets it stand inside `metadata`, so it is read there, too. Payloads are never translated.
    """
    metadata = node.get("metadata")
    inside = metadata.get("translation") if isinstance(metadata, YamlMapping) else None
    texts = _translation(inside, report) | _translation(node.get("translation"), report)
    titles = [_translation(button.get("translation"), report) for button in buttons]
    found = [said]
    for language in dict.fromkeys((*texts, *(language for of_one in titles for language in of_one))):
        if said.text and language not in texts:
            report.wrong(node, f"the buttons are translated into '{language}', and the text is not")
            continue
        for button, of_one, written in zip(said.buttons, titles, buttons, strict=True):
            if language not in of_one and any(letter.isalpha() for letter in button.title):
                report.note(
                    written, f"the text is translated into '{language}', and the button '{button.title}' is not"
                )
        titled = tuple(
            replace(button, title=of_one.get(language, button.title))
            for button, of_one in zip(said.buttons, titles, strict=True)
        )
        found.append(replace(said, text=texts.get(language, ""), buttons=titled, language=language))
    return found


def _translation(node: YamlNode | None, report: Report) -> dict[str, str]:
    """Languages and texts; a button's may stand under `title`."""
    found: dict[str, str] = {}
    for key, value in entries(node, report, "a translation"):
        said = value.get("title") if isinstance(value, YamlMapping) else value
        if said is None:
            report.wrong(value, f"the translation '{key.raw}' needs a text, or a title where it is a button's")
        elif words := text(said, report, f"the translation '{key.raw}'"):
            found[language_of(key.raw)] = words
    return found


def _variation(name: str, node: YamlMapping, buttons: Sequence[YamlMapping], report: Report) -> Variation:
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
        tuple(_button(button, report) for button in buttons),
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
    return language_of(found.raw) if isinstance(found, YamlScalar) else ""


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


def _buttons(node: YamlMapping, report: Report) -> list[YamlMapping]:
    """Where the buttons stand that say or open something."""
    found: list[YamlMapping] = []
    for key in ("buttons", "quick_replies"):
        for item in items(node.get(key), report, key):
            entries(item, report, "a button")
            if not isinstance(item, YamlMapping):
                continue
            if any(not is_null(item.get(k)) for k in ("title", "text", "payload", "url")):
                found.append(item)
            else:
                report.wrong(item, "a button needs a title")
    return found


def _button(node: YamlMapping, report: Report) -> ResponseButton:
    for key, _ in node:
        if key.raw not in _BUTTON_KEYS:
            report.note(key, f"the button's key '{key.raw}' is not used")
    title = _optional(node.get("title"), report, "a button's title") or _optional(node.get("text"), report, "text")
    payload = _optional(node.get("payload"), report, "a button's payload")
    url = _optional(node.get("url"), report, "a button's url")
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
    if value is None:
        report.note(node, f"the condition on '{name}' has no value, so it holds while the slot is empty")
    return name, value.plain() if value is not None else None
