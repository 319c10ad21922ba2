"""A quarter of working life: hires, leavings, promotions, moves and changes of manager.

Every chance is a hazard against a uniform that belongs to person and quarter, so what would have happened under
another pair (or none) is the same uniform against another hazard: potential outcomes for every possible pair.
"""

from __future__ import annotations

import numpy as np

from programme.period import Period
from sources.sample import employments
from sources.sample.organisation import draw_jobs, managers_of, pay_band
from sources.sample.people import FAMILIES, draw_people
from sources.sample.planted import Planted
from sources.sample.streams import Streams
from sources.sample.tables import Table, append

ANNUAL_HIRES = 0.132  # of the first day's headcount, about as many as leave
REORGANISATION = np.datetime64("2025-09-01", "D")
QUITTER_LEAVES = np.datetime64("2025-02-28", "D")
_LEAVING = np.array([-0.1, 0.0, 0.3, 0.0, -0.1, 0.4, 0.45, 0.0, -0.1, -0.1])  # log hazard ratio by job family
_RISING = np.array([0.15, -0.1, 0.1, 0.1, 0.0, 0.25, -0.2, 0.0, 0.0, 0.05])


def day(date: object) -> np.datetime64:
    """A date as numpy's day."""
    return np.datetime64(date, "D")


def is_active(people: Table, on: np.datetime64) -> np.ndarray:
    """Employed on that day (first and last day of employment included)."""
    return (people["hire"] <= on) & (np.isnat(people["left"]) | (people["left"] >= on))


def covariates(people: Table, jobs: Table, on: np.datetime64) -> Table:
    """What is observed of everyone on a day: tenure (years), level, sex, job family, promotion in the last years."""
    return {
        "tenure": np.maximum((on - people["hire"]).astype(int), 0) / 365.25, "level": jobs["level"],
        "is_female": people["sex"] == 0, "family": jobs["family"],
        "is_promoted_2y": ~np.isnat(people["promoted"]) & ((on - people["promoted"]).astype(float) < 731),
        "is_promoted_1y": ~np.isnat(people["promoted"]) & ((on - people["promoted"]).astype(float) < 365),
        "is_parental": ~np.isnat(people["parental_until"]) & (people["parental_until"] >= on),
    }  # fmt: skip


def hazards(people: Table, jobs: Table, on: np.datetime64, planted: Planted) -> tuple[np.ndarray, np.ndarray]:
    """Chances per quarter, without mentoring, of leaving by one's own choice and of promotion."""
    c = covariates(people, jobs, on)
    leave = (
        np.log(0.0195) + 0.45 - 0.09 * np.minimum(c["tenure"], 10) - 0.08 * (c["level"] - 4.0) + 0.3 * c["is_female"]
        - 0.15 * c["is_promoted_2y"] + _LEAVING[c["family"]] - 0.1 * people["wellbeing"] - 0.9 * c["is_parental"]
        + planted.hidden_confounding * 0.5 * people["unobserved"]
    )  # fmt: skip
    rise = (
        np.log(0.024) + 0.35 * ((c["tenure"] > 1.5) & (c["tenure"] < 6)) - 0.12 * (c["level"] - 4.0)
        - 0.25 * c["is_female"] - 0.8 * c["is_promoted_1y"] + 0.35 * (c["is_promoted_2y"] & ~c["is_promoted_1y"])
        + _RISING[c["family"]] - 1.2 * c["is_parental"] - planted.hidden_confounding * 0.5 * people["unobserved"]
    )  # fmt: skip
    rise = np.where(jobs["level"] >= np.where(jobs["is_manager"], 11, 8), -np.inf, rise - 0.7 * jobs["is_manager"])
    return np.exp(leave), np.exp(rise)


def advance(streams: Streams, planted: Planted, world: dict[str, Table], period: Period, n_first: int,
            dose: np.ndarray) -> Table:  # fmt: skip
    """Simulate one quarter in `world` (people, jobs, units, employment, leave); returns the potential outcomes.

    `dose`: of mentoring up to the quarter's start, one a person known at that time.
    """
    start, end = day(period.start), day(period.end)
    _hire(streams, world, period, n_first)
    people, jobs = world["people"], world["jobs"]
    n = len(people["hire"])
    dose = np.concatenate([dose, np.zeros(n - len(dose))])
    leave_0, rise_0 = hazards(people, jobs, start, planted)
    leave_1 = leave_0 * np.exp(-planted.retention_effect * dose)
    rise_1 = rise_0 * np.exp(planted.promotion_effect * dose)
    u_leave = streams.rng("attrition", period, "voluntary").random(n)
    u_rise = streams.rng("careers", period, "promotion").random(n)
    exposed = np.isnat(people["left"]) & (people["hire"] < start) & ~people["is_protected"]
    before = people["left"].copy()
    _leave(streams, people, jobs, period, exposed, exposed & (u_leave < leave_1))
    rises = exposed & np.isnat(people["left"]) & (u_rise < rise_1)
    _parental(streams, world, period)
    _changes(streams, world, period, rises)
    employments.close(world["employment"], people, np.isnat(before) & ~np.isnat(people["left"]))
    gone = ~np.isnat(people["left"]) & (people["left"] <= end)
    manager = world["units"]["manager"]
    world["units"]["manager"] = np.where((manager >= 0) & gone[np.maximum(manager, 0)], -1, manager)
    return {
        "is_exposed": exposed,
        "dose": dose,
        "leave_hazard_0": leave_0,
        "leave_hazard_1": leave_1,
        "u_leave": u_leave,
        "promotion_hazard_0": rise_0,
        "promotion_hazard_1": rise_1,
        "u_promotion": u_rise,
    }


def _hire(streams: Streams, world: dict[str, Table], period: Period, n_first: int) -> None:
    """New employees; the first of them take over units without a manager, the others join a team."""
    rng = streams.rng("hires", period)
    units, people = world["units"], world["people"]
    n, first_index = round(n_first * ANNUAL_HIRES / 4), len(people["hire"])
    teams = np.flatnonzero((units["depth"] == 3) & units["is_open"])
    unit = teams[np.floor(rng.random(n) * len(teams)).astype(int)]
    level = rng.choice(6, size=n, p=(0.24, 0.28, 0.22, 0.14, 0.08, 0.04)) + 1
    start, end = day(period.start), day(period.end)
    hire = start + np.floor(rng.random(n) * ((end - start).astype(int) + 1)).astype("timedelta64[D]")
    vacant = np.flatnonzero((units["manager"] < 0) & units["is_open"])[: n // 2]
    k = len(vacant)
    unit[:k], hire[:k] = vacant, start
    level[:k] = np.array([12, 11, 9, 7])[units["depth"][vacant]]
    is_manager = np.arange(n) < k
    family = np.where(rng.random(n) < 0.8, units["family"][unit], rng.integers(len(FAMILIES), size=n))
    taken = {e.partition("@")[0] for e in people["email"].tolist()}
    world["people"] = append(people, draw_people(streams, period.label, level, family, hire, first_index, taken, start))
    jobs = draw_jobs(streams, period.label, unit, level, family, is_manager)
    jobs["kind"] = np.where(jobs["kind"] == "Visstid", "Visstid", "Provanställning").astype("U16")
    world["jobs"] = append(world["jobs"], jobs)
    units["manager"][vacant] = first_index + np.arange(k)


def _leave(streams: Streams, people: Table, jobs: Table, period: Period, exposed: np.ndarray,
           voluntary: np.ndarray) -> None:  # fmt: skip
    """Write down who leaves, why and when; some last days lie after the quarter's end and are known already."""
    n = len(exposed)
    rng = streams.rng("attrition", period, "other")
    u = rng.random((4, n))
    start, end = day(period.start), day(period.end)
    age = (start - people["birth"]).astype(int) / 365.25
    tenure = (start - people["hire"]).astype(int) / 365.25
    reason = np.select(
        [
            voluntary,
            exposed & (age >= 65) & (u[0] < 0.35),
            exposed & (jobs["kind"] == "Visstid") & (tenure > 1) & (u[1] < 0.2),
            exposed & (u[2] < 0.0022),
            exposed & (u[2] > 0.9995),
        ],
        ["Egen uppsägning", "Pension", "Avtalets slut", "Arbetsbrist", "Annat"],
        "",
    )
    span = (end - start).astype(int) + 15
    when = start + np.floor(u[3] * span).astype("timedelta64[D]")
    quitter = people["is_canary"] & ~people["is_protected"] & np.isnat(people["left"])
    if start <= QUITTER_LEAVES <= end:
        reason, when = np.where(quitter, "Egen uppsägning", reason), np.where(quitter, QUITTER_LEAVES, when)
    else:
        reason = np.where(quitter, "", reason)
    who = reason != ""
    people["left"] = np.where(who, when, people["left"])
    people["left_reason"] = np.where(who, reason, people["left_reason"]).astype("U20")


def _parental(streams: Streams, world: dict[str, Table], period: Period) -> None:
    """Leaves that begin in the quarter: parental, and others in the HRIS's own words."""
    people = world["people"]
    n = len(people["hire"])
    u = streams.rng("leaves", period).random((5, n))
    start, end = day(period.start), day(period.end)
    age = (start - people["birth"]).astype(int) / 365.25
    there = (people["hire"] < start) & is_active(people, end) & ~people["is_canary"]
    free = np.isnat(people["parental_until"]) | (people["parental_until"] < start)
    parental = there & free & (age > 23) & (age < 43) & (u[0] < np.where(people["sex"] == 0, 0.02, 0.014))
    other = there & ~parental & free & (u[1] < 0.016)
    begins = start + np.floor(u[2] * 90).astype("timedelta64[D]")
    ends = begins + np.where(parental, 60 + np.floor(u[3] * 260), 7 + np.floor(u[3] * 75)).astype("timedelta64[D]")
    people["parental_until"] = np.where(parental, ends, people["parental_until"])
    who = np.flatnonzero(parental | other)
    word = np.array(["Sjuk", "Tjänstledig", "Studier"])[np.floor(u[4] * 3).astype(int)]
    world["leave"] = append(world.get("leave", {}), {
        "person": who, "start": begins[who], "end": ends[who],
        "kind": np.where(parental, "Föräldraledig", word)[who].astype("U16"),
    })  # fmt: skip


def _changes(streams: Streams, world: dict[str, Table], period: Period, rises: np.ndarray) -> None:
    """Changes of job take effect on the first of a month, at most one a person and quarter besides a new manager."""
    people, units = world["people"], world["units"]
    n = len(people["hire"])
    u = streams.rng("careers", period, "changes").random((7, n))
    month_of = np.floor(u[0] * 3).astype(int)
    stays = np.isnat(people["left"]) & (people["hire"] < day(period.start))
    moves = stays & ~rises & ~world["jobs"]["is_manager"] & ~people["is_protected"] & (u[1] < 0.011)
    terms = stays & ~rises & ~moves & (u[2] < 0.006)
    teams = np.flatnonzero((units["depth"] == 3) & units["is_open"])
    target = teams[np.floor(u[3] * len(teams)).astype(int)]
    trial_over = stays & (world["jobs"]["kind"] == "Provanställning") & (people["hire"] < day(period.shift(-1).start))
    for month in range(3):
        on = day(period.start.replace(month=period.start.month + month))
        jobs, now = {k: v.copy() for k, v in world["jobs"].items()}, month_of == month
        reason = np.full(n, "", dtype="U20")
        if month == 0:
            jobs["kind"] = np.where(trial_over, "Tillsvidare", jobs["kind"]).astype("U16")
            reason[trial_over] = "Ändrade villkor"
        jobs["fte"] = np.where(terms & now, np.where(jobs["fte"] == 1.0, 0.8, 1.0), jobs["fte"])
        reason[terms & now] = "Ändrade villkor"
        jobs["unit"] = np.where(moves & now, target, jobs["unit"])
        jobs["family"] = np.where(moves & now & (u[4] < 0.3), units["family"][target], jobs["family"])
        reason[moves & now] = "Byte av tjänst"
        if on == REORGANISATION:
            reason[_reorganise(world, jobs, stays)] = "Omorganisation"
        jobs["level"] = jobs["level"] + (rises & now)
        raised = np.maximum(pay_band(jobs["level"], u[5]), np.minimum(jobs["pay_band"] + 1, 30))
        jobs["pay_band"] = np.where(rises & now, raised, jobs["pay_band"])
        reason[rises & now] = "Befordran"
        people["promoted"] = np.where(rises & now, on, people["promoted"])
        people["n_promotions"] = people["n_promotions"] + (rises & now)
        jobs["manager"] = managers_of(world["units"], jobs, is_active(people, on))
        world["employment"] = employments.record(world, jobs, on, reason)


def _reorganise(world: dict[str, Table], jobs: Table, stays: np.ndarray) -> np.ndarray:
    """One department of the second division becomes a new department of the first; returns who follows it."""
    units = world["units"]
    departments = np.flatnonzero((units["depth"] == 2) & (units["parent"] == 2))
    old_department = departments[0]
    old = np.concatenate([[old_department], np.flatnonzero(units["parent"] == old_department)])
    n_units = len(units["unit"])
    new = n_units + np.arange(len(old))
    parent = np.where(np.arange(len(old)) == 0, 1, n_units)
    rows = {k: v[old].copy() for k, v in units.items()}
    rows["unit"] = np.array([f"U{3000 + i}" for i in range(len(old))])
    rows["name"] = np.char.add(rows["name"], " (ny)").astype("U60")
    rows["parent"] = parent
    units["is_open"][old], units["manager"][old] = False, -1
    renumbered = np.arange(n_units + len(old))
    renumbered[old] = new
    affected = np.isin(jobs["unit"], old)
    jobs["unit"] = renumbered[jobs["unit"]]
    world["units"] = append(units, rows)
    return affected & stays
