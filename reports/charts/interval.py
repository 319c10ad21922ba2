"""Estimates with intervals (a forest plot, row by row) and means on a survey scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from reports.charts.svg import element, picture

WIDTH, HEIGHT = 260.0, 26.0
_LEFT, _RIGHT, _Y = 8.0, 252.0, 13.0


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale that all rows of one plot share."""

    low: float
    high: float

    def x(self, value: float) -> float:
        """Where a value lies; beyond the ends, at the end."""
        share = (value - self.low) / ((self.high - self.low) or 1)
        return _LEFT + (_RIGHT - _LEFT) * min(max(share, 0.0), 1.0)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return self.low <= value <= self.high

    @classmethod
    def around_zero(cls, values: list[float]) -> Axis:
        """A symmetric axis that holds all values, its end a round number."""
        reach = max((abs(v) for v in values), default=1.0) or 1.0
        step = 10.0 ** math.floor(math.log10(reach))
        end = next(step * m for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * m >= reach * 0.999)
        return cls(-end, end)


def interval(
    axis: Axis,
    estimate: float | None,
    low: float | None,
    high: float | None,
    title: str,
    description: str,
    is_main: bool = True,
    smallest: float | None = None,
) -> Markup:
    """An estimate with its interval around a zero line; `smallest`: smallest effect of interest, shown as a band."""
    parts = []
    if smallest:
        left, right = axis.x(-smallest), axis.x(smallest)
        parts.append(element("rect", x=left, y=2.0, width=right - left, height=HEIGHT - 4, class_="band"))
    if axis.holds(0):
        parts.append(element("line", x1=axis.x(0), x2=axis.x(0), y1=0, y2=HEIGHT, class_="zero"))
    kind = "main" if is_main else "naive"
    if low is not None and high is not None:
        parts.append(element("line", x1=axis.x(low), x2=axis.x(high), y1=_Y, y2=_Y, class_=f"whisker {kind}"))
        for end in (low, high):
            if axis.holds(end):
                parts.append(
                    element("line", x1=axis.x(end), x2=axis.x(end), y1=_Y - 4, y2=_Y + 4, class_=f"whisker {kind}")
                )
    if estimate is not None:
        x = axis.x(estimate)
        if is_main:
            parts.append(element("rect", x=x - 5, y=_Y - 5, width=10, height=10, class_="estimate main"))
        else:
            parts.append(element("circle", cx=x, cy=_Y, r=4.5, class_="estimate naive"))
    return picture(WIDTH, HEIGHT, title, description, *parts, class_="forest")


def axis_ruler(axis: Axis, ticks: list[tuple[float, str]]) -> Markup:
    """The numbers below a plot; decoration for those who see, since every row says its own figures."""
    parts = [element("line", x1=_LEFT, x2=_RIGHT, y1=1, y2=1, class_="grid")]
    for value, written in ticks:
        x = axis.x(value)
        anchor = "start" if x < _LEFT + 20 else ("end" if x > _RIGHT - 20 else "middle")
        parts.append(element("line", x1=x, x2=x, y1=0, y2=4, class_="grid"))
        parts.append(element("text", written, x=x, y=16, text_anchor=anchor, class_="tick"))
    return element("svg", *parts, viewBox=f"0 0 {WIDTH:.0f} 20", class_="chart ruler", aria_hidden="true")


def dots(axis: Axis, values: list[tuple[str, float | None]], title: str, description: str) -> Markup:
    """Means of several groups on one scale; `values`: (css class, mean). Groups without a figure have no dot."""
    parts = [element("line", x1=_LEFT, x2=_RIGHT, y1=_Y, y2=_Y, class_="rail")]
    for point in range(math.ceil(axis.low), math.floor(axis.high) + 1):
        parts.append(element("line", x1=axis.x(point), x2=axis.x(point), y1=_Y - 3, y2=_Y + 3, class_="grid"))
    for kind, value in values:
        if value is None:
            continue
        x = axis.x(value)
        if kind == "mentor":
            diamond = f"M{x:.1f} {_Y - 7:.1f}L{x + 7:.1f} {_Y:.1f}L{x:.1f} {_Y + 7:.1f}L{x - 7:.1f} {_Y:.1f}Z"
            parts.append(element("path", d=diamond, class_="who mentor"))
        elif kind == "employee":
            parts.append(element("rect", x=x - 5, y=_Y - 5, width=10, height=10, class_="who employee"))
        else:
            parts.append(element("circle", cx=x, cy=_Y, r=6, class_=f"who {kind}"))
    return picture(WIDTH, HEIGHT, title, description, *parts, class_="dots")
