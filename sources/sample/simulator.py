"""The sample organisation as one object: start it, advance it a quarter at a time, ask it what is true."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from programme.period import Period
from sources.sample import anonymous, applications, careers, employments, hris_files, meetings, support, survey_waves
from sources.sample.cohorts import COHORTS, FIRST_PERIOD, HISTORY_START
from sources.sample.dirt import plant
from sources.sample.limesurvey_files import survey_files, survey_list
from sources.sample.organisation import FIRST_DAY, choose_canaries, draw_staff, draw_units, managers_of
from sources.sample.planted import Planted
from sources.sample.quality import pair_quality
from sources.sample.questionnaires import ANONYMOUS
from sources.sample.state import State
from sources.sample.streams import Streams
from sources.sample.tables import FileRows, Table
from sources.sample.truth import Truth, make_truth

DEFAULT_SEED = 20231001
PAIR_COLUMNS = ("cohort", "mentee_number", "mentor_number")


class SampleError(ValueError):
    """A call that the sample cannot answer: wrong period, unknown people, a state of another sample."""


@dataclass(frozen=True, slots=True)
class Advance:
    """One quarter's delivery: `files` (path below the inbox to bytes), the next state, and what only tests may read."""

    files: dict[str, bytes]
    state: State
    truth: Truth


class Sample:
    """A seeded organisation of `n_employees`; `altered` changes planted factors or reseeds streams (see planted.py)."""

    def __init__(
        self, seed: int = DEFAULT_SEED, n_employees: int = 5000, altered: dict[str, Any] | None = None
    ) -> None:
        if n_employees < 150:
            raise SampleError(f"n_employees {n_employees}: expected 150 or more, else no cohort can be filled")
        self.n_employees = n_employees
        self.planted, reseeded = Planted.altered(altered or {})
        self.streams = Streams(seed, reseeded)
        key = json.dumps([seed, n_employees, self.planted.to_dict(), reseeded], sort_keys=True)
        self.fingerprint = hashlib.sha256(key.encode()).hexdigest()[:16]

    def start(self) -> State:
        """The organisation on 2023-10-01; its first `advance` simulates four quarters of history."""
        units = draw_units(self.streams, self.n_employees)
        people, jobs = draw_staff(self.streams, units, self.n_employees)
        choose_canaries(people, jobs)
        jobs["manager"] = managers_of(units, jobs, careers.is_active(people, FIRST_DAY))
        history = employments.first_rows(people, jobs)
        world = {"people": people, "jobs": jobs, "units": units, "employment": history}
        meetings.join_pairs(world, np.array([], dtype="U8"), np.array([], int), np.array([], int))
        return State(self.fingerprint, "", world)

    def advance(self, state: State, approved_pairs: pd.DataFrame, period: Period) -> Advance:
        """Simulate `period` with the pairs approved so far (cohort, mentee_number, mentor_number).

        Periods follow each other from 2024Q3 on; the state handed in is not changed. Raises SampleError.
        """
        expected = Period.parse(state.period).shift(1) if state.period else FIRST_PERIOD
        if period != expected:
            raise SampleError(
                f"period {period}: expected {expected}, the one after the state's {state.period or 'start'}"
            )
        if state.fingerprint != self.fingerprint:
            raise SampleError("the state belongs to another sample (seed, size or altered factors differ); start anew")
        state = state.copy()
        world = state.tables
        self._join(world, approved_pairs)
        for quarter in HISTORY_START.until(period) if period == FIRST_PERIOD else [period]:
            _, dose = survey_waves.pair_states(world, quarter.shift(-1))
            outcomes = careers.advance(self.streams, self.planted, world, quarter, self.n_employees, dose)
        applications.apply(self.streams, self.planted, world, period, self.n_employees)
        drops = {f"hris/{period}/{name}": rows for name, rows in hris_files.hris_files(world).items()}
        drops |= {f"programme/{period}/{name}": rows for name, rows in self._programme(world, period).items()}
        files, comments = self._surveys(world, period)
        dirty = plant(self.streams, self.planted, drops, period)
        files = {path: rows.to_bytes() for path, rows in drops.items()} | files
        state.period = period.label
        truth = make_truth(self.planted, world, period, outcomes, dirty, comments)
        return Advance(dict(sorted(files.items())), state, truth)

    def pair_quality(self, state: State, mentee_numbers: list[str], mentor_numbers: list[str]) -> np.ndarray:
        """The hidden quality of every possible pair: a matrix, mentees down, mentors across."""
        people, jobs = state.tables["people"], state.tables["jobs"]
        mentees, mentors = (_indices(people, numbers, "pair_quality") for numbers in (mentee_numbers, mentor_numbers))
        return pair_quality(people, jobs, mentees[:, None], mentors[None, :])

    def _join(self, world: dict[str, Table], pairs: pd.DataFrame) -> None:
        missing = [c for c in PAIR_COLUMNS if c not in pairs.columns]
        if missing:
            raise SampleError(
                f"approved_pairs: columns {', '.join(missing)} are missing; expected {', '.join(PAIR_COLUMNS)}"
            )
        cohort, mentee, mentor = (pairs[c].astype(str).tolist() for c in PAIR_COLUMNS)
        unknown = sorted(set(cohort) - {c.name for c in COHORTS})
        if unknown:
            raise SampleError(
                f"approved_pairs: cohort {unknown[0]}; expected one of {', '.join(c.name for c in COHORTS)}"
            )
        people = world["people"]
        meetings.join_pairs(world, np.array(cohort, dtype="U8"), _indices(people, mentee, "mentee_number"),
                            _indices(people, mentor, "mentor_number"))  # fmt: skip

    def _programme(self, world: dict[str, Table], period: Period) -> dict[str, FileRows]:
        streams = self.streams
        return applications.application_files(world) | {
            "utbildning.csv": support.training(streams, world, period),
            "introduktion.csv": meetings.kick_off(streams, world, period),
            "moten.csv": meetings.hold_meetings(streams, self.planted, world, period),
            "natverkstraffar.csv": meetings.network_meetings(streams, world, period),
            "milstolpar.csv": support.milestones(streams, world, period),
            "uppfoljning.csv": meetings.follow_up(streams, world, period),
            "ledning.csv": support.leadership(streams, world, period),
            "justeringar.csv": support.adjustments(period),
        }

    def _surveys(self, world: dict[str, Table], period: Period) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
        states = survey_waves.pair_states(world, period)
        files: dict[str, bytes] = {}
        held, comments = [], []
        for survey in survey_waves.TOKEN_SURVEYS:
            participants, responses, named = survey_waves.wave(
                self.streams, self.planted, survey, world, period, states
            )
            if participants:
                held.append(survey)
                comments += named
                files |= _below(f"survey/{period}/{survey.sid}", survey_files(survey, participants, responses))
        answers = anonymous.responses(self.streams, self.planted, world, period, states[1])
        held.append(ANONYMOUS)
        files |= _below(f"survey/{period}/{ANONYMOUS.sid}", survey_files(ANONYMOUS, [], answers))
        files[f"survey/{period}/list_surveys.json"] = survey_list(held)
        return files, comments


def _below(folder: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{folder}/{name}": data for name, data in files.items()}


def _indices(people: Table, numbers: list[str], field: str) -> np.ndarray:
    order = np.argsort(people["number"])
    wanted = np.asarray(list(numbers), dtype="U12")
    found = order[np.clip(np.searchsorted(people["number"], wanted, sorter=order), 0, len(order) - 1)]
    if len(wanted) and (people["number"][found] != wanted).any():
        bad = wanted[people["number"][found] != wanted][0]
        raise SampleError(
            f"{field} {bad}: no employee of the sample has this number; give employee numbers, not pseudonyms"
        )
    return found.astype(np.int64)
