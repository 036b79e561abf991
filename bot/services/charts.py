"""Charts as PNG pictures, drawn beside the loop. Knows numbers and labels; never what they are about.

The background is opaque and near white, so that a chart reads the same in a light and in a dark client. The font is
DejaVu Sans, which comes with matplotlib. matplotlib is imported when the first chart is drawn.
"""

from __future__ import annotations

import asyncio
import io
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.core.wording.shortening import shortened

PAPER: Final = "#ffffff"
INK: Final = "#1f2430"
GRID: Final = "#d5d9e2"
COLOURS: Final = ("#2f5fd0", "#c2410c", "#0f766e", "#7c3aed")
"""Each has a contrast of at least 4.5 to the paper, and they differ in lightness, too."""

_SIZE: Final = (8.0, 4.2)
_DPI: Final = 110
_TICKS: Final = 12
_MAX_LABEL: Final = 70
_drawing = threading.Lock()
"""matplotlib's fonts and caches are not made for several threads."""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers, named as the legend names it."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over time (or over names, `lying`), with labelled axes. `unit` is what the numbers count."""

    title: str
    unit: str
    along: str
    ticks: Sequence[str]
    bars: Sequence[Series]
    lying: bool = False

    @property
    def alt(self) -> str:
        """What the picture shows, for those who do not see it."""
        told = "; ".join(f"{s.name}: {_told(s.values, self.ticks)}" for s in self.bars)
        return f"Bar chart: {self.title}. {self.unit} by {self.along}. {told}."


async def drawn(chart: Chart) -> bytes:
    """The chart as a PNG of at most a few ten thousand bytes. The first takes about a second."""
    return await asyncio.to_thread(_draw, chart)


def _told(values: Sequence[float], ticks: Sequence[str]) -> str:
    if not values or not any(values):
        return "none"
    most = max(range(len(values)), key=lambda n: values[n])
    return f"{_number(sum(values))} in all, most at {ticks[most]} ({_number(values[most])})"


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"


def _draw(chart: Chart) -> bytes:
    with _drawing, warnings.catch_warnings():
        # a name in a script that the font lacks is drawn as boxes; the words beside the chart have it
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        return _png(chart)


def _plain(text: str) -> str:
    """A text that is drawn as it is: no formula, and not too long."""
    return shortened(text, _MAX_LABEL).replace("$", r"\$")


def _png(chart: Chart) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  # half a second that most never need
    from matplotlib.figure import Figure  # noqa: PLC0415  # as above

    figure: Any = Figure(figsize=_SIZE, dpi=_DPI, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _bars(axes, chart)
    figure.suptitle(
        _plain(chart.title), x=0.012, ha="left", color=INK, fontsize=13, fontweight="bold", fontfamily="DejaVu Sans"
    )
    axes.set_facecolor(PAPER)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GRID)
    axes.tick_params(colors=INK, labelsize=10, length=0)
    axes.grid(axis="x" if chart.lying else "y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    if len(chart.bars) > 1:
        figure.legend(frameon=False, labelcolor=INK, fontsize=10, loc="outside lower center", ncols=len(chart.bars))
    held = io.BytesIO()
    figure.savefig(held, format="png", facecolor=PAPER)
    return _small(held)


def _small(png: io.BytesIO) -> bytes:
    """The picture with a palette: a third of the bytes, so that it fits into a card."""
    from PIL import Image  # noqa: PLC0415  # comes with matplotlib

    held = io.BytesIO()
    with Image.open(png) as picture:
        picture.convert("RGB").quantize(48).save(held, format="png", optimize=True)
    return held.getvalue()


def _bars(axes: Any, chart: Chart) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  # as in `_png`

    count = max(len(chart.bars), 1)
    width = 0.8 / count
    places = range(len(chart.ticks))
    for n, series in enumerate(chart.bars):
        at = [place + (n - (count - 1) / 2) * width for place in places]
        colour = COLOURS[n % len(COLOURS)]
        draw = axes.barh if chart.lying else axes.bar
        drawn_bars = draw(at, list(series.values), width, label=series.name, color=colour)
        if len(chart.ticks) * count <= _TICKS:
            axes.bar_label(drawn_bars, fmt=_number, padding=3, color=INK, fontsize=9)
    every = 1 if chart.lying else -(-len(chart.ticks) // _TICKS)
    shown = list(places)[::every]
    numbers = axes.xaxis if chart.lying else axes.yaxis
    numbers.set_major_locator(MaxNLocator(nbins=6, integer=True))
    if chart.lying:
        axes.set_yticks(shown, [_plain(chart.ticks[n]) for n in shown])
        axes.invert_yaxis()
        axes.set_xlabel(chart.unit, color=INK, fontsize=11)
        axes.set_ylabel(chart.along, color=INK, fontsize=11)
        axes.set_xlim(left=0)
    else:
        axes.set_xticks(shown, [_plain(chart.ticks[n]) for n in shown])
        axes.set_ylabel(chart.unit, color=INK, fontsize=11)
        axes.set_xlabel(chart.along, color=INK, fontsize=11)
        axes.set_ylim(bottom=0)
