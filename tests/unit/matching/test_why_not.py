"""Why a mentee did not get whom they would rather have: twenty cases by hand, and costs against brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from matching.solving import solve
from matching.why_not import why_not
from tests.unit.matching.explanation_cases import CASES, Case, make


def test_there_are_twenty_cases():
    assert len({case.name for case in CASES}) == 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_text_names_the_true_reason_in_both_languages(case: Case):
    texts = case.texts()
    for language, words in (("en", case.en), ("sv", case.sv)):
        for word in words:
            assert word in texts[language], texts[language]
        assert "{" not in texts[language] and "  " not in texts[language]
    assert not {"mentee", "the rules", "would"} & set(texts["sv"].lower().split()), texts["sv"]


def test_a_granted_wish_and_the_best_mentor_are_said_as_such():
    problem = make([[60, 90]], wishes={0: 102})
    found = why_not(problem, solve(problem).mentor_of, 0)
    assert found.status == "granted" and found.text("en") == "The mentee got mentor no. 102, who was the first choice."
    assert found.text("sv") == "Adepten fick mentor nr 102, som var förstahandsvalet."
    problem = make([[60, 90]])
    found = why_not(problem, solve(problem).mentor_of, 0)
    assert found.text("en") == "The mentee got mentor no. 102. No other mentor fits this mentee better."
    assert found.text("en", alone=False) == "No other mentor fits this mentee better."


def test_without_wish_and_without_mentors_there_is_nothing_to_ask_about():
    problem = make([[]])
    assert why_not(problem, solve(problem).mentor_of, 0) is None


def test_without_wish_and_without_allowed_mentor_the_closest_one_is_named():
    problem = make([[60, 90]], broken={(0, 0): ("not_same_team",), (0, 1): ("meeting_mode",)})
    found = why_not(problem, solve(problem).mentor_of, 0)
    assert (found.status, found.mentor, found.rules) == ("forbidden", 102, ("meeting_mode",))
    assert "By the profiles alone" in found.text("en") and "Enligt enbart profilerna" in found.text("sv")
    assert found.text("en").startswith("The mentee has no mentor.") and found.text("en", alone=False) == ""


def test_that_somebody_applied_earlier_is_said_only_where_it_decided():
    problem = make([[80, 80], [80, 80]], wishes={0: 101, 1: 101})
    assert "earlier" not in why_not(problem, solve(problem).mentor_of, 1).text("en"), "both have a mentor"
    problem = make([[70], [70]])
    assert "Mentee no. 1 applied earlier" in why_not(problem, solve(problem).mentor_of, 1).text("en")


def test_the_weakened_pair_is_the_weakest_where_no_weaker_one_stays():
    problem = make([[90, 60], [70, 20]], wishes={0: 101}, objective=("participation", "leximin"))
    found = why_not(problem, solve(problem).mentor_of, 0)
    assert found.weaker is None and "get 20 points of 100 instead of 60" in found.text("en")


def _best(problem, pair=None):
    """Matched, worst and total of the best assignment with a pair in it, by trying all."""
    n, m = problem.score.shape
    keys = []
    for choice in itertools.product(range(-1, m), repeat=n):
        taken = [j for j in choice if j >= 0]
        if len(set(taken)) < len(taken) or (pair and choice[pair[0]] != pair[1]):
            continue
        if any(j >= 0 and problem.forbidden[i, j] for i, j in enumerate(choice)):
            continue
        scores = [int(problem.score[i, j]) for i, j in enumerate(choice) if j >= 0]
        keys.append((len(scores), min(scores, default=0), sum(scores)))
    return max(keys)


@pytest.mark.parametrize("seed", range(12))
def test_the_cost_of_a_wish_is_that_of_trying_all_assignments(seed):
    rng = np.random.default_rng(seed)
    points = [[None if rng.random() < 0.3 else int(rng.integers(1, 100)) for _ in range(4)] for _ in range(4)]
    problem = make(points, wishes={k: 101 + int(rng.integers(4)) for k in range(4)})
    solved = solve(problem)
    for i in range(4):
        found = why_not(problem, solved.mentor_of, i)
        if found.change is None:
            continue
        before, after = _best(problem), _best(problem, (i, found.mentor - 101))
        assert found.change.matched == after[0] - before[0]
        assert found.change.total == pytest.approx((after[2] - before[2]) / 1e6)
        assert (found.status == "no_cost") == (before == after)
        if after[0] == before[0]:
            assert found.change.worst == pytest.approx((after[1] - before[1]) / 1e6)
