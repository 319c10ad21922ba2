"""The effective-dated history of employments: a row is closed and another opened when anything in it changes."""

from __future__ import annotations

import numpy as np

from sources.sample.people import FAMILIES
from sources.sample.tables import NAT, Table, append

_COMPARED = ("unit", "level", "family", "pay_band", "fte", "kind", "manager")
_ONE_DAY = np.timedelta64(1, "D")
_TITLES = ("Assistent", "Handläggare", "Specialist", "Senior specialist", "Expert")


def rows_of(jobs: Table, who: np.ndarray, effective: np.ndarray) -> Table:
    """New open rows for the persons `who`."""
    rows = {name: jobs[name][who] for name in (*_COMPARED, "is_manager")}
    return {"person": who, "effective": effective, "end": np.full(len(who), NAT),
            "reason": np.full(len(who), "", dtype="U20"), **rows}  # fmt: skip


def first_rows(people: Table, jobs: Table) -> Table:
    """One row a person, from the day of hire."""
    who = np.arange(len(people["hire"]))
    people["open_row"] = who.copy()
    return rows_of(jobs, who, people["hire"].copy())


def record(world: dict[str, Table], jobs: Table, on: np.datetime64, reason: np.ndarray) -> Table:
    """Compare `jobs` with what held until `on`; returns the longer history and keeps `jobs` as what holds now.

    A change without a reason of its own is a new manager. People hired in the month that begins get their first row.
    """
    people, history, before = world["people"], world["employment"], world["jobs"]
    stays = np.isnat(people["left"])
    for name in (*_COMPARED, "is_manager"):  # who is on the way out keeps the job as it is
        jobs[name] = np.where(stays, jobs[name], before[name])
    month_end = (on.astype("datetime64[M]") + 1).astype("datetime64[D]")
    is_new = (people["open_row"] < 0) & (people["hire"] < month_end)
    is_changed = (people["open_row"] >= 0) & np.any([jobs[name] != before[name] for name in _COMPARED], axis=0)
    closing = people["open_row"][is_changed]
    history["end"][closing] = on - _ONE_DAY
    history["reason"][closing] = np.where(reason == "", "Ändrade villkor", reason)[is_changed]
    who = np.flatnonzero(is_new | is_changed)
    first_row = len(history["person"])
    people["open_row"][who] = first_row + np.arange(len(who))
    world["jobs"] = jobs
    return append(history, rows_of(jobs, who, np.where(is_new[who], people["hire"][who], on)))


def close(history: Table, people: Table, leavers: np.ndarray) -> None:
    """End the open rows of those who leave, on their last day."""
    who = np.flatnonzero(leavers & (people["open_row"] >= 0))
    rows = people["open_row"][who]
    history["end"][rows] = people["left"][who]
    history["reason"][rows] = "Slut"


def titles(history: Table) -> list[str]:
    """Job titles from level and family."""
    rank = np.clip((history["level"] - 1) // 2, 0, len(_TITLES) - 1)
    words = zip(rank.tolist(), history["family"].tolist(), history["is_manager"].tolist(), history["level"].tolist(),
                strict=True)  # fmt: skip
    return [
        f"{'Direktör' if level > 10 else 'Avdelningschef' if level > 8 else 'Gruppchef'} {FAMILIES[f]}" if manager
        else f"{_TITLES[r]} {FAMILIES[f]}" for r, f, manager, level in words
    ]  # fmt: skip
