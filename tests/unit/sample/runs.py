"""Runs of the sample for tests, with random pairs where a matching would be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from programme.period import Period
from sources.sample import Advance, Sample, State

NO_PAIRS = pd.DataFrame({"cohort": [], "mentee_number": [], "mentor_number": []})


def random_pairs(state: State, cohort: str, seed: int = 1) -> pd.DataFrame:
    """Pairs of those who consented, within capacities."""
    tables = state.tables
    number, mentee, mentor = tables["people"]["number"], tables["mentee"], tables["mentor"]
    mentees = mentee["person"][(mentee["cohort"] == cohort) & mentee["consent"]]
    fit = (mentor["cohort"] == cohort) & mentor["consent"] & mentor["interviewed"]
    slots = np.repeat(mentor["person"][fit], mentor["capacity"][fit])
    np.random.default_rng(seed).shuffle(slots)
    n = min(len(slots), len(mentees))
    return pd.DataFrame({"cohort": cohort, "mentee_number": number[mentees[:n]], "mentor_number": number[slots[:n]]})


def run(sample: Sample, until: str = "2026Q3", pairs: dict[str, pd.DataFrame] | None = None) -> list[Advance]:
    """All quarters up to `until`; `pairs` by cohort, else random ones."""
    state, approved, made = sample.start(), NO_PAIRS, []
    for period in Period(2024, 3).until(Period.parse(until)):
        made.append(sample.advance(state, approved, period))
        state = made[-1].state
        if period.quarter == 3:
            cohort = str(period.year)
            new = pairs[cohort] if pairs and cohort in pairs else random_pairs(state, cohort)
            approved = new if approved.empty else pd.concat([approved, new], ignore_index=True)
    return made
