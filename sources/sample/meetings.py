"""What approved pairs do in a quarter: kick-off, meetings, network meetings, follow-up meetings."""

from __future__ import annotations

import datetime as dt

import numpy as np

from programme.period import Period
from sources.contracts import dataset
from sources.contracts.codes import MEETING_MODE, ROLE
from sources.sample.careers import day, is_active
from sources.sample.cohorts import COHORTS, Cohort
from sources.sample.planted import Planted
from sources.sample.quality import pair_quality
from sources.sample.streams import Streams
from sources.sample.tables import FileRows, Table, append, dates, file_rows, length, spelled, take, yes_no

ADJUSTED_FROM = dt.date(2025, 3, 1)  # hours set aside for meetings (see adjustments.py)
PREPARED_FROM = dt.date(2025, 6, 1)  # network meetings with prepared questions
_MAX_PER_MONTH = 6
_MODES = np.array(["in_person", "remote", "either"])


def participants(world: dict[str, Table], cohort: Cohort) -> Table:
    """The people in the cohort's approved pairs: `person`, `role`, a row each, mentees first."""
    pairs = take(world["pair"], world["pair"]["cohort"] == cohort.name)
    mentees, mentors = np.unique(pairs["mentee"]), np.unique(pairs["mentor"])
    role = np.array(["mentee"] * len(mentees) + ["mentor"] * len(mentors), dtype="U8")
    return {"person": np.concatenate([mentees, mentors]), "role": role}


def meeting_rate(planted: Planted, quality: np.ndarray, month: int, first: dt.date) -> np.ndarray:
    """Meetings expected in a month: good pairs meet more often, all of them less as time goes by."""
    gain = 1 + planted.adjustment_gain * (first >= ADJUSTED_FROM)
    return planted.meeting_rate * (0.25 + 1.1 * quality) * (1 - 0.03 * month) * gain


def hold_meetings(streams: Streams, planted: Planted, world: dict[str, Table], period: Period) -> FileRows:
    """Simulate the quarter's meetings; adds their number and minutes to the pairs."""
    people, pair = world["people"], world["pair"]
    contract = dataset("programme", "meeting")
    values: dict[str, list[str]] = {c.name: [] for c in contract.columns}
    size = len(people["hire"])
    pair["quarter_meetings"][:] = 0
    pair["quarter_minutes"][:] = 0
    for cohort in COHORTS:
        for first, month in cohort.months(period):
            rng = streams.rng("meetings", cohort.name, first)
            u, u_day = rng.random(size), rng.random((size, _MAX_PER_MONTH))
            u_length, u_mode = rng.random((size, _MAX_PER_MONTH)), rng.random((size, _MAX_PER_MONTH))
            code = rng.permutation(size)
            own = np.flatnonzero(pair["cohort"] == cohort.name)
            mentee, mentor = pair["mentee"][own], pair["mentor"][own]
            end = (day(first).astype("datetime64[M]") + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
            there = np.ones(len(own), bool)
            for who in (mentee, mentor):
                there &= is_active(people, end)[who] & ~(people["parental_until"][who] >= end)
            rate = meeting_rate(planted, pair_quality(people, world["jobs"], mentee, mentor), month, first)
            count = np.where(there, _poisson(u[mentee], rate), 0)
            k = np.arange(_MAX_PER_MONTH)
            row, nth = np.nonzero(k[None, :] < count[:, None])
            who = mentee[row]
            # Each meeting in its own share of the month, so that no two fall on one day.
            span = (end - day(first)).astype(int) + 1
            at = np.floor((nth + 0.9 * u_day[who, nth]) / np.maximum(count[row], 1) * span)
            minutes = 30 + 15 * np.floor(u_length[who, nth] * 5).astype(int)
            mode = np.where(people["mode"][who] == 2, np.where(u_mode[who, nth] < 0.55, 0, 1), people["mode"][who])
            number = people["number"]
            values["meeting_id"] += [
                f"T{first:%y%m}-{c:05d}-{n + 1}" for c, n in zip(code[who].tolist(), nth.tolist(), strict=True)
            ]
            values["cohort"] += [cohort.name] * len(row)
            values["mentee_person_id"] += number[who].tolist()
            values["mentor_person_id"] += number[mentor[row]].tolist()
            values["held_on"] += dates(day(first) + at.astype("timedelta64[D]"))
            values["minutes"] += list(map(str, minutes.tolist()))
            values["meeting_mode"] += spelled(_MODES[mode], MEETING_MODE)
            pair["quarter_meetings"][own] += count
            np.add.at(pair["quarter_minutes"], own[row], minutes)
    pair["meetings"] += pair["quarter_meetings"]
    return file_rows(contract, values)


def _poisson(uniform: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Poisson counts by inversion, at most `_MAX_PER_MONTH`: a higher rate never lowers anyone's count."""
    count, term = np.zeros(len(rate), int), np.exp(-rate)
    total = term.copy()
    for k in range(1, _MAX_PER_MONTH + 1):
        count += uniform > total
        term = term * rate / k
        total = total + term
    return count


def kick_off(streams: Streams, world: dict[str, Table], period: Period) -> FileRows:
    """Who was invited to the introduction, held a few days after the start, and who came."""
    contract = dataset("programme", "kickoff_attendance")
    values: dict[str, list[str]] = {c.name: [] for c in contract.columns}
    people = world["people"]
    for cohort in COHORTS:
        held = cohort.starts_on + dt.timedelta(days=4)
        if not period.start <= held <= period.end:
            continue
        u = streams.rng("kickoff", cohort.name).random(len(people["hire"]))
        who = participants(world, cohort)
        here = is_active(people, day(held))[who["person"]]
        who = take(who, here)
        values["cohort"] += [cohort.name] * length(who)
        values["person_id"] += people["number"][who["person"]].tolist()
        values["role"] += spelled(who["role"], ROLE)
        values["held_on"] += [held.isoformat()] * length(who)
        values["is_present"] += yes_no(u[who["person"]] < (0.9 if cohort.name == "2024" else 0.95))
    return file_rows(contract, values)


def network_meetings(streams: Streams, world: dict[str, Table], period: Period) -> FileRows:
    """A meeting of all participants every month, from the second one on."""
    contract = dataset("programme", "group_attendance")
    values: dict[str, list[str]] = {c.name: [] for c in contract.columns}
    people = world["people"]
    for cohort in COHORTS:
        for first, month in cohort.months(period):
            if month == 0:
                continue
            held = first + dt.timedelta(days=16)
            better = held >= PREPARED_FROM
            rng = streams.rng("group_meetings", cohort.name, first)
            u = rng.random((3, len(people["hire"])))
            who = participants(world, cohort)
            who = take(
                who,
                is_active(people, day(held))[who["person"]] & ~(people["parental_until"][who["person"]] >= day(held)),
            )
            p = who["person"]
            present = u[0, p] < np.clip(0.62 - 0.012 * month + 0.06 * people["sociable"][p] + 0.06 * better, 0.1, 0.95)
            prepared = u[1, p] < (0.65 if better else 0.4)
            contacts = np.where(present, _poisson(u[2, p], np.full(len(p), 1.7 if better else 1.2)), 0)
            values["group_meeting_id"] += [f"N{cohort.name}-{month:02d}"] * len(p)
            values["cohort"] += [cohort.name] * len(p)
            values["held_on"] += [held.isoformat()] * len(p)
            values["person_id"] += people["number"][p].tolist()
            values["role"] += spelled(who["role"], ROLE)
            values["is_present"] += yes_no(present)
            values["has_prepared"] += yes_no(present & prepared)
            values["new_contacts"] += list(map(str, contacts.tolist()))
    return file_rows(contract, values)


def follow_up(streams: Streams, world: dict[str, Table], period: Period) -> FileRows:
    """The programme office's follow-up meetings, in the third, sixth, ninth and twelfth month."""
    contract = dataset("programme", "follow_up_meeting")
    values: dict[str, list[str]] = {c.name: [] for c in contract.columns}
    people = world["people"]
    for cohort in COHORTS:
        for first, month in cohort.months(period):
            if month not in (2, 5, 8, 11):
                continue
            u = streams.rng("follow_up", cohort.name, first).random((3, len(people["hire"])))
            who = participants(world, cohort)
            held = day(first) + np.floor(u[0] * 21).astype("timedelta64[D]") + np.timedelta64(4, "D")
            p = who["person"]
            there = is_active(people, day(first) + np.timedelta64(30, "D"))[p] & (u[1, p] < 0.82)
            who = take(who, there)
            p = who["person"]
            values["cohort"] += [cohort.name] * len(p)
            values["person_id"] += people["number"][p].tolist()
            values["role"] += spelled(who["role"], ROLE)
            values["held_on"] += dates(held[p])
            values["has_given_feedback"] += yes_no(u[2, p] < 0.85)
    return file_rows(contract, values)


def join_pairs(world: dict[str, Table], cohort: np.ndarray, mentee: np.ndarray, mentor: np.ndarray) -> None:
    """Add newly approved pairs; those known already stay as they are."""
    known = world.get("pair", {})
    seen = set(zip(known["cohort"].tolist(), known["mentee"].tolist(), strict=True)) if length(known) else set()
    new = np.array([(c, m) not in seen for c, m in zip(cohort.tolist(), mentee.tolist(), strict=True)], bool)
    n = int(new.sum())
    zero = np.zeros(n, np.int64)
    order = np.lexsort((mentee[new], cohort[new]))
    rows = {"cohort": cohort[new].astype("U8")[order], "mentee": mentee[new].astype(np.int64)[order],
            "mentor": mentor[new].astype(np.int64)[order], "meetings": zero, "quarter_meetings": zero.copy(),
            "quarter_minutes": zero.copy(), "agreed": zero.copy(), "reached": zero.copy()}  # fmt: skip
    world["pair"] = append(known, rows)
