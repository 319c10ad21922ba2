"""Plants the written list of dirty rows into a quarter's files and tells in which line each came to lie."""

from __future__ import annotations

import heapq
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from programme.period import Period
from sources.sample.planted import Planted
from sources.sample.streams import Streams
from sources.sample.tables import FileRows

_FRESH = {
    "Anställningsnummer": "E80{:03d}",
    "Anställnings-id": "A99{:05d}",
    "Enhetskod": "U88{:02d}",
    "Mötesnummer": "T9999-{:05d}-1",
    "Milstolpsnummer": "M9999-{:05d}-0",
    "Justeringsnummer": "J9{:02d}",
}


@cache
def written_list() -> tuple[dict[str, Any], ...]:
    """The entries of dirt.yaml."""
    return tuple(yaml.safe_load((Path(__file__).parent / "dirt.yaml").read_text(encoding="utf-8")))


def plant(streams: Streams, planted: Planted, drops: dict[str, FileRows], period: Period) -> list[dict[str, Any]]:
    """Add the quarter's dirty rows to `drops` (path to rows); returns path, line (headings: 1) and rule of each.

    An entry whose file has no row to copy in this quarter is left out.
    """
    if planted.dirt <= 0:
        return []
    added: list[tuple[str, list[str], str]] = []
    for number, entry in enumerate(written_list()):
        source, _, name = entry["file"].partition("/")
        path = f"{source}/{period}/{name}"
        if entry["period"] != period.label or path not in drops:
            continue
        rng = streams.rng("dirt", period, entry["file"], number)
        for row in _rows(drops[path], entry, number, int(rng.integers(1 << 40))):
            rows = drops[path].rows
            place = len(rows) // 2 if entry.get("place") == "middle" else len(rows)
            rows.insert(place, row)
            added.append((path, row, entry["rule"]))
    return sorted(
        ({"file": path, "line": 2 + next(k for k, r in enumerate(drops[path].rows) if r is row), "rule": rule}
         for path, row, rule in added),
        key=lambda found: (found["file"], found["line"]),
    )  # fmt: skip


def _rows(drop: FileRows, entry: dict[str, Any], number: int, salt: int) -> list[list[str]]:
    at = {heading: k for k, heading in enumerate(drop.headings)}
    candidates = [row for row in drop.rows if len(row) == len(drop.headings)]
    if entry["rule"] == "manager_cycle":  # among people whom nobody reports to, or clean rows would lie on the circle
        managers = {row[at["Chefens anställningsnummer"]] for row in candidates}
        candidates = [
            r for r in candidates if r[at["Gäller till"]] == "" and r[at["Anställningsnummer"]] not in managers
        ]
    two = entry["rule"] in ("manager_cycle", "superior_cycle")
    if len(candidates) <= two:
        return []
    # By a checksum of each row's beginning: the choice stays when other rows come or go.
    ranked = heapq.nsmallest(1 + two, candidates, key=lambda row: zlib.crc32(f"{salt}/{row[:4]}".encode()))
    picked = [list(row) for row in ranked]
    for row in picked:
        for heading, value in entry.get("set", {}).items():
            row[at[heading]] = value
    if heading := entry.get("fresh"):
        for k, row in enumerate(picked):
            row[at[heading]] = _FRESH[heading].format(2 * number + k)
    if two:
        key, above = (("Anställningsnummer", "Chefens anställningsnummer") if entry["rule"] == "manager_cycle"
                      else ("Enhetskod", "Överordnad enhet"))  # fmt: skip
        picked[0][at[above]], picked[1][at[above]] = picked[1][at[key]], picked[0][at[key]]
    if "fields" in entry:
        picked = [row[: entry["fields"]] for row in picked]
        for row in picked:
            row.extend("x" * (entry["fields"] - len(row)))
    return picked
