"""Published tables as counts: which counts each row gives away, so that disclosure control can weigh them together.

A row gives away its `n`; a share that divides participants, whose taking part is sensitive, also how many of a group
said yes and how many no. The same count in two tables
(a key factor that repeats a cohort metric, a goal that repeats a scale) is one cell of one sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evaluation.goals import FROM_PANEL, FROM_SURVEY
from evaluation.key_factors import RECORDED_AS
from evaluation.tables import TOTAL
from evaluation.workforce import YEAR

# Kinds of figure that have a threshold of their own.
PEOPLE, COMMENTS, PERSON_QUARTERS = "people", "comments", "person_quarters"
# Sheets whose counts hold from quarter to quarter; all others are of one quarter alone.
LASTING = ("metric ", "effect ", "factor ")
_KEY_SCALES = ("psychological_safety", "belonging", "wellbeing", "career_satisfaction")


@dataclass(frozen=True, slots=True)
class Count:
    """One count that a row gives away. `is_public`: an undivided operational fact, hidden by its n alone."""

    sheet: str
    codes: tuple[tuple[str, str], ...]
    n: float | None
    kind: str = PEOPLE
    is_public: bool = False


def counts_of(table: str, row: Mapping[str, Any]) -> Iterator[Count]:
    """The counts of one published row; none where no people stand behind it. `n` is None where the row hides it."""
    if pd.isna(row["n"]) and not row["is_hidden"]:
        return
    n = None if pd.isna(row["n"]) else float(row["n"])
    cohort = ("cohort", str(row["cohort"]))
    if table == "cohort_metric":
        groups = tuple((d, row["group_value"] if row["group_dimension"] == d else TOTAL) for d in ("sex", "age_band"))
        codes = (cohort, *groups)
        yield Count(f"metric {row['metric']}", codes, n)
        if row["metric"] in DIVIDED:
            yield from _yes_and_no(f"metric {row['metric']}", codes, row, row["group_dimension"] == TOTAL)
    elif table == "key_factor":
        yield from _of_key_factor(row, cohort, n)
    elif table == "survey_scale":
        if row["statistic"] == "response_share":
            yield Count(f"metric response_share_{row['role']}", (cohort, *_UNDIVIDED), n)
        else:
            kind = "alpha" if row["statistic"] == "alpha" else "scale"
            yield Count(f"{kind} {row['role']} {row['scale']}", (cohort,), n)
    elif table == "goal":
        if row["metric"] in FROM_SURVEY:
            yield Count(f"scale mentee {row['metric']}", (cohort,), n)
        elif row["metric"] in FROM_PANEL:
            yield Count(f"outcome {row['metric']}", (cohort,), n)
        else:
            yield Count(f"metric {row['metric']}", (cohort, *_UNDIVIDED), n)
    elif table == "theme":
        who = "employee" if row["role"] == "employee" else "participant"
        codes = (cohort, ("role", TOTAL if who == "employee" else str(row["role"])), ("language", str(row["language"])))
        yield Count(f"theme {who} {row['theme']}", codes, n, COMMENTS)
    elif table == "anonymous_outcome":
        codes = (("group_code", str(row["group_code"])), ("participation", str(row["participation"])))
        yield Count(f"anonymous {row['ground']} {row['outcome']}", codes, n)
    elif table == "workforce":
        yield from _of_workforce(row, n)
    elif table == "effect":
        for arm in ("treated", "control"):
            size = None if pd.isna(row[f"n_{arm}"]) else float(row[f"n_{arm}"])
            yield Count(f"effect {row['outcome']} {arm}", (cohort,), size)


_UNDIVIDED = (("sex", TOTAL), ("age_band", TOTAL))
DIVIDED = ("match_share", "goals_agreed_share")


def _of_key_factor(row: Mapping[str, Any], cohort: tuple[str, str], n: float | None) -> Iterator[Count]:
    pair = (row["factor"], row["indicator"])
    if pair in RECORDED_AS:
        yield Count(f"metric {RECORDED_AS[pair]}", (cohort, *_UNDIVIDED), n)
    elif row["indicator"] in _KEY_SCALES:
        yield Count(f"scale mentee {row['indicator']}", (cohort,), n)
    elif row["indicator"] in FROM_PANEL:
        yield Count(f"outcome {row['indicator']}", (cohort,), n)
    else:
        yield Count(f"factor {row['factor']} {row['indicator']} {row['month']}", (cohort,), n)


def _of_workforce(row: Mapping[str, Any], n: float | None) -> Iterator[Count]:
    metric = str(row["metric"])
    codes = tuple((d, row["group_value"] if row["dimension"] == d else TOTAL) for d in ("sex", "age_band"))
    if metric.endswith(YEAR):
        yield Count("workforce year", codes, n, PERSON_QUARTERS)
        return
    at_risk = "employed" if metric in ("headcount", "manager_share") else "at risk"
    # Who leaves, is promoted or leads is seen by all colleagues; what counts is how many people stand behind a share.
    # Weighing yes and no here would hide the whole organisation's turnover for the sake of the smallest group's.
    yield Count(f"workforce {at_risk}", codes, n)


def _yes_and_no(
    sheet: str, codes: tuple[tuple[str, str], ...], row: Mapping[str, Any], is_public: bool
) -> Iterator[Count]:
    if pd.isna(row["n"]) or pd.isna(row["value"]):
        yes, no = None, None
    else:
        yes = float(round(float(row["value"]) * float(row["n"])))
        no = float(row["n"]) - yes
    yield Count(f"{sheet} yes", codes, yes, is_public=is_public)
    yield Count(f"{sheet} no", codes, no, is_public=is_public)


def frame_of(sheet: str, counts: Mapping[tuple[tuple[str, str], ...], tuple[float, bool, bool]]) -> pd.DataFrame:
    """One sheet as a frame for disclosure control: from codes to (n, is_hidden, is_public).

    The column `figure` names the sheet: people counted in two sheets are other people, even where the counts agree.
    """
    rows = [
        {"figure": sheet, **dict(codes), "n": n, "is_hidden": hidden, "is_public": public}
        for codes, (n, hidden, public) in counts.items()
    ]
    return pd.DataFrame(rows)
