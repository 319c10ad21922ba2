"""The draw of places and the draw among near-optimal pairs, as a proposal carries them."""

from __future__ import annotations

import pandas as pd
import pytest

import matching
from matching.applicants import gather, seed_of
from matching.solving import solve
from programme.config import Lottery
from tests.unit.matching.people import crowd, programme


def propose(mentees, mentors, seed=1, **options):
    return matching.match(mentees, mentors, programme(**options), "2024", seed, details=False)


@pytest.fixture(scope="module")
def people():
    return crowd(60, 12)


def test_places_are_drawn_where_applicants_exceed_them_and_everybody_is_accounted_for(people):
    drawn = propose(*people, lottery=Lottery(is_used=True))
    offers, capacity = drawn.offers, int(drawn.summary.set_index("metric")["value"]["capacity"])
    assert offers["is_offered"].sum() == capacity < len(offers)
    assert (offers["probability"] == capacity / len(offers)).all()
    refused = set(offers.loc[~offers["is_offered"], "person_id"])
    left = drawn.unmatched
    assert set(left.loc[left["reason_code"] == "not_drawn", "person_id"]) == refused
    assert not refused & set(drawn.pairs["mentee_person_id"])
    # Whoever was offered a place and left over by the rules stays among the offered.
    assert set(drawn.pairs["mentee_person_id"]) <= set(offers.loc[offers["is_offered"], "person_id"])
    again = propose(*people, lottery=Lottery(is_used=True))
    other = propose(*people, seed=2, lottery=Lottery(is_used=True))
    assert again.proposal_hash == drawn.proposal_hash
    assert not other.offers["is_offered"].equals(offers["is_offered"])


def test_nothing_is_drawn_unless_asked_for(people):
    plain = propose(*people)
    assert plain.offers is None and (plain.pairs["probability"] == 1).all()


def test_pairs_drawn_among_near_optimal_ones_carry_their_odds(people):
    drawn = propose(*people, near_optimal=8)
    best = propose(*people)
    assert len(drawn.pairs) == len(best.pairs)
    assert drawn.pairs["score"].sum() >= 0.98 * best.pairs["score"].sum()
    odds = drawn.pairs["probability"]
    assert odds.between(0, 1, inclusive="right").all() and odds.min() < 1
    seeds = {tuple(propose(*people, seed=s, near_optimal=8).pairs["mentor_person_id"]) for s in range(6)}
    assert len(seeds) > 1


def test_a_proposal_with_draws_survives_its_payload(people):
    drawn = propose(*people, near_optimal=4, lottery=Lottery(is_used=True))
    back = matching.Proposal.from_payload(drawn.to_payload())
    assert back.proposal_hash == drawn.proposal_hash
    pd.testing.assert_frame_equal(back.offers, drawn.offers)
    pd.testing.assert_frame_equal(back.pairs, drawn.pairs)


def test_no_round_repeats_the_draw_of_another_and_pseudonyms_play_no_part(people):
    mentees, mentors = people
    numbers = [seed_of(1, cohort, mentees, mentors) for cohort in ("2024", "2025")]
    assert numbers[0] != numbers[1] != seed_of(2, "2025", mentees, mentors)
    assert seed_of(1, "2024", mentees.iloc[1:], mentors) != numbers[0]
    other = mentees.assign(person_id=mentees["person_id"].str[::-1])
    assert seed_of(1, "2024", other.sample(frac=1, random_state=3), mentors) == numbers[0]


def test_what_was_drawn_from_is_kept_and_the_optimum_is_what_the_certificate_proves(people):
    drawn = propose(*people, near_optimal=8)
    problem = gather(*people, programme(), "2024").problem
    solved = solve(problem, 8)
    assert drawn.candidates[0] == solved.mentor_of.tolist() and len(drawn.candidates) > 1
    assert drawn.certificate.seal == solved.certificate.seal
    pairs = [(m, k) for m, k in enumerate(problem.mentees["person_id"])]
    mentor = problem.mentors["person_id"].tolist()
    as_pairs = [{(k, mentor[c[m]]) for m, k in pairs if c[m] >= 0} for c in drawn.candidates]
    got = set(zip(drawn.pairs["mentee_person_id"], drawn.pairs["mentor_person_id"], strict=True))
    assert got in as_pairs


@pytest.mark.parametrize("objective", [("participation", "worst_off"), ("total",), ("leximin",), ("rank_maximal",)])
def test_every_objective_goes_through_with_findings(objective):
    found = matching.match(*crowd(12, 6), programme(objective=objective), "2024", 1)
    assert found.objective == objective and len(found.pairs)
