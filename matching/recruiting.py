"""Which mentors to recruit: what unmatched and badly matched mentees want that mentors hardly offer, as counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matching import phrases
from matching.instance import SCALE
from matching.problem import Problem
from matching.texts import mark, text
from matching.whatif import Ints, loads

COLUMNS = ("kind", "code", "n_mentees", "n_unmatched", "n_mentors", "n_places", "n_free_places", "n_missing")
BADLY = 0.4  # a pair below this score counts as badly matched

NOBODY = mark("No mentors with particular skills are lacking.")
SKILL = mark("{skill}: wanted by {n_mentees} of those without a mentor or badly matched, {n_free_places} free places.")
INTRO = mark("Most needed are mentors with these skills.")


def wanted(problem: Problem, mentor_of: Ints, *, badly: float = BADLY) -> pd.DataFrame:
    """What to look for when recruiting mentors: COLUMNS, one row per kind and code, most missing first.

    `n_mentees`: mentees without a mentor, or with a score below `badly`, who want the skill (kind "skill"), speak the
    language ("language"), or work there and meet only in person ("location"). `n_unmatched`: those without a mentor.
    `n_mentors`, `n_places`, `n_free_places`: available mentors who offer it, and their places. `n_missing`: by how much
    `n_mentees` exceeds the free places.
    """
    row = np.arange(len(mentor_of))
    is_unmatched = mentor_of < 0
    score = np.zeros(len(mentor_of))
    score[~is_unmatched] = problem.score[row[~is_unmatched], mentor_of[~is_unmatched]] / SCALE
    needs = problem.mentees[is_unmatched | (score < badly)]
    free = problem.capacity - loads(problem, mentor_of)
    rows = []
    for kind, demand, supply in (
        ("skill", needs["skills_wanted"], problem.mentors["skills_offered"]),
        ("language", needs["languages"], problem.mentors["languages"]),
        ("location", _places_bound(needs), problem.mentors["location"].map(lambda x: (x,) if x else ())),
    ):
        for code in sorted({c for codes in demand for c in codes}):
            who = np.array([code in codes for codes in demand], dtype=bool)
            offers = np.array([code in codes for codes in supply], dtype=bool)
            n, n_free = int(who.sum()), int(free[offers].sum())
            rows.append((kind, code, n, int(is_unmatched[needs.index.to_numpy()[who]].sum()), int(offers.sum()),
                         int(problem.capacity[offers].sum()), n_free, max(0, n - n_free)))  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    order = ["n_missing", "n_unmatched", "n_mentors", "code"]
    parts = [frame[frame["kind"] == kind].sort_values(order, ascending=[False, False, True, True])
             for kind in ("skill", "location", "language")]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def profiles(problem: Problem, mentor_of: Ints, *, places: int = 1, most: int = 5) -> pd.DataFrame:
    """Mentors who would serve the unmatched: n_mentees served, location ("" if anywhere), languages, skills.

    Greedy: unmatched mentees who could share a mentor (a common language, one location where one meets in person) are
    put together, `places` to a mentor, those with most wanted skills in common first. At most `most` mentors.
    """
    left = [k for k in range(len(mentor_of)) if mentor_of[k] < 0]
    people = problem.mentees
    rows = []
    while left and len(rows) < most:
        groups = [_group(people, start, left, places) for start in left]
        group = max(groups, key=lambda g: (len(g), len(_common(people, g, "skills_wanted")), -g[0]))
        bound = sorted({str(people["location"].iloc[k]) for k in group if people["meeting_mode"].iloc[k] == _IN_PERSON})
        skills = pd.Series([s for k in group for s in people["skills_wanted"].iloc[k]], dtype=object).value_counts()
        rows.append((len(group), "|".join(bound), "|".join(_common(people, group, "languages")),
                     "|".join(sorted(skills.index, key=lambda s: (-skills[s], s)))))  # fmt: skip
        left = [k for k in left if k not in group]
    return pd.DataFrame(rows, columns=["n_mentees", "location", "languages", "skills"])


def advice(wants: pd.DataFrame, language: str, *, most: int = 3) -> str:
    """The skills most missing, in words. `wants`: from `wanted`. `language`: sv or en."""
    skills = wants[(wants["kind"] == "skill") & (wants["n_missing"] > 0)].head(most)
    if skills.empty:
        return text(NOBODY, language)
    said = []
    for row in skills.to_dict("records"):
        name = phrases.label(row["code"], language)
        said.append(text(SKILL, language, skill=name[:1].upper() + name[1:], n_mentees=row["n_mentees"],
                         n_free_places=row["n_free_places"]))  # fmt: skip
    return " ".join([text(INTRO, language), *said])


_IN_PERSON = "in_person"


def _places_bound(people: pd.DataFrame) -> pd.Series:
    return (
        people["location"].where(people["meeting_mode"] == _IN_PERSON).map(lambda x: (x,) if isinstance(x, str) else ())
    )


def _common(people: pd.DataFrame, group: list[int], column: str) -> list[str]:
    return sorted(set.intersection(*(set(people[column].iloc[k]) for k in group)))


def _group(people: pd.DataFrame, start: int, left: list[int], size: int) -> list[int]:
    group = [start]
    while len(group) < size:
        fits = [k for k in left if k not in group and _can_share(people, [*group, k])]
        if not fits:
            break
        group.append(max(fits, key=lambda k: (len(_common(people, [*group, k], "skills_wanted")), -k)))
    return group


def _can_share(people: pd.DataFrame, group: list[int]) -> bool:
    modes = {people["meeting_mode"].iloc[k] for k in group}
    places = {people["location"].iloc[k] for k in group if people["meeting_mode"].iloc[k] == _IN_PERSON}
    return bool(_common(people, group, "languages")) and not modes >= {_IN_PERSON, "remote"} and len(places) <= 1
