"""Who has applied to a round, who may be matched, and, where places are drawn by lot, who is offered one."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from matching import lottery, rules
from matching.locks import locked
from matching.objectives import DEFAULT
from matching.problem import Problem, build
from matching.profiles import read
from matching.text_similarity import Embed
from programme.config import Override, Programme


@dataclass(frozen=True, eq=False)
class Applicants:
    """One round's applicants, and the problem of those who may be matched.

    `mentees`, `mentors`: all of them, as `profiles.read` gives them. `turned_away_*`: for each the rules that turn them
    away. `decided`: the overrides in force. `seed`: the round's own, see `seed_of`. `offers`: the draw of places, see
    `matching.lottery` (None: no draw); who is offered none is not in `problem`.
    """

    match_on: dt.date
    mentees: pd.DataFrame
    mentors: pd.DataFrame
    turned_away_mentees: list[list[rules.PersonalRule]]
    turned_away_mentors: list[list[rules.PersonalRule]]
    decided: list[Override]
    problem: Problem
    seed: int
    offers: pd.DataFrame | None = None


def gather(mentees: pd.DataFrame, mentors: pd.DataFrame, programme: Programme, cohort: str,
           on: dt.date | None = None, *, overrides: Sequence[Override] = (), objective: Sequence[str] = DEFAULT,
           seed: int = 0, earlier: pd.DataFrame | None = None, embed: Embed | None = None) -> Applicants:  # fmt: skip
    """Read the applicants, apply the demands on people, draw places, set up the problem. Arguments as in `match`."""
    round_ = programme.cohort(cohort)
    on = on or round_.match_on
    decided = rules.in_force((*programme.matching.overrides, *overrides), cohort, on)
    a, b = read(mentees, "mentee", cohort), read(mentors, "mentor", cohort)
    out_a = rules.turned_away(a, "mentee", programme, round_)
    out_b = rules.turned_away(b, "mentor", programme, round_)
    open_a, open_b = (np.array([not r for r in out], dtype=bool) for out in (out_a, out_b))
    left, right = a[open_a].reset_index(drop=True), b[open_b].reset_index(drop=True)
    own_seed = seed_of(seed, cohort, a, b)
    offers = _draw(left, right, programme, decided, own_seed)
    if offers is not None:
        offered = set(offers.loc[offers["is_offered"], "person_id"])
        left = left[left["person_id"].isin(offered)].reset_index(drop=True)
    problem = build(left, right, programme.matching, tuple(objective), decided, on=on, earlier=earlier, embed=embed)
    kept = locked(decided, a, b, problem, dict(zip(a["person_id"], out_a, strict=True)),
                  dict(zip(b["person_id"], out_b, strict=True)))  # fmt: skip
    return Applicants(on, a, b, out_a, out_b, decided, replace(problem, locked=tuple(kept)), own_seed, offers)


def seed_of(seed: int, cohort: str, mentees: pd.DataFrame, mentors: pd.DataFrame) -> int:
    """A round's own seed: no round repeats another's draw, and nobody can work it out before applications have closed.

    Made of application numbers, never of pseudonyms: a change of keys must not change a draw.
    """
    numbers = [f"{'|'.join(map(str, sorted(people['application_id'])))}" for people in (mentees, mentors)]
    digest = hashlib.sha256("\n".join([str(seed), cohort, *numbers]).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def _draw(
    left: pd.DataFrame, right: pd.DataFrame, programme: Programme, decided: list[Override], seed: int
) -> pd.DataFrame | None:
    """Offers by lot; mentees with a locked pair are offered a place beforehand and are no part of the comparison."""
    settings = programme.matching.lottery
    if not settings.is_used:
        return None
    fixed = left["person_id"].isin([o.mentee_person_id for o in decided if o.kind == "lock"])
    n_offers = max(0, int(right["capacity"].sum()) - int(fixed.sum()))
    drawn = lottery.draw(left[~fixed], n_offers, settings.strata, seed, settings.level_bands)
    if not fixed.any():
        return drawn
    before = left.loc[fixed, ["application_id", "person_id"]].assign(
        stratum=BY_LOCK, is_offered=True, probability=1.0, draw_number=0
    )
    both = pd.concat([drawn, before[list(drawn.columns)]], ignore_index=True)
    return both.sort_values("application_id", ignore_index=True)


BY_LOCK = "locked pair"
