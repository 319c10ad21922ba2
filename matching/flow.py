"""Flows on the bipartite graph of allowed pairs, by ortools."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow, min_cost_flow

from matching.errors import MatchingError
from matching.instance import Instance, Ints


def solver() -> str:
    """Name and version of the solver, for the record of a proposal."""
    return f"ortools SimpleMinCostFlow {version('ortools')}"


def largest(instance: Instance) -> Ints:
    """`mentor_of` of any largest assignment of the free mentees."""
    n, m, n_arcs = instance.n_mentees, instance.n_mentors, len(instance.mentee)
    if n_arcs == 0:
        return np.full(n, -1, np.int64)
    graph = max_flow.SimpleMaxFlow()
    source, sink = n + m, n + m + 1
    graph.add_arcs_with_capacity(instance.mentee, n + instance.mentor, np.ones(n_arcs, np.int64))
    graph.add_arcs_with_capacity(np.full(n, source), np.arange(n), instance.is_free.astype(np.int64))
    graph.add_arcs_with_capacity(n + np.arange(m), np.full(m, sink), instance.capacity)
    status = graph.solve(source, sink)
    if status != graph.OPTIMAL:
        raise RuntimeError(f"the maximum flow solver stopped with status {status}")
    return _mentor_of(instance, graph.flows(np.arange(n_arcs)) > 0)


def best_total(instance: Instance, *, participation: bool, weighted: bool) -> Ints:
    """`mentor_of` of greatest weight: among the largest assignments if `participation`, else among all.

    Not `weighted`: of as many as can be, the earlier mentees.
    """
    n, m, n_arcs = instance.n_mentees, instance.n_mentors, len(instance.mentee)
    mentor_of = np.full(n, -1, np.int64)
    if n_arcs == 0:
        return mentor_of
    # Of a fixed number of pairs a constant added to all weights changes nothing; else it would.
    shift = instance.weight.max() if participation else 0
    cost = shift - instance.weight if weighted else instance.mentee
    graph = min_cost_flow.SimpleMinCostFlow()
    graph.add_arcs_with_capacity_and_unit_cost(instance.mentee, n + instance.mentor, np.ones(n_arcs, np.int64), cost)
    demand = instance.capacity
    if not participation:
        hub = n + m
        free = np.flatnonzero(instance.is_free)
        graph.add_arcs_with_capacity_and_unit_cost(free, np.full(len(free), hub), np.ones(len(free), np.int64),
                                                   np.zeros(len(free), np.int64))  # fmt: skip
        demand = np.r_[demand, len(free)]
    graph.set_nodes_supplies(np.arange(n + len(demand)), np.r_[instance.is_free.astype(np.int64), -demand])
    _run(graph, graph.solve_max_flow_with_min_cost())
    return _mentor_of(instance, graph.flows(np.arange(n_arcs)) > 0)


def earliest(instance: Instance, mentor_of: Ints, u: Ints, v: Ints, level: int, *, participation: bool) -> Ints:
    """Of all assignments that the prices prove optimal, the one that matches the earlier mentees.

    Sets of mentees that some optimum matches are bases of a matroid, so the least sum of indices left out is also the
    lexicographically earliest set. A second, much smaller flow over pairs whose price equals their weight finds it.
    """
    n, m = instance.n_mentees, instance.n_mentors
    slack = u[instance.mentee] + v[instance.mentor] + level - instance.weight
    tight = instance.only(slack == 0)
    left_out = instance.is_free & (mentor_of < 0)
    reachable = np.zeros(n, bool)
    reachable[tight.mentee] = True
    if not (left_out & reachable).any():
        return mentor_of
    free, n_arcs = np.flatnonzero(instance.is_free), len(tight.mentee)
    must_fill = v > 0
    rest, outside = n + m, n + m + (1 if participation else 0)
    graph = min_cost_flow.SimpleMinCostFlow()
    graph.add_arcs_with_capacity_and_unit_cost(tight.mentee, n + tight.mentor, np.ones(n_arcs, np.int64),
                                               np.zeros(n_arcs, np.int64))  # fmt: skip
    may_wait = free[u[free] == 0]
    one = np.ones(len(may_wait), np.int64)
    graph.add_arcs_with_capacity_and_unit_cost(may_wait, outside * one, one, n - may_wait)
    open_ = np.flatnonzero(~must_fill)
    graph.add_arcs_with_capacity_and_unit_cost(n + open_, np.full(len(open_), rest), instance.capacity[open_],
                                               np.zeros(len(open_), np.int64))  # fmt: skip
    n_matched, n_filled = int((mentor_of >= 0).sum()), int(instance.capacity[must_fill].sum())
    supply = np.zeros(outside + 1, np.int64)
    supply[free] = 1
    supply[n : n + m][must_fill] = -instance.capacity[must_fill]
    supply[rest] -= n_matched - n_filled
    supply[outside] -= len(free) - n_matched
    graph.set_nodes_supplies(np.arange(len(supply)), supply)
    _run(graph, graph.solve())
    return _mentor_of(tight, graph.flows(np.arange(n_arcs)) > 0)


def cover(instance: Instance, mentor_of: Ints) -> tuple[Ints, Ints]:
    """König's cover for a largest assignment: 0/1 per mentee and mentor; it touches every pair.

    Walks from the unmatched mentees to their mentors, from these to their mentees, and on, until nothing new comes up.
    """
    mentee_in = instance.is_free & (mentor_of < 0)
    mentor_in = np.zeros(instance.n_mentors, bool)
    matched = np.flatnonzero(instance.is_free & (mentor_of >= 0))
    while True:
        before = int(mentor_in.sum())
        mentor_in[instance.mentor[mentee_in[instance.mentee]]] = True
        if int(mentor_in.sum()) == before:
            break
        mentee_in[matched[mentor_in[mentor_of[matched]]]] = True
    return (instance.is_free & ~mentee_in).astype(np.int64), mentor_in.astype(np.int64)


def _run(graph: min_cost_flow.SimpleMinCostFlow, status: object) -> None:
    if status == graph.BAD_COST_RANGE or status == graph.BAD_CAPACITY_RANGE:
        raise MatchingError("score: the range of values does not fit the solver's 64 bits; give smaller scores")
    if status != graph.OPTIMAL:
        raise RuntimeError(f"the min-cost flow solver stopped with status {status}")


def _mentor_of(instance: Instance, used: NDArray[np.bool_]) -> Ints:
    mentor_of = np.full(instance.n_mentees, -1, np.int64)
    mentor_of[instance.mentee[used]] = instance.mentor[used]
    return mentor_of
