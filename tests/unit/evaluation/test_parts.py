import pandas as pd
import pytest

from evaluation.anonymous import anonymous_outcomes
from evaluation.facts import Facts
from evaluation.frames import ordered
from evaluation.intervals import mean_of_sums, wilson
from evaluation.lexicon import themes_of
from evaluation.themes import themes
from evaluation.workforce import workforce
from programme.period import Period


def test_wilson_of_a_published_example():
    # Newcombe (1998), Statistics in Medicine 17:857-872, table I: 81 of 263 gives .2553 to .3662.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)  # the same table: 0 of 20
    assert pd.isna(wilson(0, 0).low)


def test_mean_from_sums():
    mean, deviation, interval = mean_of_sums(4, 10, 30)  # 1, 2, 3, 4
    assert (mean, deviation) == (2.5, pytest.approx(1.290994))
    assert interval == pytest.approx((0.4457, 4.5543), abs=1e-4)
    assert pd.isna(mean_of_sums(0, 0, 0)[0])


@pytest.mark.parametrize(
    ("comment", "language", "expected"),
    [
        ("Svårt att hitta tid i kalendern", "sv", ("time",)),
        ("Mentorns nätverk öppnade dörrar", "sv", ("relationship", "network")),
        ("My manager never gave me time", "en", ("time", "manager")),
        ("Allt bra", "sv", ("other",)),
        ("...", "sv", ()),
        ("Tidningen", "sv", ("other",)),
    ],
)
def test_comments_are_coded_by_whole_words(comment, language, expected):
    assert themes_of(comment, language) == expected


def test_a_respondent_counts_once_for_a_theme():
    given = pd.DataFrame({
        "survey_id": "1", "response_id": ["1", "1", "2"], "role": "mentee", "cohort": "2024", "period": "2025Q1",
        "item": ["GOOD", "CHANGE", "GOOD"], "language": "sv", "comment": ["tid", "mer tid", "stress"],
    })  # fmt: skip
    rows = pd.DataFrame(themes(given, "2025Q1"))
    assert set(rows.loc[(rows["theme"] == "time") & (rows["cohort"] == "__total__"), "value"]) == {2}


def test_workforce_counts_people_at_risk_once_a_quarter():
    rows = [
        ("a", "2025Q1", True, False),
        ("b", "2025Q1", False, True),
        ("a", "2025Q2", True, False),
        ("c", "2025Q2", True, False),
    ]
    panel = pd.DataFrame(rows, columns=["person_id", "period", "is_active", "has_left"]).assign(
        sex="female", age_band="30-39", is_manager=False, has_left_voluntarily=False, is_promoted=False
    )
    found = pd.DataFrame(workforce(ordered({"panel": panel})["panel"], Period(2025, 2)))
    total = found[found["dimension"] == "__total__"].set_index("metric")
    assert total.loc["headcount", "value"] == 2 and total.loc["turnover_share", "value"] == 0
    assert (total.loc["turnover_share_4q", "value"], total.loc["turnover_share_4q", "n"]) == (
        0.5,
        4,
    )  # 1 of 2 a quarter


def test_facts_add_up_over_cohorts_by_their_kind():
    base = pd.DataFrame(
        [("a", "pairs", 10, 1, 20, "count"), ("b", "pairs", 5, 1, 10, "count"),
         ("a", "hours_used", 150, 100, 3, "hours"),
         ("b", "hours_used", 50, 100, 3, "hours"), ("a", "match_share", 8, 10, 10, "share"),
         ("b", "match_share", 0, 0, 0, "share")],
        columns=["cohort", "metric", "numerator", "denominator", "n_people", "unit"])  # fmt: skip
    facts = Facts.of(ordered({"cohort_metric_base": base})["cohort_metric_base"])
    assert facts.get("__total__", "pairs").value == 15 and facts.get("__total__", "hours_used").value == 2
    assert facts.get("__total__", "match_share").value == 0.8
    assert pd.isna(facts.get("b", "match_share").value)  # nobody to match is no share of nought
    assert facts.get("a", "unheard_of") is None


def test_anonymous_means_come_from_sums():
    given = pd.DataFrame({"period": "2025Q1", "ground": "g", "group_code": "x", "participation": ["mentee", "none"],
                          "outcome": "career", "n": [2, 2], "points_sum": [6, 4], "points_sumsq": [18, 8]})  # fmt: skip
    rows = pd.DataFrame(anonymous_outcomes(given, "2025Q1")).set_index("participation")
    assert rows["value"].to_dict() == {"mentee": 3.0, "none": 2.0, "__total__": 2.5}
