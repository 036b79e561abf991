"""Draws stories and rules as a graph, in SVG: pure text out. Layers from left to right, shared steps once.

Steps that several stories begin with are one node, as in a tree of what may be said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Final

from bot.dialogue import names
from bot.dialogue.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from bot.dialogue.stories import Path

_WIDTH: Final = 200
_HEIGHT: Final = 34
_GAP_X: Final = 46
_GAP_Y: Final = 12
_MARGIN: Final = 24
_LETTERS: Final = 24  # that fit into a node, wide ones too


@dataclass(slots=True)
class Node:
    """One step. `kind` is `user`, `bot` or `fact`; `title` lists the stories that pass."""

    label: str
    kind: str
    children: dict[tuple[str, str], Node] = field(default_factory=dict["tuple[str, str]", "Node"])
    stories: list[str] = field(default_factory=list["str"])
    x: float = 0.0
    y: float = 0.0


def tree_of(paths: Iterable[Path]) -> Node:
    """All conversations as one tree."""
    root = Node("start", "fact")
    for path in paths:
        node = root
        for kind, label in _steps(path):
            node = node.children.setdefault((kind, label), Node(label, kind))
            node.stories.append(path.name)
    return root


def _steps(path: Path) -> Iterable[tuple[str, str]]:
    for event in path.events:
        match event:
            case UserUttered():
                entities = ", ".join(sorted(event.labels))
                yield "user", (event.full_intent or event.intent or event.text) + (f" ({entities})" if entities else "")
            case ActionExecuted(name=name) if name not in (names.LISTEN, names.SNIPPET):
                yield "bot", name
            case ActiveLoop(name=name):
                yield "fact", f"in {name}" if name and name != names.UNSET else "no form"
            case SlotSet(name=name, value=value):
                yield "fact", f"{name} = {'not set' if value in (None, names.UNSET) else value}"
            case _:
                pass


def draw(paths: Iterable[Path], title: str) -> str:
    """Return an SVG document."""
    root = tree_of(paths)
    depth, height = _place(root, 0, _MARGIN + 30.0)
    width = _MARGIN * 2 + (depth + 1) * (_WIDTH + _GAP_X)
    size = f'width="{width:.0f}" height="{height + _MARGIN:.0f}"'
    label = f'role="img" aria-label="{escape(title)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height + _MARGIN:.0f}" {size} {label}>',
        _STYLE,
        f'<text class="title" x="{_MARGIN}" y="{_MARGIN + 4}">{escape(title)}</text>',
    ]
    _edges(root, parts)
    _nodes(root, parts)
    parts.append("</svg>\n")
    return "\n".join(parts)


_STYLE: Final = """<style>
svg { background: #fbfaf8; font: 13px system-ui, sans-serif; }
.title { font-size: 16px; font-weight: 600; fill: #222; }
.edge { fill: none; stroke: #b9b4ab; stroke-width: 1.5; }
.user rect { fill: #fff3e0; stroke: #d98a29; } .bot rect { fill: #e6f0ea; stroke: #3d7a57; }
.fact rect { fill: #f0eef5; stroke: #8279a5; } text { fill: #222; }
</style>"""


def _place(root: Node, depth: int, top: float) -> tuple[int, float]:
    """Give every node a place; return the deepest layer and the lowest line. Iterative: stories may be long."""
    deepest, lowest = depth, top
    order: list[tuple[Node, int]] = [(root, depth)]
    visited: list[Node] = []
    while order:
        node, layer = order.pop()
        visited.append(node)
        node.x = _MARGIN + layer * (_WIDTH + _GAP_X)
        deepest = max(deepest, layer)
        if not node.children:
            node.y = lowest
            lowest += _HEIGHT + _GAP_Y
        order.extend((child, layer + 1) for child in reversed(node.children.values()))
    for node in reversed(visited):
        if node.children:
            ys = [child.y for child in node.children.values()]
            node.y = (min(ys) + max(ys)) / 2
    return deepest, lowest


def _edges(root: Node, parts: list[str]) -> None:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        for child in node.children.values():
            x, y = node.x + _WIDTH, node.y + _HEIGHT / 2
            to_x, to_y = child.x, child.y + _HEIGHT / 2
            bend = (x + to_x) / 2
            curve = f"M{x:.0f},{y:.0f} C{bend:.0f},{y:.0f} {bend:.0f},{to_y:.0f} {to_x:.0f},{to_y:.0f}"
            parts.append(f'<path class="edge" d="{curve}"/>')
            waiting.append(child)


def _nodes(root: Node, parts: list[str]) -> None:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        shown = node.label if len(node.label) <= _LETTERS else node.label[: _LETTERS - 1] + "…"
        hint = escape(f"{node.label}\n{', '.join(dict.fromkeys(node.stories))}")
        parts.append(
            f'<g class="{node.kind}"><title>{hint}</title>'
            f'<rect x="{node.x:.0f}" y="{node.y:.0f}" width="{_WIDTH}" height="{_HEIGHT}" rx="7"/>'
            f'<text x="{node.x + 10:.0f}" y="{node.y + 22:.0f}">{escape(shown)}</text></g>'
        )
        waiting.extend(node.children.values())
