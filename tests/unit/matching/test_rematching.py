"""A later round: what a bonus keeps, whom early ends free, and who comes in for one who leaves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from matching.errors import MatchingError
from matching.rematching import OBJECTIVE, indices, rematch
from matching.solving import solve
from matching.waitlist import COLUMNS, waitlist, without
from tests.unit.matching.people import pid
from tests.unit.matching.tiny import random, tiny

SCORE = [[50, 80], [80, 50], [10, 10]]


def changes(found):
    return found.changes["change"].tolist()


def test_without_a_bonus_pairs_move_for_any_gain_and_with_it_only_for_a_greater_one():
    problem = tiny(SCORE, [1, 1])
    free, kept = rematch(problem, [0, 1, -1], 0.0), rematch(problem, [0, 1, -1], 0.31)
    assert changes(free) == ["moved", "moved", "waiting"] and free.total == pytest.approx(1.6)
    assert changes(kept) == ["kept", "kept", "waiting"] and kept.total == pytest.approx(1.0)
    assert changes(rematch(problem, [0, 1, -1], 0.29)) == ["moved", "moved", "waiting"]
    assert kept.counts == {"kept": 2, "moved": 0, "new": 0, "ended": 0, "waiting": 1, "earlier_failed": 0}
    assert kept.changes["after"].tolist()[:2] == [1, 2] and pd.isna(kept.changes["after"].iloc[2])


def test_a_pair_that_ended_early_is_not_proposed_again_and_both_are_matched_anew():
    found = rematch(tiny(SCORE, [1, 1]), [0, 1, -1], 0.31, [(0, 0)])
    assert found.assignment.mentor_of.tolist() == [1, 0, -1]
    assert changes(found) == ["moved", "moved", "waiting"]
    assert found.changes["reason"].tolist() == ["earlier_failed", "", ""]
    alone = rematch(tiny([[90]], [1]), [0], 5.0, [(0, 0)])
    assert changes(alone) == ["ended"] and alone.counts["earlier_failed"] == 1


def test_late_applicants_come_in_where_a_place_is_and_locks_are_kept():
    problem = tiny(SCORE, [2, 1])
    assert changes(rematch(problem, [1, 0, -1], 0.1)) == ["kept", "kept", "new"]
    locked = replace(problem, locked=((0, 0),))
    found = rematch(locked, [1, 0, -1], 0.5)
    assert found.assignment.mentor_of[0] == 0 and changes(found)[0] == "moved"


def test_a_pair_that_a_rule_forbids_now_is_reported_with_the_rule():
    found = rematch(tiny([[90, 20]], [1, 1], [(0, 0)]), [0], 1.0)
    assert changes(found) == ["moved"] and found.changes["reason"].tolist() == ["not_same_team"]


def test_a_great_bonus_changes_as_few_pairs_as_any_largest_assignment_can():
    rng = np.random.default_rng(4)
    for _ in range(15):
        problem = random(rng, 7, 5)
        current = solve(random(rng, 7, 5)).mentor_of
        current = np.where(problem.forbidden[np.arange(7), current] == 0, current, -1)
        for j in range(5):
            current[np.flatnonzero(current == j)[problem.capacity[j] :]] = -1
        found = rematch(problem, current, 100.0)
        most, kept = _largest(problem, current)
        assert found.assignment.matched == most and found.counts["kept"] == kept


def _largest(problem, current):
    """By trying all: most matched, then most running pairs kept."""
    best = (0, 0)
    n, m = problem.forbidden.shape

    def walk(i, left, matched, kept):
        nonlocal best
        if i == n:
            best = max(best, (matched, kept))
            return
        if matched + n - i < best[0]:
            return
        walk(i + 1, left, matched, kept)
        for j in range(m):
            if left[j] and problem.forbidden[i, j] == 0:
                walk(i + 1, (*left[:j], left[j] - 1, *left[j + 1 :]), matched + 1, kept + (current[i] == j))

    walk(0, tuple(problem.capacity.tolist()), 0, 0)
    return best


def test_running_pairs_are_found_by_pseudonym():
    problem = tiny(SCORE, [1, 1])
    pairs = pd.DataFrame({
        "mentee_person_id": [pid("mentee 3"), pid("mentee 1"), pid("mentee 99")],
        "mentor_person_id": [pid("mentor 99"), pid("mentor 2"), pid("mentor 1")],
    })  # fmt: skip
    assert indices(problem, pairs).tolist() == [1, -1, -1]
    with pytest.raises(MatchingError, match="rows 0, 3: the mentee is listed twice"):
        indices(problem, pd.concat([pairs, pairs.iloc[:1]], ignore_index=True))


@pytest.mark.parametrize(
    ("current", "bonus", "ended", "message"),
    [
        ([0, 1], 0.1, [], "expected 3 mentors' indices from -1 to 1"),
        ([0, 2, -1], 0.1, [], "expected 3 mentors' indices from -1 to 1"),
        ([0, 0, -1], 0.1, [], r"mentors \(applications 1\) have more running pairs than places"),
        ([0, 1, -1], -0.1, [], "bonus: expected 0 to"),
        ([0, 1, -1], 0.1, [(0, 7)], r"pairs \(0, 7\) are not in the problem"),
        ([0, 1, -1], 0.1, [(1, 1)], r"pairs \(1, 1\) are locked"),
    ],
)
def test_what_cannot_be_rematched_is_named(current, bonus, ended, message):
    with pytest.raises(MatchingError, match=message):
        rematch(tiny(SCORE, [1, 1], locked=[(1, 1)]), current, bonus, ended)


def test_the_waiting_list_names_who_comes_in_and_who_moves():
    # The third mentee may only have the first mentor, the fourth only the second.
    problem = tiny([[50, 40], [40, 60], [30, 99], [99, 20]], [1, 1], [(2, 1), (3, 0)])
    found = waitlist(problem, [0, 1, -1, -1])
    assert tuple(found.columns) == COLUMNS
    assert found.to_dict("records") == [
        {"mentor_application_id": 1, "place": 1, "mentee_application_id": 3, "n_moved": 0, "gain": 0.3,
         "moves": ((3, 1),)},
        {"mentor_application_id": 1, "place": 2, "mentee_application_id": 4, "n_moved": 1, "gain": 0.0,
         "moves": ((4, 2), (2, 1))},
        {"mentor_application_id": 2, "place": 1, "mentee_application_id": 4, "n_moved": 0, "gain": 0.2,
         "moves": ((4, 2),)},
        {"mentor_application_id": 2, "place": 2, "mentee_application_id": 3, "n_moved": 1, "gain": 0.2,
         "moves": ((3, 1), (1, 2))},
    ]  # fmt: skip
    locked = waitlist(replace(problem, locked=((0, 0), (1, 1))), [0, 1, -1, -1])
    assert locked["n_moved"].tolist() == [0, 0]


def test_the_first_in_line_is_the_optimum_after_one_has_left():
    rng = np.random.default_rng(8)
    n_chains = 0
    for _ in range(12):
        problem = random(rng, 16, 6, density=0.3)
        before = solve(problem)
        found = waitlist(problem, before.mentor_of, 1).set_index("mentor_application_id")
        for i in np.flatnonzero(before.mentor_of >= 0)[:5].tolist():
            j = int(before.mentor_of[i])
            current = before.mentor_of.copy()
            current[i] = -1
            exact = rematch(without(problem, [i]), current, 100.0, objective=OBJECTIVE)
            total = before.total - problem.score[i, j] / 1e6
            if j + 1 not in found.index:
                assert exact.assignment.matched == before.matched - 1
                continue
            first = found.loc[j + 1]
            n_chains += first["n_moved"] > 0
            assert exact.assignment.matched == before.matched
            assert exact.counts["moved"] == first["n_moved"] and exact.counts["new"] == 1
            assert exact.total == pytest.approx(total + first["gain"], abs=1e-9)
    assert n_chains > 5


def test_equal_candidates_come_by_application_number_and_nobody_waits_without_need():
    problem = tiny([[50], [40], [40], [40]], [1])
    assert waitlist(problem, [0, -1, -1, -1], 5)["mentee_application_id"].tolist() == [2, 3, 4]
    assert len(waitlist(tiny([[50]], [1]), [0])) == 0
    assert len(waitlist(tiny([[50]], [1]), [-1])) == 0


def test_who_has_left_is_in_no_pair_and_may_not_be_locked():
    problem = tiny(SCORE, [1, 1])
    gone = solve(without(problem, mentees=[0], mentors=[1]))
    assert gone.mentor_of.tolist() == [-1, 0, -1]
    with pytest.raises(MatchingError, match=r"pairs \(0, 0\) are locked"):
        without(replace(problem, locked=((0, 0),)), mentors=[0])
