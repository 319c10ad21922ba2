"""Shortages: the witness is a true violation of Hall's condition, lifts are smallest, remedies work when applied."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from matching import unmatched
from matching.remedies import remedies
from matching.shortage import shortage
from matching.solving import solve
from matching.values import rule_prices
from tests.unit.matching.explanation_cases import CODES, make


def _random(seed, n=9, m=5, **other):
    rng = np.random.default_rng(seed)
    points = [[None if rng.random() < 0.55 else int(rng.integers(1, 100)) for _ in range(m)] for _ in range(n)]
    return make(points, capacity=rng.integers(1, 3, m).tolist(), **other)


def _short(problem, rows, locked_load):
    """Whether the mentees have fewer places among all their allowed mentors than they are."""
    allowed = {j for i in rows for j in range(problem.score.shape[1]) if problem.forbidden[i, j] == 0}
    return sum(int(problem.capacity[j]) - locked_load[j] for j in allowed) < len(rows), allowed


@pytest.mark.parametrize("seed", range(20))
def test_the_witness_violates_halls_condition_and_no_smaller_one_does(seed):
    problem = _random(seed)
    allowed = np.argwhere(problem.forbidden == 0)
    if seed % 2:
        problem = make([[None if f else s / 10_000 for s, f in zip(a, b, strict=True)]
                        for a, b in zip(problem.score, problem.forbidden, strict=True)],
                       capacity=problem.capacity.tolist(),
                       locked=[tuple(allowed[seed % len(allowed)].tolist())])  # fmt: skip
    locked_load = np.bincount([j for _, j in problem.locked], minlength=5)
    mentor_of = solve(problem).mentor_of
    for i in np.flatnonzero(mentor_of < 0).tolist():
        found = shortage(problem, mentor_of, i)
        if problem.forbidden[i].all():
            assert found.kind == "rules"
            continue
        rows = [k - 1 for k in found.mentees]
        is_short, among = _short(problem, rows, locked_load)
        assert is_short and rows[0] == i and len(set(rows)) == len(rows) and len(rows) == found.places + 1
        assert {101 + j for j in among} == set(found.mentors)
        assert not {a for a, _ in problem.locked} & set(rows)
        placed = [k for k in np.flatnonzero(mentor_of >= 0).tolist() if (k, int(mentor_of[k])) not in problem.locked]
        for size in range(len(rows) - 1):
            for others in itertools.combinations(placed, size):
                assert not _short(problem, [i, *others], locked_load)[0], (i, others)


def test_there_are_witnesses_among_the_random_problems():
    kinds = [shortage(p, m, i).kind for p in map(_random, range(20)) for m in [solve(p).mentor_of]
             for i in np.flatnonzero(m < 0).tolist()]  # fmt: skip
    assert kinds.count("places") > 10


@pytest.mark.parametrize("seed", range(10))
def test_lifts_are_all_smallest_sets_of_rules(seed):
    rng = np.random.default_rng(seed)
    broken = {(0, j): tuple(rng.choice(CODES[1:], rng.integers(1, 4), replace=False)) for j in range(5)}
    broken[0, 4] = ("himself",)
    problem = make([[50] * 5], broken=broken)
    found = shortage(problem, solve(problem).mentor_of, 0)
    fewest = min(len(codes) for j, codes in broken.items() if j != (0, 4))
    assert {frozenset(codes) for codes, _ in found.lifts} == {
        frozenset(codes) for codes in broken.values() if len(codes) == fewest and "himself" not in codes
    }
    for codes, mentors in found.lifts:
        assert mentors and all(set(broken[0, number - 101]) == set(codes) for number in mentors)


def test_nobody_is_lifted_to_be_their_own_mentor():
    problem = make([[50]], broken={(0, 0): ("himself",)})
    found = shortage(problem, solve(problem).mentor_of, 0)
    assert found.lifts == () and "No exception" in found.text("en") and "Inget undantag" in found.text("sv")


def test_no_exception_is_suggested_for_two_who_may_not_meet():
    problem = make([[50, 40]], broken={(0, 0): ("same_location",), (0, 1): ("not_same_team", "meeting_mode")})
    problem = replace(problem, rule_codes=tuple("conflict" if c == "same_location" else c for c in CODES))
    mentor_of = solve(problem).mentor_of
    assert shortage(problem, mentor_of, 0).lifts == ((("not_same_team", "meeting_mode"), (102,)),)
    assert {r.kind for r in remedies(problem, mentor_of, 0)} == {"recruit"}
    assert "conflict" not in set(rule_prices(problem, mentor_of)["rule"])


def test_a_place_that_the_objective_leaves_empty_is_no_shortage():
    problem = make([[0, 0], [50, 40]], objective=("total",))
    mentor_of = solve(problem).mentor_of
    if mentor_of[0] >= 0:
        mentor_of = np.array([-1, 0])
    assert shortage(problem, mentor_of, 0).kind == "objective"
    with pytest.raises(ValueError, match="expected one without a mentor"):
        shortage(problem, mentor_of, 1)


def test_locks_are_told_apart_from_shared_places():
    problem = make([[50, None], [60, None], [70, None]], capacity=[2, 1], locked=((0, 0),))
    found = shortage(problem, solve(problem).mentor_of, 1)
    assert (found.kind, found.mentees, found.places, found.n_locked) == ("places", (2, 3), 1, 1)
    assert "One more place there" in found.text("en") and "Ytterligare en plats där" in found.text("sv")


@pytest.mark.parametrize("seed", range(6))
def test_each_remedy_places_the_mentee_when_it_is_carried_out(seed):
    problem = _random(seed)
    solved = solve(problem)
    for i in np.flatnonzero(solved.mentor_of < 0).tolist():
        found = remedies(problem, solved.mentor_of, i)
        assert "recruit" in {r.kind for r in found}
        losses = [len(r.without) for r in found]
        assert losses == sorted(losses)
        for remedy in found:
            changed = make([[None if f else s / 10_000 for s, f in zip(a, b, strict=True)]
                            for a, b in zip(problem.score, problem.forbidden, strict=True)],
                           capacity=problem.capacity.tolist())  # fmt: skip
            if remedy.kind == "place":
                changed.capacity[remedy.mentor - 101] += 1
            elif remedy.kind == "rule":
                changed.forbidden[i] &= ~np.uint16(1 << CODES.index(remedy.rule))
            else:
                continue
            after = solve(changed)
            assert after.mentor_of[i] >= 0
            assert remedy.change.matched == after.matched - solved.matched
            lost = np.flatnonzero((solved.mentor_of >= 0) & (after.mentor_of < 0))
            assert remedy.without == tuple(int(k) + 1 for k in lost)
            assert remedy.text("sv") != remedy.text("en")


def test_an_exception_to_a_free_mentor_comes_first_and_names_the_rule():
    problem = make([[90, 50], [80, None]], broken={(0, 1): ("common_language",)})
    mentor_of = solve(problem).mentor_of
    i = int(np.flatnonzero(mentor_of < 0)[0])
    first = remedies(problem, mentor_of, i)[0]
    assert first.kind in ("rule", "place") and first.without == ()
    problem = make([[None, 50], [80, None]], broken={(0, 1): ("common_language",)}, skills={0: "law|data_analysis"})
    found = remedies(problem, solve(problem).mentor_of, 0)
    assert (found[0].kind, found[0].rule, found[0].mentor) == ("rule", "common_language", 102)
    assert "the rule on a common language" in found[0].text("en") and "regeln om gemensamt språk" in found[0].text("sv")
    assert "law and data analysis" in found[-1].text("en") and "juridik och dataanalys" in found[-1].text("sv")


def test_everybody_left_over_has_an_entry_with_a_reason_of_their_own():
    problem = _random(3)
    mentor_of = solve(problem).mentor_of
    entries = unmatched.by_problem(problem, mentor_of)
    left = [problem.mentees["person_id"].iloc[i] for i in np.flatnonzero(mentor_of < 0)]
    idle = [problem.mentors["person_id"].iloc[j] for j in range(5) if j not in mentor_of]
    assert [e["person_id"] for e in entries] == left + idle
    assert {e["reason_code"] for e in entries} <= unmatched.reason_codes()
    for entry in entries:
        if entry["reason_code"] == "no_free_mentor":
            assert "compete for" in entry["reason_en"] and "konkurrerar om" in entry["reason_sv"]
