"""What surrounds the pairs: milestones, mentors' training, leadership, adjustments."""

from __future__ import annotations

import datetime as dt

import numpy as np

from programme.period import Period
from sources.contracts import dataset
from sources.contracts.codes import AREA, COURSE, LEADERSHIP, MILESTONE, RESULT
from sources.sample.careers import day, is_active
from sources.sample.cohorts import COHORTS, Cohort
from sources.sample.meetings import participants
from sources.sample.quality import dose_of, pair_quality
from sources.sample.streams import Streams
from sources.sample.tables import NAT, FileRows, Table, append, dates, file_rows, length, numbers, spelled, take

_MAX_MILESTONES = 5


def milestones(streams: Streams, world: dict[str, Table], period: Period) -> FileRows:
    """Goals and milestones agreed or reached in the quarter; one that is reached is delivered again."""
    people, pair = world["people"], world["pair"]
    for cohort in COHORTS:
        if period.start <= cohort.starts_on <= period.end:
            _agree(streams, world, cohort)
    table = world.get("milestone", {})
    contract = dataset("programme", "milestone")
    if not length(table):
        return file_rows(contract, {c.name: [] for c in contract.columns})
    start, end = day(period.start), day(period.end)
    own = table["pair"]
    mentee, mentor = pair["mentee"][own], pair["mentor"][own]
    dose = dose_of(pair_quality(people, world["jobs"], mentee, mentor), pair["meetings"][own])
    reached_on = table["due"] + np.floor((table["u_when"] - 0.7) * 50).astype("timedelta64[D]")
    due_now = np.isnat(table["reached"]) & (reached_on >= np.maximum(start, table["agreed"])) & (reached_on <= end)
    success = due_now & (table["u_reached"] < 0.42 + 0.4 * dose) & is_active(people, end)[mentee]
    table["reached"] = np.where(success, reached_on, table["reached"])
    new = (table["agreed"] >= start) & (table["agreed"] <= end)
    np.add.at(pair["agreed"], own[new], 1)
    np.add.at(pair["reached"], own[success], 1)
    rows = take(table, (new | success) & (table["agreed"] <= end) & (people["left"][mentee] >= table["agreed"])
                | (new | success) & np.isnat(people["left"][mentee]))  # fmt: skip
    return file_rows(contract, {
        "milestone_id": rows["id"].tolist(), "cohort": pair["cohort"][rows["pair"]].tolist(),
        "mentee_person_id": people["number"][pair["mentee"][rows["pair"]]].tolist(),
        "kind": spelled(rows["kind"], MILESTONE), "agreed_on": dates(rows["agreed"]), "due_on": dates(rows["due"]),
        "reached_on": dates(rows["reached"]),
    })  # fmt: skip


def _agree(streams: Streams, world: dict[str, Table], cohort: Cohort) -> None:
    """Draw what each pair will agree on: a goal and up to four milestones; some pairs never get round to it."""
    size = len(world["people"]["hire"])
    rng = streams.rng("milestones", cohort.name)
    code, u = rng.permutation(size), rng.random((2, size))
    each = rng.random((4, size, _MAX_MILESTONES))
    own = np.flatnonzero(world["pair"]["cohort"] == cohort.name)
    mentee = world["pair"]["mentee"][own]
    count = np.where(u[0, mentee] < 0.07, 0, 2 + np.floor(u[1, mentee] * 4)).astype(int)
    row, nth = np.nonzero(np.arange(_MAX_MILESTONES)[None, :] < count[:, None])
    who = mentee[row]
    start = day(cohort.starts_on)
    agreed = start + np.floor(7 + each[0, who, 0] * 55 + 8 * each[1, who, nth]).astype("timedelta64[D]")
    last = day(cohort.ends_on) - np.timedelta64(5, "D")
    months = np.where(nth == 0, 11, 2 + 2 * nth)
    due = np.minimum(start + np.floor(30 * months + 25 * each[1, who, nth]).astype("timedelta64[D]"), last)
    world["milestone"] = append(
        world.get("milestone", {}),
        {
            "pair": own[row],
            "id": np.array([f"M{cohort.name}-{code[w]:05d}-{n}" for w, n in zip(who, nth, strict=True)], dtype="U20"),
            "kind": np.where(nth == 0, "goal", "milestone").astype("U12"),
            "agreed": agreed,
            "due": due,
            "reached": np.full(len(row), NAT),
            "u_when": each[2, who, nth],
            "u_reached": each[3, who, nth],
        },
    )


def training(streams: Streams, world: dict[str, Table], period: Period) -> FileRows:
    """Mentors' courses, mostly before their cohort is matched; a few late ones, and mentees who take a course too."""
    people = world["people"]
    done: list[Table] = []
    for cohort in COHORTS:
        u = streams.rng("training", cohort.name).random((2, 4, len(people["hire"])))
        start = day(cohort.closes_on) - np.timedelta64(20, "D")
        for k, course in enumerate(("inclusion", "mentoring_technique")):
            when = np.where(u[k, 0] < 0.94, start + np.floor(u[k, 1] * 34).astype("timedelta64[D]"),
                            start + np.floor(50 + u[k, 1] * 60).astype("timedelta64[D]"))  # fmt: skip
            takes = (people["mentor_cohort"] == cohort.name) & (u[k, 2] < 0.985) | people["is_canary"] & (
                people["mentor_cohort"] == cohort.name)  # fmt: skip
            when = np.where(people["is_canary"], start, when)
            if course == "inclusion":
                takes |= (people["mentee_cohort"] == cohort.name) & (u[k, 2] < 0.12)
            inside = (when >= day(period.start)) & (when <= day(period.end)) & is_active(people, day(period.end))
            who = np.flatnonzero(takes & inside)
            done.append({"person": who, "course": np.full(len(who), course, dtype="U24"), "on": when[who],
                         "hours": np.where(u[k, 3, who] < 0.3, 3.5, 4.0 if k else 6.0)})  # fmt: skip
    rows = {name: np.concatenate([d[name] for d in done]) for name in done[0]}
    known = set(world.get("trained", {}).get("key", np.array([], dtype="U40")).tolist())
    key = np.array(
        [f"{p}/{c}" for p, c in zip(rows["person"].tolist(), rows["course"].tolist(), strict=True)], dtype="U40"
    )
    new = np.array([k not in known for k in key.tolist()], bool)
    rows = take(rows, new)
    world["trained"] = append(world.get("trained", {}), {"key": key[new]})
    return file_rows(dataset("programme", "training_completion"), {
        "person_id": people["number"][rows["person"]].tolist(), "course": spelled(rows["course"], COURSE),
        "completed_on": dates(rows["on"]), "hours": numbers(rows["hours"], 1),
    })  # fmt: skip


def leadership(streams: Streams, world: dict[str, Table], period: Period) -> FileRows:
    """The sponsor, leaders who come to meetings, leaders who are mentors, and reviews; hours budgeted and used."""
    people, units = world["people"], world["units"]
    contract = dataset("programme", "leadership")
    lines: list[tuple[str, int, str, dt.date, float, float]] = []
    for cohort in COHORTS:
        if not cohort.runs_in(period):
            continue
        rng = streams.rng("leadership", cohort.name, period)
        u = rng.random((3, len(people["hire"])))
        heads = units["manager"][(units["depth"] <= 1) & units["is_open"]]
        heads = heads[heads >= 0]
        heads = heads[is_active(people, day(period.end))[heads]]
        middle = dt.date(period.start.year, period.start.month + 1, 12)
        if len(heads) and middle <= cohort.ends_on:
            sponsor = int(heads[0])
            lines.append((cohort.name, sponsor, "sponsor", middle, 6.0, round(3 + 4 * u[0, sponsor], 1)))
            review = dt.date(period.end.year, period.end.month, 10)
            lines.append((cohort.name, sponsor, "review", review, 4.0, round(2 + 2 * u[1, sponsor], 1)))
            visitors = heads[1:][u[2, heads[1:]] < 0.55]
            lines += [(cohort.name, int(p), "attendance", middle, 4.0, round(1 + 3 * u[0, p], 1)) for p in visitors]
        who = participants(world, cohort)
        mentors = who["person"][who["role"] == "mentor"]
        leaders = mentors[(world["jobs"]["level"][mentors] >= 9) & world["jobs"]["is_manager"][mentors]
                          & is_active(people, day(period.end))[mentors]]  # fmt: skip
        first = max(period.start, cohort.starts_on)
        lines += [(cohort.name, int(p), "mentor", first, 8.0, round(4 + 5 * u[1, p], 1)) for p in leaders]
    columns = list(zip(*lines, strict=True)) if lines else [()] * 6
    return file_rows(
        contract,
        {
            "cohort": list(columns[0]),
            "person_id": people["number"][np.array(columns[1], int)].tolist(),
            "activity": spelled(np.array(columns[2], dtype="U12"), LEADERSHIP),
            "held_on": [d.isoformat() for d in columns[3]],
            "hours_budgeted": numbers(np.array(columns[4]), 1),
            "hours_used": numbers(np.array(columns[5]), 1),
        },
    )


# The story of what was changed: number, cohort, area, decided on, why, what, followed up on, what came of it.
_ADJUSTMENTS = (
    ("J01", "2024", "meetings", "2025-02-10", "Flera adepter skriver att möten ställs in i arbetstoppar.",
     "Två timmar i månaden läggs in i schemat för alla par.", "2025-06-15", "improved"),
    ("J02", "2024", "networking", "2025-05-12", "Nätverksträffarna gav få nya kontakter.",
     "Varje träff har ett tema, och deltagarna förbereder en fråga var.", "2025-09-15", "improved"),
    ("J03", "2024", "information", "2025-07-02", "Chefer visste inte hur mycket tid programmet tar.",
     "Alla chefer får en sida om programmet och en kontakt.", "2025-12-10", "unchanged"),
    ("J04", "2025", "training", "2025-08-20", "Mentorer bad om mer övning i att ge återkoppling.",
     "Utbildningen i samtalsteknik får ett eget pass om återkoppling.", "2026-01-31", "improved"),
    ("J05", "2025", "matching", "2025-08-25", "Några par hade för olika mål.",
     "Mål väger tyngre i matchningen.", "2026-03-15", "improved"),
    ("J06", "2025", "meetings", "2026-02-16", "Digitala möten blev stela.",
     "Första och sista mötet hålls på plats.", "2026-08-31", "worse"),
    ("J07", "2025", "networking", "2026-08-24", "Adepter vill behålla kontakten efter programmet.",
     "Ett nätverk för tidigare deltagare startas.", "2026-12-15", "improved"),
)  # fmt: skip


def adjustments(period: Period) -> FileRows:
    """What was decided or followed up in the quarter."""
    contract = dataset("programme", "adjustment")
    names = [c.name for c in contract.columns]
    back_area, back_result = {v: k for k, v in AREA.items()}, {v: k for k, v in RESULT.items()}
    values: dict[str, list[str]] = {name: [] for name in names}
    for number, cohort, area, decided, reason, action, follow, result in _ADJUSTMENTS:
        in_period = [period.start <= dt.date.fromisoformat(d) <= period.end for d in (decided, follow)]
        if any(in_period):
            outcome = back_result[result if in_period[1] else "pending"]
            for name, value in zip(
                names, (number, cohort, back_area[area], decided, reason, action, follow, outcome), strict=True
            ):
                values[name].append(value)
    return file_rows(contract, values)
