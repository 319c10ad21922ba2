"""Rules of the HRIS lane: plausible lives, employments in order, trees without cycles."""

from __future__ import annotations

import datetime as dt

from expectations.rules import Check, ordered, plausible, typed
from sources.contracts import Dataset

_EARLIEST = dt.date(1950, 1, 1)
_TWO_YEARS, _FIFTY_YEARS = 731, 18_263
EARLIEST_BIRTH, YOUNGEST = 1900, 13

# HRIS data reach into the future: hires, moves and leavings that are agreed, fixed terms, leaves that are granted.
_DATES = {
    "employee": {"hire_date": (_EARLIEST, _TWO_YEARS), "original_hire_date": (_EARLIEST, _TWO_YEARS)},
    "employment": {"effective_date": (_EARLIEST, _TWO_YEARS), "end_date": (_EARLIEST, _FIFTY_YEARS)},
    "organisation": {},
    "leave": {"start_date": (_EARLIEST, _TWO_YEARS), "end_date": (_EARLIEST, _FIFTY_YEARS)},
    "termination": {"termination_date": (_EARLIEST, 5 * 366)},
}

OLD_ENOUGH = "hired at a plausible age"
FIRST_HIRE_FIRST = "first hire is not after hire"
LEFT_AFTER_HIRE = "left after hire"
OUTSIDE_MANAGER_CYCLE = "outside manager cycle"
OUTSIDE_SUPERIOR_CYCLE = "outside superior cycle"


def checks(dataset: Dataset) -> list[Check]:
    """Rules of one HRIS dataset beyond its contract."""
    found = plausible(_DATES.get(dataset.name, {}), dataset)
    if dataset.name == "employee":
        found += [
            Check("impossible_date", "between", (typed("birth_year", "year"),),
                  f"birth_year: expected {EARLIEST_BIRTH} or later", low=EARLIEST_BIRTH),
            Check("impossible_date", "true", (OLD_ENOUGH,),
                  f"birth_year: expected at least {YOUNGEST} years before the first hire"),
            Check("impossible_date", "true", (FIRST_HIRE_FIRST,),
                  "original_hire_date: expected a day not after hire_date"),
        ]  # fmt: skip
    elif dataset.name == "employment":
        found += ordered(dataset, "end_date", "effective_date")
        reason = "manager_person_id: expected a manager who is not led, directly or through others, by this employee"
        found.append(Check("manager_cycle", "true", (OUTSIDE_MANAGER_CYCLE,), reason))
    elif dataset.name == "leave":
        found += ordered(dataset, "end_date", "start_date")
    elif dataset.name == "termination":
        reason = "termination_date: expected a day not before the employee's first hire"
        found.append(Check("impossible_date", "true", (LEFT_AFTER_HIRE,), reason))
    elif dataset.name == "organisation":
        reason = "superior_id: expected a unit that does not lie, directly or through others, below this one"
        found.append(Check("superior_cycle", "true", (OUTSIDE_SUPERIOR_CYCLE,), reason))
    return found
