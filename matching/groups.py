"""Networking groups: rounds of small groups in which people meet as many new colleagues as they can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matching.errors import MatchingError, some
from matching.group_search import MOST_MEETINGS, SAME_TEAM, WASTED, Hall, search
from matching.group_solver import canonical, is_small, part_by_part, whole
from matching.instance import Ints

COLUMNS = ("round", "group", "application_id", "person_id")
FIGURES = ("figure", "value")
_PURPOSE = 3  # keeps this draw apart from others made with the same seed
_NEEDED = ("person_id", "application_id", "organisation_id", "division_id")


@dataclass(frozen=True, eq=False)
class GroupPlan:
    """Who meets whom when.

    `groups`: COLUMNS, by round, group (both from 1) and application number. `acquaintances`: (n_people,) new ones per
    person, in the order of application. `figures`: aggregates only. new_acquaintances: pairs who meet and did not know
    each other; bound: no plan has more; gap: the share of the bound that is missing (0: proven best); mean and
    min_acquaintances: per person; pairs_repeated: meetings of two who met in an earlier round; pairs_known: meetings of
    two who knew each other before, a team counting as such; same_team_pairs and same_division_pairs: meetings within
    one, and the fewest that any plan with these groups has.
    """

    groups: pd.DataFrame
    acquaintances: Ints
    figures: pd.DataFrame


def plan(people: pd.DataFrame, n_rounds: int, size_min: int, size_max: int, seed: int,
         met: Sequence[tuple[str, str]] = (), effort: float = 5.0) -> GroupPlan:  # fmt: skip
    """Plan networking groups.

    `people`: person_id, application_id, organisation_id (the team), division_id, and `role` if application numbers of
    mentees and mentors overlap; rows in any order. Groups are as few, and so as large, as `size_max` allows, and differ
    by one person at most. `met`: pairs of person_ids who know each other, such as mentors and their mentees; others
    than participants are ignored. `effort`: most deterministic time of the exact solver, roughly seconds.

    First, nobody meets somebody of the same team more than the numbers force (an exact bound, always reached); then as
    many people as possible get to know each other; then divisions are mixed. Good for a few hundred people; the search
    is heuristic, the bound is proven.

    Raises MatchingError for columns or rows that cannot be read, and for sizes into which the people cannot be split.
    """
    people = _checked(people, n_rounds)
    n = len(people)
    n_groups = _n_groups(n, size_min, size_max)
    hall = _hall(people, n_groups, met)
    sizes = _spread(n, n_groups)
    meetings = n_rounds * int((sizes * (sizes - 1) // 2).sum())
    if meetings > MOST_MEETINGS:
        raise MatchingError(f"groups: {meetings} meetings of two; expected at most {MOST_MEETINGS}: fewer rounds or "
                            "smaller groups")  # fmt: skip
    team_least = n_rounds * _fewest_together(hall.team[:n], n_groups)
    bound = _bound(hall, n_rounds, sizes, meetings, team_least)
    rng = np.random.Generator(np.random.PCG64((seed, _PURPOSE)))
    n_steps = int(np.clip(6e7 / max(len(hall.team), 1) ** 2, 600, 6000))
    division_least = n_rounds * _fewest_together(hall.division[:n], n_groups)
    enough = team_least * SAME_TEAM + (meetings - bound) * WASTED + division_least
    seats = search(hall, n_rounds, rng, n_steps, enough) if n else np.zeros((n_rounds, 0), np.int64)
    if _new_pairs(hall, seats).sum() // 2 < bound:
        if is_small(hall, n_rounds):
            found, bound = whole(hall, seats, bound, effort)
        else:
            found = part_by_part(hall, seats, effort)
        if _new_pairs(hall, found).sum() > _new_pairs(hall, seats).sum():
            seats = found
    return _report(people, hall, seats, bound, team_least, division_least)


def _checked(people: pd.DataFrame, n_rounds: int) -> pd.DataFrame:
    if n_rounds < 1:
        raise MatchingError(f"n_rounds: expected 1 or more, got {n_rounds}")
    missing = [name for name in _NEEDED if name not in people.columns]
    if missing:
        raise MatchingError(f"groups: columns {', '.join(missing)} are missing; expected {', '.join(_NEEDED)}")
    key = ["role", "application_id"] if "role" in people.columns else ["application_id"]
    for names, remedy in ((key, "keep one application each, or give the role"), (["person_id"], "keep one row each")):
        twice = people.duplicated(names, keep=False).to_numpy()
        if twice.any():
            raise MatchingError(f"groups, rows {some(np.flatnonzero(twice))}: {' and '.join(names)} more than once; "
                                f"{remedy}")  # fmt: skip
    return people.sort_values(key).reset_index(drop=True)


def _n_groups(n: int, low: int, high: int) -> int:
    if not 2 <= low <= high:
        raise MatchingError(f"group size: expected 2 <= size_min <= size_max, got {low} and {high}")
    n_groups = -(-n // high)
    if n_groups * low > n:
        raise MatchingError(f"group size: {n} people cannot be split into groups of {low} to {high}; widen the bounds")
    return max(n_groups, 1)


def _hall(people: pd.DataFrame, n_groups: int, met: Sequence[tuple[str, str]]) -> Hall:
    n = len(people)
    n_seats = n_groups * -(-n // n_groups)
    team, division = (np.append(pd.factorize(people[name])[0], np.full(n_seats - n, -1)).astype(np.int64)
                      for name in ("organisation_id", "division_id"))  # fmt: skip
    fresh = np.zeros((n_seats, n_seats), bool)
    fresh[:n, :n] = (team[:n, None] != team[None, :n]) | (team[:n, None] < 0)
    np.fill_diagonal(fresh, False)
    place = {person: k for k, person in enumerate(people["person_id"])}
    for a, b in met:
        if a in place and b in place:
            fresh[place[a], place[b]] = fresh[place[b], place[a]] = False
    team[n:] = team.max(initial=-1) + 1  # empty chairs: at most one in each group
    return Hall(team, division, fresh, n_groups, n)


def _spread(n: int, n_groups: int) -> Ints:
    return np.array([n // n_groups + (k < n % n_groups) for k in range(n_groups)], dtype=np.int64)


def _fewest_together(codes: Ints, n_groups: int) -> int:
    """The fewest pairs of one code in a round: each code spread as evenly as can be."""
    counts = np.unique(codes[codes >= 0], return_counts=True)[1]
    whole_part, rest = np.divmod(counts, n_groups)
    each = n_groups * whole_part * (whole_part - 1) // 2 + rest * whole_part
    return int(each.sum())


def _bound(hall: Hall, n_rounds: int, sizes: Ints, meetings: int, team_least: int) -> int:
    """Most new acquaintances of any plan, by counting chairs, strangers and pairs that must meet again."""
    strangers = hall.fresh[: hall.n_people].sum(axis=1)
    by_person = int(np.minimum(strangers, n_rounds * (int(sizes.max()) - 1)).sum()) // 2
    # A group of one round is split over the groups of another, so that some of its pairs must meet in both. A pair that
    # meets m times wastes m - 1 meetings and is in m (m - 1) / 2 pairs of rounds: at least 2 / n_rounds for each.
    again = _fewest_together(np.repeat(np.arange(len(sizes)), sizes), hall.n_groups)
    return min(by_person, meetings - team_least, meetings - (n_rounds - 1) * again)


def _new_pairs(hall: Hall, seats: Ints) -> np.ndarray:
    """(n_people, n_people) who met and did not know each other."""
    n = hall.n_people
    together = (seats[:, :n, None] == seats[:, None, :n]).any(axis=0)
    return together & hall.fresh[:n, :n]


def _report(people: pd.DataFrame, hall: Hall, seats: Ints, bound: int, team_least: int,
            division_least: int) -> GroupPlan:  # fmt: skip
    n = len(people)
    frames = []
    for r, row in enumerate(seats, start=1):
        frame = people[["application_id", "person_id"]].assign(round=r, group=canonical(row[:n]) + 1)
        frames.append(frame.sort_values("group", kind="stable"))
    new = _new_pairs(hall, seats)
    each, total = new.sum(axis=1).astype(np.int64), int(new.sum()) // 2
    same = seats[:, :n, None] == seats[:, None, :n]
    met = np.triu(same.sum(axis=0), 1)

    def within(codes: Ints) -> int:
        return int(met[(codes[:n, None] == codes[None, :n]) & (codes[:n, None] >= 0)].sum())

    fresh = hall.fresh[:n, :n]
    values = {
        "people": n,
        "groups_per_round": hall.n_groups,
        "new_acquaintances": total,
        "bound": bound,
        "gap": (bound - total) / bound if bound else 0.0,
        "mean_acquaintances": 2 * total / n if n else 0.0,
        "min_acquaintances": int(each.min()) if n else 0,
        "pairs_repeated": int(np.maximum(met - 1, 0)[fresh].sum()),
        "pairs_known": int(met[~fresh].sum()),
        "same_team_pairs": within(hall.team),
        "same_team_least": team_least,
        "same_division_pairs": within(hall.division),
        "same_division_least": division_least,
    }
    figures = pd.DataFrame({"figure": list(values), "value": [float(v) for v in values.values()]})
    return GroupPlan(pd.concat(frames, ignore_index=True)[list(COLUMNS)], each, figures)
