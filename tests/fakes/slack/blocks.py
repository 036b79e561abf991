"""Block Kit as Slack takes it: what is refused, and what a person reads. Limits as docs.slack.dev states them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

MAX_BLOCKS = 50
UNREACHABLE = "https://unreachable.example/"
MAX_TEXT = 12_000
MAX_TOTAL = 13_200
"""Of JSON: stricter than the real one, whose rule is not documented (bolt-js issues 2509 and 2867)."""
KNOWN = frozenset(
    {"section", "header", "divider", "context", "actions", "image", "rich_text", "markdown", "video", "file", "input"}
)
_PINGS = re.compile(r"<(!(?:channel|here|everyone)|!subteam\^\w+|@[UW]\w+)(?:\|[^>]*)?>")


def problem_with(blocks: Any) -> str | None:
    """Slack's error code for these blocks, or None when they are fine."""
    if not isinstance(blocks, list):
        return "invalid_blocks_format"
    if len(blocks) > MAX_BLOCKS:
        return "invalid_blocks"
    for block in blocks:
        if not isinstance(block, dict) or not _block_is_fine(block):
            return "invalid_blocks"
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    if len(ids) != len(set(ids)):
        return "invalid_blocks"
    if _weight(blocks) > MAX_TEXT or len(json.dumps(blocks, ensure_ascii=False)) > MAX_TOTAL:
        return "msg_blocks_too_long"
    return None


def home_is_fine(view: dict[str, Any]) -> bool:
    """Whether views.publish takes this page."""
    blocks = view.get("blocks")
    if view.get("type") != "home" or not isinstance(blocks, list) or not 1 <= len(blocks) <= 100:
        return False
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    return (
        len(ids) == len(set(ids))
        and all(isinstance(b, dict) and _block_is_fine(b) for b in blocks)
        and len(json.dumps(view).encode()) <= 250_000
    )


def modal_is_fine(view: dict[str, Any]) -> bool:
    """Whether views.open takes this modal; one with inputs needs a submit button."""
    blocks = view.get("blocks")
    return (
        view.get("type") == "modal"
        and _text_is_fine(view.get("title"), 24, plain=True)
        and _text_is_fine(view.get("submit"), 24, plain=True)
        and len(view.get("private_metadata", "")) <= 3000
        and isinstance(blocks, list)
        and 1 <= len(blocks) <= 100
        and all(_input_is_fine(b) for b in blocks)
        and len({b["block_id"] for b in blocks}) == len(blocks)
    )


def _input_is_fine(block: dict[str, Any]) -> bool:
    element = block.get("element", {})
    if block.get("type") != "input" or not _text_is_fine(block.get("label"), 2000, plain=True):
        return False
    match element.get("type"):
        case "plain_text_input":
            return len(element.get("initial_value", "")) <= 3000
        case "users_select":
            return True
        case "static_select":
            groups = element.get("option_groups", [{"options": element.get("options", [])}])
            options = [option for group in groups for option in group["options"]]
            chosen = element.get("initial_option")
            return (
                1 <= len(groups) <= 100
                and all(1 <= len(group["options"]) <= 100 for group in groups)
                and all(_text_is_fine(g["label"], 75, plain=True) for g in element.get("option_groups", []))
                and all(_text_is_fine(o["text"], 75, plain=True) and 0 < len(o["value"]) <= 150 for o in options)
                and (chosen is None or chosen in options)
            )
        case _:
            return False


def _block_is_fine(block: dict[str, Any]) -> bool:
    kind = block.get("type")
    if kind not in KNOWN or len(block.get("block_id", "")) > 255:
        return False
    match kind:
        case "header":
            return _text_is_fine(block.get("text"), 150, plain=True)
        case "section":
            fields = block.get("fields")
            if fields is not None and (
                not isinstance(fields, list)
                or not 1 <= len(fields) <= 10
                or not all(_text_is_fine(f, 2000) for f in fields)
            ):
                return False
            if block.get("text") is None:
                return bool(fields)
            return _text_is_fine(block["text"], 3000)
        case "context":
            parts = block.get("elements")
            return (
                isinstance(parts, list)
                and 1 <= len(parts) <= 10
                and all(p.get("type") == "image" or _text_is_fine(p, 3000) for p in parts)
            )
        case "actions":
            parts = block.get("elements")
            if not isinstance(parts, list) or not 1 <= len(parts) <= 25:
                return False
            ids = [p.get("action_id") for p in parts]
            return len(ids) == len(set(ids)) and all(_button_is_fine(p) for p in parts)
        case "image":
            url, alt = block.get("image_url", ""), block.get("alt_text")
            # a picture that Slack cannot fetch makes it refuse the whole message
            return (
                0 < len(url) <= 3000
                and not url.startswith(UNREACHABLE)
                and isinstance(alt, str)
                and 0 < len(alt) <= 2000
            )
        case "rich_text":
            parts = block.get("elements")
            return isinstance(parts, list) and bool(parts) and all(_rich_is_fine(p) for p in parts)
        case "markdown":
            return isinstance(block.get("text"), str) and 0 < len(block["text"]) <= 12_000
        case _:
            return True


def _text_is_fine(text: Any, limit: int, *, plain: bool = False) -> bool:
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        return False
    if plain and text["type"] != "plain_text":
        return False
    return isinstance(text.get("text"), str) and 1 <= len(text["text"]) <= limit


def _button_is_fine(button: dict[str, Any]) -> bool:
    if button.get("type") == "overflow":
        options = button.get("options", [])
        return 1 <= len(options) <= 5 and all(
            _text_is_fine(o["text"], 75, plain=True) and 0 < len(o["value"]) <= 150 for o in options
        )
    if button.get("type") != "button":
        return button.get("type") in {"static_select", "overflow", "users_select", "datepicker"}
    return (
        _text_is_fine(button.get("text"), 75, plain=True)
        and isinstance(button.get("action_id"), str)
        and 1 <= len(button["action_id"]) <= 255
        and len(button.get("value", "")) <= 2000
        and len(button.get("url", "")) <= 3000
        and button.get("style", "primary") in ("primary", "danger")
    )


def _rich_is_fine(part: Any) -> bool:
    if not isinstance(part, dict) or not isinstance(part.get("elements"), list):
        return False
    match part.get("type"):
        case "rich_text_section" | "rich_text_quote" | "rich_text_preformatted":
            return all(_rich_leaf_is_fine(leaf) for leaf in part["elements"])
        case "rich_text_list":
            return (
                part.get("style") in ("bullet", "ordered")
                and bool(part["elements"])
                and all(e.get("type") == "rich_text_section" and _rich_is_fine(e) for e in part["elements"])
            )
        case _:
            return False


def _rich_leaf_is_fine(leaf: Any) -> bool:
    if not isinstance(leaf, dict):
        return False
    match leaf.get("type"):
        case "text":
            return isinstance(leaf.get("text"), str) and len(leaf["text"]) > 0
        case "link":
            return isinstance(leaf.get("url"), str) and 0 < len(leaf["url"]) <= 3000 and leaf.get("text") != ""
        case "emoji" | "user" | "channel" | "broadcast" | "usergroup" | "date" | "color":
            return True
        case _:
            return False


def _weight(node: Any) -> int:
    """The characters that count against the total."""
    if isinstance(node, dict):
        own = sum(len(v) for k, v in node.items() if k in ("text", "url", "alt_text") and isinstance(v, str))
        return own + sum(_weight(v) for v in node.values())
    if isinstance(node, list):
        return sum(_weight(v) for v in node)
    return 0


def pings_in(text: str, blocks: list[dict[str, Any]], *, link_names: bool) -> list[str]:
    """Whom a message would notify: mentions in its mrkdwn, in rich text, or typed when names are linked."""
    found = [m.group(1) for m in _PINGS.finditer(text)]
    if link_names:
        found += re.findall(r"(?<!\w)@(?:here|channel|everyone)\b", text)
    found += _pings_in_blocks(blocks)
    return found


def _pings_in_blocks(node: Any) -> list[str]:
    if isinstance(node, list):
        return [p for n in node for p in _pings_in_blocks(n)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "mrkdwn":
        return [m.group(1) for m in _PINGS.finditer(str(node.get("text", "")))]
    if node.get("type") in ("user", "broadcast", "usergroup"):
        return [str(node.get("user_id") or node.get("range") or node.get("usergroup_id"))]
    return [p for v in node.values() for p in _pings_in_blocks(v)]


def visible_text(blocks: list[dict[str, Any]], text: str) -> str:
    """What a person reads, without looks: the blocks line by line, or the text when there are none."""
    if not blocks:
        return _shown(text)
    lines = [_block_text(b) for b in blocks]
    return "\n".join(line for line in lines if line)


def buttons_of(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The buttons that are shown, and the entries of menus, each with the `block_id` it stands in."""
    return [
        {**shown, "block_id": b.get("block_id", "")}
        for b in blocks
        if b["type"] == "actions"
        for e in b["elements"]
        for shown in ([e] if e["type"] == "button" else _entries(e))
    ]


def _entries(menu: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of an overflow menu, each as if it were a button."""
    kept = {"type": menu["type"], "action_id": menu["action_id"]}
    return [{**kept, "text": option["text"], "selected_option": option} for option in menu.get("options", [])]


def _block_text(block: dict[str, Any]) -> str:
    match block["type"]:
        case "header":
            return str(block["text"]["text"])
        case "section":
            parts = [block["text"]] if block.get("text") else []
            return "\n".join(_object_text(p) for p in [*parts, *block.get("fields", [])])
        case "context":
            return " ".join(_object_text(p) for p in block["elements"] if p["type"] != "image")
        case "actions":
            return " ".join(f"[{e['text']['text']}]" for e in block["elements"] if e["type"] == "button")
        case "image":
            return f"[image: {block['alt_text']}]"
        case "rich_text":
            return "\n".join(_rich_text(e).rstrip("\n") for e in block["elements"])
        case "markdown":
            return str(block["text"])
        case _:
            return ""


def _object_text(part: dict[str, Any]) -> str:
    text = str(part["text"])
    return _shown(text) if part["type"] == "mrkdwn" else text


def _rich_text(part: dict[str, Any]) -> str:
    match part["type"]:
        case "rich_text_list":
            mark = "•" if part["style"] == "bullet" else "1."
            return "".join(f"{'  ' * part.get('indent', 0)}{mark} {_leaves(e)}\n" for e in part["elements"])
        case "rich_text_quote":
            return "".join(f"> {line}\n" for line in _leaves(part).split("\n"))
        case "rich_text_preformatted":
            return _leaves(part) + "\n"
        case _:
            return _leaves(part)


def _leaves(part: dict[str, Any]) -> str:
    shown = []
    for leaf in part["elements"]:
        match leaf["type"]:
            case "link":
                shown.append(leaf.get("text") or leaf["url"])
            case "emoji":
                shown.append(f":{leaf['name']}:")
            case "user":
                shown.append(f"@{leaf['user_id']}")
            case "broadcast":
                shown.append(f"@{leaf['range']}")
            case _:
                shown.append(leaf.get("text", ""))
    return "".join(shown)


def _shown(mrkdwn: str) -> str:
    """mrkdwn as read: links by their label, escapes undone."""
    text = re.sub(r"<((?:https?|mailto)[^|>]*)\|([^>]*)>", r"\2", mrkdwn)
    text = re.sub(r"<((?:https?|mailto)[^|>]*)>", r"\1", text)
    return html.unescape(text)
