"""Small charts as inline SVG: deterministic, named for screen readers, coloured by the style sheet."""

from reports.charts.bars import bar
from reports.charts.interval import Axis, axis_ruler, dots, interval
from reports.charts.line import line
from reports.charts.progress import progress

__all__ = ["Axis", "axis_ruler", "bar", "dots", "interval", "line", "progress"]
