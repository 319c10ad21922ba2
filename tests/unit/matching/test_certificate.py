"""The independent checker: whatever is changed is refused, and no seal makes up for a missing proof."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import replace

import numpy as np
import pytest

import matching
from matching.certificate import Certificate, Level
from tests.unit.matching.problems import OBJECTIVES, Case, random_case

A_THOUSAND = math.ceil(1000 / len(OBJECTIVES))


def claim(case, mentor_of, certificate):
    """An assignment with the figures that belong to `mentor_of`, sealed together with a certificate."""
    mentor_of = np.array(mentor_of, dtype=np.int64)
    chosen = case.score[mentor_of[case.mentee] == case.mentor]
    assignment = matching.Assignment(
        mentor_of=mentor_of,
        matched=len(chosen),
        worst=float(min(chosen, default=math.nan)),
        total=math.fsum(chosen),
        loads=np.bincount(mentor_of[mentor_of >= 0], minlength=len(case.capacity)),
        certificate=certificate,
    )
    return replace(assignment, certificate=replace(certificate, seal=certificate.sealed_by(assignment)))


def corrupt(rng, found):
    """One value changed, in the assignment, its certificate or one of the certificate's levels."""
    proof = found.certificate
    parts = [(found, f.name) for f in dataclasses.fields(found) if f.name not in ("certificate", "alternatives")]
    parts += [(proof, f.name) for f in dataclasses.fields(proof)]
    parts += [
        (level, f.name) for level in proof.levels for f in dataclasses.fields(level) if np.size(getattr(level, f.name))
    ]
    owner, name = parts[rng.integers(len(parts))]
    changed = replace(owner, **{name: other_value(rng, getattr(owner, name))})
    if owner is found:
        return replace(changed, certificate=proof)
    if isinstance(owner, Level):
        changed = replace(proof, levels=tuple(changed if level is owner else level for level in proof.levels))
    return replace(found, certificate=changed)


def other_value(rng, value):
    if isinstance(value, np.ndarray):
        value = value.copy()
        value[rng.integers(len(value))] += rng.choice([-1, 1, 7, 2**40])
        return value
    if isinstance(value, tuple):
        return value[1:] if rng.random() < 0.5 else (*value, value[-1])
    if isinstance(value, str):
        return value[::-1] + "0"
    if isinstance(value, float) and math.isnan(value):
        return 0.0
    return (value or 0) + int(rng.choice([-1, 1]))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_thousand_corrupted_certificates_are_refused(objective):
    rng = np.random.default_rng(11)
    refused = 0
    while refused < A_THOUSAND:
        case = random_case(rng, decimals=int(rng.choice([0, 6])), n_locked=int(rng.integers(0, 3)))
        found = case.solve(objective)
        assert case.verify(found, objective)
        for _ in range(10):
            report = case.verify(corrupt(rng, found), objective)
            assert not report and report.reason
            refused += 1


def test_a_value_that_is_no_number_at_all_is_refused_and_raises_nothing():
    case = random_case(np.random.default_rng(4))
    found = case.solve(("participation", "total"))
    for name, value in (("mentor_of", None), ("loads", "many"), ("matched", "all"), ("mentor_of", [0.5] * 12)):
        assert not case.verify(replace(found, **{name: value}), ("participation", "total"), found.certificate)
    for proof in (replace(found.certificate, levels=(None,)), replace(found.certificate, levels=None)):
        assert not case.verify(found, ("participation", "total"), proof)


def worse_choices(rng, case, found, objective, count=3):
    """Feasible assignments that are worth less than the optimum."""
    best = case.worth(tuple(found.mentor_of.tolist()), objective)
    worse = [choice for choice in case.feasible() if case.worth(choice, objective) < best]
    return [worse[k] for k in rng.permutation(len(worse))[:count]]


def forgeries(rng, case, choice, found, objective):
    """Certificates made up for a worse assignment, as a cheat would who knows the seal."""
    proof = found.certificate
    yield proof
    # The proof of another problem, whose scores make the cheat's choice the best one.
    bonus = np.where(np.array(choice)[case.mentee] == case.mentor, 10.0, 0.0)
    yield replace(case, score=case.score + bonus).solve(objective).certificate
    # Prices moved a little, moved a lot, and none at all.
    for change in (lambda p: p + rng.integers(-1, 2, p.shape), lambda p: p + rng.integers(0, 2**40, p.shape),
                   np.zeros_like, lambda p: p + 2**62):  # fmt: skip
        yield replace(proof, levels=tuple(
            replace(x, mentee_price=change(x.mentee_price), mentor_price=change(x.mentor_price)) for x in proof.levels
        ))  # fmt: skip
    # Values brought into line with what the choice reaches.
    weights = np.rint(case.score * 1e6).astype(int)[np.array(choice)[case.mentee] == case.mentor]
    worst = int(weights.min()) if weights.size else None
    yield replace(proof, levels=tuple(replace(x, value=worst if x.name == "worst_off" else x.value)
                                      for x in proof.levels))  # fmt: skip
    yield replace(proof, levels=())


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_bounds_alone_refuse_a_worse_assignment_however_it_is_sealed(objective):
    rng = np.random.default_rng(2)
    tried = 0
    while tried < 150:
        case = random_case(rng, 5, 3, density=0.8, decimals=int(rng.choice([0, 6])), n_locked=int(rng.integers(0, 2)))
        found = case.solve(objective)
        for choice in worse_choices(rng, case, found, objective):
            for forged in forgeries(rng, case, choice, found, objective):
                report = case.verify(claim(case, choice, forged), objective)
                assert not report and not report.reason.startswith("seal")
                tried += 1


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_prices_that_were_changed_and_sealed_anew_never_prove_too_much(objective):
    """Other prices may prove the same optimum; those that prove nothing are refused even with a fresh seal."""
    rng = np.random.default_rng(6)
    refused = 0
    for _ in range(40):
        case = random_case(rng)
        found = case.solve(objective)
        levels = list(found.certificate.levels)
        k = int(rng.integers(len(levels)))
        if levels[k].mentee_price.size == 0:
            continue
        # Lowered, the price of a matched mentee no longer covers the pair, and that of an unmatched one is not 0.
        price = levels[k].mentee_price.copy()
        price[rng.integers(len(price))] -= 1
        levels[k] = replace(levels[k], mentee_price=price)
        forged = claim(case, found.mentor_of, replace(found.certificate, levels=tuple(levels)))
        report = case.verify(forged, objective)
        if not report:
            assert not report.reason.startswith("seal")
            refused += 1
        else:
            assert levels[k].name == "worst_off"  # a bound with room to spare
    assert refused > 10


def test_prices_that_wrap_around_prove_nothing():
    case = Case(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 2.0]), 1, np.array([1, 1]))
    found = case.solve(("total",))
    level = found.certificate.levels[0]
    level = replace(level, mentee_price=level.mentee_price + 2**62, mentor_price=level.mentor_price - 2**62)
    assert "beyond 64 bits" in case.verify(found, ("total",), replace(found.certificate, levels=(level,))).reason


def test_a_certificate_holds_for_its_own_problem_and_objective_only():
    rng = np.random.default_rng(8)
    case = random_case(rng)
    found = case.solve(("participation", "total"))
    assert not case.verify(found, ("total",))
    better = replace(case, score=case.score + np.where(found.mentor_of[case.mentee] == case.mentor, 0.0, 9.0))
    assert not better.verify(found, ("participation", "total"))
    assert not replace(case, capacity=found.loads - (found.loads > 0)).verify(found, ("participation", "total"))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_certificate_survives_json(objective):
    case = random_case(np.random.default_rng(3), n_locked=1)
    found = case.solve(objective)
    assert case.verify(found, objective, Certificate.from_json(json.dumps(found.certificate.to_json())))


def forged(found, levels, mentor_of, score, n_mentors):
    """Another assignment with prices made up for it, sealed anew."""
    mentor_of = np.asarray(mentor_of)
    chosen = score[mentor_of >= 0]
    other = dataclasses.replace(
        found, mentor_of=mentor_of, matched=len(chosen), worst=float(chosen.min()), total=math.fsum(chosen),
        loads=np.bincount(mentor_of[mentor_of >= 0], minlength=n_mentors),
    )  # fmt: skip
    bare = Certificate(found.certificate.objective, levels)
    return other, dataclasses.replace(bare, seal=bare.sealed_by(other))


def test_a_bound_that_would_wrap_around_proves_nothing():
    n, objective = 17, ("participation", "worst_off")
    i, j, score = np.arange(n), np.zeros(n, int), np.array([0.1] + [0.9] * 16)
    problem = {"n_mentees": n, "capacity": [16], "objective": objective}
    found = matching.assign(i, j, score, **problem)
    none = np.zeros(n, np.int64)
    levels = (Level("participation", None, none, np.array([1])),
              Level("worst_off", 100_000, none, np.array([2**59])))  # fmt: skip
    other, proof = forged(found, levels, [0] * 16 + [-1], score, 1)
    assert found.worst == 0.9 and not proof.verify(other, i, j, score, **problem)


def test_prices_in_fewer_bits_prove_nothing():
    i, j, score, objective = np.zeros(2, int), np.arange(2), np.array([1.0, 2.0]), ("participation", "total")
    problem = {"n_mentees": 1, "capacity": [1, 1], "objective": objective}
    found = matching.assign(i, j, score, **problem)
    prices = np.array([-(2**30)], np.int32), np.array([2**30 + 10**6, -(2**31)], np.int32)
    levels = (found.certificate.levels[0], Level("total", None, *prices))
    other, proof = forged(found, levels, [0], score[:1], 2)
    assert "64-bit" in proof.verify(other, i, j, score, **problem).reason
