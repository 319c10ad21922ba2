"""theme: how many respondents raised which theme in their comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evaluation.lexicon import themes_of
from evaluation.tables import TOTAL


def themes(comments: pd.DataFrame, period: str) -> Iterator[dict[str, Any]]:
    """Rows of theme in one period: respondents by role, cohort and language; theme "__total__" is all who commented.

    A respondent counts once for a theme however often it is raised. Language "other" is any but Swedish and English.
    Role "__total__" is mentees and mentors together; the comparison's employees stand by themselves.
    """
    coded = coded_comments(comments, period)
    for cohort in (TOTAL, *sorted({c for c in coded["cohort"] if c})):
        of_cohort = coded if cohort == TOTAL else coded[coded["cohort"] == cohort]
        for role in (TOTAL, *sorted(set(of_cohort["role"]))):
            of_role = of_cohort[(of_cohort["role"] != "employee") if role == TOTAL else (of_cohort["role"] == role)]
            for language in (TOTAL, *sorted(set(of_role["language"]))):
                rows = of_role if language == TOTAL else of_role[of_role["language"] == language]
                counts = {
                    TOTAL: rows["respondent"].nunique(),
                    **rows.groupby("theme")["respondent"].nunique().to_dict(),
                }
                for theme in sorted(counts):
                    n = int(counts[theme])
                    yield {"cohort": cohort, "role": role, "theme": theme, "language": language, "unit": "people",
                           "value": n, "n": n}  # fmt: skip


def coded_comments(comments: pd.DataFrame, period: str) -> pd.DataFrame:
    """One row a respondent and theme: respondent, role, cohort, language, theme. A respondent has one language."""
    rows: list[tuple[str, str, str, str, str]] = []
    own = comments[comments["period"] == period]
    for survey, response, role, cohort, language, comment in zip(
        own["survey_id"], own["response_id"], own["role"], own["cohort"], own["language"], own["comment"], strict=True
    ):
        code = language[:2].lower()
        language = code if code in ("sv", "en") else "other"
        # The comparison survey belongs to no cohort's participants.
        cohort = "" if role == "employee" else cohort
        rows += [(f"{survey}/{response}", role, cohort, language, theme) for theme in themes_of(comment, language)]
    columns = ["respondent", "role", "cohort", "language", "theme"]
    coded = pd.DataFrame(rows, columns=columns)
    coded["language"] = coded.groupby("respondent")["language"].transform("first")
    return coded.drop_duplicates().reset_index(drop=True)
