"""HTML that was cleaned already, as a tree: elements with what is in them, no deeper than it needs to be. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_VOID: Final = frozenset({"br", "hr", "img"})
_MAX_DEPTH: Final = 40


def tree_of(clean: str) -> Node:
    """The tree of some HTML in which every element is closed, under one `div`."""
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    return reader.root


@dataclass(slots=True)
class Node:
    """An element with what is in it; text is kept as strings."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    inside: list[Node | str] = field(default_factory=list["Node | str"])

    def words(self) -> str:
        """The text alone."""
        return "".join(part if isinstance(part, str) else part.words() for part in self.inside)


class _Reader(HTMLParser):
    """Cleaned HTML as a tree that is not deeper than it needs to be."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("div")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(node)
        if tag not in _VOID:
            # Deeper than anybody writes: the rest goes flat into the last level.
            self._open.append(node if len(self._open) < _MAX_DEPTH else self._open[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)
