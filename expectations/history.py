"""What the warehouse knew before a run: the counts and units that incoming data are compared with."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from expectations.whole import HEADCOUNT, active_people
from programme.period import Period
from programme.warehouse import Warehouse


def previous_counts(warehouse: Warehouse, known_at: dt.datetime) -> dict[str, int]:
    """Rows last loaded of each dataset (`hris.employee`, ...) before `known_at` (UTC), and the `headcount` they gave.

    Batches known at that very moment are left out: a run that is repeated compares with what its first try did.
    """
    batches = _latest(warehouse, known_at)
    counts = {f"{b.source}.{b.dataset}": int(b.n_loaded) for b in batches.itertuples(index=False)}
    headcount = _headcount(warehouse, batches)
    return counts if headcount is None else {**counts, HEADCOUNT: headcount}


def known_units(warehouse: Warehouse, known_at: dt.datetime) -> set[str]:
    """Units of the organisation last loaded before `known_at`, for runs that bring none."""
    rows = _rows(warehouse, _latest(warehouse, known_at), "organisation", ())
    return set() if rows is None else set(rows["organisation_id"].dropna())


def _latest(warehouse: Warehouse, known_at: dt.datetime) -> pd.DataFrame:
    names = ["source", "dataset", "batch_id", "n_loaded", "period", "known_at"]
    if not warehouse.has_table("audit", "batch"):
        return pd.DataFrame(columns=names)
    batches = warehouse.query(
        f"SELECT {', '.join(names)} FROM audit.batch WHERE known_at < ? ORDER BY known_at, period", (known_at,)
    )
    return batches.drop_duplicates(["source", "dataset"], keep="last")


def _headcount(warehouse: Warehouse, batches: pd.DataFrame) -> int | None:
    employment = _rows(warehouse, batches, "employment", ("effective_date", "end_date"))
    if employment is None:
        return None
    people = _rows(warehouse, batches, "employee", ())
    mine = batches[(batches["source"] == "hris") & (batches["dataset"] == "employment")]
    return active_people(
        employment,
        _rows(warehouse, batches, "termination", ("termination_date",)),
        None if people is None else set(people["person_id"]),
        Period.parse(mine["period"].iloc[0]).end,
    )


def _rows(warehouse: Warehouse, batches: pd.DataFrame, name: str, dates: tuple[str, ...]) -> pd.DataFrame | None:
    """The keys and dates of the HRIS dataset's batch among `batches`; None where there is none."""
    found = batches[(batches["source"] == "hris") & (batches["dataset"] == name)]
    if found.empty or not warehouse.has_table("raw_hris", name):
        return None
    key = "organisation_id" if name == "organisation" else "person_id"
    frame = warehouse.query(
        f"SELECT {', '.join((key, *dates))} FROM raw_hris.{name} WHERE batch_id = ?", (found["batch_id"].iloc[0],)
    )
    for column in dates:
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
    return frame
