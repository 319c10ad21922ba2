"""Every component of the score, and that the score is made of nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matching
from matching import features, profiles
from matching.features import COMPONENTS, REGISTRY
from matching.problem import build
from matching.selection import Block
from programme.config import Matching, Weights
from tests.unit.matching.people import component, crowd, mentee, mentor, pid, posed, read


def both(column, a, b):
    return {column: a}, {column: b}


KNOWS = {"known_people": pid("mentor 1")}, {"known_people": None}
CASES = [
    ("skills", {"skills_wanted": "law"}, {"skills_offered": "law|finance|quality"}, 1),
    ("skills", {"skills_wanted": "law|finance|quality"}, {"skills_offered": "law"}, 0.333333),
    ("goals", *both("goals", "leadership|network", "network"), 0.5),
    ("interests", *both("interests", "music|art", "music|food"), 0.333333),
    ("experience", *both("level", 3, 6), 0.666667),
    ("values", *both("values", "openness|trust", "trust"), 0.5),
    ("values", *both("values", None, None), 0),
    ("mentor_preference", {}, {"preferred_mentees": f"{pid('x')}|{pid('mentee 1')}"}, 0.5),
    ("mentor_preference", {}, {"preferred_mentees": pid("mentee 1")}, 1),
    ("mentor_preference", {}, {"preferred_mentees": None}, 0),
    ("location", *both("location", "Umeå", "Umeå"), 1),
    ("location", *both("location", "Umeå", "Lund"), 0),
    ("location", *both("location", None, None), 0),
    ("time_zone", *both("time_zone", 1, 1), 1),
    ("time_zone", *both("time_zone", 1, -0.5), 0.75),
    ("time_zone", *both("time_zone", 12, -11), 0.833333),
    ("time_zone", *both("time_zone", 1, 9), 0),
    ("time_zone", *both("time_zone", None, 1), 0),
    ("languages", *both("languages", "sv|en|fi", "en|sv"), 0.666667),
    ("meeting_mode", *both("meeting_mode", "remote", "remote"), 1),
    ("meeting_mode", *both("meeting_mode", "remote", "either"), 0),
    ("availability", *both("availability", "mon-am", "mon-am|tue-am|wed-pm"), 1),
    ("availability", *both("availability", "mon-am|tue-pm", "mon-am|tue-am|wed-pm"), 0.5),
    ("availability", *both("availability", "mon-am", None), 0),
    ("acquaintance", *KNOWS, 0),
    ("acquaintance", {"known_people": None}, {"known_people": pid("mentee 1")}, 0),
    ("acquaintance", *both("known_people", pid("x"), None), 1),
]


@pytest.mark.parametrize(("name", "a", "b", "value"), CASES)
def test_a_component_has_its_value(name, a, b, value):
    assert component(name, a, b) == value


def test_lists_of_any_length_are_compared():
    many = "|".join(f"c{k}" for k in range(300))
    value = component("values", *both("values", many, "|".join(f"c{k}" for k in range(30, 300))))
    assert value == 0.9
    assert component("interests", *both("interests", many, many)) == 1


NEEDS = {"values": "values", "mentor_preference": "preferred_mentees", "free_text": "motivation",
         "time_zone": "time_zone", "availability": "availability", "acquaintance": "known_people"}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in REGISTRY if name not in COMPONENTS])
def test_a_weight_needs_its_column_and_by_default_none_is_needed(name):
    assert getattr(Weights(), name) == 0
    if name not in NEEDS:
        assert posed([mentee(1)], [mentor(1)], weights={name: 1})[0].score.shape == (1, 1)
        return
    with pytest.raises(matching.MatchingError, match=rf"matching.weights.{name}: the ment.*{NEEDS[name]}.* to 0"):
        posed([mentee(1)], [mentor(1)], weights={name: 1})
    assert name not in posed([mentee(1)], [mentor(1)])[0].components([0], [0])


def test_a_time_zone_is_an_offset():
    with pytest.raises(matching.MatchingError, match="mentors, rows 0: time_zone is beyond 14 hours"):
        posed([mentee(1)], [mentor(1, time_zone=60)])


PROTECTED = ("sex", "gender", "kön", "birth", "född", "age", "ålder", "ethnic", "origin", "religion", "disab", "health",
             "national", "citizen", "union", "pregnan", "orientation", "parent")  # fmt: skip


def is_demographic(column):
    return any(word.startswith(PROTECTED) for word in column.split("_"))


def test_nothing_demographic_is_scored_and_only_declared_columns_are_read():
    motivation = {"motivation": "Leda", "motivation_language": "sv"}
    more = {"values": "trust", "time_zone": 1, "availability": "mon", "known_people": None, **motivation}
    left, right = read([mentee(1, **more)], [mentor(1, preferred_mentees=None, **more)])
    for name, one in REGISTRY.items():
        for column in (*one.mentee_columns, *one.mentor_columns):
            assert not is_demographic(column), f"{name} reads {column}"
        # Frames of the declared columns alone: whatever else a formula reads would be a KeyError.
        formula = one.prepare(left[list(one.mentee_columns)], right[list(one.mentor_columns)])
        assert formula(Block(0, 1)).shape == (1, 1)
    for role in ("mentee", "mentor"):
        read_at_all = (*profiles.columns(role), *profiles.optional_columns(role))
        assert not [c for c in read_at_all if is_demographic(c)]
    assert [c for c in ("sex", "age_band", "birth_year", "level", "manager_person_id") if is_demographic(c)] == [
        "sex", "age_band", "birth_year"]  # fmt: skip


def test_components_lie_between_0_and_1_and_every_weight_is_a_component():
    assert list(REGISTRY) == list(Weights().model_dump())
    left, right = (profiles.read(f, r, "2024") for f, r in zip(crowd(40, 30), ("mentee", "mentor"), strict=True))
    problem = build(left, right, Matching(approvers=("anna",)), ("total",))
    parts = problem.components(*np.indices((40, 30)).reshape(2, -1))
    assert tuple(parts) == COMPONENTS
    for part in parts.values():
        assert part.shape == (1200,) and part.min() >= 0 and part.max() <= 1 and part.max() > part.min()
    assert problem.score.min() >= 0 and problem.score.max() <= 1_000_000


def test_empty_answers_score_0_and_forbid_nothing():
    nothing = {"goals": None, "interests": "", "level": 3, "division_id": None}
    one, other = mentee(1, skills_wanted=np.nan, **nothing), mentor(1, skills_offered=None, **(nothing | {"level": 9}))
    problem, _ = posed([one], [other])
    assert not problem.forbidden.any() and problem.score[0, 0] == 0
    assert all(part[0] == 0 for part in problem.components([0], [0]).values())


def test_ranked_choices_fall_evenly():
    choices = "|".join(pid(f"mentor {k}") for k in (2, 1, 3))
    problem, _ = posed([mentee(1, preferred_mentors=choices)], [mentor(k) for k in (1, 2, 3, 4)])
    assert problem.components([0] * 4, [0, 1, 2, 3])["preference"].tolist() == [0.666667, 1.0, 0.333333, 0.0]


def test_distance_counts_another_division_most():
    def of(unit, division):
        return component("distance", {}, {"organisation_id": unit, "division_id": division})

    assert [of("B9", "B"), of("B9", "A"), of("A1", "A"), of("B9", None)] == [1.0, 0.5, 0.0, 0.0]


WORDS = ("leda", "ledare", "projekt", "budget", "vård", "musik", "manage", "network")


def rich(n_mentees, n_mentors, seed):
    """Random applicants with all optional columns too."""
    rng = np.random.default_rng(seed)
    mentees, mentors = crowd(n_mentees, n_mentors, seed)
    for people, others in ((mentees, mentors), (mentors, mentees)):
        n = len(people)

        def some(words, n=n):
            return ["|".join(rng.choice(words, rng.integers(0, 4) if len(words) else 0)) for _ in range(n)]

        people["values"], people["availability"] = some(["a", "b", "c", "d"]), some(["mon", "tue", "wed"])
        people["motivation"] = [t.replace("|", " ") for t in some(WORDS)]
        people["motivation_language"] = rng.choice(["sv", "en"], n)
        people["time_zone"] = rng.choice([0, 1, 5.5, np.nan], n)
        people["known_people"] = some(others["person_id"].to_numpy())
        if others is mentees:
            people["preferred_mentees"] = some(others["person_id"].to_numpy())
    return mentees, mentors


ALL = Matching(
    approvers=("anna",), weights={name: 0.07 * (k + 1) for k, name in enumerate(REGISTRY)},
    rules={"max_time_zone_gap": 3, "not_known_to_each_other": True, "not_same_team": False},
    preferred=({"rule": "not_same_team", "penalty": 0.123457},),
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 12), st.integers(0, 9), st.integers(1, 5), st.integers(0, 10**6))
def test_neither_the_order_of_rows_nor_the_size_of_blocks_changes_anything(n_mentees, n_mentors, rows, seed):
    frames = rich(n_mentees, n_mentors, seed)
    shuffled = [f.sample(frac=1, random_state=seed % 2**31) for f in frames]
    whole, parted = (
        build(profiles.read(a, "mentee", "2024"), profiles.read(b, "mentor", "2024"), ALL, ("total",), rows=step)
        for (a, b), step in ((frames, None), (shuffled, rows))
    )
    assert (whole.score == parted.score).all() and (whole.forbidden == parted.forbidden).all()
    i, j = np.indices(whole.score.shape).reshape(2, -1)
    parts = whole.components(i, j)
    assert list(parts) == list(REGISTRY)
    # A score is the weighted mean of what `components` says, less the penalties, to the last digit.
    total = sum(w * parts[name] for name, w in whole.weights.items()) / sum(whole.weights.values())
    lost = sum(whole.penalties(i, j).values())
    expected = np.maximum(np.rint(total * 1e6) - np.rint(lost * 1e6), 0)
    assert (expected.reshape(whole.score.shape) == whole.score).all()
    for row, column, score in zip(*(x.tolist() for x in whole.pairs()), strict=True):
        assert whole.forbidden[row, column] == 0 and score == whole.score[row, column] / 1e6
    assert len(whole.pairs()[0]) == (whole.forbidden == 0).sum()
    assert (np.diff(whole.pairs()[0].astype(np.int64) * 100 + whole.pairs()[1]) > 0).all()


def test_pairs_come_in_order_beyond_one_block():
    mentees, mentors = crowd(1100, 3)
    problem = build(profiles.read(mentees, "mentee", "2024"), profiles.read(mentors, "mentor", "2024"),
                    Matching(approvers=("anna",)), ("total",))  # fmt: skip
    i, j, score = problem.pairs()
    a, b = np.nonzero(problem.forbidden == 0)
    assert i.dtype == j.dtype == np.int32 and (i == a).all() and (j == b).all()
    assert (score == problem.score[a, b] / 1e6).all()


def test_a_proposal_shows_the_usual_components_and_those_with_a_weight():
    assert features.used({"values": 0.1, "skills": 0, "location": 0}) == (*COMPONENTS, "values")
