"""Applicants' profiles: checked, typed, in the order of their application numbers."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.errors import MatchingError, some

Role = Literal["mentee", "mentor"]

_LISTS = ("goals", "interests", "languages", "management_chain")
_TEXTS = ("meeting_mode", "organisation_id", "division_id", "job_family", "location", "manager_person_id")
_NUMBERS = ("level", "tenure_years")
_FLAGS = ("has_consented", "is_eligible")
_OWN_LISTS = {"mentee": ("skills_wanted", "preferred_mentors"), "mentor": ("skills_offered",)}
_OWN_FLAGS = {"mentee": (), "mentor": ("is_interviewed", "is_trained")}


def columns(role: Role) -> tuple[str, ...]:
    """The columns that a role's frame must have; `cohort` may be there too, others are ignored."""
    capacity = ("capacity",) if role == "mentor" else ()
    return ("person_id", "application_id", "applied_on", "channel", *_FLAGS, *_OWN_FLAGS[role], *_LISTS,
            *_OWN_LISTS[role], *_TEXTS, *_NUMBERS, *capacity)  # fmt: skip


def read(frame: pd.DataFrame, role: Role, cohort: str) -> pd.DataFrame:
    """The cohort's applicants of one role, typed, sorted by application number and nothing else.

    Lists (`|` between) become tuples, texts str or None, flags bool (unknown is False: consent is never presumed),
    numbers float (nan: unknown), `capacity` int, `applied_on` a date or None. MatchingError names columns and rows.
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
    for name in (*_LISTS, *_OWN_LISTS[role]):
        out[name] = pd.Series([_split(value) for value in frame[name]], index=frame.index, dtype=object)
    for name in (*_TEXTS, "channel"):
        out[name] = _texts(frame[name])
    for name in _NUMBERS:
        out[name] = _numbers(frame, name, role)
    for name in (*_FLAGS, *_OWN_FLAGS[role]):
        out[name] = np.array([not _is_missing(v) and bool(v) for v in frame[name]], dtype=bool)
    out["applied_on"] = pd.to_datetime(frame["applied_on"]).dt.date if len(frame) else pd.Series(dtype=object)
    if role == "mentor":
        capacity = _numbers(frame, "capacity", role)
        _refuse(role, capacity < 0, "capacity is negative; expected 0 or more")
        _refuse(role, capacity.notna() & (capacity % 1 != 0), "capacity is no whole number")
        out["capacity"] = capacity.fillna(0).astype(np.int64)
    return out.sort_values("application_id").reset_index(drop=True)


def indicators(left: pd.Series, right: pd.Series) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """0/1 matrices (people x codes) of two list columns over their common vocabulary, in sorted order."""
    vocabulary = {code: k for k, code in enumerate(sorted({c for side in (left, right) for row in side for c in row}))}

    def matrix(side: pd.Series) -> NDArray[np.float32]:
        out = np.zeros((len(side), len(vocabulary)), np.float32)
        for row, codes in enumerate(side):
            out[row, [vocabulary[c] for c in codes]] = 1
        return out

    return matrix(left), matrix(right)


def same(left: pd.Series, right: pd.Series) -> NDArray[np.bool_]:
    """(left x right): whether both have the same value; unknown is not the same as anything."""
    codes, _ = pd.factorize(pd.concat([left, right], ignore_index=True))
    a, b = codes[: len(left), None], codes[None, len(left) :]
    return (a == b) & (a >= 0)


def listed(lists: pd.Series, people: pd.Series) -> NDArray[np.int64]:
    """(lists x people): the place, from 1, at which a list names a person; 0: not named."""
    position = {person: k for k, person in enumerate(people)}
    out = np.zeros((len(lists), len(people)), np.int64)
    for row, names in enumerate(lists):
        for place, name in enumerate(dict.fromkeys(names), start=1):
            if name in position:
                out[row, position[name]] = place
    return out


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
