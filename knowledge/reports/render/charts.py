"""Charts that can be read in black and white: bars told apart by hatching, values written above."""

from __future__ import annotations

import io
import textwrap
from functools import lru_cache

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from knowledge.reports.content import Chart

HATCHES = ("", "////", "....", "xxxx")
GREYS = ("#ffffff", "#d9d9d9", "#ffffff", "#bfbfbf")
LABEL_CHARS = 34


@lru_cache(maxsize=32)
def draw(chart: Chart) -> bytes:
    """Return the chart as a PNG for a page's width; drawn once for all forms of a report."""
    count, bars = len(chart.labels), len(chart.series)
    figure = Figure(figsize=(7.2, 0.9 + 0.34 * count * max(1, bars / 2)), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    height = 0.8 / bars
    for place, (name, values) in enumerate(chart.series):
        positions = [row + (place - (bars - 1) / 2) * height for row in range(count)]
        drawn = axes.barh(
            positions,
            values,
            height,
            label=name,
            color=GREYS[place % len(GREYS)],
            edgecolor="black",
            hatch=HATCHES[place % len(HATCHES)],
        )
        labels = [_written(value, chart.unit) for value in values]
        axes.bar_label(drawn, labels, padding=3, fontsize=7)
    axes.set_yticks(range(count), [textwrap.fill(label, LABEL_CHARS) for label in chart.labels], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel(chart.unit, fontsize=8)
    axes.margins(x=0.12)
    if chart.target is not None:
        axes.axvline(
            chart.target, color="black", linestyle="--", label=f"Mục tiêu {_written(chart.target, '%')}"
        )
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=bars + 1, frameon=False)
    with io.BytesIO() as out:
        figure.savefig(out, format="png")
        return out.getvalue()


def _written(value: float, unit: str) -> str:
    if unit == "%":
        return f"{value:.2f}".replace(".", ",")
    return f"{value:,.0f}".replace(",", ".")
