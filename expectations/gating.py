"""The gate: extracts in, accepted and rejected rows out, all datasets of a run in one call.

1. Lines equal to an earlier one in all columns are repeats: dropped and counted.
2. Great Expectations validates what remains; every row that breaks a rule is rejected under the first of them
   (rules.RULES gives the order).
3. Of the rows still standing with the same key, the first line stays and later ones are rejected: which one is right
   cannot be known, but rejecting the first too would lay a clean row into quarantine for another line's fault.
4. Datasets are judged as a whole (whole.py): GateError, or warnings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from expectations import reading, relations, whole
from expectations.gated import REJECTED_COLUMNS, Gated, GateError, Notice
from expectations.rules import checks, reading_of, typed
from expectations.suites import validate

if TYPE_CHECKING:
    from sources.extraction import Extract

Lists = Mapping[str, Sequence[str]]


def gate(
    extracts: Sequence[Extract],
    *,
    known_people: Collection[str] | None = None,
    known_units: Collection[str] | None = None,
    previous_counts: Mapping[str, int] | None = None,
    lists: Lists | None = None,
) -> list[Gated]:
    """Judge every row of the extracts of one run.

    `known_people`, `known_units`: those known beside the run's own HRIS; if neither knows any, the rule is not checked
    and a warning says so. `previous_counts`: rows last loaded (`hris.employee`, ...) and `headcount`, to notice
    incomplete exports. `lists`: what profiles may choose from (`goals`, ...), where it is not the contract's list.
    GateError names dataset, rule, count and remedy of every critical fault, and holds the sources that passed.
    """
    chosen = {name: tuple(values) for name, values in (lists or {}).items()}
    frames = [_received(extract) for extract in extracts]
    around = _surroundings(extracts, frames, known_people, known_units)
    gated = [_judge(extract, frame, around, chosen) for extract, frame in zip(extracts, frames, strict=True)]
    found = whole.faults(gated, previous_counts or {})
    if found:
        failed = {fault.dataset.split(".", 1)[0] for fault in found}
        raise GateError(found, [item for item in gated if item.extract.dataset.source not in failed], gated)
    return gated


def _received(extract: Extract) -> pd.DataFrame:
    """The extract's frame, tidied, with an index 0..n-1. GateError where its shape is not the contract's."""
    item = extract.dataset
    name = f"{item.source}.{item.name}"
    frame = extract.frame.reset_index(drop=True)
    missing = [c.name for c in item.loaded_columns if c.name not in frame]
    required = [c.name for c in item.loaded_columns if c.name in missing and c.required]
    if required or "line" not in frame:
        what = ", ".join(required or ["line"])
        raise GateError([Notice(name, "missing_column", len(required) or 1,
                                f"no column {what}; deliver it or correct its heading in programme.yaml")])  # fmt: skip
    if extract.n_received != len(frame) + len(_rejected_before(extract)):
        raise GateError([Notice(name, "miscounted", extract.n_received,
                                "rows received differ from rows handed on; run the extraction again")])  # fmt: skip
    tidy = {c.name: reading.clean(frame[c.name], c) if c.name in frame else pd.Series(None, frame.index, dtype=object)
            for c in item.loaded_columns}  # fmt: skip
    tidy["line"] = frame["line"].astype("int64")
    file = extract.files[0][0] if extract.files else ""
    tidy["file"] = frame["file"] if "file" in frame else pd.Series(file, frame.index, dtype=object)
    return pd.DataFrame(tidy)


def _rejected_before(extract: Extract) -> pd.DataFrame:
    before = getattr(extract, "rejected", None)
    return pd.DataFrame(columns=list(REJECTED_COLUMNS)) if before is None else before[list(REJECTED_COLUMNS)]


def _surroundings(
    extracts: Sequence[Extract],
    frames: Sequence[pd.DataFrame],
    known_people: Collection[str] | None,
    known_units: Collection[str] | None,
) -> relations.Surroundings:
    found = {(e.dataset.source, e.dataset.name): frame for e, frame in zip(extracts, frames, strict=True)}

    def known(dataset: str, column: str, beside: Collection[str] | None) -> frozenset[str] | None:
        frame = found.get(("hris", dataset))
        own = set() if frame is None else set(frame[column].dropna())
        everyone = frozenset(own | set(beside or ()))
        return everyone or None

    first_hire = pd.Series(dtype="datetime64[us]")
    employees = found.get(("hris", "employee"))
    if employees is not None:
        hires = [reading.read(employees[c], "date") for c in ("hire_date", "original_hire_date")]
        everyone = pd.DataFrame({"person_id": pd.concat([employees["person_id"]] * 2), "on": pd.concat(hires)})
        first_hire = everyone.dropna().groupby("person_id", sort=False)["on"].min()
    responses = None
    answered = found.get(("survey", "response"))
    if answered is not None:
        ids = reading.read(answered["response_id"], "integer")
        keep = ids.notna() & answered["survey_id"].notna()
        responses = frozenset(zip(answered.loc[keep, "survey_id"], ids[keep].astype(int), strict=True))
    return relations.Surroundings(
        period_end=max((e.period.end for e in extracts), default=None),
        people=known("employee", "person_id", known_people),
        units=known("organisation", "organisation_id", known_units),
        responses=responses,
        first_hire=first_hire,
    )


def _probe(extract: Extract, frame: pd.DataFrame, around: relations.Surroundings, lists: Lists) -> pd.DataFrame:
    """The frame with its read columns and derived yes/no columns: what the suite looks at."""
    probe = frame.copy()
    for column in extract.dataset.loaded_columns:
        kind = reading_of(column)
        if kind:
            values = reading.finish(frame[column.name], column)
            probe[typed(column.name, kind)] = values.astype(object) if kind == "boolean" else values
    for check in checks(extract.dataset, lists):
        if check.kind == "true":
            probe[check.columns[0]] = relations.derive(probe, check, around)
    return probe


def _judge(extract: Extract, frame: pd.DataFrame, around: relations.Surroundings, lists: Lists) -> Gated:
    item = extract.dataset
    names = [c.name for c in item.loaded_columns]
    repeated = frame.duplicated(subset=names, keep="first").to_numpy()
    frame = frame[~repeated].reset_index(drop=True)
    probe = _probe(extract, frame, around, lists)
    results, validation = validate(probe, item, extract.period, lists)
    rule = np.full(len(frame), None, dtype=object)
    reason = rule.copy()
    for check, rows in results:
        at = np.array(rows, dtype=np.intp)
        if check.kind == "unique" and len(at):
            # The suite names every line of a key; only what is neither rejected already nor the first one goes.
            at = np.sort(at[rule[at] == None])  # noqa: E711
            at = at[probe.loc[at, list(check.columns)].duplicated(keep="first").to_numpy()]
        at = at[rule[at] == None]  # noqa: E711
        rule[at], reason[at] = check.rule, check.reason
    bad = rule != None  # noqa: E711
    rejected = pd.DataFrame({"line": frame["line"], "file": frame["file"], "rule": rule, "reason": reason})[bad]
    before = _rejected_before(extract)
    both = [part for part in (before, rejected) if len(part)]
    rejected = pd.concat(both, ignore_index=True) if both else before.head(0)
    good = frame[~bad].reset_index(drop=True)
    accepted = pd.DataFrame({c.name: reading.finish(good[c.name], c) for c in item.loaded_columns})
    accepted["line"] = good["line"]
    rejected = rejected.astype({"line": "int64", **dict.fromkeys(REJECTED_COLUMNS[1:], object)})
    rejected = rejected.sort_values("line", kind="stable").reset_index(drop=True)
    gated = Gated(extract, accepted, rejected, int(repeated.sum()), (), validation)
    wishes = whole.unknown_wishes(good, around.people)
    return replace(gated, warnings=whole.warnings(gated, _unchecked(extract, around, lists), wishes))


def _unchecked(extract: Extract, around: relations.Surroundings, lists: Lists) -> list[str]:
    lacking = {
        "unknown_person": around.people is None,
        "unknown_unit": around.units is None,
        "unknown_response": around.responses is None,
    }
    asked = dict.fromkeys(check.rule for check in checks(extract.dataset, lists))
    return [rule for rule in asked if lacking.get(rule)]
