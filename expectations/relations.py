"""What a row says about other rows, as yes/no columns: known people and units, cycles, dates of two datasets.

Yes where nothing is said (no value, or nothing to compare with), so that a row is rejected for what it states alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from expectations.lanes import hris, programme
from expectations.rules import Check, known_flag, typed


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the other datasets of the run hold; None: not delivered in this run, so it cannot be checked.

    `people` and `units` hold whoever was received, rejected rows too: a row that names a person whose own row lies in
    quarantine is itself no bad row.
    """

    period_end: dt.date
    people: frozenset[str] | None = None
    units: frozenset[str] | None = None
    responses: frozenset[tuple[str, int]] | None = None
    first_hire: pd.Series = field(default_factory=lambda: pd.Series(dtype="datetime64[us]"))


def in_cycle(tail: pd.Series, head: pd.Series) -> np.ndarray:
    """Which arrows tail -> head lie on a cycle: within one strongly connected component (Tarjan 1972), or on itself.

    Exact also where somebody has two managers at once; linear in the number of arrows.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not len(tail):
        return np.zeros(0, dtype=bool)
    places, names = pd.factorize(pd.concat([tail, head], ignore_index=True))
    start, end = places[: len(tail)], places[len(tail) :]
    graph = coo_matrix((np.ones(len(start), dtype=np.int8), (start, end)), shape=(len(names), len(names)))
    count, component = connected_components(graph, directed=True, connection="strong")
    sizes = np.bincount(component, minlength=count)
    return (start == end) | ((component[start] == component[end]) & (sizes[component[start]] > 1))


def _known(column: pd.Series, known: Collection[str] | None) -> pd.Series:
    if known is None:
        return pd.Series(True, index=column.index)
    return column.isna() | column.isin(list(known))


def current(frame: pd.DataFrame, day: dt.date) -> pd.Series:
    """Which employments hold on a day (start and end inclusive); an unreadable end counts as open."""
    when = np.datetime64(day, "us")
    start, end = frame[typed("effective_date", "date")], frame[typed("end_date", "date")]
    return (start <= when) & (end.isna() | (end >= when))


def _outside_manager_cycle(frame: pd.DataFrame, around: Surroundings) -> pd.Series:
    stated = frame["person_id"].notna() & frame["manager_person_id"].notna()
    outside = ~(stated & (frame["person_id"] == frame["manager_person_id"]))
    arrows = frame[stated & current(frame, around.period_end)]
    circular = arrows.index[in_cycle(arrows["person_id"], arrows["manager_person_id"])]
    outside[circular] = False
    return outside


def _outside_superior_cycle(frame: pd.DataFrame, around: Surroundings) -> pd.Series:
    arrows = frame[frame["organisation_id"].notna() & frame["superior_id"].notna()]
    outside = pd.Series(True, index=frame.index)
    outside[arrows.index[in_cycle(arrows["organisation_id"], arrows["superior_id"])]] = False
    return outside


def _old_enough(frame: pd.DataFrame, around: Surroundings) -> pd.Series:
    born = frame[typed("birth_year", "year")]
    hired = frame[[typed("hire_date", "date"), typed("original_hire_date", "date")]].min(axis=1)
    age = hired.dt.year.astype("Int64") - born
    return (age.isna() | (age >= hris.YOUNGEST)).fillna(True).astype(bool)


def _first_hire_first(frame: pd.DataFrame, around: Surroundings) -> pd.Series:
    first, last = frame[typed("original_hire_date", "date")], frame[typed("hire_date", "date")]
    return first.isna() | last.isna() | (first <= last)


def _left_after_hire(frame: pd.DataFrame, around: Surroundings) -> pd.Series:
    left = frame[typed("termination_date", "date")]
    hired = pd.Series(around.first_hire.reindex(frame["person_id"]).to_numpy("datetime64[us]"), index=frame.index)
    return left.isna() | hired.isna() | (left >= hired)


def _two_people(frame: pd.DataFrame, around: Surroundings) -> pd.Series:
    mentee, mentor = frame["mentee_person_id"], frame["mentor_person_id"]
    return mentee.isna() | mentor.isna() | (mentee != mentor)


def _known_response(frame: pd.DataFrame, around: Surroundings) -> pd.Series:
    if around.responses is None:
        return pd.Series(True, index=frame.index)
    ids = frame[typed("response_id", "integer")]
    keys = pd.MultiIndex.from_arrays([frame["survey_id"].astype(object), ids.astype(object)])
    return pd.Series(keys.isin(list(around.responses)), index=frame.index) | ids.isna() | frame["survey_id"].isna()


_DERIVED = {
    hris.OUTSIDE_MANAGER_CYCLE: _outside_manager_cycle,
    hris.OUTSIDE_SUPERIOR_CYCLE: _outside_superior_cycle,
    hris.OLD_ENOUGH: _old_enough,
    hris.FIRST_HIRE_FIRST: _first_hire_first,
    hris.LEFT_AFTER_HIRE: _left_after_hire,
    programme.TWO_PEOPLE: _two_people,
    known_flag("response_id"): _known_response,
}


def derive(frame: pd.DataFrame, check: Check, around: Surroundings) -> pd.Series:
    """The yes/no column of a check of kind `true`."""
    name = check.columns[0]
    if name in _DERIVED:
        return _DERIVED[name](frame, around).astype(bool)
    column = name.removesuffix(known_flag(""))
    return _known(frame[column], around.people if check.rule == "unknown_person" else around.units)
