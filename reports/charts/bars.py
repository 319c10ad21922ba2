"""A horizontal bar in a table row."""

from __future__ import annotations

from markupsafe import Markup

from reports.charts.svg import element, picture

WIDTH, HEIGHT = 200.0, 14.0


def bar(value: float | None, full: float, title: str, description: str) -> Markup:
    """A bar of `value` on a scale of 0 to `full`; without a value an empty, dashed track."""
    track = element("rect", x=0.5, y=3.5, width=WIDTH - 1, height=HEIGHT - 7, rx=3.5, class_="track")
    if value is None or full <= 0:
        empty = element("line", x1=2, x2=WIDTH - 2, y1=HEIGHT / 2, y2=HEIGHT / 2, class_="no-data")
        return picture(WIDTH, HEIGHT, title, description, empty, class_="bar")
    width = max(0.0, min(1.0, value / full)) * WIDTH
    filled = element("rect", x=0, y=3, width=width, height=HEIGHT - 6, rx=min(4.0, width / 2), class_="fill")
    return picture(WIDTH, HEIGHT, title, description, track, filled, class_="bar")
