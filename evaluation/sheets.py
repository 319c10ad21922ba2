"""Published tables as counts: which counts each row gives away, so that disclosure control can weigh them together.

A row gives away its `n`, and a share of people also how many of them are counted in it and how many are not. The same
count in two tables (a key factor that repeats a cohort metric, a share's numerator that is another figure's n) is one
cell of one sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evaluation.goals import FROM_PANEL, FROM_SURVEY
from evaluation.key_factors import RECORDED_AS
from evaluation.populations import (
    EMPLOYED,
    LASTING_SHEETS,
    OF_MATCHING,
    Codes,
    Part,
    cells_of,
    parts_of,
    yes_and_no,
)
from evaluation.tables import TOTAL
from evaluation.workforce import YEAR

# Kinds of figure that have a threshold of their own.
PEOPLE, COMMENTS, PERSON_QUARTERS = "people", "comments", "person_quarters"
# Sheets whose counts hold from quarter to quarter; all others are of one quarter alone.
LASTING = ("metric ", "effect ", "factor ", *LASTING_SHEETS)
# Metrics of cohort_metric that are told apart by sex and age.
DIVIDED = ("match_share", "goals_agreed_share")
_KEY_SCALES = ("psychological_safety", "belonging", "wellbeing", "career_satisfaction")


@dataclass(frozen=True, slots=True)
class Count:
    """One count that a row gives away. `is_public`: declared public (see evaluation.populations), shown at any size.

    `divided`: the metric whose yes or no of one group this is.
    """

    sheet: str
    codes: tuple[tuple[str, str], ...]
    n: float | None
    kind: str = PEOPLE
    is_public: bool = False
    divided: str = ""


def counts_of(table: str, row: Mapping[str, Any]) -> Iterator[Count]:
    """The counts of one published row; none where no people stand behind it. `n` is None where the row hides it."""
    if pd.isna(row["n"]) and not row["is_hidden"]:
        return
    n = None if pd.isna(row["n"]) else float(row["n"])
    cohort = ("cohort", str(row["cohort"]))
    if table == "cohort_metric":
        groups = {d: str(row["group_value"]) if row["group_dimension"] == d else TOTAL for d in ("sex", "age_band")}
        yield from _of_metric(str(row["metric"]), row, groups, divided=row["group_dimension"] != TOTAL)
    elif table == "key_factor":
        yield from _of_key_factor(row, cohort, n)
    elif table == "survey_scale":
        if row["statistic"] == "response_share":
            yield from _of_metric(f"response_share_{row['role']}", row)
        else:
            kind = "alpha" if row["statistic"] == "alpha" else "scale"
            yield Count(f"{kind} {row['role']} {row['scale']}", (cohort,), n)
    elif table == "goal":
        if row["metric"] in FROM_SURVEY:
            yield Count(f"scale mentee {row['metric']}", (cohort,), n)
        elif row["metric"] in FROM_PANEL:
            yield from _of_outcome(str(row["metric"]), row, cohort, n)
        else:
            yield from _of_metric(str(row["metric"]), row)
    elif table == "theme":
        who = "employee" if row["role"] == "employee" else "participant"
        codes = (cohort, ("role", TOTAL if who == "employee" else str(row["role"])), ("language", str(row["language"])))
        yield Count(f"theme {who} {row['theme']}", codes, n, COMMENTS)
    elif table == "anonymous_outcome":
        codes = (("group_code", str(row["group_code"])), ("participation", str(row["participation"])))
        yield Count(f"anonymous {row['ground']} {row['outcome']}", codes, n)
    elif table == "workforce":
        yield from _of_workforce(row, n)
    elif table == "match_summary":
        people = OF_MATCHING.get(str(row["metric"]))
        if people:
            yield from _counts(cells_of(people, n, str(row["cohort"])))
    elif table == "effect":
        for arm in ("treated", "control"):
            size = None if pd.isna(row[f"n_{arm}"]) else float(row[f"n_{arm}"])
            yield Count(f"effect {row['outcome']} {arm}", (cohort,), size)


def _counts(parts: Iterable[Part], divided: str = "") -> Iterator[Count]:
    for part in parts:
        yield Count(part.sheet, part.codes, part.n, is_public=part.is_public, divided=divided if part.answer else "")


def _of_metric(
    metric: str, row: Mapping[str, Any], groups: Mapping[str, str] | None = None, *, divided: bool = False
) -> Iterator[Count]:
    parts = parts_of(metric, f"metric {metric}", row, str(row["cohort"]), groups)
    yield from _counts(parts, metric if divided else "")


def _of_key_factor(row: Mapping[str, Any], cohort: tuple[str, str], n: float | None) -> Iterator[Count]:
    pair = (row["factor"], row["indicator"])
    if pair in RECORDED_AS:
        yield from _of_metric(RECORDED_AS[pair], row)
    elif row["indicator"] in _KEY_SCALES:
        yield Count(f"scale mentee {row['indicator']}", (cohort,), n)
    elif row["indicator"] in FROM_PANEL:
        yield from _of_outcome(str(row["indicator"]), row, cohort, n)
    else:
        sheet = f"factor {row['factor']} {row['indicator']} {row['month']}"
        yield from _counts(parts_of(str(row["indicator"]), sheet, row, str(row["cohort"])))


def _of_outcome(metric: str, row: Mapping[str, Any], cohort: tuple[str, str], n: float | None) -> Iterator[Count]:
    yield from _counts(cells_of(EMPLOYED, n, cohort[1]))
    yield from _yes_and_no(f"outcome {metric}", (cohort,), row)


def _of_workforce(row: Mapping[str, Any], n: float | None) -> Iterator[Count]:
    metric = str(row["metric"])
    codes = tuple((d, row["group_value"] if row["dimension"] == d else TOTAL) for d in ("sex", "age_band"))
    if metric.endswith(YEAR):
        yield Count("workforce year", codes, n, PERSON_QUARTERS)
        # Four quarters of one person: events, and the people to whom none happened as far as anybody can tell.
        people = {**row, "n": None if n is None else n / 4}
        yield from _yes_and_no(f"workforce {metric}", codes, people)
        return
    at_risk = "employed" if metric in ("headcount", "manager_share") else "at risk"
    yield Count(f"workforce {at_risk}", codes, n)
    if row["unit"] == "share":
        yield from _yes_and_no(f"workforce {metric}", codes, row)


def _yes_and_no(sheet: str, codes: Codes, row: Mapping[str, Any]) -> Iterator[Count]:
    yes, no = yes_and_no(row)
    if yes is None and not row["is_hidden"]:
        return
    yield Count(f"{sheet} yes", codes, yes)
    yield Count(f"{sheet} no", codes, no if no is None else max(no, 0.0))


def frame_of(sheet: str, counts: Mapping[tuple[tuple[str, str], ...], tuple[float, bool, bool, int]]) -> pd.DataFrame:
    """One sheet as a frame for disclosure control: from codes to (n, is_hidden, is_public, weight).

    The column `figure` names the sheet: people counted in two sheets are other people, even where the counts agree.
    """
    rows = [
        {"figure": sheet, **dict(codes), "n": n, "is_hidden": hidden, "is_public": public, "weight": max(weight, 1)}
        for codes, (n, hidden, public, weight) in counts.items()
    ]
    return pd.DataFrame(rows)
