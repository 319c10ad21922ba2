"""How well any two people would do as a pair: known to tests alone, and only partly visible in their profiles."""

from __future__ import annotations

import numpy as np

from sources.sample.tables import Table


def _share(both: np.ndarray, of: np.ndarray) -> np.ndarray:
    return np.bitwise_count(both) / np.maximum(np.bitwise_count(of), 1)


def pair_quality(people: Table, jobs: Table, mentees: np.ndarray, mentors: np.ndarray) -> np.ndarray:
    """Quality from 0.05 to about 1.2 of pairs (arrays of indices, broadcast against each other).

    Rests on what research finds (deep-level likeness in goals and interests, what the mentor can offer), on a level
    gap of two to five, on two hidden traits of style that interests betray in part, and on the mentor's hidden skill.
    """

    def of(name: str, who: np.ndarray) -> np.ndarray:
        return people[name][who]

    wanted = of("skills_wanted", mentees)
    skills = _share(wanted & of("skills_offered", mentors), wanted)
    goals = _share(of("goals", mentees) & of("goals", mentors), of("goals", mentees))
    interests = _share(
        of("interests", mentees) & of("interests", mentors), of("interests", mentees) | of("interests", mentors)
    )
    gap = jobs["level"][mentors] - jobs["level"][mentees]
    fits = np.clip(1 - np.maximum(np.abs(gap - 3.5) - 1.5, 0) / 3, 0, 1)
    distance = np.hypot(
        of("style_1", mentees) - of("style_1", mentors), of("style_2", mentees) - of("style_2", mentors)
    )
    mode_mentee, mode_mentor = of("mode", mentees), of("mode", mentors)
    clash = (mode_mentee != mode_mentor) & (mode_mentee != 2) & (mode_mentor != 2)
    speaks = (of("languages", mentees) & of("languages", mentors)) > 0
    value = (
        0.15 + 0.3 * skills + 0.2 * goals + 0.25 * interests + 0.15 * fits + 0.2 * np.exp(-distance / 1.5)
        + 0.06 * of("mentor_skill", mentors) - 0.12 * clash
    )  # fmt: skip
    return np.clip(np.where(speaks, value, 0.5 * value), 0.05, 1.2)


def dose_of(quality: np.ndarray, n_meetings: np.ndarray) -> np.ndarray:
    """What a pair has given its mentee so far."""
    return quality * (1 - np.exp(-np.asarray(n_meetings) / 4))
