"""Tabu search for group plans: swaps of two people within a round, after Dotú and Van Hentenryck (CPAIOR 2005).

Every round has the same number of groups and every group the same number of chairs; empty chairs are treated as people
whom nobody gets to know, and who as a team of their own sit in different groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.instance import Ints

# First no avoidable pair of one team, then most new acquaintances, then least of one division. The weights keep this
# order, and their sums stay whole in doubles, for up to 60,000 pairs of people meeting in all rounds together.
SAME_TEAM, WASTED, SAME_DIVISION = 1e11, 1e6, 1.0
MOST_MEETINGS = 60_000
_PATIENCE = 800  # steps without a better plan before a new start


@dataclass(frozen=True, eq=False)
class Hall:
    """Who sits in the groups: people by application number, then empty chairs.

    `team`, `division`: (n_seats,) codes, -1: none. `fresh`: (n_seats, n_seats) pairs who do not know each other yet.
    """

    team: Ints
    division: Ints
    fresh: NDArray[np.bool_]
    n_groups: int
    n_people: int

    @property
    def price(self) -> NDArray[np.float64]:
        """(n_seats, n_seats) what a meeting of two costs, whoever has met before."""
        person = np.arange(len(self.team)) < self.n_people
        both = person[:, None] & person[None, :]
        cost = SAME_TEAM * _same(self.team) + SAME_DIVISION * (_same(self.division) & both)
        cost += WASTED * (both & ~self.fresh)
        np.fill_diagonal(cost, 0.0)
        return cost

    def deal(self, rng: np.random.Generator) -> Ints:
        """(n_seats,) groups of a round with as few of one team together as can be: dealt out team by team."""
        n = len(self.team)
        teams = np.where(self.team >= 0, self.team, self.team.max(initial=0) + 1 + np.arange(n))
        _, first, of_team = np.unique(teams, return_index=True, return_inverse=True)
        division = self.division[first][of_team]  # a team counts to one division, so that it is dealt in one go
        shuffled = [rng.permutation(int(codes.max()) + 2)[codes + 1] for codes in (division, of_team)]
        seats = np.empty(n, np.int64)
        seats[np.lexsort((rng.permutation(n), shuffled[1], shuffled[0]))] = np.arange(n) % self.n_groups
        return seats


def search(hall: Hall, n_rounds: int, rng: np.random.Generator, n_steps: int, enough: float) -> Ints:
    """(n_rounds, n_seats) groups of the best plan found; stops early at a cost of `enough`."""
    best, least = np.zeros((n_rounds, len(hall.team)), np.int64), np.inf
    left = n_steps
    while left > 0 and least > enough:
        start = np.stack([hall.deal(rng) for _ in range(n_rounds)])
        seats, cost, used = _walk(hall, start, rng, left, enough)
        left -= used
        if cost < least:
            best, least = seats, cost
    return best


def cost_of(hall: Hall, seats: Ints) -> float:
    """What a plan costs: the sum of the weights above over its meetings."""
    met = _met(seats)
    again = np.where(hall.fresh, np.maximum(met - 1, 0), 0)
    return float((hall.price * met).sum() + WASTED * again.sum()) / 2


def round_cost(hall: Hall, seats: Ints, at: int) -> NDArray[np.float64]:
    """(n_seats, n_seats) what a meeting in one round costs, given the other rounds."""
    elsewhere = _met(np.delete(seats, at, axis=0))
    return hall.price + WASTED * (hall.fresh & (elsewhere > 0))


def _walk(hall: Hall, seats: Ints, rng: np.random.Generator, n_steps: int, enough: float) -> tuple[Ints, float, int]:
    seats, price, n_rounds = seats.copy(), hall.price, len(seats)
    met, cost = _met(seats), cost_of(hall, seats)
    best, least, found_at = seats.copy(), cost, 0
    free_from = np.zeros((n_rounds, len(price), len(price)), np.int32)
    for step in range(n_steps):
        if least <= enough or step - found_at > _PATIENCE:
            return best, least, step + 1
        r = step % n_rounds
        together = _same(seats[r])
        now = price + WASTED * (hall.fresh & (met - together > 0))
        load = now @ (seats[r][:, None] == np.arange(hall.n_groups)[None, :]).astype(np.float64)
        own = load[np.arange(len(price)), seats[r]]
        change = load[:, seats[r]] - own[:, None]
        change = change + change.T - 2 * now
        # Every other pass looks at what is worst only, the rest at all that could be better.
        hot = own >= WASTED if (step // n_rounds) % 2 == 0 and (own >= WASTED).any() else own > 0
        change[together | ~hot[:, None]] = np.inf
        allowed = np.where((free_from[r] > step) & (cost + change >= least), np.inf, change)
        smallest = allowed.min()
        if not np.isfinite(smallest):
            continue
        options = np.flatnonzero(allowed == smallest)
        p, q = divmod(int(options[rng.integers(len(options))]), len(price))
        seats[r, [p, q]] = seats[r, [q, p]]
        met += _same(seats[r]).astype(np.int64) - together
        free_from[r, p, q] = free_from[r, q, p] = step + n_rounds * int(rng.integers(4, 20))
        cost += float(smallest)
        if cost < least:
            best, least, found_at = seats.copy(), cost, step
    return best, least, n_steps


def _same(codes: Ints) -> NDArray[np.bool_]:
    return (codes[:, None] == codes[None, :]) & (codes[:, None] >= 0)


def _met(seats: Ints) -> Ints:
    """(n_seats, n_seats) rounds in which two share a group; nobody meets themselves."""
    met = np.zeros((seats.shape[1], seats.shape[1]), np.int64)
    for row in seats:
        met += _same(row)
    np.fill_diagonal(met, 0)
    return met
