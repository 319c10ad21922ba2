"""The score of a pair: a weighted mean of components, each in 0..1 and rounded to six decimals.

Deep-level similarity (goals, values, interests) is what good pairs rest on (Eby et al., Psychological Bulletin 2013);
a say in the match matters too (Allen, Eby and Lentz, Journal of Applied Psychology 2006). Nobody's sex, age or other
demographic attribute is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching import components as of
from matching import text_similarity
from matching.errors import MatchingError
from matching.instance import SCALE
from matching.selection import Formula, Selection
from programme.config import Weights


@dataclass(frozen=True)
class Component:
    """A component: the columns it reads of each role's profiles, and what sets its formula up from the two frames."""

    mentee_columns: tuple[str, ...]
    mentor_columns: tuple[str, ...]
    prepare: Callable[[pd.DataFrame, pd.DataFrame], Formula]


def _on(compare: Callable[[pd.Series, pd.Series], Formula], mentee: str, mentor: str | None = None) -> Component:
    mentor = mentor or mentee
    return Component((mentee,), (mentor,), lambda a, b: compare(a[mentee], b[mentor]))


def _both(prepare: Callable[[pd.DataFrame, pd.DataFrame], Formula], *columns: str) -> Component:
    return Component(columns, columns, prepare)


_PERSON = "person_id"  # read only to find the people whom others name
REGISTRY: dict[str, Component] = {
    "skills": _on(of.coverage, "skills_wanted", "skills_offered"),
    "goals": _on(of.coverage, "goals"),
    "interests": _on(of.overlap, "interests"),
    "preference": Component(("preferred_mentors",), (_PERSON,), of.preference),
    "experience": _both(of.experience, "level"),
    "distance": _both(of.distance, "organisation_id", "division_id"),
    "values": _on(of.overlap, "values"),
    "mentor_preference": Component((_PERSON,), ("preferred_mentees",), of.mentor_preference),
    "free_text": _both(text_similarity.prepare, "motivation", "motivation_language"),
    "location": _on(of.is_same, "location"),
    "time_zone": _both(of.time_zone, "time_zone"),
    "languages": _on(of.coverage, "languages"),
    "meeting_mode": _on(of.is_same, "meeting_mode"),
    "availability": _on(of.containment, "availability"),
    "acquaintance": _both(of.acquaintance, _PERSON, "known_people"),
}
COMPONENTS = ("skills", "goals", "interests", "preference", "experience", "distance")
"""Components that every proposal shows, whatever their weight; the others only where their weight is above 0."""


def used(weights: Mapping[str, float]) -> tuple[str, ...]:
    """Names of the components that a proposal with these weights shows, in the order of REGISTRY."""
    return tuple(name for name in REGISTRY if name in COMPONENTS or weights.get(name, 0) > 0)


def prepare(mentees: pd.DataFrame, mentors: pd.DataFrame, weights: Weights,
            embed: text_similarity.Embed | None = None) -> dict[str, Formula]:  # fmt: skip
    """The formula of every component that is used; frames as `profiles.read` gives them.

    MatchingError if a component of weight above 0 needs a column that the profiles do not have.
    """
    out = {}
    for name in used(weights.model_dump()):
        component = REGISTRY[name]
        if name == "free_text" and embed is not None:
            component = _both(lambda a, b: text_similarity.prepare(a, b, embed), "motivation")
        for role, people, needed in (("mentee", mentees, component.mentee_columns),
                                     ("mentor", mentors, component.mentor_columns)):  # fmt: skip
            missing = [column for column in needed if column not in people.columns]
            if missing:
                raise MatchingError(
                    f"matching.weights.{name}: the {role}s' profiles have no column {', '.join(missing)}, which a "
                    "weight above 0 needs; collect it with the applications, or set the weight to 0"
                )
        out[name] = component.prepare(mentees, mentors)
    return out


def values(formulas: Mapping[str, Formula], pairs: Selection) -> dict[str, NDArray[np.float64]]:
    """Each component of the pairs of a selection, 0..1 to six decimals."""
    return {name: np.round(formula(pairs), 6) for name, formula in formulas.items()}


def scores(formulas: Mapping[str, Formula], weights: Weights, pairs: Selection) -> NDArray[np.float64]:
    """The weighted mean of the components in millionths, 0..1_000_000, as whole numbers."""
    weight = {name: w for name, w in weights.model_dump().items() if w > 0}
    total: NDArray[np.float64] | float = 0.0
    # Added one by one in a fixed order: a matrix product's order of summation would depend on the machine.
    for name, w in weight.items():
        part = np.round(formulas[name](pairs), 6)
        part *= w
        total = total + part
    return np.rint(total / sum(weight.values()) * SCALE)
