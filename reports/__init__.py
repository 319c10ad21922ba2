"""Reports: published tables in, HTML, XLSX and Parquet out; nothing is written before `publish`."""

from reports.headlines import headlines
from reports.manifest import manifest
from reports.parquet import parquet_bytes
from reports.publish import PublishError, publish
from reports.render import render
from reports.workbook import workbook

__all__ = ["PublishError", "headlines", "manifest", "parquet_bytes", "publish", "render", "workbook"]
