"""A line over months; months that are hidden or not measured leave a gap, never a zero."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from reports.charts.svg import element, picture

WIDTH, HEIGHT = 340.0, 132.0
# About the width of a letter of a mark.
_LETTER = 8.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 326.0, 16.0, 104.0


@dataclass(frozen=True, slots=True)
class Series:
    """A named series; `values[i]` is None where month i has no figure that may be shown."""

    name: str
    values: tuple[float | None, ...]
    is_main: bool = True


def line(
    series: list[Series],
    labels: list[str],
    ticks: list[tuple[float, str]],
    title: str,
    description: str,
    last: str = "",
) -> Markup:
    """Lines on a common scale from the first tick to the last one.

    `labels`: one for each month, the first, middle and last are written; `last`: text beside the main series' end.
    """
    low, high = ticks[0][0], ticks[-1][0]
    count = max(len(labels), 2)

    def x(i: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * i / (count - 1)

    def y(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (min(max(value, low), high) - low) / ((high - low) or 1)

    parts: list[Markup] = []
    marks: list[Markup] = []
    for value, written in ticks:
        parts.append(element("line", x1=_LEFT, x2=_RIGHT, y1=y(value), y2=y(value), class_="grid"))
        parts.append(element("text", written, x=_LEFT - 6, y=y(value) + 3.5, text_anchor="end", class_="tick"))
    for i in sorted({0, (len(labels) - 1) // 2, len(labels) - 1}):
        anchor = "start" if i == 0 else ("end" if i == len(labels) - 1 else "middle")
        parts.append(element("text", labels[i], x=x(i), y=HEIGHT - 10, text_anchor=anchor, class_="tick"))
    for one in sorted(series, key=lambda s: s.is_main):
        kind = "main" if one.is_main else "other"
        for run in _runs(one.values):
            if len(run) == 1:
                parts.append(element("circle", cx=x(run[0]), cy=y(one.values[run[0]]), r=2.5, class_=f"dot {kind}"))
            else:
                points = " ".join(f"{x(i):.1f},{y(one.values[i]):.1f}" for i in run)
                parts.append(element("polyline", points=points, class_=f"line {kind}"))
        shown = [i for i, value in enumerate(one.values) if value is not None]
        if shown:
            end = shown[-1]
            parts.append(
                element("circle", cx=x(end), cy=y(one.values[end]), r=4 if one.is_main else 3, class_=f"dot {kind}")
            )
            if one.is_main and last:
                anchor = "start" if end == 0 else ("end" if x(end) > WIDTH - 60 else "middle")
                drawn = [[(x(i), y(s.values[i])) for i in run] for s in series for run in _runs(s.values)]
                base = _free_base(x(end), y(one.values[end]), anchor, len(last) * _LETTER, drawn)
                marks.append(element("text", last, x=x(end), y=base, text_anchor=anchor, class_="mark"))
    return picture(WIDTH, HEIGHT, title, description, *parts, *marks, class_="line-chart")


def _free_base(x: float, y: float, anchor: str, width: float, drawn: list[list[tuple[float, float]]]) -> float:
    """The base line of a text at a point, above or below it, where as few lines as may be run through the text."""
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    inside = [
        b + (d - b) * (at - a) / (c - a)
        for run in drawn
        for (a, b), (c, d) in pairwise(run)
        for at in (left + width * i / 8 for i in range(9))
        if a <= at <= c
    ]
    steps = [base for far in range(0, 40, 4) for base in (y - 9 - far, y + 18 + far)]
    bases = [base for base in steps if _TOP - 4 <= base <= _BOTTOM - 2] or [y - 9]
    return min(bases, key=lambda base: sum(base - 12 <= other <= base + 3 for other in inside))


def _runs(values: tuple[float | None, ...]) -> list[list[int]]:
    """Indices of neighbouring months that have a figure."""
    runs: list[list[int]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(i)
    return [run for run in runs if run]
