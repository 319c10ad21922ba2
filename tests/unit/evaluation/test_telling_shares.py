"""Counts that a share times its n would give away, and those that follow from the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluation.telling_shares import telling_shares

TOTAL = "__total__"


def metrics(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    """cohort, metric, yes, n."""
    return pd.DataFrame(
        [{"cohort": c, "metric": m, "group_dimension": TOTAL, "group_value": TOTAL, "unit": "share", "value": yes / n,
          "n": n} for c, m, yes, n in rows]
    )  # fmt: skip


def workforce(metric: str, **groups: tuple[int, int]) -> pd.DataFrame:
    whole = [sum(side) for side in zip(*groups.values(), strict=True)]
    rows = [(TOTAL, TOTAL, *whole), *(("sex", name, *said) for name, said in groups.items())]
    per = 4 if metric.endswith("_4q") else 1
    return pd.DataFrame(
        [{"dimension": d, "group_value": g, "metric": metric, "unit": "share", "value": yes * per / n, "n": n}
         for d, g, yes, n in rows]
    )  # fmt: skip


def test_a_role_with_few_absent_hides_the_other_role_since_the_whole_is_shown():
    frame = metrics(("2024", "kickoff_share", 191, 211), ("2024", "kickoff_share_mentee", 113, 124),
                    ("2024", "kickoff_share_mentor", 78, 87))  # fmt: skip
    assert telling_shares("cohort_metric", frame, 10) == {1, 2}


def test_a_cohort_hides_the_share_of_all_cohorts_from_which_it_would_follow():
    frame = metrics(("2024", "kickoff_share_mentor", 60, 87), ("2025", "kickoff_share_mentor", 87, 89),
                    (TOTAL, "kickoff_share_mentor", 147, 176))  # fmt: skip
    assert telling_shares("cohort_metric", frame, 10) == {1, 2}


def test_one_month_hides_no_other():
    rows = [(c, month, yes, n) for month, early in ((1, 128), (2, 100)) for c, yes, n in
            (("2024", 60, 124), ("2025", early, 133), (TOTAL, 60 + early, 257))]  # fmt: skip
    frame = pd.DataFrame([{"cohort": c, "factor": "long_view", "indicator": "still_meeting", "month": month,
                           "unit": "share", "value": yes / n, "n": n} for c, month, yes, n in rows])  # fmt: skip
    assert telling_shares("key_factor", frame, 10) == {1, 2}


def test_all_or_nobody_and_large_counts_are_shown():
    frame = metrics(("2024", "kickoff_share", 50, 50), ("2024", "goals_agreed_share", 0, 40),
                    ("2024", "milestones_agreed_share", 25, 50), ("2024", "response_share_mentee", 45, 50))  # fmt: skip
    assert telling_shares("cohort_metric", frame, 10) == set()


def test_few_leavers_of_a_small_group_hide_it_with_the_smallest_other_also_over_a_year():
    quarter = workforce("turnover_share", female=(40, 2000), male=(55, 2700), other=(2, 25))
    assert telling_shares("workforce", quarter, 10) == {1, 3}
    year = workforce("turnover_share_4q", female=(160, 8000), male=(220, 10800), other=(2, 99))
    assert telling_shares("workforce", year, 10) == {1, 3}
    plenty = workforce("turnover_share_4q", female=(160, 8000), male=(220, 10800))
    assert telling_shares("workforce", plenty, 10) == set()


def test_what_is_hidden_together_holds_enough_people_on_both_sides():
    rng = np.random.default_rng(3)
    for _ in range(200):
        n = rng.integers(12, 300, 5)
        yes = np.minimum(rng.integers(0, 40, 5), n)
        frame = workforce("turnover_share", **{str(k): (int(yes[k]), int(n[k])) for k in range(5)})
        hidden = telling_shares("workforce", frame, 10)
        shown = set(range(1, 6)) - hidden
        assert all(yes[k - 1] == 0 or yes[k - 1] == n[k - 1] or 10 <= yes[k - 1] <= n[k - 1] - 10 for k in shown)
        if hidden and shown:
            together = [k - 1 for k in hidden]
            assert len(together) > 1 and yes[together].sum() >= 10 and (n - yes)[together].sum() >= 10
