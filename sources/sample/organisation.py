"""The organisation on the first day: units, managers, jobs."""

from __future__ import annotations

import numpy as np

from sources.sample import names
from sources.sample.people import FAMILIES, draw_people
from sources.sample.streams import Streams
from sources.sample.tables import Table

FIRST_DAY = np.datetime64("2023-10-01", "D")
_DIVISIONS = (
    "Teknik och utveckling",
    "Produktion",
    "Marknad och försäljning",
    "Kundservice",
    "Ekonomi och stöd",
    "Drift",
)
_DIVISION_FAMILIES = ((0, 5, 9), (1, 9, 7), (2, 2, 6), (6, 6, 2), (3, 4, 8), (5, 1, 0))
_KINDS = (
    "Utveckling",
    "Planering",
    "Montage",
    "Analys",
    "Service",
    "Underhåll",
    "Leverans",
    "Support",
    "Projekt",
    "Metod",
)


def draw_units(streams: Streams, n_employees: int) -> Table:
    """Root, divisions, departments, teams: code, name, parent (row, -1 at the root), depth, family, cost centre."""
    rng = streams.rng("structure", "units")
    n_divisions = 6 if n_employees >= 2000 else 4
    n_teams = max(n_divisions * 2, round(n_employees / 9.8))
    n_departments = max(n_divisions, round(n_teams / 6))
    parent, depth, family = [-1], [0], [3]
    label = ["Nordviken AB"]
    for d in range(n_divisions):
        parent.append(0), depth.append(1), family.append(_DIVISION_FAMILIES[d][0])
        label.append(f"Division {_DIVISIONS[d]}")
    for d in range(n_departments):
        division = 1 + d % n_divisions
        parent.append(division), depth.append(2)
        family.append(_DIVISION_FAMILIES[division - 1][d // n_divisions % 3])
        label.append(f"Avdelning {_KINDS[int(rng.integers(len(_KINDS)))]} {d + 1}")
    for t in range(n_teams):
        department = 1 + n_divisions + t % n_departments
        parent.append(department), depth.append(3), family.append(family[department])
        label.append(f"Grupp {_KINDS[int(rng.integers(len(_KINDS)))]} {t + 1}")
    n = len(parent)
    return {
        "unit": np.array([f"U{1000 + i}" for i in range(n)]), "name": np.array(label, dtype="U60"),
        "parent": np.array(parent), "depth": np.array(depth), "family": np.array(family),
        "cost_centre": np.array([f"K{4000 + 10 * p + 7}" for p in np.maximum(parent, 0)]),
        "manager": np.full(n, -1), "is_open": np.ones(n, bool),
    }  # fmt: skip


def draw_staff(streams: Streams, units: Table, n_employees: int) -> tuple[Table, Table]:
    """People and their jobs on the first day; the managers of `units` are filled in."""
    rng = streams.rng("structure", "staff")
    n_units = len(units["unit"])
    if n_employees < 2 * n_units:
        raise ValueError(f"n_employees {n_employees}: expected at least 120, so that every team has members")
    teams = np.flatnonzero(units["depth"] == 3)
    weights = rng.integers(6, 13, size=len(teams))
    shares = np.cumsum(weights) / weights.sum()
    n_members = n_employees - n_units
    member_unit = teams[np.searchsorted(shares, (np.arange(n_members) + 0.5) / n_members)]
    unit = np.concatenate([np.arange(n_units), member_unit])
    is_manager = np.arange(n_employees) < n_units
    depth = units["depth"][unit]
    manager_level = np.select([depth == 0, depth == 1, depth == 2], [12, 11, rng.integers(9, 11, n_employees)],
                              rng.integers(7, 9, n_employees))  # fmt: skip
    member_level = rng.choice(8, size=n_employees, p=(0.08, 0.16, 0.22, 0.2, 0.15, 0.1, 0.06, 0.03)) + 1
    level = np.where(is_manager, manager_level, member_level)
    family = np.where(
        rng.random(n_employees) < 0.8, units["family"][unit], rng.integers(len(FAMILIES), size=n_employees)
    )
    tenure = rng.gamma(1.3, 4.2, size=n_employees) + np.where(is_manager, 2.5, 0.1)
    hire = FIRST_DAY - np.floor(np.minimum(tenure, 30) * 365.25).astype("timedelta64[D]")
    # Low employee numbers for those hired first, as in any company.
    order = np.lexsort((np.arange(n_employees), hire))
    unit, level, family, hire, is_manager = (a[order] for a in (unit, level, family, hire, is_manager))
    people = draw_people(streams, "initial", level, family, hire, 0, set(), FIRST_DAY)
    units["manager"][unit[is_manager]] = np.flatnonzero(is_manager)
    jobs = draw_jobs(streams, "initial", unit, level, family, is_manager)
    return people, jobs


def draw_jobs(streams: Streams, batch: str, unit: np.ndarray, level: np.ndarray, family: np.ndarray,
              is_manager: np.ndarray) -> Table:  # fmt: skip
    """The attributes of an employment, one row a person."""
    rng = streams.rng("structure", "jobs", batch)
    n = len(unit)
    fte = np.where(rng.random(n) < 0.86, 1.0, rng.choice([0.5, 0.75, 0.8, 0.9], size=n))
    kind = np.where(is_manager | (rng.random(n) < 0.93), "Tillsvidare", "Visstid").astype("U16")
    return {
        "unit": unit.copy(), "level": level.astype(np.int64), "family": family.astype(np.int64),
        "pay_band": pay_band(level, rng.random(n)), "fte": fte, "kind": kind, "is_manager": is_manager.copy(),
        "manager": np.full(n, -1),
    }  # fmt: skip


def pay_band(level: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Pay bands 1 to 30 that overlap between levels."""
    return np.clip(np.floor(2 * level + 5 * uniform - 1), 1, 30).astype(np.int64)


def managers_of(units: Table, jobs: Table, is_there: np.ndarray) -> np.ndarray:
    """Each person's manager (index, -1: none): the unit's own, or, where that is oneself or nobody, the next above."""
    acting = np.full(len(units["unit"]), -1)
    for row in np.argsort(units["depth"], kind="stable").tolist():
        own, parent = units["manager"][row], units["parent"][row]
        acting[row] = own if own >= 0 and is_there[own] else (acting[parent] if parent >= 0 else -1)
    result = acting[jobs["unit"]]
    parent_manager = np.where(units["parent"] >= 0, acting[np.maximum(units["parent"], 0)], -1)
    me = np.arange(len(result))
    return np.where(result == me, parent_manager[jobs["unit"]], result)


def choose_canaries(people: Table, jobs: Table) -> None:
    """Turn six suitable people of the first day into marker people: roles as in `names.CANARIES`."""
    tenure = (FIRST_DAY - people["hire"]).astype(int)
    junior = np.flatnonzero(~jobs["is_manager"] & (jobs["level"] >= 3) & (jobs["level"] <= 4) & (tenure > 700)
                            & (tenure < 3000))  # fmt: skip
    team_manager = np.flatnonzero(jobs["is_manager"] & (jobs["level"] == 8) & (tenure > 1500))
    upper = np.flatnonzero(jobs["is_manager"] & (jobs["level"] >= 9) & (jobs["level"] <= 10))
    chosen = (
        junior[0],
        team_manager[0],
        junior[len(junior) // 2],
        team_manager[len(team_manager) // 2],
        upper[0],
        junior[-1],
    )
    taken: set[str] = set()
    for k, (index, (first, last, role)) in enumerate(zip(chosen, names.CANARIES, strict=True)):
        people["first_name"][index], people["last_name"][index] = first, last
        people["email"][index] = names.emails(np.array([first]), np.array([last]), taken)[0]
        people["number"][index] = names.CANARY_NUMBERS[k]
        people["sex"][index], people["birth"][index] = 0, np.datetime64("1980-02-01", "D") + 37 * k
        people["pnr"][index] = names.personal_numbers(people["birth"][[index]], np.array([19 - k]))[0]
        people["is_canary"][index] = True
        people["is_protected"][index] = role != "quitter"
        if role.startswith(("mentee", "mentor")):  # so well matched that a matching cannot pass them by
            people["goals"][index], people["interests"][index] = 0b001111, 0b0001111110
            people["skills_wanted"][index], people["skills_offered"][index] = 0b1111, 0b11111111
            people["languages"][index], people["mode"][index] = 0b11, 2
