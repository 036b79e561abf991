"""How people are shown the beginning of a text that is longer than there is room for."""

from __future__ import annotations


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and a sign that it goes on: `most` characters in all."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def on_one_line(text: str, most: int) -> str:
    """`shortened`, with every run of spaces and ends of lines made one space."""
    return shortened(" ".join(text.split()), most)
