"""Draws the icons of the Teams app: two speech bubbles, one behind the other. `python deploy/teams/draw_icons.py`.

Standard library only: shapes are computed point by point, four samples a side, and written as PNG
(https://www.w3.org/TR/png/). `color.png` has 192 × 192 points, `outline.png` 32 × 32, white on nothing.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

RGBA = tuple[int, int, int, int]
BROWN: RGBA = (122, 59, 46, 255)
CREAM: RGBA = (255, 244, 230, 255)
ORANGE: RGBA = (240, 150, 90, 255)
WHITE: RGBA = (255, 255, 255, 255)
NOTHING: RGBA = (0, 0, 0, 0)
SAMPLES = 4


def in_bubble(x: float, y: float, left: float, top: float, right: float, bottom: float, tail: float) -> bool:
    """Whether a point (0 to 1) is in a round box, or in the tail below it that points to `tail`."""
    radius = 0.12
    nearest_x = min(max(x, left + radius), right - radius)
    nearest_y = min(max(y, top + radius), bottom - radius)
    if (x - nearest_x) ** 2 + (y - nearest_y) ** 2 <= radius**2:
        return True
    depth = (y - bottom) / 0.14
    return -0.5 <= depth <= 1 and abs(x - tail) <= 0.07 * (1 - max(depth, 0))


def colour(x: float, y: float) -> RGBA:
    """The coloured icon."""
    if in_bubble(x, y, 0.34, 0.42, 0.84, 0.74, 0.68):
        return CREAM
    if in_bubble(x, y, 0.28, 0.36, 0.9, 0.8, 0.68) and in_bubble(x, y, 0.16, 0.2, 0.66, 0.54, 0.3):
        return BROWN
    if in_bubble(x, y, 0.16, 0.2, 0.66, 0.54, 0.3):
        return ORANGE
    return BROWN


def outline(x: float, y: float) -> RGBA:
    """The one-coloured icon."""
    front = in_bubble(x, y, 0.32, 0.4, 0.96, 0.8, 0.74)
    behind = in_bubble(x, y, 0.04, 0.06, 0.66, 0.48, 0.2)
    gap = in_bubble(x, y, 0.25, 0.33, 1.03, 0.87, 0.74)
    return WHITE if front or (behind and not gap) else NOTHING


def png(size: int, paint) -> bytes:  # noqa: ANN001  # a function of a point
    rows = bytearray()
    for row in range(size):
        rows.append(0)
        for column in range(size):
            points = [
                paint((column + (i + 0.5) / SAMPLES) / size, (row + (j + 0.5) / SAMPLES) / size)
                for i in range(SAMPLES)
                for j in range(SAMPLES)
            ]
            alpha = sum(p[3] for p in points)
            for channel in range(3):
                rows.append(round(sum(p[channel] * p[3] for p in points) / alpha) if alpha else 255)
            rows.append(round(alpha / len(points)))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


if __name__ == "__main__":
    folder = Path(__file__).parent
    (folder / "color.png").write_bytes(png(192, colour))
    (folder / "outline.png").write_bytes(png(32, outline))
