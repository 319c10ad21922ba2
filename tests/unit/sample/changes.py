"""Compares two deliveries row by row, and holds the differences against sources/sample/consequences.yaml."""

from __future__ import annotations

import base64
import csv
import fnmatch
import io
import json
from typing import Any

from sources.contracts import DATASETS
from sources.sample import Advance

_PEOPLE = {"moten.csv": "Adept", "milstolpar.csv": "Adept"}
Row = dict[str, Any]


def rows_of(advance: Advance, path: str) -> dict[tuple, Row]:
    """Rows by natural key; `_person` is the employee number of the row's person, dirty rows are left out."""
    data = advance.files[path]
    name = path.rsplit("/", 1)[1]
    if name.endswith(".csv"):
        contract = next(d for d in DATASETS if d.file == name)
        dirty = {d["line"] for d in advance.truth.dirty if d["file"] == path}
        lines = csv.reader(io.StringIO(data.decode(contract.encoding), newline=""), delimiter=";")
        headings = next(lines)
        heading_of = {c.name: c.heading for c in contract.columns}
        found: dict[tuple, Row] = {}
        for number, values in enumerate(lines, 2):
            if number in dirty:
                continue
            row = dict(zip(headings, values, strict=True))
            person = _PEOPLE.get(name, "Anställningsnummer")
            row["_person"] = row.get(person, "")
            key = tuple(row[heading_of[k]] for k in contract.key)
            assert key not in found, f"{path}: key {key} twice among clean rows"
            found[key] = row
        return found
    result = json.loads(data)["result"]
    if name == "list_participants.json" and isinstance(result, list):
        return {(p["tid"],): {**p, "_person": p["attribute_1"]} for p in result}
    if name == "export_responses.json":
        people = json.loads(advance.files[path.replace(name, "list_participants.json")])["result"]
        number = {p["token"]: p["attribute_1"] for p in people} if isinstance(people, list) else {}
        responses = json.loads(base64.b64decode(result))["responses"]
        return {(r["id"],): {**r, "_person": number.get(r.get("token"), "")} for r in responses}
    return {(): {"_person": "", "body": data.decode()}}


def differences(one: Advance, other: Advance) -> list[tuple[str, str, str, str]]:
    """(file without quarter, column or +/- for a row that came or went, person, key) for each difference."""
    found = []
    for path in sorted(set(one.files) | set(other.files)):
        if one.files.get(path) == other.files.get(path):
            continue
        source, _, name = path.split("/", 2)
        short = f"{source}/{name}"
        if path not in one.files or path not in other.files:
            found.append((short, "+/-", "", ""))
            continue
        a, b = rows_of(one, path), rows_of(other, path)
        for key in a.keys() | b.keys():
            if key not in a or key not in b:
                found.append((short, "+/-", (a.get(key) or b[key])["_person"], str(key)))
            else:
                changed = [c for c in a[key] if a[key][c] != b[key].get(c)]
                found += [(short, c, a[key]["_person"], str(key)) for c in changed]
    return found


def unlisted(found: list[tuple[str, str, str, str]], moves: dict[str, Row], people: dict[str, set[str]]) -> list[tuple]:
    """The differences that no entry of the list of consequences allows."""
    return [d for d in found if not any(_allows(d, pattern, entry, people) for pattern, entry in moves.items())]


def _allows(difference: tuple[str, str, str, str], pattern: str, entry: Row, people: dict[str, set[str]]) -> bool:
    file, column, person, _ = difference
    if not fnmatch.fnmatchcase(file, pattern):
        return False
    if entry["people"] != "all" and person not in people[entry["people"]]:
        return False
    if column == "+/-":
        return entry["rows"] == "any"
    # A bracket in a heading is no pattern: only a star at the end is.
    listed = entry["columns"]
    return listed == "all" or any(column == p or (p.endswith("*") and column.startswith(p[:-1])) for p in listed)
