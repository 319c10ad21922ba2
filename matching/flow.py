"""Flows on the bipartite graph of pairs, by ortools."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from matching.errors import MatchingError
from matching.face import Face, Gain
from matching.instance import Instance, Ints


def solver() -> str:
    """Name and version of the solver, for the record of a proposal."""
    return f"ortools SimpleMinCostFlow {version('ortools')}"


def largest(instance: Instance, pairs: Ints, high: Ints) -> Ints:
    """`mentor_of` (-1: none) of any largest assignment over some pairs (positions in the instance)."""
    n, m, k = instance.n_mentees, instance.n_mentors, len(pairs)
    mentor_of = np.full(n, -1, np.int64)
    if k == 0:
        return mentor_of
    i, j = instance.mentee[pairs], instance.mentor[pairs]
    graph = max_flow.SimpleMaxFlow()
    source, sink = n + m, n + m + 1
    graph.add_arcs_with_capacity(i, n + j, np.ones(k, np.int64))
    graph.add_arcs_with_capacity(np.full(n, source), np.arange(n), instance.is_free.astype(np.int64))
    graph.add_arcs_with_capacity(n + np.arange(m), np.full(m, sink), high)
    status = graph.solve(source, sink)
    if status != graph.OPTIMAL:
        raise RuntimeError(f"the maximum flow solver stopped with status {status}")
    used = graph.flows(np.arange(k)) > 0
    mentor_of[i[used]] = j[used]
    return mentor_of


def best(instance: Instance, face: Face, gain: Gain, pairs: Ints) -> Ints:
    """`mentor_of` of greatest gain on a face, over some of its open pairs (positions in the instance).

    The pairs must allow a solution within the face's bounds.
    """
    n, m, k = instance.n_mentees, instance.n_mentors, len(pairs)
    mentor_of = np.full(n, -1, np.int64)
    if k == 0:
        return mentor_of
    i, j = instance.mentee[pairs], instance.mentor[pairs]
    cost = -gain.of(pairs)
    rest = n + m
    graph = min_cost_flow.SimpleMinCostFlow()
    graph.add_arcs_with_capacity_and_unit_cost(i, n + j, np.ones(k, np.int64), cost)
    takes_part = face.must.copy()
    takes_part[i] = True
    may = np.flatnonzero(takes_part & ~face.must)
    _arcs(graph, may, np.full(len(may), rest), np.ones(len(may), np.int64), np.zeros(len(may), np.int64))
    biggest = int(np.abs(cost).max())
    if gain.load is None:
        open_ = np.flatnonzero(face.high > face.low)
        _arcs(
            graph, n + open_, np.full(len(open_), rest), (face.high - face.low)[open_], np.zeros(len(open_), np.int64)
        )
    else:
        place, load = _places(face)
        worth = -_steps(gain, place, load)
        biggest = max(biggest, int(np.abs(worth).max(initial=0)))
        _arcs(graph, n + place, np.full(len(place), rest), np.ones(len(place), np.int64), worth)
    if not fits(biggest, n + m + 1):
        raise _too_wide()
    supply = np.r_[takes_part.astype(np.int64), -face.low, int(face.low.sum()) - int(takes_part.sum())]
    graph.set_nodes_supplies(np.arange(n + m + 1), supply)
    status = graph.solve()
    if status in (graph.BAD_COST_RANGE, graph.BAD_CAPACITY_RANGE):
        raise _too_wide()
    if status != graph.OPTIMAL:
        raise RuntimeError(f"the min-cost flow solver stopped with status {status}")
    used = graph.flows(np.arange(k)) > 0
    mentor_of[i[used]] = j[used]
    return mentor_of


def missed(instance: Instance, face: Face, pairs: Ints) -> tuple[int, tuple[Ints, Ints]]:
    """By how many people the face's bounds are missed with these pairs (positions) alone, and prices that prove it.

    0: some solution of the face uses only them. Else the prices (u, v) are those of a least cut: u + v is 0 or more for
    these pairs, -1 or more for any other, and all bounds priced with them add up to minus the number missed.
    """
    n, m = instance.n_mentees, instance.n_mentors
    i, j = instance.mentee[pairs], instance.mentor[pairs]
    takes_part = face.people(instance)
    people = np.flatnonzero(takes_part)
    may = np.flatnonzero(takes_part & ~face.must)
    rest, source, sink = n + m, n + m + 1, n + m + 2
    graph = max_flow.SimpleMaxFlow()
    # A capacity of 2 keeps pairs out of the least cut: only people and bounds can be in it.
    _flow_arcs(graph, i, n + j, np.full(len(i), 2))
    _flow_arcs(graph, may, np.full(len(may), rest), np.full(len(may), 2))
    _flow_arcs(graph, np.full(len(people), source), people, np.ones(len(people), np.int64))
    low, room = np.flatnonzero(face.low), np.flatnonzero(face.high > face.low)
    _flow_arcs(graph, n + low, np.full(len(low), sink), face.low[low])
    _flow_arcs(graph, n + room, np.full(len(room), rest), (face.high - face.low)[room])
    _flow_arcs(graph, [rest], [sink], [len(people) - int(face.low.sum())])
    status = graph.solve(source, sink)
    if status != graph.OPTIMAL:
        raise RuntimeError(f"the maximum flow solver stopped with status {status}")
    short = len(people) - graph.optimal_flow()
    if short == 0:
        return 0, (np.zeros(0, np.int64), np.zeros(0, np.int64))
    side = np.zeros(n + m + 3, np.int64)
    side[np.asarray(graph.get_source_side_min_cut())] = 1
    u = np.where(takes_part, side[rest] - side[:n], 0)
    return short, (u, side[n : n + m] - side[rest])


def _arcs(graph: min_cost_flow.SimpleMinCostFlow, tail: Ints, head: Ints, capacity: Ints, cost: Ints) -> None:
    if len(tail):
        graph.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)


def _flow_arcs(graph: max_flow.SimpleMaxFlow, tail: Ints, head: Ints, capacity: Ints) -> None:
    if len(tail):
        graph.add_arcs_with_capacity(np.asarray(tail), np.asarray(head), np.asarray(capacity, dtype=np.int64))


def _places(face: Face) -> tuple[Ints, Ints]:
    """Each place that a mentor may fill beyond the least load: its mentor, and the load before it is filled."""
    number = face.high - face.low
    mentor = np.repeat(np.arange(len(number)), number)
    first = np.repeat(np.cumsum(number) - number, number)
    return mentor, face.low[mentor] + np.arange(len(mentor)) - first


def _steps(gain: Gain, mentor: Ints, load: Ints) -> Ints:
    return Gain(0, gain.load[mentor], gain.fixed[mentor]).step(load)


def fits(cost: int, n_nodes: int) -> bool:
    """Whether the solver can take a cost: it multiplies by the number of nodes, and prices grow as far along a path."""
    return cost < 2**59 // (n_nodes + 4)


def _too_wide() -> MatchingError:
    return MatchingError("score: the range of values does not fit the solver's 64 bits; give smaller scores")
