"""Who was what when: attributes of people before a cohort's time zero."""

from __future__ import annotations

import pandas as pd

from programme.config import Cohort, Programme
from programme.period import Period


def baseline_period(cohort: Cohort) -> Period:
    """The last full quarter before the match decision: what is known of a person before time zero."""
    return Period.containing(cohort.match_on).shift(-1)


def baseline_attributes(panel: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Who was employed in the quarter before each cohort's match: cohort, person_id, sex, age_band."""
    parts = [
        panel.loc[panel["period"] == baseline_period(cohort).label, ["person_id", "sex", "age_band"]].assign(
            cohort=cohort.name
        )
        for cohort in programme.cohorts
    ]
    return pd.concat(parts, ignore_index=True)
