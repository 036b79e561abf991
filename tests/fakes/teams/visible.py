"""What a person sees of an activity: the text of its HTML, or what its card shows. Knows no bot and no product."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

_NEW_LINE = frozenset({"p", "div", "li", "br", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3"})


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # its signature  # noqa: ARG002
        if tag in _NEW_LINE:
            self.pieces.append("\n")
        if tag == "li":
            self.pieces.append("• ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _NEW_LINE:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def html_text(source: str) -> str:
    """The text of some HTML, line by line; empty lines are left out."""
    reader = _Text()
    reader.feed(source)
    reader.close()
    lines = "".join(reader.pieces).replace("\xa0", " ").split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def seen_text(activity: dict[str, Any]) -> str:
    """All that is shown of an activity."""
    text = activity.get("text") or ""
    if activity.get("textFormat") != "xml":
        for entity in activity.get("entities") or []:
            text = text.replace(entity.get("text") or "\0", entity.get("mentioned", {}).get("name", ""))
    lines = [html_text(text) if activity.get("textFormat") == "xml" else text.strip()] if text else []
    for card in cards_of(activity):
        lines += _card_lines(card.get("body") or [])
    return "\n".join(line for line in lines if line)


def cards_of(activity: dict[str, Any]) -> list[dict[str, Any]]:
    """The Adaptive Cards of an activity."""
    return [
        a["content"]
        for a in activity.get("attachments") or []
        if a.get("contentType") == "application/vnd.microsoft.card.adaptive"
    ]


def buttons_of(activity: dict[str, Any]) -> list[dict[str, Any]]:
    """The actions of an activity's cards, in order."""
    return [action for card in cards_of(activity) for action in _actions(card)]


def buttons_of_card(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The actions of one card, in order."""
    return list(_actions(card))


def inputs_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The inputs of one card."""
    return [e for e in card.get("body") or [] if str(e.get("type", "")).startswith("Input.")]


def faults_of(card: dict[str, Any]) -> dict[str, str]:
    """What a form says is wrong, by field."""
    wrong = [e for e in card.get("body") or [] if str(e.get("id", "")).startswith("wrong:")]
    return {e["id"].removeprefix("wrong:"): next(_card_lines([e])) for e in wrong}


def _actions(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for inner in value:
            yield from _actions(inner)
    elif isinstance(value, dict):
        if str(value.get("type", "")).startswith("Action.") and "title" in value:
            yield value
        else:
            for name in ("body", "items", "columns", "actions"):
                yield from _actions(value.get(name))


def _card_lines(elements: list[dict[str, Any]]) -> Iterator[str]:
    for element in elements:
        match element.get("type"):
            case "TextBlock":
                yield str(element.get("text", ""))
            case "RichTextBlock":
                yield "".join(run if isinstance(run, str) else run.get("text", "") for run in element["inlines"])
            case "Container":
                yield from _card_lines(element["items"])
            case _:
                pass
