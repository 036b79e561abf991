"""Charts: readable by people, wherever they look."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.services.charts import COLOURS, INK, PAPER, Chart, Series, drawn


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colour", [INK, *COLOURS])
def test_every_colour_stands_out_from_the_paper(colour: str) -> None:
    assert contrast(colour, PAPER) >= 4.5


@pytest.mark.parametrize("lying", [True, False])
async def test_a_chart_brings_its_own_background_and_is_not_empty(lying: bool) -> None:
    chart = Chart("Cases", "cases", "reason", ["asked", "upset"], [Series("handed over", [3, 1])], lying=lying)
    with Image.open(io.BytesIO(await drawn(chart))) as picture:
        shown = picture.convert("RGBA")
        alpha, (low, high) = shown.getextrema()[3], shown.convert("L").getextrema()
        corner = shown.getpixel((1, 1))
    assert alpha == (255, 255)
    assert corner == (255, 255, 255, 255)
    assert (low < 80, high) == (True, 255)


async def test_any_label_can_be_drawn() -> None:
    names = ["$x^2$ _{", "名前", "a" * 300, "<b>&amp;", ""]
    chart = Chart("$\\frac{", "cases", "agent", names, [Series("handed over", [1, 2, 3, 4, 0])], lying=True)
    assert (await drawn(chart)).startswith(b"\x89PNG")


def test_what_a_chart_shows_is_said_in_words() -> None:
    chart = Chart(
        "Cases", "cases", "reason", ["asked", "upset"], [Series("handed over", [3, 1]), Series("left", [0, 0])]
    )
    assert chart.alt == ("Bar chart: Cases. cases by reason. handed over: 4 in all, most at asked (3); left: none.")
