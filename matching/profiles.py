"""Applicants' profiles: checked, typed, in the order of their application numbers."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from matching.errors import MatchingError, some

Role = Literal["mentee", "mentor"]

_LISTS = ("goals", "interests", "languages", "management_chain")
_TEXTS = ("meeting_mode", "organisation_id", "division_id", "job_family", "location", "manager_person_id")
_NUMBERS = ("level", "tenure_years")
_FLAGS = ("has_consented", "is_eligible")
_OWN_LISTS = {"mentee": ("skills_wanted", "preferred_mentors"), "mentor": ("skills_offered",)}
_OWN_FLAGS = {"mentee": (), "mentor": ("is_interviewed", "is_trained")}
# Read where the frame has them; not every programme collects them.
_MORE_LISTS = ("values", "availability", "known_people")
_MORE_OWN_LISTS = {"mentee": (), "mentor": ("preferred_mentees",)}
_MORE_TEXTS = ("motivation", "motivation_language")
_MORE_NUMBERS = ("time_zone",)
_MORE_FLAGS = ("is_willing",)


def columns(role: Role) -> tuple[str, ...]:
    """The columns that a role's frame must have; `cohort` may be there too, others are ignored."""
    capacity = ("capacity",) if role == "mentor" else ()
    return ("person_id", "application_id", "applied_on", "channel", *_FLAGS, *_OWN_FLAGS[role], *_LISTS,
            *_OWN_LISTS[role], *_TEXTS, *_NUMBERS, *capacity)  # fmt: skip


def optional_columns(role: Role) -> tuple[str, ...]:
    """The columns that a role's frame may have, which some components and rules need.

    `values`, `availability` (weekly hours or slots), `known_people` and a mentor's `preferred_mentees` (pseudonyms):
    lists; `motivation` and its `motivation_language`: texts; `time_zone`: hours from UTC; `is_willing`: no turns away.
    """
    return (*_MORE_LISTS, *_MORE_OWN_LISTS[role], *_MORE_TEXTS, *_MORE_NUMBERS, *_MORE_FLAGS)


def read(frame: pd.DataFrame, role: Role, cohort: str) -> pd.DataFrame:
    """The cohort's applicants of one role, typed, sorted by application number and nothing else.

    Lists (`|` between) become tuples, texts str or None, flags bool (unknown is False: consent is never presumed),
    numbers float (nan: unknown), `capacity` int, `applied_on` a date or None. Optional columns are there only if the
    frame has them; an unknown `is_willing` is True: who applies is willing. MatchingError names columns and rows.
    """
    missing = [name for name in columns(role) if name not in frame.columns]
    if missing:
        raise MatchingError(f"{role}s: columns {', '.join(missing)} are missing; expected those of mart_{role}_profile")
    if "cohort" in frame.columns:
        frame = frame[frame["cohort"] == cohort]
    frame = frame.reset_index(drop=True)
    out = pd.DataFrame(index=frame.index)
    out["person_id"] = _texts(frame["person_id"])
    _refuse(role, out["person_id"].isna(), "person_id is empty; expected a pseudonym")
    out["application_id"] = _numbers(frame, "application_id", role)
    _refuse(role, out["application_id"].isna(), "application_id is empty; expected the application number")
    out["application_id"] = out["application_id"].astype(np.int64)
    for name in ("person_id", "application_id"):
        _refuse(role, out[name].duplicated(keep=False), f"{name} occurs more than once; keep one application each")
    there = [name for name in optional_columns(role) if name in frame.columns]
    for name in (*_LISTS, *_OWN_LISTS[role], *(n for n in there if n in _MORE_LISTS or n in _MORE_OWN_LISTS[role])):
        out[name] = pd.Series([_split(value) for value in frame[name]], index=frame.index, dtype=object)
    for name in (*_TEXTS, "channel", *(n for n in there if n in _MORE_TEXTS)):
        out[name] = _texts(frame[name])
    for name in (*_NUMBERS, *(n for n in there if n in _MORE_NUMBERS)):
        out[name] = _numbers(frame, name, role)
    for name in (*_FLAGS, *_OWN_FLAGS[role]):
        out[name] = np.array([not _is_missing(v) and bool(v) for v in frame[name]], dtype=bool)
    for name in (n for n in there if n in _MORE_FLAGS):
        out[name] = np.array([_is_missing(v) or bool(v) for v in frame[name]], dtype=bool)
    if "time_zone" in out:
        _refuse(role, out["time_zone"].abs() > 14, "time_zone is beyond 14 hours; expected hours from UTC, such as 1")
    out["applied_on"] = pd.to_datetime(frame["applied_on"]).dt.date if len(frame) else pd.Series(dtype=object)
    if role == "mentor":
        capacity = _numbers(frame, "capacity", role)
        _refuse(role, capacity < 0, "capacity is negative; expected 0 or more")
        _refuse(role, capacity.notna() & (capacity % 1 != 0), "capacity is no whole number")
        out["capacity"] = capacity.fillna(0).astype(np.int64)
    return out.sort_values("application_id").reset_index(drop=True)


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _split(value: object) -> tuple[str, ...]:
    if _is_missing(value):
        return ()
    return tuple(dict.fromkeys(part for raw in str(value).split("|") if (part := raw.strip())))


def _texts(series: pd.Series) -> pd.Series:
    values = [None if _is_missing(v) or not str(v).strip() else str(v) for v in series]
    return pd.Series(values, index=series.index, dtype=object)


def _numbers(frame: pd.DataFrame, name: str, role: Role) -> pd.Series:
    values = pd.to_numeric(frame[name], errors="coerce").astype(np.float64)
    known = ~frame[name].isna()
    _refuse(role, (known & values.isna()) | np.isinf(values), f"{name} is no number")
    return values


def _refuse(role: Role, wrong: pd.Series, problem: str) -> None:
    if wrong.any():
        raise MatchingError(f"{role}s, rows {some(np.flatnonzero(wrong))}: {problem}")
