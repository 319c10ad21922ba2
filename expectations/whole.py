"""Judgements on a dataset as a whole: what stops a load, and what is only worth a warning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from expectations.gated import Gated, Notice

TOLERATED_ROWS, TOLERATED_SHARE = 5, 0.20
SMALLEST_SHARE_OF_PREVIOUS = 0.5
LOW_COMPLETION_SHARE = 0.5
HEADCOUNT = "headcount"
ERASED = "erased_person"


def name_of(item: Gated) -> str:
    """`hris.employee`: how a dataset is called in messages and in `previous_counts`."""
    return f"{item.extract.dataset.source}.{item.extract.dataset.name}"


def headcount(gated: Sequence[Gated]) -> int | None:
    """People with an accepted employment on the period's last day (inclusive); None without employments in the run."""
    by_name = {name_of(item): item for item in gated}
    if "hris.employment" not in by_name:
        return None
    item = by_name["hris.employment"]
    left, people = by_name.get("hris.termination"), by_name.get("hris.employee")
    return active_people(
        item.accepted,
        None if left is None else left.accepted,
        None if people is None else set(people.extract.frame["person_id"].dropna()),
        item.extract.period.end,
    )


def active_people(
    employment: pd.DataFrame, termination: pd.DataFrame | None, people: Collection[str] | None, day: dt.date
) -> int:
    """How many of `people` (None: all) are employed on a day (inclusive), by typed rows of the HRIS."""
    on = np.datetime64(day, "us")
    holds = (employment["effective_date"] <= on) & (employment["end_date"].isna() | (employment["end_date"] >= on))
    active = set(employment.loc[holds, "person_id"])
    if termination is not None:
        # A leaving counts only where no later hire took the person back.
        left = termination[termination["termination_date"] < on]
        last = left.groupby("person_id", sort=False)["termination_date"].max()
        begun = employment[employment["effective_date"] <= on].groupby("person_id", sort=False)["effective_date"].max()
        again = begun.reindex(last.index).astype(last.dtype) > last
        active -= set(last.index[~again])
    if people is not None:
        active &= set(people)
    return len(active)


def faults(gated: Sequence[Gated], previous: Mapping[str, int]) -> list[Notice]:
    """Critical faults, each with the remedy in its message."""
    found: list[Notice] = []
    for item in gated:
        name = name_of(item)
        # An erased person's rows are refused as they should be; they say nothing about the export.
        rejected = item.rejected[item.rejected["rule"] != ERASED]
        n_rejected = len(rejected)
        n_judged = item.n_received - item.n_repeats - (len(item.rejected) - n_rejected)
        if name == "hris.employee" and not item.n_received:
            found.append(Notice(name, "empty_dataset", 0, "expected employees, found none; export the dataset again"))
        if n_rejected > max(TOLERATED_ROWS, TOLERATED_SHARE * n_judged):
            top = rejected["rule"].value_counts()
            rules = ", ".join(f"{rule} {count}" for rule, count in sorted(top.items(), key=lambda x: (-x[1], x[0]))[:3])
            found.append(Notice(
                name, "too_many_rejected", n_rejected,
                f"{n_rejected} of {n_judged} rows break a rule ({rules}); expected at most {TOLERATED_ROWS} rows or "
                f"{TOLERATED_SHARE:.0%}; correct the export, or its headings in programme.yaml, and run the ingest "
                "again",
            ))  # fmt: skip
        before = previous.get(name)
        if item.extract.dataset.delivery == "full" and before and (
            len(item.accepted) < SMALLEST_SHARE_OF_PREVIOUS * before
        ):  # fmt: skip
            found.append(_fell(name, "shrunk_dataset", len(item.accepted), before, "rows"))
    active = headcount(gated)
    if active is not None and any(name_of(item) == "hris.employee" for item in gated):
        name = "hris.employment"
        before = previous.get(HEADCOUNT)
        if active == 0:
            found.append(Notice(
                name, "no_active_employees", 0,
                "nobody is employed on the period's last day; expected a full extract drawn after the period's end",
            ))  # fmt: skip
        elif before and active < SMALLEST_SHARE_OF_PREVIOUS * before:
            found.append(_fell(name, "headcount_fell", active, before, "active employees"))
    return found


def _fell(name: str, rule: str, now: int, before: int, what: str) -> Notice:
    return Notice(
        name, rule, now,
        f"{now} {what}, {before} at the previous delivery; a fall by more than half is taken for an incomplete export; "
        "deliver the full extract",
    )  # fmt: skip


def warnings(item: Gated, unchecked: Sequence[str], unread_wishes: int) -> tuple[Notice, ...]:
    """What is worth a look but stops nothing."""
    name, found = name_of(item), []
    if not item.n_received:
        found.append(Notice(name, "nothing_delivered", 0, "no rows for this period"))
    if len(item.rejected):
        found.append(Notice(name, "rows_rejected", len(item.rejected), "rows lie in quarantine, with line and reason"))
    for rule in unchecked:
        found.append(Notice(name, "not_checked", len(item.accepted), f"{rule}: nothing to compare with in this run"))
    if unread_wishes:
        message = "preferred_mentors: entries that name no known person; they count for nothing"
        found.append(Notice(name, "unknown_wish", unread_wishes, message))
    if name == "survey.response" and len(item.accepted):
        complete = item.accepted.groupby("survey_id", dropna=False)["is_complete"].agg(["sum", "count"])
        for survey_id, row in complete.iterrows():
            done, all_of_them = int(row["sum"]), int(row["count"])
            if done < LOW_COMPLETION_SHARE * all_of_them:
                message = f"survey {survey_id}: {done} of {all_of_them} responses complete"
                found.append(Notice(name, "low_completion", done, message))
    return tuple(found)


def unknown_wishes(frame: pd.DataFrame, people: frozenset[str] | None) -> int:
    """How many entries of preferred_mentors name nobody known (or nobody that could be read)."""
    if "preferred_mentors" not in frame or not len(frame):
        return 0
    wishes = frame["preferred_mentors"].dropna().str.split("|").explode().str.strip()
    wishes = wishes[wishes != ""]
    unread = wishes.str.startswith("?")
    return int((unread if people is None else unread | ~wishes.isin(list(people))).sum())
