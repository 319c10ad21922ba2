"""Where a goal stands between its baseline and its target."""

from __future__ import annotations

from markupsafe import Markup

from reports.charts.svg import element, picture

WIDTH, HEIGHT = 320.0, 34.0
_LEFT, _RIGHT, _Y = 10.0, 310.0, 17.0


def progress(value: float | None, baseline: float, target: float, title: str, description: str) -> Markup:
    """A line from baseline to target with the present figure on it; works for goals that are to fall, too.

    The better side always lies to the right, so that progress reads alike for every goal.
    """
    points = [baseline, target] + ([value] if value is not None else [])
    low, high = min(points), max(points)
    span = (high - low) or 1.0

    def place(x: float) -> float:
        share = (x - low) / span
        return _LEFT + (_RIGHT - _LEFT) * (share if target >= baseline else 1 - share)

    parts = [element("line", x1=_LEFT, x2=_RIGHT, y1=_Y, y2=_Y, class_="rail")]
    if value is not None:
        parts.append(element("line", x1=place(baseline), x2=place(value), y1=_Y, y2=_Y, class_="reach"))
    parts.append(element("circle", cx=place(baseline), cy=_Y, r=4.5, class_="base"))
    x = place(target)
    parts.append(element("line", x1=x, x2=x, y1=5.0, y2=HEIGHT - 5, class_="target"))
    if value is not None:
        parts.append(element("circle", cx=place(value), cy=_Y, r=7.5, class_="now"))
    return picture(WIDTH, HEIGHT, title, description, *parts, class_="progress")
