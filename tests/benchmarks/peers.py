"""Scripts that solve the same problems with Adept and with others, each for a process of its own.

They share no imports with each other: mentor-match and matching both install a package called `matching`, as ours is.
"""

from __future__ import annotations

COMMON = """
import json, resource, sys, time
arguments = json.loads(sys.argv[1])

def timed(call):
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result

def done(**found):
    found["peak_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print("@@" + json.dumps(found))
"""

SPARSE = """
import numpy as np
import matching
from ortools.graph.python import min_cost_flow
objective, repeats, only = tuple(arguments[0]), arguments[1], len(arguments) > 2
n, m, k = 100_000, 50_000, 20
rng = np.random.default_rng(0)
drawn = np.sort(rng.integers(0, m, (n, k + 8)), axis=1)
keep = np.ones_like(drawn, bool)
keep[:, 1:] = drawn[:, 1:] != drawn[:, :-1]
keep &= np.cumsum(keep, axis=1) <= k
mentor, mentee = drawn[keep], np.repeat(np.arange(n), keep.sum(1))
del drawn, keep
score, capacity = np.round(rng.random(len(mentee)), 6), rng.integers(1, 4, m)

def bare():
    graph = min_cost_flow.SimpleMinCostFlow()
    add = graph.add_arcs_with_capacity_and_unit_cost
    pairs = add(mentee, n + mentor, np.ones(len(mentee), np.int64), -np.rint(score * 1e6).astype(np.int64))
    add(np.arange(n), np.full(n, n + m), np.ones(n, np.int64), np.zeros(n, np.int64))
    add(n + np.arange(m), np.full(m, n + m), capacity, np.zeros(m, np.int64))
    graph.set_nodes_supplies(np.arange(n + m + 1), np.r_[np.ones(n, np.int64), np.zeros(m, np.int64), -n])
    assert graph.solve() == graph.OPTIMAL
    return score[graph.flows(pairs) > 0].sum()

times = {"ours": [], "bare": [], "verify": []}
for _ in range(repeats):
    if not only:
        seconds, best = timed(bare)
        times["bare"].append(seconds)
    options = dict(n_mentees=n, capacity=capacity, objective=objective)
    seconds, found = timed(lambda: matching.assign(mentee, mentor, score, **options))
    times["ours"].append(seconds)
    if not only:
        seconds, report = timed(lambda: found.certificate.verify(found, mentee, mentor, score, **options))
        times["verify"].append(seconds)
        assert report and (objective != ("total",) or round(found.total, 4) == round(best, 4))
done(**times)
"""

DENSE = """
import numpy as np
import matching
from scipy.optimize import linear_sum_assignment
objective, repeats = tuple(arguments[0]), arguments[1]
n = 5000
square = np.round(np.random.default_rng(0).random((n, n)), 6)
mentee, mentor = np.repeat(np.arange(n, dtype=np.int32), n), np.tile(np.arange(n, dtype=np.int32), n)
score, options = square.ravel(), dict(n_mentees=n, capacity=np.ones(n, int), objective=objective)
times = {"ours": [], "scipy": [], "verify": []}
for _ in range(repeats):
    seconds, (rows, columns) = timed(lambda: linear_sum_assignment(square, maximize=True))
    times["scipy"].append(seconds)
    seconds, found = timed(lambda: matching.assign(mentee, mentor, score, **options))
    times["ours"].append(seconds)
    seconds, report = timed(lambda: found.certificate.verify(found, mentee, mentor, score, **options))
    times["verify"].append(seconds)
    assert report and ("worst_off" in objective or round(found.total, 4) == round(square[rows, columns].sum(), 4))
done(**times)
"""

FIFTY_MILLION = """
import numpy as np
import matching
n, m = 10_000, 5_000
rng = np.random.default_rng(0)
score, capacity = np.round(rng.random((n, m)), 6).ravel(), rng.integers(1, 4, m)
mentee, mentor = np.repeat(np.arange(n, dtype=np.int32), m), np.tile(np.arange(m, dtype=np.int32), n)
options = dict(n_mentees=n, capacity=capacity, objective=tuple(arguments[0]))
seconds, found = timed(lambda: matching.assign(mentee, mentor, score, **options))
verify, report = timed(lambda: found.certificate.verify(found, mentee, mentor, score, **options))
assert report
done(seconds=seconds, verify=verify)
"""

_PEOPLE = """
import random
random.seed(0)
SIZE = 500

def people(kind):
    return [{"email": f"{kind}{k}", "grade": random.randrange(8), "organisation": str(random.randrange(12)),
             "profession": str(random.randrange(10)), "first name": "a", "last name": "b", "role": "c"}
            for k in range(SIZE)]

mentors, mentees = people("mentor"), people("mentee")
"""

MENTOR_MATCH = (
    _PEOPLE
    + """
from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.process import process_data
from matching.rules import rule

def one_round():
    rules = [rule.Grade(2, lambda ahead, wanted: ahead == wanted, {True: 5, False: 0}),
             rule.Equivalent("organisation", {True: 0, False: 3}), rule.Equivalent("profession", {True: 4, False: 0})]
    a, b = [Mentor(**person) for person in mentors], [Mentee(**person) for person in mentees]
    return process_data(a, b, [rules])[1]

times, total = [], 0
for _ in range(arguments[0]):
    seconds, matched = timed(one_round)
    times.append(seconds)
total = sum(5 * (mentor.grade - person.grade == 2) + 3 * (mentor.organisation != person.organisation)
            + 4 * (mentor.profession == person.profession) for person in matched for mentor in person.mentors)
done(seconds=times, total=total)
"""
)

MENTOR_MATCH_OURS = (
    _PEOPLE
    + """
import numpy as np
import matching

def one_round(objective):
    a, b = ({key: np.array([person[key] for person in group]) for key in ("grade", "organisation", "profession")}
            for group in (mentees, mentors))
    score = (5 * (b["grade"] - a["grade"][:, None] == 2) + 3 * (a["organisation"][:, None] != b["organisation"])
             + 4 * (a["profession"][:, None] == b["profession"])).astype(float)
    i, j = np.divmod(np.arange(score.size), SIZE)
    options = dict(n_mentees=SIZE, capacity=np.ones(SIZE, int), objective=objective)
    found = matching.assign(i, j, score.ravel(), **options)
    assert found.certificate.verify(found, i, j, score.ravel(), **options)
    return found

times = [timed(lambda: one_round(tuple(arguments[1])))[0] for _ in range(arguments[0])]
done(seconds=times, total=int(one_round(("participation", "total")).total))
"""
)

_LISTS = """
import random
random.seed(0)
MENTEES, MENTORS, PLACES = 1000, 200, 5
mentee_lists = [random.sample(range(MENTORS), MENTORS) for _ in range(MENTEES)]
mentor_lists = [random.sample(range(MENTEES), MENTEES) for _ in range(MENTORS)]
"""

MATCHING = (
    _LISTS
    + """
import threading
from matching.games import HospitalResident

def solve():
    residents = {a: [f"b{b}" for b in order] for a, order in enumerate(mentee_lists)}
    hospitals = {f"b{b}": order for b, order in enumerate(mentor_lists)}
    capacity = dict.fromkeys(hospitals, PLACES)
    start = time.perf_counter()
    game = HospitalResident.create_from_dictionaries(residents, hospitals, capacity)
    read = time.perf_counter()
    matched = game.solve()
    times.append(time.perf_counter() - start)
    solving.append(time.perf_counter() - read)
    mentor_of = [-1] * MENTEES
    for hospital, held in matched.items():
        for resident in held:
            mentor_of[resident.name] = int(hospital.name[1:])
    found.append(mentor_of)

times, solving, found = [], [], []
# The package copies its players recursively, far deeper than Python allows by itself.
sys.setrecursionlimit(1_000_000)
threading.stack_size(1 << 30)
for _ in range(arguments[0]):
    thread = threading.Thread(target=solve)
    thread.start()
    thread.join()
done(seconds=times, solving=solving, mentor_of=found[-1])
"""
)

MATCHING_OURS = (
    _LISTS
    + """
import matching
mentee_groups = [[[b] for b in order] for order in mentee_lists]
mentor_groups = [[[a] for a in order] for order in mentor_lists]
times = []
for _ in range(arguments[0]):
    seconds, found = timed(lambda: matching.stable(mentee_groups, mentor_groups, [PLACES] * MENTORS))
    times.append(seconds)
assert found.certificate.verify(found, mentee_groups, mentor_groups, [PLACES] * MENTORS)
done(seconds=times, mentor_of=found.mentor_of.tolist())
"""
)
