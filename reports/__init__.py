"""Reports: published tables in, HTML, XLSX and Parquet out; nothing is written before `publish`."""

from reports.headlines import headlines
from reports.render import render

__all__ = ["headlines", "render"]
